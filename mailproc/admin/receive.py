"""One mail from a mail server's pipe: kept as the listener keeps it, answered with an exit code (sysexits.h)."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, BinaryIO, cast

from mailproc.config import Config
from mailproc.mail.address import every, valid
from mailproc.mail.message import Envelope
from mailproc.mail.skeleton import outline
from mailproc.store import inbound
from mailproc.store.store import open_store

OK = 0
NO_MAIL = 65  # EX_DATAERR: the mail server returns it to the sender
NOT_OURS = 67  # EX_NOUSER
TRY_AGAIN = 75  # EX_TEMPFAIL: the mail server keeps it and comes back

USUAL_MAX = 35 * 1024 * 1024  # bytes, where no listener is configured that says otherwise
IN_MEMORY = 1024 * 1024  # bytes; a larger mail waits in a temporary file
HEAD = 256 * 1024  # bytes in which the header is looked for
PIECE = 256 * 1024

_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:")
_SEPARATOR = re.compile(rb">?From (\S*)[^\n]*\n")
_BY_SERVER = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
_BY_SENDER = ("to", "cc")


@dataclass(frozen=True, slots=True)
class Received:
    """The exit code, and what to tell the mail server in words; `id` is the kept mail's."""

    code: int
    why: str = ""
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What was said about the envelope, by options or by the mail server's environment; None: not a word."""

    sender: str | None
    recipients: tuple[str, ...]


def asked(sender: str | None, recipients: Sequence[str], environment: Mapping[str, str]) -> Asked:
    """The envelope of this call: the options, else the variables that Postfix and Exim set for a pipe."""
    given = tuple(recipients) or tuple(_recipients(environment))
    return Asked(environment.get("SENDER") if sender is None else sender, given)


def _recipients(environment: Mapping[str, str]) -> Iterable[str]:
    """Postfix has the address as it came and as it was rewritten, and the extension apart; Exim has one of them."""
    extension = environment.get("EXTENSION", "")
    for name in ("ORIGINAL_RECIPIENT", "RECIPIENT"):
        address = environment.get(name, "")
        local, at, domain = address.rpartition("@")
        if at and extension and "+" not in local:
            yield f"{local}+{extension}@{domain}"
        if address:
            yield address


def receive(stream: BinaryIO, envelope: Asked, config: Config, now: datetime) -> Received:
    """Keep the mail of `stream`, and say so only once it is on the disk.  Reads all of it in bounded memory.

    Raises UserError, StoreError or OSError for trouble of ours: then nothing is kept, and the sender must try again.
    """
    most = max_bytes(config)
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as kept:
        size = _copied(stream, kept, most)
        if size > most:
            return Received(NO_MAIL, f"552 5.3.4 larger than {most} bytes")
        kept.seek(0)
        head = kept.read(HEAD)
        skipped, sender = _separator(head)
        head = head[skipped:]
        if not _has_header(head):
            return Received(NO_MAIL, "550 5.6.0 not a mail: there is no header")
        ours = _ours(envelope.recipients, head, config)
        if ours is None:
            return Received(NOT_OURS, "550 5.1.1 no mailbox of ours is among the recipients")
        kept.seek(skipped)
        said = envelope.sender if envelope.sender is not None else sender
        return Received(OK, id=_keep(kept, size - skipped, _sender(said), ours, config, now))


def _keep(
    raw: IO[bytes], size: int, sender: str | None, recipients: tuple[str, ...], config: Config, now: datetime
) -> int:
    store = open_store(config.storage.url)
    try:
        return store.transact(
            lambda tx: inbound.keep(
                tx,
                received_at=now,
                source="pipe",
                envelope=Envelope(mail_from=sender, rcpt_tos=recipients),
                raw=cast(BinaryIO, raw),
                size=size,
            )
        )
    finally:
        store.close()


def max_bytes(config: Config) -> int:
    """The largest mail that is taken, in bytes: what the listeners take."""
    limits = [intake.max_bytes for intake in (config.intake.smtp, config.intake.lmtp) if intake]
    return max(limits, default=USUAL_MAX)


def _copied(stream: BinaryIO, kept: IO[bytes], most: int) -> int:
    """How many bytes came.  What is over the limit is read and dropped: a mail server may not like a closed pipe."""
    size = 0
    while piece := stream.read(PIECE):
        size += len(piece)
        if size <= most:
            kept.write(piece)
    return size


def _separator(head: bytes) -> tuple[int, str | None]:
    """How long the mbox line is that some mail servers put in front, and the envelope's sender that it names."""
    found = _SEPARATOR.match(head)
    return (found.end(), found[1].decode("utf-8", "replace")) if found else (0, None)


def _has_header(head: bytes) -> bool:
    return bool(_FIELD.match(head.lstrip(b"\r\n")))


def _sender(said: str | None) -> str | None:
    """The envelope's sender; "" is the null return path, None is one that nobody told, or that is no address."""
    plain = said.strip().strip("<>") if said is not None else None
    if plain in ("", "MAILER-DAEMON"):
        return ""
    return valid(plain) if plain else None


def _ours(recipients: Sequence[str], head: bytes, config: Config) -> tuple[str, ...] | None:
    """Those of the recipients that are ours; None if there are some, and none is.

    Recipients that nobody told are looked for in the header; a mail that names none belongs to the first mailbox.
    """
    told = [one.strip().strip("<>") for one in recipients if one.strip()] or _in_header(head)
    if not told:
        return (next(iter(config.mailbox.values())).address,)
    ours = tuple(dict.fromkeys(address for address in map(valid, told) if address and is_ours(address, config)))
    return ours or None


def is_ours(address: str, config: Config) -> bool:
    """Whether an address, with or without an extension, is one of a mailbox."""
    local, _, domain = address.lower().rpartition("@")
    bare = f"{local.partition('+')[0]}@{domain}"
    known = {one for mailbox in config.mailbox.values() for one in mailbox.all_addresses}
    return address.lower() in known or bare in known


def _in_header(head: bytes) -> list[str]:
    """The recipients that a header names: what a mail server wrote down first, else To and Cc."""
    fields = outline(head).fields
    for names in (_BY_SERVER, _BY_SENDER):
        values = tuple(value.decode("utf-8", "replace") for name, value in fields if name in names)
        if found := [one.address for one in every(values)]:
            return found
    return []
