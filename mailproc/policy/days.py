"""What a calendar says of one day of its zone: when it is open, and why it is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from mailproc.policy.closures import Closures
from mailproc.policy.hours import ONE_DAY, Calendar, Shut, Span, never

CLOCK_CHANGE, SKIPPED = "clock_change", "skipped"
WEEKDAY, HOLIDAY, EVENT, LISTED, HOURS_OFF, EXCEPTION = (
    "weekday",
    "holiday",
    "event",
    "listed",
    "hours_off",
    "exception",
)
DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a day is not as long or as open as others: a kind, which is one of the words above, and a sentence."""

    kind: str
    text: str
    calendar: str  # whose reason it is: the calendar's, or that of a member of a union


@dataclass(frozen=True, slots=True)
class Day:
    """One local day: the open spans (UTC) that begin on it, and why it is not as other days are."""

    day: date
    spans: tuple[Span, ...]
    reasons: tuple[Reason, ...]

    @property
    def length(self) -> timedelta:
        """The open time that begins on this day."""
        return sum((closes - opens for opens, closes in self.spans), timedelta())


def days(calendar: Calendar, first: date, last: date) -> Iterator[Day]:
    """Each local day from the first to the last, which is one of them."""
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        yield Day(day, calendar.opened_on(day), reasons(calendar, day))


def reasons(calendar: Calendar, day: date) -> tuple[Reason, ...]:
    """Why a local day is closed, shorter or open by exception; none for a day as every week has it.

    Of a union, the reasons of each member, and its own where the clock changes.
    """
    clock = _clock(calendar, day)
    if clock and clock.kind == SKIPPED:
        return (clock,)
    whole = _of_members(calendar, day) if calendar.members else _closings(calendar, day)
    return (*whole, clock) if clock else tuple(whole)


def _of_members(calendar: Calendar, day: date) -> Iterator[Reason]:
    for member in calendar.members:
        yield from (reason for reason in reasons(member, day) if reason.kind not in (CLOCK_CHANGE, SKIPPED))


def _closings(calendar: Calendar, day: date) -> Iterator[Reason]:
    """What the week, the holidays, the hours off and the exceptions say."""
    shut = [*_shut_days(calendar, day)]
    if not shut and not calendar.week.get(day.weekday()):
        shut = [Reason(WEEKDAY, f"no hours on {DAYS[day.weekday()]}", calendar.name)]
    if day in calendar.exceptions:
        though = f", though {' and '.join(reason.text for reason in shut)}" if shut else ""
        yield Reason(EXCEPTION, f"hours of its own by exception{though}", calendar.name)
        return
    yield from shut
    if not shut:
        yield from (Reason(HOURS_OFF, _hours_off(calendar, one), calendar.name) for one in _shut_hours(calendar, day))


def _shut_days(calendar: Calendar, day: date) -> Iterator[Reason]:
    """Why the whole day is closed: all reasons that there are."""
    closed = calendar.closed
    if not isinstance(closed, Closures):
        if closed is not never and closed(day):
            yield Reason(LISTED, "closed", calendar.name)
        return
    if name := closed.national(day):
        yield Reason(HOLIDAY, name, calendar.name)
    if day in closed.events:
        yield Reason(EVENT, closed.events[day], calendar.name)
    if day in closed.dates:
        yield Reason(LISTED, "closed by the policy's list", calendar.name)


def _shut_hours(calendar: Calendar, day: date) -> Iterator[Shut]:
    """The hours off that fall on this day."""
    begins, ends = calendar.bounds(day)
    for one in calendar.shut:
        near = abs(one.begins.date() - day) <= 2 * ONE_DAY or one.begins.date() < day <= one.ends.date() + ONE_DAY
        if near and calendar.instant(one.begins) < ends and calendar.instant(one.ends) > begins:
            yield one


def _hours_off(calendar: Calendar, shut: Shut) -> str:
    begins, ends = (calendar.instant(moment).astimezone(calendar.zone) for moment in (shut.begins, shut.ends))
    until = f"{ends:%H:%M}" if begins.date() == ends.date() else f"{ends:%Y-%m-%d %H:%M}"
    return f"{shut.name}, {begins:%H:%M}-{until}"


def _clock(calendar: Calendar, day: date) -> Reason | None:
    """That the zone's clock changes on this day, or leaves it out."""
    begins, ends = calendar.bounds(day)
    length = ends - begins
    if length == ONE_DAY:
        return None
    place = calendar.zone.key or "its zone"
    if not length:
        return Reason(SKIPPED, f"this day does not exist in {place}", calendar.name)
    return Reason(CLOCK_CHANGE, f"clock change: the day has {length.total_seconds() / 3600:g} hours", calendar.name)
