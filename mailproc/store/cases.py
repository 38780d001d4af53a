"""Cases: the whole as one document, and what is looked for beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam

from mailproc.core import codec
from mailproc.core.case import Case, State
from mailproc.store import statement
from mailproc.store.counter import next_number
from mailproc.store.statement import Statement
from mailproc.store.tables import CaseRow, table
from mailproc.store.transaction import Transaction

ROWS = table(CaseRow)
THIS = ROWS.c.number == bindparam("key")
OPEN = tuple(state for state in State if state is not State.CLOSED)
LIMIT = bindparam("limit", type_=sa.Integer)
REMEMBERED = 64
"""Cases that a transaction keeps at hand."""

INSERT = statement.insert(ROWS)
SAVE = Statement(
    sa.update(ROWS)
    .where(THIS)
    .values(
        mailbox=bindparam("mailbox"),
        state=bindparam("state"),
        severity=bindparam("severity"),
        owner=bindparam("owner"),
        requester=bindparam("requester"),
        customer=bindparam("customer"),
        due_at=bindparam("due_at"),
        touched_at=sa.func.coalesce(bindparam("touched_at", type_=ROWS.c.touched_at.type), ROWS.c.touched_at),
        doc=bindparam("doc"),
        version=ROWS.c.version + 1,
    )
)
# Of a case that moved on in time alone, what it is looked for by stays: its indexes are left as they are.
SAVE_DOC = Statement(
    sa.update(ROWS)
    .where(THIS)
    .values(
        due_at=bindparam("due_at"),
        touched_at=sa.func.coalesce(bindparam("touched_at", type_=ROWS.c.touched_at.type), ROWS.c.touched_at),
        doc=bindparam("doc"),
        version=ROWS.c.version + 1,
    )
)
LOAD = Statement(sa.select(ROWS.c.doc).where(THIS))
DUE = Statement(
    sa.select(ROWS.c.number)
    .where(ROWS.c.due_at <= bindparam("now"))
    .order_by(ROWS.c.due_at, ROWS.c.number)
    .limit(LIMIT)
)
NEXT_DUE = Statement(sa.select(ROWS.c.due_at).where(ROWS.c.due_at.is_not(None)).order_by(ROWS.c.due_at).limit(1))
SET_DUE = Statement(sa.update(ROWS).where(THIS).values(due_at=bindparam("at")))
OF_REQUESTER = Statement(
    sa.select(ROWS.c.doc).where(ROWS.c.requester == bindparam("address")).order_by(ROWS.c.number.desc()).limit(LIMIT)
)


def open_number(tx: Transaction) -> int:
    """The number of the next case, from 1; it is nobody else's if this transaction is committed."""
    return next_number(tx, "case")


def insert(tx: Transaction, case: Case, due_at: datetime | None) -> None:
    """Keep a new case."""
    tx.run(INSERT, number=case.number, opened_at=case.opened, version=1, **_columns(case, due_at, case.opened))
    _remember(tx, case)


def save(tx: Transaction, case: Case, due_at: datetime | None, *, at: datetime | None = None) -> None:
    """Keep a changed case.  `due_at` is when the clock must look at it next; `at`, when it was last touched."""
    was = tx.cases.get(case.number)
    if was is not None and _sought(was) == _sought(case):
        tx.run(SAVE_DOC, key=case.number, due_at=due_at, touched_at=at, doc=codec.dump(case))
    else:
        tx.run(SAVE, key=case.number, **_columns(case, due_at, at))
    _remember(tx, case)


def load(tx: Transaction, number: int) -> Case | None:
    """One case by its number."""
    case = tx.cases.get(number)
    if case is None and (doc := tx.value(LOAD, key=number)) is not None:
        case = _remember(tx, codec.load(doc))
    return case


def _remember(tx: Transaction, case: Case) -> Case:
    if len(tx.cases) >= REMEMBERED:
        tx.cases.clear()
    tx.cases[case.number] = case
    return case


def due(tx: Transaction, now: datetime, limit: int) -> list[int]:
    """The numbers of the cases that the clock must look at by `now`, earliest first."""
    return [row[0] for row in tx.all(DUE, now=now, limit=limit)]


def next_due(tx: Transaction) -> datetime | None:
    """When the clock must look at a case next; None if it need not."""
    moment = tx.value(NEXT_DUE)
    return moment if isinstance(moment, datetime) else None


def set_due(tx: Transaction, number: int, due_at: datetime | None) -> None:
    """Move when the clock must look at a case, and nothing else."""
    tx.run(SET_DUE, key=number, at=due_at)


def of_requester(tx: Transaction, address: str, open_only: bool = False, *, limit: int = 1000) -> list[Case]:
    """The cases that an address opened, newest first; at most `limit` are looked at."""
    found = _cases(tx.all(OF_REQUESTER, address=address.lower(), limit=limit))
    return [case for case in found if case.state in OPEN] if open_only else found


def listing(tx: Transaction, states: Iterable[State] = OPEN, owner: str | None = None) -> list[Case]:
    """The cases in some states, of one owner if named: first what is due first, then by number."""
    clause = sa.select(ROWS.c.doc).where(ROWS.c.state.in_([state.value for state in states]))
    if owner is not None:
        clause = clause.where(ROWS.c.owner == owner)
    return _cases(tx.select(clause.order_by(ROWS.c.due_at.is_(None), ROWS.c.due_at, ROWS.c.number)))


def all_open_numbers(tx: Transaction) -> list[int]:
    """The numbers of all cases that are not closed, in order."""
    clause = sa.select(ROWS.c.number).where(ROWS.c.state.in_([state.value for state in OPEN]))
    return [row[0] for row in tx.select(clause.order_by(ROWS.c.number))]


def open_of_customers(tx: Transaction, names: Iterable[str]) -> list[int]:
    """The numbers of all cases of these customers that are not closed, in order."""
    wanted = frozenset(names)
    clause = sa.select(ROWS.c.number, ROWS.c.customer).where(ROWS.c.state.in_([state.value for state in OPEN]))
    return [row[0] for row in tx.select(clause.order_by(ROWS.c.number)) if row[1] in wanted]


def counts(tx: Transaction) -> dict[str, int]:
    """How many cases are in each state."""
    clause = sa.select(ROWS.c.state, sa.func.count()).group_by(ROWS.c.state)
    return {row[0]: row[1] for row in tx.select(clause)}


def _cases(rows: Iterable[Sequence[Any]]) -> list[Case]:
    return [codec.load(row[0]) for row in rows]


def _columns(case: Case, due_at: datetime | None, touched_at: datetime | None) -> dict[str, Any]:
    return _sought(case) | {"due_at": due_at, "touched_at": touched_at, "doc": codec.dump(case)}


def _sought(case: Case) -> dict[str, Any]:
    """What a case is looked for by, beside its due time."""
    return {
        "mailbox": case.mailbox,
        "state": case.state.value,
        "severity": case.severity,
        "owner": case.owner,
        "requester": case.requester.address.lower(),
        "customer": case.customer,
    }
