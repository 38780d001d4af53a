"""A daemon for one test: in this process, on real sockets, with a clock that is set and a folder of its own."""

from __future__ import annotations

import asyncio
import contextlib
import email
import email.policy
import smtplib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP
from aiosmtpd.smtp import Envelope as Taken

from mailproc import maillog
from mailproc.clock import SetClock
from mailproc.config import load, signing_keys
from mailproc.daemon import Daemon
from mailproc.flow import loading
from mailproc.store import cases, inbound, outbox
from mailproc.store.letters import Letter
from mailproc.store.store import Store, open_store
from mailproc.store.tables import LetterState
from mailproc.store.transaction import Transaction

ROOT = Path(__file__).resolve().parents[2]
SUPPORT = "support@example.com"
MONDAY = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
PATIENCE = 30.0


def mail(
    subject: str,
    *,
    sender: str = "carol@customer.example",
    to: str = SUPPORT,
    text: str = "It does not work.",
    number: int = 1,
    more: str = "",
) -> bytes:
    """A plain mail as it travels."""
    head = f"From: {sender}\nTo: {to}\nSubject: {subject}\nMessage-ID: <{number}@customer.example>\n{more}"
    return f"{head}\n{text}\n".replace("\n", "\r\n").encode()


@dataclass
class House:
    """The daemon, its store, its clock."""

    daemon: Daemon
    store: Store
    clock: SetClock
    folder: Path
    stopped: bool = False

    @property
    def port(self) -> int:
        """Where it listens for SMTP."""
        return self.daemon.listeners[0].port

    async def send(self, raw: bytes, *, sender: str = "carol@customer.example", to: str = SUPPORT) -> None:
        """Hand a mail over, as any program would; it is taken when this returns."""

        def handed() -> None:
            with smtplib.SMTP("127.0.0.1", self.port, local_hostname="test.example") as client:
                client.sendmail(sender, to, raw)

        await asyncio.to_thread(handed)

    async def stop(self) -> None:
        """End the daemon, once; its store can still be read."""
        if not self.stopped:
            self.stopped = True
            await self.daemon.stop()

    async def until(self, true: Callable[[Transaction], Any]) -> Any:
        """What `true` finds in the database, as soon as it is something."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if found := self.store.read(true):
                return found
            await asyncio.sleep(0.005)
        raise TimeoutError(f"never true: {self.store.read(_counts)}")

    async def rest(self) -> None:
        """Wait until nothing is left to do at this moment of the clock."""
        self.daemon.wake()
        await self.until(self._idle)

    def _idle(self, tx: Transaction) -> bool:
        moments = [look(tx) for look in (inbound.next_try, cases.next_due, outbox.next_attempt)]
        busy = outbox.listing(tx, [LetterState.SENDING])
        return not busy and all(moment is None or moment > self.clock.now() for moment in moments)

    async def move(self, moment: datetime) -> None:
        """Set the clock, and let everything happen that is due then."""
        self.clock.set(moment)
        await self.rest()

    def letters(self, template: str = "", case: int | None = None) -> list[Letter]:
        """The letters of a template, of a case, oldest first."""
        found = self.store.read(lambda tx: outbox.listing(tx, tuple(LetterState), limit=10_000))
        return [one for one in found if template in ("", one.template) and case in (None, one.case_number)]

    def body(self, letter: Letter) -> bytes:
        """The bytes of a letter."""
        return self.store.read(lambda tx: outbox.body(tx, letter.id))

    def arrived(self, template: str, recipient: str) -> list[EmailMessage]:
        """What lies in the Maildir of a template's letters to somebody, oldest first."""
        ids = {one.message_id: one for one in self.letters(template) if one.recipient == recipient}
        found = {}
        for path in (self.folder / "outbox" / "new").glob("*"):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            found[str(message["Message-ID"])] = message
        return [found[message_id] for message_id in ids if message_id in found]


def _counts(tx: Transaction) -> object:
    letters = [(one.template, one.state.value, one.error) for one in outbox.listing(tx, tuple(LetterState))]
    return inbound.counts(tx), letters, cases.counts(tx)


@contextlib.asynccontextmanager
async def living(
    folder: Path, *settings: str, at: datetime = MONDAY, smarthost: int = 0, patience: float = 30
) -> AsyncIterator[House]:
    """A daemon with the example's configuration; `smarthost` is the port of one, instead of a Maildir."""
    folder.mkdir(parents=True, exist_ok=True)
    outbound = f"smtp://127.0.0.1:{smarthost}?starttls=never" if smarthost else f"maildir:{folder}/outbox"
    config = load(
        ROOT / "config.example.toml",
        [
            f'storage.url="sqlite:///{folder}/mailproc.db"',
            f'outbound.url="{outbound}"',
            f'security.key_file="{folder}/secret.key"',
            f'log.file="{folder}/mail.log"',
            'intake.smtp.listen="127.0.0.1:0"',
            *settings,
        ],
    )
    maillog.configure(config.log)
    desk = loading.load(config, signing_keys(config))
    store = open_store(config.storage.url)
    clock = SetClock(at)
    daemon = Daemon(config, desk, store, clock=clock, patience=patience)
    house = House(daemon, store, clock, folder)
    await daemon.start()
    try:
        yield house
    finally:
        await house.stop()
        store.close()


@dataclass
class Sink:
    """A smarthost that remembers every attempt: who, and the bytes.  `refuses` are addresses it knows to be dead."""

    port: int = 0
    refuses: set[str] = field(default_factory=set)
    took: list[tuple[str, bytes]] = field(default_factory=list)
    go: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """It answers at once, unless a test clears `go`."""
        self.go.set()

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Taken, address: str, options: list[str]) -> str:
        """A recipient: nobody knows those who are dead."""
        if address in self.refuses:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Taken) -> str:
        """A mail."""
        content = envelope.original_content or b""
        self.took += [(recipient, content) for recipient in envelope.rcpt_tos]
        await self.go.wait()
        return "250 2.0.0 taken"

    def got(self, recipient: str) -> list[bytes]:
        """What came for somebody, in order."""
        return [data for to, data in self.took if to == recipient]


@contextlib.asynccontextmanager
async def listening(sink: Sink) -> AsyncIterator[Sink]:
    """The smarthost, on its port, or on any free one if it has none yet."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(sink, hostname="smarthost.example", decode_data=False, loop=loop), "127.0.0.1", sink.port
    )
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        server.close()
        if hasattr(server, "close_clients"):
            server.close_clients()
