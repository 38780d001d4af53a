"""What runs while the daemon runs: a worker for mails and clocks, a pump for letters, an alarm clock for both."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from mailproc.edge.courier import Courier, Outgoing
from mailproc.edge.results import Deferred, Delivered, Outcome
from mailproc.errors import StoreError
from mailproc.flow.outbox import Report
from mailproc.flow.poison import Marker
from mailproc.flow.rounds import Rounds
from mailproc.maillog import log
from mailproc.store import inbound
from mailproc.store import outbox as letters
from mailproc.store.letters import Letter

SWEEP_SECONDS = 15
"""How often everything is looked at even if nobody woke us: a lost wake-up, or a clock that jumped, costs no more."""
AFTER_TROUBLE = 1.0
LOOK_SECONDS = 2
"""How often somebody who asks for it may look whether files have changed."""
LETTERS_AT_ONCE = 100


class Service:
    """The working parts, from `start` to `stop`.  Deadlines are rows: the scheduler only says when to look at them."""

    def __init__(self, rounds: Rounds, courier: Courier, marker: Marker) -> None:
        self._rounds = rounds
        self._courier = courier
        self._marker = marker
        self._work = threading.Event()
        self._stopping = threading.Event()
        self._jobs: deque[tuple[Callable[[], None], Future[None]]] = deque()
        self._recording = threading.Lock()
        self._sending = asyncio.Lock()
        self._letters = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pump: asyncio.Task[None] | None = None
        self._alarm_at: datetime | None = None
        self._worker = threading.Thread(target=self._run_worker, name="mailproc-worker", daemon=True)
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    async def start(self) -> None:
        """Start all parts in the running loop."""
        self._loop = asyncio.get_running_loop()
        self._scheduler.add_job(self.wake, IntervalTrigger(seconds=SWEEP_SECONDS), id="sweep")
        self._scheduler.start()
        self._pump = asyncio.create_task(self._run_pump())
        self._worker.start()
        self.wake()

    def wake(self) -> None:
        """There may be something to do.  From any thread."""
        self._work.set()

    def between(self, job: Callable[[], None]) -> Future[None]:
        """Have `job` done by the worker between two rounds, while nothing else is decided on any case.

        After a StoreError it is done again, before anything else, until it succeeds: it must be able to go on.
        """
        future: Future[None] = Future()
        self._jobs.append((job, future))
        self.wake()
        return future

    async def use(self, courier: Courier) -> None:
        """Another courier takes the letters from now on; the one before keeps those that it has in hand."""
        before, self._courier = self._courier, courier
        async with self._sending:
            await before.close()

    def look_often(self, look: Callable[[], Awaitable[None]]) -> None:
        """Call `look` every few seconds, in the running loop, one at a time."""
        self._scheduler.add_job(look, IntervalTrigger(seconds=LOOK_SECONDS), id="look")

    async def stop(self, seconds: float) -> None:
        """Finish what is in hand and stop; what has not begun waits in the database for the next start."""
        self._scheduler.shutdown(wait=False)
        self._stopping.set()
        self._work.set()
        self._letters.set()
        await asyncio.to_thread(self._worker.join, seconds)
        if self._pump:
            await self._end_of_pump(self._pump, seconds)
        await self._courier.close()

    async def _end_of_pump(self, pump: asyncio.Task[None], seconds: float) -> None:
        try:
            await asyncio.wait_for(pump, seconds)
        except TimeoutError:  # a smarthost that says nothing: the claims of its letters end at the next start
            log.warning("letters_left_in_hand", advice="they are sent again at the next start")

    def _run_worker(self) -> None:
        while not self._stopping.is_set():
            self._work.wait()
            self._work.clear()
            try:
                self._work_off()
            except Exception as error:  # nothing may end this thread: without it no mail is ever answered again
                _trouble("worker", error)
                self._stopping.wait(AFTER_TROUBLE)
                self._work.set()

    def _work_off(self) -> None:
        """Everything that waits: at one instant mails come before clocks (semantics.md, Clocks)."""
        while not self._stopping.is_set():
            self._do_jobs()
            done = self._rounds.mails(reading=self._marker.reading) or self._rounds.clocks() or self._rounds.lists()
            self._tell(self._letters.set)
            if not done:
                break
        self._tell(self._set_alarm, self._next_moment())

    def _do_jobs(self) -> None:
        while self._jobs:
            job, future = self._jobs[0]
            if not future.running() and not future.set_running_or_notify_cancel():
                self._jobs.popleft()
                continue
            try:
                with self._recording:
                    job()
            except StoreError:  # told, and tried again, by the worker's loop
                raise
            except Exception as error:
                self._jobs.popleft()
                future.set_exception(error)
            else:
                self._jobs.popleft()
                future.set_result(None)

    def _next_moment(self) -> datetime | None:
        read = self._rounds.store.read
        moments = (
            read(inbound.next_try),
            self._rounds.next_due(),
            self._rounds.next_list(),
            read(letters.next_attempt),
        )
        return min((moment for moment in moments if moment), default=None)

    def _tell(self, call: Callable[..., None], *arguments: object) -> None:
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call, *arguments)

    def _set_alarm(self, moment: datetime | None) -> None:
        if moment != self._alarm_at and moment and self._scheduler.running:
            self._alarm_at = moment
            soon = self._rounds.clock.now() + timedelta(milliseconds=50)
            self._scheduler.add_job(
                self._alarm, DateTrigger(run_date=max(moment, soon)), id="next-due", replace_existing=True
            )

    def _alarm(self) -> None:
        self._alarm_at = None
        self._letters.set()
        self.wake()

    async def _run_pump(self) -> None:
        while not self._stopping.is_set():
            await self._letters.wait()
            self._letters.clear()
            try:
                while not self._stopping.is_set() and await self._send_some():
                    pass
            except Exception as error:  # nothing may end this task: without it no letter ever leaves again
                _trouble("pump", error)
                await asyncio.sleep(AFTER_TROUBLE)
                self._letters.set()

    async def _send_some(self) -> int:
        taken = await asyncio.to_thread(self._rounds.claim, LETTERS_AT_ONCE)
        if taken:
            mails = [Outgoing(one.mail_from, one.recipient, one.data) for one in taken]
            async with self._sending:
                outcomes = await self._courier.deliver_many(mails)
            await self._record([(one, _report(one, outcome)) for one, outcome in zip(taken, outcomes, strict=True)])
            self.wake()
        return len(taken)

    async def _record(self, reports: list[tuple[Letter, Report]]) -> None:
        """Write down what was sent, and try until it is written: what is forgotten here is sent a second time."""
        while True:
            try:
                await asyncio.to_thread(self._recorded, reports)
            except StoreError as error:
                _trouble("pump", error)
                if self._stopping.is_set():
                    return
                await asyncio.sleep(AFTER_TROUBLE)
            else:
                return

    def _recorded(self, reports: list[tuple[Letter, Report]]) -> None:
        with self._recording:
            self._rounds.record(reports)


def _trouble(where: str, error: Exception) -> None:
    event = "store_trouble" if isinstance(error, StoreError) else "internal_error"
    log.error(event, where=where, kind=type(error).__name__, error=str(error))


def _report(letter: Letter, outcome: Outcome) -> Report:
    match outcome:
        case Delivered():
            log.info("letter_delivered", letter=letter.id, template=letter.template)
            return Report("delivered")
        case Deferred(reason=reason, uncertain=uncertain):
            log.warning("letter_deferred", letter=letter.id, reason=reason, uncertain=uncertain, tries=letter.tries + 1)
            return Report("deferred", reason=reason, uncertain=uncertain)
        case refused:
            log.error("letter_refused", letter=letter.id, reason=refused.reason)
            return Report("refused", reason=refused.reason, ours=refused.fault == "us")
