"""Mails are composed so that every parser reads back what was written."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage
from unicodedata import normalize

import mailparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproc.mail.compose import Draft, File, compose
from mailproc.mail.headers import clean
from mailproc.mail.message import Address

DRAFT = Draft(
    sender=Address("support@example.com", "Example Support"),
    recipient=Address("ann@customer.example", "Ann Example"),
    subject="[#1042] We have received your request",
    text="Hello,\n\nyour case has the number 1042.\n",
    message_id="<mp.juinxeucwp5lgf66ym7vqizz7oia@example.com>",
    date=datetime(2026, 3, 6, 21, 20, tzinfo=UTC),
    loop_mark="support.example.com",
    reply_to="support+aabc@example.com",
    in_reply_to="<1@customer.example>",
    references=("<0@customer.example>", "<1@customer.example>"),
    automatic="auto-replied",
)
LINE = st.text(st.characters(exclude_categories=["C"], exclude_characters="\u2028\u2029"), max_size=80)
BODY = st.lists(LINE, max_size=8).map("\n".join)


def read(raw: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def written(text: str) -> str:
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", text.replace("\r", "\n")).rstrip("\n") + "\n"


def test_R16_an_automatic_mail_says_so_in_every_way() -> None:
    mail = read(compose(DRAFT))
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "OOF, AutoReply, DR, RN, NRN"
    assert mail["X-Loop"] == "support.example.com"
    assert mail["Message-ID"] == DRAFT.message_id
    assert mail["In-Reply-To"] == "<1@customer.example>"
    assert mail["References"] == "<0@customer.example> <1@customer.example>"
    assert mail["Reply-To"] == "support+aabc@example.com"
    assert mail["Content-Language"] == "en"
    assert mail["MIME-Version"] == "1.0"
    assert mail["Date"] == "Fri, 06 Mar 2026 21:20:00 +0000"


def test_R16_a_persons_words_are_not_called_automatic_but_bear_our_mark() -> None:
    mail = read(compose(replace(DRAFT, automatic=None)))
    assert mail["Auto-Submitted"] is None
    assert mail["X-Auto-Response-Suppress"] is None
    assert mail["X-Loop"] == "support.example.com"


def test_a_mail_has_each_header_once_and_no_defect() -> None:
    mail = read(compose(replace(DRAFT, html="<p>Hello</p>", attachments=(File("a.txt", "text/plain", b"x"),))))
    assert len(mail.keys()) == len({name.lower() for name in mail})
    assert [part.defects for part in mail.walk()] == [[] for _ in mail.walk()]


def test_the_same_draft_gives_the_same_bytes() -> None:
    draft = replace(DRAFT, html="<p>ä</p>", attachments=(File("a.pdf", "application/pdf", b"x" * 500),))
    assert compose(draft) == compose(replace(draft))
    berlin = draft.date.astimezone(timezone(timedelta(hours=1)))
    assert compose(replace(draft, date=berlin)) == compose(draft)


@settings(max_examples=60, deadline=None)
@given(LINE, LINE, BODY, BODY)
def test_what_is_written_is_what_the_standard_package_reads(subject: str, name: str, text: str, html: str) -> None:
    mail = read(
        compose(replace(DRAFT, subject=subject, text=text, html=html, recipient=Address("ann@customer.example", name)))
    )
    assert mail["Subject"] == clean(subject)
    recipient = mail["To"].addresses[0]
    assert recipient.addr_spec == "ann@customer.example"
    # The standard package of 3.11 keeps the space between two encoded words of a name; RFC 2047 §6.2 drops it.
    assert recipient.display_name.replace(" ", "") == clean(name).replace(" ", "")
    assert text_of(mail) == written(text)
    assert text_of(mail, "html") == written(html)


@settings(max_examples=30, deadline=None)
@given(LINE, LINE, BODY)
def test_what_is_written_is_what_mailparser_reads(subject: str, name: str, text: str) -> None:
    recipient = Address("ann@customer.example", name)
    mail = mailparser.parse_from_bytes(compose(replace(DRAFT, subject=subject, text=text, recipient=recipient)))
    assert normalize("NFC", mail.subject) == clean(subject)
    found = "\n".join(mail.text_plain).replace("\r\n", "\n")
    assert normalize("NFC", found).strip() == normalize("NFC", written(text)).strip()
    assert mail.message_id == DRAFT.message_id
    assert mail.to == [(clean(name), "ann@customer.example")]


@settings(deadline=None)
@given(
    st.text(max_size=300), st.text(max_size=300), st.text(max_size=2000), st.text(max_size=100), st.binary(max_size=99)
)
def test_any_text_makes_lines_that_every_relay_takes(
    subject: str, name: str, text: str, file: str, data: bytes
) -> None:
    raw = compose(
        replace(DRAFT, subject=subject, text=text, sender=Address("support@example.com", name), html=text)
    ) + compose(replace(DRAFT, attachments=(File(file, "application/pdf", data),)))
    head = raw.partition(b"\r\n\r\n")[0]
    assert raw.isascii()
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert max(map(len, head.split(b"\r\n"))) <= 78
    assert not re.search(rb"\r\n\.(?:\r\n|$)", raw) or "\n.\n" in f"\n{text}\n".replace("\r", "\n")


@pytest.mark.parametrize(
    "evil",
    [
        "Hello\r\nBcc: victim@other.example",
        "Hello\nBcc: victim@other.example",
        "Hello\rBcc: victim@other.example",
        "Hello\u2028Bcc: victim@other.example",
        "Hello\x85Bcc: victim@other.example",
        "Hello\x0bBcc: victim@other.example",
        "=?utf-8?q?Hello=0D=0ABcc:_victim@other.example?=",
        "Hello\x00\r\n\r\nBody",
    ],
)
def test_no_text_in_a_header_starts_a_field_of_its_own(evil: str) -> None:
    draft = replace(DRAFT, subject=evil, sender=Address("support@example.com", evil), loop_mark=evil)
    mail = read(compose(replace(draft, headers={"X-Case": evil})))
    assert mail["Bcc"] is None
    assert "victim" not in str(mail.get_all("To"))
    assert text_of(mail) == DRAFT.text


@pytest.mark.parametrize(
    "address",
    [
        "",
        "none",
        "a b@example.com",
        "a@b\r\nBcc: c@d",
        "<a@b>",
        "a@b,c@d",
        "a@b c",
        "ä@example.com",
        "a@b>\x00",
        '"a"@b',
    ],
)
def test_an_address_that_could_smuggle_is_refused(address: str) -> None:
    for change in ({"recipient": Address(address)}, {"sender": Address(address)}):
        with pytest.raises(ValueError, match="not an address"):
            compose(replace(DRAFT, **change))  # type: ignore[arg-type]


def test_a_domain_in_letters_of_its_own_is_written_in_ascii() -> None:
    mail = read(compose(replace(DRAFT, recipient=Address("ann@bücher.example"))))
    assert mail["To"] == "ann@xn--bcher-kva.example"


@pytest.mark.parametrize("name", ["X-A: b\r\nBcc", "Bcc", "subject", "", "X A", "Content-Type"])
def test_a_further_header_cannot_be_one_of_ours_or_none(name: str) -> None:
    with pytest.raises(ValueError, match=r"header field|set by the draft"):
        compose(replace(DRAFT, headers={name: "x"}))


@pytest.mark.parametrize("message_id", ["", "x@y", "<a b@c>", "<a@b>\r\nX: y", "<ä@b>"])
def test_a_mail_without_a_good_message_id_is_refused(message_id: str) -> None:
    with pytest.raises(ValueError, match="Message-ID"):
        compose(replace(DRAFT, message_id=message_id))


def test_R16_message_ids_of_strangers_that_are_not_fit_to_send_are_left_out() -> None:
    mail = read(compose(replace(DRAFT, in_reply_to="<a\r\nX: y@z>", references=("<ok@a>", "bad", "<b@c d>"))))
    assert mail["In-Reply-To"] is None
    assert mail["References"] == "<ok@a>"


def test_R16_of_many_references_the_first_and_the_newest_are_kept() -> None:
    chain = tuple(f"<{number}.{'x' * 200}@customer.example>" for number in range(100))
    kept = str(read(compose(replace(DRAFT, references=chain, in_reply_to=chain[-1])))["References"]).split()
    assert len(kept) == 20
    assert kept == [chain[0], *chain[-19:]]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("page.html", "text/html"),
        ("logo.svg", "image/svg+xml"),
        ("run.js", "application/javascript"),
        ("harmless.txt", "text/html"),
        ("script.JS", "text/plain"),
        ("page.svg", "image/png"),
        ("mail.eml", "message/rfc822"),
        ("x", "multipart/mixed"),
        ("x.pdf", "application/pdf\r\nX-Evil: 1"),
        ("x.pdf", "nonsense"),
        ("x.xml", "text/xml; charset=utf-8"),
    ],
)
def test_what_a_reader_would_run_goes_as_plain_bytes(name: str, kind: str) -> None:
    mail = read(compose(replace(DRAFT, attachments=(File(name, kind, b"<svg/>", inline=True),))))
    part = next(mail.iter_attachments())
    assert part.get_content_type() == "application/octet-stream"
    assert part.get_content_disposition() == "attachment"
    assert part.get_content() == b"<svg/>"
    assert "X-Evil" not in compose(replace(DRAFT, attachments=(File(name, kind, b""),))).decode()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("Übersicht März.pdf", "Übersicht März.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.pdf", "a.pdf"),
        ('a"b;c.pdf', "a_b;c.pdf"),
        ("a\r\nX: y.pdf", "a X_ y.pdf"),
        ("100% sure.pdf", "100% sure.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("日本" * 40 + ".pdf", "日本" * 40 + ".pdf"),
        ("...", "attachment"),
        ("", "attachment"),
        ("fdp.\u202eexe", "fdp.exe"),
    ],
)
def test_a_files_name_survives_without_its_dangers(name: str, kept: str) -> None:
    raw = compose(replace(DRAFT, attachments=(File(name, "application/pdf", b"data"),)))
    part = next(read(raw).iter_attachments())
    assert part.get_filename() == kept
    assert part.get_content() == b"data"
    assert [each["filename"] for each in mailparser.parse_from_bytes(raw).attachments] == [kept]


def test_text_html_and_files_are_nested_as_readers_expect() -> None:
    mail = read(compose(replace(DRAFT, html="<p>x</p>", attachments=(File("a.png", "image/png", b"x", inline=True),))))
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "image/png"]


def test_a_text_that_has_the_line_between_parts_in_it_gets_another() -> None:
    raw = compose(replace(DRAFT, html="<p>x</p>"))
    found = re.search(rb'boundary="([^"]+)"', raw)
    assert found
    mail = read(compose(replace(DRAFT, text=f"--{found[1].decode()}\nhello", html="<p>x</p>")))
    assert text_of(mail) == f"--{found[1].decode()}\nhello\n"


def test_a_line_of_any_length_and_a_lone_dot_come_through() -> None:
    text = f"{'x' * 5000}\n.\nFrom here\n \nend  \n"
    assert text_of(read(compose(replace(DRAFT, text=text)))) == text


def test_german_goes_as_readable_text_and_japanese_in_the_shorter_way() -> None:
    assert b"quoted-printable" in compose(replace(DRAFT, text="Viele Grüße aus unserem Büro in Berlin\n" * 5))
    assert b"base64" in compose(replace(DRAFT, text="日本語のメール\n" * 5))
    assert b"7bit" in compose(replace(DRAFT, text="plain words\n"))
