"""The store: work goes in, one commit comes out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy import exc

from mailproc.errors import StoreError, UserError
from mailproc.store import schema, sqlite
from mailproc.store.engine import Engines, open_engines
from mailproc.store.transaction import Transaction, store_error

T = TypeVar("T")


class Store:
    """One database.  May be used from any thread; writers wait for each other, readers for nobody."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._lock = threading.RLock()
        self._connection: sa.Connection | None = None
        self._open: Transaction | None = None

    @property
    def path(self) -> Path | None:
        """The database's file, None for one in memory."""
        return self._engines.path

    @property
    def in_memory(self) -> bool:
        """Does it end with the process?"""
        return self._engines.shared

    def transact(self, work: Callable[[Transaction], T]) -> T:
        """What `work` returns, after all it wrote is committed and on the disk.

        Nothing is kept if it raises.  Raises `StoreError` if the database refuses.
        """
        with self.writing() as tx:
            return work(tx)

    def read(self, work: Callable[[Transaction], T]) -> T:
        """What `work` returns, over one snapshot of the database; it cannot write, and holds up no writer."""
        if self._engines.shared:
            return self._read_shared(work)
        with _translated(), self._engines.reading.connect() as connection, connection.begin():
            return work(Transaction(connection))

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """The transaction itself, committed at the end, for those who do more than one piece of work in it."""
        with self._lock:
            if self._open is not None:
                raise RuntimeError("a transaction inside a transaction: hand the open one along")
            connection = self._writer()
            try:
                with _translated(), connection.begin():
                    self._open = Transaction(connection)
                    yield self._open
                    if self._open.broken is not None:
                        raise store_error(self._open.broken) from self._open.broken
            except BaseException:
                self._end(connection)
                raise
            finally:
                self._open = None

    def problems(self) -> list[str]:
        """What is wrong with the file; empty if it is sound.  Reads all of it: seconds for a big one."""
        with _translated(), self._engines.reading.connect() as connection:
            return sqlite.problems(connection)

    def close(self) -> None:
        """Close every connection; the last one writes SQLite's log back into the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            self._engines.dispose()

    def _writer(self) -> sa.Connection:
        if self._connection is None:
            with _translated():
                self._connection = self._engines.writing.connect()
        return self._connection

    def _end(self, connection: sa.Connection) -> None:
        """Leave no transaction open: a COMMIT that failed is not rolled back by SQLAlchemy."""
        driver = connection.connection.dbapi_connection
        if driver is None:
            return
        try:
            driver.rollback()
        except connection.dialect.loaded_dbapi.Error:
            connection.invalidate()
            connection.close()
            self._connection = None

    def _read_shared(self, work: Callable[[Transaction], T]) -> T:
        with self._lock:
            if self._open is not None:
                return work(self._open)
            return self.transact(work)


@contextmanager
def _translated() -> Iterator[None]:
    """Errors of the driver that come from beginning or committing, as `StoreError`."""
    try:
        yield
    except exc.DBAPIError as error:
        cause = error.orig or error
        raise store_error(cause) from cause
    except exc.TimeoutError as error:
        raise StoreError("too many read the database at once, and each for long") from error


def open_store(url: str, *, readonly: bool = False, thorough: bool = False) -> Store:
    """The store at `url`, its schema brought up to date.

    `readonly` neither creates nor changes anything.  `thorough` reads the whole file first and refuses a damaged one:
    for the daemon's start.  Raises `UserError`, in one line, for whatever an admin can put right.
    """
    store = Store(open_engines(url, readonly=readonly))
    try:
        _prepare(store, readonly=readonly)
        if thorough:
            _refuse_if_damaged(store)
    except StoreError as error:
        store.close()
        raise UserError(f"{_name(store)}: {sqlite.advice(error.__cause__ or error)}") from error
    except UserError:
        store.close()
        raise
    return store


def _prepare(store: Store, *, readonly: bool) -> None:
    if not readonly:
        store.transact(lambda tx: schema.upgrade(tx.connection, name=_name(store)))
        return
    found = store.read(lambda tx: schema.revision(tx.connection, name=_name(store)))
    if found != schema.HEAD:
        raise UserError(
            f"{_name(store)}: written by an older mailproc; start mailproc serve once to bring it up to date"
        )


def _refuse_if_damaged(store: Store) -> None:
    if problems := store.problems():
        raise UserError(f"{_name(store)}: is damaged ({problems[0]}); restore the last backup")


def _name(store: Store) -> str:
    return str(store.path) if store.path else "the database in memory"
