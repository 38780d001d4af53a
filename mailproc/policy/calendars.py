"""The [calendars] of a policy file, read into calendars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo, available_timezones

from mailproc.policy.days_off import read_holidays, read_hours
from mailproc.policy.durations import timed
from mailproc.policy.hours import ALWAYS, Calendar, Hours, union
from mailproc.policy.model import Business, Elapsed
from mailproc.policy.source import Section
from mailproc.policy.week import WEEKDAYS, weekdays

KEYS = ("timezone", "open", "holidays", "business_day", "union")
CUSTOMER = "customer"  # in place of a time zone: the one of each customer, UTC where it is not known (OWN-2)
WITHOUT_DAYLIGHT_SAVING = {"EST": "America/New_York", "MST": "America/Denver", "HST": "Pacific/Honolulu"}


def read_calendars(file: Section) -> dict[str, Calendar]:
    """Every calendar of the file by its name, "always" among them; one with a problem is there only as a stand-in."""
    sections = file.named("calendars")
    found = {"always": ALWAYS}
    for name, section in sections.items():
        section.known(KEYS)
        if name == "always":
            section.wrong((), "is built in, open day and night; give this calendar another name")
        elif "union" not in section:
            found[name] = _read_calendar(name, section)
    unions = {name: section for name, section in sections.items() if name != "always" and "union" in section}
    for name, section in unions.items():
        _read_union(name, section, unions, found, ())
    return found


def _read_calendar(name: str, section: Section) -> Calendar:
    week = _read_week(section)
    holidays = read_holidays(section.section("holidays"), week)
    zone = _read_zone(section)
    return Calendar(
        name=name,
        zone=zone or ALWAYS.zone,
        week=week or ALWAYS.week,
        closed=holidays.closed,
        shut=holidays.shut,
        exceptions=holidays.exceptions,
        day_length=_read_business_day(section),
        follows_customer=zone is None,
    )


def _read_union(
    name: str,
    section: Section,
    unions: Mapping[str, Section],
    found: dict[str, Calendar],
    within: tuple[str, ...],
) -> None:
    """Put a union into `found`, the unions it is made of first; `within` are those that this one is read for."""
    if name in found:
        return
    if name in within:
        section.wrong("union", f"{' and '.join(within)} are made of each other; name calendars that have hours")
        found[name] = ALWAYS
        return
    for key in set(KEYS) & set(section) - {"union", "timezone", "business_day"}:
        section.wrong(key, "does not go with union; its members have hours and holidays of their own")
    known = {*found, *unions} - {name}
    members = []
    for member in section.texts("union"):
        if section.refers("union", member, known, "calendar beside this one"):
            if member in unions:
                _read_union(member, unions[member], unions, found, (*within, name))
            members.append(found[member])
    if not section.table["union"]:
        section.wrong("union", 'has no members; name calendars such as union = ["us", "eu"]')
    joined = union(name, members or [ALWAYS])
    if "timezone" in section:
        zone = _read_zone(section)
        joined = replace(joined, zone=zone or ALWAYS.zone, follows_customer=zone is None)
    found[name] = replace(joined, day_length=_read_business_day(section))


def _read_zone(section: Section) -> ZoneInfo | None:
    """The zone; None for that of the customer."""
    if "timezone" not in section:
        section.missing("timezone", '"America/New_York"')
        return ALWAYS.zone
    name = section.text("timezone", "UTC")
    if name == CUSTOMER:
        return None
    if name in WITHOUT_DAYLIGHT_SAVING:
        right = WITHOUT_DAYLIGHT_SAVING[name]
        section.wrong("timezone", f'"{name}" knows no daylight saving time; write a place such as "{right}"')
        return ALWAYS.zone
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        near = get_close_matches(name, [*available_timezones(), CUSTOMER], n=1)
        hint = f'did you mean "{near[0]}"?' if near else 'write one such as "America/New_York"'
        section.wrong("timezone", f'"{name}" is no time zone of the IANA list; {hint}')
        return ALWAYS.zone


def _read_week(section: Section) -> dict[int, Hours]:
    """The hours of each weekday; empty if the calendar never opens, which is noted as a problem."""
    if "open" not in section:
        section.missing("open", '{ mon-fri = ["08:00-20:00"] }')
        return {}
    problems = len(section.source.problems)
    opening = section.section("open")
    week: dict[int, Hours] = {}
    for key in opening:
        days, hours = weekdays(key), read_hours(opening, key)
        if isinstance(days, str):
            opening.wrong(key, days)
            continue
        for day in days:
            if day in week:
                opening.wrong(key, f"{WEEKDAYS[day]} is given twice; list all hours of a day at one place")
            week[day] = hours
    week = {day: hours for day, hours in week.items() if hours}
    if not week and len(section.source.problems) == problems:
        section.wrong("open", 'never opens; give it hours, such as { mon-fri = ["08:00-20:00"] }')
    return week


def _read_business_day(section: Section) -> timedelta | None:
    said = section.text("business_day")
    if not said:
        return None
    match timed(said):
        case Elapsed(length) | Business(length) if length <= timedelta(days=1):
            return length
        case str(problem):
            section.wrong("business_day", problem)
        case _:
            section.wrong("business_day", 'is not the length of a day; write one such as "9 business hours"')
    return None
