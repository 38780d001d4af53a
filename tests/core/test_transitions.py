"""The table of states is whole: each event, in each state, moves, changes nothing, or is refused, and nothing twice."""

from __future__ import annotations

import inspect

import pytest
from given import OPENED, a_case

from mailproc.core import events
from mailproc.core.case import RUNNING, State
from mailproc.core.decide import _DECISIONS
from mailproc.core.events import AgentDid, Event
from mailproc.core.transitions import (
    EVENTS,
    IGNORED,
    REFUSED,
    TRANSITIONS,
    ClosingCame,
    ImpossibleEvent,
    Shipped,
    WaitEnded,
    target,
)

ABSTRACT = {Event, AgentDid}
KNOWN = {one for _, one in inspect.getmembers(events, inspect.isclass) if issubclass(one, Event)} - ABSTRACT


def test_the_table_knows_every_event_and_every_state():
    assert set(EVENTS) == KNOWN | {ClosingCame, Shipped, WaitEnded}
    assert len(EVENTS) == len(set(EVENTS))
    assert set(TRANSITIONS) == set(REFUSED) == set(IGNORED) == set(State)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_each_event_in_each_state_stands_in_exactly_one_place(state: State, event: type[Event]):
    places = [event in TRANSITIONS[state], event in IGNORED[state], event in REFUSED[state]]
    assert places.count(True) == 1


@pytest.mark.parametrize("event", sorted(KNOWN, key=lambda event: event.__name__), ids=lambda event: event.__name__)
def test_each_event_that_comes_from_outside_is_decided(event: type[Event]):
    assert event in _DECISIONS
    assert not {ClosingCame, Shipped, WaitEnded} & set(_DECISIONS)


@pytest.mark.parametrize("state", State)
def test_no_event_moves_a_case_to_where_it_stands_except_for_a_wait_that_begins_anew(state: State):
    stays = {event for event, to in TRANSITIONS[state].items() if to is state}
    assert stays <= {events.Waited, events.PutOnHold}


def test_no_mail_of_a_customer_and_no_robot_is_ever_refused():
    outside = {one for one in KNOWN if not issubclass(one, AgentDid)}
    assert all(not outside & set(refused) for refused in REFUSED.values())


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_a_refusal_says_how_the_case_stands(state: State, event: type[Event]):
    if event not in REFUSED[state]:
        assert target(a_case(state=state), event) is TRANSITIONS[state].get(event)
        return
    with pytest.raises(ImpossibleEvent, match=f"the case is {state.value}"):
        target(a_case(state=state), event)


@pytest.mark.parametrize("state", [State.WAITING, State.HELD])
def test_a_relieved_case_goes_back_to_relieved_after_waiting(state: State):
    assert target(a_case(state=state, relieved=OPENED), WaitEnded) is State.RELIEVED
    assert target(a_case(state=state), WaitEnded) is State.OPEN


def test_a_reopened_case_is_open_even_if_it_was_relieved_before():
    assert target(a_case(state=State.RESOLVED, relieved=OPENED), events.CustomerWrote) is State.OPEN


def test_only_resolved_and_closed_cases_do_not_run():
    assert set(State) - RUNNING == {State.RESOLVED, State.CLOSED}
