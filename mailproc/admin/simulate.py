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
from mailproc.store import cases, inbound, log
from mailproc.store import outbox as letters
from mailproc.store.letters import Letter
from mailproc.store.store import Store, open_store
from mailproc.store.transaction import Transaction

T = TypeVar("T")

EVENTS = frozenset({"mail_in", "mail_out", "clock", "breach", "case", "declined"})
"""The events of interface.md; the log has more, for `explain`."""
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
        future: Future[T] = Future()
        try:
            with self.tx.savepoint():
                result = work(self.tx)
        except Exception as error:
            future.set_exception(error)
        else:
            future.set_result(result)
        return future


class _Simulation:
    def __init__(
        self, store: Store, tx: Transaction, desk: Desk, clock: SetClock, keep: Callable[[Letter], None] | None
    ) -> None:
        self.tx = tx
        self.clock = clock
        self.keep = keep
        self.rounds = Rounds(store, _Inline(tx), desk, clock)
        self.told = 0
        self.ahead: list[tuple[datetime, int, dict[str, Any]]] = []

    def run(self, arrivals: list[Arrival], end: datetime) -> Iterator[dict[str, Any]]:
        """Go from moment to moment; at one instant mails come before clocks (semantics.md, Clocks)."""
        waiting = iter([one for one in arrivals if one.at <= end])
        arrival = next(waiting, None)
        while True:
            moments = [arrival.at if arrival else None, *self._moments()]
            now = min((moment for moment in moments if moment), default=None)
            if now is None or now > end:
                yield from self._come(end)
                return
            self.clock.set(max(now, self.clock.now()))
            while arrival and arrival.at <= now:
                self._receive(arrival)
                arrival = next(waiting, None)
            yield from self._settle()

    def _moments(self) -> tuple[datetime | None, ...]:
        return inbound.next_try(self.tx), letters.next_attempt(self.tx), cases.next_due(self.tx)

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

    def _settle(self) -> Iterator[dict[str, Any]]:
        while self.rounds.mails() or self._deliver() or self.rounds.clocks():
            pass
        yield from self._new_lines()

    def _deliver(self) -> int:
        taken = self.rounds.claim(limit=1000)
        if self.keep:
            for letter in taken:
                self.keep(letter)
        self.rounds.record((letter, Report("delivered")) for letter in taken)
        return len(taken)

    def _new_lines(self) -> Iterator[dict[str, Any]]:
        """What was written since, as far as its moment has come: a mail put off by a budget is told when it goes."""
        now = self.clock.now()
        yield from self._come(now)
        for number, case, entry in log.tail(self.tx, self.told, limit=100_000):
            self.told = number
            if entry.event not in EVENTS:
                continue
            if entry.at > now:
                heapq.heappush(self.ahead, (entry.at, number, to_json(case, entry)))
            else:
                # A mail that was understood at the second try is told now: what was told is not taken back.
                yield to_json(case, replace(entry, at=now) if entry.at < now else entry)

    def _come(self, now: datetime) -> Iterator[dict[str, Any]]:
        while self.ahead and self.ahead[0][0] <= now:
            yield heapq.heappop(self.ahead)[2]


def to_json(case: int | None, entry: Entry) -> dict[str, Any]:
    """One line of the story: keys that do not apply are absent, times are in UTC to the second."""
    line: dict[str, Any] = {"at": stamp(entry.at)}
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
        if key in entry.what:
            line[key] = stamp(entry.what[key]) if key == "due" else entry.what[key]
    line |= {key: value for key, value in entry.what.items() if key not in line and key in ("owner", "from", "step")}
    if entry.clause:
        line["clause"] = list(entry.clause)
    if entry.because:
        line["because"] = entry.because
    return line


def stamp(moment: datetime | str) -> str:
    """A moment as RFC 3339 in UTC, to the second."""
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return at.replace(microsecond=0).isoformat().replace("+00:00", "Z")
