"""A Maildir as the place where our mail goes."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path

from mailproc.edge.courier import Outgoing
from mailproc.edge.results import Deferred, Delivered, Outcome

_MESSAGE_ID = re.compile(rb"^message-id:[ \t\r\n]*(<[^<>\r\n]{1,900}>)", re.IGNORECASE | re.MULTILINE)
_UNFIT = re.compile(r"[\x00-\x1f\x7f<>]")


class Maildir:
    """Delivers into `path`/new, durably, each mail once.

    The file's name follows from the Message-ID and the recipient, so that a mail that is delivered again after a crash
    replaces itself.  Only a copy that a reader has moved to cur/ in the meantime is not found again.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    async def deliver(self, envelope_from: str, recipient: str, data: bytes, dsn: bool = False) -> Outcome:
        """Take one mail.  There are no reports from a folder: `dsn` means nothing."""
        return (await self.deliver_many([Outgoing(envelope_from, recipient, data, dsn)]))[0]

    async def deliver_many(self, mails: Sequence[Outgoing]) -> list[Outcome]:
        """Take several mails with one sync of the folder."""
        return await asyncio.to_thread(self.store, mails)

    async def close(self) -> None:
        """Nothing is held open."""

    def store(self, mails: Sequence[Outgoing]) -> list[Outcome]:
        """What `deliver_many` does, in the calling thread: it waits for the disk."""
        try:
            self._make_folders()
        except OSError as error:
            return [_deferred(error)] * len(mails)
        written = self._write_all(mails)
        outcomes = [error or self._move(name) for name, error in written]
        try:
            _sync_folder(self.path / "new")
        except OSError as error:
            return [_deferred(error, uncertain=True) if isinstance(one, Delivered) else one for one in outcomes]
        return outcomes

    def _make_folders(self) -> None:
        for name in ("cur", "new", "tmp"):
            (self.path / name).mkdir(parents=True, exist_ok=True, mode=0o700)

    def _write_all(self, mails: Sequence[Outgoing]) -> list[tuple[str, Deferred | None]]:
        """Write all files, then sync them: the later syncs find little left to do."""
        opened: list[tuple[str, int, Deferred | None]] = []
        for mail in mails:
            name = file_name(mail)
            try:
                opened.append((name, _write(self.path / "tmp" / name, with_envelope(mail)), None))
            except OSError as error:
                opened.append((name, -1, _deferred(error)))
        return [(name, error or _sync_and_close(handle)) for name, handle, error in opened]

    def _move(self, name: str) -> Outcome:
        try:
            (self.path / "tmp" / name).rename(self.path / "new" / name)
        except FileNotFoundError:  # the same mail stands twice in one batch and is there already
            return Delivered() if (self.path / "new" / name).exists() else Deferred("the file has gone from tmp/")
        except OSError as error:
            return _deferred(error)
        return Delivered()


def file_name(mail: Outgoing) -> str:
    """The name of this mail to this recipient, the same each time."""
    headers = mail.data.partition(b"\r\n\r\n")[0].partition(b"\n\n")[0]
    found = _MESSAGE_ID.search(headers)
    identity = found[1] if found else mail.data
    return f"{hashlib.sha256(identity + b' ' + mail.recipient.encode()).hexdigest()[:40]}.mailproc"


def with_envelope(mail: Outgoing) -> bytes:
    """The mail with its envelope written on top, as a last hop does (RFC 5321 §4.4); the rest untouched."""
    newline = "\r\n" if mail.data[: mail.data.find(b"\n") + 1].endswith(b"\r\n") else "\n"
    sender, recipient = (_UNFIT.sub("", text) for text in (mail.envelope_from, mail.recipient))
    return f"Return-Path: <{sender}>{newline}X-Envelope-To: <{recipient}>{newline}".encode() + mail.data


def _write(path: Path, data: bytes) -> int:
    """Write a whole file and leave it open for the sync."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]
    except OSError:
        os.close(handle)
        path.unlink(missing_ok=True)
        raise
    return handle


def _sync_and_close(handle: int) -> Deferred | None:
    try:
        os.fsync(handle)
    except OSError as error:
        return _deferred(error)
    finally:
        os.close(handle)
    return None


def _sync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _deferred(error: OSError, *, uncertain: bool = False) -> Deferred:
    return Deferred(f"folder: {error.strerror or error}", uncertain=uncertain)
