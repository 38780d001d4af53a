"""What the listeners ask: is this address ours, and is this mail safe on the disk?"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

from mailproc.clock import Clock, stopwatch
from mailproc.edge.results import Acceptance, Accepted, Deferred
from mailproc.edge.smtp_service import ReceivedMail
from mailproc.errors import StoreError
from mailproc.flow.desk import Desk
from mailproc.flow.intake import take_in
from mailproc.flow.rounds import Writer
from mailproc.maillog import log

RESERVE_BYTES = 64 * 1024 * 1024
"""Free space below which no mail is taken: what was accepted must still be worked on."""
LOOK_EVERY = 1.0


class Reception:
    """Takes mails from the listeners; `arrived` is called after each commit, so that work begins at once."""

    def __init__(
        self, desk: Desk, writer: Writer, clock: Clock, arrived: Callable[[], None], folder: Path | None = None
    ) -> None:
        self._desk = desk
        self._writer = writer
        self._clock = clock
        self._arrived = arrived
        self._folder = folder
        self._looked = -LOOK_EVERY
        self._room = True

    def use(self, desk: Desk) -> None:
        """Another desk says from now on which addresses are ours."""
        self._desk = desk

    def known(self, address: str) -> bool:
        """Whether mail to `address` is for us: a mailbox, one of its signed addresses, or a bare postmaster."""
        if self._desk.base(address) is not None:
            return True
        local, _, domain = address.lower().partition("@")
        return local == "postmaster" and (not domain or domain in self._desk.own.id_domains)  # RFC 5321 §4.5.1

    def storage_ok(self) -> bool:
        """Whether there is room on the disk; looked up at most once a second."""
        now = stopwatch()
        if self._folder and now - self._looked >= LOOK_EVERY:
            self._looked = now
            self._look(self._folder)
        return self._room

    def _look(self, folder: Path) -> None:
        free = shutil.disk_usage(folder).free
        had_room, self._room = self._room, free >= RESERVE_BYTES
        if had_room and not self._room:
            log.error("storage_low", folder=str(folder), free=free, needed=RESERVE_BYTES)
        elif self._room and not had_room:
            log.info("storage_is_enough_again", folder=str(folder), free=free)

    def accept(self, source: str) -> Callable[[ReceivedMail], asyncio.Future[Acceptance]]:
        """How a listener of this kind hands a mail over: Accepted only once it is committed (R1)."""

        async def accept(mail: ReceivedMail) -> Acceptance:
            try:
                kept = take_in(
                    self._writer,
                    source=source,
                    envelope=mail.envelope,
                    raw=mail.raw,
                    size=mail.size,
                    at=self._clock.now(),
                )
                number = await asyncio.wrap_future(kept)
            except StoreError as error:
                log.error("mail_deferred", error=str(error))
                return Deferred("storage is not available")
            self._arrived()
            return Accepted(str(number))

        return accept  # type: ignore[return-value]
