"""The migrations lead to the very schema that the tables describe."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from samples import keep, run_child

from mailproc.store import inbound, schema, sqlite
from mailproc.store.store import open_store
from mailproc.store.tables import METADATA


def described(path: Path) -> dict[tuple[str, str], str]:
    """Each table and index of a database, in its own words."""
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    connection.close()
    return {(kind, name): re.sub(r"\s+", " ", sql) for kind, name, sql in rows}


def made(path: Path, make: Callable[[sa.Connection], None]) -> dict[tuple[str, str], str]:
    engine = sqlite.file_engine(path, reading=False)
    with engine.connect() as connection, connection.begin():
        make(connection)
    engine.dispose()
    return described(path)


def test_a_new_database_is_what_the_migrations_make(tmp_path: Path) -> None:
    at_once = made(tmp_path / "new.db", lambda connection: schema.upgrade(connection, name="new.db"))
    by_steps = made(tmp_path / "old.db", schema.migrate)
    assert by_steps == at_once
    assert len([kind for kind, _ in at_once if kind == "table"]) == len(METADATA.tables) + 2  # + Alembic's, SQLite's


def test_alembic_sees_no_difference_either(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    engine = sqlite.file_engine(tmp_path / "old.db", reading=False)
    with engine.connect() as connection, connection.begin():
        schema.migrate(connection)
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    engine.dispose()


def test_every_migration_is_known_in_order() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).with_name("migrations")))
    known = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(known)) == schema.REVISIONS


@pytest.mark.parametrize("revision", schema.REVISIONS)
def test_a_database_of_each_older_schema_is_brought_up(tmp_path: Path, revision: str) -> None:
    path = tmp_path / "old.db"
    made(path, lambda connection: schema.migrate(connection, target=revision))
    store = open_store(f"sqlite:///{path}")
    key = store.transact(keep)
    assert store.read(lambda tx: inbound.raw(tx, key)) != b""
    store.close()
    assert described(path) == made(tmp_path / "new.db", lambda connection: schema.upgrade(connection, name="new.db"))


def test_a_migration_that_is_killed_leaves_the_old_schema(tmp_path: Path) -> None:
    whole = int(run_child("migration_child.py", str(tmp_path)))
    assert whole > 30
    for killed_at in range(0, whole, 5):
        assert described(tmp_path / f"{killed_at}.db") == {}
    assert described(tmp_path / f"{whole}.db") != {}
    open_store(f"sqlite:///{tmp_path / '20.db'}").close()
    assert described(tmp_path / "20.db") == described(tmp_path / f"{whole}.db")
