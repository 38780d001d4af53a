"""The steps that a case's clocks have still to take, each with its moment: what a Tick acts on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from mailproc.core.case import Case, State, Step
from mailproc.core.clocks import Clock, clocks
from mailproc.policy import promises
from mailproc.policy.model import NoticeRule, Policy, Promise, Target


@dataclass(frozen=True, slots=True)
class Planned:
    """A step with its moment.  `clock` is set for a step of a clock, `rule` where a notice rule asks for it."""

    step: Step
    at: datetime
    clock: Clock | None = None
    rule: NoticeRule | None = None
    last: bool = False  # the last reminder: it announces the closing


def planned(case: Case, policy: Policy) -> list[Planned]:
    """Every step that lies ahead or has come and is not told yet, earliest first."""
    found = (
        *_of_clocks(case, policy, clocks(case, policy).values()),
        *_of_waiting(case, policy),
        *_of_end(case, policy),
        *_of_tasks(case),
    )
    return sorted((one for one in found if one.step not in case.told), key=lambda one: one.at)


def next_due(case: Case, policy: Policy) -> datetime | None:
    """The case's earliest moment at which something must be decided: the index by which the clock wakes it."""
    ahead = planned(case, policy)
    return ahead[0].at if ahead else None


def _of_clocks(case: Case, policy: Policy, running: Iterable[Clock]) -> Iterator[Planned]:
    for clock in running:
        if not clock.runs or clock.due is None:
            continue
        if clock.promise.recurs or clock.objective not in case.broken:
            yield Planned(
                step=Step(clock.objective, "due", clock.occurrence),
                at=clock.due,
                clock=clock,
            )
        for rule in policy.notices:
            if rule.on.objective == clock.objective and (not rule.severities or case.severity in rule.severities):
                yield from _of_rule(case, policy, clock, rule)


def _of_rule(case: Case, policy: Policy, clock: Clock, rule: NoticeRule) -> Iterator[Planned]:
    if _broke_before(case, clock, rule):
        return
    at = promises.moment_at(
        rule.on,
        clock.promise,
        policy,
        clock.start,
        pauses=clock.spans,
        opened=case.opened,
    )
    # "4 hours before" on an hourly clock would lie before its start: there is no such moment.
    if at is None or at <= clock.start or (case.acknowledged and rule.template == "escalation"):
        return
    if rule.deliver_in:
        at = policy.calendars[rule.deliver_in].next_opening(at)
    name = f"{rule.on.name} to {', '.join(rule.to)}"
    yield Planned(
        step=Step(clock.objective, name, clock.occurrence),
        at=at,
        clock=clock,
        rule=rule,
    )


def _broke_before(case: Case, clock: Clock, rule: NoticeRule) -> bool:
    # A promise breaks once: after a change of severity, one that broke before it is not announced as broken again.
    broken = case.broken.get(clock.objective)
    late = rule.on.share is None and not rule.on.before
    return bool(late and broken and clock.due and clock.due > broken)


def _of_waiting(case: Case, policy: Policy) -> Iterator[Planned]:
    """Reminders and the closing of a case that waits on the customer, counted from `#wait` (semantics.md, Clocks)."""
    since = case.paused
    if since is None or case.state not in (State.WAITING, State.HELD):
        return
    occurrence = since.start.isoformat()
    if case.wait_until:
        yield Planned(step=Step("waiting", "until", occurrence), at=case.wait_until)
    if case.state is not State.WAITING:
        return
    for index, target in enumerate(policy.waiting.remind if case.answerable else ()):
        at = _after(policy, target, since.start)
        last = index == len(policy.waiting.remind) - 1
        if at:
            yield Planned(
                step=Step("waiting", f"reminder {index + 1}", occurrence),
                at=at,
                last=last,
            )
    if policy.waiting.close and (at := _after(policy, policy.waiting.close, since.start)):
        yield Planned(step=Step("waiting", "close", occurrence), at=at)


def closing_at(case: Case, policy: Policy) -> datetime | None:
    """When a waiting case will be closed, for the reminder that announces it."""
    since = case.paused
    return _after(policy, policy.waiting.close, since.start) if since and policy.waiting.close else None


def _after(policy: Policy, target: Target, start: datetime) -> datetime | None:
    promise = Promise(objective="waiting", target=target, calendar=policy.waiting.calendar, text="")
    return promises.due(promise, policy, start)


def _of_end(case: Case, policy: Policy) -> Iterator[Planned]:
    if case.state is State.RESOLVED and case.resolved:
        at = _after(policy, policy.resolved_closes_after, case.resolved)
        if at:
            yield Planned(step=Step("resolved", "close", case.resolved.isoformat()), at=at)


def _of_tasks(case: Case) -> Iterator[Planned]:
    for task in case.tasks:
        if task.due and not task.done:
            yield Planned(step=Step("task", task.kind, task.due.isoformat()), at=task.due)
