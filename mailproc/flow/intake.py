"""A mail is taken in: raw bytes and envelope are committed, and only then does anybody say 250 (R1)."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import datetime
from functools import partial
from typing import BinaryIO

from mailproc.flow.rounds import Writer
from mailproc.mail.message import Envelope
from mailproc.store import inbound


def take_in(writer: Writer, *, source: str, envelope: Envelope, raw: BinaryIO, size: int, at: datetime) -> Future[int]:
    """The id of the mail, once it is on the disk.  `size` in bytes; `raw` is read to its end.

    The future fails with StoreError where the database refuses: the sender must keep the mail and try again.
    """
    work = partial(inbound.keep, received_at=at, source=source, envelope=envelope, raw=raw, size=size)
    return writer.submit(work, urgent=True)
