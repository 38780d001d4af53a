"""Who is on call at a moment: turns by the wall clock, and what changes them (EIO-2)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LONGEST = timedelta(weeks=53)
_HANDOVER = re.compile(r"(?:([a-z]+) )?(?:at )?(\d\d?):(\d\d)")
_EXAMPLES = 'write "mon 09:00" or "09:00"'


@dataclass(frozen=True, slots=True)
class Override:
    """Somebody whom the rota's owner set for a stretch of time, from `since` up to but not at `until`."""

    since: datetime
    until: datetime
    member: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Swap:
    """A stretch that `member` takes over because two people agreed on it; `by` told us."""

    since: datetime
    until: datetime
    member: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Absence:
    """A stretch in which somebody is not there; `deputy` stands in, "" for nobody."""

    agent: str
    since: datetime
    until: datetime
    deputy: str = ""


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch in which one person is on call for one reason, from `since` up to but not at `until`, in UTC."""

    member: str
    since: datetime
    until: datetime
    because: str


@dataclass(frozen=True, slots=True)
class Rota:
    """People who take turns.

    A turn is `length` long by the wall clock of `zone` and begins at `handover`; the first member has the turn to which
    the day `start` belongs, and turns are counted from there, forward and backward.  `length` is whole days, or a whole
    number of hours that divides a day.  `handover_day` is 0 for Monday; None: turns begin on the weekday of `start`.
    """

    name: str
    members: tuple[str, ...]
    zone: ZoneInfo
    handover: time
    handover_day: int | None
    length: timedelta
    start: date
    overrides: tuple[Override, ...] = ()

    def begins(self, turn: int) -> datetime:
        """When a turn begins, in UTC; turn 0 is the first member's first.

        Two may begin at once where a place leaves out a day of the calendar: the earlier one then takes no time.
        """
        return first_instant(self._first + turn * self.length, self.zone)

    def turn(self, at: datetime) -> int:
        """The number of the turn that lasts at a moment."""
        turn = (at.astimezone(self.zone).replace(tzinfo=None) - self._first) // self.length
        while self.begins(turn) > at:
            turn -= 1
        while self.begins(turn + 1) <= at:
            turn += 1
        return turn

    @property
    def _first(self) -> datetime:
        """When the first turn begins, by the wall clock."""
        back = 0 if self.handover_day is None else (self.start.weekday() - self.handover_day) % 7
        return datetime.combine(self.start - timedelta(days=back), self.handover)


@dataclass(frozen=True, slots=True)
class _Source:
    """What puts somebody on call, before it is asked whether they are there."""

    member: str
    since: datetime
    until: datetime
    because: str


_Verdict = tuple[_Source, str, str]  # the source, who is on call, and why


def on_call(rota: Rota, at: datetime, swaps: Sequence[Swap] = (), away: Sequence[Absence] = ()) -> Shift:
    """Who is on call at a moment, since when and until when.

    An override wins over a swap, a swap over the rotation, of two the later in the list.  Whoever is away is replaced
    by the deputy, else by the next member in turn who is there; if nobody is, they stay.
    """
    verdict = _verdict(rota, at, swaps, away)
    source, member, because = verdict
    edges = sorted({source.since, source.until, *_edges(rota, source, swaps, away)})
    begun, ahead = [edge for edge in edges if edge <= at], [edge for edge in edges if edge > at]
    while len(begun) > 1 and _verdict(rota, begun[-2], swaps, away) == verdict:
        begun.pop()
    while len(ahead) > 1 and _verdict(rota, ahead[0], swaps, away) == verdict:
        ahead.pop(0)
    return Shift(member=member, since=begun[-1], until=ahead[0], because=because)


def shifts(
    rota: Rota, since: datetime, until: datetime, swaps: Sequence[Swap] = (), away: Sequence[Absence] = ()
) -> list[Shift]:
    """The shifts that touch a stretch of time, in order and whole: the first may begin before it, the last go on."""
    return list(_walk(rota, since, until, swaps, away))


def next_after(
    rota: Rota,
    at: datetime,
    swaps: Sequence[Swap] = (),
    away: Sequence[Absence] = (),
    passed: Collection[str] = (),
) -> str | None:
    """The next person to page: who is on call next, is there now, and is neither on call now nor one of `passed`.

    None if there is no such person.
    """
    without = {on_call(rota, at, swaps, away).member, *passed, *_gone(at, away)}
    horizon = rota.begins(rota.turn(at) + len(rota.members) + 1)
    ahead = (shift.member for shift in _walk(rota, at, horizon, swaps, away))
    return next((member for member in (*ahead, *rota.members) if member not in without), None)


def deputy_of(agent: str, at: datetime, away: Sequence[Absence]) -> str | None:
    """Who stands in for somebody at a moment: themselves if they are there, else the deputy, or the deputy's own.

    None where nobody does.
    """
    gone = _gone(at, away)
    seen: set[str] = set()
    while agent in gone and agent not in seen:
        seen.add(agent)
        agent = gone[agent].deputy
    return agent if agent and agent not in gone else None


def handover(text: str) -> tuple[int | None, time] | str:
    """The weekday (0 is Monday; None: not said) and the time of "mon 09:00" or "09:00", or what is wrong with it."""
    found = _HANDOVER.fullmatch(" ".join(text.casefold().split()))
    if found is None:
        return f'"{text}" is not a weekday and a time; {_EXAMPLES}'
    day, hour, minute = found[1], int(found[2]), int(found[3])
    if hour > 23 or minute > 59:
        return f'"{text}" names no time of day; {_EXAMPLES}'
    if day is None:
        return None, time(hour, minute)
    weekday = next((index for index, name in enumerate(DAYS) if len(day) > 2 and name.startswith(day)), None)
    return f'"{day}" is no weekday; {_EXAMPLES}' if weekday is None else (weekday, time(hour, minute))


def wrong_length(length: timedelta) -> str | None:
    """What is wrong with the length of a turn; None if nothing is."""
    hours = length // timedelta(hours=1)
    if length == hours * timedelta(hours=1) and hours and (hours % 24 == 0 or 24 % hours == 0) and length <= LONGEST:
        return None
    return 'not the length of a turn; write "1 week", "3 days", "1 day" or "12 hours"'


def first_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first instant, in UTC, at which the clocks of `zone` show `wall` or later.

    A time that comes twice is its first occurrence; one that is leaped over is the moment of the leap.
    """
    late = wall.replace(tzinfo=zone).astimezone(UTC)
    if late.astimezone(zone).replace(tzinfo=None) == wall:
        return late
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        early, late = (early, middle) if middle.astimezone(zone).replace(tzinfo=None) >= wall else (middle, late)
    return late.replace(microsecond=0)


