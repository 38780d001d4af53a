"""One client's connection: its stream, its time, its TLS, and the turn-taking of commands and replies."""

from __future__ import annotations

import asyncio
import ssl
from functools import lru_cache
from typing import Any, ClassVar

from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as StockEnvelope

from mailproc.edge import replies
from mailproc.edge.smtp_data import BLOCK, Wire
from mailproc.edge.smtp_limits import Pace
from mailproc.edge.smtp_service import Service
from mailproc.maillog import log

_LAST_WORD_TIME = 5.0  # seconds
_GONE = (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError, TimeoutError)


class Transaction(StockEnvelope):
    """The envelope as it grows; `mail_from` is None before MAIL and "" for the null return path."""

    mail_from: str | None
    rcpt_tos: list[str]
    smtp_utf8: bool


@lru_cache(maxsize=8)
def _stock_attributes(hostname: str) -> dict[str, Any]:
    """What aiosmtpd's constructor sets: worked out once, since it inspects its own class at each connection."""
    loop = asyncio.new_event_loop()
    try:
        stock = SMTP(None, hostname=hostname, ident="ESMTP", enable_SMTPUTF8=True, loop=loop)
        streams = asyncio.StreamReaderProtocol(asyncio.StreamReader(loop=loop), loop=loop)
    finally:
        loop.close()
    ours = {*vars(streams), "loop", "_auth_methods", "_smtp_methods"}
    return {name: value for name, value in vars(stock).items() if name not in ours}


