"""Which days are holidays: dates that a file names, and those of a country or a part of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from mailproc.policy.hours import never


@dataclass(frozen=True, slots=True)
class Closures:
    """Holidays as a question: called with a day, it answers whether the day is one."""

    dates: frozenset[date]
    country: str
    subdivision: str

    def __call__(self, day: date) -> bool:
        if day in self.dates:
            return True
        return bool(self.country) and day in _national(self.country, self.subdivision, day.year)


def closed_days(dates: frozenset[date], country: str = "", subdivision: str = "") -> Callable[[date], bool]:
    """Whether a day is one of these dates or a public holiday of the country, observed days included."""
    return Closures(dates, country, subdivision) if dates or country else never


def countries() -> dict[str, list[str]]:
    """Every country (ISO 3166-1 code) whose holidays are known, with its subdivisions."""
    from holidays import list_supported_countries  # it costs a quarter of a second, and most files name no country

    return list_supported_countries()


@lru_cache(maxsize=256)
def _national(country: str, subdivision: str, year: int) -> frozenset[date]:
    from holidays import country_holidays

    return frozenset(country_holidays(country, subdiv=subdivision or None, years=year, expand=False))
