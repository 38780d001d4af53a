"""The reply splitter: each case is a reply as programs write it, and what its sender wrote now (R11)."""

from __future__ import annotations

import pytest

from mailproc.mail.html import to_text
from mailproc.mail.parse import parse
from mailproc.mail.quotes import split

TOP = "It works now.\n\n"


@pytest.mark.parametrize(
    "below",
    [
        "On Tue, 3 Nov 2026 at 09:15, Support <support@example.com> wrote:\n> old\n> text",
        "On Tue, 3 Nov 2026 at 09:15, Support <\nsupport@example.com> wrote:\n\n> old",
        "Am 03.11.2026 um 09:15 schrieb Support <support@example.com>:\n> alt",
        "Le mar. 3 nov. 2026 à 09:15, Support <support@example.com> a écrit :\n> vieux",
        "El mar, 3 nov 2026 a las 9:15, Support (<support@example.com>) escribió:\n> viejo",
        "Il giorno mar 3 nov 2026 alle 09:15 Support <support@example.com> ha scritto:\n> vecchio",
        "Op di 3 nov 2026 om 09:15 schreef Support <support@example.com>:\n> oud",
        "W dniu 3.11.2026 o 09:15 Support <support@example.com> napisał(a):\n> stare",
        "Den 3. nov. 2026 kl. 09.15 skrev Support <support@example.com>:\n> gammelt",
        "2026年11月3日(火) 9:15 Support <support@example.com>:\n> old",
        "2026-11-03 9:15 GMT+01:00 Support <support@example.com>:\n> old",
        "-----Original Message-----\nFrom: Support\nold",
        "-----Ursprüngliche Nachricht-----\nalt",
        "---------- Forwarded message ---------\nFrom: Support\nold",
        "From: Support <support@example.com>\nSent: Tuesday, 3 November 2026 09:15\nTo: Carol\nSubject: x\n\nold",
        "Von: Support\nGesendet: Dienstag, 3. November 2026 09:15\nAn: Carol\nBetreff: x\n\nalt",
        "差出人: Support\n送信日時: 2026年11月3日 9:15\n宛先: Carol\n件名: x\n\nold",
        "________________________________\nFrom: Support\nSent: Tuesday\nTo: Carol\nSubject: x\n\nold",
        "## Reply above this line ##\n\nold",
    ],
)
def test_R11_what_stands_below_an_introduction_is_set_aside(below: str) -> None:
    found = split(TOP + below)
    assert found.text == "It works now."
    assert "old" in found.quoted or below.split("\n")[-1] in found.quoted


def test_R11_interleaved_answers_keep_their_questions() -> None:
    text = "> Is it on?\nYes.\n\n> Since when?\nMonday."
    assert split(text).text == text


def test_R11_an_answer_below_the_quote_is_kept_without_it() -> None:
    assert split("On 3 Nov 2026, Support wrote:\n> old\n\nNew words").text == "New words"


@pytest.mark.parametrize(
    "text",
    [
        "On Monday we moved.\nOn Tuesday it broke.",
        "Date: Wednesday\nTime: 7:00\nAddress: 130 Fox St",
        "Error log:\n10:20:30 > started\n10:20:31 > failed",
        "---- Enter feedback below ----\nGood.",
        "The list:\n- one\n- two",
        "Here:\n--flag\nand more text after the flag",
    ],
)
def test_R11_in_doubt_the_text_is_kept(text: str) -> None:
    assert split(text).text == text


@pytest.mark.parametrize(
    ("text", "signature"),
    [
        ("Hello\n-- \nCarol\nExample Ltd", "-- \nCarol\nExample Ltd"),
        ("Hello\n\nSent from my iPhone", "Sent from my iPhone"),
        ("Hallo\n\nVon meinem iPhone gesendet", "Von meinem iPhone gesendet"),
        ("Hello\n\nKind regards,\nCarol", "Kind regards,\nCarol"),
        ("Hello\n\nMit freundlichen Grüßen\nCarol", "Mit freundlichen Grüßen\nCarol"),
        (
            "Hello\n\nThis e-mail is confidential and intended only for the addressee.",
            "This e-mail is confidential and intended only for the addressee.",
        ),
    ],
)
def test_R11_a_signature_is_set_aside(text: str, signature: str) -> None:
    found = split(text)
    assert (found.text, found.signature) == (text.split("\n")[0], signature)


def test_R11_a_forward_without_words_of_its_own_shows_what_was_forwarded() -> None:
    found = split(
        "---------- Forwarded message ---------\nFrom: a@b.example\nDate: 1 Nov 2026\nSubject: x\n\nPlease help"
    )
    assert (found.text, found.forwarded) == ("Please help", True)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("a<br>b", "a\nb"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("a<script>b</script><!-- c --><style>d</style>", "a"),
        ('a<span style="display: none">b</span>', "a"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ('<blockquote type="cite">a</blockquote>', "> a"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a\tb"),
        ("&lt;a&gt; &amp; b&nbsp;c", "<a> & b c"),
    ],
)
def test_R12_HTML_reads_as_text(html: str, text: str) -> None:
    assert to_text(html) == text


@pytest.mark.parametrize(
    ("html", "own"),
    [
        ("<html><body><blockquote><p>#close</p></blockquote><p>thanks</p></body></html>", False),
        ("<div><p>#close</p><blockquote>old</blockquote></div>", True),
        ('<blockquote type="cite">old</blockquote><p>#close</p>', True),
    ],
)
def test_R21_what_begins_inside_a_blockquote_commands_nothing(html: str, own: bool) -> None:
    raw = f"From: a@b.example\r\nContent-Type: text/html\r\n\r\n{html}\r\n".encode()
    assert parse(raw).own_words is own