class Connection(SMTP):
    """A client at the other end of a socket, from its arrival to its leaving.

    The commands are in the subclasses: `verbs` names them, `smtp_VERB` answers.  A task that keeps a mail is never
    cancelled because its client goes away.
    """

    greeting: ClassVar[str] = "ESMTP"
    verbs: ClassVar[tuple[str, ...]] = ()
    transport: asyncio.Transport | None
    session: Session
    envelope: Transaction

    def __init__(self, service: Service, loop: asyncio.AbstractEventLoop) -> None:
        self._wire = Wire(limit=BLOCK, loop=loop)
        asyncio.StreamReaderProtocol.__init__(
            self, self._wire, client_connected_cb=self._cb_client_connected, loop=loop
        )
        self.__dict__.update(_stock_attributes(service.hostname))
        self.loop = loop
        self._auth_methods = {}
        self._smtp_methods = {verb: getattr(self, f"smtp_{verb}") for verb in self.verbs}
        self._service = service
        self._peer = ""
        self._counted = False
        self._encrypted = False
        self._over = False
        self._stopping = False
        self._errors = 0
        self._commands = 0
        self._pace = Pace(service.limits, loop.time())
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has come: let it in, or say at once that there are too many."""
        assert isinstance(transport, asyncio.Transport)
        self._peer = _peer_address(transport)
        if not self._service.gate.enter(self._peer):
            log.warning("smtp_connection_refused", peer=self._peer, reason="too many connections")
            transport.write(_line(replies.TOO_MANY_CONNECTIONS_421))
            transport.close()
            return
        self._counted = True
        self._service.sessions.add(self)
        asyncio.StreamReaderProtocol.connection_made(self, transport)
        self.transport = transport
        self.session = self._create_session()
        self.session.peer = transport.get_extra_info("peername")
        self._set_rset_state()
        self._handler_coroutine = self.loop.create_task(self._handle_client())
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Bytes have come: note the progress."""
        self._pace.heard(self.loop.time(), len(data))
        super().data_received(data)

    def eof_received(self) -> bool | None:
        """The client will say no more; what it said before is still answered (a half-close cancels nothing)."""
        return asyncio.StreamReaderProtocol.eof_received(self)

    def connection_lost(self, error: Exception | None) -> None:
        """The client is gone.  A commit that is under way goes on: our task is never cancelled for that."""
        if self._counted:
            self._counted = False
            self._service.gate.leave(self._peer)
        if self._timer is not None:
            self._timer.cancel()
        self._over = True
        asyncio.StreamReaderProtocol.connection_lost(self, error)
        self.transport = None
        if self._handler_coroutine is None or self._handler_coroutine.done():
            self._service.sessions.discard(self)

    def _watch(self) -> None:
        """Look at the clock now, and again when it may matter."""
        if self._timer is not None:
            self._timer.cancel()
        now = self.loop.time()
        if reply := self._pace.overdue(now):
            self._leave(reply)
            return
        self._timer = self.loop.call_later(self._pace.look_again_in(now), self._watch)

    def _leave(self, reply: str) -> None:
        """Say why, and hang up."""
        self._over = True
        if self.transport is None or self.transport.is_closing():
            return
        self.transport.write(_line(reply))
        if self.transport.get_write_buffer_size():  # a client that does not even read our last line is cut off
            self.loop.call_later(_LAST_WORD_TIME, self.transport.abort)
        self.transport.close()

    def stop(self) -> None:
        """Hang up as soon as no mail is under way."""
        self._stopping = True
        if self.idle:
            self._leave(replies.SHUTTING_DOWN_421)

    def abort(self) -> None:
        """Hang up now."""
        self._over = True
        if self.transport is not None:
            self.transport.abort()

    @property
    def idle(self) -> bool:
        """Whether no mail is under way."""
        return self.envelope.mail_from is None

    def _set_post_data_state(self) -> None:
        self.envelope = Transaction()

    def _set_rset_state(self) -> None:
        self.envelope = Transaction()

    async def _handle_client(self) -> None:
        """Talk until somebody hangs up."""
        try:
            if self._service.implicit_tls:
                await self._start_tls()
            await self.push(f"220 {self._service.hostname} {self.greeting}")
            while not self._over:
                await self._converse()
        except _GONE:
            pass  # the client has gone, which is its right
        finally:
            self._service.sessions.discard(self)
            if self.transport is not None:
                self.transport.close()

    async def _converse(self) -> None:
        """Read one command and answer it."""
        self._pace.command(self.loop.time())
        line = await self._next_line()
        if line is None:
            await self.push(replies.LINE_TOO_LONG_500)
        else:
            await self._obey(line)
        if self._errors >= self._service.limits.errors:
            self._leave(replies.TOO_MANY_ERRORS_421)
        elif self._commands > self._service.limits.commands:
            self._leave(replies.TOO_MANY_COMMANDS_421)
        elif self._stopping and self.idle:
            self._leave(replies.SHUTTING_DOWN_421)

    async def _next_line(self) -> bytes | None:
        """The next command, without its end; None in place of one that is too long."""
        too_long = False
        while True:
            try:
                line = await self._wire.readuntil(b"\n")
            except asyncio.LimitOverrunError as over:
                await self._wire.readexactly(over.consumed)
                too_long = True
                continue
            return None if too_long or len(line) > self._service.limits.command_line else line.rstrip(b"\r\n")

    async def _obey(self, line: bytes) -> None:
        """Answer one command; trouble of our own is temporary for the client, and no business of its."""
        verb, _, argument = line.partition(b" ")
        name = verb.upper().decode("ascii", "replace")
        self._commands += 1
        method = self._smtp_methods.get(name)
        if method is None:
            await self._puzzled(name)
            return
        try:
            await method(argument.strip().decode("utf-8", "surrogateescape") or None)
        except _GONE:
            raise
        except Exception as error:
            log.error("smtp_session_error", peer=self._peer, command=name, error=type(error).__name__)
            self._set_post_data_state()
            await self.push(replies.LOCAL_ERROR_451)

    async def _puzzled(self, name: str) -> None:
        if name in ("GET", "POST", "PUT", "HEAD", "CONNECT", "OPTIONS"):
            self._leave(replies.NOT_FOR_WEB_502)
            return
        await self.push(replies.UNKNOWN_COMMAND_500)

    async def push(self, status: str) -> None:  # type: ignore[override]
        """Send one reply, and count it if it is an error of the client's."""
        if status[0] == "5":
            self._errors += 1
        self._writer.write(_line(status))
        await self._writer.drain()

    async def _start_tls(self) -> None:
        """Put TLS under the conversation; what the client said before is void (RFC 3207 §4.2)."""
        assert self._service.tls is not None
        assert self.transport is not None
        self._wire.discard()
        transport = await self.loop.start_tls(
            self.transport,
            self,
            self._service.tls(),
            server_side=True,
            ssl_handshake_timeout=self._service.limits.handshake,
        )
        if transport is None:  # the client left just after the handshake
            raise ConnectionResetError
        self.transport = transport
        self._wire.carried_by(transport)
        self._writer._transport = transport  # type: ignore[attr-defined]
        self._encrypted = self._over_ssl = True
        self.session = self._create_session()
        self.session.ssl = {"cipher": transport.get_extra_info("cipher")}
        self._set_rset_state()


def _line(reply: str) -> bytes:
    return reply.encode() + b"\r\n"


def _peer_address(transport: asyncio.BaseTransport) -> str:
    """The client's address without the port; "" on a Unix socket."""
    name = transport.get_extra_info("peername")
    if not isinstance(name, tuple):
        return ""
    return str(name[0]).removeprefix("::ffff:")
