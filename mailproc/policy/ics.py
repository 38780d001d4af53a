"""Days and hours off in an iCalendar file (RFC 5545), as dates and spans with the names of their events."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import TYPE_CHECKING, Any

from mailproc.policy.hours import Shut
from mailproc.policy.recurrence import FREQUENCIES, MONTHLY, YEARLY, Rule, TooMuchWork, occurrences, spread

if TYPE_CHECKING:
    from icalendar import Event

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)  # outside of it nothing is kept
MOST_CHARACTERS = 4_000_000
MOST_STEPS = 1_000_000  # days that all rules of a file may look at: about a second
MOST_PROBLEMS = 10  # told of one file
LONGEST = timedelta(days=366)
PARTS = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYDAY", "BYSETPOS")
READ = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "SUMMARY", "STATUS", "UID")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY = timedelta(days=1)

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class DaysOff:
    """What a file closes: whole days by their names, and hours."""

    days: Mapping[date, str] = field(default_factory=dict)
    hours: tuple[Shut, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of one event, and the number of the first, counted from 1."""

    line: int
    lines: tuple[str, ...]

    def line_of(self, name: str) -> int:
        """Where a property stands; the event's first line if it does not."""
        marks = (f"{name}:", f"{name};")
        found = (number for number, line in enumerate(self.lines) if line.upper().startswith(marks))
        return self.line + next(found, 0)


