"""A SQL statement that is compiled once and then only bound and run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

Processor = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement in one database's own words, and how values go in and come out."""

    sql: str
    names: tuple[str, ...]
    pick: Callable[[Mapping[str, Any]], Sequence[Any]]
    inputs: tuple[tuple[int, Processor], ...]
    constants: Mapping[str, Any]
    named: bool
    outputs: tuple[tuple[int, Processor], ...]

    def bind(self, params: Mapping[str, Any]) -> Sequence[Any] | dict[str, Any]:
        """The values as the driver wants them."""
        values = list(self.pick({**self.constants, **params} if self.constants else params))
        for index, turn in self.inputs:
            values[index] = turn(values[index])
        return dict(zip(self.names, values, strict=True)) if self.named else values

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
        names = tuple(compiled.positiontup if compiled.positional else binds)
        turns = {name: _writer(bind.type, dialect) for name, bind in binds.items()}
        constants = {name: bind.value for name, bind in binds.items() if not bind.required}
        inputs = ((index, turns[name]) for index, name in enumerate(names) if name not in constants)
        readers = [_reader(column.type, dialect) for column in returned(self.clause)]
        return Prepared(
            sql=compiled.string,
            names=names,
            pick=_pick(names),
            inputs=tuple((index, turn) for index, turn in inputs if turn is not None),
            constants={name: _turned(turns[name], value) for name, value in constants.items()},
            named=not compiled.positional,
            outputs=tuple((index, reader) for index, reader in enumerate(readers) if reader is not None),
        )


def _turned(turn: Processor | None, value: Any) -> Any:
    return value if turn is None else turn(value)


def _pick(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    match names:
        case ():
            return lambda _: ()
        case (name,):
            return lambda given: (given[name],)
        case _:
            return itemgetter(*names)


def _writer(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Processor | None:
    return _moment_text if _is_moment(kind, dialect) else kind.dialect_impl(dialect).bind_processor(dialect)


def _reader(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Processor | None:
    return _moment if _is_moment(kind, dialect) else kind.dialect_impl(dialect).result_processor(dialect, None)


def _is_moment(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> bool:
    """Is it a moment that SQLite keeps as text, written and read by us in a fifth of SQLAlchemy's time?"""
    inner = kind.impl_instance if isinstance(kind, sa.types.TypeDecorator) else kind
    return dialect.name == "sqlite" and isinstance(inner, sa.DateTime) and bool(inner.timezone)


@lru_cache(maxsize=1024)
def _moment_text(value: datetime | None) -> str | None:
    """As SQLAlchemy writes it: in UTC, without saying so, to the microsecond.  Raises ValueError without a zone."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a moment must be aware: give it a time zone")
    return value.astimezone(UTC).isoformat(" ", "microseconds")[:26]


@lru_cache(maxsize=1024)
def _moment(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


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
