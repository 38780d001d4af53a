"""The smarthost as the place where our mail goes."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import aiosmtplib

from mailproc.clock import stopwatch
from mailproc.edge.courier import Outgoing
from mailproc.edge.results import Deferred, Outcome, Refused
from mailproc.edge.smtp_address import is_mailbox
from mailproc.edge.smtp_link import Link, Timeouts

_MAILS_PER_LINK = 100
_ASK_AFTER = 5.0  # seconds of silence after which a link must prove that it is alive
_FORGET_AFTER = 300.0  # seconds of silence after which it is not even asked


@dataclass(frozen=True, slots=True)
class SmarthostAddress:
    """Where the smarthost is and how it is talked to.

    `tls`: "implicit" from the first byte; "required" or "offered" by STARTTLS; "never".  The certificate is always
    verified.  With a `login`, "offered" means "required": a password never travels in the open.
    """

    host: str
    port: int
    tls: Literal["implicit", "required", "offered", "never"] = "offered"
    login: str = ""


class Smarthost:
    """Gives mail to one smarthost over a few connections that it keeps and reuses."""

    def __init__(
        self,
        address: SmarthostAddress,
        *,
        password: str = "",
        hostname: str = "localhost",
        connections: int = 4,
        timeouts: Timeouts | None = None,
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        """`hostname` is how we introduce ourselves; `connections` how many mails travel at once."""
        self._address = address
        self._password = password
        self._hostname = hostname
        self._timeouts = timeouts or Timeouts()
        self._tls_context = tls_context
        self._free = asyncio.Semaphore(connections)
        self._idle: list[Link] = []

    async def deliver(self, envelope_from: str, recipient: str, data: bytes, dsn: bool = False) -> Outcome:
        """Hand over one mail to one recipient, and say what became of it; never raises for what the other side does."""
        if envelope_from and not is_mailbox(envelope_from):
            return Refused("our own return address is malformed", fault="us")
        if not is_mailbox(recipient):
            return Refused("the recipient's address is malformed", fault="address")
        mail = Outgoing(envelope_from, recipient, data, dsn)
        async with self._free:
            return await self._deliver(mail)

    async def deliver_many(self, mails: Sequence[Outgoing]) -> list[Outcome]:
        """Hand over several mails, as many at once as there are connections."""
        return await asyncio.gather(
            *(self.deliver(mail.envelope_from, mail.recipient, mail.data, mail.dsn) for mail in mails)
        )

    async def close(self) -> None:
        """Part from the smarthost; connections in use close when their mail is done."""
        links, self._idle = self._idle, []
        await asyncio.gather(*(link.close() for link in links))

    async def _deliver(self, mail: Outgoing) -> Outcome:
        link = await self._reuse()
        if link is not None:
            outcome = await self._send(link, mail)
            if not link.never_reached:
                return outcome
        # none to reuse, or it had died unnoticed: nothing of the mail was taken
        fresh = await self._connect()
        return await self._send(fresh, mail) if isinstance(fresh, Link) else fresh

    async def _send(self, link: Link, mail: Outgoing) -> Outcome:
        try:
            if not link.carries(mail.envelope_from, mail.recipient):
                return Refused("the smarthost cannot take this address: it has no SMTPUTF8", fault="address")
            return await link.send(mail)
        except BaseException:  # we are being stopped in the middle: the link is in no known state
            link.usable = False
            raise
        finally:
            await self._put_back(link)

    async def _reuse(self) -> Link | None:
        while self._idle:
            link = self._idle.pop()
            silent = stopwatch() - link.used_at
            if silent < _ASK_AFTER or (silent < _FORGET_AFTER and await link.alive()):
                return link
            await link.close()
        return None

    async def _put_back(self, link: Link) -> None:
        link.used_at = stopwatch()
        if link.usable and link.mails < _MAILS_PER_LINK:
            self._idle.append(link)
        else:
            await link.close()

    async def _connect(self) -> Link | Deferred:
        """Open a session: TLS, login, introduction.  Whatever fails here says nothing about the mail."""
        client = self._client()
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                await _introduce(client)
        except (aiosmtplib.SMTPException, OSError, RuntimeError) as error:
            client.close()
            return Deferred(f"smarthost {self._address.host}:{self._address.port}: {_words(error)}")
        client.timeout = self._timeouts.command
        return Link(client, self._timeouts, stopwatch())

    def _client(self) -> aiosmtplib.SMTP:
        where = self._address
        if self._tls_context is None:
            self._tls_context = ssl.create_default_context()
        start_tls = {"offered": None, "required": True}.get(where.tls, False)
        return aiosmtplib.SMTP(
            hostname=where.host,
            port=where.port,
            local_hostname=self._hostname,
            timeout=self._timeouts.connect,
            use_tls=where.tls == "implicit",
            start_tls=True if where.login and start_tls is None else start_tls,
            tls_context=self._tls_context,
            username=where.login or None,
            password=self._password if where.login else None,
        )


async def _introduce(client: aiosmtplib.SMTP) -> None:
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError:
        await client.helo()


def _words(error: BaseException) -> str:
    text = " ".join(str(error).split()).encode("ascii", "replace").decode()
    return f"{type(error).__name__} {text}"[:300]
