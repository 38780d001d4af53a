"""The one table of states: which event takes a case where, which changes nothing, which cannot be.

`OPEN` as a target means "worked on again": a case whose relief stands goes back to RELIEVED instead (`target`).
"""

from __future__ import annotations

from mailproc.core import events as ev
from mailproc.core.case import Case, State
from mailproc.core.events import Event

NEW, OPEN, WAITING, HELD = State.NEW, State.OPEN, State.WAITING, State.HELD
RELIEVED, RESOLVED, CLOSED = State.RELIEVED, State.RESOLVED, State.CLOSED


class ClosingCame(Event):
    """The time after which a waiting or resolved case closes has come (internal to a Tick)."""


class Shipped(Event):
    """All development tickets that the case waited for have reached production (internal to a TrackerMoved, ELA-7)."""


class WaitEnded(Event):
    """The time until which a case was to wait or be held has come (internal to a Tick)."""


class ImpossibleEvent(Exception):
    """What was asked cannot be done to this case as it stands; the text says why and what would do instead."""


# Any of these, as an agent's first act, opens a new case.
_FIRST_ACTS: dict[type[Event], State] = dict.fromkeys(
    (
        ev.Replied,
        ev.Noted,
        ev.Taken,
        ev.Assigned,
        ev.SeveritySet,
        ev.Progressed,
        ev.Planned,
        ev.IntervalAgreed,
        ev.EscalationAsked,
        ev.Acknowledged,
        ev.TaskDone,
        ev.TierSet,
        ev.LinkAdded,
        ev.TypeSet,
        ev.ProductSet,
        ev.Tagged,
        ev.Copied,
        ev.AccessRequested,
    ),
    OPEN,
)
_HEARD: tuple[type[Event], ...] = (
    ev.CustomerWrote,
    ev.StatusAsked,
    ev.UpdatesStopped,
    ev.SeverityWished,
    ev.EscalationRequested,
    ev.Consented,
)
"""Mails of a customer: any of them shows that they are there again, whatever it asks (semantics.md, Clocks)."""
_FORWARD: dict[type[Event], State] = {
    ev.Waited: WAITING,
    ev.PutOnHold: HELD,
    ev.Relieved: RELIEVED,
    ev.Resolved: RESOLVED,
    ev.Closed: CLOSED,
    ev.CustomerClosed: CLOSED,
    Shipped: RESOLVED,
}

TRANSITIONS: dict[State, dict[type[Event], State]] = {
    NEW: {**_FIRST_ACTS, **_FORWARD},
    OPEN: _FORWARD,
    WAITING: {
        **_FORWARD,
        **dict.fromkeys(_HEARD, OPEN),
        WaitEnded: OPEN,
        ClosingCame: CLOSED,
        ev.Reopened: OPEN,
        ev.CustomerReopened: OPEN,
    },
    HELD: {**_FORWARD, WaitEnded: OPEN, ev.Reopened: OPEN},
    RELIEVED: {event: state for event, state in _FORWARD.items() if event is not ev.Relieved},
    RESOLVED: {
        ev.CustomerWrote: OPEN,
        ev.CustomerReopened: OPEN,
        ev.Reopened: OPEN,
        ev.Closed: CLOSED,
        ev.CustomerClosed: CLOSED,
        ClosingCame: CLOSED,
    },
    CLOSED: dict.fromkeys((ev.CustomerWrote, ev.CustomerReopened, ev.Reopened), OPEN),
}

_OVER = "the case is {state}; reopen it first"
_RUNS = "the case is {state}, not resolved or closed; there is nothing to reopen"
_DONE: dict[type[Event], str] = dict.fromkeys(
    (
        ev.Waited,
        ev.PutOnHold,
        ev.Relieved,
        ev.Planned,
        ev.IntervalAgreed,
        ev.EscalationAsked,
        ev.SeveritySet,
        ev.Progressed,
        ev.TierSet,
        ev.TypeSet,
        ev.AccessRequested,
    ),
    _OVER,
)

REFUSED: dict[State, dict[type[Event], str]] = {
    NEW: {ev.Reopened: _RUNS},
    OPEN: {ev.Reopened: _RUNS},
    WAITING: {},
    HELD: {},
    RELIEVED: {ev.Reopened: _RUNS, ev.Relieved: "the case is relieved already"},
    RESOLVED: {**_DONE, ev.Resolved: "the case is resolved already"},
    CLOSED: {**_DONE, ev.Resolved: _OVER, ev.Closed: "the case is closed already"},
}

EVENTS: tuple[type[Event], ...] = (
    ev.Opened,
    *_HEARD,
    ev.CustomerReopened,
    ev.TrackerMoved,
    ev.IncidentLinked,
    ev.IncidentEnded,
    ev.CustomerChanged,
    ev.RobotWrote,
    ev.Delivered,
    ev.DeliveryFailed,
    *_FIRST_ACTS,
    *_FORWARD,
    ev.Reopened,
    ev.Tick,
    ev.PolicyChanged,
    ClosingCame,
    WaitEnded,
)

IGNORED: dict[State, frozenset[type[Event]]] = {
    state: frozenset(EVENTS) - TRANSITIONS[state].keys() - REFUSED[state].keys() for state in State
}
"""The pairs that deliberately leave the state as it is; the event may well have other effects."""


def target(case: Case, event: type[Event]) -> State | None:
    """Where `event` takes the case, or None if it stays.

    Raises ImpossibleEvent for a pair of the REFUSED table.
    """
    if why := REFUSED[case.state].get(event):
        raise ImpossibleEvent(why.format(state=case.state.value))
    state = TRANSITIONS[case.state].get(event)
    if state is OPEN and case.relieved and case.state in (WAITING, HELD):
        return RELIEVED
    return state
