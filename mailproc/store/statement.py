"""A SQL statement that is compiled once and then only bound and run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

Processor = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement in one database's own words, and how values go in and come out."""

    sql: str
    inputs: tuple[tuple[str, Processor | None], ...]
    constants: Mapping[str, Any]
    named: bool
    outputs: tuple[tuple[int, Processor], ...]

    def bind(self, params: Mapping[str, Any]) -> Sequence[Any] | dict[str, Any]:
        """The values as the driver wants them."""
        given = {**self.constants, **params} if self.constants else params
        if self.named:
            return {name: given[name] if turn is None else turn(given[name]) for name, turn in self.inputs}
        return [given[name] if turn is None else turn(given[name]) for name, turn in self.inputs]

    def read(self, row: Sequence[Any]) -> Sequence[Any]:
        """A row of the driver's as Python values."""
        if not self.outputs:
            return row
        values = list(row)
        for index, turn in self.outputs:
            values[index] = turn(values[index])
        return values


class Statement:
    """One SQLAlchemy Core statement of a hot path.

    SQLAlchemy spends about 60 µs on running a statement, mostly on things that never change between two runs; a mail
    causes some thirty.  So the clause is compiled once per database, and its own type processors are applied by us.
    `columns` names what an INSERT fills.
    """

    __slots__ = ("_columns", "_prepared", "clause")

    def __init__(self, clause: sa.Executable, *, columns: Sequence[str] | None = None) -> None:
        self.clause: Any = clause
        self._columns = columns
        self._prepared: dict[str, Prepared] = {}

    def on(self, dialect: sa.Dialect) -> Prepared:
        """This statement in the words of `dialect`."""
        prepared = self._prepared.get(dialect.name)
        if prepared is None:
            prepared = self._prepared[dialect.name] = self._prepare(dialect)
        return prepared

    def _prepare(self, dialect: sa.Dialect) -> Prepared:
        compiled = self.clause.compile(dialect=dialect, column_keys=self._columns)
        binds = compiled.binds
        names = compiled.positiontup if compiled.positional else list(binds)
        turns = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in binds.items()}
        constants = {name: bind.value for name, bind in binds.items() if not bind.required}
        readers = [
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in returned(self.clause)
        ]
        return Prepared(
            sql=compiled.string,
            inputs=tuple((name, None if name in constants else turns[name]) for name in names),
            constants={name: _turned(turns[name], value) for name, value in constants.items()},
            named=not compiled.positional,
            outputs=tuple((index, reader) for index, reader in enumerate(readers) if reader is not None),
        )


def _turned(turn: Processor | None, value: Any) -> Any:
    return value if turn is None else turn(value)


def returned(clause: Any) -> list[Any]:
    """The columns that come back from a SELECT, or from RETURNING."""
    return list(getattr(clause, "exported_columns", ()))


def insert(
    table: sa.Table,
    *,
    without: tuple[str, ...] = (),
    returning: str | None = None,
    constants: Mapping[str, Any] | None = None,
) -> Statement:
    """INSERT of a whole row.

    `without` are the columns that the database fills, `constants` those that always begin alike; `returning` is the one
    to come back.
    """
    clause = sa.insert(table).values(dict(constants)) if constants else sa.insert(table)
    columns = [column.name for column in table.columns if column.name not in without]
    return Statement(clause.returning(table.c[returning]) if returning else clause, columns=columns)


def insert_if_new(table: sa.Table) -> Statement:
    """INSERT that does nothing where the key is taken already: the row count tells.

    PostgreSQL's construct is understood by SQLAlchemy's SQLite compiler as well; a test holds it to that.
    """
    return Statement(
        postgresql.insert(table).on_conflict_do_nothing(), columns=[column.name for column in table.columns]
    )


def upsert(table: sa.Table, *values: str) -> Statement:
    """INSERT that overwrites the named columns where the key is taken already."""
    clause = postgresql.insert(table)
    changed = clause.on_conflict_do_update(
        index_elements=list(table.primary_key.columns), set_={name: clause.excluded[name] for name in values}
    )
    return Statement(changed, columns=[column.name for column in table.columns])


def constant(word: StrEnum) -> sa.ColumnElement[Any]:
    """A word of ours as part of the statement: a partial index is only used where its condition stands in the text."""
    return sa.literal_column(f"'{word.value}'")


def columns_of(table: sa.Table, record: type[Any]) -> list[sa.Column[Any]]:
    """The columns that a record's fields are named after, in the fields' order."""
    return [table.c[field.name] for field in fields(record) if field.name in table.c]
