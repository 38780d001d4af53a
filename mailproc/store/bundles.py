"""Mails that hold several notices to one person, and the notices in them, while others may still join."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import bindparam

from mailproc.store.desk_tables import BundledRow
from mailproc.store.letters import Letter
from mailproc.store.outbox import IS_WAITING, WHOLE
from mailproc.store.statement import Statement, columns_of, insert
from mailproc.store.tables import LetterBodyRow, LetterRow, table
from mailproc.store.transaction import Transaction

TEMPLATE = "bundle"
"""What the outbox calls a mail of several notices."""


@dataclass(frozen=True, slots=True)
class Part:
    """One notice of a mail: of which case (0: none) and mailbox, and its words; `html` is "" where there is none."""

    case_number: int
    mailbox: str
    template: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """A letter that others may join until it goes."""

    letter_id: int
    message_id: str
    goes_at: datetime


ROWS, LETTERS, BODIES = table(BundledRow), table(LetterRow), table(LetterBodyRow)
# A letter that was claimed once may have left, whatever became of it: nothing is added to it any more.
NEVER_CLAIMED = LETTERS.c.epoch == 0
STILL_HERE = (IS_WAITING, NEVER_CLAIMED, LETTERS.c.not_before > bindparam("now"))

ADD = insert(ROWS)
OPEN = Statement(
    sa.select(LETTERS.c.id, LETTERS.c.message_id, LETTERS.c.not_before)
    .join(ROWS, ROWS.c.letter_id == LETTERS.c.id)
    .where(ROWS.c.recipient == bindparam("recipient"), ROWS.c.goes_at > bindparam("now"), ROWS.c.seq == 1, *STILL_HERE)
    .order_by(ROWS.c.goes_at)
    .limit(1)
)
PARTS = Statement(sa.select(*columns_of(ROWS, Part)).where(ROWS.c.letter_id == bindparam("key")).order_by(ROWS.c.seq))
MAKE_SEVERAL = Statement(
    sa.update(LETTERS)
    .where(LETTERS.c.id == bindparam("key"), *STILL_HERE)
    .values(
        template=TEMPLATE,
        objective="",
        case_number=bindparam("number", type_=sa.Integer),
        inbound_id=None,
        automatic=sa.true(),
    )
)
NEW_BODY = Statement(sa.update(BODIES).where(BODIES.c.letter_id == bindparam("key")).values(data=bindparam("bytes")))


def begin(tx: Transaction, letter_id: int, recipient: str, goes_at: datetime, part: Part) -> None:
    """Note that others may join this letter, just queued, until it goes."""
    _add(tx, letter_id, 1, recipient, goes_at, part)


def open_to(tx: Transaction, recipient: str, now: datetime) -> Bundle | None:
    """The letter to this address that others may join: it waits, nobody has claimed it ever, and it goes later."""
    row = tx.one(OPEN, recipient=recipient, now=now)
    return Bundle(*row) if row else None


def join(tx: Transaction, bundle: Bundle, recipient: str, part: Part, now: datetime) -> list[Part]:
    """Add a notice to a letter of which `open_to` told in this transaction; all of its notices, oldest first."""
    known = parts(tx, bundle.letter_id)
    _add(tx, bundle.letter_id, len(known) + 1, recipient, bundle.goes_at, part)
    numbers = {one.case_number for one in (*known, part)}
    tx.run(MAKE_SEVERAL, key=bundle.letter_id, number=(numbers.pop() or None) if len(numbers) == 1 else None, now=now)
    return [*known, part]


def parts(tx: Transaction, letter_id: int) -> list[Part]:
    """The notices in a letter, oldest first; none where nothing ever could join it."""
    return [Part(*row) for row in tx.all(PARTS, key=letter_id)]


def rewrite(tx: Transaction, letter_id: int, data: bytes) -> None:
    """The letter's bytes are others now."""
    tx.run(NEW_BODY, key=letter_id, bytes=data)


def of_case(tx: Transaction, number: int) -> list[Letter]:
    """The letters of several cases in which one has a notice, oldest first."""
    mine = sa.select(ROWS.c.letter_id).where(ROWS.c.case_number == number)
    clause = WHOLE.where(LETTERS.c.id.in_(mine), LETTERS.c.case_number.is_(None))
    return [Letter(*row) for row in tx.select(clause.order_by(LETTERS.c.id))]


def _add(tx: Transaction, letter_id: int, seq: int, recipient: str, goes_at: datetime, part: Part) -> None:
    tx.run(
        ADD,
        letter_id=letter_id,
        seq=seq,
        case_number=part.case_number,
        mailbox=part.mailbox,
        recipient=recipient,
        goes_at=goes_at,
        template=part.template,
        subject=part.subject,
        text=part.text,
        html=part.html,
    )
