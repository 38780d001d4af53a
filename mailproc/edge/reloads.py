"""Files that changed are taken over by the running daemon: at SIGHUP, on request, or because somebody saved one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial

from mailproc.errors import StoreError
from mailproc.flow import reload_requests as requests
from mailproc.flow import reloading, updating
from mailproc.flow.alarms import alarm
from mailproc.flow.desk import Desk
from mailproc.flow.reload_requests import Answer, Request
from mailproc.flow.reloading import LONGEST, Files, Ready, Refused
from mailproc.flow.rounds import Rounds
from mailproc.maillog import log

Between = Callable[[Callable[[], None]], Future[None]]
"""Has a job done while nothing else is decided on any case."""


class Reloads:
    """One reload at a time, all or nothing: what cannot be used leaves the running desk as it is.

    `use` hands a new desk to those who listen and send.
    """

    def __init__(self, rounds: Rounds, files: Files, between: Between, use: Callable[[Desk], Awaitable[None]]) -> None:
        self._rounds = rounds
        self._read = files.read
        self._between = between
        self._use = use
        self._wanted: asyncio.Queue[Request] = asyncio.Queue()
        self._told: set[tuple[str, ...]] = set()
        self._watch = files.watch

    def ask(self, request: Request | None = None) -> None:
        """Read the files anew, soon; in the running loop."""
        self._wanted.put_nowait(request or Request())

    async def look(self) -> None:
        """Did somebody ask, or save a file?"""
        try:
            wanted = await asyncio.to_thread(self._look)
        except StoreError as error:
            log.error("store_trouble", where="reload", error=str(error))
        else:
            if wanted:
                self.ask(wanted)

    def _look(self) -> Request | None:
        if self._rounds.store.read(requests.asked):
            return self._rounds.writer.submit(requests.take).result()
        watched = self._rounds.desk.config.reload.watch
        return Request() if watched and self._watch.look(self._seconds()) else None

    async def run(self) -> None:
        """Reload as often as it is asked for, until cancelled; what was asked meanwhile is one reload."""
        while True:
            wanted = [await self._wanted.get()]
            while not self._wanted.empty():
                wanted.append(self._wanted.get_nowait())
            try:
                await self._reload(wanted)
            except Exception as error:  # the running desk stays, and the next request may do better
                event = "store_trouble" if isinstance(error, StoreError) else "internal_error"
                log.error(event, where="reload", kind=type(error).__name__, error=str(error))

    async def _reload(self, wanted: Sequence[Request]) -> None:
        self._watch.note(self._seconds())
        force, now = any(one.force for one in wanted), self._rounds.clock.now()
        prepare = partial(reloading.prepare, self._read, self._rounds.desk, self._rounds.store, now, force=force)
        found = await asyncio.to_thread(prepare)
        if isinstance(found, Refused):
            self._watch.follow(found.config, {}, besides=self._seconds())
            await asyncio.to_thread(self._refuse, found)
            log.info("reload_ended", done=False)
            answer = Answer("", done=False, why=found.why, lines=found.problems)
        else:
            await self._take_over(found)
            lines = tuple(reloading.lines(found.outlook, found.outlook.at_once))
            answer = Answer("", done=True, why="the files are in force", lines=lines)
        await asyncio.to_thread(self._answer, wanted, answer)

    async def _take_over(self, ready: Ready) -> None:
        reloading.tell(ready.outlook)
        await asyncio.wrap_future(self._between(partial(self._swap, ready.desk)))
        self._told.clear()
        self._watch.follow(ready.desk.config, ready.desk.policies)
        await self._use(ready.desk)
        log.info("reload_ended", done=True, cases=ready.outlook.cases)

    def _swap(self, desk: Desk) -> None:
        """What is due until now is settled by the desk that promised it; then the other one is there, as a whole.

        Done again after a StoreError, it goes on with the cases that are left.
        """
        if self._rounds.desk is not desk:
            while self._rounds.clocks():
                pass
            self._rounds.desk = desk
        updating.settle(self._rounds.store, self._rounds.writer, desk, self._rounds.clock.now())

    def _refuse(self, found: Refused) -> None:
        log.error("reload_refused", why=found.why, problems=len(found.problems))
        for problem in found.problems[:LONGEST]:
            log.error("reload_problem", problem=problem)
        said = (found.why, *found.problems)
        if said not in self._told:
            self._rounds.writer.submit(
                lambda tx: alarm(
                    tx,
                    self._rounds.desk,
                    self._rounds.clock.now(),
                    error=f"Changed files are not in force: {found.why}. What ran before goes on.",
                    lines=found.problems[:LONGEST],
                    because="a file of the configuration changed, or a reload was asked for",
                )
            ).result()
            self._told.add(said)

    def _answer(self, wanted: Sequence[Request], said: Answer) -> None:
        for request in wanted:
            if request.id:
                self._rounds.writer.submit(partial(requests.answer, said=replace(said, id=request.id))).result()

    def _seconds(self) -> float:
        return self._rounds.clock.now().timestamp()
