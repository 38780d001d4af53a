"""The steps that a case's clocks have still to take, each with its moment: what a Tick acts on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from mailproc.core.case import Case, Pause, State, Step
from mailproc.core.clocks import Clock, clocks
from mailproc.policy import promises
from mailproc.policy.model import Moment, NoticeRule, Policy, Promise, Target


@dataclass(frozen=True, slots=True)
class Planned:
    """A step with its moment.  `clock` is set for a step of a clock, `rule` where a notice rule asks for it."""

    step: Step
    at: datetime
    clock: Clock | None = None
    rule: NoticeRule | None = None
    last: bool = False  # the last reminder: it announces the closing


@lru_cache(maxsize=256)
def planned(case: Case, policy: Policy) -> tuple[Planned, ...]:
    """Every step that lies ahead or has come and is not told yet, earliest first."""
    found = (
        *_of_clocks(case, policy, clocks(case, policy).values()),
        *_of_waiting(case, policy),
        *_of_end(case, policy),
        *_of_tasks(case),
    )
    return tuple(sorted((one for one in found if one.step not in case.told), key=lambda one: one.at))


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
                at=_counted_at(clock, clock.due),
                clock=clock,
            )
        for rule in policy.notices:
            if rule.on.objective == clock.objective and (not rule.severities or case.severity in rule.severities):
                yield from _of_rule(case, policy, clock, rule)


def _counted_at(clock: Clock, due: datetime) -> datetime:
    """The moment at which a due date is felt: one that passed in a pause is felt when time counts again."""
    return next((until for start, until in clock.spans if start <= due < until), due)


def _of_rule(case: Case, policy: Policy, clock: Clock, rule: NoticeRule) -> Iterator[Planned]:
    if rule.on.offset and not rule.on.before:
        found = _behind_breach(case, policy, clock, rule.on.offset)
    else:
        found = _ahead_of_breach(case, policy, clock, rule.on)
    for at, occurrence in found:
        if rule.deliver_in:
            at = policy.calendars[rule.deliver_in].next_opening(at)
        step = Step(clock.objective, f"{rule.on.name} to {', '.join(rule.to)}", occurrence)
        yield Planned(step=step, at=at, clock=clock, rule=rule)


def _ahead_of_breach(case: Case, policy: Policy, clock: Clock, on: Moment) -> Iterator[tuple[datetime, str]]:
    """When a warning comes, for which round of the clock; after the breach there is nothing to warn of."""
    if clock.objective in case.broken:
        return
    at = promises.moment_at(on, clock.promise, policy, clock.start, pauses=clock.spans, opened=case.opened)
    # "4 hours before" on an hourly clock would lie before its start: there is no such moment.
    if at and at > clock.start:
        yield at, clock.occurrence


def _behind_breach(case: Case, policy: Policy, clock: Clock, offset: Target) -> Iterator[tuple[datetime, str]]:
    """When news of a breach comes: counted from when it broke, which is once and may be later than it was due."""
    broken = case.broken.get(clock.objective) or (clock.due and _counted_at(clock, clock.due))
    at = broken and promises.after(broken, offset, policy.calendars[clock.promise.calendar], clock.spans)
    if at and broken:
        yield at, broken.isoformat()


def _of_waiting(case: Case, policy: Policy) -> Iterator[Planned]:
    """Reminders and the closing of a case that waits on the customer, counted from `#wait` (semantics.md, Clocks)."""
    since = case.paused
    if since is None or case.state not in (State.WAITING, State.HELD):
        return
    occurrence = since.start.isoformat()
    if case.wait_until:
        yield Planned(step=Step("waiting", "until", occurrence), at=case.wait_until)
    if case.state is State.WAITING:
        ahead = _until_closing(case, policy, since)
        yield from (one for one in ahead if not case.wait_until or one.at < case.wait_until)


def _until_closing(case: Case, policy: Policy, since: Pause) -> Iterator[Planned]:
    occurrence = since.start.isoformat()
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
    at = _after(policy, policy.waiting.close, since.start) if since and policy.waiting.close else None
    return None if at and case.wait_until and case.wait_until <= at else at


def _after(policy: Policy, target: Target, start: datetime) -> datetime | None:
    promise = Promise(objective="waiting", target=target, calendar=policy.waiting.calendar, text="")
    return promises.due(promise, policy, start)


def _of_end(case: Case, policy: Policy) -> Iterator[Planned]:
    if case.state is State.RESOLVED and case.resolved and (at := resolved_until(policy, case.resolved)):
        yield Planned(step=Step("resolved", "close", case.resolved.isoformat()), at=at)


def resolved_until(policy: Policy, since: datetime) -> datetime | None:
    """When a case that was resolved at `since` closes by itself."""
    return _after(policy, policy.resolved_closes_after, since)


def _of_tasks(case: Case) -> Iterator[Planned]:
    for task in case.tasks:
        if task.due and not task.done:
            yield Planned(step=Step("task", task.kind, task.due.isoformat()), at=task.due)
