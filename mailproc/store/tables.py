"""What a database looks like, table by table."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

CONVENTION = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
METADATA = sa.MetaData(naming_convention=CONVENTION)


class InboundState(StrEnum):
    """Where an accepted mail stands."""

    WAITING = "waiting"
    DONE = "done"
    QUARANTINED = "quarantined"


class Outcome(StrEnum):
    """What became of an accepted mail: exactly one of these (R2)."""

    CASE = "case"
    IGNORED = "ignored"
    DECLINED = "declined"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"
    COMMAND = "command"
    HELD = "held"


class LetterState(StrEnum):
    """Where a decided mail stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    HELD = "held"
    DROPPED = "dropped"


CASE_STATES = ("new", "open", "waiting", "held", "relieved", "resolved", "closed")
"""The words of `core.case.State`, which the database checks too."""

IN_HAND = "owner IS NOT NULL AND state NOT IN ('resolved', 'closed')"
"""The cases that somebody works on, as a partial index and its query must both say it."""

KEYED: dict[str, Any] = {"sqlite_with_rowid": False}
"""For tables that are only reached by their key: one tree instead of two."""


def enum_column(name: str, words: type[StrEnum], *, nullable: bool = False) -> sa.Column[Any]:
    """A column that holds one of the words, as text, and refuses all others."""
    values = [word.value for word in words]
    kind = sa.Enum(
        words, native_enum=False, length=16, create_constraint=True, values_callable=lambda _: values, name=name
    )
    return sa.Column(kind, nullable=nullable)


def json_column() -> sa.Column[Any]:
    """A column of JSON."""
    return sa.Column(sa.JSON, nullable=False)


def text_column(*, nullable: bool = False) -> sa.Column[Any]:
    """A column of long text."""
    return sa.Column(sa.Text, nullable=nullable)


def partial(name: str, *columns: str, sqlite: str, postgresql: str | None = None) -> sa.Index:
    """An index over the rows that the condition names, and no others."""
    return sa.Index(name, *columns, sqlite_where=sa.text(sqlite), postgresql_where=sa.text(postgresql or sqlite))


class Base(SQLModel, registry=registry(metadata=METADATA)):
    """What all tables share: one metadata, kept apart from other users of SQLModel."""


