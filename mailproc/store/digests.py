"""Which lists were mailed to whom, for which day and hour: each once, whoever tries (ELA-5, ELA-8)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import bindparam

from mailproc.store.desk_tables import DigestRow
from mailproc.store.statement import Statement, insert_if_new
from mailproc.store.tables import table
from mailproc.store.transaction import Transaction

ROWS = table(DigestRow)
OF = (
    ROWS.c.mailbox == bindparam("box"),
    ROWS.c.template == bindparam("name"),
    ROWS.c.reader == bindparam("who"),
)

CLAIM = insert_if_new(ROWS)
LAST = Statement(sa.select(sa.func.max(ROWS.c.occurrence, type_=ROWS.c.occurrence.type)).where(*OF))
FORGET = Statement(sa.delete(ROWS).where(*OF, ROWS.c.occurrence < bindparam("at")))


def last(tx: Transaction, mailbox: str, template: str, reader: str) -> datetime | None:
    """The latest day and hour for which this reader has had this list, or was known to need none."""
    moment = tx.value(LAST, box=mailbox, name=template, who=reader)
    return moment if isinstance(moment, datetime) else None


def claim(tx: Transaction, mailbox: str, template: str, reader: str, occurrence: datetime) -> bool:
    """Take a list for a day and hour: true for the first who does; what came before it is forgotten."""
    first = tx.run(CLAIM, mailbox=mailbox, template=template, reader=reader, occurrence=occurrence) == 1
    if first:
        tx.run(FORGET, box=mailbox, name=template, who=reader, at=occurrence)
    return first
