"""From moments to places on a line: an axis on which long stretches without events are folded, and its labels."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime]

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
STEPS = (
    *(MINUTE * n for n in (1, 2, 5, 10, 15, 30)),
    *(HOUR * n for n in (1, 2, 3, 6, 12)),
    *(DAY * n for n in (1, 2, 7, 14, 28, 91, 364)),
)
MOST_FOLDS = 6
WORTH = 0.08  # the share of the whole that a silence must have to be folded
FOLDED = 0.09  # the share of the width that one fold takes
SPREAD = 4  # how many times longer than the usual gap a silence must be


@dataclass(frozen=True, slots=True)
class Tick:
    """A label of the axis; `day` is set where a new day is to be named."""

    x: float
    time: str
    day: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    """Places between `left` and `right` for moments; linear between its stops."""

    moments: tuple[datetime, ...]
    places: tuple[float, ...]
    folds: tuple[Span, ...]

    def x(self, at: datetime) -> float:
        """The place of a moment; what lies outside is put at the nearer end."""
        if at <= self.moments[0]:
            return self.places[0]
        if at >= self.moments[-1]:
            return self.places[-1]
        index = bisect_right(self.moments, at) - 1
        since, until = self.moments[index], self.moments[index + 1]
        share = (at - since) / (until - since)
        return self.places[index] + share * (self.places[index + 1] - self.places[index])

    def open_stretches(self) -> Iterator[Span]:
        """The stretches of time that are not folded."""
        since = self.moments[0]
        for begins, ends in self.folds:
            if since < begins:
                yield since, begins
            since = ends
        if since < self.moments[-1]:
            yield since, self.moments[-1]


def axis(points: Sequence[datetime], start: datetime, end: datetime, left: float, right: float) -> Axis:
    """The axis from `start` to `end` over `left` to `right`, with the long silences between `points` folded."""
    folds = folded(sorted({start, end, *(point for point in points if start < point < end)}))
    silent = sum((ends - begins for begins, ends in folds), timedelta())
    counted = (end - start) - silent
    room = (right - left) * (1 - FOLDED * len(folds))
    moments, places = [start], [left]
    for begins, ends in (*folds, (end, end)):
        places.append(places[-1] + room * ((begins - moments[-1]) / counted if counted else 0))
        moments.append(begins)
        if ends > begins:
            places.append(places[-1] + (right - left) * FOLDED)
            moments.append(ends)
    return Axis(tuple(moments), tuple(places), folds)


def folded(points: Sequence[datetime]) -> tuple[Span, ...]:
    """The silences that are so much longer than the other gaps that they would leave no room for these."""
    gaps = list(pairwise(points))
    whole = points[-1] - points[0]
    usual = timedelta(seconds=median([(b - a).total_seconds() for a, b in gaps if b - a >= MINUTE] or [0]))
    long = [gap for gap in gaps if _length(gap) >= max(whole * WORTH, HOUR, usual * SPREAD)]
    if len(long) > MOST_FOLDS or len(long) == len(gaps):
        return ()
    return tuple(long)


def _length(gap: Span) -> timedelta:
    return gap[1] - gap[0]


def ticks(line: Axis, zone: ZoneInfo, apart: float) -> list[Tick]:
    """The labels: even times of the zone, at least `apart` from each other; none within a fold."""
    found: list[Tick] = []
    named = None
    for begins, ends in line.open_stretches():
        room = line.x(ends) - line.x(begins)
        fitting = (step for step in STEPS if room * (step / (ends - begins)) >= apart)
        for at in _even(begins, ends, next(fitting, STEPS[-1]), zone):
            place = line.x(at)
            if found and place - found[-1].x < apart:
                continue
            own = at.astimezone(zone)
            day = f"{own:%a} {own.day} {own:%b}"
            found.append(Tick(x=place, time=f"{own:%H:%M}", day=day if day != named else ""))
            named = day
    return found


def _even(begins: datetime, ends: datetime, step: timedelta, zone: ZoneInfo) -> Iterator[datetime]:
    """The moments of a stretch at which the zone's clocks show an even time; over a change of clocks as well."""
    wall = begins.astimezone(zone).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
    last = ends.astimezone(zone).replace(tzinfo=None) + HOUR
    if step < DAY:
        wall += (begins.astimezone(zone).replace(tzinfo=None) - wall) // step * step
    elif step >= DAY * 7:
        wall -= timedelta(days=wall.weekday())
    while wall <= last:
        at = wall.replace(tzinfo=zone).astimezone(UTC)
        if begins <= at <= ends and at.astimezone(zone).replace(tzinfo=None) == wall:
            yield at
        wall += step


def length(span: Span) -> str:
    """How long a stretch is, in one or two units: "5 d 18 h"."""
    minutes = round(_length(span).total_seconds() / 60)
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    parts = [f"{n} {unit}" for n, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if n]
    return " ".join(parts[:2]) or "0 min"
