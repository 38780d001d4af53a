"""Which cases wait for which development ticket, by the ticket's name in any case of letters (ELA-7)."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy import bindparam

from mailproc.store.desk_tables import LinkRow
from mailproc.store.statement import Statement, insert_if_new
from mailproc.store.tables import table
from mailproc.store.transaction import Transaction

ROWS = table(LinkRow)
LONGEST = 200
"""Characters of a ticket's name that count."""

ADD = insert_if_new(ROWS)
OF = Statement(sa.select(ROWS.c.case_number).where(ROWS.c.reference == bindparam("name")).order_by(ROWS.c.case_number))


def add(tx: Transaction, case_number: int, references: Iterable[str]) -> None:
    """Note that a case waits for these tickets."""
    for reference in references:
        tx.run(ADD, reference=_key(reference), case_number=case_number)


def cases_of(tx: Transaction, references: Iterable[str]) -> list[int]:
    """The numbers of the cases that wait for a ticket, which goes by all of these names; each once, in order."""
    names = dict.fromkeys(_key(reference) for reference in references)
    return sorted({row[0] for name in names for row in tx.all(OF, name=name)})


def _key(reference: str) -> str:
    return reference.casefold()[:LONGEST]
