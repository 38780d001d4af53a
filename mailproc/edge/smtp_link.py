"""One connection to a smarthost, which always knows how far a mail has come."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from enum import Enum

import aiosmtplib

from mailproc.edge.courier import Outgoing
from mailproc.edge.results import Deferred, Delivered, Outcome, Refused

_ENDINGS = re.compile(rb"\r\n|\r|\n")
_BLOCK = 256 * 1024
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")

# what is wrong with how we talk, or with who we are: no address can be blamed (RFC 5321 §4.2.2, RFC 4954 §6)
_OUR_CODES = frozenset({500, 501, 502, 503, 504, 530, 534, 535, 538})


class Phase(Enum):
    """How far the exchange of a mail has come."""

    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    TEXT = "the text"
    DOT = "the end of the text"


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait for the other side, in seconds (RFC 5321 §4.5.3.2)."""

    connect: float = 30.0
    command: float = 300.0
    data: float = 120.0
    block: float = 180.0
    dot: float = 600.0


def judge(phase: Phase, code: int, words: str) -> Outcome | None:
    """What a reply means for the mail; None: go on."""
    said = f"{code} {_UNPRINTABLE.sub(' ', words)[:300]}".rstrip()
    reason = f"smarthost at {phase.value}: {said}"
    if phase in (Phase.DATA, Phase.TEXT):
        if code == 354:
            return None
    elif 200 <= code < 300:
        return Delivered(said) if phase is Phase.DOT else None
    if 400 <= code < 500:
        return Deferred(reason)
    if 500 <= code < 600:
        ours = phase is Phase.MAIL or code in _OUR_CODES
        return Refused(reason, fault="us" if ours else "address")
    return Deferred(reason, uncertain=phase is Phase.DOT)


def on_the_wire(data: bytes) -> bytes:
    """The text as DATA carries it, without the last dot: lines end in CR LF, dots are doubled (RFC 5321 §4.5.2)."""
    text = _ENDINGS.sub(b"\r\n", data)
    if not text.endswith(b"\r\n"):
        text += b"\r\n"
    text = text.replace(b"\r\n.", b"\r\n..")
    return b"." + text if text.startswith(b".") else text


class Link:
    """An open session with a smarthost, for one mail after the other."""

    def __init__(self, client: aiosmtplib.SMTP, timeouts: Timeouts, now: float) -> None:
        self._client = client
        self._timeouts = timeouts
        self._phase = Phase.MAIL
        self.mails = 0
        self.used_at = now
        self.usable = True

    @property
    def never_reached(self) -> bool:
        """Whether the last mail failed before the other side had answered anything about it."""
        return self._phase is Phase.MAIL and not self.usable

    async def alive(self) -> bool:
        """Ask whether the other side is still there, and make it forget any mail begun."""
        try:
            await self._client.rset(timeout=min(self._timeouts.command, 10.0))
        except (aiosmtplib.SMTPException, OSError):
            return False
        return True

    async def close(self) -> None:
        """Part: politely and without waiting long where they still listen, else at once."""
        try:
            if self.usable:
                await self._client.quit(timeout=2.0)
        except (aiosmtplib.SMTPException, OSError):
            pass
        finally:
            self._client.close()

    async def send(self, mail: Outgoing) -> Outcome:
        """Take one mail to the other side.  A link that is not `usable` afterwards is to be closed."""
        self._phase = Phase.MAIL
        self.mails += 1
        try:
            outcome = await self._exchange(mail)
        except (aiosmtplib.SMTPException, OSError) as error:
            self.usable = False
            words = _UNPRINTABLE.sub(" ", str(error))[:300]
            return Deferred(
                f"smarthost at {self._phase.value}: {type(error).__name__} {words}",
                uncertain=self._phase is Phase.DOT,
            )
        if not isinstance(outcome, Delivered):
            self.usable = self._client.is_connected and self._phase is not Phase.TEXT and await self.alive()
        return outcome

    async def _exchange(self, mail: Outgoing) -> Outcome:
        sender = f"FROM:<{mail.envelope_from}>".encode()
        if bad := await self._say(Phase.MAIL, b"MAIL", sender, *self._mail_options(mail)):
            return bad
        recipient = f"TO:<{mail.recipient}>".encode()
        if bad := await self._say(Phase.RCPT, b"RCPT", recipient, *self._recipient_options(mail)):
            return bad
        if bad := await self._say(Phase.DATA, b"DATA"):
            return bad
        return await self._send_text(on_the_wire(mail.data))

    async def _say(self, phase: Phase, *words: bytes) -> Outcome | None:
        self._phase = phase
        timeout = self._timeouts.data if phase is Phase.DATA else self._timeouts.command
        reply = await self._client.execute_command(*words, timeout=timeout)
        return judge(phase, reply.code, reply.message)

    def _mail_options(self, mail: Outgoing) -> list[bytes]:
        offers, options = self._client.supports_extension, []
        headers = mail.data[: mail.data.find(b"\r\n\r\n")]
        if offers("size"):
            options.append(b"SIZE=%d" % len(mail.data))
        if offers("8bitmime") and not mail.data.isascii():
            options.append(b"BODY=8BITMIME")
        if offers("smtputf8") and not (headers.isascii() and (mail.envelope_from + mail.recipient).isascii()):
            options.append(b"SMTPUTF8")
        if mail.dsn and offers("dsn"):
            options.append(b"RET=HDRS")
        return options

    def _recipient_options(self, mail: Outgoing) -> list[bytes]:
        return [b"NOTIFY=FAILURE,DELAY"] if mail.dsn and self._client.supports_extension("dsn") else []

    def carries(self, *addresses: str) -> bool:
        """Whether the other side can be told these addresses: beyond ASCII only with SMTPUTF8 (RFC 6531)."""
        return self._client.supports_extension("smtputf8") or all(address.isascii() for address in addresses)

    async def _send_text(self, text: bytes) -> Outcome:
        """Send the text, wait until it has left, and only then the dot: before it nothing can have been taken."""
        self._phase = Phase.TEXT
        protocol, transport = self._client.protocol, self._client.transport
        if protocol is None or not isinstance(transport, asyncio.Transport):
            raise aiosmtplib.SMTPServerDisconnected("connection lost")
        transport.set_write_buffer_limits(0)
        answer = asyncio.ensure_future(protocol.read_response())
        try:
            await asyncio.sleep(0)  # an answer may come at any time from here on
            await self._write_all(protocol, transport, text, answer)
            if not answer.done():
                self._phase = Phase.DOT
                protocol.write(b".\r\n")
            reply = await asyncio.wait_for(answer, self._timeouts.dot)
        finally:
            answer.cancel()
        return judge(self._phase, reply.code, reply.message) or Deferred("smarthost answered out of turn")

    async def _write_all(
        self,
        protocol: aiosmtplib.protocol.SMTPProtocol,
        transport: asyncio.Transport,
        text: bytes,
        answer: asyncio.Future[aiosmtplib.SMTPResponse],
    ) -> None:
        for at in range(0, len(text), _BLOCK):
            if answer.done():
                return
            protocol.write(text[at : at + _BLOCK])
            if transport.get_write_buffer_size():
                await asyncio.wait_for(protocol._drain_helper(), self._timeouts.block)
