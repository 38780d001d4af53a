"""What follows when something happens to a case: a list of effects, each with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from mailproc.core import events as ev
from mailproc.core.case import Case
from mailproc.core.decide import (
    access,
    agent,
    consent,
    copies,
    customer,
    delivery,
    development,
    escalation,
    incidents,
    marking,
    opening,
    reactions,
    terms,
    ticks,
    tiers,
)
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
    ev.SeveritySet: consent.set_severity,
    ev.Progressed: agent.progressed,
    ev.Planned: agent.planned,
    ev.IntervalAgreed: agent.agreed_interval,
    ev.Waited: agent.waited,
    ev.PutOnHold: agent.put_on_hold,
    ev.Relieved: agent.relieved,
    ev.Resolved: agent.resolved,
    ev.Closed: agent.closed,
    ev.Reopened: agent.reopened,
    ev.EscalationAsked: escalation.asked_escalation,
    ev.Acknowledged: agent.acknowledged,
    ev.SeverityWished: consent.wished,
    ev.Consented: consent.answered,
    ev.EscalationRequested: escalation.requested,
    ev.CustomerClosed: customer.closed,
    ev.CustomerReopened: customer.reopened,
    ev.CustomerChanged: terms.changed,
    ev.TierSet: tiers.set_tier,
    ev.TypeSet: marking.set_type,
    ev.ProductSet: marking.set_product,
    ev.Tagged: marking.tagged,
    ev.Copied: marking.copied,
    ev.LinkAdded: development.linked,
    ev.TrackerMoved: development.moved,
    ev.IncidentLinked: incidents.linked,
    ev.IncidentEnded: incidents.ended,
    ev.AccessRequested: access.requested,
    ev.TaskDone: agent.finished_task,
    ev.Tick: ticks.ticked,
    ev.PolicyChanged: terms.recounted,
}

_TIMELESS = (ev.Opened, ev.Tick, ev.PolicyChanged)
"""Events before which nothing can have been missed, or which are that time themselves."""


def decide(case: Case, event: Event, policy: Policy, now: datetime) -> list[Effect]:
    """What follows when `event` happens to `case` at `now`: total, pure, in the order to apply.

    Time goes first: what was due before `now` and not yet acted on, after a gap, is in front of what the event does.
    Raises ImpossibleEvent, with words for the person who asked, where the state table or the policy refuses the event.
    """
    late = list(_first(case, event, policy, now))
    then = case
    for effect in late:
        then = evolve(effect, then)
    target(then, type(event))  # refuses what cannot be
    decided = [*late, *_DECISIONS[type(event)](then, event, policy, now)]
    return list(copies.added(case, policy, reactions.reacted(case, event, policy, now, decided)))


def _first(case: Case, event: Event, policy: Policy, now: datetime) -> Iterator[Effect]:
    """What must be put right before the event: a severity that is no more, and what time should have done."""
    if case.severity not in policy.severities:
        because = f"the policy has no severity {case.severity or 'without a name'} any more"
        change = SetSeverity(policy.default_severity, because=because)
        yield change
        if not isinstance(event, ev.PolicyChanged):  # which counts anew by itself
            yield from ticks.recounted(evolve(change, case), event, policy, now)
    elif not isinstance(event, _TIMELESS):
        yield from ticks.missed(case, policy, now)


__all__ = ["ImpossibleEvent", "decide"]
