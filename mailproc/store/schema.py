"""Bringing a database to the schema that this program knows."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from mailproc.errors import UserError
from mailproc.store import desk_tables, tables

MODULES = (tables, desk_tables)
"""Where the tables are described: a table is known once its module was imported."""
REVISIONS = ("0001", "0002")
"""Every schema there ever was, oldest first: the names of the files in migrations/versions."""

HEAD = REVISIONS[-1]

# Alembic's own table, declared here so that a database that needs no migration starts without importing Alembic.
VERSION = sa.Table(
    "alembic_version",
    sa.MetaData(),
    sa.Column("version_num", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def upgrade(connection: sa.Connection, *, name: str) -> None:
    """Create the tables of a new database, or bring an older one up, in the caller's transaction: all of it or nothing.

    `name` is how messages call the database.  Raises `UserError` for one that is newer than this program, or not ours.
    """
    found = revision(connection, name=name)
    if found == HEAD:
        return
    if found is None:
        tables.METADATA.create_all(connection, checkfirst=False)
        VERSION.create(connection)
        connection.execute(sa.insert(VERSION).values(version_num=HEAD))
        return
    migrate(connection)


def revision(connection: sa.Connection, *, name: str) -> str | None:
    """Which schema the database has; None if it is empty.  Raises `UserError` as `upgrade` does."""
    tables = set(sa.inspect(connection).get_table_names())
    if not tables:
        return None
    found = connection.execute(sa.select(VERSION.c.version_num)).scalar() if VERSION.name in tables else None
    if found is None:
        raise UserError(f"{name}: holds tables of another program; name another file in storage.url")
    if found not in REVISIONS:
        raise UserError(
            f"{name}: written by a newer mailproc (schema {found}; this one knows {HEAD}); "
            "install that version again, or restore a backup made before it"
        )
    return str(found)


def migrate(connection: sa.Connection, *, target: str = "head") -> None:
    """Run the migrations up to `target` in the caller's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    command.upgrade(config, target)
