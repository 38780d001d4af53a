"""Moments and lengths as people type them into a command: "fri 15:00", "tomorrow 9", "in 4 hours"."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mailproc.policy.durations import duration
from mailproc.policy.model import Commitment, Elapsed, LastWorkingDay, NextRelease, Target

END_OF_DAY = time(17)  # what a day without an hour means
MAX_AHEAD = timedelta(days=3 * 366)
_MAX_TEXT = 60

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS_DE = ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag")
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTHS_DE = (
    "januar", "februar", "märz", "april", "mai", "juni",
    "juli", "august", "september", "oktober", "november", "dezember",
)  # fmt: skip
_WEEKDAYS = (
    {name[:cut]: day for day, name in enumerate(_DAYS) for cut in (3, 9)}
    | {name[:cut]: day for day, name in enumerate(_DAYS_DE) for cut in (2, 10)}
    | {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
)
_MONTH_NUMBERS = {
    name[:cut]: number
    for names in (_MONTHS, _MONTHS_DE)
    for number, name in enumerate(names, start=1)
    for cut in (3, 9)
}
_NEAR = {"today": 0, "heute": 0, "tonight": 0, "tomorrow": 1, "tmrw": 1, "morgen": 1, "übermorgen": 2}
_LEADING = re.compile(r"(?:until|till|by|before|on|at|next|this|bis|am|um)\s+", re.IGNORECASE)
_CLOCK = re.compile(
    r"(?:at\s+|um\s+|@\s*)?(?:(?P<word>noon|midnight|eod|cob|mittags?)"
    r"|(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?(?::\d{2})?\s*(?P<half>[ap]\.?m\.?)?\s*(?:uhr|h|o'clock)?)"
    r"(?:\s+(?P<zone>utc|gmt|z))?",
    re.IGNORECASE,
)
_CLOCK_WORDS = {"noon": time(12), "mittag": time(12), "mittags": time(12), "eod": END_OF_DAY, "cob": END_OF_DAY}
_ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)?(?:\s+of)?\s+([^\W\d_]+)\.?(?:,?\s+(\d{4}))?")
_MONTH_DAY = re.compile(r"([^\W\d_]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?\b(?!:)(?:,?\s+(\d{4}))?")
_GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})?")
_SLASHED = re.compile(r"\d{1,2}/\d{1,2}")

_EXAMPLES = 'write "fri 15:00", "tomorrow 9", "2026-03-09 14:00" or "in 4 hours"'


def when(text: str, now: datetime, zone: ZoneInfo) -> datetime | Target | str:
    """The moment that `text` means to somebody in `zone` at `now`: an aware datetime in UTC.

    A length of business time comes back as the Target it is, for the case's calendar to count.  A day without an hour
    ends at 17:00; a weekday is the next such one to come.  A sentence comes back where no future moment can be read.
    """
    said = " ".join(text.strip().strip("\"'").rstrip(".!").split()).lower()
    if not said:
        return f"no time is given; {_EXAMPLES}"
    if len(said) > _MAX_TEXT:
        return f"{said[:_MAX_TEXT]}…: too long to be a time; {_EXAMPLES}"
    if _ISO.match(said) and (stamped := _with_offset(said)):
        return _ahead(stamped, said, now)
    length = _length(re.sub(r"^(?:in|for|until|by) (?:the )?", "", said))
    if length is not None:
        return _ahead(now + length.length, said, now) if isinstance(length, Elapsed) else length
    while found := _LEADING.match(said):
        said = said[found.end() :]
    return _moment(said, now, zone)


def echo(moment: datetime, zone: ZoneInfo) -> str:
    """`moment` as the transcript repeats it, so that a slip is seen at once: "Fri 6 March 2026 15:00 EST"."""
    local = moment.astimezone(zone)
    name = local.tzname() or "UTC"
    month = _MONTHS[local.month - 1].capitalize()
    day = _DAYS[local.weekday()][:3].capitalize()
    return f"{day} {local.day} {month} {local.year} {local:%H:%M} {name if name[0].isalpha() else 'UTC' + name}"


def _length(said: str) -> Target | None:
    if not re.match(r"(?:\d|an? |one |half |next release|last working)", said):
        return None
    target = duration(re.sub(r"^(?:an?|one)\s", "1 ", said))
    if isinstance(target, str | Commitment):
        return None
    if isinstance(target, LastWorkingDay | NextRelease) or not re.match(r"\d+$", said):
        return target
    return None


def _with_offset(said: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(said.upper())
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _moment(said: str, now: datetime, zone: ZoneInfo) -> datetime | str:
    local = now.astimezone(zone)
    if _SLASHED.match(said):
        return f"{said}: day or month first? write the date as 2026-03-09"
    day, rest, strict = _day(said, local.date())
    hour = _hour(rest.strip(" ,"), default=END_OF_DAY if day else None)
    if hour is None or (day is None and (not rest or rest.isdecimal())):
        return f"{said}: not a time that can be read; {_EXAMPLES}"
    moment = _at(day or local.date(), hour, zone, rest)
    if day is None and moment <= now:
        moment = _at(local.date() + timedelta(days=1), hour, zone, rest)
    if strict and moment <= now:
        moment = _at((day or local.date()) + timedelta(days=7), hour, zone, rest)
    return _ahead(moment, said, now)


def _at(day: date, hour: time, zone: ZoneInfo, rest: str) -> datetime:
    """`hour` of `day`; an hour that the clocks leap over is as long after the leap as it would have been."""
    universal = re.search(r"(?:utc|gmt|\dz)$", rest) is not None
    return datetime.combine(day, hour, UTC if universal else zone).astimezone(UTC)


def _ahead(moment: datetime, said: str, now: datetime) -> datetime | str:
    if moment <= now:
        return f"{said}: is past; {_EXAMPLES}"
    if moment - now > MAX_AHEAD:
        return f"{said}: more than three years ahead; {_EXAMPLES}"
    return moment.astimezone(UTC)


def _day(said: str, today: date) -> tuple[date | None, str, bool]:
    """The day that `said` begins with, what is left, and whether it is a weekday that comes again."""
    if said in {"eow", "end of week", "end of the week"}:
        return _weekday(4, today), "", True
    if said in {"eod", "cob", "end of day", "end of the day"}:
        return today, "", False
    word, _, rest = said.partition(" ")
    word = word.rstrip(".,")
    if word in _NEAR:
        return today + timedelta(days=_NEAR[word]), rest, False
    if word in _WEEKDAYS:
        day, further = _dated(rest.strip(), today)
        return (day, further, False) if day else (_weekday(_WEEKDAYS[word], today), rest, True)
    day, rest = _dated(said, today)
    return day, rest, False


def _weekday(weekday: int, today: date) -> date:
    return today + timedelta(days=(weekday - today.weekday()) % 7)


def _dated(said: str, today: date) -> tuple[date | None, str]:
    """The calendar day that `said` begins with, and what is left."""
    if found := _ISO.match(said):
        year, month, day = (int(number) for number in found[0].split("-"))
        return _real(year, month, day), said[found.end() :].lstrip("t ,")
    if found := _GERMAN.match(said):
        return _coming(int(found[1]), int(found[2]), found[3], today), said[found.end() :]
    if (found := _DAY_MONTH.match(said)) and found[2] in _MONTH_NUMBERS:
        return _coming(int(found[1]), _MONTH_NUMBERS[found[2]], found[3], today), said[found.end() :]
    if (found := _MONTH_DAY.match(said)) and found[1] in _MONTH_NUMBERS:
        return _coming(int(found[2]), _MONTH_NUMBERS[found[1]], found[3], today), said[found.end() :]
    return None, said


def _coming(day: int, month: int, year: str | None, today: date) -> date | None:
    if year:
        return _real(int(year), month, day)
    this = _real(today.year, month, day)
    return this if this is None or this >= today else _real(today.year + 1, month, day)


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _hour(said: str, default: time | None) -> time | None:
    if not said:
        return default
    found = _CLOCK.fullmatch(said)
    if found is None:
        return None
    if found["word"]:
        return _CLOCK_WORDS.get(found["word"])
    hour, half = int(found["hour"]), (found["half"] or "")[:1]
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    minute = int(found["minute"] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
