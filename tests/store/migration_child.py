"""A program that migrates a database in each of many forks, and is killed at another statement in each.

Arguments: a folder; it is left with one database for each fifth statement, named by it.  Says which of them is whole.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import alembic.command
import sqlalchemy as sa

from mailproc.store import schema, sqlite


def migrate(path: Path, statements: int) -> None:
    """Migrate, and end by SIGKILL before the statement of that number."""
    left = [statements]

    def count(*_: object) -> None:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), 9)

    engine = sqlite.file_engine(path, reading=False)
    with engine.connect() as connection:
        sa.event.listen(engine, "before_cursor_execute", count)
        with connection.begin():
            schema.migrate(connection)


def main(folder: Path) -> None:
    """One fork for each number of statements, until one lives to the end."""
    assert alembic.command
    for statements in range(0, 1000, 5):
        if (child := os.fork()) == 0:
            migrate(folder / f"{statements}.db", statements)
            os._exit(0)
        if os.waitpid(child, 0)[1] == 0:
            sys.stdout.write(f"{statements}\n")
            return


main(Path(sys.argv[1]))
