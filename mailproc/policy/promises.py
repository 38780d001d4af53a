"""When a promise is due, and when a share of it is used up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from mailproc.policy.hours import ALWAYS, Calendar, Span
from mailproc.policy.model import (
    Business,
    BusinessDays,
    Elapsed,
    LastWorkingDay,
    Moment,
    NextRelease,
    Policy,
    Promise,
    Target,
)


def due(
    promise: Promise, policy: Policy, start: datetime, pauses: Sequence[Span] = (), opened: datetime | None = None
) -> datetime | None:
    """The instant (UTC) at which the promise is used up; None for a commitment, or while no release is known.

    `start` is when the clock started, `opened` when the case was (the same if not given), `pauses` the closed intervals
    in which it stood still: time of the clock's own kind, so a business clock loses only open time.  Dates that a
    sentence gives do not shift by pauses.
    """
    calendar = policy.calendars[promise.calendar]
    moment = _due(target_of(promise, policy, opened or start), calendar, policy, start, pauses, opened or start)
    if moment is None or promise.during is None:
        return moment
    return policy.calendars[promise.during].next_opening(moment)


def moment_at(
    moment: Moment,
    promise: Promise,
    policy: Policy,
    start: datetime,
    pauses: Sequence[Span] = (),
    opened: datetime | None = None,
) -> datetime | None:
    """The instant (UTC) of a moment on this promise's clock; None while the due time is None.

    A distance before the due time that would fall before the start is the start.
    """
    start = start.astimezone(UTC)
    end = due(promise, policy, start, pauses, opened)
    if end is None:
        return None
    calendar = policy.calendars[promise.calendar]
    if moment.share is not None:
        target = target_of(promise, policy, opened or start)
        return min(end, _share(moment.share, measure(target, calendar), start, end, pauses))
    distance = None if moment.offset is None else measure(moment.offset, calendar)
    if distance is None or not distance[1]:
        return end  # at the due time itself, also where a pause begins at that instant
    if moment.before:
        return min(end, _before(start, end, *distance, pauses))
    return distance[0].add(end, distance[1], pauses)


def after(start: datetime, target: Target, calendar: Calendar, pauses: Sequence[Span] = ()) -> datetime | None:
    """The instant (UTC) at which a length of time has passed since `start`; None for a target that is no length."""
    length = measure(target, calendar)
    return None if length is None else length[0].add(start, length[1], pauses)


def target_of(promise: Promise, policy: Policy, opened: datetime) -> Target:
    """The target that holds for a case opened then: another one outside hours, where the policy has two (EIO-1)."""
    if promise.closed_target is None or policy.calendars[promise.calendar].is_open(opened):
        return promise.target
    return promise.closed_target


def measure(target: Target, calendar: Calendar) -> tuple[Calendar, timedelta] | None:
    """The calendar that a target counts on and how much of its open time; None if a date or nothing ends it."""
    match target:
        case Elapsed(length):
            return ALWAYS, length
        case Business(length):
            return calendar, length
        case BusinessDays(count):
            return calendar, calendar.business_day * count
        case _:
            return None


def _due(
    target: Target,
    calendar: Calendar,
    policy: Policy,
    start: datetime,
    pauses: Sequence[Span],
    opened: datetime,
) -> datetime | None:
    match target:
        case LastWorkingDay(at):
            return calendar.last_working_day(start, at)
        case NextRelease():
            return _next_release(policy, calendar, opened)
        case _:
            return after(start, target, calendar, pauses)


def _share(
    share: float, length: tuple[Calendar, timedelta] | None, start: datetime, end: datetime, pauses: Sequence[Span]
) -> datetime:
    """The instant at which a share of a length is used up; of a date, a share of the plain time until it."""
    if length is not None:
        return length[0].add(start, length[1] * share, pauses)
    return start + (end - start) * share if end > start else end


def _next_release(policy: Policy, calendar: Calendar, opened: datetime) -> datetime | None:
    """Closing time on the day of the earliest release whose closing comes after the opening (CON-7)."""
    closings = (calendar.closing_on(day) for day, _ in policy.releases)
    return min((closing for closing in closings if closing is not None and closing > opened), default=None)


def _before(start: datetime, end: datetime, calendar: Calendar, length: timedelta, pauses: Sequence[Span]) -> datetime:
    """The instant at which `length` of the time that `calendar` counts is left before `end`; never before `start`."""
    surplus = calendar.elapsed(start, end, pauses) - length
    return calendar.add(start, surplus, pauses) if surplus > timedelta() else start
