"""Opening a database by its URL."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import exc

from mailproc.errors import UserError
from mailproc.store import sqlite

EXAMPLE = "sqlite:///var/mailproc.db"


@dataclass(frozen=True, slots=True)
class Engines:
    """Where to write and where to read: two engines on one file, or the same one twice for a database in memory."""

    writing: sa.Engine
    reading: sa.Engine
    path: Path | None  # None: no file, nothing to lock

    @property
    def shared(self) -> bool:
        """Do readers and writers share one connection?"""
        return self.writing is self.reading

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.writing.dispose()
        self.reading.dispose()


def open_engines(url: str, *, readonly: bool = False) -> Engines:
    """The engines for `url`: `sqlite:///relative.db`, `sqlite:////absolute.db`, or `sqlite://` for one in memory.

    Creates the folder of a new database, unless `readonly`.  Raises `UserError`.
    """
    path = database_path(url)
    if path is None:
        engine = sqlite.memory_engine()
        return Engines(writing=engine, reading=engine, path=None)
    if path.is_dir():
        raise UserError(f"{path}: is a folder; name a file in it, such as {path / 'mailproc.db'}")
    if readonly and not path.exists():
        raise UserError(f"{path}: no such database; check storage.url, or start mailproc serve once")
    if not readonly:
        _make_folder(path.parent)
    reading = sqlite.file_engine(path, reading=True)
    return Engines(writing=reading if readonly else sqlite.file_engine(path, reading=False), reading=reading, path=path)


def database_path(url: str) -> Path | None:
    """The file that a URL names, None for one in memory.  Raises `UserError` for a URL that names neither."""
    try:
        parsed = sa.make_url(url)
    except exc.ArgumentError:
        # The text is not repeated: it may hold a password.
        raise UserError(f"storage.url: not a database URL; write one such as {EXAMPLE}") from None
    if parsed.drivername != "sqlite" or parsed.host or parsed.query:
        shown = parsed.render_as_string(hide_password=True)
        raise UserError(f"storage.url: {shown}: this database is not supported; write one such as {EXAMPLE}")
    return Path(parsed.database) if parsed.database not in (None, "", ":memory:") else None


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{folder}: cannot be made into a folder for the database: {error.strerror}") from error
