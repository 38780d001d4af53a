"""What follows when a case is handed to another tier (OWN-8)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mailproc.core import effects as e
from mailproc.core import events as ev
from mailproc.core.case import Case
from mailproc.core.decide import parts
from mailproc.core.transitions import ImpossibleEvent
from mailproc.policy.model import Policy


def set_tier(case: Case, event: ev.TierSet, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """Up: the customer is told and the tier's role hears of it.  Back down: nobody is."""
    _refused(case, event, policy)
    because = f"{event.by} handed the case to tier {event.tier}" + (f": {event.reason}" if event.reason else "")
    clause = policy.escalation.clause
    yield from parts.moved(case, event, now, because)
    yield e.SetTier(event.tier, because=because, clause=clause)
    if event.tier < case.tier:
        return
    if case.answerable:
        about = {"tier": event.tier, "reason": event.reason}
        yield e.Notice(template="escalated", to="customer", about=about, because=because, clause=clause)
    yield e.Notice(
        template="escalation",
        to=policy.escalation.ladder[event.tier - 2],
        about={"by": event.by, "reason": event.reason},
        because=because,
        clause=clause,
    )


def _refused(case: Case, event: ev.TierSet, policy: Policy) -> None:
    severity = policy.severities[case.severity]
    highest = len(policy.escalation.ladder) + 1
    if event.tier == case.tier:
        raise ImpossibleEvent(f"the case is on tier {case.tier} already")
    if event.tier > highest:
        raise ImpossibleEvent(f"there is no tier {event.tier}: the ladder ends with tier {highest}")
    if event.tier > case.tier and severity.escalate_by and not event.roles & set(severity.escalate_by):
        raise ImpossibleEvent(f"{severity.label} cases are escalated by {' or '.join(severity.escalate_by)} alone")