class _Wrong(Exception):
    """An event that cannot be used: the property at fault, and what is wrong; what would be right."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(problem)
        self.name, self.problem = name, problem


def read_ics(text: str) -> tuple[DaysOff, tuple[tuple[int, str], ...]]:
    """What an iCalendar text closes, and each problem with it by its line.  Never raises.

    An event of whole days closes these days, one with times exactly these hours, a cancelled one nothing.
    """
    lines = text.lstrip("\ufeff").splitlines()
    if len(text) > MOST_CHARACTERS:
        return DaysOff(), ((1, f"is longer than {MOST_CHARACTERS} characters; leave what is not a day off out"),)
    if not any(line.strip().upper() == "BEGIN:VCALENDAR" for line in islice(lines, 20)):
        return DaysOff(), ((1, "is no iCalendar file; it would begin with BEGIN:VCALENDAR"),)
    return _Reading().read(_blocks(lines))


def _blocks(lines: Iterable[str]) -> Iterator[Block]:
    """The events; one that is not ended, or that another begins in, is cut there, which its parser will tell."""
    kept: list[str] = []
    begin = 0
    for number, line in enumerate(lines, start=1):
        mark = line.strip().upper()
        if mark == "BEGIN:VEVENT":
            if kept:
                yield Block(begin, tuple(kept))
            begin, kept = number, [line]
        elif kept:
            kept.append(line)
            if mark == "END:VEVENT":
                yield Block(begin, tuple(kept))
                kept = []
    if kept:
        yield Block(begin, tuple(kept))


class _Reading:
    """One file while it is read."""

    def __init__(self) -> None:
        self.days: dict[date, str] = {}
        self.hours: list[Shut] = []
        self.problems: list[tuple[int, str]] = []
        self.steps = iter(range(MOST_STEPS))

    def read(self, blocks: Iterable[Block]) -> tuple[DaysOff, tuple[tuple[int, str], ...]]:
        events = [(block, event) for block in blocks if (event := self._event(block)) is not None]
        moved = self._moved(events)
        for block, event in events:
            try:
                self._close(event, moved.get(_plain(event, "UID"), set()))
            except _Wrong as wrong:
                self.problems.append((block.line_of(wrong.name), f"{wrong.name} {wrong.problem}"))
            except TooMuchWork:
                self.problems.append((block.line_of("RRULE"), "RRULE recurs too often; end it with COUNT or UNTIL"))
                break
        return DaysOff(self.days, tuple(self.hours)), self._told()

    def _event(self, block: Block) -> Event | None:
        from icalendar import Event  # it costs a tenth of a second, and most policies name no file

        if block.lines[-1].strip().upper() != "END:VEVENT":
            self.problems.append((block.line, "the event has no end; close it with END:VEVENT"))
            return None
        try:
            event = Event.from_ical("\r\n".join(block.lines) + "\r\n")
        except Exception as error:  # whatever a parser of foreign bytes may raise: the line is told, nothing is lost
            self.problems.append((block.line, f"the event cannot be read: {_told(error)}; export the file anew"))
            return None
        broken = [(name, why) for name, why in event.errors if name is None or name.upper() in READ]
        for name, why in broken:
            where = block.line_of(name.upper()) if name else block.line
            self.problems.append((where, f"{name or 'a line'} cannot be read: {_told(why)}; export the file anew"))
        return event if isinstance(event, Event) and not broken else None

    def _moved(self, events: Iterable[tuple[Block, Event]]) -> dict[str, set[date]]:
        """The occurrences that an event of their own stands for, by the identity of the recurring one."""
        moved: dict[str, set[date]] = {}
        for block, event in events:
            if "RECURRENCE-ID" in event:
                try:
                    begin = _begin(event)
                    moved.setdefault(_plain(event, "UID"), set()).add(_day(_moment(event, "RECURRENCE-ID"), begin))
                except _Wrong as wrong:
                    self.problems.append((block.line_of(wrong.name), f"{wrong.name} {wrong.problem}"))
        return moved

    def _close(self, event: Event, moved: set[date]) -> None:
        """Put what one event closes among the days or the hours."""
        begin = _begin(event)
        length = _length(event, begin)
        if _plain(event, "STATUS").upper() == "CANCELLED":
            return
        name = _plain(event, "SUMMARY") or "closed"
        without = set() if "RECURRENCE-ID" in event else moved
        without = without | {_day(moment, begin) for moment in _moments(event, "EXDATE")}
        for day in self._occurrences(event, begin):
            if day in without or not FIRST_DAY <= day <= LAST_DAY:
                continue
            if isinstance(begin, datetime):
                self.hours.append(_shut(datetime.combine(day, begin.time(), begin.tzinfo), length, name))
            else:
                self.days |= {each: self.days.get(each, name) for each in spread(day, length)}

    def _occurrences(self, event: Event, begin: date) -> Iterator[date]:
        """The days on which it begins."""
        first = begin.replace(tzinfo=None) if isinstance(begin, datetime) else datetime.combine(begin, time())
        rule = _rule(event, begin)
        days = set(occurrences(rule, first, LAST_DAY, self.steps)) if rule else {first.date()}
        days |= {_day(moment, begin) for moment in _moments(event, "RDATE")}
        return iter(sorted(days))

    def _told(self) -> tuple[tuple[int, str], ...]:
        found = sorted(dict.fromkeys(self.problems))
        more = len(found) - MOST_PROBLEMS
        if more > 0:
            line = found[MOST_PROBLEMS][0]
            found[MOST_PROBLEMS:] = [(line, f"and {more} more of its lines are wrong; mend these first")]
        return tuple(found)


def _begin(event: Event) -> date:
    if "DTSTART" not in event:
        raise _Wrong("DTSTART", "is missing; write one such as DTSTART;VALUE=DATE:20261224")
    begin = _moment(event, "DTSTART")
    zone = event["DTSTART"].params.get("TZID", "")
    if isinstance(begin, datetime) and begin.tzinfo is None and zone:
        raise _Wrong(
            "DTSTART", f'"{_told(zone)}" is no time zone of the IANA list; write a place such as Europe/Berlin'
        )
    return begin


def _length(event: Event, begin: date) -> timedelta:
    """How long it lasts: whole days for days; without an end one day (RFC 5545 §3.6.1)."""
    name = "DTEND" if "DTEND" in event else "DURATION"
    if name not in event:
        if isinstance(begin, datetime):
            raise _Wrong("DTSTART", "has a time but the event has no end; add DTEND")
        return DAY
    length = _until(event, begin) if name == "DTEND" else _value(event, "DURATION")
    if not isinstance(length, timedelta) or (not isinstance(begin, datetime) and length % DAY):
        raise _Wrong(name, "does not fit DTSTART; write both as days or both as times")
    if length <= timedelta():
        raise _Wrong(name, "is not after DTSTART; the last day of an event is the day before its DTEND")
    if length > LONGEST:
        raise _Wrong(name, "lets the event last more than a year; write a shorter one that recurs")
    return length


def _until(event: Event, begin: date) -> timedelta:
    end = _moment(event, "DTEND")
    if isinstance(begin, datetime) and isinstance(end, datetime) and (begin.tzinfo is None) == (end.tzinfo is None):
        return end - begin if end.tzinfo is None else _utc(end) - _utc(begin)
    if isinstance(begin, datetime) or isinstance(end, datetime):
        raise _Wrong("DTEND", "does not fit DTSTART; write both as days, or both as times of one kind")
    return end - begin


def _shut(begin: datetime, length: timedelta, name: str) -> Shut:
    """The hours that it closes: wall time of the calendar where it names no zone, else UTC."""
    if begin.tzinfo is None:
        return Shut(begin, begin + length, name)
    return Shut(_utc(begin), _utc(begin) + length, name)


def _rule(event: Event, begin: date) -> Rule | None:
    recurs = event.get("RRULE")
    if not recurs:
        return None
    if isinstance(recurs, list):
        raise _Wrong("RRULE", "stands there twice; write two events")
    parts: dict[str, list[Any]] = {name.upper(): list(values) for name, values in recurs.items()}
    if unknown := [name for name in parts if name not in PARTS]:
        raise _Wrong("RRULE", f"has a part that days off do not need: {_told(unknown[0])}; known: {', '.join(PARTS)}")
    frequency = str(parts.get("FREQ", [""])[0]).upper()
    if frequency not in FREQUENCIES:
        raise _Wrong("RRULE", f'recurs "{_told(frequency)}"; FREQ is one of {", ".join(FREQUENCIES)}')
    weekdays = tuple(_weekday(str(value)) for value in parts.get("BYDAY", []))
    if any(nth for nth, _ in weekdays) and frequency not in (MONTHLY, YEARLY):
        raise _Wrong("RRULE", "counts weekdays; a figure in BYDAY goes with FREQ=MONTHLY or FREQ=YEARLY alone")
    counts = {name: _figures(parts, name) for name in ("INTERVAL", "COUNT")}
    if any(figure < 1 for figures in counts.values() for figure in figures):
        raise _Wrong("RRULE", "has an INTERVAL or COUNT below 1; leave it out for every one, without end")
    return Rule(
        frequency=frequency,
        interval=next(iter(counts["INTERVAL"]), 1),
        count=next(iter(counts["COUNT"]), None),
        until=_last(parts["UNTIL"][0], begin) if parts.get("UNTIL") else None,
        months=_figures(parts, "BYMONTH"),
        month_days=_figures(parts, "BYMONTHDAY"),
        year_days=_figures(parts, "BYYEARDAY"),
        weekdays=weekdays,
        positions=_figures(parts, "BYSETPOS"),
        week_start=_weekday(str(parts.get("WKST", ["MO"])[0]))[1],
    )


def _figures(parts: Mapping[str, list[Any]], name: str) -> tuple[int, ...]:
    try:
        return tuple(int(value) for value in parts.get(name, []))
    except (TypeError, ValueError):
        raise _Wrong("RRULE", f"has {name} without a figure; write one such as {name}=1") from None


def _weekday(text: str) -> tuple[int, int]:
    """ "-1MO" as ordinal and weekday."""
    found = re.fullmatch(r"([+-]?\d{1,2})?([A-Z]{2})", text.upper())
    if not found or found[2] not in WEEKDAYS:
        raise _Wrong("RRULE", f'"{_told(text)}" is no weekday; write one such as MO or -1FR')
    return int(found[1] or 0), WEEKDAYS.index(found[2])


def _last(until: object, begin: date) -> datetime:
    """UNTIL as the wall clock of the event's zone reads."""
    if not isinstance(until, date):
        raise _Wrong("RRULE", "has an UNTIL that is no date; write one such as UNTIL=20301231")
    if not isinstance(until, datetime):
        return datetime.combine(until, time.max)
    zone = begin.tzinfo if isinstance(begin, datetime) else None
    return (_local(until, zone) if zone and until.tzinfo else until).replace(tzinfo=None)


