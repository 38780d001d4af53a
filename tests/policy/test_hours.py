"""Business time against an oracle that walks every minute, against another library, and on days worth a name."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
import workclock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from minutes import DAY, PLACES, nth_end, walk

from mailproc.policy.closures import closed_days
from mailproc.policy.hours import ALWAYS, Calendar, union

NEW_YORK = ZoneInfo("America/New_York")
WORKWEEK = dict.fromkeys(range(5), ((480, 1200),))
SUPPORT = Calendar(name="support", zone=NEW_YORK, week=WORKWEEK)
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

NIGHT_AND_DAY = (
    dict.fromkeys(range(5), ((540, 1020),)),
    dict.fromkeys(range(5), ((480, 720), (780, 1080))),
    dict.fromkeys(range(7), ((1320, 1800),)),  # 22:00-06:00
    {5: ((60, 150),), 6: ((90, 210), (1380, 1440)), 0: ((0, 30),)},  # around the hour of the change
    dict.fromkeys(range(7), ((0, 1440),)),
    {6: ((0, 1440),), 2: ((1200, 1600),), 3: ((60, 200),)},  # a night that runs into the next day's hours
)


def new_york(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


@st.composite
def walks(draw: st.DrawFn):
    zone, middle = draw(st.sampled_from(PLACES))
    week = draw(st.sampled_from(NIGHT_AND_DAY))
    shut = frozenset(middle + timedelta(days=n) for n in draw(st.sets(st.integers(-4, 4), max_size=2)))
    path = walk(zone, middle)
    calendar = Calendar(name="drawn", zone=ZoneInfo(zone), week=week, closed=closed_days(shut))
    return path, calendar, path.open_minutes(week, shut)


@st.composite
def pauses_in(draw: st.DrawFn, last: int = 14 * DAY):
    pairs = draw(st.lists(st.tuples(st.integers(0, last), st.integers(0, 2 * DAY)), max_size=3))
    return [(begin, begin + length) for begin, length in pairs]


def counted(opened: list[bool], pauses: list[tuple[int, int]]) -> list[bool]:
    paused = [False] * len(opened)
    for begin, end in pauses:
        for minute in range(begin, min(end, len(opened))):
            paused[minute] = True
    return [is_open and not stands for is_open, stands in zip(opened, paused, strict=True)]


@QUIET
@given(walks(), st.integers(0, 14 * DAY), st.integers(0, 3000), pauses_in())
def test_adding_and_counting_agree_with_a_walk_through_every_minute(drawn, start, length, pauses):
    path, calendar, opened = drawn
    counts = counted(opened, pauses)
    end = nth_end(counts, start, length)
    spans = [(path.at(begin), path.at(until)) for begin, until in pauses]
    if end is not None:
        assert calendar.add(path.at(start), timedelta(minutes=length), spans) == path.at(end)
    later = min(start + length, len(opened))
    assert calendar.elapsed(path.at(start), path.at(later), spans) == timedelta(minutes=sum(counts[start:later]))
    assert calendar.is_open(path.at(start)) == opened[start]


@QUIET
@given(walks(), st.integers(0, 7 * DAY))
def test_spans_are_the_runs_of_open_minutes(drawn, start):
    path, calendar, opened = drawn
    last = 18 * DAY
    edges = [n for n in range(start, last) if n == start or opened[n] != opened[n - 1]]
    runs = [(path.at(n), path.at(m)) for n, m in pairwise([*edges, last]) if opened[n] and m < last]
    assert list(islice(calendar.spans(path.at(start)), len(runs))) == runs


@QUIET
@given(
    walks(),
    st.integers(0, 7 * DAY * 60),
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=40)),
    pauses_in(),
)
def test_what_was_added_is_what_is_counted(drawn, second, length, pauses):
    path, calendar, _ = drawn
    start = path.begin + timedelta(seconds=second)
    spans = [(path.at(begin), path.at(until)) for begin, until in pauses]
    assert calendar.elapsed(start, calendar.add(start, length, spans), spans) == length


@QUIET
@given(walks(), walks(), st.integers(0, 10 * DAY), st.integers(1, 3000))
def test_a_union_is_open_when_any_member_is(one, other, start, length):
    path, first, opened = one
    second = Calendar(name="other", zone=other[1].zone, week=other[1].week)
    both = union("both", [first, second])
    moment = path.at(start)
    assert both.is_open(moment) == (opened[start] or second.is_open(moment))
    until = moment + timedelta(minutes=length)
    shared = sum(
        (
            max(timedelta(0), min(b, d, until) - max(a, c))
            for a, b in _until(first, moment, until)
            for c, d in _until(second, moment, until)
        ),
        timedelta(0),
    )
    assert both.elapsed(moment, until) == first.elapsed(moment, until) + second.elapsed(moment, until) - shared


def _until(calendar, since, until):
    for opens, closes in calendar.spans(since):
        if opens >= until:
            return
        yield opens, closes


@QUIET
@given(st.sampled_from(PLACES[:11]), st.integers(0, 14 * DAY), st.integers(1, 6000))
def test_another_library_counts_the_same(place, minute, length):
    zone, middle = place
    calendar = Calendar(name="office", zone=ZoneInfo(zone), week=dict.fromkeys(range(5), ((480, 720), (780, 1200))))
    rules = [workclock.WorkDay(time(8), time(12)), workclock.WorkDay(time(13), time(20))]
    theirs = workclock.Schedule(rules, time_zone=zone)
    start = walk(zone, middle).at(minute)
    end = calendar.add(start, timedelta(minutes=length))
    assert end == theirs.add(start, minutes=length)
    assert calendar.elapsed(start, end + timedelta(hours=30)) == theirs.between(start, end + timedelta(hours=30))


def test_a_day_and_night_over_the_spring_change_has_23_hours():
    saturday, sunday = new_york("2026-03-07 12:00"), new_york("2026-03-08 12:00")
    assert ALWAYS.elapsed(saturday, sunday) == timedelta(hours=23)


def test_pauses_in_local_time_count_as_the_instants_they_are():
    night = Calendar(name="night", zone=NEW_YORK, week=dict.fromkeys(range(7), ((0, 1440),)))
    pauses = [
        (new_york("2026-03-08 00:30"), new_york("2026-03-08 01:00")),
        (new_york("2026-03-08 04:00"), new_york("2026-03-08 05:00")),
    ]
    for calendar in (ALWAYS, night):
        end = calendar.add(new_york("2026-03-08 00:00"), timedelta(hours=3), pauses)
        assert end == new_york("2026-03-08 05:30")  # the hour from 2 to 3 does not exist
        assert calendar.elapsed(new_york("2026-03-08 00:00"), end, pauses) == timedelta(hours=3)


def test_a_length_that_ends_at_closing_time_is_not_put_off_to_the_next_opening():
    end = SUPPORT.add(new_york("2026-03-06 18:00"), timedelta(hours=2))
    assert end == new_york("2026-03-06 20:00")
    assert end.tzinfo is UTC


def test_no_length_ends_at_the_next_open_moment():
    assert SUPPORT.add(new_york("2026-03-06 20:00"), timedelta(0)) == new_york("2026-03-09 08:00")
    assert SUPPORT.next_opening(new_york("2026-03-09 09:30")) == new_york("2026-03-09 09:30")


def test_counting_backward_is_negative():
    early, late = new_york("2026-03-06 19:00"), new_york("2026-03-09 09:00")
    assert SUPPORT.elapsed(late, early) == -timedelta(hours=2)


def test_closings_are_strictly_after():
    assert SUPPORT.next_closing(new_york("2026-03-05 20:00")) == new_york("2026-03-06 20:00")
    assert SUPPORT.next_closing(new_york("2026-03-05 19:59")) == new_york("2026-03-05 20:00")
    assert ALWAYS.next_closing(new_york("2026-03-05 20:00")) is None


def test_a_calendar_whose_spans_touch_for_ever_never_closes():
    halves = [
        Calendar(name=name, zone=ZoneInfo("UTC"), week=dict.fromkeys(range(7), (span,)))
        for name, span in (("early", (0, 720)), ("late", (720, 1440)))
    ]
    assert union("both", halves).next_closing(new_york("2026-03-05 20:00")) is None


def test_CON_6_the_last_working_day_ends_at_its_closing_time():
    assert SUPPORT.last_working_day(new_york("2026-03-02 09:00")) == new_york("2026-03-06 20:00")
    assert SUPPORT.last_working_day(new_york("2026-03-06 19:59")) == new_york("2026-03-06 20:00")


def test_CON_6_at_the_very_end_of_the_week_the_last_working_day_is_next_week():
    assert SUPPORT.last_working_day(new_york("2026-03-06 20:00")) == new_york("2026-03-13 20:00")
    assert SUPPORT.last_working_day(new_york("2026-03-07 12:00")) == new_york("2026-03-13 20:00")


def test_CON_6_when_friday_is_a_holiday_the_last_working_day_is_thursday():
    closed = closed_days(frozenset({date(2026, 3, 6)}))
    calendar = Calendar(name="support", zone=NEW_YORK, week=WORKWEEK, closed=closed)
    assert calendar.last_working_day(new_york("2026-03-02 09:00")) == new_york("2026-03-05 20:00")
    assert calendar.last_working_day(new_york("2026-03-02 09:00"), time(16)) == new_york("2026-03-05 16:00")


def test_a_week_without_an_open_day_has_no_last_working_day():
    closed = closed_days(frozenset(date(2026, 3, 9) + timedelta(days=n) for n in range(5)))
    calendar = Calendar(name="support", zone=NEW_YORK, week=WORKWEEK, closed=closed)
    assert calendar.last_working_day(new_york("2026-03-07 09:00")) == new_york("2026-03-20 20:00")


def test_a_time_of_day_that_has_passed_on_the_last_working_day_is_next_week():
    assert SUPPORT.last_working_day(new_york("2026-03-06 16:00"), time(16)) == new_york("2026-03-13 16:00")


def test_where_people_work_from_sunday_to_thursday_the_week_ends_on_thursday():
    calendar = Calendar(
        name="cairo", zone=ZoneInfo("Africa/Cairo"), week=dict.fromkeys((6, 0, 1, 2, 3), ((540, 1020),))
    )
    sunday = datetime(2026, 3, 8, 10, tzinfo=UTC)
    assert calendar.last_working_day(sunday) == datetime(2026, 3, 12, 15, tzinfo=UTC)


def test_a_night_shift_that_ends_the_week_closes_on_the_next_morning():
    calendar = Calendar(name="night", zone=NEW_YORK, week=dict.fromkeys(range(5), ((1320, 1800),)))
    assert calendar.last_working_day(new_york("2026-03-07 01:00")) == new_york("2026-03-07 06:00")
    assert calendar.closing_on(date(2026, 3, 6)) == new_york("2026-03-07 06:00").astimezone(UTC)


def test_a_week_that_ends_in_a_night_shift_ends_on_monday_morning():
    calendar = Calendar(name="night", zone=NEW_YORK, week=dict.fromkeys(range(7), ((1320, 1800),)))
    assert calendar.last_working_day(new_york("2026-03-09 01:00")) == new_york("2026-03-09 06:00")
    assert calendar.last_working_day(new_york("2026-03-09 06:00")) == new_york("2026-03-16 06:00")


def test_a_pause_that_ends_before_it_begins_pauses_nothing():
    backward = [(new_york("2026-03-06 12:00"), new_york("2026-03-06 11:00"))]
    assert SUPPORT.add(new_york("2026-03-06 10:00"), timedelta(hours=4), backward) == new_york("2026-03-06 14:00")


def test_a_closed_day_closes_with_the_next_open_one():
    assert SUPPORT.closing_on(date(2026, 3, 7)) == new_york("2026-03-09 20:00")


def test_national_holidays_are_closed_and_the_days_after_them_open():
    calendar = Calendar(name="us", zone=NEW_YORK, week=WORKWEEK, closed=closed_days(frozenset(), "US"))
    assert calendar.next_opening(new_york("2026-07-03 09:00")) == new_york("2026-07-06 08:00")  # observed on Friday
    bavaria = Calendar(
        name="by", zone=ZoneInfo("Europe/Berlin"), week=WORKWEEK, closed=closed_days(frozenset(), "DE", "BY")
    )
    assert not bavaria.is_open(datetime(2026, 1, 6, 12, tzinfo=UTC))


def test_an_exception_opens_a_holiday():
    calendar = Calendar(
        name="us",
        zone=NEW_YORK,
        week=WORKWEEK,
        closed=closed_days(frozenset(), "US"),
        exceptions={date(2026, 7, 3): ((600, 720),)},
    )
    assert calendar.elapsed(new_york("2026-07-03 00:00"), new_york("2026-07-04 00:00")) == timedelta(hours=2)


def test_a_business_day_is_the_longest_regular_day_unless_declared():
    assert SUPPORT.business_day == timedelta(hours=12)
    short_friday = Calendar(name="s", zone=NEW_YORK, week={0: ((540, 720), (780, 1080)), 4: ((540, 720),)})
    assert short_friday.business_day == timedelta(hours=8)
    assert ALWAYS.business_day == timedelta(hours=24)
    us = Calendar(name="us", zone=ZoneInfo("America/Los_Angeles"), week=dict.fromkeys(range(5), ((540, 1020),)))
    eu = Calendar(name="eu", zone=ZoneInfo("Europe/Berlin"), week=dict.fromkeys(range(5), ((540, 1020),)))
    assert union("both", [us, eu]).business_day == timedelta(hours=16)


def test_a_calendar_that_never_opens_stops_the_search():
    shut = Calendar(name="shut", zone=NEW_YORK, week=WORKWEEK, closed=lambda day: True)
    with pytest.raises(OverflowError, match="calendar shut does not open again"):
        shut.add(new_york("2026-03-06 09:00"), timedelta(hours=1))
    with pytest.raises(OverflowError, match="calendar shut does not open again"):
        shut.last_working_day(new_york("2026-03-06 09:00"))
    assert shut.closing_on(date(2026, 3, 6)) is None
    assert not shut.is_open(new_york("2026-03-06 09:00"))


def test_calendars_are_told_apart_by_identity():
    twin = Calendar(name="support", zone=NEW_YORK, week=WORKWEEK)
    assert twin != SUPPORT
    assert len({twin, SUPPORT}) == 2
