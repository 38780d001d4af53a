"""`calendar`: what is open, what is closed, and why."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_place import Place

POLICY = """\
title            = "Example support"
calendar         = "support"
default_severity = "normal"

[calendars.support]
timezone = "America/New_York"
open     = { mon-fri = ["08:00-12:00", "13:00-20:00"], sat = ["22:00-04:00"] }

[calendars.support.holidays]
country = "US"
closed  = ["2026-12-24"]
open    = { "2026-12-25" = ["10:00-12:00"] }
file    = "off.ics"

[calendars.theirs]
timezone = "customer"
open     = { mon-fri = ["09:00-18:00"] }

[calendars.both]
union = ["support", "theirs"]

[severity.normal]
initial_response = "8 business hours"
"""
OFF = """\
BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261230
SUMMARY:Inventory
END:VEVENT
BEGIN:VEVENT
DTSTART:20261229T170000
DTEND:20261229T180000
SUMMARY:All hands
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def policy(place: Place) -> Path:
    """A policy beside its holidays, in a folder without a configuration."""
    (place.folder / "config.toml").unlink()
    folder = place.folder / "policies"
    folder.mkdir()
    (folder / "off.ics").write_text(OFF)
    (folder / "ours.toml").write_text(POLICY)
    return folder / "ours.toml"


def test_each_day_says_when_it_is_open_and_why_it_is_not(place: Place, policy: Path) -> None:
    ran = place.run("calendar", "show", "--policy", policy, "--from", "2026-12-24", "--to", "2027-01-01")
    assert ran.out.splitlines() == [
        "support, times in America/New_York",
        "day             open                                                        hours  why",
        "Thu 2026-12-24  closed                                                      –      "
        "closed by the policy's list",
        "Fri 2026-12-25  10:00-12:00 -05:00                                          2:00   "
        "hours of its own by exception, though Christmas Day (US)",
        "Sat 2026-12-26  22:00-04:00 -05:00 (+1 day)                                 6:00",
        "Sun 2026-12-27  closed                                                      –      no hours on Sundays",
        "Mon 2026-12-28  08:00-12:00 -05:00, 13:00-20:00 -05:00                      11:00",
        "Tue 2026-12-29  08:00-12:00 -05:00, 13:00-17:00 -05:00, 18:00-20:00 -05:00  10:00  All hands, 17:00-18:00",
        "Wed 2026-12-30  closed                                                      –      Inventory",
        "Thu 2026-12-31  08:00-12:00 -05:00, 13:00-20:00 -05:00                      11:00",
        "Fri 2027-01-01  closed                                                      –      New Year's Day (US)",
    ]
    assert (ran.code, ran.err) == (0, "")


def test_a_change_of_the_clock_is_told_with_both_offsets(place: Place, policy: Path) -> None:
    ran = place.run("calendar", "show", "support", "--policy", policy, "--from", "2026-03-07", "--to", "2026-03-08")
    assert ran.out.splitlines()[2:] == [
        "Sat 2026-03-07  22:00 -05:00 to 04:00 -04:00 (+1 day)  5:00",
        "Sun 2026-03-08  closed                                 –      "
        "no hours on Sundays; clock change: the day has 23 hours",
    ]


def test_a_day_that_a_zone_leaves_out_and_one_of_half_an_hour_more(place: Place, policy: Path) -> None:
    where = ("calendar", "show", "theirs", "--policy", policy, "--zone")
    apia = place.run(*where, "Pacific/Apia", "--from", "2011-12-30", "--to", "2011-12-30").out
    assert "this day does not exist in Pacific/Apia" in apia
    howe = place.run(*where, "Australia/Lord_Howe", "--from", "2026-04-05", "--to", "2026-04-06").out
    assert "clock change: the day has 24.5 hours" in howe
    assert "09:00-18:00 +10:30" in howe


