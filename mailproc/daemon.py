"""The daemon: its parts are built, started, and at the end drained, in one readable place."""

from __future__ import annotations

import asyncio
import gc
import signal
import ssl
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from mailproc import maillog
from mailproc.clock import Clock, SystemClock
from mailproc.config import Config, LmtpIntake, SmtpIntake, examine, password, signing_keys
from mailproc.edge import smtp_server
from mailproc.edge.courier import Courier
from mailproc.edge.outbound import outbound_for
from mailproc.edge.reception import Reception
from mailproc.edge.reloads import Reloads
from mailproc.edge.smtp_limits import Limits
from mailproc.edge.smtp_server import Listener
from mailproc.errors import StoreError, UserError
from mailproc.flow import loading, process, reloading
from mailproc.flow.desk import Desk
from mailproc.flow.poison import Marker
from mailproc.flow.reloading import Files, Read
from mailproc.flow.rounds import Rounds
from mailproc.flow.watching import Watch
from mailproc.mail.tokens import Signer
from mailproc.maillog import log
from mailproc.service import Service
from mailproc.store import outbox
from mailproc.store.lock import Hold, hold_database
from mailproc.store.store import Store, open_store
from mailproc.store.writer import Writer

DRAIN_SECONDS = 10
PATIENCE_SECONDS = 30
MIB = 1024 * 1024
NO_KEYS = {"none": bytes(32)}


class Daemon:
    """Everything that lives while mailproc serves.  Start and stop it in a running loop, once."""

    def __init__(
        self,
        config: Config,
        desk: Desk,
        store: Store,
        *,
        clock: Clock | None = None,
        courier: Courier | None = None,
        patience: float = PATIENCE_SECONDS,
        files: Files | None = None,
    ) -> None:
        """`patience` is how long, in seconds, the letters in hand may take at the end; a client has no more either.

        `files` is what the desk was read from; without it, nothing is ever read again.
        """
        self._patience = patience
        self.config = config
        self.desk = desk
        self.store = store
        self.clock = clock or SystemClock()
        self.failed = asyncio.Event()
        self.writer = Writer(store, on_fatal=self._on_fatal)
        self.rounds = Rounds(store, self.writer, desk, self.clock)
        self._loop = asyncio.get_running_loop()
        folder = store.path.parent if store.path else None
        self._marker = Marker(folder / "reading" if folder else None)
        self._service = Service(self.rounds, courier or courier_for(config), self._marker)
        self._reception = Reception(desk, self.writer, self.clock, self._service.wake, folder)
        self.listeners: list[Listener] = []
        self._outgoing = _courier_facts(config)
        self.reloads = Reloads(self.rounds, files, self._service.between, self._use) if files else None
        self._reloading: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Put right what the last run left behind, then listen.  Raises UserError where a port cannot be had."""
        self._reception.storage_ok()  # if the disk is full, the log says so first
        await asyncio.to_thread(self._put_right)
        _collect_seldom()
        intake = self.config.intake
        if intake.smtp:
            self.listeners.append(await self._listen(intake.smtp, "smtp"))
        if intake.lmtp:
            self.listeners.append(await self._listen(intake.lmtp, "lmtp"))
        await self._service.start()
        if self.reloads:
            self._service.look_often(self.reloads.look)
            self._reloading = asyncio.create_task(self.reloads.run())
        for listener in self.listeners:
            log.info("listening", where=str(listener.place))

    async def stop(self) -> None:
        """No new mail, the mails under way committed, the letters in hand sent; the rest waits in the database."""
        if self._reloading:
            self._reloading.cancel()
        await asyncio.gather(*(listener.drain(min(DRAIN_SECONDS, self._patience)) for listener in self.listeners))
        await self._service.stop(self._patience)
        await asyncio.to_thread(self.writer.stop)
        self._marker.close()
        log.info("stopped")

    def wake(self) -> None:
        """Look now whether there is something to do: for whoever moved the clock."""
        self._service.wake()

    async def _use(self, desk: Desk) -> None:
        """The files are others now: from here on this desk listens and sends."""
        self.desk, self.config = desk, desk.config
        self._reception.use(desk)
        facts = _courier_facts(desk.config)
        if facts != self._outgoing:
            self._outgoing = facts
            await self._service.use(courier_for(desk.config))

    def _put_right(self) -> None:
        """Nobody else lives on this database: claims of letters end, and a mail that killed its reader is blamed."""
        self.writer.submit(lambda tx: outbox.expire_claims(tx, self.clock.now())).result()
        blamed = self._marker.left()
        if blamed:
            self.writer.submit(partial(process.blame, blamed, desk=self.desk, now=self.clock.now())).result()
            self._marker.reading(0)  # blamed once for one crash, however many more come before it is read again
        reloading.put_right(self.store, self.writer, self.desk, self.clock.now())

    async def _listen(self, intake: SmtpIntake | LmtpIntake, protocol: str) -> Listener:
        limits, where = Limits(size=intake.max_size * MIB), intake.listen
        tls: Callable[[], ssl.SSLContext] | None = None
        if isinstance(intake, SmtpIntake):
            limits = replace(limits, connections=intake.connections, per_address=intake.connections_per_address)
            if intake.tls_certificate and intake.tls_key:
                tls = partial(_tls, intake.tls_certificate, intake.tls_key)
                tls()  # a certificate that cannot be read is told now, not to the first client
        elif intake.socket:
            where = f"unix:{intake.socket}"
        return await smtp_server.serve(
            self._reception.accept(protocol),
            self._reception,
            listen=where,
            protocol="lmtp" if protocol == "lmtp" else "smtp",
            hostname=intake.hostname,
            limits=limits,
            storage_ok=self._reception.storage_ok,
            tls=tls,
            tls_required=isinstance(intake, SmtpIntake) and intake.starttls == "required",
        )

    def _on_fatal(self, error: StoreError) -> None:
        # After a failed fsync nobody knows what is on the disk: end, and let a fresh process look (reliability).
        log.error("store_fatal", error=str(error))
        self._loop.call_soon_threadsafe(self.failed.set)


def _collect_seldom() -> None:
    """What was loaded stays: looking through it again and again cost a fifth of the time of a mail."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _tls(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        why = getattr(error, "reason", None) or error.strerror or "cannot be read"
        raise UserError(
            f"intake.smtp.tls_certificate: {certificate} with {key}: {why}; give both as PEM files"
        ) from error
    return context


