"""Letters on their way out: claimed for a while, sent at least once, and fenced by epochs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam

from mailproc.store.counter import next_number, next_numbers
from mailproc.store.letters import Letter, LetterIn, Priority
from mailproc.store.statement import Statement, columns_of, constant, insert
from mailproc.store.tables import LetterBodyRow, LetterRow, LetterState, table
from mailproc.store.transaction import Transaction

ROWS = table(LetterRow)
BODIES = table(LetterBodyRow)
WHOLE = sa.select(*columns_of(ROWS, Letter))
WITH_BODY = WHOLE.add_columns(sa.func.coalesce(BODIES.c.data, sa.literal_column("x''", sa.LargeBinary))).outerjoin(
    BODIES, BODIES.c.letter_id == ROWS.c.id
)
IS_WAITING = ROWS.c.state == constant(LetterState.WAITING)
IS_CLAIMED = ROWS.c.state == constant(LetterState.SENDING)
THIS = ROWS.c.id == bindparam("key")
MINE = (THIS, IS_CLAIMED, ROWS.c.epoch == bindparam("mine"))
LIMIT = bindparam("limit", type_=sa.Integer)

Front = Sequence[datetime | None]
"""When the first letter of each priority may go, and when the first claim runs out."""

COLUMNS = tuple(field.name for field in fields(Letter))
GIVEN = tuple(field.name for field in fields(LetterIn))
FRESH = {"tries": 0, "claimed_until": None, "epoch": 0, "uncertain": 0, "finished_at": None, "error": ""}
QUEUE = insert(ROWS, constants=FRESH)
QUEUE_BODY = insert(BODIES)
GET = Statement(WHOLE.where(THIS))
BODY = Statement(sa.select(BODIES.c.data).where(BODIES.c.letter_id == bindparam("key")))
BY_MESSAGE_ID = Statement(WHOLE.where(ROWS.c.message_id == bindparam("message_id")))
OF_PRIORITY = Statement(
    WITH_BODY.where(IS_WAITING, ROWS.c.priority == bindparam("priority"), ROWS.c.not_before <= bindparam("now"))
    .order_by(ROWS.c.not_before, ROWS.c.id)
    .limit(LIMIT)
)
EXPIRED = Statement(
    WITH_BODY.where(ROWS.c.claimed_until <= bindparam("now")).order_by(ROWS.c.claimed_until, ROWS.c.id).limit(LIMIT)
)
CLAIM = Statement(
    sa.update(ROWS)
    .where(THIS)
    .values(
        state=LetterState.SENDING,
        claimed_until=bindparam("until"),
        epoch=ROWS.c.epoch + 1,
        uncertain=ROWS.c.uncertain + bindparam("unsure", type_=sa.Integer),
    )
)
EXPIRE = Statement(
    sa.update(ROWS).where(ROWS.c.claimed_until > bindparam("now")).values(claimed_until=bindparam("now"))
)
# One look at the front of each priority's part of the index, in one statement.
FIRST_OF_EACH = [
    sa.select(sa.func.min(ROWS.c.not_before))
    .where(IS_WAITING, ROWS.c.priority == sa.literal_column(str(priority.value)))
    .scalar_subquery()
    for priority in Priority
]
NEXT_EXPIRY = sa.select(sa.func.min(ROWS.c.claimed_until)).where(ROWS.c.claimed_until.is_not(None)).scalar_subquery()
AHEAD = Statement(sa.select(*FIRST_OF_EACH, NEXT_EXPIRY))
SENT = Statement(
    sa.update(ROWS)
    .where(*MINE)
    .values(state=LetterState.SENT, tries=ROWS.c.tries + 1, finished_at=bindparam("at"), claimed_until=None, error="")
)
DEFER = Statement(
    sa.update(ROWS)
    .where(*MINE)
    .values(
        state=LetterState.WAITING,
        tries=ROWS.c.tries + 1,
        claimed_until=None,
        not_before=bindparam("later"),
        uncertain=ROWS.c.uncertain + bindparam("unsure", type_=sa.Integer),
        error=bindparam("why"),
    )
)
REFUSE = Statement(
    sa.update(ROWS)
    .where(*MINE)
    .values(
        state=LetterState.FAILED,
        tries=ROWS.c.tries + 1,
        claimed_until=None,
        finished_at=bindparam("at"),
        error=bindparam("why"),
    )
)
HOLD = Statement(sa.update(ROWS).where(THIS, IS_WAITING).values(state=LetterState.HELD, hold_reason=bindparam("why")))
RELEASE = Statement(
    sa.update(ROWS)
    .where(THIS, ROWS.c.state == LetterState.HELD)
    .values(state=LetterState.WAITING, hold_reason="", not_before=bindparam("now"))
)
DROP = Statement(
    sa.update(ROWS)
    .where(
        THIS,
        ROWS.c.state.in_([sa.literal(state) for state in (LetterState.WAITING, LetterState.HELD, LetterState.FAILED)]),
    )
    .values(state=LetterState.DROPPED, finished_at=bindparam("at"))
)
RETRY = Statement(
    sa.update(ROWS)
    .where(THIS, ROWS.c.state == LetterState.FAILED)
    .values(state=LetterState.WAITING, tries=0, not_before=bindparam("now"), finished_at=None)
)

# As in the partial index, on both databases: SQLite has no boolean of its own.
IS_ANSWER = ROWS.c.answer == sa.true()
ANSWERS = Statement(
    sa.select(ROWS.c.not_before, ROWS.c.case_number, ROWS.c.template)
    .where(
        IS_ANSWER,
        ROWS.c.recipient == bindparam("recipient"),
        ROWS.c.not_before >= bindparam("since"),
        ROWS.c.state != LetterState.HELD,
        ROWS.c.state != LetterState.DROPPED,
    )
    .order_by(ROWS.c.not_before)
)


def reserve(tx: Transaction) -> int:
    """The id of a letter yet to be written: its Message-ID and its signed addresses may depend on it."""
    return next_number(tx, "letter")


def reserve_several(tx: Transaction, count: int) -> range:
    """As `reserve`, for letters that are written together: at least one."""
    return next_numbers(tx, "letter", count)


def queue(tx: Transaction, letter: LetterIn, data: bytes) -> None:
    """Put a letter into the outbox, held if it says why; `data` are the bytes of each attempt, kept if it has any."""
    columns = {name: getattr(letter, name) for name in GIVEN}
    columns["not_before"] = letter.not_before or letter.created_at
    tx.run(
        QUEUE,
        **columns,
        state=LetterState.HELD if letter.hold_reason else LetterState.WAITING,
    )
    if data:
        tx.run(QUEUE_BODY, letter_id=letter.id, data=data)


def claim(
    tx: Transaction, now: datetime, limit: int, lease_seconds: float, *, front: Front | None = None
) -> list[Letter]:
    """Take letters to send, with their bytes: the most urgent first, the longest due first among equals.

    They are the caller's for `lease_seconds`, under the epoch that each carries.  Claims that ran out are taken over:
    nobody knows whether those letters left, so they count as uncertain once more.  `front`, where it was looked at
    already, says where it is worth a look.
    """
    until = now + timedelta(seconds=lease_seconds)
    *firsts, expiry = front or ahead(tx)
    found = tx.all(EXPIRED, now=now, limit=limit) if expiry and expiry <= now else []
    expired = len(found)
    for priority, first in zip(Priority, firsts, strict=True):
        if first and first <= now and len(found) < limit:
            found += tx.all(OF_PRIORITY, priority=priority.value, now=now, limit=limit - len(found))
    claimed = [_claimed(row, until, unsure=int(place < expired)) for place, row in enumerate(found)]
    tx.many(CLAIM, ({"key": one.id, "until": until, "unsure": int(at < expired)} for at, one in enumerate(claimed)))
    return sorted(claimed, key=lambda letter: (letter.priority, letter.not_before, letter.id))


def expire_claims(tx: Transaction, now: datetime) -> int:
    """End every claim, for a daemon that starts and knows that no other lives: how many there were."""
    return tx.run(EXPIRE, now=now)


def next_attempt(tx: Transaction) -> datetime | None:
    """When `claim` has something to give next; None if nothing waits."""
    return min((moment for moment in ahead(tx) if moment is not None), default=None)


def ahead(tx: Transaction) -> Front:
    """When the first letter of each priority may go, and when the first claim runs out; None where there is none."""
    return tx.one(AHEAD) or ()


def sent(tx: Transaction, key: int, epoch: int, at: datetime) -> bool:
    """The letter was taken by the other side.  False, and nothing changed, if the claim is no longer the caller's."""
    return tx.run(SENT, key=key, mine=epoch, at=at) == 1


