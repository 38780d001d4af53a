"""The `holidays` of a calendar, read: a country's, single dates, iCalendar files, days that are open all the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from mailproc.policy.closures import closed_days, countries
from mailproc.policy.hours import Hours, Shut
from mailproc.policy.ics import DaysOff, read_ics
from mailproc.policy.source import Section
from mailproc.policy.week import day_hours

KEYS = ("country", "subdivision", "closed", "open", "file")


@dataclass(frozen=True, slots=True)
class Holidays:
    """What the table says: the days that are closed, hours that are, days that are open though they would be closed."""

    closed: Callable[[date], bool]
    shut: tuple[Shut, ...]
    exceptions: Mapping[date, Hours]


def read_holidays(section: Section, week: Mapping[int, Hours]) -> Holidays:
    """The table `holidays` of a calendar with this week; every problem is noted."""
    section.known(KEYS)
    listed = frozenset(_dates(section, "closed"))
    country, subdivision = _read_country(section)
    files = _read_files(section)
    return Holidays(
        closed=closed_days(listed, country, subdivision, files.days),
        shut=files.hours,
        exceptions=_read_exceptions(section, week, listed),
    )


def read_hours(section: Section, key: str) -> Hours:
    """The spans of one day; empty if there is a problem, which is noted."""
    hours = day_hours(section.texts(key))
    if isinstance(hours, str):
        section.wrong(key, hours)
        return ()
    return hours


def _read_country(holidays: Section) -> tuple[str, str]:
    """The country and its subdivision, each checked; empty where none is named."""
    country, subdivision = holidays.text("country").upper(), holidays.text("subdivision").upper()
    if not country:
        if subdivision and "country" not in holidays:
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


def _read_files(holidays: Section) -> DaysOff:
    """What all iCalendar files close together; of two events on a day the first gives the name."""
    days: dict[date, str] = {}
    hours: list[Shut] = []
    for index, name in enumerate(holidays.texts("file")):
        found = _read_file(holidays, name, ("file", index) if isinstance(holidays.table["file"], list) else ("file",))
        days = {**found.days, **days}
        hours += found.hours
    return DaysOff(days, tuple(hours))


def _read_file(holidays: Section, name: str, key: tuple[str | int, ...]) -> DaysOff:
    source = holidays.source
    try:
        text = source.others[name] if name in source.others else source.files(name)
    except FileNotFoundError:
        holidays.wrong(key, f'"{name}": there is no such file; name one beside the policy, such as "holidays.ics"')
        return DaysOff()
    except (OSError, ValueError) as error:
        holidays.wrong(key, f'"{name}" cannot be read: {_reason(error)}; name an iCalendar file in UTF-8')
        return DaysOff()
    source.others[name] = text
    found, problems = read_ics(text)
    for line, problem in problems:
        holidays.wrong(key, f"{name}:{line}: {problem}")
    return found


def _reason(error: OSError | ValueError) -> str:
    """Why, without the file's name, which is told already."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return "it is not UTF-8" if isinstance(error, UnicodeError) else str(error)


def _read_exceptions(holidays: Section, week: Mapping[int, Hours], shut: frozenset[date]) -> dict[date, Hours]:
    """The hours of the days that are open though they are holidays: a list of dates, or dates with hours."""
    broken: set[date] = set()
    if not isinstance(holidays.table.get("open", []), dict):
        exceptions = {day: week.get(day.weekday(), ()) for day in _dates(holidays, "open")}
    else:
        opening = holidays.section("open")
        hours_of = {}
        for key in opening:
            problems = len(holidays.source.problems)
            hours_of[day := _date(key)] = read_hours(opening, key)
            if day and len(holidays.source.problems) > problems:
                broken.add(day)
        exceptions = {day: hours for day, hours in hours_of.items() if day is not None}
        if None in hours_of:
            holidays.wrong("open", 'has a key that is no date; write { "2026-12-24" = ["10:00-14:00"] }')
    for day, hours in exceptions.items():
        if not hours and week and day not in broken:
            holidays.wrong("open", f'{day} has no regular hours; write {{ "{day}" = ["10:00-14:00"] }}')
        if day in shut:
            holidays.wrong("open", f"{day} is also in closed; keep one of the two")
    return exceptions


def _dates(section: Section, key: str) -> list[date]:
    """A list of dates, written as dates or as text."""
    values = section.table.get(key, [])
    days = [_date(value) for value in values] if isinstance(values, list) else [None]
    if None in days:
        path = (key, days.index(None)) if isinstance(values, list) else (key,)
        section.wrong(path, 'is not a list of dates; write ["2026-12-24", "2026-12-31"]')
    return [day for day in days if day is not None]


def _date(value: object) -> date | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
