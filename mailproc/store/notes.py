"""Internal texts on a case: nothing that writes to customers imports this module (R20)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import bindparam

from mailproc.store.statement import Statement, columns_of, insert
from mailproc.store.tables import NoteRow, table
from mailproc.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody of ours wrote for us alone."""

    id: int
    case_number: int
    author: str
    at: datetime
    text: str


ROWS = table(NoteRow)
ADD = insert(ROWS, without=("id",), returning="id")
OF_CASE = Statement(
    sa.select(*columns_of(ROWS, Note)).where(ROWS.c.case_number == bindparam("key")).order_by(ROWS.c.id)
)


def add(tx: Transaction, *, case_number: int, author: str, at: datetime, text: str) -> int:
    """Keep a note; its id."""
    return int(tx.value(ADD, case_number=case_number, author=author, at=at, text=text))


def of_case(tx: Transaction, number: int) -> list[Note]:
    """The notes of a case, oldest first."""
    return [Note(*row) for row in tx.all(OF_CASE, key=number)]
