"""One open transaction, through which every query runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

from mailproc.core.case import Case
from mailproc.core.log import Entry
from mailproc.errors import StoreError
from mailproc.store.statement import Prepared, Statement


class Transaction:
    """What is done here is kept as a whole or not at all; whoever opened it commits.

    After a statement failed, nothing more runs and nothing can be committed: SQLite may have rolled back on its own
    (disk full, I/O error), and what came after would be kept without what came before.  A `savepoint` limits the harm
    where the database still can.  All driver errors come out as `StoreError`, their cause attached.

    `cases` are those that were read or written here last, as they stand: whoever writes keeps them true.
    `story`, where it is a list, takes the lines of the log in the database's stead, for a reader of this process alone.
    """

    __slots__ = ("_dialect", "_driver", "_error", "broken", "cases", "connection", "story")

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.broken: BaseException | None = None
        self.cases: dict[int, Case] = {}
        self.story: list[tuple[int | None, Entry]] | None = None
        self._dialect = connection.dialect
        self._driver: Any = connection.connection.dbapi_connection
        self._error: type[Exception] = connection.dialect.loaded_dbapi.Error

    def one(self, statement: Statement, **params: Any) -> Sequence[Any] | None:
        """The first row, or None."""
        rows = self.all(statement, **params)
        return rows[0] if rows else None

    def value(self, statement: Statement, **params: Any) -> Any:
        """The first column of the first row, or None."""
        row = self.one(statement, **params)
        return row[0] if row else None

    def all(self, statement: Statement, **params: Any) -> list[Sequence[Any]]:
        """Every row."""
        prepared = self._ready(statement)
        try:
            rows = self._driver.execute(prepared.sql, prepared.bind(params)).fetchall()
        except self._error as error:
            raise self._broke(error) from error
        return [prepared.read(row) for row in rows] if prepared.outputs else rows

    def run(self, statement: Statement, **params: Any) -> int:
        """How many rows the statement changed."""
        prepared = self._ready(statement)
        try:
            return int(self._driver.execute(prepared.sql, prepared.bind(params)).rowcount)
        except self._error as error:
            raise self._broke(error) from error

    def many(self, statement: Statement, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run the statement once for each row of values."""
        prepared = self._ready(statement)
        try:
            self._driver.cursor().executemany(prepared.sql, [prepared.bind(row) for row in rows])
        except self._error as error:
            raise self._broke(error) from error

    def select(self, clause: sa.Select[*tuple[Any, ...]]) -> Sequence[Sequence[Any]]:
        """Every row of a statement that is put together for the occasion: for lists that people ask for."""
        self._refuse_if_broken()
        try:
            return self.connection.execute(clause).all()
        except exc.DBAPIError as error:
            raise self._broke(error.orig or error) from error

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo only what happens inside if it fails.  Not to be nested."""
        self._command("SAVEPOINT part")
        told = len(self.story or ())
        try:
            yield
            self._refuse_if_broken()
        except BaseException:
            self._undo(told)
            raise
        self._command("RELEASE SAVEPOINT part")

    def _undo(self, told: int) -> None:
        self.cases.clear()
        if self.story is not None:
            del self.story[told:]
        cause, self.broken = self.broken, None
        try:
            self._command("ROLLBACK TO SAVEPOINT part")
            self._command("RELEASE SAVEPOINT part")
        except StoreError:
            self.broken = cause or self.broken

    def _command(self, sql: str) -> None:
        self._refuse_if_broken()
        try:
            self._driver.execute(sql)
        except self._error as error:
            raise self._broke(error) from error

    def _ready(self, statement: Statement) -> Prepared:
        self._refuse_if_broken()
        return statement.on(self._dialect)

    def _refuse_if_broken(self) -> None:
        if self.broken is not None:
            raise store_error(self.broken) from self.broken

    def _broke(self, error: BaseException) -> StoreError:
        self.broken = error
        return store_error(error)


def store_error(cause: BaseException) -> StoreError:
    """The driver's error in our words; raise it `from` the driver's."""
    return StoreError(f"the database refused: {cause}")