class InboundRow(Base, table=True):
    """An accepted mail: its envelope, and what became of it (R1, R2)."""

    __tablename__ = "inbound"
    __table_args__ = (
        partial("ix_inbound_waiting", "retry_at", "id", sqlite="state = 'waiting'"),
        partial("ix_inbound_oldest", "received_at", sqlite="state = 'waiting'"),
        # Partial, so that accepting a mail touches none of them.
        partial("ix_inbound_outcome", "outcome", "id", sqlite="outcome IS NOT NULL"),
        partial("ix_inbound_identity", "identity", "id", sqlite="identity IS NOT NULL"),
        partial("ix_inbound_case_number", "case_number", "id", sqlite="case_number IS NOT NULL"),
        sa.CheckConstraint("source IN ('smtp', 'lmtp', 'pipe', 'file', 'imap')", name="source"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, primary_key=True)
    received_at: datetime
    source: str
    mail_from: str | None
    rcpt_tos: list[str] = Field(sa_column=json_column())
    peer: str
    login: str
    size: int
    state: InboundState = Field(sa_column=enum_column("state", InboundState))
    tries: int
    retry_at: datetime
    identity: str | None
    outcome: Outcome | None = Field(sa_column=enum_column("outcome", Outcome, nullable=True))
    kind: str
    reason: str
    case_number: int | None
    error: str
    finished_at: datetime | None


class RawRow(Base, table=True):
    """A piece of an accepted mail's bytes."""

    __tablename__ = "raw"
    inbound_id: int = Field(primary_key=True, foreign_key="inbound.id")
    seq: int = Field(primary_key=True)
    data: bytes


class CaseRow(Base, table=True):
    """A case: `doc` is all of it; the other columns are what is looked for."""

    __tablename__ = "cases"
    __table_args__ = (
        partial("ix_cases_due", "due_at", "number", sqlite="due_at IS NOT NULL"),
        sa.Index("ix_cases_state", "state", "number"),
        sa.Index("ix_cases_requester", "requester", "number"),
        partial("ix_cases_owner", "owner", sqlite=IN_HAND),
        sa.CheckConstraint("number > 0", name="number"),
        sa.CheckConstraint(f"state IN ({', '.join(repr(word) for word in CASE_STATES)})", name="state"),
    )
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    mailbox: str
    state: str
    severity: str
    owner: str | None
    requester: str
    customer: str
    opened_at: datetime
    due_at: datetime | None
    touched_at: datetime
    doc: str = Field(sa_column=text_column())
    version: int


class MentionRow(Base, table=True):
    """A Message-ID that belongs to a case: one that we issued (`ours`), or one that we saw (R6)."""

    __tablename__ = "mention"
    __table_args__ = (sa.Index("ix_mention_case_number", "case_number"), KEYED)
    key: str = Field(primary_key=True, max_length=64)
    case_number: int = Field(primary_key=True)
    ours: bool = Field(primary_key=True)
    inbound_id: int | None
    outbox_id: int | None


class ParticipantRow(Base, table=True):
    """An address that takes part in a case."""

    __tablename__ = "participant"
    __table_args__ = (sa.Index("ix_participant_address", "address"), KEYED)
    case_number: int = Field(primary_key=True)
    address: str = Field(primary_key=True)


class StepRow(Base, table=True):
    """A step of a clock that was told, or skipped: once."""

    __tablename__ = "step"
    __table_args__ = KEYED
    case_number: int = Field(primary_key=True)
    objective: str = Field(primary_key=True)
    step: str = Field(primary_key=True)
    occurrence: str = Field(primary_key=True)
    at: datetime
    skipped: bool


class LogRow(Base, table=True):
    """A line of a case's story; lines are added, never changed."""

    __tablename__ = "log"
    __table_args__ = (sa.Index("ix_log_case_number", "case_number", "id"), {"sqlite_autoincrement": True})
    id: int | None = Field(default=None, primary_key=True)
    case_number: int | None
    at: datetime
    event: str
    actor: str
    proof: str
    what: dict[str, Any] = Field(sa_column=json_column())


class NoteRow(Base, table=True):
    """An internal text on a case: a table of its own, so that nothing for a customer reads it by accident (R20)."""

    __tablename__ = "note"
    id: int | None = Field(default=None, primary_key=True)
    case_number: int = Field(index=True)
    author: str
    at: datetime
    text: str = Field(sa_column=text_column())


class LetterRow(Base, table=True):
    """A mail that was decided: to whom, how urgent, and how far it has come."""

    __tablename__ = "outbox"
    __table_args__ = (
        partial("ix_outbox_waiting", "priority", "not_before", "id", sqlite="state = 'waiting'"),
        partial("ix_outbox_claimed", "claimed_until", "id", sqlite="claimed_until IS NOT NULL"),
        partial("ix_outbox_failed", "id", sqlite="state = 'failed'"),
        partial("ix_outbox_held", "id", sqlite="state = 'held'"),
        partial("ix_outbox_answers", "recipient", "not_before", sqlite="answer = 1", postgresql="answer"),
        sa.CheckConstraint("(state = 'sending') = (claimed_until IS NOT NULL)", name="claimed"),
        sa.CheckConstraint("priority BETWEEN 0 AND 5", name="priority"),
    )
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    case_number: int | None = Field(index=True)
    inbound_id: int | None
    template: str
    objective: str
    recipient: str
    mail_from: str
    message_id: str = Field(unique=True)
    priority: int
    automatic: bool
    answer: bool
    state: LetterState = Field(sa_column=enum_column("state", LetterState))
    hold_reason: str
    tries: int
    not_before: datetime
    claimed_until: datetime | None
    epoch: int
    uncertain: int
    created_at: datetime
    finished_at: datetime | None
    error: str


class LetterBodyRow(Base, table=True):
    """A decided mail's bytes: the same for each attempt."""

    __tablename__ = "letter_body"
    letter_id: int = Field(primary_key=True, foreign_key="outbox.id")
    data: bytes


class HeldRow(Base, table=True):
    """An agent's mail of which nothing was done yet: a proof is missing, or a command failed (R19, R22)."""

    __tablename__ = "held"
    __table_args__ = (
        sa.Index("ix_held_case_number", "case_number"),
        partial("ix_held_open", "id", sqlite="released_at IS NULL"),
    )
    id: int | None = Field(default=None, primary_key=True)
    case_number: int | None
    agent: str
    inbound_id: int
    why: str
    text: str = Field(sa_column=text_column())
    problems: list[str] = Field(sa_column=json_column())
    at: datetime
    released_at: datetime | None


class SuppressedRow(Base, table=True):
    """An address that gets no more automatic mail after a permanent failure (R17)."""

    __tablename__ = "suppressed"
    __table_args__ = KEYED
    address: str = Field(primary_key=True)
    at: datetime
    reason: str


class SeenRow(Base, table=True):
    """An attachment that a case has already (R10)."""

    __tablename__ = "seen"
    __table_args__ = KEYED
    case_number: int = Field(primary_key=True)
    digest: str = Field(primary_key=True)


class MetaRow(Base, table=True):
    """A fact about the database itself."""

    __tablename__ = "meta"
    __table_args__ = KEYED
    key: str = Field(primary_key=True)
    value: str = Field(sa_column=text_column())


class CounterRow(Base, table=True):
    """The last number given out for a kind of thing; a number whose transaction failed is given out again."""

    __tablename__ = "counter"
    __table_args__ = KEYED
    name: str = Field(primary_key=True)
    value: int


def table(model: type[SQLModel]) -> sa.Table:
    """The table behind a model, for statements."""
    return METADATA.tables[str(model.__tablename__)]
