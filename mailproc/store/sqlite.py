"""SQLite: how a file is opened and tuned, and what its errors mean."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import NullPool, QueuePool, StaticPool

from mailproc.store import jsontext

BUSY_SECONDS = 5.0
"""How long a statement waits for another process's short transaction before it is a `StoreError`."""

COMMON = ("foreign_keys=ON", "temp_store=MEMORY", "secure_delete=OFF")
# FULL: a commit returns after its fsync, so that 250 means durable.  A checkpoint comes each 2,000 pages (8 MB).
WRITING = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "wal_autocheckpoint=2000",
    "journal_size_limit=67108864",
    "cache_size=-8000",
)
READING = ("query_only=ON", "cache_size=-4000")

TROUBLE = frozenset(
    {
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_NOMEM,
    }
)
"""Primary result codes that blame the machine, the disk or the file, not the statement."""

FATAL = frozenset({sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC})
"""After a failed fsync the kernel may have dropped the pages: a second fsync that succeeds proves nothing."""


def file_engine(path: Path, *, reading: bool) -> sa.Engine:
    """An engine for a database file; `reading` ones cannot write, and see a snapshot for each transaction."""
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)),
        poolclass=QueuePool if reading else NullPool,
        json_serializer=jsontext.dump,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False, "cached_statements": 256},
    )
    _tune(engine, (*COMMON, *(READING if reading else WRITING)), "BEGIN" if reading else "BEGIN IMMEDIATE")
    return engine


def memory_engine() -> sa.Engine:
    """An engine for a database in memory, with one connection, that ends with the process."""
    engine = sa.create_engine(
        "sqlite://",
        poolclass=StaticPool,
        json_serializer=jsontext.dump,
        connect_args={"check_same_thread": False, "cached_statements": 256},
    )
    _tune(engine, COMMON, "BEGIN IMMEDIATE")
    return engine


def _tune(engine: sa.Engine, pragmas: tuple[str, ...], begin: str) -> None:
    """Set the pragmas on each new connection, and begin transactions ourselves.

    A deferred transaction that turns from reading to writing fails at once, whatever the timeout: so those that write
    say it when they begin.
    """

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").fetchall()

    @event.listens_for(engine, "begin")
    def on_begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)


def problems(connection: sa.Connection, *, at_most: int = 10) -> list[str]:
    """What `PRAGMA quick_check` finds wrong with the file; empty if it is sound.  Reads all of it."""
    rows = connection.exec_driver_sql(f"PRAGMA quick_check({at_most})").scalars().all()
    lines = [line for row in rows for line in str(row).splitlines()]
    return [line for line in lines if line != "ok" and not line.startswith("***")]


def is_trouble(error: BaseException | None) -> bool:
    """Is the machine, the disk or the file at fault, so that the next write may fail as well?"""
    return isinstance(error, sqlite3.Error) and _code(error) & 0xFF in TROUBLE


def is_fatal(error: BaseException | None) -> bool:
    """Must the process stop using the file, because it cannot know any more what is on the disk?"""
    if not isinstance(error, sqlite3.Error):
        return False
    return _code(error) in FATAL or _code(error) & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def advice(error: BaseException) -> str:
    """What is wrong and what to do, in one line, for a database that cannot be opened."""
    match _code(error) & 0xFF if isinstance(error, sqlite3.Error) else 0:
        case sqlite3.SQLITE_NOTADB:
            return "is not a SQLite database; name another file, or move this one away"
        case sqlite3.SQLITE_CORRUPT:
            return f"is damaged ({error}); restore the last backup"
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return "cannot be written; give this user the right to write the file and its folder"
        case sqlite3.SQLITE_CANTOPEN:
            return "cannot be opened; give this user the right to write the file and its folder"
        case sqlite3.SQLITE_FULL:
            return "cannot grow: the disk is full; free some space"
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return f"was locked by another program for {BUSY_SECONDS:.0f} seconds; try again"
        case _:
            return f"cannot be used: {error}"


def _code(error: sqlite3.Error) -> int:
    # Errors of the Python module itself, such as a closed connection, carry no code.
    return getattr(error, "sqlite_errorcode", None) or 0
