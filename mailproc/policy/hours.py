"""Business time: when a calendar is open, and arithmetic on the time it is open."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime]  # half-open, aware, UTC
Hours = tuple[tuple[int, int], ...]  # one day's spans in minutes after local midnight; past 1440 is the day after

DAY_MINUTES = 1440
ONE_DAY = timedelta(days=1)
ONE_WEEK = timedelta(days=7)
ZERO = timedelta()
FOREVER = datetime.max.replace(tzinfo=UTC)
PATIENCE = 3660  # days without an opening after which a calendar counts as never opening again
LONGEST_RUN = timedelta(days=500)  # open without a break for longer than that counts as never closing
REMEMBERED = 4096  # days kept opened per calendar
BOUND = 2048  # calendars kept that were bound to a customer's zone
SAMPLE_WEEK = tuple(date(2024, 1, 8) + timedelta(days=n) for n in range(7))  # from a Monday; no zone shifts in it


def never(day: date) -> bool:
    """No day is closed."""
    return False


@dataclass(frozen=True, slots=True)
class Shut:
    """A span that is closed whatever the week says, and why: in UTC, or without a zone the calendar's own wall time."""

    begins: datetime
    ends: datetime
    name: str


@dataclass(frozen=True, eq=False)
class Calendar:
    """A week of opening hours in one zone with its holidays, or the union of several calendars; never changes.

    `week` maps a weekday (Monday is 0) to its hours; `closed` says which days are holidays; `shut` are hours off;
    `exceptions` are the hours of single dates and win over all three.  With `members` it is open when any of them is,
    and has no hours of its own.  One that `follows_customer` stands in UTC until `calendar_in` binds it (OWN-2).
    All methods take aware datetimes and return UTC.  OverflowError: it does not open within ten years.
    """

    name: str
    zone: ZoneInfo
    week: Mapping[int, Hours] = field(default_factory=dict)
    closed: Callable[[date], bool] = never
    exceptions: Mapping[date, Hours] = field(default_factory=dict)
    members: tuple[Calendar, ...] = ()
    day_length: timedelta | None = None
    follows_customer: bool = False
    shut: tuple[Shut, ...] = ()
    _days: dict[date, tuple[Span, ...]] = field(default_factory=dict, init=False, repr=False)

    def spans(self, since: datetime) -> Iterator[Span]:
        """The merged open spans from `since` on; the first begins at `since` if it is open then."""
        pieces = self._pieces(since.astimezone(UTC))
        opens, closes = next(pieces, (FOREVER, FOREVER))
        for begins, ends in pieces:
            if begins > closes:
                yield opens, closes
                opens = begins
            elif ends - opens > LONGEST_RUN:  # its spans touch for ever
                closes = FOREVER
                break
            closes = ends
        if opens < closes:
            yield opens, closes

    def add(self, start: datetime, length: timedelta, pauses: Iterable[Span] = ()) -> datetime:
        """The earliest instant at which `length` of open time outside `pauses` has passed since `start`.

        It may be a closing time, which is not put off to the next opening; no length ends at the next open moment.
        """
        if self.never_closes and not pauses:
            return start.astimezone(UTC) + length
        left = length
        for opens, closes in self._counted(start, pauses):
            here = closes - opens
            if here >= left:
                return opens + left
            left -= here
        raise OverflowError(f"calendar {self.name} does not open again")

    def elapsed(self, since: datetime, until: datetime, pauses: Iterable[Span] = ()) -> timedelta:
        """The open time between two instants, outside `pauses`; negative when `until` comes first."""
        if until < since:
            return -self.elapsed(until, since, pauses)
        total = ZERO
        for opens, closes in self._counted(since, pauses):
            if opens >= until:
                break
            total += min(closes, until) - opens
        return total

    def is_open(self, at: datetime) -> bool:
        """Whether it is open at this instant: at opening time yes, at closing time no."""
        return next(self._pieces(at.astimezone(UTC)), (FOREVER, FOREVER))[0] <= at

    def next_opening(self, at: datetime) -> datetime:
        """The first open moment from `at` on: `at` itself while it is open."""
        return self.add(at, ZERO)

    def next_closing(self, at: datetime) -> datetime | None:
        """The first closing strictly after `at`; None for a calendar that never closes."""
        closes = next(self.spans(at), (FOREVER, FOREVER))[1]
        return None if closes == FOREVER else closes

    def closing_on(self, day: date) -> datetime | None:
        """Closing time on that local day or, where it is closed, on the first open day after it."""
        for ahead in range(PATIENCE):
            closing = self._closing(day + timedelta(days=ahead))
            if closing is not None:
                return closing
        return None

    def last_working_day(self, after: datetime, at: time | None = None) -> datetime:
        """The first closing strictly after `after` that ends a working week, or local time `at` on that day (CON-6).

        A holiday at the week's end moves it to the last day that is open; a week without an open day has none.
        """
        yesterday = after.astimezone(self.zone).date() - ONE_DAY  # its last span may reach past midnight
        first = yesterday - timedelta(days=(yesterday.weekday() - self._week_begins) % 7)
        for _ in range(PATIENCE // 7):
            moment = self._week_end(first, at)
            if moment is not None and moment > after:
                return moment
            first += ONE_WEEK
        raise OverflowError(f"calendar {self.name} does not open again")

    def opened_on(self, day: date) -> tuple[Span, ...]:
        """The open spans that begin on this local day, those that touch or overlap joined."""
        return tuple(_joined(self._opened(day)))

    def bounds(self, day: date) -> Span:
        """When this local day begins and ends; nothing lies between where the zone leaves the day out."""
        return self._instant(day, 0), self._instant(day, DAY_MINUTES)

    @cached_property
    def moves(self) -> bool:
        """Whether it, or a member, keeps its hours in the customer's zone."""
        return self.follows_customer or any(member.moves for member in self.members)

    @cached_property
    def shut_spans(self) -> tuple[Span, ...]:
        """The hours off in UTC, joined and in order."""
        return tuple(_joined(sorted((self.instant(one.begins), self.instant(one.ends)) for one in self.shut)))

    def instant(self, moment: datetime) -> datetime:
        """A moment in UTC; without a zone it is this calendar's wall clock, read to the minute."""
        return (
            moment.astimezone(UTC) if moment.tzinfo else self._instant(moment.date(), moment.hour * 60 + moment.minute)
        )

    @cached_property
    def business_day(self) -> timedelta:
        """The open time that one business day stands for: as declared, else the longest regular day's."""
        return self.day_length or max(_length(self._regular(day)) for day in SAMPLE_WEEK)

    @cached_property
    def never_closes(self) -> bool:
        """Whether it is open at every instant."""
        if self.members:
            return any(member.never_closes for member in self.members)
        whole = all(self.week.get(weekday) == ((0, DAY_MINUTES),) for weekday in range(7))
        return whole and self.closed is never and not self.exceptions and not self.shut

    @cached_property
    def _week_begins(self) -> int:
        """The weekday after the longest regular run of closed days: Monday for Monday to Friday."""
        working = [bool(self._regular(day)) for day in SAMPLE_WEEK]
        rest = {day: _run_before(working, day) for day in range(7) if working[day]}
        return max(rest, key=lambda day: (rest[day], -day), default=0)

    def _week_end(self, first: date, at: time | None) -> datetime | None:
        """When the week that begins on `first` ends: the closing of its last open day, or `at` on that day."""
        for offset in range(6, -1, -1):
            day = first + timedelta(days=offset)
            closing = self._closing(day)
            if closing is not None:
                return closing if at is None else self._instant(day, at.hour * 60 + at.minute)
        return None

    def _closing(self, day: date) -> datetime | None:
        spans = self._opened(day)
        return max(closes for _, closes in spans) if spans else None

    def _counted(self, since: datetime, pauses: Iterable[Span]) -> Iterator[Span]:
        """The open time from `since` on, without the pauses, all in UTC: instants of one zone subtract as wall time."""
        pieces = self._pieces(since.astimezone(UTC))
        if not pauses:
            return pieces
        return _without(pieces, sorted((begin.astimezone(UTC), end.astimezone(UTC)) for begin, end in pauses))

    def _pieces(self, since: datetime) -> Iterator[Span]:
        """The open spans that end after `since`, in order and disjoint; neighbours may touch."""
        if self.never_closes:
            yield since, FOREVER
            return
        day = since.astimezone(self.zone).date() - ONE_DAY  # yesterday's last span may reach past midnight
        known = self._days
        idle = 0
        while idle < PATIENCE:
            spans = known.get(day)
            if spans is None:
                spans = self._opened(day)
            idle = 0 if spans else idle + 1
            for opens, closes in spans:
                if closes > since:
                    yield (opens if opens > since else since), closes
                    since = closes
            day += ONE_DAY

    def _opened(self, day: date) -> tuple[Span, ...]:
        """The spans that begin on this local day, by their beginning."""
        spans = self._days.get(day)
        if spans is None:
            spans = self._begun(day, Calendar._opened) if self.members else self._own(day)
            if len(self._days) >= REMEMBERED:
                self._days.clear()
            self._days[day] = spans
        return spans

    def _own(self, day: date) -> tuple[Span, ...]:
        """The spans of its own hours, without the hours off; those of an exception are open whatever else is."""
        spans = self._instants(day, self._hours(day))
        if not spans or not self.shut or day in self.exceptions:
            return spans
        first = bisect_right(self.shut_spans, spans[0][0], key=lambda span: span[1])
        last = bisect_left(self.shut_spans, max(closes for _, closes in spans), key=lambda span: span[0])
        return tuple(_without(spans, self.shut_spans[first:last]))

    def _regular(self, day: date) -> tuple[Span, ...]:
        """What `_opened` would be if no day were a holiday or an exception."""
        if self.members:
            return self._begun(day, Calendar._regular)
        return self._instants(day, self.week.get(day.weekday(), ()))

    def _begun(self, day: date, opened: Callable[[Calendar, date], tuple[Span, ...]]) -> tuple[Span, ...]:
        """The members' spans that begin on this day of the union's own zone."""
        begin, end = self._instant(day, 0), self._instant(day, DAY_MINUTES)
        nearby = (day - ONE_DAY, day, day + ONE_DAY)
        found = {span for member in self.members for near in nearby for span in opened(member, near)}
        return tuple(sorted(span for span in found if begin <= span[0] < end))

    def _hours(self, day: date) -> Hours:
        if day in self.exceptions:
            return self.exceptions[day]
        return () if self.closed(day) else self.week.get(day.weekday(), ())

    def _instants(self, day: date, hours: Hours) -> tuple[Span, ...]:
        pairs = ((self._instant(day, opens), self._instant(day, closes)) for opens, closes in hours)
        return tuple((opens, closes) for opens, closes in pairs if opens < closes)

    def _instant(self, day: date, minute: int) -> datetime:
        """The first instant at which the wall clock has reached this minute: the only place where local time exists.

        A time that occurs twice is its first occurrence; one that is skipped is the moment of the jump.
        """
        days, minute = divmod(minute, DAY_MINUTES)
        wall = datetime.combine(day + timedelta(days=days), time(minute // 60, minute % 60))
        late = wall.replace(tzinfo=self.zone).astimezone(UTC)
        if late.astimezone(self.zone).replace(tzinfo=None) == wall:
            return late
        early = wall.replace(tzinfo=self.zone, fold=1).astimezone(UTC)
        return _jump(early, late, self.zone)


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The second between two instants at which the zone's offset changes."""
    offset = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after


def _without(pieces: Iterable[Span], pauses: Sequence[Span]) -> Iterator[Span]:
    """The parts of `pieces` that lie in none of the pauses, which are sorted and may overlap."""
    for begins, closes in pieces:
        opens = begins
        for since, until in pauses:
            if until <= opens or until <= since:
                continue
            if since >= closes:
                break
            if since > opens:
                yield opens, since
            opens = until
        if opens < closes:
            yield opens, closes


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Sorted spans, those that touch or overlap made one."""
    whole: Span | None = None
    for opens, closes in spans:
        if whole and opens <= whole[1]:
            whole = whole[0], max(whole[1], closes)
            continue
        if whole:
            yield whole
        whole = opens, closes
    if whole:
        yield whole


def _length(spans: Iterable[Span]) -> timedelta:
    """The time that sorted spans cover, overlaps counted once."""
    return sum((closes - opens for opens, closes in _joined(spans)), ZERO)


def _run_before(working: Sequence[bool], day: int) -> int:
    """How many days of rest come directly before this weekday."""
    return next((run for run in range(7) if working[(day - 1 - run) % 7]), 7)


def union(name: str, members: Iterable[Calendar], zone: ZoneInfo | None = None) -> Calendar:
    """A calendar that is open when any member is; its days are those of `zone`, else of the first member's zone."""
    parts = tuple(members)
    follows = zone is None and parts[0].follows_customer
    return Calendar(name=name, zone=zone or parts[0].zone, members=parts, follows_customer=follows)


def calendar_in(calendar: Calendar, zone: ZoneInfo) -> Calendar:
    """The calendar for a customer of this zone: itself unless it, or a member, follows the customer (OWN-2)."""
    return _bound(calendar, zone) if calendar.moves else calendar


@lru_cache(maxsize=BOUND)
def _bound(calendar: Calendar, zone: ZoneInfo) -> Calendar:
    return replace(
        calendar,
        zone=zone if calendar.follows_customer else calendar.zone,
        members=tuple(calendar_in(member, zone) for member in calendar.members),
        follows_customer=False,
    )


ALWAYS = Calendar(name="always", zone=ZoneInfo("UTC"), week=dict.fromkeys(range(7), ((0, DAY_MINUTES),)))
