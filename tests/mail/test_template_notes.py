"""What single notices say of the facts that they alone have: severities, escalations, access, calls, lists."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mailproc.mail.facts import BY_PERSONS, CUSTOMER_NOTICES, STAFF_NOTICES, WRITTEN
from mailproc.mail.samples import sample
from mailproc.mail.templates import Rendered, Templates

ROOT = Path(__file__).parents[2]
TEMPLATES = Templates.load({file.name: file.read_text(encoding="utf-8") for file in (ROOT / "templates").glob("*.j2")})
LATER = datetime(2026, 3, 9, 21, 20, tzinfo=UTC)
LONG = "The nightly export stops, and nobody has changed anything " * 40


def said(notice: str, language: str = "en", *, verified: bool = True, **note: Any) -> Rendered:
    """The sample of a notice with other facts of its own."""
    facts = sample(notice, language, verified=verified)
    facts["note"] |= note
    return TEMPLATES.render(notice, language, facts)


def words(rendered: Rendered) -> str:
    """The text on one line."""
    return " ".join(rendered.text.split())


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("notice", WRITTEN)
@pytest.mark.parametrize("subject", ["", LONG])
@pytest.mark.parametrize("verified", [True, False])
def test_a_notice_can_be_written_for_any_subject_and_any_sender(
    notice: str, language: str, subject: str, verified: bool
) -> None:
    facts = sample(notice, language, verified=verified)
    facts["case"] |= {"subject": subject}
    rendered = TEMPLATES.render(notice, language, facts)
    assert rendered.subject
    assert "\n" not in rendered.subject
    assert rendered.text.strip()
    assert not re.search(r"  |[({] ?[)}]| [.,;]|,,|None|\bFalse\b", rendered.subject)
    repeats = LONG.strip() in rendered.subject
    if repeats:
        assert subject
        assert verified or notice in STAFF_NOTICES or notice in BY_PERSONS


def test_JEL_3_a_proposal_names_both_severities_the_reason_and_until_when_the_old_one_holds() -> None:
    text = words(said("severity_proposal", old="2", new="3", reason="One export is late.", until=LATER))
    for part in (
        "from 2 to 3",
        "One export is late.",
        '"yes" or "no"',
        "nothing changes",
        "by Monday 9 March, 17:20 EDT",
    ):
        assert part in text
    assert "EDT" not in words(said("severity_proposal", until=None))


@pytest.mark.parametrize("language", ["en", "de"])
def test_JEL_4_a_confirmation_says_why_the_severity_was_lowered(language: str) -> None:
    capped = {"claimed": "1", "taken": "2", "reason": "databases are at most 2"}
    assert "databases are at most 2" in words(said("confirmation", language, capped=capped))
    assert "databases" not in words(said("confirmation", language))
    assert "You asked for severity 1; we have taken 2: databases" in words(said("confirmation", capped=capped))
    assert "you asked for severity 1" in words(said("severity_capped", old="1", new="2"))


def test_JEL_2_a_confirmation_says_what_the_other_severities_mean() -> None:
    levels = ({"label": "1", "means": "everything is down"}, {"label": "4", "means": "a question"})
    assert "1: everything is down - 4: a question" in words(said("confirmation", choose=True, severities=levels))
    for other in (
        said("confirmation", choose=False, severities=levels),
        said("confirmation", verified=False, choose=True, severities=levels),  # it is kept short for a stranger (R16)
    ):
        assert "everything is down" not in other.text


def test_JEL_7_a_confirmation_asks_for_the_business_impact() -> None:
    assert "how many people are affected, what stands still, and since when" in words(
        said("confirmation", asks_impact=True)
    )
    assert "how many people" not in words(said("confirmation"))


def test_ELA_11_a_caller_reads_when_we_call_back_and_when_the_telephone_opens() -> None:
    text = words(said("confirmation", call_back={"due": LATER, "opens": LATER - timedelta(hours=5)}))
    assert "we aim to telephone you by Monday 9 March, 17:20 EDT" in text
    assert "it opens again on Monday 9 March, 12:20 EDT" in text
    assert "your mail" not in text
    assert "telephone" not in words(said("confirmation", call_back={"due": None, "opens": None}))


@pytest.mark.parametrize("verified", [True, False])
def test_EIO_8_an_incident_is_told_in_the_words_of_who_declared_it(verified: bool) -> None:
    incident = {"name": "Exports are slow", "text": "A disk is being replaced."}
    text = words(said("confirmation", verified=verified, incident=incident))
    assert "working on: Exports are slow. A disk is being replaced." in text
    begun, over = (said("incident", verified=verified, over=each) for each in (False, True))
    assert begun.subject == "Re: [#1042] Exports are slow"
    assert "working on: Exports are slow" in words(begun)
    assert over.subject.endswith("it is over")
    assert "is over: Exports are slow. Exports run at their usual speed" in words(over)


def test_CON_10_articles_are_named_with_their_addresses() -> None:
    rendered = said(
        "confirmation", articles=({"title": "Exports & disks", "address": "https://help.example/1?a=b&c=d"},)
    )
    assert "- Exports & disks: https://help.example/1?a=b&c=d" in rendered.text
    assert 'Exports &amp; disks: <a href="https://help.example/1?a=b&amp;c=d">' in (rendered.html or "")


def test_EIO_6_the_customer_reads_whether_somebody_was_paged_or_the_tier_changed() -> None:
    assert "alerted our on-call team" in words(said("escalated", paged=True))
    assert "on tier 3 now" in words(said("escalated", tier=3))
    assert "more people with more experience" in words(said("escalated"))


@pytest.mark.parametrize("notice", sorted({*CUSTOMER_NOTICES} - BY_PERSONS))
@pytest.mark.parametrize("language", ["en", "de"])
def test_no_agent_is_named_to_a_customer_by_a_machine(notice: str, language: str) -> None:
    facts = sample(notice, language)
    facts["note"] |= {"by": "bob@example.com", "absent": ("bob@example.com",), "on_call": ("bob@example.com",)}
    facts["case"] |= {"owner": "bob@example.com"}
    rendered = TEMPLATES.render(notice, language, facts)
    assert "bob@example.com" not in f"{rendered.subject}{rendered.text}{rendered.html}"


def test_EIO_5_who_is_declined_reads_why_and_what_to_do_instead() -> None:
    text = words(said("declined_escalation", reason="Support has acknowledged it already."))
    assert "Support has acknowledged it already." in text
    assert "What you can do instead" in text


def test_JEL_6_the_hoster_is_named_where_it_is_known() -> None:
    assert "your hosting provider, Hosting Example." in words(said("not_entitled"))
    assert "Please ask your hosting provider. They" in words(said("not_entitled", hoster=""))
    assert "1042" not in said("not_entitled").text


def test_ELA_12_a_wish_and_a_training_are_confirmed_in_their_own_words() -> None:
    assert "your suggestion" in said("enhancement_received", kind="enhancement").subject
    training = said("enhancement_received", kind="Training")
    assert "your request for training" in training.subject
    assert "no date" in words(training)
    assert not re.search(r"EST|EDT|March", training.text)


def test_OWN_9_access_is_asked_for_or_only_told() -> None:
    asked, told = (said("access_request", asks=each, until=LATER) for each in (True, False))
    assert "Do you agree?" in asked.text
    assert "Do you agree?" not in told.text
    for each in (asked, told):
        assert "for this case alone, until Monday 9 March, 17:20 EDT" in words(each)
        assert "to see why the export" in words(each)


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_resolution_asks_only_where_the_answer_is_counted(language: str) -> None:
    question = {"en": "Was it solved?", "de": "Ist es gelöst?"}[language]
    assert question in said("resolution", language, asks=True).text
    assert question not in said("resolution", language, asks=False).text


def test_EIO_6_a_page_says_which_rule_calls_and_that_others_were_silent() -> None:
    assert "The rule that calls you: Severe impact." in words(said("page", condition="severe_impact"))
    assert words(said("page", condition="lockout", reason="lockout")).lower().count("lockout") == 1
    assert "has not acknowledged it" in words(said("page", rung=2))
    assert "acknowledged it" not in words(said("page", rung=1))
    assert "You were paged before" in words(said("page", rung=1, repeat=1))


def test_JEL_3_a_task_tells_the_severity_that_the_customer_wants() -> None:
    rendered = said("task", label="severity_wish", old="3", new="1", reason="Nobody can work.")
    assert "The customer asks for another severity" in rendered.subject
    assert "Severity now: 3; asked for: 1. The reason given: Nobody can work." in words(rendered)


@pytest.mark.parametrize(
    "label",
    ["triage", "call_back", "access", "assigned", "wait_over", "undeliverable", "incident", "tracker", "severity_wish"],
)
def test_every_task_has_words_in_both_languages(label: str) -> None:
    subjects = [said("task", language, label=label).subject for language in ("en", "de")]
    titles = [re.sub(r" (by|bis) .*", "", subject) for subject in subjects]
    assert titles[0] != titles[1]  # a label without words of its own is written alike in all languages


def test_OWN_6_a_digest_lists_by_group_and_counts_what_is_overdue() -> None:
    rendered = said("digest")
    assert rendered.subject == "Your day: 2 cases, 1 overdue"
    text = words(rendered)
    for part in (
        "On call today: bob.",
        "you stand in for them: alice.",
        "Yours: - [#1042]",
        "Taken by nobody: - [#1057]",
    ):
        assert part in text
    assert "Working service was due Saturday 7 March" in text
    assert "open for 1 day 4 hours" in text
    ungrouped = words(said("digest", groups=(), absent=(), on_call=()))
    assert "the most urgent first: - [#1042]" in ungrouped
    assert "On call" not in ungrouped


@pytest.mark.parametrize("notice", ["digest", "hot_items", "account_summary", "committee"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_list_needs_of_a_case_no_more_than_its_number(notice: str, language: str) -> None:
    cases = ({"number": 7, "tag": "[#7]"},)
    groups = ({"label": "yours", "cases": cases},)
    lists = {"cases": cases, "groups": groups, "customers": ({"name": "", "cases": cases},)}
    assert "[#7]" in said(notice, language, **lists).text
    assert "[#" not in said(notice, language, cases=(), groups=(), customers=()).text


def test_ELA_5_an_account_summary_goes_by_customer() -> None:
    text = words(said("account_summary"))
    assert "Customer Example, 2 open: - [#1042] Nightly export stops: High, open, bob" in text


def test_ELA_9_the_committee_reads_what_waits_for_it() -> None:
    assert "[#1042] Nightly export stops, Customer Example: Enhancement, open" in words(said("committee"))
