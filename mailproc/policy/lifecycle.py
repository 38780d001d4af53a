"""How a case waits, comes back and ends: [waiting], [reopening], [resolved], and the releases that fixes come in."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from mailproc.policy.durations import in_words, timed
from mailproc.policy.matrix import Terms
from mailproc.policy.model import Business, BusinessDays, Elapsed, Target, Waiting
from mailproc.policy.source import Section

WAITING_KEYS = ("pauses", "hold_pauses", "remind", "close", "calendar", "clause")
REOPENING_WITHIN = Elapsed(timedelta(days=14))
CLOSES_AFTER = Elapsed(timedelta(days=7))
RELEASE_KEYS = ("date", "name")


def read_waiting(file: Section, terms: Terms) -> Waiting:
    """What waiting pauses, when the customer is reminded, when the case closes."""
    section = file.section("waiting")
    section.known(WAITING_KEYS)
    calendar = section.text("calendar", terms.calendar)
    if "calendar" in section:
        section.refers("calendar", calendar, terms.calendars, "calendar")
    remind = _read_reminders(section)
    close = read_length(section, "close", None)
    if remind and _comes_first(close, remind[-1]):
        section.wrong("close", f"comes before the last reminder ({in_words(remind[-1])}); close later or remind sooner")
    return Waiting(
        pauses=_read_pauses(section, "pauses", terms),
        remind=remind,
        close=close,
        calendar=calendar,
        hold_pauses=_read_pauses(section, "hold_pauses", terms),
        clause=section.texts("clause"),
    )


def read_length(section: Section, key: str, default: Target | None) -> Target | None:
    """A length of time; the default where the file says none."""
    if key not in section:
        return default
    said = section.text(key)
    target = timed(said) if said else ""
    if isinstance(target, str):
        if target:
            section.wrong(key, target)
        return default
    return target


def read_within(file: Section, table: str, key: str, default: Target) -> Target:
    """The one length of time that a table such as [reopening] holds."""
    section = file.section(table)
    section.known((key,))
    return read_length(section, key, default) or default


def read_releases(file: Section) -> tuple[tuple[date, str], ...]:
    """The dates of the releases with their names, by date."""
    found = []
    for section in file.sections("releases"):
        section.known(RELEASE_KEYS)
        day = _read_date(section)
        if day is not None:
            found.append((day, section.text("name")))
    return tuple(sorted(found))


def _read_reminders(section: Section) -> tuple[Target, ...]:
    lengths: list[Target] = []
    for text in section.texts("remind"):
        target = timed(text)
        if isinstance(target, str):
            section.wrong("remind", target)
        elif lengths and not _comes_first(lengths[-1], target) and type(lengths[-1]) is type(target):
            section.wrong("remind", f'"{text}" does not come after the reminder before it; list them from the first on')
        else:
            lengths.append(target)
    return tuple(lengths)


def _read_pauses(section: Section, key: str, terms: Terms) -> tuple[str, ...]:
    return tuple(name for name in section.texts(key) if section.refers(key, name, terms.objectives, "objective"))


def _comes_first(one: Target | None, other: Target) -> bool:
    """Whether one length is surely shorter than another: of different kinds, none is."""
    match one, other:
        case (Elapsed(first), Elapsed(second)) | (Business(first), Business(second)):
            return first < second
        case BusinessDays(count), BusinessDays(further):
            return count < further
        case _:
            return False


def _read_date(section: Section) -> date | None:
    value = section.table.get("date")
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            value = None
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    section.wrong("date", "is not a date; write one such as date = 2026-04-01")
    return None
