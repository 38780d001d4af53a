"""Who is on call: turns by the wall clock, overrides, swaps, absences."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproc.policy.rota import (
    Absence,
    Override,
    Rota,
    Swap,
    deputy_of,
    handover,
    next_after,
    on_call,
    shifts,
    wrong_length,
)

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "America/Santiago", "Australia/Lord_Howe", "Pacific/Chatham",
    "Asia/Kathmandu", "Africa/Casablanca", "Europe/Dublin", "America/St_Johns",
)  # fmt: skip


def a_rota(zone: str = "Europe/Berlin", **changes: object) -> Rota:
    usual = Rota(
        name="support",
        members=("alice", "bob", "carol"),
        zone=ZoneInfo(zone),
        handover=time(9),
        handover_day=0,
        length=WEEK,
        start=date(2026, 1, 5),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def at(text: str, zone: str = "Europe/Berlin") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def who(rota: Rota, moment: datetime, *swaps: Swap, away: tuple[Absence, ...] = ()) -> str:
    return on_call(rota, moment, swaps, away).member


# Turns


def test_the_first_member_begins_and_hands_over_at_the_very_minute():
    rota = a_rota()
    assert who(rota, at("2026-01-05 09:00")) == "alice"
    assert who(rota, at("2026-01-12 08:59")) == "alice"
    assert who(rota, at("2026-01-12 09:00")) == "bob"
    assert who(rota, at("2026-01-26 09:00")) == "alice"


def test_a_start_within_the_week_belongs_to_the_turn_that_began_before_it():
    rota = a_rota(start=date(2026, 1, 8))
    shift = on_call(rota, at("2026-01-08 12:00"))
    assert (shift.member, shift.since) == ("alice", at("2026-01-05 09:00"))


def test_turns_go_back_before_the_start_so_that_there_is_always_somebody():
    assert who(a_rota(), at("2026-01-05 08:59")) == "carol"


def test_without_a_weekday_turns_begin_on_the_weekday_of_the_start():
    rota = a_rota(handover_day=None, start=date(2026, 1, 7))
    assert on_call(rota, at("2026-01-10 00:00")).until == at("2026-01-14 09:00")


@pytest.mark.parametrize(
    ("zone", "inside", "hours"),
    [
        ("Europe/Berlin", "2026-03-25 12:00", 167),
        ("Europe/Berlin", "2026-10-24 12:00", 169),
        ("America/New_York", "2026-03-08 12:00", 167),
        ("Australia/Lord_Howe", "2026-04-04 12:00", 168.5),
        ("Australia/Lord_Howe", "2026-10-03 12:00", 167.5),
        ("Europe/Berlin", "2026-07-01 12:00", 168),
    ],
)
def test_a_turn_over_a_change_of_the_clocks_is_as_long_as_the_week(zone: str, inside: str, hours: float):
    shift = on_call(a_rota(zone), at(inside, zone))
    assert shift.until - shift.since == hours * HOUR
    assert shift.until.astimezone(ZoneInfo(zone)).timetz().replace(tzinfo=None) == time(9)


def test_a_handover_that_the_clocks_leap_over_is_at_the_leap():
    rota = a_rota(handover=time(2, 30), handover_day=6)
    assert on_call(rota, at("2026-03-28 12:00")).until == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_handover_that_comes_twice_is_the_first():
    rota = a_rota(handover=time(2, 30), handover_day=6)
    assert on_call(rota, at("2026-10-24 12:00")).until == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_turn_on_a_day_that_a_country_left_out_takes_no_time():
    rota = a_rota("Pacific/Apia", length=DAY, handover=time(0), handover_day=None, start=date(2011, 12, 28))
    found = shifts(rota, at("2011-12-28 00:00", "Pacific/Apia"), at("2011-12-31 10:00", "Pacific/Apia"))
    assert [one.member for one in found] == ["alice", "bob", "alice"]  # carol's was 30 December
    assert [one.until - one.since for one in found] == [DAY] * 3


def test_a_handover_on_a_day_that_a_country_left_out_is_at_the_leap():
    rota = a_rota("Pacific/Apia", length=DAY, handover_day=None, start=date(2011, 12, 28))
    found = shifts(rota, at("2011-12-28 09:00", "Pacific/Apia"), at("2011-12-31 10:00", "Pacific/Apia"))
    assert [one.member for one in found] == ["alice", "bob", "carol", "alice"]
    assert [one.until - one.since for one in found] == [DAY, 15 * HOUR, 9 * HOUR, DAY]


def test_somebody_with_two_turns_is_on_call_twice_as_often():
    rota = a_rota(members=("alice", "alice", "bob"), length=DAY, handover_day=None)
    found = shifts(rota, at("2026-01-05 09:00"), at("2026-01-11 09:00"))
    assert [one.member for one in found] == ["alice", "alice", "bob"] * 2


# What wins


CHRISTMAS = Override(at("2026-12-24 09:00"), at("2026-12-26 09:00"), "dave", "he likes snow")


def test_an_override_interrupts_a_turn_which_then_goes_on():
    rota = a_rota(overrides=(CHRISTMAS,))
    found = shifts(rota, at("2026-12-21 09:00"), at("2026-12-28 09:00"))
    turn = who(a_rota(), at("2026-12-25 12:00"))
    assert [(one.member, one.since) for one in found] == [
        (turn, at("2026-12-21 09:00")),
        ("dave", CHRISTMAS.since),
        (turn, CHRISTMAS.until),
    ]
    assert found[1].because == "he likes snow"


def test_an_override_over_several_turns_is_one_shift():
    long = Override(at("2026-12-01 09:00"), at("2026-12-31 09:00"), "dave")
    shift = on_call(a_rota(overrides=(long,)), at("2026-12-16 12:00"))
    assert (shift.since, shift.until) == (long.since, long.until)


def test_a_swap_wins_over_the_turn_and_an_override_over_the_swap():
    swap = Swap(at("2026-12-25 09:00"), at("2026-12-27 09:00"), "bob", by="alice")
    rota = a_rota(overrides=(CHRISTMAS,))
    assert who(rota, at("2026-12-25 12:00"), swap) == "dave"
    shift = on_call(rota, at("2026-12-26 12:00"), [swap])
    assert (shift.member, shift.since, shift.until) == ("bob", CHRISTMAS.until, swap.until)
    assert shift.because == "swapped by alice"


def test_of_two_swaps_the_one_noted_last_wins():
    first = Swap(at("2026-03-02 09:00"), at("2026-03-03 09:00"), "bob")
    second = replace(first, member="carol")
    assert who(a_rota(), at("2026-03-02 12:00"), first, second) == "carol"


# Who is away


MONDAY, SUNDAY = at("2026-01-05 09:00"), at("2026-01-11 09:00")
NOON = at("2026-01-07 12:00")


def test_the_deputy_of_who_is_away_stands_in_and_the_reason_says_so():
    away = (Absence("alice", at("2026-01-06 00:00"), at("2026-01-08 00:00"), deputy="dave"),)
    shift = on_call(a_rota(), NOON, (), away)
    assert (shift.member, shift.since, shift.until) == ("dave", away[0].since, away[0].until)
    assert shift.because == "alice is away, dave stands in"
    assert who(a_rota(), at("2026-01-08 00:00"), away=away) == "alice"


def test_without_a_deputy_it_is_the_next_member_who_is_there():
    away = tuple(Absence(name, MONDAY, SUNDAY) for name in ("alice", "bob"))
    shift = on_call(a_rota(), NOON, (), away)
    assert (shift.member, shift.because) == ("carol", "alice is away, carol is next")


def test_a_deputy_who_is_away_too_has_a_deputy():
    away = (Absence("alice", MONDAY, SUNDAY, deputy="bob"), Absence("bob", MONDAY, SUNDAY, deputy="dave"))
    assert who(a_rota(), NOON, away=away) == "dave"


def test_two_who_are_each_others_deputies_and_both_away_fall_to_the_next():
    away = (Absence("alice", MONDAY, SUNDAY, deputy="bob"), Absence("bob", MONDAY, SUNDAY, deputy="alice"))
    assert who(a_rota(), NOON, away=away) == "carol"
    assert deputy_of("alice", NOON, away) is None


def test_if_everybody_is_away_it_stays_as_it_is_and_says_so():
    away = tuple(Absence(name, MONDAY, SUNDAY) for name in ("alice", "bob", "carol"))
    shift = on_call(a_rota(), NOON, (), away)
    assert (shift.member, shift.because) == ("alice", "it is alice's turn; everybody is away")


def test_an_override_by_who_is_away_falls_to_whose_turn_it_is():
    away = (Absence("dave", CHRISTMAS.since, CHRISTMAS.until),)
    rota = a_rota(overrides=(CHRISTMAS,))
    assert who(rota, CHRISTMAS.since, away=away) == who(a_rota(), CHRISTMAS.since)


# Next


def test_the_next_to_page_is_who_has_the_next_turn():
    assert next_after(a_rota(), NOON) == "bob"
    assert next_after(a_rota(), NOON, passed=("bob",)) == "carol"
    assert next_after(a_rota(), NOON, passed=("bob", "carol")) is None


def test_nobody_who_is_away_now_is_paged_next():
    away = (Absence("bob", MONDAY, SUNDAY, deputy="dave"),)
    assert next_after(a_rota(), NOON, away=away) == "carol"


def test_there_is_nobody_next_in_a_rota_of_one():
    assert next_after(a_rota(members=("alice",)), NOON) is None


def test_next_to_a_long_override_comes_a_member():
    rota = a_rota(overrides=(Override(MONDAY, MONDAY + 40 * WEEK, "dave"),))
    assert next_after(rota, NOON) == "alice"


# Words


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("mon 09:00", (0, time(9))),
        ("Sunday at 7:30", (6, time(7, 30))),
        ("09:00", (None, time(9))),
        ("thurs 00:00", (3, time(0))),
    ],
)
def test_a_handover_is_a_weekday_and_a_time(text: str, meant: object):
    assert handover(text) == meant


@pytest.mark.parametrize("text", ["", "mon", "9", "24:00", "mo 09:00", "funday 09:00", "mon 09:61", "x" * 999])
def test_what_is_no_handover_is_told(text: str):
    assert "; write" in str(handover(text)) or "no time of day" in str(handover(text))


@pytest.mark.parametrize("length", [HOUR, 4 * HOUR, 12 * HOUR, DAY, 3 * DAY, WEEK, 4 * WEEK])
def test_a_turn_may_take_whole_days_or_an_even_part_of_one(length: timedelta):
    assert wrong_length(length) is None


@pytest.mark.parametrize("length", [timedelta(), 5 * HOUR, 36 * HOUR, timedelta(minutes=30), 400 * DAY])
def test_another_length_is_refused(length: timedelta):
    assert wrong_length(length)


# Against an oracle that counts minutes and knows nothing of turns by number


MINUTE = timedelta(minutes=1)


@lru_cache(maxsize=100_000)
def first_minute(wall: datetime, zone: str) -> datetime:
    """The first minute in which a clock on the wall shows `wall` or later, by looking at it minute for minute."""
    clock = ZoneInfo(zone)
    minute = (wall - 15 * HOUR).replace(tzinfo=UTC)
    while minute.astimezone(clock).replace(tzinfo=None) < wall - 2 * HOUR:
        minute += HOUR
    while minute.astimezone(clock).replace(tzinfo=None) < wall:
        minute += MINUTE
    return minute


def counted(rota: Rota, moment: datetime, swaps: list[Swap], away: list[Absence]) -> str:
    """Who is on call: each handover since the start is one step along the members."""
    wall, steps = datetime.combine(rota.start, rota.handover), 0
    while first_minute(wall + rota.length, rota.zone.key) <= moment:
        wall += rota.length
        steps += 1
    person = rota.members[steps % len(rota.members)]
    for swap in swaps:
        if swap.since <= moment < swap.until:
            person = swap.member
    for override in rota.overrides:
        if override.since <= moment < override.until:
            person = override.member
    gone = {one.agent: one.deputy for one in away if one.since <= moment < one.until}
    if person not in gone:
        return person
    asked, chain = gone[person], [person]
    while asked in gone and asked not in chain:
        chain.append(asked)
        asked = gone[asked]
    if asked and asked not in gone:
        return asked
    line = [*rota.members, *rota.members]
    at_hand = [name for name in line[steps % len(rota.members) :] if name not in gone]
    return at_hand[0] if at_hand else person


PEOPLE = ("alice", "bob", "carol", "dave")
BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
MINUTES = st.integers(0, 40 * 24 * 60)


@st.composite
def spans(draw: st.DrawFn) -> tuple[datetime, datetime]:
    since = draw(MINUTES)
    return BEGIN + since * MINUTE, BEGIN + (since + draw(st.integers(1, 9 * 24 * 60))) * MINUTE


@st.composite
def offices(draw: st.DrawFn) -> tuple[Rota, list[Swap], list[Absence]]:
    zone, start = draw(st.sampled_from(ZONES)), draw(st.sampled_from([date(2026, 1, 5), date(2026, 3, 2)]))
    one_day = st.tuples(spans(), st.sampled_from(PEOPLE))
    shift = datetime.combine(start, time(0), UTC) - BEGIN
    overrides = tuple(Override(s + shift, u + shift, who) for (s, u), who in draw(st.lists(one_day, max_size=2)))
    swaps = [Swap(s + shift, u + shift, who) for (s, u), who in draw(st.lists(one_day, max_size=3))]
    deputies = st.sampled_from(("", *PEOPLE))
    absences = draw(st.lists(st.tuples(one_day, deputies), max_size=4))
    away = [Absence(who, s + shift, u + shift, deputy) for ((s, u), who), deputy in absences]
    rota = a_rota(
        zone,
        members=tuple(draw(st.lists(st.sampled_from(PEOPLE[:3]), min_size=1, max_size=4))),
        handover=draw(st.sampled_from([time(9), time(0), time(2, 30), time(23, 59)])),
        handover_day=None,
        length=draw(st.sampled_from([8 * HOUR, 12 * HOUR, DAY, 3 * DAY, WEEK])),
        start=start,
        overrides=overrides,
    )
    return rota, swaps, away


@settings(max_examples=60, deadline=None)
@given(offices(), st.lists(st.integers(2 * 24 * 60, 45 * 24 * 60), min_size=5, max_size=5))
def test_at_every_minute_it_is_who_the_oracle_counts(
    office: tuple[Rota, list[Swap], list[Absence]], minutes: list[int]
):
    rota, swaps, away = office
    for minute in minutes:
        moment = datetime.combine(rota.start, time(0), UTC) + minute * MINUTE
        shift = on_call(rota, moment, swaps, away)
        assert shift.member == counted(rota, moment, swaps, away)
        assert shift.since <= moment < shift.until
        for edge in (shift.since, shift.until - MINUTE):
            if edge >= datetime.combine(rota.start, rota.handover, rota.zone):
                assert counted(rota, edge, swaps, away) == shift.member
        assert on_call(rota, shift.since, swaps, away) == shift


@settings(max_examples=60, deadline=None)
@given(offices())
def test_shifts_leave_no_gap_and_say_what_on_call_says(office: tuple[Rota, list[Swap], list[Absence]]):
    rota, swaps, away = office
    since = datetime.combine(rota.start, time(12), UTC)
    found = shifts(rota, since, since + 20 * DAY, swaps, away)
    assert found[0].since <= since < found[0].until
    assert all(one.until == later.since for one, later in pairwise(found))
    assert found[-1].since < since + 20 * DAY <= found[-1].until


@settings(max_examples=60, deadline=None)
@given(offices(), MINUTES)
def test_the_next_is_somebody_else_who_is_there(office: tuple[Rota, list[Swap], list[Absence]], minute: int):
    rota, swaps, away = office
    moment = datetime.combine(rota.start, time(9), UTC) + minute * MINUTE
    now, after = on_call(rota, moment, swaps, away).member, next_after(rota, moment, swaps, away)
    gone = {one.agent for one in away if one.since <= moment < one.until}
    if after is None:
        assert set(rota.members) <= {now, *gone}
    else:
        assert after != now
        assert after not in gone
