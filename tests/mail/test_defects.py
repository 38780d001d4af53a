"""Hostile and odd mails, one file each, named by what is odd in them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailproc.mail.automatic import Own
from mailproc.mail.message import Envelope, Message, Reading
from mailproc.mail.parse import attachment_bytes, parse
from mailproc.mail.reading import read, to_json

DEFECTS = Path(__file__).parent / "defects"
FILE = Envelope(mail_from=None)


def mail(name: str) -> Message:
    return parse((DEFECTS / f"{name}.eml").read_bytes())


def reading(name: str) -> Reading:
    return read((DEFECTS / f"{name}.eml").read_bytes(), FILE, Own(addresses=frozenset({"support@example.com"})))


@pytest.mark.parametrize("path", sorted(DEFECTS.glob("*.eml")), ids=lambda path: path.stem)
def test_R3_each_odd_mail_is_read_twice_the_same_and_serialises(path: Path) -> None:
    raw = path.read_bytes()
    first, second = read(raw, FILE), read(raw, FILE)
    assert first == second
    assert to_json(first, path.name)["kind"] == first.kind


@pytest.mark.parametrize(
    "name",
    ["from-missing", "from-twice", "from-two-mailboxes", "from-address-as-name", "from-paren-after-address",
     "from-angle-after-address", "from-group", "from-encoded-word-in-address", "from-unclosed-quote"],
)  # fmt: skip
def test_R18_a_sender_who_is_not_certain_is_nobody_and_gets_no_answer(name: str) -> None:
    assert mail(name).sender is None
    assert not reading(name).answerable


@pytest.mark.parametrize(
    ("name", "address", "shown"),
    [
        ("plain", "carol@customer.example", "Carol"),
        ("from-quoted-address-as-name", "carol@customer.example", "agent@example.com"),
        ("from-comma-in-bare-name", "carol@customer.example", "Carol"),
        ("from-idn-domain", "carol@xn--bcher-kva.example", "Carol"),
        ("from-comment-as-name", "carol@customer.example", "Carol"),
    ],
)
def test_R18_one_valid_sender_is_taken_in_the_form_that_compares(name: str, address: str, shown: str) -> None:
    sender = mail(name).sender
    assert sender is not None
    assert (sender.address, sender.name) == (address, shown)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("plain", "The printer is broken."),
        ("no-blank-line-before-body", "The printer is broken."),
        ("blank-lines-before-header", "Hello"),
        ("mbox-from-line-first", "Hello"),
        ("header-only", ""),
        ("nul-bytes", "before"),
        ("carriage-returns-only", "Hello"),
        ("charset-punycode", "Hello-there"),
        ("charset-unknown", "héllo"),
        ("charset-lies", "héllo"),
        ("charset-utf16", "Hello"),
        ("transfer-encoding-unknown", "Hello"),
        ("content-type-garbage", "Hello"),
        ("multipart-without-boundary-parameter", "Hello"),
        ("multipart-boundary-never-appears", "Hello"),
        ("multipart-not-closed", "Hello"),
        ("multipart-empty", ""),
        ("alternatives-text-and-html", "Hello plain"),
        ("html-only", "Hello\n\nthere"),
        ("html-gmail-quote", "My answer"),
        ("html-outlook-quote", "My answer"),
        ("rfc822-attached", "See below"),
        ("flowed-with-delsp", "Hello world"),
    ],
)
def test_R11_R12_the_text_is_what_the_sender_wrote(name: str, text: str) -> None:
    assert mail(name).text == text


def test_R12_the_text_of_the_HTML_alternative_is_kept_beside_the_plain_one() -> None:
    assert mail("alternatives-text-and-html").html_text == "Hello html"


@pytest.mark.parametrize("name", ["date-unreadable", "date-year-99999"])
def test_a_date_that_cannot_be_is_None(name: str) -> None:
    assert mail(name).date is None


@pytest.mark.parametrize("name", ["plain", "date-zone-missing"])
def test_a_date_is_aware_and_in_UTC(name: str) -> None:
    assert mail(name).date == datetime(2026, 11, 3, 9, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("subject-crlf-in-encoded-word", "Printer Bcc: x@example.org"),
        ("subject-bidi-override", "abcdef"),
        ("subject-word-split-in-character", "üü"),
        ("subject-raw-eight-bit", "Drücker"),
    ],
)
def test_a_subject_is_one_clean_line(name: str, subject: str) -> None:
    assert mail(name).subject == subject


def test_a_subject_has_at_most_500_characters() -> None:
    assert len(mail("subject-very-long").subject) <= 500


@pytest.mark.parametrize(
    ("name", "found"), [("subject-zero-width-tag", ()), ("subject-full-width-tag", (1042,)), ("plain", ())]
)
def test_R6_a_disguised_tag_is_no_tag(name: str, found: tuple[int, ...]) -> None:
    assert reading(name).case_refs == found


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("attachment-name-traversal", "passwd"),
        ("attachment-name-bidi", "invoicefdp.exe"),
        ("attachment-without-name", "part-2.pdf"),
        ("rfc822-attached", "part-2.eml"),
    ],
)
def test_an_attachment_has_a_name_that_is_safe_to_show(name: str, shown: str) -> None:
    assert [one.name for one in mail(name).attachments] == [shown]


def test_an_attachment_is_given_back_byte_for_byte() -> None:
    raw = (DEFECTS / "attachment-without-name.eml").read_bytes()
    (one,) = parse(raw).attachments
    assert (attachment_bytes(raw, one), one.size) == (b"xyz", 3)


@pytest.mark.parametrize(
    ("name", "kind", "answerable"),
    [
        ("plain", "request", True),
        ("return-path-null", "auto_reply", False),
        ("auto-submitted-no", "request", True),
        ("auto-submitted-with-comment", "auto_reply", False),
        ("auto-submitted-twice", "auto_reply", False),
        ("suppress-only", "request", False),
        ("list-mail", "bulk", False),
        ("no-reply-sender", "request", False),
        ("calendar-invitation", "bulk", False),
        ("read-receipt", "receipt", False),
        ("delivery-report", "bounce", False),
        ("delivery-delayed", "bounce", False),
        ("outlook-recall", "request", True),
        ("voicemail-asterisk", "voicemail", False),
        ("fax-notice", "fax", False),
    ],
)
def test_R14_the_gate_and_the_kind(name: str, kind: str, answerable: bool) -> None:
    found = reading(name)
    assert (found.kind, found.answerable) == (kind, answerable), found.reasons


def test_R17_a_report_names_the_recipient_and_the_mail_that_came_back() -> None:
    report = reading("delivery-report").bounce
    assert report is not None
    assert report.original_message_id == "<mp.7@example.com>"
    (failed,) = report.recipients
    assert (failed.address, failed.status, failed.permanent) == ("gone@customer.example", "5.1.1", True)


def test_R17_a_delay_is_not_permanent() -> None:
    report = reading("delivery-delayed").bounce
    assert report is not None
    assert [one.permanent for one in report.recipients] == [False]


def test_R27_an_Asterisk_voicemail_has_caller_name_duration_mailbox_and_audio() -> None:
    call = reading("voicemail-asterisk").voicemail
    assert call is not None
    assert (call.caller, call.caller_name, call.duration_s) == ("+12025550107", "Dana Whitlock", 42)
    assert (call.mailbox, call.transcript, call.has_audio) == ("4001", None, True)
