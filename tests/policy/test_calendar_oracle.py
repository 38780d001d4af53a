"""Calendars with all that a file can say, against an oracle that walks every minute around a clock change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from minutes import DAY, PLACES, Walk, nth_end, walk

from mailproc.policy.closures import closed_days
from mailproc.policy.hours import Calendar, Shut, calendar_in, union

QUIET = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
WEEKS = (
    dict.fromkeys(range(5), ((540, 1020),)),
    dict.fromkeys(range(5), ((480, 720), (780, 1080), (1200, 1320))),
    dict.fromkeys(range(7), ((1320, 1800),)),  # 22:00-06:00
    dict.fromkeys(range(7), ((0, 1440),)),
    {5: ((60, 150),), 6: ((90, 210), (1380, 1440)), 0: ((0, 30),)},  # around the hour of the change
    {6: ((0, 1440),), 2: ((1200, 1600),), 3: ((60, 200),)},  # a night that runs into the next day's hours
)
SPECIAL = (((600, 840),), ((60, 180), (1380, 1560)), ())


@dataclass(frozen=True)
class Drawn:
    path: Walk
    calendar: Calendar
    opened: list[bool]


@st.composite
def calendars(draw: st.DrawFn, places=PLACES) -> Drawn:
    zone, middle = draw(st.sampled_from(places))
    path = walk(zone, middle)
    week = draw(st.sampled_from(WEEKS))
    near = st.integers(-4, 4).map(lambda number: middle + timedelta(days=number))
    closed = frozenset(draw(st.sets(near, max_size=2)))
    exceptions = draw(st.dictionaries(near, st.sampled_from(SPECIAL), max_size=2))
    shut = [_shut(draw, path, middle) for _ in range(draw(st.integers(0, 3)))]
    calendar = Calendar(
        name="drawn",
        zone=ZoneInfo(zone),
        week=week,
        closed=closed_days(closed),
        exceptions=exceptions,
        shut=tuple(Shut(begins, ends, "off") for begins, ends in shut),
    )
    return Drawn(path, calendar, path.open_minutes(week, closed, exceptions, shut))


def _shut(draw: st.DrawFn, path: Walk, middle) -> tuple[datetime, datetime]:
    """Hours off, at moments or on the wall clock."""
    begin, length = draw(st.integers(-4 * DAY, 4 * DAY)), draw(st.sampled_from((30, 90, 600, 2 * DAY)))
    noon = datetime.combine(middle, time(12), UTC if draw(st.booleans()) else None)
    return noon + timedelta(minutes=begin), noon + timedelta(minutes=begin + length)


def agrees(drawn: Drawn, start: int, length: int) -> None:
    """Every question to the calendar has the answer of the minutes."""
    path, calendar, opened = drawn.path, drawn.calendar, drawn.opened
    at = path.at(start)
    later = min(start + length, len(opened))
    assert calendar.is_open(at) == opened[start]
    assert calendar.elapsed(at, path.at(later)) == timedelta(minutes=sum(opened[start:later]))
    if (end := nth_end(opened, start, length)) is not None:
        assert calendar.add(at, timedelta(minutes=length)) == path.at(end)
    if (opening := nth_end(opened, start, 0)) is not None:
        assert calendar.next_opening(at) == path.at(opening)
        closing = next((minute for minute in range(opening, len(opened)) if not opened[minute]), None)
        if closing is not None:
            assert calendar.next_closing(at) == path.at(closing)


@QUIET
@given(calendars(), st.integers(0, 14 * DAY), st.integers(0, 3000))
def test_hours_holidays_exceptions_and_hours_off_are_those_of_the_minutes(drawn: Drawn, start: int, length: int):
    agrees(drawn, start, length)


@QUIET
@given(st.data(), st.sampled_from(PLACES), st.integers(0, 14 * DAY), st.integers(0, 3000))
def test_a_union_of_calendars_in_other_zones_is_open_when_any_is(data, place, start: int, length: int):
    zones = tuple((zone, place[1]) for zone, _ in PLACES)
    members = [data.draw(calendars(zones)) for _ in range(data.draw(st.integers(1, 3)))]
    opened = [any(each) for each in zip(*(member.opened for member in members), strict=True)]
    both = union("both", [member.calendar for member in members])
    agrees(Drawn(members[0].path, both, opened), start, length)
    nested = union("nested", [both, members[0].calendar], ZoneInfo(place[0]))
    agrees(Drawn(members[0].path, nested, opened), start, length)


@QUIET
@given(calendars(), st.sampled_from(PLACES), st.integers(0, 14 * DAY), st.integers(0, 3000))
def test_OWN_2_a_calendar_bound_to_the_customers_zone_is_one_of_that_zone(drawn: Drawn, member, start, length):
    own = drawn.calendar
    theirs = Calendar(
        name="theirs",
        zone=ZoneInfo("UTC"),
        week=own.week,
        closed=own.closed,
        exceptions=own.exceptions,
        shut=own.shut,
        follows_customer=True,
    )
    agrees(Drawn(drawn.path, calendar_in(theirs, own.zone), drawn.opened), start, length)
    fixed = Calendar(name="never", zone=ZoneInfo(member[0]), week={0: ((0, 1),)}, closed=lambda day: True)
    joined = union("joined", [fixed, theirs])
    agrees(Drawn(drawn.path, calendar_in(joined, own.zone), drawn.opened), start, length)


@QUIET
@given(calendars())
def test_the_days_of_a_calendar_hold_all_of_its_open_minutes_once(drawn: Drawn):
    path, opened = drawn.path, drawn.opened
    days = [path.first_day + timedelta(days=number) for number in range(26)]
    spans = [span for day in days for span in drawn.calendar.opened_on(day)]
    last = 15 * DAY
    told = set()
    for opens, closes in spans:
        first, end = ((moment - path.begin) // timedelta(minutes=1) for moment in (opens, closes))
        told |= set(range(max(first, 0), min(end, last)))
    assert told == {minute for minute in range(last) if opened[minute]}
