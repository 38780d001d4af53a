"""What follows from time alone: updates, warnings, breaches, reminders, closings."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from mailproc.core import effects as e
from mailproc.core.case import Case, State, Step
from mailproc.core.clocks import open_until
from mailproc.core.decide import access, paging, parts
from mailproc.core.events import Event
from mailproc.core.evolve import evolve
from mailproc.core.facts import condition_facts
from mailproc.core.moments import said
from mailproc.core.steps import Planned, closing_at, planned
from mailproc.core.transitions import ClosingCame, WaitEnded, target
from mailproc.policy.model import Policy


def ticked(case: Case, event: Event, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """Every step whose moment has come: promises broken at their due second, of each clock the furthest told."""
    yield from _steps(case, policy, [one for one in planned(case, policy) if one.at <= now], now)


def missed(case: Case, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """What time should have done before something else happens at `now`: met at the due second is met in time."""
    yield from _steps(case, policy, [one for one in planned(case, policy) if one.at < now], now)


def recounted(case: Case, event: Event, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """After a change of what is promised: what would have broken breaks at this moment, passed warnings are skipped."""
    for one in planned(case, policy):
        for effect in _passed(one, now):
            yield effect
            case = evolve(effect, case)
    come = [one for one in planned(case, policy) if one.at <= now]
    passed = {one.step for one in come if one.rule and one.at < now}
    yield from _steps(case, policy, come, now, passed)


def _passed(one: Planned, now: datetime) -> Iterator[e.Effect]:
    """What is skipped or breaks now because it should have come before; news of a breach comes after it."""
    if one.at <= now and _breaks(one):
        yield _broken(one, now)
        yield _marked(one, now)
    elif one.at < now and one.rule and (one.rule.on.before or one.rule.on.share):
        yield _marked(one, now, skipped=True)


def _steps(
    case: Case, policy: Policy, come: list[Planned], now: datetime, passed: Collection[Step] = ()
) -> Iterator[e.Effect]:
    furthest = {one.step.objective: one.at for one in come}  # in time order: the last one stays
    for one in come:
        for effect in _step(case, policy, one, now, one.at < furthest[one.step.objective] or one.step in passed):
            yield effect
            case = evolve(effect, case)


def _step(case: Case, policy: Policy, one: Planned, now: datetime, skipped: bool) -> Iterator[e.Effect]:
    if _breaks(one):
        yield _broken(one, one.at)
    yield _marked(one, now, skipped)
    if not skipped:
        yield from _told(case, policy, one, now)


def _breaks(one: Planned) -> bool:
    return one.rule is None and one.clock is not None and not one.clock.promise.recurs


def _broken(one: Planned, at: datetime) -> e.Break:
    objective, due = one.step.objective, (one.clock and one.clock.due) or one.at
    because = f"{objective} was due {said(due)} and is not met"
    return e.Break(objective, at, due, because=because, clause=_clause(one))


def _marked(one: Planned, now: datetime, skipped: bool = False) -> e.Mark:
    because = _because(one) + ("; skipped, its moment has passed" if skipped else "")
    return e.Mark(one.step, now, skipped=skipped, because=because, clause=_clause(one))


def _told(case: Case, policy: Policy, one: Planned, now: datetime) -> Iterator[e.Effect]:
    if one.rule:
        yield from _notice(case, policy, one, now)
    elif one.step.objective == "update":
        yield e.UpdateSent(now, because=_because(one), clause=_clause(one))
        yield e.Notice(
            template="update",
            to="customer",
            objective="update",
            because=_because(one),
            clause=_clause(one),
        )
    elif one.step.objective in ("waiting", "resolved"):
        yield from _end_of_wait(case, policy, one, now)
    elif one.step.objective == "page":
        yield from paging.again(case, policy, now, because=_because(one))
    elif one.step.objective == "access":
        yield from access.over(case, policy)
    elif one.step.objective == "consent":
        yield from _lapsed(case, policy)
    elif one.step.objective == "task":
        about = {"label": one.step.name, "due": one.at, "overdue": True}
        because = f"the {one.step.name.replace('_', ' ')} task is overdue"
        promise = (policy.call_back if one.step.name == "call_back" else None) or policy.confirmation
        clause = promise.clause if promise else ()
        yield e.Notice(template="task", to="team", about=about, because=because, clause=clause)


def _notice(case: Case, policy: Policy, one: Planned, now: datetime) -> Iterator[e.Effect]:
    rule, clock = one.rule, one.clock
    if rule is None or clock is None or (case.acknowledged and rule.template == "escalation"):
        return
    if rule.when and not rule.when.holds(condition_facts(case, policy, now)):
        return
    if rule.tier and rule.tier > case.tier:
        yield e.SetTier(rule.tier, because=_because(one), clause=_clause(one))
    about = {"objective": clock.objective, "due": clock.due, "step": rule.on.name}
    for role in rule.to:
        yield e.Notice(
            template=rule.template,
            to=role,
            objective=clock.objective,
            about=about,
            because=_because(one),
            clause=_clause(one),
        )


def _end_of_wait(case: Case, policy: Policy, one: Planned, now: datetime) -> Iterator[e.Effect]:
    match one.step.name:
        case "until":
            because = "the time until which the case was to wait has come"
            yield e.MoveTo(target(case, WaitEnded) or State.OPEN, now, because=because)
            yield from parts.resumed(case, now, because)
            yield e.Notice(
                template="task",
                to="owner",
                about={"label": "wait_over", "due": one.at},
                because=because,
            )
        case "close":
            because = "no answer came" if case.state is State.WAITING else "it was resolved long enough ago"
            clause = policy.waiting.clause if case.state is State.WAITING else ()
            yield e.MoveTo(target(case, ClosingCame) or State.CLOSED, now, because=because, clause=clause)
            if case.state is State.WAITING:
                yield from parts.paused(case, now, "resolved", because)
                if case.answerable:
                    until = {"until": open_until(policy, now)}
                    yield e.Notice(template="closing", to="customer", about=until, because=because, clause=clause)
        case _:
            about = {"closes_at": closing_at(case, policy), "last": one.last}
            yield e.Notice(
                template="waiting_reminder",
                to="customer",
                about=about,
                because="we wait for the customer's answer",
                clause=policy.waiting.clause,
            )


def _lapsed(case: Case, policy: Policy) -> Iterator[e.Effect]:
    """The customer said nothing to the severity that was proposed: it stays as it is, and who holds it hears so."""
    proposal = case.proposal
    if proposal is None:
        return
    because = f"the customer did not answer the proposal of severity {proposal.severity} in time"
    about = {
        "label": "proposal_lapsed",
        "old": case.severity,
        "new": proposal.severity,
        "reason": proposal.reason,
    }
    yield e.Propose(None, because=because, clause=policy.consent.clause)
    yield e.Notice(template="task", to="owner", about=about, because=because, clause=policy.consent.clause)


def _because(one: Planned) -> str:
    name = one.rule.on.name if one.rule else f"{one.step.objective} {one.step.name}"
    if not one.clock or not one.clock.due:
        return name
    return f"{name}, due {said(one.clock.due)}" if one.rule else f"{name} {said(one.clock.due)}"


def _clause(one: Planned) -> tuple[str, ...]:
    if one.rule and one.rule.clause:
        return one.rule.clause
    return one.clock.promise.clause if one.clock else ()
