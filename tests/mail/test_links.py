"""Links that open a ready reply."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproc.mail.commands import AGENT_VERBS, CUSTOMER_VERBS, split
from mailproc.mail.facts import WRITTEN
from mailproc.mail.links import likely_commands, mailto, severity_links

CASE = {"tag": "[#1042]", "subject": "Export & Überblick", "owner": "", "severity": "high"}
ADDRESS = "support+abc@example.com"


def opened(href: str) -> tuple[str, str, str]:
    parts = urlsplit(href)
    assert parts.scheme == "mailto"
    fields = parse_qs(parts.query, keep_blank_values=True)
    return unquote(parts.path), fields["subject"][0], fields.get("body", [""])[0]


@settings(deadline=None)
@given(st.text(alphabet=st.characters(codec="ascii", categories=["L", "N", "P", "S", "Zs"]), max_size=60))
def test_R25_a_subject_comes_out_of_a_link_as_it_went_in(subject: str) -> None:
    assert opened(mailto(ADDRESS, subject))[1] == " ".join(subject.split())


def test_R25_lines_are_written_as_RFC_6068_says() -> None:
    href = mailto(ADDRESS, "a+b & c", "#take\n\nbye")
    assert href.isascii()
    assert " " not in href
    assert "body=%23take%0D%0A%0D%0Abye" in href
    assert opened(href) == (ADDRESS, "a+b & c", "#take\r\n\r\nbye")


@pytest.mark.parametrize("address", ["a b@example.com", "a@example.com?bcc=x@other.example", "a@b\r\nBcc: x@y", "none"])
def test_R25_a_link_to_no_address_is_not_made(address: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        mailto(address, "x")


@pytest.mark.parametrize("language", ["en", "de", "de-AT", "xx"])
@pytest.mark.parametrize("notice", WRITTEN)
def test_R25_what_a_link_opens_is_read_as_commands_without_a_problem(notice: str, language: str) -> None:
    for verbs in (AGENT_VERBS, CUSTOMER_VERBS):
        for link in likely_commands(notice, case=CASE, address=ADDRESS, verbs=verbs, language=language):
            to, subject, body = opened(link["href"])
            block = split(f"{body}Some words", verbs)
            assert (to, subject) == (ADDRESS, "Re: [#1042] Export & Überblick")
            assert link["label"]
            assert block.problems == ()
            assert len(block.commands) == (1 if body else 0)


def test_R25_what_meets_the_clock_comes_first() -> None:
    links = likely_commands("at_risk", case=CASE, address=ADDRESS, verbs=AGENT_VERBS, objective="relief")
    assert opened(links[0]["href"])[2].startswith("#relieved")


def test_R25_nobody_is_asked_to_take_a_case_that_is_taken() -> None:
    links = likely_commands("new_case", case=CASE | {"owner": "bob"}, address=ADDRESS, verbs=AGENT_VERBS)
    assert not any("%23take" in link["href"] for link in links)


def test_JEL_2_the_other_severities_are_offered() -> None:
    links = severity_links({"urgent": "Urgent", "high": "High", "low": "Low"}, case=CASE, address=ADDRESS)
    assert [link["label"] for link in links] == ["Urgent", "Low"]
    assert opened(links[0]["href"])[2] == "#severity urgent\r\n\r\n"
