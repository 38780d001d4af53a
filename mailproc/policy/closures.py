"""Which days are holidays: dates that a file names, those of a country or a part of it, those of an iCalendar file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from mailproc.policy.hours import never


@dataclass(frozen=True, slots=True)
class Closures:
    """Holidays as a question: called with a day, it answers whether the day is one.  `events` are days with names."""

    dates: frozenset[date]
    country: str
    subdivision: str
    events: Mapping[date, str] = field(default_factory=dict)

    def __call__(self, day: date) -> bool:
        if day in self.dates or day in self.events:
            return True
        return bool(self.country) and day in _national(self.country, self.subdivision, day.year)

    def national(self, day: date) -> str:
        """The public holiday of that day with its country, in English where its names are known: "Labor Day (US)"."""
        if not self.country or day not in _national(self.country, self.subdivision, day.year):
            return ""
        place = f"{self.country}-{self.subdivision}" if self.subdivision else self.country
        return f"{_names(self.country, self.subdivision, day.year)[day]} ({place})"


def closed_days(
    dates: frozenset[date], country: str = "", subdivision: str = "", events: Mapping[date, str] | None = None
) -> Callable[[date], bool]:
    """Whether a day is one of these dates, of these events, or a holiday of the country, also an observed one."""
    return Closures(dates, country, subdivision, events or {}) if dates or country or events else never


def countries() -> dict[str, list[str]]:
    """Every country (ISO 3166-1 code) whose holidays are known, with its subdivisions."""
    from holidays import list_supported_countries  # it costs a quarter of a second, and most files name no country

    return list_supported_countries()


@lru_cache(maxsize=256)
def _national(country: str, subdivision: str, year: int) -> frozenset[date]:
    from holidays import country_holidays

    return frozenset(country_holidays(country, subdiv=subdivision or None, years=year, expand=False))


@lru_cache(maxsize=256)
def _names(country: str, subdivision: str, year: int) -> dict[date, str]:
    from holidays import country_holidays

    found = country_holidays(country, subdiv=subdivision or None, years=year, expand=False, language="en_US")
    return {day: found[day] for day in found}
