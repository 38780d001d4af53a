"""What follows when something happens to a case: a list of effects, each with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from mailproc.core import events as ev
from mailproc.core.case import Case
from mailproc.core.decide import agent, customer, delivery, opening, ticks
from mailproc.core.effects import Effect, SetSeverity
from mailproc.core.events import Event
from mailproc.core.evolve import evolve
from mailproc.core.transitions import ImpossibleEvent, target
from mailproc.policy.model import Policy

Decision = Callable[[Case, Any, Policy, datetime], Iterator[Effect]]

_DECISIONS: dict[type[Event], Decision] = {
    ev.Opened: opening.opened,
    ev.CustomerWrote: customer.wrote,
    ev.StatusAsked: customer.asked_status,
    ev.UpdatesStopped: customer.stopped_updates,
    ev.RobotWrote: customer.robot_wrote,
    ev.Delivered: delivery.delivered,
    ev.DeliveryFailed: delivery.failed,
    ev.Replied: agent.replied,
    ev.Noted: agent.noted,
    ev.Taken: agent.taken,
    ev.Assigned: agent.assigned,
    ev.SeveritySet: agent.set_severity,
    ev.Progressed: agent.progressed,
    ev.Planned: agent.planned,
    ev.IntervalAgreed: agent.agreed_interval,
    ev.Waited: agent.waited,
    ev.PutOnHold: agent.put_on_hold,
    ev.Relieved: agent.relieved,
    ev.Resolved: agent.resolved,
    ev.Closed: agent.closed,
    ev.Reopened: agent.reopened,
    ev.EscalationAsked: agent.asked_escalation,
    ev.Acknowledged: agent.acknowledged,
    ev.TaskDone: agent.finished_task,
    ev.Tick: ticks.ticked,
    ev.PolicyChanged: ticks.recounted,
}

_TIMELESS = (ev.Opened, ev.Tick, ev.PolicyChanged)
"""Events before which nothing can have been missed, or which are that time themselves."""


def decide(case: Case, event: Event, policy: Policy, now: datetime) -> list[Effect]:
    """What follows when `event` happens to `case` at `now`: total, pure, in the order to apply.

    Time goes first: what was due before `now` and not yet acted on, after a gap, is in front of what the event does.
    Raises ImpossibleEvent, with words for the person who asked, where the state table or the policy refuses the event.
    """
    late = list(_first(case, event, policy, now))
    for effect in late:
        case = evolve(effect, case)
    target(case, type(event))  # refuses what cannot be
    return [*late, *_DECISIONS[type(event)](case, event, policy, now)]


def _first(case: Case, event: Event, policy: Policy, now: datetime) -> Iterator[Effect]:
    """What must be put right before the event: a severity that is no more, and what time should have done."""
    if case.severity not in policy.severities:
        because = f"the policy has no severity {case.severity or 'without a name'} any more"
        change = SetSeverity(policy.default_severity, because=because)
        yield change
        yield from ticks.recounted(evolve(change, case), event, policy, now)
    elif not isinstance(event, _TIMELESS):
        yield from ticks.missed(case, policy, now)


__all__ = ["ImpossibleEvent", "decide"]