def test_a_union_says_whose_reason_it_is(place: Place, policy: Path) -> None:
    found = place.run("calendar", "show", "both", "--policy", policy, "--from", "2026-12-30", "--to", "2026-12-30")
    assert found.out.splitlines()[2] == "Wed 2026-12-30  04:00-13:00 -05:00  9:00   support: Inventory"


def test_json_has_the_same_as_data(place: Place, policy: Path) -> None:
    ran = place.run("calendar", "show", "--policy", policy, "--from", "2026-12-25", "--to", "2026-12-25", "--json")
    assert ran.json == [
        {
            "calendar": "support",
            "timezone": "America/New_York",
            "day": "2026-12-25",
            "open": [{"from": "2026-12-25T10:00:00-05:00", "to": "2026-12-25T12:00:00-05:00"}],
            "open_seconds": 7200,
            "reasons": [
                {
                    "kind": "exception",
                    "text": "hours of its own by exception, though Christmas Day (US)",
                    "calendar": "support",
                }
            ],
        }
    ]


def test_it_says_when_a_promise_would_be_due(place: Place, policy: Path) -> None:
    asked = ("calendar", "show", "--policy", policy, "--at", "2026-03-06 19:50", "--add", "8 business hours")
    assert place.run(*asked).out.splitlines() == [
        "Fri 2026-03-06 19:50 EST  open until Fri 2026-03-06 20:00 EST",
        "+ 8 business hours        due Mon 2026-03-09 10:50 EDT",  # 10 minutes, 5 hours of the night, and the rest
    ]
    assert place.run(*asked, "--json").json[0]["due"] == "2026-03-09T10:50:00-04:00"


def test_all_calendars_are_listed(place: Place, policy: Path) -> None:
    found = place.run("calendar", "--policy", policy, "--json").json
    assert [(one["calendar"], one["timezone"], one["open"]) for one in found] == [
        ("always", "UTC", "mon-sun 00:00-24:00"),
        ("support", "America/New_York", "mon-fri 08:00-12:00, 13:00-20:00; sat 22:00-04:00"),
        ("theirs", "customer", "mon-fri 09:00-18:00"),
        ("both", "America/New_York", ""),
    ]
    assert "support (default)" in place.run("calendar", "--policy", policy).out


def test_without_a_file_it_is_the_policy_of_a_mailbox(place: Place) -> None:
    assert "America/New_York" in place.run("calendar", "show", "support", "--mailbox", "sales").out
    assert {one["policy"] for one in place.run("calendar", "--json").json} == {"conceal"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("show", "suport"), 'there is no such calendar; did you mean "support"? known: always, both, support, theirs'),
        (("support",), "is no action; write mailproc calendar show support"),
        (("show", "--zone", "Foo/Bar"), "is no time zone of the IANA list"),
        (("show", "--from", "soon"), "--from soon: is no day; write one such as 2026-03-09"),
        (("show", "--from", "2026-03-09", "--to", "2026-03-08"), "write the later day behind --to"),
        (("show", "--from", "1900-01-01", "--to", "2900-01-01"), "shows at most 3660 days"),
        (("show", "--at", "soon"), "is no moment"),
        (("show", "--add", "soon"), "is no length of time"),
        (("show", "--add", "4 busines hours"), "4 business hours"),
        (("show", "--mailbox", "support"), "take one of them"),
    ],
)
def test_wrong_use_is_told_in_a_line(place: Place, policy: Path, arguments: tuple[str, ...], told: str) -> None:
    ran = place.run("calendar", *arguments, "--policy", policy)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err


def test_a_policy_whose_holidays_are_broken_is_told_with_both_lines(place: Place, policy: Path) -> None:
    (policy.parent / "off.ics").write_text(OFF.replace("SUMMARY:Inventory", "RRULE:FREQ=SECONDLY"))
    ran = place.run("calendar", "--policy", policy)
    assert ran.code == 2
    assert f'{policy}:13: calendars.support.holidays.file: off.ics:4: RRULE recurs "SECONDLY"' in ran.err
    (policy.parent / "off.ics").unlink()
    assert '"off.ics": there is no such file' in place.run("calendar", "--policy", policy).err
