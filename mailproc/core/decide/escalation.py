"""What follows when somebody calls for help up the line: an agent, or the customer (CON-8, EIO-5, ELA-8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from mailproc.core import effects as e
from mailproc.core import events as ev
from mailproc.core.case import Case, State
from mailproc.core.clauses import INCIDENT, said_by
from mailproc.core.clocks import paging as running_page
from mailproc.core.decide import paging, parts, rules
from mailproc.core.decide.rules import Happening
from mailproc.core.evolve import evolve
from mailproc.core.facts import SENDER
from mailproc.core.transitions import ImpossibleEvent
from mailproc.policy.model import Policy, Rule

ASKED = "the customer asked for an escalation"
Refusal = tuple[str, tuple[str, ...]]
"""Why something is declined, as a customer may read it, and the clauses behind it."""


def asked_escalation(case: Case, event: ev.EscalationAsked, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """The case goes up the line, if the agent may send it there (CON-8: a Low case only by management)."""
    severity = policy.severities[case.severity]
    if severity.escalate_by and not event.roles & set(severity.escalate_by):
        raise ImpossibleEvent(f"{severity.label} cases are escalated by {' or '.join(severity.escalate_by)} alone")
    because = f"{event.by} escalated" + (f": {event.reason}" if event.reason else "")
    yield from parts.moved(case, event, now, because)
    yield from _up(case, policy, now, because, {"by": event.by, "reason": event.reason})


def _up(case: Case, policy: Policy, now: datetime, because: str, about: dict[str, Any]) -> Iterator[e.Effect]:
    """One step up the ladder: the next tier, and word to whoever stands there; to be on call means to be paged."""
    ladder = policy.escalation.ladder
    tier = max(case.tier, min(case.tier + 1, len(ladder) + 1))
    role = ladder[min(tier, len(ladder) + 1) - 2]
    clause = _clause_of_ladder(case, policy)
    if tier != case.tier:
        change = e.SetTier(tier, because=because, clause=clause)
        yield change
        case = evolve(change, case)
    if role == "on_call" and policy.on_call and not case.incident and not running_page(case):
        yield from paging.begin(case, policy, now, role=role, why=because, clause=clause, anew=True)
    else:
        yield e.Notice(template="escalation", to=role, about=about, because=because, clause=clause)


def _clause_of_ladder(case: Case, policy: Policy) -> tuple[str, ...]:
    promise = policy.promises(case.severity).get("action_plan")
    plan = promise.clause if promise else ()
    return policy.escalation.clause or plan or policy.severities[case.severity].clause


def requested(case: Case, event: ev.EscalationRequested, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """A customer asks for an escalation: granted, or declined with the reason, once the whole case was read (EIO-5).

    What the policy escalates by itself is escalated, whatever speaks against a request (EIO-3).
    """
    if case.state is State.WAITING:
        yield from parts.moved(case, event, now, "the customer answered")
        yield from parts.resumed(case, now, "the customer answered")
    if not event.told:
        about = {"sender": event.sender.name or event.sender.address}
        yield e.Notice(template="customer_mail", to="owner", text=event.reason or ASKED, about=about, because=ASKED)
    sender = {**SENDER, **(event.about or {})}
    message = f"{event.reason}\n{case.opening}"
    holding = list(rules.holding(case, policy, now, Happening("escalation_requested", message, sender)))
    condition = next((rule for rule in holding if rule.then.page and paging.may_begin(case, rule.name)), None)
    refused = None if condition else _refusal(case, policy, sender, holding)
    if refused:
        yield from _declined(case, event, *refused)
        return
    yield from _granted(case, event, policy, now, condition)
    yield from rules.follows(case, policy, now, [rule for rule in holding if not rule.then.page])


def refusing(case: Case, policy: Policy, holding: Sequence[Rule]) -> Rule | None:
    """The rule by which a first mail that calls itself most severe is not escalated, if one does so (EIO-4)."""
    severity = policy.severities[case.severity]
    if case.declared != case.severity or severity.rank or any(rule.then.page for rule in holding):
        return None
    return next((rule for rule in holding if rule.then.refuse_escalation), None)


def _refusal(case: Case, policy: Policy, sender: dict[str, Any], holding: Sequence[Rule]) -> Refusal | None:
    """Why the request is not granted, if it is not: the right to ask, the event, then what the file refuses (EIO-4)."""
    requests, severity = policy.requests, policy.severities[case.severity]
    if not requests.allowed:
        return "escalations cannot be asked for by mail", requests.clause
    if not sender["may_escalate"]:
        return sender["revoked_because"] or "the right to ask for an escalation was withdrawn", requests.clause
    if case.incident:
        return "it belongs to a service incident that our people work on already", said_by(policy, INCIDENT)
    if parts.over(case):
        return f"the case is {case.state.value}; a reply opens it again", requests.clause
    if why := _known_already(case, policy, sender):
        return why, requests.clause
    if severity.escalate_by:
        roles = " or ".join(role.replace("_", " ") for role in severity.escalate_by)
        return f"cases of severity {severity.label} are escalated at the discretion of {roles}", severity.clause
    refusing = next((rule for rule in holding if rule.then.refuse_escalation), None)
    if refusing is None:
        return None
    return refusing.then.refuse_escalation, tuple(dict.fromkeys((*refusing.clause, *requests.clause)))


def _known_already(case: Case, policy: Policy, sender: dict[str, Any]) -> str:
    """Why another call would be one too many, "" if it is not."""
    requests = policy.requests
    if requests.not_after == "acknowledged" and (case.acknowledged or (case.page and case.page.acknowledged)):
        return "our people have acknowledged it already, and are working on it"
    if running_page(case):
        return "our people on call are alerted already, and are called until one of them answers"
    if requests.once_per == "event" and (case.requested or sender.get("requested_for_event")):
        return "it was escalated before, and that is done once for each event"
    return ""


def _declined(case: Case, event: ev.EscalationRequested, why: str, clause: tuple[str, ...]) -> Iterator[e.Effect]:
    because = f"not escalated: {why}"
    yield e.Decline(because=because, clause=clause)
    if case.answerable:
        yield e.Notice(
            template="declined_escalation",
            to=event.sender,
            answers=True,
            about={"reason": why},
            because=because,
            clause=clause,
        )


def _granted(
    case: Case, event: ev.EscalationRequested, policy: Policy, now: datetime, condition: Rule | None
) -> Iterator[e.Effect]:
    because = f"{ASKED}: {event.reason}" if event.reason else ASKED
    clause = policy.requests.clause
    yield e.GrantRequest(now, because=because, clause=clause)
    if condition or policy.on_call:
        yield from paging.begin(
            case,
            policy,
            now,
            role=condition.then.page if condition else policy.on_call.ladder[0].to if policy.on_call else "on_call",
            why=condition.name if condition else ASKED,
            clause=(*(condition.clause if condition else ()), *clause),
            by_customer=event.sender,
            reason=event.reason,
            anew=True,
        )
        return
    yield from _up(case, policy, now, because, {"by": event.sender.name, "reason": event.reason})
    if case.answerable:
        about = {"reason": event.reason}
        yield e.Notice(template="escalated", to=event.sender, answers=True, about=about, because=because, clause=clause)
