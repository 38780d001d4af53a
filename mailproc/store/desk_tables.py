"""What a database looks like, continued: who is there, what is paid for, incidents, development tickets, mails."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from mailproc.store.tables import KEYED, Base, json_column, partial, text_column


class AbsenceRow(Base, table=True):
    """A stretch in which an agent is not there (`#away`, or an out-of-office reply)."""

    __tablename__ = "absence"
    __table_args__ = (sa.Index("ix_absence_until", "until", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    agent: str
    since: datetime
    until: datetime
    deputy: str
    why: str


class SwapRow(Base, table=True):
    """A stretch of a rota that somebody else takes over (`#swap`)."""

    __tablename__ = "swap"
    __table_args__ = (sa.Index("ix_swap_rota", "rota", "until", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    rota: str
    since: datetime
    until: datetime
    member: str
    by: str
    at: datetime


class TermRow(Base, table=True):
    """A plan that a customer has paid for, up to a day: the file may not take it away before (OWN-10)."""

    __tablename__ = "term"
    __table_args__ = KEYED
    customer: str = Field(primary_key=True)
    plan: str
    term_end: date


class IncidentRow(Base, table=True):
    """A declared incident (EIO-8): what customers are told of it, and how mails that speak of it are known."""

    __tablename__ = "incident"
    __table_args__ = (
        partial("ix_incident_running", "mailbox", "id", sqlite="over_at IS NULL"),
        sa.Index("ix_incident_name", "mailbox", "name", "declared_by", "id"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, primary_key=True)
    mailbox: str
    name: str
    text: str = Field(sa_column=text_column())
    signs: dict[str, Any] = Field(sa_column=json_column())
    declared_by: str
    started_at: datetime
    over_at: datetime | None


class IncidentCaseRow(Base, table=True):
    """A case that belongs to a declared incident, or did."""

    __tablename__ = "incident_case"
    __table_args__ = KEYED
    incident: int = Field(primary_key=True)
    case_number: int = Field(primary_key=True)


class LinkRow(Base, table=True):
    """A development ticket, by its name in small letters, that a case waits for (ELA-7)."""

    __tablename__ = "link"
    __table_args__ = KEYED
    reference: str = Field(primary_key=True)
    case_number: int = Field(primary_key=True)


class DigestRow(Base, table=True):
    """A list that a reader was sent for one day and hour, or did not need: the latest of each is kept."""

    __tablename__ = "digest_sent"
    __table_args__ = KEYED
    mailbox: str = Field(primary_key=True)
    template: str = Field(primary_key=True)
    reader: str = Field(primary_key=True)
    occurrence: datetime = Field(primary_key=True)


class BundledRow(Base, table=True):
    """A notice in a mail that others to the same person may join, or could, until it went."""

    __tablename__ = "bundled"
    __table_args__ = (
        sa.Index("ix_bundled_recipient", "recipient", "goes_at"),
        sa.Index("ix_bundled_case_number", "case_number"),
        KEYED,
    )
    letter_id: int = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    case_number: int
    mailbox: str
    recipient: str
    goes_at: datetime
    template: str
    subject: str = Field(sa_column=text_column())
    text: str = Field(sa_column=text_column())
    html: str = Field(sa_column=text_column())
