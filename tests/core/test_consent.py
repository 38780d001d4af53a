"""JEL-3, JEL-4, OWN-7: a severity changes by agreement or by decision, and never above what the rules allow."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from given import CAROL, ROOT, a_case, after, happen, mails, policy_of

from mailproc.core import effects as e
from mailproc.core import events as ev
from mailproc.core.case import Case, Person, State
from mailproc.core.codec import dump, load
from mailproc.core.decide import ImpossibleEvent, decide
from mailproc.core.steps import next_due
from mailproc.policy.model import Policy

JELASTIC = policy_of((ROOT / "policies" / "jelastic.toml").read_text(encoding="utf-8"), "jelastic.toml")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def opened(**facts: Any) -> Case:
    case = a_case(severity="3", subject="the panel", **facts)
    return happen(case, (ev.Opened(case.opening), case.opened), policy=JELASTIC)


START = a_case().opened
REPLY = ev.Replied("alice", "We are looking at it.")
LOWER = ev.SeveritySet("alice", "4", "a workaround is there")


def answered(**facts: Any) -> Case:
    """A case of severity 3 that a person has answered after an hour."""
    return happen(opened(**facts), (REPLY, START + HOUR), policy=JELASTIC)


def proposed(**facts: Any) -> Case:
    """One for which 4 was proposed after two hours."""
    return happen(answered(**facts), (LOWER, START + 2 * HOUR), policy=JELASTIC)


def follow(case: Case, event: ev.Event, now: datetime = START + 3 * HOUR, policy: Policy = JELASTIC) -> list[e.Effect]:
    return decide(case, event, policy, now)


def wrote(text: str, answer: str | None = None, **facts: Any) -> ev.CustomerWrote:
    return ev.CustomerWrote(CAROL, text, answer=answer, **facts)


def about(effects: list[e.Effect], template: str) -> dict[str, Any]:
    return dict(next(one.about for one in effects if isinstance(one, e.Notice) and one.template == template))


# --- the agent's side -------------------------------------------------------------------------------------------------


def test_JEL_3_before_the_first_answer_a_change_is_refused_with_the_reason():
    with pytest.raises(ImpossibleEvent, match=r"once a person has answered the customer \(JEL-3\)"):
        follow(opened(), LOWER)


@pytest.mark.parametrize("acted", [ev.Taken("alice"), ev.Noted("alice", "hm"), ev.Waited("alice")], ids=str)
def test_JEL_3_what_the_customer_never_read_is_no_first_contact(acted: ev.Event):
    with pytest.raises(ImpossibleEvent):
        follow(happen(opened(), (acted, START + HOUR), policy=JELASTIC), LOWER)


def test_JEL_3_a_change_is_proposed_and_the_old_severity_holds():
    effects = follow(answered(), LOWER, START + 2 * HOUR)
    case = after(answered(), effects)
    assert mails(effects) == [("severity_proposal", "customer")]
    asked = about(effects, "severity_proposal")
    assert (asked["old"], asked["new"], asked["reason"]) == ("3", "4", "a workaround is there")
    assert asked["until"] == START + 2 * HOUR + 2 * DAY
    assert case.severity == "3"
    assert case.recounts == answered().recounts
    assert load(dump(case)) == case


def test_JEL_3_every_mail_that_a_change_causes_names_the_clause():
    for event in (LOWER, ev.SeverityWished(CAROL, "1", "all is down")):
        assert all(one.clause == ("JEL-3",) for one in follow(answered(), event) if isinstance(one, e.Notice))
    for effects in (follow(proposed(), ev.Consented(CAROL, True)), follow(proposed(), ev.Consented(CAROL, False))):
        assert all(one.clause == ("JEL-3",) for one in effects if isinstance(one, e.Notice))


def test_JEL_3_a_second_proposal_takes_the_place_of_the_first():
    case = happen(proposed(), (ev.SeveritySet("bob", "2"), START + 3 * HOUR), policy=JELASTIC)
    assert case.proposal is not None
    assert (case.proposal.severity, case.proposal.by) == ("2", "bob")
    effects = follow(case, ev.Consented(CAROL, True), START + 4 * HOUR)
    assert after(case, effects).severity == "2"


def test_the_present_severity_is_no_change():
    with pytest.raises(ImpossibleEvent, match="the severity is 3 already"):
        follow(answered(), ev.SeveritySet("alice", "3"))


def test_who_cannot_be_asked_is_not_asked_and_the_agent_decides():
    case = answered(answerable=False)
    assert after(case, follow(case, LOWER)).severity == "4"


def test_OWN_7_where_the_agent_decides_the_change_is_at_once_and_told():
    decides = replace(JELASTIC, consent=replace(JELASTIC.consent, customer_agrees=False, clause=("OWN-7",)))
    effects = follow(opened(), LOWER, policy=decides)
    assert after(opened(), effects).severity == "4"
    assert mails(effects) == [("severity_changed", "customer")]
    assert about(effects, "severity_changed") == {"old": "3", "new": "4", "reason": "a workaround is there"}


# --- the customer's answer --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "yes",
    [
        ev.Consented(CAROL, True),
        wrote("Yes", "yes"),
        wrote("Yes", "yes", answers="severity_proposal"),
        ev.SeverityWished(CAROL, "4"),
        ev.Consented(Person("dave@customer.example"), True),
    ],
    ids=["click", "word", "word below the question", "the same wish", "colleague"],
)
def test_JEL_3_yes_takes_it_and_tells_the_customer(yes: ev.Event):
    effects = follow(proposed(), yes)
    case = after(proposed(), effects)
    assert (case.severity, case.proposal) == ("4", None)
    assert ("severity_changed", "customer") in mails(effects)


@pytest.mark.parametrize(
    "no", [ev.Consented(CAROL, False, "it costs us an hour a day"), wrote("No", "no")], ids=["click", "word"]
)
def test_JEL_3_no_drops_it_and_tells_the_owner(no: ev.Event):
    effects = follow(proposed(), no)
    case = after(proposed(), effects)
    assert (case.severity, case.proposal) == ("3", None)
    assert [to for _, to in mails(effects)] == ["owner"]
    assert "does not agree" in next(one.because for one in effects if isinstance(one, e.Notice))


@pytest.mark.parametrize(
    "other",
    [
        wrote("It is slow again."),
        wrote("Yes", "yes", answers="customer_reply"),
        ev.StatusAsked(CAROL),
        ev.UpdatesStopped(CAROL),
    ],
    ids=["another word", "yes to another mail", "status", "stop"],
)
def test_JEL_3_what_is_no_answer_to_the_question_leaves_it_open(other: ev.Event):
    case = after(proposed(), follow(proposed(), other))
    assert (case.severity, case.proposal) == ("3", proposed().proposal)


def test_a_no_to_a_later_question_leaves_the_proposal_open():
    case = happen(proposed(), (ev.Relieved("alice", "It works again."), START + 3 * HOUR), policy=JELASTIC)
    case = after(case, follow(case, wrote("No", "no"), START + 4 * HOUR))
    assert case.state is State.OPEN
    assert case.proposal is not None


def test_an_answer_where_nothing_is_asked_reaches_the_owner_and_changes_nothing():
    effects = follow(answered(), ev.Consented(CAROL, True))
    assert mails(effects) == [("customer_mail", "owner")]
    assert after(answered(), effects).severity == "3"


def test_JEL_3_an_answer_ends_the_waiting_as_any_mail_does():
    case = happen(proposed(), (ev.Waited("alice", "Do you agree?"), START + 2 * HOUR), policy=JELASTIC)
    for event in (ev.Consented(CAROL, True), ev.Consented(CAROL, False), ev.SeverityWished(CAROL, "1")):
        done = after(case, follow(case, event))
        assert (done.state, done.paused) == (State.OPEN, None)


# --- lapse, end -------------------------------------------------------------------------------------------------------


def test_JEL_3_a_proposal_lapses_at_its_second_and_the_agent_is_told():
    case = proposed()
    end = START + 2 * HOUR + 2 * DAY
    assert next_due(case, JELASTIC) == end
    effects = follow(case, ev.Tick(), end)
    assert mails(effects) == [("task", "owner")]
    assert about(effects, "task") == {
        "label": "proposal_lapsed",
        "old": "3",
        "new": "4",
        "reason": "a workaround is there",
    }
    assert after(case, effects).proposal is None


def test_JEL_3_an_answer_at_the_very_second_of_the_lapse_comes_first():
    end = START + 2 * HOUR + 2 * DAY
    assert after(proposed(), follow(proposed(), ev.Consented(CAROL, True), end)).severity == "4"
    late = after(proposed(), follow(proposed(), ev.Consented(CAROL, True), end + timedelta(seconds=1)))
    assert (late.severity, late.proposal) == ("3", None)


def test_JEL_3_the_customers_own_wish_does_not_lapse():
    case = happen(answered(), (ev.SeverityWished(CAROL, "1"), START + 2 * HOUR), policy=JELASTIC)
    assert next_due(case, JELASTIC) is None


@pytest.mark.parametrize("end", [ev.Resolved("alice"), ev.Closed("alice"), ev.CustomerClosed(CAROL)], ids=str)
def test_JEL_3_the_end_of_the_case_drops_the_proposal(end: ev.Event):
    assert after(proposed(), follow(proposed(), end)).proposal is None


# --- the customer's wish ----------------------------------------------------------------------------------------------


def test_JEL_3_the_customers_own_change_waits_for_an_agent():
    effects = follow(opened(), ev.SeverityWished(CAROL, "1", "all sites are down"))
    case = after(opened(), effects)
    assert case.severity == "3"
    assert mails(effects) == [("task", "owner")]
    assert about(effects, "task")["label"] == "severity_wish"
    taken = follow(case, ev.SeveritySet("alice", "1"))
    assert after(case, taken).severity == "1"
    assert ("severity_changed", "customer") in mails(taken)


def test_JEL_3_another_severity_than_the_wished_is_a_proposal_again():
    case = happen(answered(), (ev.SeverityWished(CAROL, "1"), START + 2 * HOUR), policy=JELASTIC)
    effects = follow(case, ev.SeveritySet("alice", "2"))
    assert mails(effects) == [("severity_proposal", "customer")]
    assert after(case, effects).severity == "3"


def test_a_wish_for_the_present_severity_reaches_the_owner_alone():
    effects = follow(answered(), ev.SeverityWished(CAROL, "3", "as before"))
    assert mails(effects) == [("customer_mail", "owner")]


# --- the cap ----------------------------------------------------------------------------------------------------------

SQL = "Our MS SQL server does not answer."


def test_JEL_4_the_opening_is_capped_and_the_claim_is_kept():
    case = happen(a_case(severity="1", declared="1", opening=SQL), (ev.Opened(SQL), START), policy=JELASTIC)
    assert (case.severity, case.declared) == ("2", "1")
    assert case.capped == "Severity 1 is not available for .NET and MS SQL"


def test_JEL_4_the_confirmation_says_what_was_claimed_what_was_taken_and_why():
    effects = follow(a_case(severity="1", declared="1", opening=SQL), ev.Opened(SQL), START)
    confirmation = next(one for one in effects if isinstance(one, e.Notice) and one.template == "confirmation")
    assert confirmation.about["capped"] == {
        "claimed": "1",
        "taken": "2",
        "reason": "Severity 1 is not available for .NET and MS SQL",
    }
    assert "JEL-4" in confirmation.clause


@pytest.mark.parametrize("severity", ["2", "3", "4"])
def test_JEL_4_lower_severities_stay(severity: str):
    case = happen(a_case(severity=severity, opening=SQL), (ev.Opened(SQL), START), policy=JELASTIC)
    assert (case.severity, case.capped) == (severity, "")


def test_JEL_4_an_agents_higher_claim_is_refused_with_the_reason():
    with pytest.raises(ImpossibleEvent, match=r"severity 2 is the highest here: .*\(JEL-4\)"):
        follow(answered(opening=SQL), ev.SeveritySet("alice", "1"))


def test_JEL_4_a_customers_higher_claim_is_lowered_told_and_passed_on():
    effects = follow(answered(opening=SQL), ev.SeverityWished(CAROL, "1", "all is down"))
    assert mails(effects) == [("severity_capped", CAROL.address), ("task", "owner")]
    assert about(effects, "task")["new"] == "2"


def test_JEL_4_the_reason_of_a_claim_may_name_the_product_too():
    effects = follow(answered(), ev.SeverityWished(CAROL, "1", "the SQL Server is down"))
    assert ("severity_capped", CAROL.address) in mails(effects)


def test_JEL_4_a_product_that_is_found_out_later_caps_what_is_above_and_recounts():
    case = opened(declared="1")
    case = replace(case, severity="1")
    effects = follow(case, ev.ProductSet("alice", ".NET"), START + HOUR)
    done = after(case, effects)
    assert (done.severity, done.recounts) == ("2", case.recounts + 1)
    assert mails(effects) == [("severity_capped", "customer")]


def test_JEL_4_what_was_proposed_and_is_capped_meanwhile_is_not_taken():
    case = happen(answered(), (ev.SeveritySet("alice", "1"), START + 2 * HOUR), policy=JELASTIC)
    case = replace(case, product=".NET")
    effects = follow(case, ev.Consented(CAROL, True))
    assert after(case, effects).severity == "3"
    assert ("severity_capped", "customer") in mails(effects)


# --- was it solved? ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("said", "state"), [("yes", State.RESOLVED), ("no", State.OPEN)])
def test_the_answer_to_was_it_solved_is_counted_and_a_no_reopens(said: str, state: State):
    case = happen(answered(), (ev.Resolved("alice", "Done."), START + 2 * HOUR), policy=JELASTIC)
    effects = follow(case, wrote(said, said))
    assert [one.what for one in effects if isinstance(one, e.Count)] == ["solved" if said == "yes" else "not solved"]
    assert after(case, effects).state is state


def test_a_yes_to_another_mail_is_not_counted_as_solved():
    case = happen(answered(), (ev.Resolved("alice", "Done."), START + 2 * HOUR), policy=JELASTIC)
    assert not [one for one in follow(case, wrote("yes", "yes", answers="customer_reply")) if isinstance(one, e.Count)]


def test_a_command_to_reopen_ends_no_hold():
    case = happen(answered(), (ev.PutOnHold("alice", "vendor"), START + 2 * HOUR), policy=JELASTIC)
    done = after(case, follow(case, ev.CustomerReopened(CAROL, "hello?")))
    assert done.state is State.HELD
    assert done.paused is not None
