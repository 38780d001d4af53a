# ruff: noqa: E501
"""Replies in HTML as the programs of the world write them: what is quoted goes, what is answered stays (R11, R12)."""

from __future__ import annotations

import pytest

from mailproc.mail.html import to_text
from mailproc.mail.quotes import split

ON = "On Tue, Nov 3, 2026 at 9:15 AM Support Desk &lt;<a href='mailto:s@example.com'>s@example.com</a>&gt; wrote:"
HEAD = "<b>From:</b> Support &lt;s@example.com&gt;<br><b>Sent:</b> 3 November 2026 09:15<br><b>To:</b> Carol<br><b>Subject:</b> x"
QUOTES = [
    f'<div class="gmail_quote"><div dir="ltr" class="gmail_attr">{ON}<br></div><blockquote class="gmail_quote">old</blockquote></div>',
    f'<div class="gmail_quote gmail_quote_container"><div class="gmail_attr">{ON}</div><blockquote style="border-left:1px solid">old</blockquote></div>',
    f'<div class="gmail_extra">{ON}<br><blockquote>old</blockquote></div>',
    f'<div id="appendonsend"></div><hr tabindex="-1"><div id="divRplyFwdMsg">{HEAD}</div><div>old</div>',
    f'<div id="x_divRplyFwdMsg">{HEAD}</div><div>old</div>',
    f'<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p>{HEAD}</p></div><p>old</p>',
    f'<div style="border-top: solid #B5C4DF 1.0pt"><p>{HEAD}</p></div><p>old</p>',
    f'<hr id="stopSpelling">{HEAD}<br><br>old',
    f'<span id="OLK_SRC_BODY_SECTION"><div>{HEAD}</div><div>old</div></span>',
    f'<div class="ms-outlook-mobile-reference-message"><div>{HEAD}</div>old</div>',
    f'<div>{ON}</div><br><blockquote type="cite"><div>old</div></blockquote>',
    f'<div class="moz-cite-prefix">{ON}<br></div><blockquote type="cite" cite="mid:1@example.com">old</blockquote>',
    f'<div id="yahoo_quoted_1" class="yahoo_quoted"><div>{ON}</div><div>old</div></div>',
    f'<div class="ydp1a2b3c4dyahoo_quoted"><div>{ON}</div><div>old</div></div>',
    f'<div class="protonmail_quote">{ON}<br><blockquote class="protonmail_quote" type="cite">old</blockquote><br></div>',
    f'<div class="zmail_extra"><br>---- {ON} ----<br><blockquote style="border-left:1px solid">old</blockquote></div>',
    '<div name="quote" style="margin:10px"><div><b>Gesendet:</b> Dienstag, 3. November 2026 um 09:15 Uhr</div><div name="quoted-content">old<blockquote>older</blockquote>old</div></div>',
    f'<div>{ON}</div><blockquote class="tutanota_quote">old</blockquote>',
    f'<div name="messageReplySection">{ON}<br><blockquote type="cite">old</blockquote></div>',
    f'<p id="reply-intro">{ON}</p><blockquote type="cite">old</blockquote>',
    "<div>------------------&nbsp;原始邮件&nbsp;------------------</div><div><b>发件人:</b> s@example.com</div><div>old</div>",
    '<div>03.11.2026, 09:15, "Support" &lt;s@example.com&gt;:</div><blockquote><p>old</p></blockquote>',
    "<div>Вторник, 3 ноября 2026, 9:15 +03:00 от Support &lt;s@example.com&gt;:</div><blockquote id='mail-app-auto-quote'>old</blockquote>",
    f'<hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__">{HEAD}</div><div data-marker="__QUOTED_TEXT__">old</div>',
    f'<div class="history_container"><p>{ON}</p><p>old</p></div>',
    "<table><tr><td>From:</td><td>Support &lt;s@example.com&gt;</td></tr><tr><td>To:</td><td>c@d.example</td></tr><tr><td>Subject:</td><td>x</td></tr></table><p>old</p>",
]


@pytest.mark.parametrize("quote", QUOTES)
@pytest.mark.parametrize("around", ["<html><body><div>New words</div><br>{}</body></html>", "<p>New words</p>{}"])
def test_R11_a_quote_in_HTML_is_set_aside(quote: str, around: str) -> None:
    found = split(to_text(around.format(quote)))
    assert found.text == "New words"
    assert "old" in found.quoted


@pytest.mark.parametrize(
    "html",
    [
        f'<div class="gmail_quote"><div class="gmail_attr">{ON}</div><blockquote class="gmail_quote">one?</blockquote>'
        '<div>Yes.</div><blockquote class="gmail_quote">two?</blockquote><div>No.</div></div>',
        f'<div class="protonmail_quote">{ON}<br><blockquote type="cite">one?</blockquote><div>Yes.</div>'
        '<blockquote type="cite">two?</blockquote><div>No.</div></div>',
        f'<div>{ON}</div><blockquote type="cite">one?</blockquote>Yes.<blockquote type="cite">two?</blockquote>No.',
    ],
)
def test_R11_answers_between_quotes_in_HTML_are_kept(html: str) -> None:
    text = split(to_text(html)).text
    assert "Yes." in text
    assert "No." in text


@pytest.mark.parametrize(
    "html",
    [
        "<p>The manual says:</p><blockquote>Press start.</blockquote><p>I did.</p>",
        "<blockquote>Indented words</blockquote><p>And more.</p>",
        '<div style="border-top:1px solid red">Our figures</div><p>below</p>',
        '<p class="quote-of-the-day">Words</p>',
    ],
)
def test_R11_what_only_looks_quoted_in_HTML_is_kept(html: str) -> None:
    text = to_text(html)
    assert split(text).text == text
