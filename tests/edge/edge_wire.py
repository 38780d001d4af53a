"""What the tests of the borders share: a keeper of mails, a client that speaks raw bytes, a listener to talk to."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from mailproc.edge.results import Acceptance, Accepted
from mailproc.edge.smtp_server import Listener, serve
from mailproc.edge.smtp_service import ReceivedMail
from mailproc.mail.message import Envelope

OUR_DOMAIN = "@support.example"


class OurAddresses:
    """Everything in our domain, and the postmaster."""

    def known(self, address: str) -> bool:
        """Whether it is ours."""
        return address.lower().endswith(OUR_DOMAIN) or address.lower() == "postmaster"


@dataclass
class Keeper:
    """Remembers each mail; can be told to fail, or to wait until it is let go."""

    answer: Acceptance | Exception = field(default_factory=Accepted)
    mails: list[tuple[Envelope, bytes]] = field(default_factory=list)
    held: bool = False
    entered: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)
    committed: asyncio.Event = field(default_factory=asyncio.Event)

    async def accept(self, mail: ReceivedMail) -> Acceptance:
        """Keep one mail."""
        self.entered.set()
        if self.held:
            await self.go.wait()
        text = mail.raw.read()
        assert len(text) == mail.size
        if isinstance(self.answer, Exception):
            raise self.answer
        self.mails.append((mail.envelope, text))
        self.committed.set()
        return self.answer

    @property
    def texts(self) -> list[bytes]:
        """The text of each mail."""
        return [text for _, text in self.mails]


class Talk:
    """A client that says exactly what it is told to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def heard(self) -> str:
        """The next reply, all its lines; "" if the server hung up."""
        lines = []
        while True:
            line = await asyncio.wait_for(self.reader.readline(), 10)
            lines.append(line.decode().rstrip("\r\n"))
            if line[3:4] != b"-":
                return "\n".join(lines)

    async def say(self, *lines: str) -> str:
        """Send lines, each with its reply awaited; gives the last reply."""
        reply = ""
        for line in lines:
            self.writer.write(line.encode("utf-8", "surrogateescape") + b"\r\n")
            reply = await self.heard()
        return reply

    def send(self, data: bytes) -> None:
        """Send bytes and await nothing."""
        self.writer.write(data)

    async def begin_mail(self, recipient: str = "help@support.example") -> str:
        """Everything up to the 354."""
        return await self.say("EHLO c", "MAIL FROM:<jane@customer.example>", f"RCPT TO:<{recipient}>", "DATA")

    async def until_closed(self) -> bytes:
        """Whatever comes until the server hangs up."""
        try:
            return await asyncio.wait_for(self.reader.read(), 10)
        except ConnectionError:
            return b""

    def reset(self) -> None:
        """Vanish with a RST."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


@contextlib.asynccontextmanager
async def talking(listener: Listener, *, greeted: bool = True, **options: Any) -> AsyncIterator[Talk]:
    """A client connected to `listener`."""
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port, **options)
    talk = Talk(reader, writer)
    try:
        if greeted:
            assert (await talk.heard()).startswith("220 ")
        yield talk
    finally:
        writer.close()


@contextlib.asynccontextmanager
async def listening(keeper: Keeper, **options: Any) -> AsyncIterator[Listener]:
    """A listener on loopback, gone afterwards."""
    settings = {"listen": "127.0.0.1:0", "hostname": "mail.support.example", **options}
    listener = await serve(keeper.accept, OurAddresses(), **settings)
    try:
        yield listener
    finally:
        await listener.drain(0)
