"""[trackers], [[digests]] and [escalation] copies: read, or every problem named; and when a list is due."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailproc.policy.digests import when
from mailproc.policy.model import Digest, Policy
from mailproc.policy.occasions import last_and_next
from mailproc.policy.parse import parse

ELASTIC = Path(__file__).parents[2] / "policies" / "elastic.toml"
BASE = """title = "T"
calendar = "office"
default_severity = "normal"
[calendars.office]
timezone = "Europe/Berlin"
open = { mon-fri = ["09:00-17:00"] }
holidays = { closed = ["2026-03-13"] }
[severity.normal]
means = "all"
"""


def read(more: str) -> tuple[Policy | None, tuple[str, ...]]:
    return parse(BASE + more, "t.toml")


def policy(more: str) -> Policy:
    found, problems = read(more)
    assert found is not None, problems
    return found


def test_the_policy_of_elastic_is_read_without_a_problem_and_names_all_its_clauses():
    found, problems = parse(ELASTIC.read_text(encoding="utf-8"), str(ELASTIC))
    assert problems == ()
    assert found is not None
    assert list(found.clauses) == [f"ELA-{number}" for number in range(1, 14)]
    assert all(not severity.promises for severity in found.severities.values()), "no time is invented"


def test_ELA_7_a_tracker_is_read_whole():
    one = policy(
        """