def all_sent(tx: Transaction, letters: Iterable[Letter], at: datetime) -> None:
    """They were taken by the other side; those whose claim is no longer the caller's stay as they are."""
    tx.many(SENT, ({"key": one.id, "mine": one.epoch, "at": at} for one in letters))


def defer(
    tx: Transaction, key: int, epoch: int, *, at: datetime, not_before: datetime, error: str, uncertain: bool = False
) -> bool:
    """Try again at `not_before`; `uncertain` if the letter may have left all the same.  False as in `sent`."""
    return tx.run(DEFER, key=key, mine=epoch, later=max(at, not_before), why=error, unsure=int(uncertain)) == 1


def refuse(tx: Transaction, key: int, epoch: int, *, at: datetime, error: str) -> bool:
    """The letter was refused for good.  False as in `sent`."""
    return tx.run(REFUSE, key=key, mine=epoch, at=at, why=error) == 1


def hold(tx: Transaction, key: int, reason: str) -> bool:
    """Keep a waiting letter back until it is released; False if it does not wait."""
    return tx.run(HOLD, key=key, why=reason) == 1


def release(tx: Transaction, key: int, now: datetime) -> bool:
    """Let a held letter go; False if it is not held."""
    return tx.run(RELEASE, key=key, now=now) == 1


