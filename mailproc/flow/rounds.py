"""One round of each kind of work: mails that wait, cases that are due, letters that may go; loops around are dull."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, wait
from datetime import datetime
from functools import partial
from typing import Protocol, TypeVar

from mailproc.clock import Clock
from mailproc.core.case import Case
from mailproc.core.events import Incident
from mailproc.errors import StoreError
from mailproc.flow import digests, due, incidents, outbox, process
from mailproc.flow.desk import Desk
from mailproc.flow.outbox import Report
from mailproc.maillog import log
from mailproc.store import cases, inbound
from mailproc.store import incidents as declared
from mailproc.store import outbox as letters
from mailproc.store.inbound import Inbound
from mailproc.store.letters import Letter
from mailproc.store.store import Store
from mailproc.store.transaction import Transaction

T = TypeVar("T")
BATCH_BYTES = 8 * 1024 * 1024
"""Bytes of mails that are understood but not yet settled: what a batch may cost in memory."""


class Writer(Protocol):
    """Whoever runs work in a transaction and answers after the commit."""

    def submit(self, work: Callable[[Transaction], T], *, urgent: bool = False) -> Future[T]:
        """Have `work` done, before the rest if it is urgent; the future has its result once it is committed."""


class Rounds:
    """The work of the daemon and of the simulator alike; only the clock and the two ends differ."""

    def __init__(self, store: Store, writer: Writer, desk: Desk, clock: Clock) -> None:
        self.store = store
        self.writer = writer
        self.desk = desk
        self.clock = clock
        self._lists_of: Desk | None = None  # the desk whose lists were looked at
        self._lists_at: datetime | None = None  # when one is due next

    def mails(self, limit: int = 64, reading: Callable[[int], None] = lambda key: None) -> int:
        """Settle the mails that wait; how many there were.  `reading` is told whose bytes are about to be parsed."""
        rows = self.store.read(lambda tx: inbound.waiting(tx, self.clock.now(), limit))
        open_work: list[tuple[Inbound, Future[object]]] = []
        size = 0
        try:
            for row in rows:
                reading(row.id)
                open_work.append((row, self._settled(row)))
                reading(0)
                size += row.size
                if size > BATCH_BYTES:
                    self._finish(open_work)
                    size = 0
        finally:
            # Whatever happened: a mail in the writer's hands still waits, and must not be handed to it a second time.
            self._finish(open_work)
        return len(rows)

    def _settled(self, row: Inbound) -> Future[object]:
        try:
            raw = self.store.read(lambda tx: inbound.raw(tx, row.id))
            mail = process.understand(row, raw, self.desk)
        except StoreError:
            raise
        except Exception as error:  # whatever a mail does to its reader, the next mail must not suffer (R3)
            failure: Future[object] = Future()
            failure.set_exception(error)
            return failure
        return self.writer.submit(lambda tx: process.settle(mail, tx, self.desk, self.clock.now()))

    def _finish(self, open_work: list[tuple[Inbound, Future[object]]]) -> None:
        wait([future for _, future in open_work if not future.done()])
        done, open_work[:] = open_work[:], []
        for row, future in done:
            try:
                outcome = future.result()
            except StoreError:
                raise
            except Exception as error:  # see _settled
                log.error("mail_failed", inbound=row.id, error=type(error).__name__, tries=row.tries + 1)
                self.writer.submit(partial(self._failed, row, error)).result()
            else:
                log.info("mail_settled", inbound=row.id, outcome=str(getattr(outcome, "name", "")))

    def _failed(self, row: Inbound, error: Exception, tx: Transaction) -> None:
        process.failed(row, error, tx, self.desk, self.clock.now())

    def clocks(self, limit: int = 256) -> int:
        """Let time act on the cases whose moment has come, earliest first; how many there were."""
        now = self.clock.now()
        numbers = self.store.read(lambda tx: cases.due(tx, now, limit))
        work = [self.writer.submit(partial(self._tick, number, now)) for number in numbers]
        for number, future in zip(numbers, work, strict=True):
            self._ticked(number, future)
        return len(numbers)

    def _tick(self, number: int, now: datetime, tx: Transaction) -> None:
        due.tick(number, tx, self.desk, now)

    def _ticked(self, number: int, future: Future[None]) -> None:
        try:
            future.result()
        except StoreError:
            raise
        except Exception as error:  # one case that cannot be decided must not stop the others' clocks
            log.error("case_failed", case=number, error=type(error).__name__, message=str(error))
            later = self.clock.now() + process.RETRY_AFTER
            self.writer.submit(lambda tx: cases.set_due(tx, number, later)).result()

    def claim(self, limit: int = 100, front: letters.Front | None = None) -> list[Letter]:
        """Letters that may go now, for the courier; they are ours for a while.  `front` is known to who just looked."""
        now = self.clock.now()
        known = front or self.store.read(letters.ahead)
        if not any(moment and moment <= now for moment in known):
            return []
        lease = outbox.LEASE_SECONDS
        return self.writer.submit(lambda tx: letters.claim(tx, now, limit, lease, front=known)).result()

    def record(self, reports: Iterable[tuple[Letter, Report]]) -> None:
        """Write down what the courier said of each letter.  To say it again, after a StoreError, changes nothing."""
        now = self.clock.now()
        plain: list[Letter] = []
        work: list[tuple[Letter, Report, Future[None]]] = []
        for letter, report in reports:
            if report.result == "delivered" and not outbox.matters(letter):
                plain.append(letter)
            else:
                work.append((letter, report, self.writer.submit(partial(self._record, letter, report, now))))
        if plain:
            self.writer.submit(lambda tx: letters.all_sent(tx, plain, now)).result()
        for letter, report, future in work:
            self._recorded(letter, report, future, now)

    def _record(self, letter: Letter, report: Report, now: datetime, tx: Transaction) -> None:
        outbox.record(letter, report, tx, self.desk, now)

    def _recorded(self, letter: Letter, report: Report, future: Future[None], now: datetime) -> None:
        try:
            future.result()
        except StoreError:
            raise
        except Exception as error:  # its case cannot take the news: that must not send the letter again and again
            log.error("letter_failed", letter=letter.id, error=type(error).__name__, message=str(error))
            self.writer.submit(partial(_ended, letter, report, now)).result()

    def lists(self) -> int:
        """Mail the lists whose hour has come, and end the incidents whose time is over; how many there were.

        Between two such hours this costs nothing.
        """
        now = self.clock.now()
        if self._lists_of is self.desk and (self._lists_at is None or now < self._lists_at):
            return 0
        ended = self._incidents(now)
        over = incidents.next_end(self.desk, now)
        after = digests.next_moment(self.desk, now)
        found = self.store.read(lambda tx: digests.missing(tx, self.desk, now)) if after else []
        shared: dict[str, list[Case]] = {}
        for one, future in [(one, self.writer.submit(partial(self._list, one, now, shared))) for one in found]:
            try:
                future.result()
            except StoreError:
                raise
            except Exception as error:  # one list that cannot be written must not stop the others
                log.error("digest_failed", reader=one.reader.name, error=type(error).__name__, message=str(error))
        self._lists_of = self.desk
        self._lists_at = min((moment for moment in (after, over) if moment), default=None)
        return len(found) + ended

    def _incidents(self, now: datetime) -> int:
        found = self.store.read(lambda tx: incidents.run_out(tx, self.desk, now))
        for one in found:
            self._ended(one, now)
        return len(found)

    def _ended(self, one: Incident, now: datetime) -> None:
        """Each case is told in a transaction of its own: after a crash, the rest are."""
        numbers = self.store.read(lambda tx: declared.cases_of(tx, one.number))
        work = [self.writer.submit(partial(self._leave, number, one, now)) for number in numbers]
        for number, future in zip(numbers, work, strict=True):
            try:
                future.result()
            except StoreError:
                raise
            except Exception as error:  # one case that cannot take the news must not keep it from the others
                log.error("case_failed", case=number, error=type(error).__name__, message=str(error))
        self.writer.submit(lambda tx: declared.end(tx, one.number, now)).result()

    def _list(self, one: digests.Due, now: datetime, shared: dict[str, list[Case]], tx: Transaction) -> bool:
        return digests.send(one, tx, self.desk, now, shared)

    def _leave(self, number: int, one: Incident, now: datetime, tx: Transaction) -> bool:
        return incidents.leave(number, one, tx, self.desk, now)

    def next_list(self) -> datetime | None:
        """When a list is due or an incident is over next, as far as it is known; None if none is."""
        return self._lists_at

    def next_due(self) -> datetime | None:
        """When time acts on a case next."""
        return self.store.read(cases.next_due)


def _ended(letter: Letter, report: Report, now: datetime, tx: Transaction) -> None:
    if report.result == "delivered":
        letters.sent(tx, letter.id, letter.epoch, now)
    else:
        letters.refuse(tx, letter.id, letter.epoch, at=now, error=report.reason)