[trackers.jira]
senders   = ["Jira@Dev.Example", "@atlassian.example"]
reference = '\\bDEV-\\d+\\b'
state     = '^Status: (?P<state>.+)$'
solved    = ["In  Production"]
clause    = "X-1"
"""
    ).trackers["jira"]
    assert one.senders == ("jira@dev.example", "atlassian.example")
    assert one.solved == ("in production",)
    assert one.reference == r"\bDEV-\d+\b"


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ("[trackers.a]", "10: trackers.a.senders: missing"),
        ('[trackers.a]\nsenders = ["jira"]', '11: trackers.a.senders: "jira" is neither an address nor a domain'),
        (
            '[trackers.a]\nsenders = ["a@b.c"]\nsender = "x"',
            '12: trackers.a.sender: unknown key; did you mean "senders"',
        ),
        ("[trackers.a]\nsenders = ['a@b.c']\nreference = '('", "12: trackers.a.reference: is no regular expression"),
        ("[trackers.a]\nsenders = ['a@b.c']\nstate = 'Status'", "12: trackers.a.state: has no group (?P<state>…)"),
        ("[trackers.a]\nsenders = ['a@b.c']\nreference = '(?P<x>a)'", "12: trackers.a.reference: has no group"),
        ('[[digests]]\ntemplate = "digests"', '11: digests.template: "digests" is no list that can be mailed; did you'),
        ('[[digests]]\ntemplate = "digest"', "10: digests.to: missing"),
        ('[[digests]]\ntemplate = "digest"\nto = ["owner"]\nat = "mon 09:00"', '12: digests.to: "owner" is no role'),
        ('[[digests]]\ntemplate = "digest"\nto = ["team"]\nat = "mon 25:00"', "13: digests.at: "),
        ('[[digests]]\ntemplate = "digest"\nto = ["team"]\nat = "monday"', "13: digests.at: "),
        ('[[digests]]\ntemplate = "digest"\nto = ["team"]\nat = "moo 09:00"', '13: digests.at: "moo" is no day'),
        ('[escalation]\ncopies = ["boss"]', '11: escalation.copies: "boss" is no role'),
    ],
)
def test_each_problem_is_named_with_its_line_and_what_would_be_right(table: str, problem: str):
    found, problems = read(f"{table}\n")
    assert found is None
    assert any(f"t.toml:{problem}" in one for one in problems), problems
    assert all("; " in one for one in problems)


@pytest.mark.parametrize(
    ("said", "days", "at"),
    [
        ("mon-fri 08:00", {0, 1, 2, 3, 4}, time(8)),
        ("Mon 9:00", {0}, time(9)),
        ("mon, thu 07:30", {0, 3}, time(7, 30)),
        ("sat-mon and wed at 18:45", {5, 6, 0, 2}, time(18, 45)),
        ("last working day 16:00", set(), time(16)),
        ("last working day of the week at 16:00", set(), time(16)),
    ],
)
def test_days_and_hours_are_read_as_people_write_them(said: str, days: set[int], at: time):
    assert when(said) == (frozenset(days), at)


def monday(zone: str, now: str) -> tuple[str, str]:
    found = policy("")
    digest = Digest(template="hot_items", to=("cs_lead",), days=frozenset({0}), at=time(9))
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    at, after = last_and_next(digest, ZoneInfo(zone), found.calendars["office"], moment)
    return at.strftime("%a %m-%d %H:%M"), after.strftime("%a %m-%d %H:%M")


@pytest.mark.parametrize(
    ("zone", "now", "last", "following"),
    [
        # Berlin changes its clock on 29 March, Los Angeles on 8 March.
        ("Europe/Berlin", "2026-03-25 12:00", "Mon 03-23 08:00", "Mon 03-30 07:00"),
        ("America/Los_Angeles", "2026-03-05 12:00", "Mon 03-02 17:00", "Mon 03-09 16:00"),
        ("Asia/Kathmandu", "2026-03-05 12:00", "Mon 03-02 03:15", "Mon 03-09 03:15"),
        ("Australia/Lord_Howe", "2026-04-03 12:00", "Sun 03-29 22:00", "Sun 04-05 22:30"),
        # At the very second it is due.
        ("UTC", "2026-03-02 09:00", "Mon 03-02 09:00", "Mon 03-09 09:00"),
        ("UTC", "2026-03-02 08:59:59", "Mon 02-23 09:00", "Mon 03-02 09:00"),
    ],
)
def test_ELA_5_a_list_is_due_by_the_wall_clock_of_its_reader(zone: str, now: str, last: str, following: str):
    assert monday(zone, now) == (last, following)


def test_an_hour_that_the_clock_leaps_over_is_due_at_the_leap_and_one_that_comes_twice_once():
    office = policy("").calendars["office"]
    daily = Digest(template="digest", to=("team",), days=frozenset(range(7)), at=time(2, 30))
    berlin = ZoneInfo("Europe/Berlin")
    leap = last_and_next(daily, berlin, office, datetime(2026, 3, 29, 12, tzinfo=UTC))
    assert leap[0] == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    twice = last_and_next(daily, berlin, office, datetime(2026, 10, 25, 12, tzinfo=UTC))
    assert twice == (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 26, 1, 30, tzinfo=UTC))


def test_the_last_working_day_of_a_week_moves_before_a_holiday():
    office = policy("").calendars["office"]
    friday = Digest(template="hot_items", to=("cs_lead",), days=frozenset(), at=time(16))
    berlin = ZoneInfo("Europe/Berlin")
    found = [
        last_and_next(friday, berlin, office, datetime(2026, 3, day, 12, tzinfo=UTC))[1].astimezone(berlin)
        for day in (4, 11, 12, 18)
    ]
    assert [moment.strftime("%a %m-%d %H:%M") for moment in found] == [
        "Fri 03-06 16:00",
        "Thu 03-12 16:00",  # Friday the 13th is a holiday of this calendar
        "Thu 03-12 16:00",
        "Fri 03-20 16:00",
    ]


def test_every_moment_of_a_year_has_the_last_and_the_next_occasion_that_an_hourly_search_finds():
    office = policy("").calendars["office"]
    digest = Digest(template="digest", to=("team",), days=frozenset({1, 4}), at=time(8))
    zone = ZoneInfo("America/New_York")
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    hours = [begin + timedelta(hours=one) for one in range(24 * 365)]
    local = [
        moment for moment in hours if moment.astimezone(zone).hour == 8 and moment.astimezone(zone).weekday() in (1, 4)
    ]
    for moment in hours[24 * 14 : -24 * 14 : 7]:
        at, after = last_and_next(digest, zone, office, moment)
        assert at == max(one for one in local if one <= moment)
        assert after == min(one for one in local if one > moment)
