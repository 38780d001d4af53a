"""An oracle for business time that shares nothing with the product: it walks through every minute of some weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = 1440
MINUTE = timedelta(minutes=1)

# A zone and a day in the middle of the weeks to walk through: each has a clock change there, or an odd offset.
PLACES = (
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("Australia/Sydney", date(2026, 4, 5)),
    ("Australia/Sydney", date(2026, 10, 4)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # changes by half an hour
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Pacific/Chatham", date(2026, 4, 5)),  # 12:45 ahead
    ("Pacific/Chatham", date(2026, 9, 27)),
    ("Asia/Kathmandu", date(2026, 1, 1)),
    ("America/Sao_Paulo", date(2018, 2, 18)),  # midnight comes twice
    ("America/Sao_Paulo", date(2018, 11, 4)),  # midnight never comes
    ("Pacific/Apia", date(2011, 12, 30)),  # the whole day never comes
    ("America/Santiago", date(2026, 4, 5)),  # midnight comes twice, in autumn of the south
    ("America/Santiago", date(2026, 9, 6)),
    ("Africa/Casablanca", date(2026, 2, 15)),  # back for Ramadan, and on again after it
    ("Africa/Casablanca", date(2026, 3, 22)),
    ("Asia/Kolkata", date(2026, 6, 1)),
    ("Europe/Dublin", date(2026, 3, 29)),  # its winter time is the one that is saved
    ("Europe/Dublin", date(2026, 10, 25)),
)


@dataclass(frozen=True)
class Walk:
    """Every UTC minute of three weeks with the furthest reading that the wall clock has shown by then."""

    begin: datetime
    first_day: date
    furthest: Sequence[int]  # minutes of wall time after midnight of `first_day`

    def open_minutes(
        self,
        week: Mapping[int, Sequence[tuple[int, int]]],
        closed: frozenset[date],
        exceptions: Mapping[date, Sequence[tuple[int, int]]] | None = None,
        shut: Sequence[tuple[datetime, datetime]] = (),
    ) -> list[bool]:
        """For each minute, whether a calendar with this week is open; `shut` are hours off, in UTC or on the wall."""
        regular, special = self._wall(), self._wall()
        for number in range(len(regular) // DAY - 1):
            day = self.first_day + timedelta(days=number)
            for opens, closes in () if day in closed or day in (exceptions or {}) else week.get(day.weekday(), ()):
                regular[number * DAY + opens : number * DAY + closes] = [True] * (closes - opens)
            for opens, closes in (exceptions or {}).get(day, ()):
                special[number * DAY + opens : number * DAY + closes] = [True] * (closes - opens)
        off = self._off(shut)
        return [
            special[reading] or (regular[reading] and minute not in off) for minute, reading in enumerate(self.furthest)
        ]

    def _wall(self) -> list[bool]:
        return [False] * (self.furthest[-1] + 3 * DAY)

    def _off(self, shut: Sequence[tuple[datetime, datetime]]) -> set[int]:
        """The minutes that are hours off."""
        origin = datetime.combine(self.first_day, time())
        off: set[int] = set()
        for begins, ends in shut:
            if begins.tzinfo:
                off.update(range((begins - self.begin) // MINUTE, (ends - self.begin) // MINUTE))
                continue
            first, last = (begins - origin) // MINUTE, (ends - origin) // MINUTE
            off.update(minute for minute, reading in enumerate(self.furthest) if first <= reading < last)
        return off

    def at(self, minute: int) -> datetime:
        return self.begin + minute * MINUTE


@lru_cache
def walk(zone: str, middle: date) -> Walk:
    """Three weeks around a day, minute by minute."""
    begin = datetime(middle.year, middle.month, middle.day, tzinfo=UTC) - timedelta(days=9)
    first_day = begin.date() - timedelta(days=2)
    origin = datetime.combine(first_day, time())
    furthest, readings = 0, []
    for minute in range(21 * DAY):
        wall = (begin + minute * MINUTE).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        furthest = max(furthest, (wall - origin) // MINUTE)
        readings.append(furthest)
    return Walk(begin, first_day, readings)


def nth_end(counted: Sequence[bool], start: int, wanted: int) -> int | None:
    """The minute at which `wanted` counted minutes have passed since `start`; None if the walk ends before."""
    passed = 0
    for minute in range(start, len(counted)):
        if counted[minute]:
            if wanted == 0:
                return minute
            passed += 1
            if passed == wanted:
                return minute + 1
    return None
