"""The lock that keeps a second daemon off a database."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType

from mailproc.errors import AlreadyRunning, UserError


class Hold:
    """A database held by this process until `release`, or until the process ends, however it ends."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Let the next daemon in.  The file stays: removing it could take the lock from under somebody else."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Hold:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def hold_database(path: Path) -> Hold:
    """Hold the database at `path` for this process, with a lock on the file `<path>.lock` beside it.

    Raises `AlreadyRunning`, naming the other process, where it is held; `UserError` where the lock cannot be written.
    """
    beside = path.with_name(path.name + ".lock")
    try:
        beside.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise UserError(
            f"{beside}: cannot be written: {error.strerror}; give this user the right to write there"
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = os.read(descriptor, 20).decode("ascii", "replace").strip() or "unknown"
        os.close(descriptor)
        message = (
            f"{path}: in use by another mailproc (process {holder}); stop that one first, or name another database"
        )
        raise AlreadyRunning(message) from error
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode("ascii"))
    return Hold(path, descriptor)


def holder(path: Path) -> int | None:
    """The process that held the database at `path` last, if it is known; it may have ended since."""
    try:
        said = path.with_name(path.name + ".lock").read_text("ascii", "replace").strip()
    except OSError:
        return None
    return int(said) if said.isdecimal() else None
