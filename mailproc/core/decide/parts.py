"""Effects that several decisions share: a person's words, a change of state, the end of a pause."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mailproc.core import effects as e
from mailproc.core.case import Case, Pause, State
from mailproc.core.clocks import Clock, clocks
from mailproc.core.events import Event
from mailproc.core.transitions import target
from mailproc.policy.model import Policy


def moved(case: Case, event: Event, now: datetime, because: str, clause: tuple[str, ...] = ()) -> Iterator[e.Effect]:
    """The change of state that the table gives for this event, if it gives one."""
    state = target(case, type(event))
    if state and state is not case.state:
        yield e.MoveTo(state, now, because=because, clause=clause)


def awaited(case: Case, policy: Policy) -> list[Clock]:
    """The clocks that a person's words to the customer would meet now."""
    counting = (clock for clock in clocks(case, policy).values() if clock.counting)
    return [clock for clock in counting if policy.objectives[clock.objective].met_by == "agent_reply"]


def words(case: Case, policy: Policy, now: datetime, by: str) -> Iterator[e.Effect]:
    """A person's words go to the customer: responses are met, the update interval starts anew (CON-4, CON-5)."""
    for clock in awaited(case, policy):
        because = f"{by} answered the customer"
        yield e.Meet(clock.objective, now, because=because, clause=clock.promise.clause)
    yield e.PersonSpoke(now, because=f"{by} wrote to the customer")


def met(
    case: Case, policy: Policy, now: datetime, objective: str, because: str, *, early: bool = False
) -> Iterator[e.Effect]:
    """One objective is met, if it was still to be met.

    `early`: also where the severity of today does not ask for it, so that another one, later, finds it done.
    """
    clock = clocks(case, policy).get(objective)
    if clock and clock.counting:
        yield e.Meet(objective, now, because=because, clause=clock.promise.clause)
    elif clock is None and early and objective not in case.met:
        yield e.Meet(objective, now, because=because)


def heard(case: Case, event: Event, now: datetime) -> Iterator[e.Effect]:
    """Waiting on the customer ends with any mail of theirs, at its arrival (semantics.md, Clocks)."""
    if case.state is State.WAITING:
        yield from moved(case, event, now, "the customer answered")
        yield from resumed(case, now, "the customer answered")


def paused(case: Case, now: datetime, why: str, because: str) -> Iterator[e.Effect]:
    """A pause for this reason begins; one that lasted ends, so that reminders count anew."""
    if case.paused:
        yield e.Resume(now, because=because)
    yield e.Begin(Pause(start=now, until=None, why=why), because=because)


def resumed(case: Case, now: datetime, because: str) -> Iterator[e.Effect]:
    """The pause that lasts ends, and with it any date that somebody set for its end."""
    if case.paused:
        yield e.Resume(now, because=because)
    if case.wait_until:
        yield e.SetWait(None, because=because)


def unresolved(case: Case, now: datetime, because: str) -> Iterator[e.Effect]:
    """A resolution is taken back: relief that only the resolving met runs again, responses are never asked again."""
    yield from resumed(case, now, because)
    if case.resolved and case.met.get("relief") == case.resolved:
        yield e.TakeBack("relief", because=because)


def reviewed(case: Case, now: datetime, because: str) -> Iterator[e.Effect]:
    """Whoever sets the severity has reviewed it: a task to do so is done (ELA-1)."""
    if any(task.kind == "triage" and not task.done for task in case.tasks):
        yield e.FinishTask("triage", now, because=because)


def over(case: Case) -> bool:
    """Is the case resolved or closed?"""
    return case.state in (State.RESOLVED, State.CLOSED)
