"""The plans that customers have paid for, as the customers file once had them (OWN-10)."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy import bindparam

from mailproc.store.desk_tables import TermRow
from mailproc.store.statement import Statement, upsert
from mailproc.store.tables import table
from mailproc.store.transaction import Transaction

ROWS = table(TermRow)
Paid = tuple[str, date]  # the plan, and the last day that it is paid for

GET = Statement(sa.select(ROWS.c.plan, ROWS.c.term_end).where(ROWS.c.customer == bindparam("name")))
PUT = upsert(ROWS, "plan", "term_end")


def get(tx: Transaction, customer: str) -> Paid | None:
    """What a customer has paid for, as far as it is known."""
    row = tx.one(GET, name=customer)
    return None if row is None else (row[0], row[1])


def everybody(tx: Transaction) -> dict[str, Paid]:
    """What each customer has paid for, by the customer's name."""
    clause = sa.select(ROWS.c.customer, ROWS.c.plan, ROWS.c.term_end).order_by(ROWS.c.customer)
    return {row[0]: (row[1], row[2]) for row in tx.select(clause)}


def put(tx: Transaction, customer: str, paid: Paid) -> None:
    """Write down what a customer has paid for, over what it was."""
    tx.run(PUT, customer=customer, plan=paid[0], term_end=paid[1])