def _walk(
    rota: Rota, since: datetime, until: datetime, swaps: Sequence[Swap], away: Sequence[Absence]
) -> Iterator[Shift]:
    at = since
    while at < until:
        shift = on_call(rota, at, swaps, away)
        yield shift
        at = shift.until


def _source(rota: Rota, at: datetime, swaps: Sequence[Swap]) -> _Source:
    for one in reversed(rota.overrides):
        if one.since <= at < one.until:
            return _Source(one.member, one.since, one.until, one.why or f"the rota names {one.member} for this time")
    for swap in reversed(swaps):
        if swap.since <= at < swap.until:
            return _Source(swap.member, swap.since, swap.until, f"swapped{f' by {swap.by}' if swap.by else ''}")
    turn = rota.turn(at)
    member = rota.members[turn % len(rota.members)]
    return _Source(member, rota.begins(turn), rota.begins(turn + 1), f"it is {member}'s turn")


def _verdict(rota: Rota, at: datetime, swaps: Sequence[Swap], away: Sequence[Absence]) -> _Verdict:
    source = _source(rota, at, swaps)
    gone = _gone(at, away)
    if source.member not in gone:
        return source, source.member, source.because
    if deputy := deputy_of(source.member, at, away):
        return source, deputy, f"{source.member} is away, {deputy} stands in"
    turn = rota.turn(at)
    order = (rota.members[(turn + ahead) % len(rota.members)] for ahead in range(len(rota.members)))
    after = next((member for member in order if member not in gone), None)
    if after is None:
        return source, source.member, f"{source.because}; everybody is away"
    return source, after, f"{source.member} is away, {after} is next"


def _gone(at: datetime, away: Iterable[Absence]) -> dict[str, Absence]:
    """Who is away at a moment; of two absences of one person the later in the list counts."""
    return {one.agent: one for one in away if one.since <= at < one.until}


def _edges(rota: Rota, source: _Source, swaps: Sequence[Swap], away: Sequence[Absence]) -> Iterator[datetime]:
    """The moments within a source at which something else may begin to hold."""
    changes: list[Override | Swap | Absence] = [*rota.overrides, *swaps, *away]
    inside = [edge for one in changes for edge in (one.since, one.until)]
    yield from (edge for edge in inside if source.since < edge < source.until)
    for one in away:  # while somebody is away, "next" is another with each turn
        yield from _handovers(rota, max(one.since, source.since), min(one.until, source.until))


def _handovers(rota: Rota, since: datetime, until: datetime) -> Iterator[datetime]:
    """When turns begin within a stretch."""
    turn = rota.turn(since) + 1
    while (edge := rota.begins(turn)) < until:
        yield edge
        turn += 1
