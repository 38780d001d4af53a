"""The clocks of a case as facts for people and scripts: what was promised, since when, until when, how it stands."""

from __future__ import annotations

from typing import Any

from mailproc.admin.said import stamp
from mailproc.core.case import Case
from mailproc.core.clocks import Clock, clocks
from mailproc.core.steps import planned
from mailproc.policy.model import Policy


def standing(case: Case, policy: Policy) -> list[dict[str, Any]]:
    """Each clock of the case in the order of its promises.

    Keys: objective, promise, from (who had the last word: policy, severity, a plan, an agreement), clause, state
    (running, paused, met, stopped), start, due, pauses, met, broken.
    """
    return [_clock(case, clock) for clock in clocks(case, policy).values()]


def _clock(case: Case, clock: Clock) -> dict[str, Any]:
    return {
        "objective": clock.objective,
        "promise": clock.promise.text,
        "from": clock.promise.source,
        "clause": list(clock.promise.clause),
        "state": clock.state,
        "start": stamp(clock.start),
        "due": stamp(clock.due),
        "pauses": [{"start": stamp(start), "until": stamp(until)} for start, until in clock.spans],
        "met": stamp(case.met.get(clock.objective)),
        "broken": stamp(case.broken.get(clock.objective)),
    }


def next_due(case: Case, policy: Policy) -> tuple[str, str | None]:
    """The objective that is due next, and when; an update counts like the others.  ("", None) if none runs."""
    running = [clock for clock in clocks(case, policy).values() if clock.runs and clock.due]
    first = min(running, key=lambda clock: (clock.due is None, clock.due), default=None)
    return (first.objective, stamp(first.due)) if first else ("", None)


def next_step(case: Case, policy: Policy) -> dict[str, Any] | None:
    """What the clock will do next to this case: at, objective, step, to (roles); None if nothing is ahead."""
    ahead = planned(case, policy)
    if not ahead:
        return None
    first = ahead[0]
    return {
        "at": stamp(first.at),
        "objective": first.step.objective,
        "step": first.step.name,
        "to": list(first.rule.to) if first.rule else [],
    }
