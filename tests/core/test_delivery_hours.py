"""Notices that wait for a calendar (`deliver_in`): what is news stays news; of a case that is paged nothing waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from given import after, happen, mails, opened, policy_of

from mailproc.core import effects as e
from mailproc.core import events as ev
from mailproc.core.case import Case, Page, State
from mailproc.core.decide import decide
from mailproc.core.steps import next_due

POLICY = policy_of(
    """
title = "news in the morning"
calendar = "desk"
default_severity = "high"
[calendars.desk]
timezone = "Europe/Berlin"
open = { mon-fri = ["09:00-18:00"] }
[severity.high]
means = "all is lost"
initial_response = "4 hours"
[waiting]
pauses = ["initial_response"]
close = "30 days"
[[notices]]
on = "breach of initial_response"
to = ["team_lead"]
tier = 2
deliver_in = "desk"
[[notices]]
on = "2 hours after breach of initial_response"
to = ["management"]
deliver_in = "desk"
[[notices]]
on = "50% of initial_response"
to = ["owner"]
deliver_in = "desk"
"""
)
EVENING = datetime(2026, 3, 9, 18, tzinfo=UTC)  # four hours after the opening; in Berlin the desk has closed
MORNING = datetime(2026, 3, 10, 8, tzinfo=UTC)


def broken() -> Case:
    case = happen(opened(POLICY), (ev.Tick(), EVENING), policy=POLICY)
    assert case.broken == {"initial_response": EVENING}
    return case


def at(hour: int) -> datetime:
    return datetime(2026, 3, 9, hour, tzinfo=UTC)


@pytest.mark.parametrize("what", [ev.Replied(by="bob", text="We look."), ev.Waited(by="bob", text="Which one?")])
def test_the_news_of_a_breach_comes_in_the_morning_though_the_answer_came_at_night(what: ev.AgentDid):
    case = happen(broken(), (what, at(19)), policy=POLICY)
    assert next_due(case, POLICY) == MORNING
    effects = decide(case, ev.Tick(), POLICY, MORNING)
    assert mails(effects) == [("breach", "team_lead")], "two hours later it was answered: management hears nothing"
    assert after(case, effects).tier == 2
    assert mails(decide(after(case, effects), ev.Tick(), POLICY, MORNING.replace(hour=9))) == []


def test_what_had_come_to_pass_before_the_answer_is_told_whole():
    case = happen(broken(), (ev.Replied(by="bob", text="We look."), at(21)), policy=POLICY)
    assert mails(decide(case, ev.Tick(), POLICY, MORNING)) == [("breach", "team_lead"), ("escalation", "management")]


def test_a_promise_that_was_kept_makes_no_news():
    case = happen(opened(POLICY), (ev.Replied(by="bob", text="We look."), at(17)), policy=POLICY)
    assert mails(decide(case, ev.Tick(), POLICY, MORNING)) == []


def test_of_a_closed_case_no_news_is_told():
    case = happen(broken(), (ev.Closed(by="bob", text="Done."), at(19)), policy=POLICY)
    assert case.state is State.CLOSED
    assert mails(decide(case, ev.Tick(), POLICY, MORNING)) == []


def test_while_a_case_is_paged_nothing_waits_for_the_morning():
    paged = replace(opened(POLICY), page=Page(at=at(15), why="urgent"))
    assert mails(decide(paged, ev.Tick(), POLICY, EVENING)) == [("breach", "team_lead")]
    assert any(isinstance(one, e.Break) for one in decide(paged, ev.Tick(), POLICY, EVENING))
