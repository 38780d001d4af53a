"""The days on which a recurring event falls: the part of RFC 5545 §3.3.10 that days off are written in."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

DAILY, WEEKLY, MONTHLY, YEARLY = FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")


class TooMuchWork(Exception):
    """The rules of a file ask for more days to be looked at than anybody's days off need."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A recurrence rule; an empty tuple is a part that it does not have.

    `weekdays` are pairs of an ordinal (2 the second, -1 the last, 0 every) and a weekday (Monday is 0).  `until` is a
    reading of the event's own wall clock.
    """

    frequency: str
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    year_days: tuple[int, ...] = ()
    weekdays: tuple[tuple[int, int], ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0


def occurrences(rule: Rule, first: datetime, last: date, steps: Iterator[int]) -> Iterator[date]:
    """The days, in order, from `first` (a wall clock's reading) to `last`.

    Each day that is looked at takes one of `steps`.  TooMuchWork: there are none left.
    """
    rule = _completed(rule, first.date())
    left = rule.count
    for period in _periods(rule, first.date(), last):
        for day in _chosen(rule, _matching(rule, period, steps)):
            if day < first.date():
                continue
            if day > last or left == 0 or (rule.until and _at(day, first.time()) > rule.until):
                return
            yield day
            left = None if left is None else left - 1


def _completed(rule: Rule, first: date) -> Rule:
    """The rule with what its first day says where it says nothing itself: "every year" is on the same date."""
    if rule.month_days or rule.year_days or rule.weekdays:
        return rule
    match rule.frequency:
        case "YEARLY":
            return replace(rule, months=rule.months or (first.month,), month_days=(first.day,))
        case "MONTHLY":
            return replace(rule, month_days=(first.day,))
        case "WEEKLY":
            return replace(rule, weekdays=((0, first.weekday()),))
        case _:
            return rule


def _periods(rule: Rule, first: date, last: date) -> Iterator[Iterator[date]]:
    """The days of each year, month, week or day that the interval hits, up to `last`; of a year those of its months."""
    match rule.frequency:
        case "YEARLY":
            for year in range(first.year, last.year + 1, rule.interval):
                months = sorted(set(rule.months)) or range(1, 13)
                yield (day for month in months for day in _month(year, month))
        case "MONTHLY":
            begin, end = first.year * 12 + first.month - 1, last.year * 12 + last.month
            for number in range(begin, end, rule.interval):
                yield _month(number // 12, number % 12 + 1)
        case "WEEKLY":
            monday = first.toordinal() - (first.weekday() - rule.week_start) % 7
            for begin in range(monday, last.toordinal() + 1, 7 * rule.interval):
                yield (date.fromordinal(day) for day in range(max(begin, 1), begin + 7))
        case _:
            for number in range(first.toordinal(), last.toordinal() + 1, rule.interval):
                yield iter((date.fromordinal(number),))


def _month(year: int, month: int) -> Iterator[date]:
    return (date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1))


def _matching(rule: Rule, period: Iterator[date], steps: Iterator[int]) -> list[date]:
    found = []
    for day in period:
        if next(steps, None) is None:
            raise TooMuchWork
        if _matches(rule, day):
            found.append(day)
    return found


def _matches(rule: Rule, day: date) -> bool:
    """Whether each part that the rule has lets the day through; negative figures count from the end."""
    if rule.months and day.month not in rule.months:
        return False
    if rule.month_days:
        length = monthrange(day.year, day.month)[1]
        if day.day not in rule.month_days and day.day - length - 1 not in rule.month_days:
            return False
    if rule.year_days:
        number, length = day.timetuple().tm_yday, date(day.year, 12, 31).timetuple().tm_yday
        if number not in rule.year_days and number - length - 1 not in rule.year_days:
            return False
    if not rule.weekdays:
        return True
    return any(day.weekday() == weekday and _is_nth(rule, day, nth) for nth, weekday in rule.weekdays)


def _is_nth(rule: Rule, day: date, nth: int) -> bool:
    """Whether it is the nth of its weekday in the month or, in a yearly rule without months, in the year."""
    if not nth:
        return True
    if rule.frequency == YEARLY and not rule.months:
        first, last = date(day.year, 1, 1), date(day.year, 12, 31)
    else:
        first, last = day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    from_begin, from_end = (day - first).days // 7 + 1, -((last - day).days // 7 + 1)
    return nth in (from_begin, from_end)


def _chosen(rule: Rule, days: Sequence[date]) -> Sequence[date]:
    """Of a period's days those at the positions that the rule names."""
    if not rule.positions:
        return days
    places = {place - 1 if place > 0 else len(days) + place for place in rule.positions}
    return [day for number, day in enumerate(days) if number in places]


def _at(day: date, reading: time) -> datetime:
    return datetime.combine(day, reading)


def spread(first: date, length: timedelta) -> Iterator[date]:
    """Each day of an event that lasts whole days."""
    return (first + timedelta(days=number) for number in range(max(1, length.days)))
