"""The [calendars] of a policy file, read into calendars."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo, available_timezones

from mailproc.policy.closures import closed_days, countries
from mailproc.policy.durations import timed
from mailproc.policy.hours import ALWAYS, Calendar, Hours, union
from mailproc.policy.model import Business, Elapsed
from mailproc.policy.source import Section
from mailproc.policy.week import WEEKDAYS, day_hours, weekdays

KEYS = ("timezone", "open", "holidays", "business_day", "union")
HOLIDAY_KEYS = ("country", "subdivision", "closed", "open")
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
    holidays = section.section("holidays")
    holidays.known(HOLIDAY_KEYS)
    shut = frozenset(_dates(holidays, "closed"))
    return Calendar(
        name=name,
        zone=_read_zone(section),
        week=week or ALWAYS.week,
        closed=closed_days(shut, *_read_country(holidays)),
        exceptions=_read_exceptions(holidays, week, shut),
        day_length=_read_business_day(section),
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
    if not section.texts("union"):
        section.wrong("union", 'has no members; name calendars such as union = ["us", "eu"]')
    zone = _read_zone(section) if "timezone" in section else None
    joined = union(name, members or [ALWAYS], zone)
    found[name] = Calendar(name, joined.zone, members=joined.members, day_length=_read_business_day(section))


def _read_zone(section: Section) -> ZoneInfo:
    if "timezone" not in section:
        section.missing("timezone", '"America/New_York"')
        return ALWAYS.zone
    name = section.text("timezone", "UTC")
    if name in WITHOUT_DAYLIGHT_SAVING:
        right = WITHOUT_DAYLIGHT_SAVING[name]
        section.wrong("timezone", f'"{name}" knows no daylight saving time; write a place such as "{right}"')
        return ALWAYS.zone
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        near = get_close_matches(name, available_timezones(), n=1)
        hint = f'did you mean "{near[0]}"?' if near else 'write one such as "America/New_York"'
        section.wrong("timezone", f'"{name}" is no time zone of the IANA list; {hint}')
        return ALWAYS.zone


def _read_week(section: Section) -> dict[int, Hours]:
    """The hours of each weekday; empty if the calendar never opens, which is noted as a problem."""
    if "open" not in section:
        section.missing("open", '{ mon-fri = ["08:00-20:00"] }')
        return {}
    opening = section.section("open")
    problems = len(section.source.problems)
    week: dict[int, Hours] = {}
    for key in opening:
        days, hours = weekdays(key), _read_hours(opening, key)
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


def _read_hours(section: Section, key: str) -> Hours:
    hours = day_hours(section.texts(key))
    if isinstance(hours, str):
        section.wrong(key, hours)
        return ()
    return hours


def _read_country(holidays: Section) -> tuple[str, str]:
    """The country and its subdivision, each checked; empty where none is named."""
    country, subdivision = holidays.text("country").upper(), holidays.text("subdivision").upper()
    if not country:
        if subdivision:
            holidays.missing("country", '"US"')
        return "", ""
    known = countries()
    if country not in known:
        holidays.wrong("country", f'no holidays are known for "{country}"; write a two-letter code such as "US"')
        return "", ""
    parts = {part.upper(): part for part in known[country]}
    if subdivision and subdivision not in parts:
        example = min(parts.values(), key=lambda part: (len(part), part), default="")
        right = f'write one of its codes, such as "{example}"' if example else "leave it out"
        holidays.wrong("subdivision", f'"{subdivision}" is no part of {country}; {right}')
        return "", ""
    return country, parts.get(subdivision, "")


def _read_exceptions(holidays: Section, week: Mapping[int, Hours], shut: frozenset[date]) -> dict[date, Hours]:
    """The hours of the days that are open though they are holidays: a list of dates, or dates with hours."""
    if not isinstance(holidays.table.get("open", []), dict):
        exceptions = {day: week.get(day.weekday(), ()) for day in _dates(holidays, "open")}
    else:
        opening = holidays.section("open")
        hours_of = {_date(key): _read_hours(opening, key) for key in opening}
        exceptions = {day: hours for day, hours in hours_of.items() if day is not None}
        if None in hours_of:
            holidays.wrong("open", 'has a key that is no date; write { "2026-12-24" = ["10:00-14:00"] }')
    for day, hours in exceptions.items():
        if not hours and week:
            holidays.wrong("open", f'{day} has no regular hours; write {{ "{day}" = ["10:00-14:00"] }}')
        if day in shut:
            holidays.wrong("open", f"{day} is also in closed; keep one of the two")
    return exceptions


def _dates(section: Section, key: str) -> list[date]:
    """A list of dates, written as dates or as text."""
    values = section.table.get(key, [])
    days = [_date(value) for value in values] if isinstance(values, list) else [None]
    if None in days:
        section.wrong(key, 'is not a list of dates; write ["2026-12-24", "2026-12-31"]')
    return [day for day in days if day is not None]


def _date(value: object) -> date | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _read_business_day(section: Section) -> timedelta | None:
    if "business_day" not in section:
        return None
    match timed(section.text("business_day")):
        case Elapsed(length) | Business(length) if length <= timedelta(days=1):
            return length
        case str(problem):
            section.wrong("business_day", problem)
        case _:
            section.wrong("business_day", 'is not the length of a day; write one such as "9 business hours"')
    return None
