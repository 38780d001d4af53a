"""The first schema."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table and its indexes."""
    _inbound()
    _raw()
    _cases()
    _mention()
    _participant()
    _step()
    _log()
    _note()
    _outbox()
    _letter_body()
    _held()
    _suppressed()
    _seen()
    _meta()
    _counter()


def _inbound() -> None:
    op.create_table(
        "inbound",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("mail_from", sa.String(), nullable=True),
        sa.Column("rcpt_tos", sa.JSON(), nullable=False),
        sa.Column("peer", sa.String(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        _words("state", "waiting", "done", "quarantined"),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("identity", sa.String(), nullable=True),
        _words("outcome", "case", "ignored", "declined", "duplicate", "quarantined", "command", "held", nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("case_number", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("source IN ('smtp', 'lmtp', 'pipe', 'file', 'imap')", name=op.f("ck_inbound_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound")),
        sqlite_autoincrement=True,
    )
    _partial("ix_inbound_case_number", "inbound", ["case_number", "id"], "case_number IS NOT NULL")
    _partial("ix_inbound_identity", "inbound", ["identity", "id"], "identity IS NOT NULL")
    _partial("ix_inbound_oldest", "inbound", ["received_at"], "state = 'waiting'")
    _partial("ix_inbound_outcome", "inbound", ["outcome", "id"], "outcome IS NOT NULL")
    _partial("ix_inbound_waiting", "inbound", ["retry_at", "id"], "state = 'waiting'")


def _raw() -> None:
    op.create_table(
        "raw",
        sa.Column("inbound_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["inbound_id"], ["inbound.id"], name=op.f("fk_raw_inbound_id")),
        sa.PrimaryKeyConstraint("inbound_id", "seq", name=op.f("pk_raw")),
    )


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("requester", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_cases_number")),
        sa.CheckConstraint(
            "state IN ('new', 'open', 'waiting', 'held', 'relieved', 'resolved', 'closed')", name=op.f("ck_cases_state")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_cases")),
    )
    _partial("ix_cases_due", "cases", ["due_at", "number"], "due_at IS NOT NULL")
    op.create_index("ix_cases_requester", "cases", ["requester", "number"])
    op.create_index("ix_cases_state", "cases", ["state", "number"])


def _mention() -> None:
    op.create_table(
        "mention",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("ours", sa.Boolean(), nullable=False),
        sa.Column("inbound_id", sa.Integer(), nullable=True),
        sa.Column("outbox_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("key", "case_number", "ours", name=op.f("pk_mention")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_mention_case_number", "mention", ["case_number"])


def _participant() -> None:
    op.create_table(
        "participant",
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("case_number", "address", name=op.f("pk_participant")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_participant_address", "participant", ["address"])


def _step() -> None:
    op.create_table(
        "step",
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("objective", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("occurrence", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("skipped", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("case_number", "objective", "step", "occurrence", name=op.f("pk_step")),
        sqlite_with_rowid=False,
    )


def _log() -> None:
    op.create_table(
        "log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_number", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("what", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_log_case_number", "log", ["case_number", "id"])


def _note() -> None:
    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index("ix_note_case_number", "note", ["case_number"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("case_number", sa.Integer(), nullable=True),
        sa.Column("inbound_id", sa.Integer(), nullable=True),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("objective", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("mail_from", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.Boolean(), nullable=False),
        _words("state", "waiting", "sending", "sent", "failed", "held", "dropped"),
        sa.Column("hold_reason", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("uncertain", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.CheckConstraint("(state = 'sending') = (claimed_until IS NOT NULL)", name=op.f("ck_outbox_claimed")),
        sa.CheckConstraint("priority BETWEEN 0 AND 5", name=op.f("ck_outbox_priority")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_id")),
    )
    _partial("ix_outbox_answers", "outbox", ["recipient", "not_before"], "answer = 1", postgresql="answer")
    op.create_index("ix_outbox_case_number", "outbox", ["case_number"])
    _partial("ix_outbox_claimed", "outbox", ["claimed_until", "id"], "claimed_until IS NOT NULL")
    _partial("ix_outbox_failed", "outbox", ["id"], "state = 'failed'")
    _partial("ix_outbox_held", "outbox", ["id"], "state = 'held'")
    _partial("ix_outbox_waiting", "outbox", ["priority", "not_before", "id"], "state = 'waiting'")


def _letter_body() -> None:
    op.create_table(
        "letter_body",
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["outbox.id"], name=op.f("fk_letter_body_letter_id")),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_letter_body")),
    )


def _held() -> None:
    op.create_table(
        "held",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_number", sa.Integer(), nullable=True),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("inbound_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held")),
    )
    op.create_index("ix_held_case_number", "held", ["case_number"])
    _partial("ix_held_open", "held", ["id"], "released_at IS NULL")


def _suppressed() -> None:
    op.create_table(
        "suppressed",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_suppressed")),
        sqlite_with_rowid=False,
    )


def _seen() -> None:
    op.create_table(
        "seen",
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("case_number", "digest", name=op.f("pk_seen")),
        sqlite_with_rowid=False,
    )


def _meta() -> None:
    op.create_table(
        "meta",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
        sqlite_with_rowid=False,
    )


def _counter() -> None:
    op.create_table(
        "counter",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
        sqlite_with_rowid=False,
    )


def _words(name: str, *words: str, nullable: bool = False) -> sa.Column[Any]:
    kind = sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=16)
    return sa.Column(name, kind, nullable=nullable)


def _partial(name: str, table: str, columns: list[str], sqlite: str, postgresql: str | None = None) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(sqlite), postgresql_where=sa.text(postgresql or sqlite))
