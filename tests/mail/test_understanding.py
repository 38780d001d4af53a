"""Severity, threads, courtesy and kinds: what a mail says about its case."""

from __future__ import annotations

import pytest

from mailproc.mail.automatic import Own
from mailproc.mail.courtesy import is_courtesy
from mailproc.mail.identity import identity
from mailproc.mail.message import Envelope
from mailproc.mail.parse import parse
from mailproc.mail.reading import read
from mailproc.mail.severity import declared
from mailproc.mail.telephone import duration, e164
from mailproc.mail.thread import base_subject, clues

WORDS = {"urgent": "urgent", "severity 1": "1", "sev 1": "1", "high": "high", "x-priority 1": "urgent"}
OWN = Own(addresses=frozenset({"support@example.com"}), id_domains=frozenset({"example.com"}))


def raw(subject: str = "Printer", body: str = "Hello", fields: str = "") -> bytes:
    return f"From: carol@customer.example\n{fields}Subject: {subject}\n\n{body}\n".encode()


@pytest.mark.parametrize(
    ("mail", "severity"),
    [
        (raw(subject="[urgent] Printer"), "urgent"),
        (raw(subject="Re: [Severity 1] Printer"), "1"),
        (raw(subject="Re: Fwd: Urgent: printer"), "urgent"),
        (raw(body="Hello,\n\nSeverity: high\n"), "high"),
        (raw(body="Hello,\nPriority: HIGH\n"), "high"),
        (raw(body="1\n2\n3\n4\n5\nSeverity: high\n"), None),
        (raw(fields="X-Priority: 1 (Highest)\n"), "urgent"),
        (raw(fields="X-Priority: 3\n"), None),
        (raw(fields="Importance: high\n"), None),
        (raw(subject="[1] Printer"), None),
        (raw(subject="1: printer"), None),
        (raw(subject="This is urgent"), None),
        (raw(body="priority: 1"), None),
        (raw(subject="[urgent] x", body="severity: high"), "urgent"),
    ],
)
def test_the_customer_s_severity_is_the_first_that_speaks(mail: bytes, severity: str | None) -> None:
    assert declared(parse(mail), WORDS) == severity


@pytest.mark.parametrize(
    ("subject", "base"),
    [
        ("Re: Printer", "Printer"),
        ("AW: WG: [#12] Printer", "Printer"),
        ("RE[2]: SV: Printer (fwd)", "Printer"),
        ("[EXTERNAL] Re: Printer", "Printer"),
        ("回复：Printer", "Printer"),
        ("Reprint", "Reprint"),
    ],
)
def test_R7_the_base_subject_is_without_prefixes_and_tags(subject: str, base: str) -> None:
    assert base_subject(subject) == base


def test_R6_clues_come_in_the_order_of_trust() -> None:
    mail = raw(
        subject="Re: [#7] Printer",
        fields="To: support+c.abc@example.com\nIn-Reply-To: <mp.2@example.com>\n"
        "References: <0@customer.example> <mp.1@example.com> <mp.2@example.com>\n",
    )
    found = clues(parse(mail), Envelope(mail_from="", rcpt_tos=("Support+A.def@example.com",)), OWN)
    assert found.reply_addresses == ("support+a.def@example.com", "support+c.abc@example.com")
    assert found.our_ids == ("<mp.2@example.com>", "<mp.1@example.com>")
    assert found.seen_ids == ("<0@customer.example>",)
    assert (found.tags, found.base_subject) == ((7,), "Printer")


@pytest.mark.parametrize(
    "text", ["Thanks!", "Thank you very much, works now.", "Vielen Dank!", "Merci beaucoup\nCarol"]
)
def test_R7_thanks_alone_is_a_courtesy(text: str) -> None:
    assert is_courtesy(text)


@pytest.mark.parametrize(
    "text", ["Thanks, but it is broken again", "Thanks! When will it ship?", "", "It works", "Thanks, not"]
)
def test_R7_anything_more_is_none(text: str) -> None:
    assert not is_courtesy(text)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ("X-Loop: support@example.com\n", "loop"),
        ("Message-ID: <mp.9@example.com>\n", "loop"),
        ("Received: x\n" * 101, "loop"),
        ("Precedence: bulk\n", "bulk"),
        ("X-GitHub-Reason: mention\nList-Id: <x>\n", "tracker"),
        ("In-Reply-To: <1@x.example>\n", "reply"),
        ("", "request"),
    ],
)
def test_R14_kinds_by_header(fields: str, kind: str) -> None:
    assert read(raw(fields=fields), Envelope(mail_from="carol@customer.example"), OWN).kind == kind


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0:42", 42), ("00:01:03", 63), ("28 seconds", 28), ("1 min 34 sec", 94), ("31", 31), ("", None)],
)
def test_R27_durations(text: str, seconds: int | None) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("(202) 555-0107", "US", "+12025550107"),
        ("030 23125021", "DE", "+493023125021"),
        ("07700 900123", "GB", "+447700900123"),
        ("sip:+12025550107@pbx.example", "US", "+12025550107"),
        ("anonymous", "US", None),
        ("7378742833", "US", None),
        ("4001", "US", None),
    ],
)
def test_R28_numbers(text: str, region: str, number: str | None) -> None:
    assert e164(text, region) == number


def test_R4_the_same_words_without_a_Message_ID_on_another_day_are_another_mail():
    def key(date: str) -> str:
        raw = f"From: carol@customer.example\r\nDate: {date}\r\nSubject: Down\r\n\r\nIt is down.\r\n".encode()
        return identity(parse(raw), raw)

    monday, tuesday = "Mon, 02 Mar 2026 09:00:00 +0000", "Tue, 03 Mar 2026 09:00:00 +0000"
    assert key(monday) == key(monday)
    assert key(monday) != key(tuesday)


def test_R3_two_mails_that_nobody_can_read_are_not_taken_for_one():
    first, second = b"no header at all, first", b"no header at all, second"
    assert identity(parse(first), first) != identity(parse(second), second)
