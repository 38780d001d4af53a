"""Who is on call and away, what customers have paid for, incidents, development tickets, digests, bundled notices."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

IN_HAND = "owner IS NOT NULL AND state NOT IN ('resolved', 'closed')"


def upgrade() -> None:
    """Create the tables of version 0.2, and the index by which the cases that somebody works on are counted."""
    op.create_index(
        "ix_cases_owner", "cases", ["owner"], sqlite_where=sa.text(IN_HAND), postgresql_where=sa.text(IN_HAND)
    )
    _absence()
    _swap()
    _term()
    _incident()
    _link()
    _digest_sent()
    _bundled()


def _absence() -> None:
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deputy", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index("ix_absence_until", "absence", ["until", "id"])


def _swap() -> None:
    op.create_table(
        "swap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rota", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("member", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap")),
    )
    op.create_index("ix_swap_rota", "swap", ["rota", "until", "id"])


def _term() -> None:
    op.create_table(
        "term",
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("term_end", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("customer", name=op.f("pk_term")),
        sqlite_with_rowid=False,
    )


def _incident() -> None:
    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("signs", sa.JSON(), nullable=False),
        sa.Column("declared_by", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_incident_name", "incident", ["mailbox", "name", "declared_by", "id"])
    running = sa.text("over_at IS NULL")
    op.create_index(
        "ix_incident_running", "incident", ["mailbox", "id"], sqlite_where=running, postgresql_where=running
    )
    op.create_table(
        "incident_case",
        sa.Column("incident", sa.Integer(), nullable=False),
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("incident", "case_number", name=op.f("pk_incident_case")),
        sqlite_with_rowid=False,
    )


def _link() -> None:
    op.create_table(
        "link",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("reference", "case_number", name=op.f("pk_link")),
        sqlite_with_rowid=False,
    )


def _digest_sent() -> None:
    op.create_table(
        "digest_sent",
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("occurrence", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", "template", "reader", "occurrence", name=op.f("pk_digest_sent")),
        sqlite_with_rowid=False,
    )


def _bundled() -> None:
    op.create_table(
        "bundled",
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("goes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("letter_id", "seq", name=op.f("pk_bundled")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_bundled_recipient", "bundled", ["recipient", "goes_at"])
    op.create_index("ix_bundled_case_number", "bundled", ["case_number"])
