"""Facts about the database itself: who owns it, which policies its deadlines were worked out with."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import bindparam

from mailproc.store.statement import Statement, insert_if_new, upsert
from mailproc.store.tables import MetaRow, table
from mailproc.store.transaction import Transaction

ROWS = table(MetaRow)
GET = Statement(sa.select(ROWS.c.value).where(ROWS.c.key == bindparam("name")))
PUT = upsert(ROWS, "value")
PUT_FIRST = insert_if_new(ROWS)


def get(tx: Transaction, key: str) -> str | None:
    """A fact by its name."""
    value = tx.value(GET, name=key)
    return None if value is None else str(value)


def put(tx: Transaction, key: str, value: str) -> None:
    """Write down a fact, over what it was."""
    tx.run(PUT, key=key, value=value)


def once(tx: Transaction, key: str, value: str) -> str:
    """Write down a fact unless there is one; gives back what stands: for an identity that is made up once."""
    tx.run(PUT_FIRST, key=key, value=value)
    return get(tx, key) or value
