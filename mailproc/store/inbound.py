"""Accepted mails: kept before they are understood, and each with one outcome (R1, R2, R4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

import sqlalchemy as sa
from sqlalchemy import bindparam

from mailproc.store.statement import Statement, columns_of, constant, insert
from mailproc.store.tables import InboundRow, InboundState, Outcome, RawRow, table
from mailproc.store.transaction import Transaction

CHUNK = 256 * 1024
"""Bytes of a mail in one row: what a big mail costs in memory while it is kept."""


class Envelope(Protocol):
    """What the SMTP client said, as `mail.message.Envelope` has it."""

    @property
    def mail_from(self) -> str | None: ...
    @property
    def rcpt_tos(self) -> tuple[str, ...]: ...
    @property
    def peer(self) -> str: ...
    @property
    def login(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Inbound:
    """An accepted mail without its bytes; moments are in UTC, `size` in bytes."""

    id: int
    received_at: datetime
    source: str  # smtp lmtp pipe file imap
    mail_from: str | None  # "" is the null return path, None: unknown
    rcpt_tos: list[str]
    peer: str
    login: str
    size: int
    state: InboundState
    tries: int
    retry_at: datetime
    identity: str | None  # the key of R4; None until the mail was understood
    outcome: Outcome | None
    kind: str
    reason: str
    case_number: int | None
    error: str
    finished_at: datetime | None


ROWS = table(InboundRow)
RAW = table(RawRow)
WHOLE = sa.select(*columns_of(ROWS, Inbound))
IS_WAITING = ROWS.c.state == constant(InboundState.WAITING)
THIS = ROWS.c.id == bindparam("key")

UNREAD = {
    "state": InboundState.WAITING,
    "tries": 0,
    "identity": None,
    "outcome": None,
    "kind": "",
    "reason": "",
    "case_number": None,
    "error": "",
    "finished_at": None,
}
KEEP = insert(ROWS, without=("id",), returning="id", constants=UNREAD)
KEEP_RAW = insert(RAW)
WAITING = Statement(
    WHOLE.where(IS_WAITING, ROWS.c.retry_at <= bindparam("now"))
    .order_by(ROWS.c.retry_at, ROWS.c.id)
    .limit(bindparam("limit", type_=sa.Integer))
)
OLDEST = Statement(sa.select(sa.func.min(ROWS.c.received_at)).where(IS_WAITING))
NEXT = Statement(sa.select(sa.func.min(ROWS.c.retry_at)).where(IS_WAITING))
READ_RAW = Statement(sa.select(RAW.c.data).where(RAW.c.inbound_id == bindparam("key")).order_by(RAW.c.seq))
GET = Statement(WHOLE.where(THIS))
SEEN = Statement(WHOLE.where(ROWS.c.identity == bindparam("identity")).order_by(ROWS.c.id).limit(1))
FINISH = Statement(
    sa.update(ROWS)
    .where(THIS)
    .values(
        state=InboundState.DONE,
        outcome=bindparam("outcome"),
        kind=bindparam("kind"),
        reason=bindparam("reason"),
        case_number=bindparam("case_number"),
        identity=bindparam("identity"),
        finished_at=bindparam("at"),
        error="",
    )
)
DEFER = Statement(
    sa.update(ROWS)
    .where(THIS, IS_WAITING)
    .values(tries=ROWS.c.tries + 1, error=bindparam("error"), retry_at=bindparam("retry_at"))
)
QUARANTINE = Statement(
    sa.update(ROWS)
    .where(THIS, IS_WAITING)
    .values(
        state=InboundState.QUARANTINED,
        outcome=Outcome.QUARANTINED,
        tries=ROWS.c.tries + 1,
        error=bindparam("error"),
        finished_at=bindparam("at"),
    )
)
TRIED = Statement(sa.update(ROWS).where(THIS, IS_WAITING).values(tries=ROWS.c.tries + 1))
RETRY = Statement(
    sa.update(ROWS)
    .where(THIS, ROWS.c.state == InboundState.QUARANTINED)
    .values(state=InboundState.WAITING, outcome=None, tries=0, error="", retry_at=bindparam("now"), finished_at=None)
)
DROP = Statement(
    sa.update(ROWS)
    .where(THIS, ROWS.c.state != InboundState.DONE)
    .values(
        state=InboundState.DONE, outcome=Outcome.IGNORED, reason="dropped by the operator", finished_at=bindparam("at")
    )
)
SHED = Statement(sa.delete(RAW).where(RAW.c.inbound_id == bindparam("key")))


def keep(tx: Transaction, *, received_at: datetime, source: str, envelope: Envelope, raw: BinaryIO, size: int) -> int:
    """Keep a mail, its bytes read from `raw` piece by piece; its id.  `size` is in bytes."""
    key = int(
        tx.value(
            KEEP,
            received_at=received_at,
            source=source,
            mail_from=envelope.mail_from,
            rcpt_tos=list(envelope.rcpt_tos),
            peer=envelope.peer,
            login=envelope.login,
            size=size,
            retry_at=received_at,
        )
    )
    for seq, data in enumerate(iter(lambda: raw.read(CHUNK), b"")):
        tx.run(KEEP_RAW, inbound_id=key, seq=seq, data=data)
    return key


def waiting(tx: Transaction, now: datetime, limit: int) -> list[Inbound]:
    """The mails to understand now, the longest due first."""
    return [Inbound(*row) for row in tx.all(WAITING, now=now, limit=limit)]


def oldest_waiting(tx: Transaction) -> datetime | None:
    """When the mail that has waited longest was received; None if none waits."""
    return _moment(tx.value(OLDEST))


def next_try(tx: Transaction) -> datetime | None:
    """When the next waiting mail is due to be understood; None if none waits."""
    return _moment(tx.value(NEXT))


def raw(tx: Transaction, key: int) -> bytes:
    """All bytes of a mail; empty if they were shed."""
    rows = tx.all(READ_RAW, key=key)
    return rows[0][0] if len(rows) == 1 else b"".join(row[0] for row in rows)


def get(tx: Transaction, key: int) -> Inbound | None:
    """One mail by its id."""
    row = tx.one(GET, key=key)
    return Inbound(*row) if row else None


def seen_before(tx: Transaction, identity: str) -> Inbound | None:
    """The first mail that was understood with this identity (R4)."""
    row = tx.one(SEEN, identity=identity)
    return Inbound(*row) if row else None


def finish(
    tx: Transaction,
    key: int,
    *,
    outcome: Outcome | str,
    kind: str,
    reason: str,
    case_number: int | None,
    identity: str | None,
    at: datetime,
) -> None:
    """Write down what became of a mail."""
    tx.run(
        FINISH,
        key=key,
        outcome=Outcome(outcome),
        kind=kind,
        reason=reason,
        case_number=case_number,
        identity=identity,
        at=at,
    )


def fail(tx: Transaction, key: int, *, error: str, at: datetime, retry_at: datetime | None) -> None:
    """Count a failed try: the next is at `retry_at`, or the mail goes to quarantine."""
    if retry_at is None:
        tx.run(QUARANTINE, key=key, error=error, at=at)
    else:
        tx.run(DEFER, key=key, error=error, retry_at=retry_at)


def tried(tx: Transaction, key: int) -> None:
    """Count a try before it is made, for mails that may end the process that reads them."""
    tx.run(TRIED, key=key)


def retry(tx: Transaction, key: int, now: datetime) -> bool:
    """Take a mail out of quarantine, to be understood again; False if it is not there."""
    return tx.run(RETRY, key=key, now=now) == 1


def drop(tx: Transaction, key: int, at: datetime) -> bool:
    """Ignore a mail that was not understood; its bytes stay.  False if it was done already."""
    return tx.run(DROP, key=key, at=at) == 1


def shed(tx: Transaction, key: int) -> None:
    """Delete the bytes of a mail; its row stays, with its identity: so a late copy is still a copy (R4)."""
    tx.run(SHED, key=key)


def quarantined(tx: Transaction, limit: int = 1000) -> list[Inbound]:
    """The mails that could not be understood, newest first."""
    return listing(tx, outcome=Outcome.QUARANTINED, limit=limit)


def listing(tx: Transaction, *, outcome: Outcome | str, limit: int) -> list[Inbound]:
    """The mails with one outcome, newest first."""
    clause = WHOLE.where(ROWS.c.outcome == Outcome(outcome)).order_by(ROWS.c.id.desc()).limit(limit)
    return [Inbound(*row) for row in tx.select(clause)]


def of_case(tx: Transaction, number: int) -> list[Inbound]:
    """The mails of a case, oldest first."""
    return [Inbound(*row) for row in tx.select(WHOLE.where(ROWS.c.case_number == number).order_by(ROWS.c.id))]


def counts(tx: Transaction) -> dict[str, int]:
    """How many mails have each outcome; those without one count as "waiting"."""
    done = sa.select(ROWS.c.outcome, sa.func.count()).where(ROWS.c.outcome.is_not(None)).group_by(ROWS.c.outcome)
    waiting_now = tx.select(sa.select(sa.func.count()).select_from(ROWS).where(IS_WAITING))[0][0]
    return {InboundState.WAITING.value: waiting_now, **{row[0].value: row[1] for row in tx.select(done)}}


def _moment(value: object) -> datetime | None:
    return value if isinstance(value, datetime) else None
