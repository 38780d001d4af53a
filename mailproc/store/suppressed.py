"""Addresses that get no more automatic mail (R14, R17)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import bindparam

from mailproc.store.statement import Statement, insert_if_new
from mailproc.store.tables import SuppressedRow, table
from mailproc.store.transaction import Transaction

ROWS = table(SuppressedRow)
ADD = insert_if_new(ROWS)
WHY = Statement(sa.select(ROWS.c.reason).where(ROWS.c.address == bindparam("key")))
REMOVE = Statement(sa.delete(ROWS).where(ROWS.c.address == bindparam("key")))


def add(tx: Transaction, address: str, *, at: datetime, reason: str) -> bool:
    """Suppress an address; False if it was before: the first reason stays."""
    return tx.run(ADD, address=address.lower(), at=at, reason=reason) == 1


def why(tx: Transaction, address: str) -> str | None:
    """Why an address is suppressed; None if it is not."""
    reason = tx.value(WHY, key=address.lower())
    return None if reason is None else str(reason)


def remove(tx: Transaction, address: str) -> bool:
    """Let an address have automatic mail again; False if it was not suppressed."""
    return tx.run(REMOVE, key=address.lower()) == 1


def listing(tx: Transaction) -> list[tuple[str, datetime, str]]:
    """Every suppressed address, since when, and why."""
    return [(row[0], row[1], row[2]) for row in tx.select(sa.select(ROWS).order_by(ROWS.c.address))]
