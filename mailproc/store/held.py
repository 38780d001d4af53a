"""Agents' mails of which nothing was done yet (R19, R22)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import bindparam

from mailproc.store.statement import Statement, columns_of, insert
from mailproc.store.tables import HeldRow, table
from mailproc.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Held:
    """An agent's mail that waits for a confirmation, or for commands that can be done."""

    id: int
    case_number: int | None
    agent: str
    inbound_id: int
    why: str
    text: str
    problems: list[str]
    at: datetime
    released_at: datetime | None


ROWS = table(HeldRow)
WHOLE = sa.select(*columns_of(ROWS, Held))
ADD = insert(ROWS, without=("id",), returning="id")
GET = Statement(WHOLE.where(ROWS.c.id == bindparam("key")))
WAITING = Statement(WHOLE.where(ROWS.c.released_at.is_(None)).order_by(ROWS.c.id))
OF_CASE = Statement(WHOLE.where(ROWS.c.case_number == bindparam("key")).order_by(ROWS.c.id))
RELEASE = Statement(
    sa.update(ROWS)
    .where(ROWS.c.id == bindparam("key"), ROWS.c.released_at.is_(None))
    .values(released_at=bindparam("at"))
)


def add(
    tx: Transaction,
    *,
    case_number: int | None,
    agent: str,
    inbound_id: int,
    why: str,
    text: str,
    problems: Sequence[str] = (),
    at: datetime,
) -> int:
    """Hold an agent's mail; its id here."""
    key = tx.value(
        ADD,
        case_number=case_number,
        agent=agent,
        inbound_id=inbound_id,
        why=why,
        text=text,
        problems=list(problems),
        at=at,
        released_at=None,
    )
    return int(key)


def get(tx: Transaction, key: int) -> Held | None:
    """One held mail by its id."""
    row = tx.one(GET, key=key)
    return Held(*row) if row else None


def waiting(tx: Transaction) -> list[Held]:
    """What was not released yet, oldest first."""
    return [Held(*row) for row in tx.all(WAITING)]


def of_case(tx: Transaction, number: int) -> list[Held]:
    """What is or was held on a case, oldest first."""
    return [Held(*row) for row in tx.all(OF_CASE, key=number)]


def release(tx: Transaction, key: int, at: datetime) -> bool:
    """Mark a held mail as released; False if it was before: a second "yes" does nothing."""
    return tx.run(RELEASE, key=key, at=at) == 1
