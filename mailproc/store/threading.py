"""Which Message-IDs and which people belong to a case (R6)."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy import bindparam

from mailproc.store.statement import Statement, insert_if_new
from mailproc.store.tables import MentionRow, ParticipantRow, table
from mailproc.store.transaction import Transaction

MENTIONS = table(MentionRow)
PEOPLE = table(ParticipantRow)

MENTION = insert_if_new(MENTIONS)
# A Message-ID on two cases belongs to a linked one that came later: the later is the one that is talked about.
CASE_OF = Statement(
    sa.select(MENTIONS.c.case_number)
    .where(MENTIONS.c.key == bindparam("key"), MENTIONS.c.ours == bindparam("ours"))
    .order_by(MENTIONS.c.case_number.desc())
    .limit(1)
)
JOIN = insert_if_new(PEOPLE)
PARTICIPANTS = Statement(sa.select(PEOPLE.c.address).where(PEOPLE.c.case_number == bindparam("key")))


def mention(
    tx: Transaction,
    *,
    case_number: int,
    message_id: str,
    ours: bool,
    inbound_id: int | None = None,
    outbox_id: int | None = None,
) -> None:
    """Remember that a Message-ID belongs to a case: `ours` if we issued it.  Twice is once."""
    tx.run(
        MENTION,
        key=message_key(message_id),
        case_number=case_number,
        ours=ours,
        inbound_id=inbound_id,
        outbox_id=outbox_id,
    )


def case_of(tx: Transaction, message_ids: Sequence[str], ours: bool) -> int | None:
    """The case of the first of these Message-IDs that is known, among those that we issued or those that we saw."""
    for message_id in message_ids:
        number = tx.value(CASE_OF, key=message_key(message_id), ours=ours)
        if number is not None:
            return int(number)
    return None


def join(tx: Transaction, case_number: int, address: str) -> None:
    """Make an address a participant of a case.  Twice is once."""
    tx.run(JOIN, case_number=case_number, address=address.lower())


def participants(tx: Transaction, number: int) -> frozenset[str]:
    """The addresses, in lower case, that take part in a case."""
    return frozenset(row[0] for row in tx.all(PARTICIPANTS, key=number))


def message_key(message_id: str) -> str:
    """A Message-ID of any length as 64 hex digits, the same with and without its angle brackets."""
    return sha256(message_id.strip().strip("<>").encode("utf-8", "surrogatepass")).hexdigest()