def drop(tx: Transaction, key: int, at: datetime) -> bool:
    """Never send a letter that waits, is held, or failed; False if it is none of these."""
    return tx.run(DROP, key=key, at=at) == 1


def retry(tx: Transaction, key: int, now: datetime) -> bool:
    """Send a failed letter after all; False if it did not fail."""
    return tx.run(RETRY, key=key, now=now) == 1


def get(tx: Transaction, key: int) -> Letter | None:
    """One letter by its id, without its bytes."""
    row = tx.one(GET, key=key)
    return Letter(*row) if row else None


def by_message_id(tx: Transaction, message_id: str) -> Letter | None:
    """The letter that we sent under a Message-ID: what a delivery report must quote to be believed (R17)."""
    row = tx.one(BY_MESSAGE_ID, message_id=message_id)
    return Letter(*row) if row else None


def body(tx: Transaction, key: int) -> bytes:
    """The bytes of a letter; empty if there is no such letter."""
    return bytes(tx.value(BODY, key=key) or b"")


def answers(
    tx: Transaction,
    recipient: str,
    since: datetime,
    *,
    case_number: int | None = None,
    templates: frozenset[str] | None = None,
) -> list[datetime]:
    """When automatic answers went, or are to go, to an address: those not before `since`, oldest first.

    For the budgets of R15.  A letter that is put off counts at the moment it was put off to; held and dropped ones do
    not count.  The list can be narrowed to one case, or to some templates.
    """
    return [
        moment
        for moment, number, template in tx.all(ANSWERS, recipient=recipient, since=since)
        if (case_number is None or number == case_number) and (templates is None or template in templates)
    ]


def listing(tx: Transaction, states: Iterable[LetterState | str], *, limit: int = 1000) -> list[Letter]:
    """The newest letters in some states, in the order in which they were decided."""
    found = [row for state in states for row in tx.select(_in(state).order_by(ROWS.c.id.desc()).limit(limit))]
    return sorted((Letter(*row) for row in found), key=lambda letter: letter.id)[-limit:]


def of_case(tx: Transaction, number: int) -> list[Letter]:
    """The letters of a case, oldest first."""
    return [Letter(*row) for row in tx.select(WHOLE.where(ROWS.c.case_number == number).order_by(ROWS.c.id))]


def counts(tx: Transaction) -> dict[str, int]:
    """How many letters are in each state that is not yet an end, and how many failed."""
    states = (LetterState.WAITING, LetterState.SENDING, LetterState.HELD, LetterState.FAILED)
    return {state.value: tx.select(_in(state).with_only_columns(sa.func.count()))[0][0] for state in states}


def _in(state: LetterState | str) -> sa.Select[*tuple[Any, ...]]:
    # The word stands in the text, and a claim by its own mark: so the partial indexes serve.
    word = LetterState(state)
    return WHOLE.where(
        ROWS.c.claimed_until.is_not(None) if word is LetterState.SENDING else ROWS.c.state == constant(word)
    )


def _claimed(row: Sequence[Any], until: datetime, *, unsure: int) -> Letter:
    known = dict(zip(COLUMNS, row, strict=True))
    known |= {"state": LetterState.SENDING, "claimed_until": until}
    known |= {"epoch": known["epoch"] + 1, "uncertain": known["uncertain"] + unsure}
    return Letter(**known)
