"""The steps that a case's clocks have still to take, each with its moment: what a Tick acts on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from mailproc.core.case import RUNNING, Case, Pause, Proposal, State, Step
from mailproc.core.clocks import Clock, clocks, ended, paging
from mailproc.policy import promises
from mailproc.policy.model import Moment, NoticeRule, OnCall, Policy, Promise, Rung, Target


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
        *_of_consent(case, policy),
        *_of_access(case),
        *_of_page(case, policy),
    )
    return tuple(sorted((one for one in found if one.step not in case.told), key=lambda one: one.at))


def next_due(case: Case, policy: Policy) -> datetime | None:
    """The case's earliest moment at which something must be decided: the index by which the clock wakes it."""
    ahead = planned(case, policy)
    moments = (ahead[0].at if ahead else None, case.terms_until if case.state is not State.CLOSED else None)
    return min((moment for moment in moments if moment), default=None)


def _of_clocks(case: Case, policy: Policy, running: Iterable[Clock]) -> Iterator[Planned]:
    paged = case.page is not None
    for clock in running:
        broken = _broken(case, clock)
        if clock.runs and clock.due:
            yield from _of_clock(clock, policy, case.severity, case.opened, broken, paged)
        elif broken and not paged and case.state is not State.CLOSED:
            yield from _news_that_waits(case, policy, clock, broken)


@lru_cache(maxsize=1024)
def _of_clock(
    clock: Clock, policy: Policy, severity: str, opened: datetime, broken: datetime | None, paged: bool
) -> tuple[Planned, ...]:
    """The steps of one clock of a case of this severity, broken at `broken`; where the case is paged nothing waits."""
    if clock.due is None:
        return ()
    found: list[Planned] = []
    if clock.promise.recurs or not broken:
        step = Step(clock.objective, "due", clock.occurrence)
        found.append(Planned(step=step, at=_counted_at(clock, clock.due), clock=clock))
    for rule in policy.notices:
        if rule.on.objective == clock.objective and (not rule.severities or severity in rule.severities):
            found += _of_rule(policy, clock, rule, opened, broken, paged)
    return tuple(found)


def _counted_at(clock: Clock, due: datetime) -> datetime:
    """The moment at which a due date is felt: one that passed in a pause is felt when time counts again."""
    return next((until for start, until in clock.spans if start <= due < until), due)


def _broken(case: Case, clock: Clock) -> datetime | None:
    """When this clock broke; what broke before it began, in an earlier page (EIO-6), is another's."""
    at = case.broken.get(clock.objective)
    return at if at and at >= clock.start else None


def _of_rule(
    policy: Policy, clock: Clock, rule: NoticeRule, opened: datetime, broken: datetime | None, paged: bool
) -> Iterator[Planned]:
    if rule.on.offset and not rule.on.before:
        found = _behind_breach(policy, clock, rule.on.offset, broken)
    else:
        found = _ahead_of_breach(policy, clock, rule.on, opened, broken)
    for at, occurrence in found:
        if rule.deliver_in and not paged:
            at = policy.calendars[rule.deliver_in].next_opening(at)
        yield _noticed(clock, rule, at, occurrence)


def _noticed(clock: Clock, rule: NoticeRule, at: datetime, occurrence: str) -> Planned:
    step = Step(clock.objective, f"{rule.on.name} to {', '.join(rule.to)}", occurrence)
    return Planned(step=step, at=at, clock=clock, rule=rule)


def _news_that_waits(case: Case, policy: Policy, clock: Clock, broken: datetime) -> Iterator[Planned]:
    """News of a breach that waits for its calendar (`deliver_in`): it stays news, though the promise is met by then."""
    until = case.met.get(clock.objective) or (case.paused.start if case.paused else ended(case))
    for rule in policy.notices:
        concerns = rule.on.objective == clock.objective and (not rule.severities or case.severity in rule.severities)
        if not (rule.deliver_in and concerns and rule.on.offset and not rule.on.before):
            continue
        for came, occurrence in _behind_breach(policy, clock, rule.on.offset, broken):
            if until and came <= until:
                at = policy.calendars[rule.deliver_in].next_opening(came)
                yield _noticed(replace(clock, due=broken), rule, at, occurrence)


def _ahead_of_breach(
    policy: Policy, clock: Clock, on: Moment, opened: datetime, broken: datetime | None
) -> Iterator[tuple[datetime, str]]:
    """When a warning comes, for which round of the clock; after the breach there is nothing to warn of."""
    if broken:
        return
    at = promises.moment_at(on, clock.promise, policy, clock.start, pauses=clock.spans, opened=opened)
    # "4 hours before" on an hourly clock would lie before its start: there is no such moment.
    if at and at > clock.start:
        yield at, clock.occurrence


def _behind_breach(
    policy: Policy, clock: Clock, offset: Target, broken: datetime | None
) -> Iterator[tuple[datetime, str]]:
    """When news of a breach comes: counted from when it broke, which is once and may be later than it was due."""
    broken = broken or (clock.due and _counted_at(clock, clock.due))
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


def _of_access(case: Case) -> Iterator[Planned]:
    """When leave to look into the customer's data ends: with its time or with the case, whichever is first (OWN-9)."""
    access = case.access
    if access is None:
        return
    ends = (access.until, ended(case) if case.state not in RUNNING else None)
    if at := min((moment for moment in ends if moment), default=None):
        yield Planned(step=Step("access", "ends", access.at.isoformat()), at=at)


def _of_consent(case: Case, policy: Policy) -> Iterator[Planned]:
    """A severity that we proposed, and to which the customer says nothing, lapses (JEL-3)."""
    proposal = case.proposal
    if proposal and not proposal.from_customer and (at := lapses_at(proposal, policy)):
        yield Planned(step=Step("consent", "lapses", proposal.at.isoformat()), at=at)


def lapses_at(proposal: Proposal, policy: Policy) -> datetime | None:
    """When a proposal is off the table; None where the policy sets no end."""
    target = policy.consent.lapses_after
    promise = target and Promise(objective="consent", target=target, calendar=policy.calendar, text="")
    return promises.due(promise, policy, proposal.at) if promise else None


def _of_tasks(case: Case) -> Iterator[Planned]:
    for task in case.tasks:
        if task.due and not task.done:
            yield Planned(step=Step("task", task.kind, task.due.isoformat()), at=task.due)


def _of_page(case: Case, policy: Policy) -> Iterator[Planned]:
    """The next page, while nobody has acknowledged the last one: one at a time, so that a gap makes no more (EIO-6)."""
    page = paging(case)
    if page and page.last and policy.on_call:
        wait = rung_of(policy.on_call, page.count)[1].wait
        at = promises.after(page.last, wait, policy.calendars[policy.calendar])
        if at:
            yield Planned(step=Step("page", f"page {page.count + 1}", page.at.isoformat()), at=at)


def rung_of(on_call: OnCall, page: int) -> tuple[int, Rung]:
    """The rung that a page stands on, and its place from 1: the ladder is climbed again from its foot (EIO-6)."""
    climbed = [found for found in enumerate(on_call.ladder, start=1) for _ in range(found[1].repeat)]
    return climbed[(page - 1) % len(climbed)]