def _moment(event: Event, name: str) -> date:
    moment = _value(event, name)
    if not isinstance(moment, date):
        raise _Wrong(name, "is no day and no time, or stands there twice; write one such as 20261224")
    return moment


def _moments(event: Event, name: str) -> Iterator[date]:
    """The days or times of a property that may stand there several times, each with a list."""
    values = event.get(name, [])
    for one in values if isinstance(values, list) else [values]:
        for value in getattr(one, "dts", []):
            moment = value.dt[0] if isinstance(value.dt, tuple) else value.dt
            if not isinstance(moment, date):
                raise _Wrong(name, "is no day and no time; write one such as 20261224")
            yield moment


def _value(event: Event, name: str) -> object:
    return getattr(event.get(name), "dt", None)


def _day(moment: date, begin: date) -> date:
    """The day of a moment on the wall clock of the event that begins at `begin`: an event is but once a day."""
    if not isinstance(moment, datetime):
        return moment
    zone = begin.tzinfo if isinstance(begin, datetime) else None
    return (_local(moment, zone) if zone and moment.tzinfo else moment).date()


def _utc(moment: datetime) -> datetime:
    return _local(moment, UTC)


def _local(moment: datetime, zone: tzinfo) -> datetime:
    try:
        return moment.astimezone(zone)
    except OverflowError:  # a time of the year 1 or 9999
        return moment.replace(tzinfo=zone)


def _plain(event: Event, name: str) -> str:
    """A text on one line, without control characters; the first if there are several."""
    value = event.get(name, "")
    return _told(value[0] if isinstance(value, list) and value else value)


def _told(text: object) -> str:
    line = " ".join(_UNSAFE.sub(" ", str(text)).split())
    return line if len(line) <= 100 else f"{line[:99]}…"
