"""What a listener is told when it is set up, and what it hands on: the border between sockets and the rest."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from mailproc.edge.results import Acceptance
from mailproc.edge.smtp_limits import Gate, Limits
from mailproc.mail.message import Envelope


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """A mail that a client has handed over whole.  `raw` stands at 0 and is closed after `accept`; `size` in bytes."""

    envelope: Envelope
    raw: BinaryIO
    size: int


class Recipients(Protocol):
    """Whoever knows our addresses."""

    def known(self, address: str) -> bool:
        """Whether mail to `address` (as the client wrote it, also a bare "postmaster") is for us."""


Accept = Callable[[ReceivedMail], Awaitable[Acceptance]]


class Conversation(Protocol):
    """An open session, as its listener sees it."""

    def stop(self) -> None:
        """Hang up as soon as no mail is under way."""

    def abort(self) -> None:
        """Hang up now."""


@dataclass(frozen=True, slots=True)
class Service:
    """What all sessions of one listener share.

    `accept` returns Accepted only once the mail is kept durably.  `tls` makes the context for each new TLS session, so
    that a renewed certificate is used at once.
    """

    accept: Accept
    recipients: Recipients
    limits: Limits
    gate: Gate
    hostname: str
    storage_ok: Callable[[], bool]
    tls: Callable[[], ssl.SSLContext] | None = None
    implicit_tls: bool = False
    tls_required: bool = False
    sessions: set[Conversation] = field(default_factory=set)