def courier_for(config: Config) -> Courier:
    """What takes our mail away, as the configuration says."""
    return outbound_for(config.outbound.login_url, password=password(config.outbound), hostname=config.outbound.hello)


def _courier_facts(config: Config) -> tuple[str, ...]:
    return config.outbound.login_url, password(config.outbound), config.outbound.hello


def serve(config: Config, *, hold: bool = False, read: Read | None = None) -> int:
    """Run until SIGTERM or SIGINT; 0 after an orderly end, 1 where the disk failed.

    `read` reads the configuration anew, at SIGHUP or when a file changed; by default the same file.
    Raises UserError, in plain lines, for a busy port, a second daemon, a damaged database, a broken policy or template.
    """
    files = Files(read or partial(examine, config.path), Watch(config, SystemClock().now().timestamp()))
    desk = loading.load(config, NO_KEYS)  # first: what cannot be read must leave nothing behind
    files.watch.follow(config, desk.policies, besides=SystemClock().now().timestamp())
    with _held(config) as _:
        maillog.configure(config.log)
        desk = replace(desk, hold=hold, signer=Signer(signing_keys(config)))
        store = open_store(config.storage.url, thorough=True)
        try:
            return asyncio.run(_serve(config, desk, store, files))
        finally:
            store.close()


def _held(config: Config) -> Hold:
    path = database_file(config)
    try:
        return hold_database(path)
    except OSError as error:
        raise UserError(f"{path}: cannot be locked: {error.strerror}; see to the disk that it lies on") from error


def database_file(config: Config) -> Path:
    """The file of an SQLite database."""
    return Path(config.storage.url.removeprefix("sqlite:///"))


async def _serve(config: Config, desk: Desk, store: Store, files: Files) -> int:
    daemon = Daemon(config, desk, store, files=files)
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked.set)
    if daemon.reloads:
        loop.add_signal_handler(signal.SIGHUP, daemon.reloads.ask)
    await daemon.start()
    waits = [asyncio.create_task(asked.wait()), asyncio.create_task(daemon.failed.wait())]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for task in waits:
        task.cancel()
    await daemon.stop()
    return 1 if daemon.failed.is_set() else 0
