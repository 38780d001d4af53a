"""Opening hours as a file writes them, "mon-fri" and "08:00-20:00", read into weekdays and minutes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from mailproc.policy.hours import DAY_MINUTES, Hours

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAYS = re.compile(r"([a-z]{3})(?:-([a-z]{3}))?")
_SPAN = re.compile(r"(\d\d?):(\d\d) ?- ?(\d\d?):(\d\d)")


def weekdays(text: str) -> tuple[int, ...] | str:
    """The weekdays (Monday is 0) that "sat" or "sun-thu" names, or the problem with it."""
    found = _DAYS.fullmatch(text.casefold())
    names = [name for name in found.groups() if name] if found else []
    if not names or not all(name in WEEKDAYS for name in names):
        return f'"{text}" is no day of the week; write {", ".join(WEEKDAYS)}, or two of them such as mon-fri'
    first, last = WEEKDAYS.index(names[0]), WEEKDAYS.index(names[-1])
    return tuple((first + n) % 7 for n in range((last - first) % 7 + 1))


def day_hours(texts: Sequence[str]) -> Hours | str:
    """The hours of one day, spans that touch joined, or the problem with them."""
    spans: list[tuple[int, int]] = []
    for text in texts:
        span = _span(text)
        if isinstance(span, str):
            return span
        spans.append(span)
    joined: list[tuple[int, int]] = []
    for opens, closes in sorted(spans):
        if joined and opens < joined[-1][1]:
            return f'{_listed(texts)} overlap; write each hour of the day once, such as ["08:00-12:00", "13:00-17:00"]'
        if joined and opens == joined[-1][1]:
            opens = joined.pop()[0]
        joined.append((opens, closes))
    return tuple(joined)


def week_in_words(week: Mapping[int, Hours]) -> str:
    """The hours of a week as a file writes them, days in a row that are alike together: "mon-fri 08:00-20:00"."""
    runs: list[list[int]] = []
    for day in range(7):
        if runs and week.get(day, ()) == week.get(runs[-1][-1], ()):
            runs[-1].append(day)
        else:
            runs.append([day])
    told = ((run, ", ".join(_clock(*span) for span in week.get(run[0], ()))) for run in runs)
    return "; ".join(f"{_run(run)} {hours}" for run, hours in told if hours)


def _run(days: Sequence[int]) -> str:
    return "-".join(WEEKDAYS[day] for day in dict.fromkeys((days[0], days[-1])))


def _clock(opens: int, closes: int) -> str:
    closes = closes if closes <= DAY_MINUTES else closes - DAY_MINUTES
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (opens, closes))


def _span(text: str) -> tuple[int, int] | str:
    """From opening to closing, in minutes after midnight; an end before the beginning is on the next day."""
    found = _SPAN.fullmatch(text.strip())
    if not found:
        return f'"{text}" is not a span of hours; write one such as "08:00-20:00"'
    begin_hour, begin_minute, end_hour, end_minute = map(int, found.groups())
    opens, closes = begin_hour * 60 + begin_minute, end_hour * 60 + end_minute
    if begin_minute > 59 or end_minute > 59 or opens >= DAY_MINUTES or closes > DAY_MINUTES:
        return f'"{text}" has a time that no clock shows; a day goes from "00:00" to "24:00"'
    if opens == closes:
        return f'"{text}" is no time at all; for a whole day write "00:00-24:00"'
    return opens, closes if closes > opens else closes + DAY_MINUTES


def _listed(texts: Sequence[str]) -> str:
    return " and ".join(f'"{text}"' for text in texts)
