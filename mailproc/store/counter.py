"""Numbers given out in order."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import bindparam

from mailproc.store.statement import Statement, insert_if_new
from mailproc.store.tables import CounterRow, table
from mailproc.store.transaction import Transaction

ROWS = table(CounterRow)
NEXT = Statement(
    sa.update(ROWS).where(ROWS.c.name == bindparam("key")).values(value=ROWS.c.value + 1).returning(ROWS.c.value)
)
FIRST = insert_if_new(ROWS)


def next_number(tx: Transaction, name: str) -> int:
    """The next number of this name, from 1.  A transaction that is rolled back gives its numbers back."""
    number = tx.value(NEXT, key=name)
    if number is None:
        tx.run(FIRST, name=name, value=0)
        number = tx.value(NEXT, key=name)
    return int(number)
