"""The story of each case: lines are added and read, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam

from mailproc.core.log import Entry
from mailproc.store.statement import Statement, insert
from mailproc.store.tables import LogRow, table
from mailproc.store.transaction import Transaction

ROWS = table(LogRow)
FIELDS = (ROWS.c.at, ROWS.c.event, ROWS.c.actor, ROWS.c.proof, ROWS.c.what)

APPEND = insert(ROWS, without=("id",))
OF_CASE = Statement(sa.select(*FIELDS).where(ROWS.c.case_number == bindparam("key")).order_by(ROWS.c.id))
TAIL = Statement(
    sa.select(ROWS.c.id, ROWS.c.case_number, *FIELDS)
    .where(ROWS.c.id > bindparam("after"))
    .order_by(ROWS.c.id)
    .limit(bindparam("limit", type_=sa.Integer))
)
LAST = Statement(sa.select(sa.func.max(ROWS.c.id)))


def append(tx: Transaction, case_number: int | None, entries: Sequence[Entry]) -> None:
    """Add lines to a case's story, or to the daemon's own (None)."""
    if tx.story is not None:
        tx.story.extend((case_number, entry) for entry in entries)
    elif entries:
        tx.many(APPEND, (_row(case_number, entry) for entry in entries))


def of_case(tx: Transaction, number: int) -> list[Entry]:
    """A case's story, in order."""
    return [_entry(row) for row in tx.all(OF_CASE, key=number)]


def tail(tx: Transaction, after_id: int, limit: int = 1000) -> list[tuple[int, int | None, Entry]]:
    """The lines after one, in order: their ids, their cases' numbers, and what they say."""
    return [(row[0], row[1], _entry(row[2:])) for row in tx.all(TAIL, after=after_id, limit=limit)]


def last_id(tx: Transaction) -> int:
    """The id of the newest line; 0 if there is none."""
    return int(tx.value(LAST) or 0)


def between(
    tx: Transaction, start: datetime, end: datetime, *, events: Iterable[str]
) -> list[tuple[int | None, Entry]]:
    """The lines of some events from `start` up to but not at `end`, in order, with their cases' numbers.

    Reads all of the log: for reports.
    """
    clause = sa.select(ROWS.c.case_number, *FIELDS).where(
        ROWS.c.at >= start, ROWS.c.at < end, ROWS.c.event.in_(list(events))
    )
    return [(row[0], _entry(row[1:])) for row in tx.select(clause.order_by(ROWS.c.id))]


def _row(case_number: int | None, entry: Entry) -> dict[str, Any]:
    what: dict[str, Any] = {"because": entry.because, "clause": entry.clause, **entry.what}
    return {
        "case_number": case_number,
        "at": entry.at,
        "event": entry.event,
        "actor": entry.actor,
        "proof": entry.proof,
        "what": {key: value for key, value in what.items() if value not in ("", ())},
    }


def _entry(row: Sequence[Any]) -> Entry:
    at, event, actor, proof, what = row
    rest = {key: value for key, value in what.items() if key not in ("because", "clause")}
    return Entry(
        at=at,
        event=event,
        because=what.get("because", ""),
        clause=tuple(what.get("clause", ())),
        actor=actor,
        proof=proof,
        what=rest,
    )
