"""Links that open a ready reply."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproc.mail.answers import answer
from mailproc.mail.commands import AGENT_VERBS, CUSTOMER_VERBS, split
from mailproc.mail.facts import CUSTOMER_NOTICES, WRITTEN
from mailproc.mail.links import MAX_CUSTOMER_LINKS, likely_commands, mailto

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
            assert len(block.commands) == (1 if body and answer(body) is None else 0)


def test_R25_what_meets_the_clock_comes_first() -> None:
    links = likely_commands("at_risk", case=CASE, address=ADDRESS, verbs=AGENT_VERBS, objective="relief")
    assert opened(links[0]["href"])[2].startswith("#relieved")


def test_R25_nobody_is_asked_to_take_a_case_that_is_taken() -> None:
    links = likely_commands("new_case", case=CASE | {"owner": "bob"}, address=ADDRESS, verbs=AGENT_VERBS)
    assert not any("%23take" in link["href"] for link in links)


LEVELS = {"urgent": "Urgent", "high": "High", "low": "Low"}
EVERYTHING = AGENT_VERBS | CUSTOMER_VERBS | {"severity", "escalate", "agree", "disagree", "close", "reopen"}


def bodies(notice: str, language: str = "en", **about: object) -> list[str]:
    """What the links of a notice open, where the reader may say everything."""
    links = likely_commands(
        notice, case=CASE, address=ADDRESS, verbs=EVERYTHING, language=language, about=about, severities=LEVELS
    )
    return [opened(link["href"])[2].strip() for link in links]


def test_JEL_2_the_other_severities_are_offered_where_the_customer_chooses() -> None:
    links = likely_commands(
        "confirmation", case=CASE, address=ADDRESS, verbs=EVERYTHING, about={"choose": True}, severities=LEVELS
    )
    assert [link["label"] for link in links][:2] == ["Change the severity to Urgent", "Change the severity to Low"]
    assert opened(links[0]["href"])[2] == "#severity urgent because\r\n\r\n"
    assert bodies("confirmation", choose=False) == ["#status", "#close"]


@pytest.mark.parametrize(
    ("notice", "about", "first"),
    [
        ("severity_proposal", {}, ["#agree", "#disagree"]),
        ("access_request", {"asks": True}, ["#agree", "#disagree"]),
        ("access_request", {"asks": False}, ["#status"]),
        ("resolution", {"asks": True}, ["yes", "no"]),
        ("resolution", {}, ["#close", "#reopen"]),
        ("update", {}, ["#status", "#stop-updates", "#escalate because"]),
        ("task", {"label": "severity_wish", "new": "low"}, ["#severity low because", "#done severity_wish"]),
        ("task", {"label": "call_back"}, ["#take", "#done callback"]),
        ("task", {"label": "triage_by_lead"}, ["#take", "#done triage_by_lead", "#note"]),
        ("task", {"label": "Not a word"}, ["#take", "#note"]),
        ("task", {}, ["#take", "#note"]),
        ("task", {"label": "assigned"}, ["#progress"]),
        ("transcript", {"held": True}, ["#retry"]),
    ],
)
def test_R25_the_links_fit_what_the_notice_is_about(notice: str, about: dict[str, object], first: list[str]) -> None:
    assert bodies(notice, **about)[: len(first)] == first


@pytest.mark.parametrize(("language", "words"), [("en", ["yes", "no"]), ("de", ["ja", "nein"]), ("fr", ["yes", "no"])])
def test_R25_a_yes_and_a_no_are_written_so_that_they_are_understood(language: str, words: list[str]) -> None:
    said = bodies("resolution", language, asks=True)
    assert said == words
    assert [answer(word) for word in said] == ["yes", "no"]


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (CASE | {"tag": ""}, ["#help"]),
        (CASE | {"state": "resolved"}, ["#reopen", "#help"]),
        (CASE | {"state": "open"}, ["#help", "#escalate because"]),
    ],
)
def test_R25_the_state_of_no_case_or_of_one_that_is_over_offers_no_escalation(
    case: dict[str, str], said: list[str]
) -> None:
    links = likely_commands("status", case=case, address=ADDRESS, verbs=EVERYTHING)
    assert [opened(link["href"])[2].strip() for link in links] == said


def test_R25_an_alarm_to_the_operator_offers_nothing_of_a_case() -> None:
    assert bodies("operator_alarm", label="undeliverable") == []


@pytest.mark.parametrize("notice", CUSTOMER_NOTICES)
def test_R25_a_customer_is_offered_few_links(notice: str) -> None:
    assert len(bodies(notice, choose=True, asks=True)) <= MAX_CUSTOMER_LINKS
