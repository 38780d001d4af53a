"""Given a case, when something happens, then this follows: the rulings of time, gaps, gates, refusals, one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from given import BOTH, CAROL, CONCEAL, OPENED, a_case, after, happen, mails, moment, opened

from mailproc.core import effects as e
from mailproc.core import events as ev
from mailproc.core.case import Case, Person, State, Task
from mailproc.core.decide import ImpossibleEvent, decide
from mailproc.core.events import Event
from mailproc.core.steps import next_due
from mailproc.policy.model import Policy

RICH = BOTH["rich"]
HOUR = timedelta(hours=1)
CONFIRMED = ev.Delivered("confirmation", CAROL.address, "confirmation")
CALLER = Person(address="", phone="+12125550199")


def kinds(effects: list[e.Effect]) -> list[str]:
    return [type(effect).__name__ for effect in effects]


def breaks(effects: list[e.Effect]) -> list[tuple[str, datetime]]:
    return [(one.objective, one.at) for one in effects if isinstance(one, e.Break)]


def skipped(effects: list[e.Effect]) -> list[str]:
    return [one.step.name for one in effects if isinstance(one, e.Mark) and one.skipped]


def tick(case: Case, now: datetime, policy: Policy = CONCEAL) -> list[e.Effect]:
    return decide(case, ev.Tick(), policy, now)


# --- time after a gap -------------------------------------------------------------------------------------------------


def test_after_a_gap_there_is_one_update_and_of_each_clock_the_furthest_step():
    case = happen(opened(), (CONFIRMED, OPENED))
    late = moment("2026-03-11 09:00")
    effects = tick(case, late)
    assert mails(effects) == [
        ("breach", "owner"),
        ("breach", "team_lead"),
        ("update", "customer"),
        ("breach", "owner"),
        ("breach", "team_lead"),
        ("at_risk", "owner"),
        ("at_risk", "owner"),
    ]
    assert breaks(effects) == [
        ("initial_response", moment("2026-03-09 14:00")),
        ("human_response", moment("2026-03-09 18:00")),
    ]
    assert sorted(skipped(effects)) == [
        "25% of action_plan to team_lead",
        "30 minutes before update to owner",
        "75% of human_response to owner",
        "75% of initial_response to owner",
    ]
    case = after(case, effects)
    assert case.updated == late
    assert next_due(case, CONCEAL) == moment("2026-03-11 10:00")
    assert tick(case, late) == []


def test_a_response_after_a_gap_does_not_hide_that_it_came_too_late():
    case = happen(opened(), (CONFIRMED, OPENED))
    effects = decide(case, ev.Replied("alice", "Hello"), CONCEAL, moment("2026-03-09 14:00:01"))
    assert breaks(effects) == [("initial_response", moment("2026-03-09 14:00"))]
    assert kinds(effects).index("Break") < kinds(effects).index("Meet")
    assert mails(effects)[:3] == [("breach", "owner"), ("breach", "team_lead"), ("update", "customer")]
    on_time = decide(case, ev.Replied("alice", "Hello"), CONCEAL, moment("2026-03-09 14:00:00"))
    assert breaks(on_time) == []


def test_a_clock_that_goes_backward_tells_nothing_again():
    case = happen(opened(), (CONFIRMED, OPENED))
    case = happen(case, (ev.Tick(), moment("2026-03-09 14:00")))
    assert tick(case, moment("2026-03-09 12:00")) == []
    assert next_due(case, CONCEAL) == moment("2026-03-09 16:00")


def test_CON_3_an_undelivered_confirmation_alarms_the_operator_before_it_breaks():
    case = opened()
    alarm = tick(case, moment("2026-03-09 10:20"))
    assert (mails(alarm), breaks(alarm)) == ([("operator_alarm", "operator")], [])
    case = after(case, alarm)
    due = moment("2026-03-09 10:30")
    assert breaks(tick(case, due)) == [("confirmation", due)]
    in_time = happen(case, (CONFIRMED, due))
    assert "confirmation" in in_time.met
    assert tick(in_time, due) == []


def test_CON_3_only_the_confirmation_itself_meets_its_clock():
    alarm = ev.Delivered("operator_alarm", "ops@example.com", "confirmation")
    assert decide(opened(), alarm, CONCEAL, OPENED) == []


def test_ELA_9_the_own_confirmation_of_a_type_meets_the_clock_of_confirmations():
    received = ev.Delivered("enhancement_received", CAROL.address, "confirmation")
    assert "confirmation" in happen(opened(), (received, OPENED)).met


def test_CON_8_an_unowned_case_is_announced_and_an_owned_one_is_not():
    case = happen(opened(severity="urgent"), (CONFIRMED, OPENED), (ev.Replied("alice", "Hello"), OPENED))
    case = happen(case, (ev.UpdatesStopped(CAROL), OPENED))
    quarter = moment("2026-03-09 13:00")
    assert mails(tick(case, quarter)) == [("at_risk", "team_lead")]
    owned = happen(case, (ev.Taken("alice"), OPENED))
    silent = tick(owned, quarter)
    assert (kinds(silent), mails(silent)) == (["Mark"], [])
    assert next_due(after(owned, silent), CONCEAL) > quarter


# --- waiting ----------------------------------------------------------------------------------------------------------


def test_a_wait_with_an_end_ends_then_whatever_else_was_missed_in_a_gap():
    case = happen(opened(), (CONFIRMED, OPENED), (ev.Waited("alice", "Why?", OPENED + timedelta(days=3)), OPENED))
    case = happen(case, (ev.Tick(), OPENED + timedelta(days=30)))
    assert (case.state, case.paused, case.wait_until) == (State.OPEN, None, None)


def test_the_last_reminder_alone_announces_the_closing():
    case = happen(opened(), (CONFIRMED, OPENED), (ev.Waited("alice", "Why?"), OPENED))
    reminders = []
    while case.state is State.WAITING:
        now = next_due(case, CONCEAL)
        assert now is not None
        effects = tick(case, now)
        reminders += [
            (one.about["last"], one.about["closes_at"])
            for one in effects
            if isinstance(one, e.Notice) and one.template == "waiting_reminder"
        ]
        case = after(case, effects)
    assert reminders == [(False, moment("2026-03-23 10:00")), (True, moment("2026-03-23 10:00"))]
    assert case.closed == moment("2026-03-23 10:00")


def test_a_reminder_of_a_wait_that_ends_by_itself_announces_no_closing():
    until = OPENED + timedelta(days=4)
    case = happen(opened(), (CONFIRMED, OPENED), (ev.Waited("alice", "Why?", until), OPENED))
    case = happen(case, (ev.Tick(), moment("2026-03-10 20:00")))
    effects = tick(case, moment("2026-03-11 10:00"))
    reminder = next(one for one in effects if isinstance(one, e.Notice) and one.template == "waiting_reminder")
    assert reminder.about["closes_at"] is None


def test_nobody_is_reminded_where_no_machine_may_write_and_the_case_closes_in_silence():
    case = happen(opened(answerable=False), (ev.Waited("alice", "Why?"), OPENED))
    effects = tick(case, moment("2026-03-23 10:00"))
    assert after(case, effects).state is State.CLOSED
    assert not any(to == "customer" for _, to in mails(effects))


def test_holding_pauses_what_the_policy_names():
    case = opened(RICH, severity="one")
    case = happen(case, (ev.PutOnHold("alice", "vendor"), OPENED), policy=RICH)
    case = happen(case, (ev.Reopened("alice"), OPENED + 2 * HOUR), policy=RICH)
    broken = happen(case, (ev.Tick(), OPENED + 30 * HOUR), policy=RICH).broken
    assert broken["action_plan"] == OPENED + 3 * HOUR
    # Relief stood still for two of the three business hours of that Monday that were left in Berlin.
    assert "relief" not in happen(case, (ev.Tick(), datetime(2026, 3, 11, 10, tzinfo=UTC)), policy=RICH).broken


# --- relief, resolution, reopening ------------------------------------------------------------------------------------


def test_CON_7_after_a_no_the_case_is_open_again_and_stays_so_after_waiting():
    case = happen(
        opened(),
        (ev.Relieved("alice", "Try this"), OPENED),
        (ev.CustomerWrote(CAROL, "no", answer="no"), OPENED + HOUR),
        (ev.Waited("alice", "Why?"), OPENED + HOUR),
        (ev.CustomerWrote(CAROL, "it smokes"), OPENED + HOUR),
    )
    assert case.state is State.OPEN
    assert "relief" not in case.met


def test_relieved_stays_relieved_through_waiting():
    case = happen(opened(), (ev.Relieved("alice", "Try this"), OPENED), (ev.Waited("alice", "Well?"), OPENED + HOUR))
    assert happen(case, (ev.CustomerWrote(CAROL, "fine"), OPENED + 2 * HOUR)).state is State.RELIEVED


def test_reopening_takes_back_only_a_relief_that_the_resolving_met():
    resolved = happen(opened(), (ev.Resolved("alice", "Done"), OPENED + HOUR))
    assert "relief" not in happen(resolved, (ev.Reopened("bob"), OPENED + 2 * HOUR)).met
    relieved = happen(opened(), (ev.Relieved("alice", "Try"), OPENED), (ev.Resolved("alice", "Done"), OPENED + HOUR))
    assert happen(relieved, (ev.Reopened("bob"), OPENED + 2 * HOUR)).met["relief"] == OPENED


def test_after_reopening_no_response_is_asked_for():
    case = happen(opened(), (CONFIRMED, OPENED), (ev.Resolved("alice"), OPENED))
    case = happen(case, (ev.CustomerWrote(CAROL, "hm"), OPENED + HOUR))
    effects = tick(case, OPENED + timedelta(days=9))
    assert {objective for objective, _ in breaks(effects)} == {"relief", "action_plan"}


@pytest.mark.parametrize("courtesy", [ev.CustomerWrote(CAROL, "thanks", courtesy=True), ev.StatusAsked(CAROL)])
def test_R7_a_courtesy_and_a_question_reopen_nothing(courtesy: Event):
    case = happen(opened(), (ev.Resolved("alice", "Done"), OPENED))
    assert happen(case, (courtesy, OPENED + HOUR)).state is State.RESOLVED


def test_R14_a_mail_that_may_not_be_answered_reopens_without_an_answer():
    case = happen(opened(), (ev.Resolved("alice", "Done"), OPENED))
    effects = decide(case, ev.CustomerWrote(CAROL, "hm", answerable=False), CONCEAL, OPENED + HOUR)
    assert mails(effects) == [("customer_mail", "owner")]
    assert after(case, effects).state is State.OPEN


# --- gates and callers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", [ev.Relieved("alice"), ev.Resolved("alice"), ev.Closed("alice")])
def test_R14_a_bare_template_does_not_pass_a_closed_gate_and_a_persons_words_do(event: Any):
    case = opened(answerable=False)
    assert mails(decide(case, event, CONCEAL, OPENED)) == []
    wordy = type(event)("alice", "It is the cable.")
    assert [to for _, to in mails(decide(case, wordy, CONCEAL, OPENED))] == ["customer"]


def test_R14_a_severity_and_an_interval_are_not_told_through_a_closed_gate():
    case = opened(answerable=False)
    assert mails(decide(case, ev.SeveritySet("alice", "normal"), CONCEAL, OPENED)) == []
    assert mails(decide(case, ev.IntervalAgreed("alice", "8 hours"), CONCEAL, OPENED)) == []


def test_R28_words_that_can_reach_nobody_are_refused_or_kept_as_a_note():
    case = opened(requester=CALLER, answerable=False)
    for event in (ev.Replied("alice", "Hello"), ev.Progressed("alice", "News"), ev.Waited("alice", "Why?")):
        with pytest.raises(ImpossibleEvent, match=r"no mail address; call \+12125550199"):
            decide(case, event, CONCEAL, OPENED)
    effects = decide(case, ev.Resolved("alice", "Told by telephone"), CONCEAL, OPENED)
    assert "KeepNote" in kinds(effects)
    assert not {"PersonSpoke", "Notice"} & set(kinds(effects))
    assert "initial_response" not in after(case, effects).met


def test_R28_a_call_back_is_a_task_due_in_the_time_of_the_confirmation_and_answers_the_customer():
    case = a_case(requester=CALLER, answerable=False)
    case = happen(case, (ev.Opened(call_back=True), OPENED))
    due = moment("2026-03-09 10:30")
    assert case.tasks == (Task("call_back", due),)
    assert mails(tick(case, due)) == [("task", "team")]
    done = happen(case, (ev.TaskDone("alice", "call_back"), due))
    assert done.met["initial_response"] == due
    assert mails(tick(done, due)) == []
    with pytest.raises(ImpossibleEvent, match="no task call_back is open"):
        decide(done, ev.TaskDone("alice", "call_back"), CONCEAL, due)


# --- severity and policy ----------------------------------------------------------------------------------------------


def test_news_of_a_breach_counts_from_when_it_broke_and_is_told_once_through_changes_of_severity():
    case = opened(RICH, severity="two")
    case = happen(case, (CONFIRMED, OPENED), (ev.UpdatesStopped(CAROL), OPENED), policy=RICH)
    change = OPENED + HOUR
    effects = decide(case, ev.SeveritySet("alice", "one"), RICH, change)
    assert breaks(effects)[0] == ("initial_response", change)
    assert ("breach", "team_lead") in mails(effects)
    case = after(case, effects)
    case = happen(case, (ev.SeveritySet("alice", "two"), change + timedelta(minutes=5)), policy=RICH)
    case = happen(case, (ev.SeveritySet("alice", "one"), change + timedelta(minutes=9)), policy=RICH)
    told = []
    while (now := next_due(case, RICH)) and now <= change + 3 * HOUR:
        effects = tick(case, now, RICH)
        told += [(template, now) for template, to in mails(effects) if template in ("breach", "escalation")]
        case = after(case, effects)
    assert ("escalation", change + HOUR) in told
    assert [template for template, _ in told].count("breach") == 0
    assert case.tier == 3


def test_a_promise_that_broke_is_not_warned_of_again_under_another_severity():
    case = happen(opened(severity="urgent"), (ev.Tick(), OPENED + HOUR))
    case = happen(case, (ev.SeveritySet("alice", "normal"), OPENED + 2 * HOUR))
    told = tick(case, moment("2026-03-09 19:30"))
    assert not any(isinstance(one, e.Notice) and one.objective == "initial_response" for one in told)


def test_a_warning_comes_again_with_a_lower_severity_while_the_promise_holds():
    case = happen(opened(severity="urgent"), (CONFIRMED, OPENED), (ev.UpdatesStopped(CAROL), OPENED))
    first, change = OPENED + 0.75 * HOUR, OPENED + 0.9 * HOUR
    assert mails(tick(case, first)) == [("at_risk", "owner")]
    case = happen(case, (ev.Tick(), first), (ev.SeveritySet("alice", "high"), change))
    assert mails(tick(case, OPENED + 3 * HOUR)) == [("at_risk", "owner")]


def test_a_policy_that_changed_breaks_now_what_it_would_have_broken():
    case = happen(opened(), (CONFIRMED, OPENED), (ev.UpdatesStopped(CAROL), OPENED))
    effects = decide(case, ev.PolicyChanged(), CONCEAL, moment("2026-03-09 15:00"))
    assert breaks(effects) == [("initial_response", moment("2026-03-09 15:00"))]
    assert skipped(effects) == ["75% of initial_response to owner"]
    assert mails(effects) == [("breach", "owner"), ("breach", "team_lead")]


def test_a_severity_that_the_policy_has_no_more_becomes_the_default_one():
    case = a_case(severity="catastrophic")
    assert next_due(case, CONCEAL) is not None
    late = OPENED + 13 * HOUR
    effects = decide(case, ev.PolicyChanged(), CONCEAL, late)
    assert isinstance(effects[0], e.SetSeverity)
    assert after(case, effects).severity == "normal"
    assert breaks(effects)[-1] == ("initial_response", late)
    answered = happen(case, (ev.Replied("alice", "Hello"), OPENED))
    assert (answered.severity, answered.met["initial_response"]) == ("normal", OPENED)


def test_an_agreed_interval_ends_with_a_change_of_severity():
    case = happen(opened(), (ev.IntervalAgreed("alice", "8 hours"), OPENED), (ev.SeveritySet("bob", "normal"), OPENED))
    assert case.agreed is None


# --- escalation -------------------------------------------------------------------------------------------------------


def test_an_acknowledgement_ends_repeats_of_that_breach_and_not_the_news_of_the_next():
    case = happen(opened(RICH, severity="one"), (ev.Tick(), OPENED + HOUR / 2), policy=RICH)
    assert case.tier == 2
    case = happen(case, (ev.Acknowledged("lead"), OPENED + HOUR), policy=RICH)
    effects = tick(case, OPENED + HOUR * 1.5, RICH)
    assert ("escalation", "management") not in mails(effects)
    case = after(case, effects)
    assert case.tier == 2
    case = happen(case, (ev.Tick(), OPENED + 3 * HOUR), policy=RICH)
    assert (case.acknowledged, "action_plan" in case.broken) == (None, True)
    assert next_due(case, RICH) > OPENED + 3 * HOUR


def test_CON_8_a_low_case_is_escalated_by_management_alone():
    case = opened(severity="low")
    with pytest.raises(ImpossibleEvent, match="Low cases are escalated by management alone"):
        decide(case, ev.EscalationAsked("alice", "now", frozenset({"team_lead"})), CONCEAL, OPENED)
    effects = decide(case, ev.EscalationAsked("boss", "now", frozenset({"management"})), CONCEAL, OPENED)
    assert mails(effects) == [("escalation", "team_lead")]
    assert all("CON-8" in one.clause for one in effects if isinstance(one, e.SetTier | e.Notice))


# --- clauses ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "clauses"),
    [
        (ev.Replied("alice", "Hello"), ("CON-4", "CON-5")),
        (ev.Progressed("alice", "News"), ("CON-4", "CON-5", "CON-6")),
        (ev.Planned("alice", moment("2026-03-13 15:00"), "Plan"), ("CON-4", "CON-5", "CON-8")),
        (ev.Relieved("alice", "Try"), ("CON-4", "CON-5", "CON-7")),
        (ev.Resolved("alice"), ("CON-7",)),
        (ev.StatusAsked(CAROL), ("CON-10",)),
        (ev.IntervalAgreed("alice", "8 hours"), ("CON-6",)),
    ],
)
def test_each_mail_to_the_customer_names_the_promises_that_it_keeps(event: Event, clauses: tuple[str, ...]):
    effects = decide(opened(), event, CONCEAL, OPENED)
    mail = next(one for one in effects if isinstance(one, e.Notice) and one.to in ("customer", CAROL))
    assert mail.clause == clauses


@pytest.mark.parametrize("severity", list(CONCEAL.severities))
def test_everything_that_time_sends_names_its_clause(severity: str):
    case = opened(severity=severity)
    while (now := next_due(case, CONCEAL)) and now < OPENED + timedelta(days=14):
        effects = tick(case, now)
        assert all(one.clause for one in effects if isinstance(one, e.Notice | e.Break | e.UpdateSent))
        case = after(case, effects)
    assert len(case.broken) >= 3
