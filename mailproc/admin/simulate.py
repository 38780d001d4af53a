"""The real pipeline in virtual time: mails arrive at their dates, clocks run, nothing is sent."""

from __future__ import annotations

import heapq
import io
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from mailproc.clock import SetClock
from mailproc.core.log import Entry
from mailproc.flow.desk import Desk
from mailproc.flow.outbox import Report
from mailproc.flow.rounds import Rounds
from mailproc.mail.message import Envelope
from mailproc.store import inbound, outbox
from mailproc.store.ahead import ahead
from mailproc.store.letters import Letter
from mailproc.store.store import Store, open_store
from mailproc.store.transaction import Transaction

T = TypeVar("T")

EVENTS = frozenset({"mail_in", "mail_out", "clock", "breach", "case", "declined"})
"""The events of interface.md; the log has more, for `explain`."""
NOTHING = ("", ())
"""Values of an entry that say nothing."""
AFTER_LAST = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail and when it arrives.  `raw` is read only then."""

    at: datetime
    file: str
    raw: Callable[[], bytes]
    envelope: Envelope = field(default_factory=lambda: Envelope(mail_from=None))


def simulate(
    arrivals: Iterable[Arrival],
    desk: Desk,
    until: datetime | None = None,
    keep: Callable[[Letter], None] | None = None,
) -> Iterator[dict[str, Any]]:
    """Every event in time order, each as the JSON object of interface.md; the same input gives the same output.

    `until` defaults to the last mail and 7 days.  `keep` is given each mail that would have been sent.
    """
    ordered = sorted(arrivals, key=lambda one: one.at)
    if not ordered:
        return
    end = until or ordered[-1].at + AFTER_LAST
    store = open_store("sqlite://")
    try:
        with store.writing() as tx:
            yield from _Simulation(store, tx, desk, SetClock(ordered[0].at), keep).run(ordered, end)
    finally:
        store.close()


class _Inline:
    """Does each piece of work at once, in the one transaction of the simulation; what fails is undone alone."""

    def __init__(self, tx: Transaction) -> None:
        self.tx = tx

    def submit(self, work: Callable[[Transaction], T], *, urgent: bool = False) -> Future[T]:
        """Have `work` done; its result or its exception is there at once."""
        try:
            with self.tx.savepoint():
                return _Done(work(self.tx))
        except Exception as error:
            future: Future[T] = Future()
            future.set_exception(error)
            return future


class _Done(Future[T]):
    """A future whose result is there from the beginning, without the locks of one that somebody waits for."""

    def __init__(self, value: T) -> None:
        self._value = value

    def done(self) -> bool:
        return True

    def result(self, timeout: float | None = None) -> T:
        return self._value


class _Simulation:
    def __init__(
        self, store: Store, tx: Transaction, desk: Desk, clock: SetClock, keep: Callable[[Letter], None] | None
    ) -> None:
        self.tx = tx
        self.story: list[tuple[int | None, Entry]] = []
        tx.story = self.story  # what is told is wanted here, and by nobody later
        self.clock = clock
        self.keep = keep
        self.rounds = Rounds(store, _Inline(tx), desk, clock)
        self.told = 0
        self.ahead: list[tuple[datetime, int, dict[str, Any]]] = []

    def run(self, arrivals: list[Arrival], end: datetime) -> Iterator[dict[str, Any]]:
        """Go from moment to moment; at one instant mails come before clocks (semantics.md, Clocks)."""
        waiting = iter([one for one in arrivals if one.at <= end])
        arrival = next(waiting, None)
        next_work: datetime | None = None
        while True:
            now = min((moment for moment in (arrival and arrival.at, next_work) if moment), default=None)
            if now is None or now > end:
                yield from self._come(end)
                return
            self.clock.set(max(now, self.clock.now()))
            while arrival and arrival.at <= now:
                self._receive(arrival)
                arrival = next(waiting, None)
            next_work = self._settle()
            yield from self._new_lines()

    def _receive(self, arrival: Arrival) -> None:
        raw = arrival.raw()
        inbound.keep(
            self.tx,
            received_at=arrival.at,
            source="file",
            envelope=arrival.envelope,
            raw=io.BytesIO(raw),
            size=len(raw),
        )
        self.rounds.mails()

    def _settle(self) -> datetime | None:
        """Do what has come due, mails before letters before clocks, until nothing is; when there is work again."""
        now = self.clock.now()
        while True:
            next_work = ahead(self.tx)
            if next_work.first is None or next_work.first > now:
                if self.rounds.lists():
                    continue
                moments = (next_work.first, self.rounds.next_list())
                return min((moment for moment in moments if moment), default=None)
            if not (
                (_has_come(next_work.mail, now) and self.rounds.mails())
                or (_has_come(next_work.letter, now) and self._deliver(next_work.letters))
                or (_has_come(next_work.case, now) and self.rounds.clocks())
            ):
                return next_work.first

    def _deliver(self, front: outbox.Front) -> int:
        taken = self.rounds.claim(limit=1000, front=front)
        if self.keep:
            for letter in taken:
                self.keep(letter)
        self.rounds.record((letter, Report("delivered")) for letter in taken)
        return len(taken)

    def _new_lines(self) -> Iterator[dict[str, Any]]:
        """What was written since, as far as its moment has come: a mail put off by a budget is told when it goes."""
        now = self.clock.now()
        yield from self._come(now)
        lines, self.story[:] = self.story[:], []
        for case, entry in lines:
            self.told += 1
            if entry.event not in EVENTS:
                continue
            if entry.at > now:
                heapq.heappush(self.ahead, (entry.at, self.told, to_json(case, entry)))
            else:
                # A mail that was understood at the second try is told now: what was told is not taken back.
                yield to_json(case, replace(entry, at=now) if entry.at < now else entry)

    def _come(self, now: datetime) -> Iterator[dict[str, Any]]:
        while self.ahead and self.ahead[0][0] <= now:
            yield heapq.heappop(self.ahead)[2]


def _has_come(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now


def to_json(case: int | None, entry: Entry) -> dict[str, Any]:
    """One line of the story: keys that do not apply are absent, times are in UTC to the second."""
    line: dict[str, Any] = {"at": stamp(entry.at)}
    what = {key: value for key, value in entry.what.items() if value not in NOTHING}
    if case:
        line["case"] = case
    line["event"] = entry.event
    for key in (
        "kind",
        "template",
        "to",
        "subject",
        "objective",
        "due",
        "clock_state",
        "state",
        "severity",
        "plan",
        "tier",
    ):
        if key in what:
            line[key] = stamp(what[key]) if key == "due" else what[key]
    further = ("owner", "from", "step", "type")
    line |= {key: value for key, value in what.items() if key not in line and key in further}
    if entry.clause:
        line["clause"] = list(entry.clause)
    if entry.because:
        line["because"] = entry.because
    return line


def stamp(moment: datetime | str) -> str:
    """A moment as RFC 3339 in UTC, to the second."""
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
