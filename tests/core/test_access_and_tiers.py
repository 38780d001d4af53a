"""What follows from tiers, from access to a customer's data and from another plan (OWN-8, OWN-9, OWN-10)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from given import CAROL, OPENED, ROOT, a_case, after, happen, mails, policy_of

from mailproc.core import effects as e
from mailproc.core import events as ev
from mailproc.core.case import Access, Case, Person, State
from mailproc.core.decide import ImpossibleEvent, decide
from mailproc.core.steps import next_due
from mailproc.policy.agreement import agreed

TEXT = (ROOT / "policies" / "ownbackup.toml").read_text(encoding="utf-8")
OWN = policy_of(TEXT, "ownbackup.toml")
ASKING = policy_of(TEXT.replace("consent   = false", "consent   = true"), "ownbackup.toml")
CONCEAL = policy_of((ROOT / "policies" / "conceal.toml").read_text(encoding="utf-8"), "conceal.toml")
NOW = OPENED + timedelta(minutes=10)
DAY = timedelta(days=1)
ASKS = ev.AccessRequested(by="bob", purpose="compare the records", authorised=True)


def on_tier_2(**facts: Any) -> Case:
    return a_case(state=State.OPEN, tier=2, plan="premier", **facts)


def policy(whole=OWN, plan: str = "premier"):
    return agreed(whole, plan)


def facts(effects: list[e.Effect]) -> list[e.SetAccess]:
    return [one for one in effects if isinstance(one, e.SetAccess)]


# OWN-8


def test_OWN_8_only_who_may_escalate_a_severity_may_hand_it_up():
    low = a_case(severity="low", state=State.OPEN)
    with pytest.raises(ImpossibleEvent, match="escalated by management alone"):
        decide(low, ev.TierSet(by="alice", tier=2), CONCEAL, NOW)
    by_manager = ev.TierSet(by="manager", tier=2, roles=frozenset({"management"}))
    assert ("escalated", "customer") in mails(decide(low, by_manager, CONCEAL, NOW))
    assert mails(decide(after(low, [e.SetTier(3)]), ev.TierSet(by="alice", tier=1), CONCEAL, NOW)) == []


def test_OWN_8_a_customer_whom_no_machine_may_write_to_is_not_told():
    case = a_case(state=State.OPEN, answerable=False)
    assert mails(decide(case, ev.TierSet(by="alice", tier=2), policy(), NOW)) == [("escalation", "team_lead")]


# OWN-9


@pytest.mark.parametrize(
    ("case", "event", "why"),
    [
        (on_tier_2(), ev.AccessRequested(by="alice", purpose="x"), "not authorised"),
        (on_tier_2(), ev.AccessRequested(by="bob", purpose=" ", authorised=True), "say what for"),
        (a_case(state=State.OPEN), ASKS, "on tier 1, and access is for cases on tier 2"),
        (on_tier_2(access=Access(by="lead", purpose="x", at=OPENED, granted=OPENED)), ASKS, "lead has access already"),
        (on_tier_2(access=Access(by="lead", purpose="x", at=OPENED, asked=True)), ASKS, "has not answered yet"),
        (on_tier_2(answerable=False), ASKS, "cannot be told"),
        (on_tier_2(requester=Person("", phone="+12125550147")), ASKS, "cannot be told"),
        (on_tier_2(resolved=OPENED), ASKS, None),
    ],
)
def test_OWN_9_who_may_not_look_hears_why(case, event, why):
    if why is None:
        assert facts(decide(case, event, policy(), NOW))
        return
    with pytest.raises(ImpossibleEvent, match=rf"{why}.*\(OWN-9\)"):
        decide(case, event, policy(), NOW)


def test_OWN_9_purpose_and_end_are_on_record_and_told():
    effects = decide(on_tier_2(), ASKS, policy(), NOW)
    [leave] = facts(effects)
    assert leave.access == Access("bob", "compare the records", NOW, granted=NOW, until=NOW + 3 * DAY)
    assert leave.clause == ("OWN-9",)
    assert "compare the records" in leave.because
    notice = next(one for one in effects if isinstance(one, e.Notice))
    assert (notice.template, notice.about["asks"], notice.about["until"]) == ("access_request", False, NOW + 3 * DAY)
    case = after(on_tier_2(), effects)
    [over] = facts(decide(case, ev.Tick(), policy(), NOW + 3 * DAY))
    assert over.access is None
    assert facts(decide(case, ev.Tick(), policy(), NOW + 3 * DAY - timedelta(seconds=1))) == []


def test_OWN_9_with_consent_nothing_is_granted_before_the_customer_says_so():
    case = happen(on_tier_2(), (ASKS, NOW), policy=policy(ASKING))
    assert case.access == Access("bob", "compare the records", NOW, asked=True)
    later = NOW + DAY
    yes = decide(case, ev.Consented(CAROL, True), policy(ASKING), later)
    assert facts(yes)[0].access == Access("bob", "compare the records", NOW, granted=later, until=later + 3 * DAY)
    assert ("task", "bob") in mails(yes)
    no = decide(case, ev.Consented(CAROL, False), policy(ASKING), later)
    assert facts(no)[0].access is None
    assert ("task", "bob") in mails(no)


@pytest.mark.parametrize(("word", "granted"), [("yes", True), ("no", False)])
def test_OWN_9_a_yes_or_a_no_in_words_is_an_answer(word, granted):
    case = happen(on_tier_2(), (ASKS, NOW), policy=policy(ASKING))
    wrote = ev.CustomerWrote(CAROL, word, answer=word, answers="access_request")
    answered = happen(case, (wrote, NOW + DAY), policy=policy(ASKING))
    assert bool(answered.access and answered.access.granted) is granted


def test_OWN_9_a_yes_to_something_else_grants_nothing():
    case = happen(on_tier_2(), (ASKS, NOW), policy=policy(ASKING))
    wrote = ev.CustomerWrote(CAROL, "yes", answer="yes", answers="resolution")
    answered = happen(case, (wrote, NOW + DAY), policy=policy(ASKING))
    assert answered.access == case.access


def test_OWN_9_the_customer_may_take_the_leave_back():
    case = happen(on_tier_2(), (ASKS, NOW), policy=policy())
    effects = decide(case, ev.Consented(CAROL, False), policy(), NOW + DAY)
    assert facts(effects)[0].access is None
    assert ("task", "bob") in mails(effects)


@pytest.mark.parametrize("whole", [OWN, ASKING])
def test_OWN_9_the_leave_and_the_question_end_with_the_case(whole):
    case = happen(on_tier_2(), (ASKS, NOW), (ev.Resolved(by="bob"), NOW + DAY), policy=policy(whole))
    assert next_due(case, policy(whole)) == NOW + DAY
    effects = decide(case, ev.Tick(), policy(whole), NOW + DAY)
    assert facts(effects)[0].access is None
    assert mails(effects) == [("task", "bob")]


# OWN-10


def test_OWN_10_another_plan_counts_from_the_opening_and_what_broke_stays_broken():
    case = happen(a_case(plan="premier"), (ev.Opened(), OPENED), policy=policy())
    late = OPENED + timedelta(hours=2)
    case = happen(case, (ev.Tick(), OPENED + timedelta(hours=1)), policy=policy())
    changed = happen(case, (ev.CustomerChanged("standard", "Asia/Kathmandu"), late), policy=policy())
    assert changed.broken == case.broken == {"initial_response": OPENED + timedelta(hours=1)}
    assert (changed.plan, changed.zone, changed.recounts) == ("standard", "Asia/Kathmandu", 1)


def test_another_name_of_the_same_promises_counts_nothing_anew():
    case = happen(a_case(), (ev.Opened(), OPENED), policy=CONCEAL)
    effects = decide(case, ev.CustomerChanged("premier", "Asia/Kathmandu"), CONCEAL, NOW)
    assert [type(one) for one in effects] == [e.SetTerms]
    assert after(case, effects).recounts == 0


def test_only_the_end_of_a_term_moves_nothing_else():
    case = a_case(plan="premier", zone="UTC", terms_until=NOW)
    effects = decide(case, ev.CustomerChanged("premier", "UTC", NOW + DAY), policy(), NOW)
    assert after(case, effects) == a_case(plan="premier", zone="UTC", terms_until=NOW + DAY)
