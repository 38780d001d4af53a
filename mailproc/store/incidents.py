"""Declared incidents, and the cases that belong to them (EIO-8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam

from mailproc.store.desk_tables import IncidentCaseRow, IncidentRow
from mailproc.store.statement import Statement, columns_of, insert, insert_if_new
from mailproc.store.tables import table
from mailproc.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Declared:
    """A declared incident: what customers are told, how mails that speak of it are known, from when until when.

    `signs` has `groups`, a list of lists of phrases, and `needed`, how many of the groups a mail must mention.
    `declared_by` is an agent's name, "" where the policy file declares it.
    """

    id: int
    mailbox: str
    name: str
    text: str
    signs: Mapping[str, Any]
    declared_by: str
    started_at: datetime
    over_at: datetime | None


ROWS = table(IncidentRow)
CASES = table(IncidentCaseRow)
WHOLE = sa.select(*columns_of(ROWS, Declared))

ADD = insert(ROWS, without=("id",), returning="id")
GET = Statement(WHOLE.where(ROWS.c.id == bindparam("key")))
RUNNING = Statement(WHOLE.where(ROWS.c.mailbox == bindparam("mailbox"), ROWS.c.over_at.is_(None)).order_by(ROWS.c.id))
NAMED = Statement(
    WHOLE.where(
        ROWS.c.mailbox == bindparam("mailbox"), ROWS.c.name == bindparam("name"), ROWS.c.declared_by == bindparam("by")
    ).order_by(ROWS.c.id.desc())
)
END = Statement(sa.update(ROWS).where(ROWS.c.id == bindparam("key")).values(over_at=bindparam("at")))
JOIN = insert_if_new(CASES)
CASES_OF = Statement(
    sa.select(CASES.c.case_number).where(CASES.c.incident == bindparam("key")).order_by(CASES.c.case_number)
)


def declare(
    tx: Transaction,
    *,
    mailbox: str,
    name: str,
    text: str,
    signs: Mapping[str, Any],
    declared_by: str,
    at: datetime,
) -> int:
    """Note that an incident began; its number."""
    key = tx.value(
        ADD,
        mailbox=mailbox,
        name=name,
        text=text,
        signs=dict(signs),
        declared_by=declared_by,
        started_at=at,
        over_at=None,
    )
    return int(key)


def get(tx: Transaction, key: int) -> Declared | None:
    """One incident by its number."""
    row = tx.one(GET, key=key)
    return Declared(*row) if row else None


def running(tx: Transaction, mailbox: str) -> list[Declared]:
    """The incidents of a mailbox that are not over, in the order in which they were declared."""
    return [Declared(*row) for row in tx.all(RUNNING, mailbox=mailbox)]


def of_file(tx: Transaction, mailbox: str, name: str) -> Declared | None:
    """The incident that the policy file declares under this name, if a mail has spoken of it or it was ended."""
    row = tx.one(NAMED, mailbox=mailbox, name=name, by="")
    return Declared(*row) if row else None


def end(tx: Transaction, key: int, at: datetime) -> None:
    """Note that an incident is over."""
    tx.run(END, key=key, at=at)


def join(tx: Transaction, key: int, case_number: int) -> None:
    """Note that a case belongs to an incident."""
    tx.run(JOIN, incident=key, case_number=case_number)


def cases_of(tx: Transaction, key: int) -> list[int]:
    """The numbers of the cases that belong to an incident, or did."""
    return [row[0] for row in tx.all(CASES_OF, key=key)]
