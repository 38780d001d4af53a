"""Numbers given out in order."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import bindparam

from mailproc.store.statement import Statement, insert_if_new
from mailproc.store.tables import CounterRow, table
from mailproc.store.transaction import Transaction

ROWS = table(CounterRow)
NEXT = Statement(
    sa.update(ROWS)
    .where(ROWS.c.name == bindparam("key"))
    .values(value=ROWS.c.value + bindparam("count", type_=sa.Integer))
    .returning(ROWS.c.value)
)
FIRST = insert_if_new(ROWS)


def next_number(tx: Transaction, name: str) -> int:
    """The next number of this name, from 1.  A transaction that is rolled back gives its numbers back."""
    return next_numbers(tx, name, 1)[0]


def next_numbers(tx: Transaction, name: str, count: int) -> range:
    """The next numbers of this name, as many as are asked for, which is at least one."""
    last = tx.value(NEXT, key=name, count=count)
    if last is None:
        tx.run(FIRST, name=name, value=0)
        last = tx.value(NEXT, key=name, count=count)
    return range(int(last) - count + 1, int(last) + 1)
