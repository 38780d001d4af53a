"""When a call was, by the words of a notice: a date and a time of day, believed only near the mail's own date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime

NEAR = timedelta(hours=24)
_MONTHS = (
    "jan ene gen sty",
    "feb fev fév lut",
    "mar mär mrz maa mars mzo",
    "apr abr avr kwi",
    "may mai mei mag maj",
    "jun giu juin cze",
    "jul lug juil lip",
    "aug ago aoû aou sie",
    "sep set wrz",
    "oct okt ott out paź",
    "nov lis",
    "dec dez dic déc dis gru",
)
_NAMED = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}
_CLOCK = re.compile(
    r"(?<![\d:])(\d{1,2})(?:[:h.]| (?=\d\d ?[ap]m\b))(\d{2})(?:[:.](\d{2}))?(?![\d:])\s*([ap])?\.?(?:m\b)?",
    re.IGNORECASE,
)
_LENGTH = re.compile(r"\b(?:dur|leng|läng|dau|lun|duu|s[üu]re)", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.]((?:20)?\d\d)(?!\d)")
_DAY_MONTH = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|\.)?\s+(?:de\s+)?([^\W\d_]{3,12})\.?,?\s+(?:de\s+)?(20\d\d)")
_MONTH_DAY = re.compile(r"([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(20\d\d)")


def zone_of(date_field: str) -> tzinfo:
    """The offset that a Date field names; UTC without one."""
    try:
        return parsedate_to_datetime(date_field[:100]).tzinfo or UTC
    except (ValueError, TypeError, IndexError, OverflowError):
        return UTC


def near(words: str, sent: datetime | None, zone: tzinfo) -> datetime | None:
    """The moment that the words name, in UTC, if it lies within a day before `sent`; of two readings the nearest."""
    if sent is None:
        return None
    moments = (moment for moment in _moments(words, zone) if -NEAR / 24 <= sent - moment <= NEAR)
    found = min(moments, key=lambda moment: abs(moment - sent), default=None)
    # A Date in UTC says nothing of the zone that the words are in: hours between them are the zone.
    abroad = found is not None and not zone.utcoffset(sent) and abs(sent - found) > NEAR / 48
    return None if abroad else found


def _moments(words: str, zone: tzinfo) -> Iterator[datetime]:
    for year, month, day, (start, end) in _days(words):
        clock = _CLOCK.search(_LENGTH.split(words[end : end + 30])[0]) or _CLOCK.search(
            words[max(0, start - 25) : start]
        )
        if clock is None:
            continue
        try:
            yield datetime(year, month, day, *_time(clock), tzinfo=zone).astimezone(UTC)
        except (ValueError, OverflowError):
            continue


def _time(clock: re.Match[str]) -> tuple[int, int, int]:
    hour = int(clock[1])
    if clock[4]:
        hour = hour % 12 + (12 if clock[4].lower() == "p" else 0)
    return hour, int(clock[2]), int(clock[3] or 0)


def _days(words: str) -> Iterator[tuple[int, int, int, tuple[int, int]]]:
    """Each reading of the date in the words: 3/6 is of March or of June."""
    if found := _YEAR_FIRST.search(words):
        yield int(found[1]), int(found[2]), int(found[3]), found.span()
    elif found := _YEAR_LAST.search(words):
        year = int(found[3]) + (0 if len(found[3]) == 4 else 2000)
        yield year, int(found[1]), int(found[2]), found.span()
        yield year, int(found[2]), int(found[1]), found.span()
    for form, day, month in ((_DAY_MONTH, 1, 2), (_MONTH_DAY, 2, 1)):
        for found in form.finditer(words):
            number = _NAMED.get(found[month].lower()[:3]) or _NAMED.get(found[month].lower()[:4])
            if number:
                yield int(found[3]), number, int(found[day]), found.span()
