"""The thread that turns the work of many into few commits."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from mailproc.clock import stopwatch
from mailproc.errors import StoreError
from mailproc.store import sqlite
from mailproc.store.store import Store
from mailproc.store.transaction import Transaction

T = TypeVar("T")

GROUP_JOBS = 256
GROUP_SECONDS = 0.05
"""A commit waits for no more than so many jobs, or so long, before those that are in it are answered."""
PATIENT_SECONDS = 0.005
"""How long patient jobs may put off the commit of urgent ones: a sender waits for its 250 no longer."""


@dataclass(slots=True)
class Job:
    """A piece of work, who waits for it, and what came of it before the commit."""

    work: Callable[[Transaction], Any]
    future: Future[Any]
    urgent: bool = False
    value: Any = None
    error: BaseException | None = None

    def taken(self) -> bool:
        """Begin with it; False if it was cancelled.  From now on it cannot be."""
        return self.future.set_running_or_notify_cancel()

    def answer(self) -> None:
        """Tell whoever waits."""
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.value)


class Writer:
    """Runs jobs one after the other, and commits those that came in together with one fsync.

    A future is answered after the commit, never before: what it says is on the disk.  Each job stands or falls alone;
    if the commit itself fails, all of its jobs fail, with `StoreError`.  A store in memory has no thread: jobs run at
    once.
    """

    def __init__(self, store: Store, *, on_fatal: Callable[[StoreError], None] | None = None) -> None:
        self._store = store
        self._on_fatal = on_fatal
        self._urgent: deque[Job] = deque()
        self._patient: deque[Job] = deque()
        self._gate = threading.Condition()
        self._stopped = False
        self._trouble: StoreError | None = None
        self._fatal: StoreError | None = None
        self._thread: threading.Thread | None = None
        if not store.in_memory:
            self._thread = threading.Thread(target=self._run, name="mailproc-writer", daemon=True)
            self._thread.start()

    @property
    def healthy(self) -> bool:
        """False from an error of the disk until the next commit; for good after a failed fsync or damage."""
        return self._trouble is None and self._fatal is None

    def submit(self, work: Callable[[Transaction], T], *, urgent: bool = False) -> Future[T]:
        """Have `work` done in a transaction; the future has its result once that is committed, or its exception.

        `work` may share the transaction with others, and runs once.  Urgent work, behind which somebody waits on a
        socket, goes before the rest.  Raises `StoreError` after `stop`.
        """
        future: Future[T] = Future()
        job = Job(work, future, urgent)
        with self._gate:
            if self._stopped:
                raise StoreError("the store is closing: nothing more can be written")
            if self._thread is not None:
                (self._urgent if urgent else self._patient).append(job)
                self._gate.notify()
                return future
        if job.taken():
            self._commit([job])
        return future

    def stop(self) -> None:
        """Do what was submitted, then end.  Returns when all of it is committed."""
        with self._gate:
            self._stopped = True
            self._gate.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while (job := self._wait()) is not None:
            self._commit([job])

    def _wait(self) -> Job | None:
        """The next job, as soon as there is one; None when the end was asked for and nothing is left."""
        while True:
            with self._gate:
                self._gate.wait_for(lambda: self._urgent or self._patient or self._stopped)
                if not self._urgent and not self._patient:
                    return None
            if (job := self._next()) is not None:
                return job

    def _commit(self, group: list[Job]) -> None:
        """Run the first job, and those that wait behind it, in one transaction, and answer them all."""
        try:
            if self._fatal is not None:
                raise StoreError(str(self._fatal)) from self._fatal.__cause__
            with self._store.writing() as tx:
                self._fill(tx, group)
        except BaseException as error:
            self._note(error)
            for job in group:
                job.error = job.error or error
        else:
            self._trouble = None
        for job in group:
            job.answer()

    def _fill(self, tx: Transaction, group: list[Job]) -> None:
        if not self._urgent and not self._patient:
            # Alone: the transaction itself is the job's own, and a savepoint would be for nothing.
            group[0].value = group[0].work(tx)
            return
        self._do_apart(tx, group[0])
        patience = 0.0
        while len(group) < GROUP_JOBS and (job := self._next(patience < self._room(group))) is not None:
            begun = stopwatch()
            group.append(job)
            self._do_apart(tx, job)
            patience += 0.0 if job.urgent else stopwatch() - begun

    def _room(self, group: list[Job]) -> float:
        """How long patient jobs may go on in this group, in seconds: one of them always may."""
        return PATIENT_SECONDS if any(job.urgent for job in group) else GROUP_SECONDS

    def _do_apart(self, tx: Transaction, job: Job) -> None:
        try:
            with tx.savepoint():
                job.value = job.work(tx)
        except BaseException as error:
            self._note(error)
            job.error = error

    def _next(self, patient: bool = True) -> Job | None:
        """The next job that is still wanted: urgent ones first, then patient ones if they may."""
        for line in (self._urgent, self._patient) if patient else (self._urgent,):
            with suppress(IndexError):
                while True:
                    job = line.popleft()
                    if job.taken():
                        return job
        return None

    def _note(self, error: BaseException) -> None:
        cause = error.__cause__
        if not isinstance(error, StoreError) or not sqlite.is_trouble(cause):
            return
        self._trouble = error
        if sqlite.is_fatal(cause) and self._fatal is None:
            self._fatal = error
            if self._on_fatal is not None:
                self._on_fatal(error)
