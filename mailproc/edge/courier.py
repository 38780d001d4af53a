"""What takes our mail away: the face that a smarthost and a folder share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from mailproc.edge.results import Outcome


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One mail for one recipient.  `envelope_from` "" is the null return path; `data` is sent as it is."""

    envelope_from: str
    recipient: str
    data: bytes
    dsn: bool = False  # ask for a delivery report on failure and delay (RFC 3461), where the other side can


class Courier(Protocol):
    """Takes mails away and says of each what became of it; it never raises for what the other side does."""

    async def deliver(self, envelope_from: str, recipient: str, data: bytes, dsn: bool = False) -> Outcome:
        """Take one mail."""

    async def deliver_many(self, mails: Sequence[Outgoing]) -> list[Outcome]:
        """Take several at once, where that is cheaper; outcomes in the order of the mails."""

    async def close(self) -> None:
        """Give back what is held open.  The courier may be used again afterwards."""
