"""A program whose forks make the same new database at the same time, over and over; then it opens one again.

Arguments: a folder.  Ends with 1 if a fork failed, 2 if Alembic was loaded.
"""

import os
import sys
from pathlib import Path

from mailproc.store.store import open_store


def race(path: Path, programs: int) -> bool:
    """Did all of them find a whole database?"""
    children = []
    for _ in range(programs):
        if (child := os.fork()) == 0:
            open_store(f"sqlite:///{path}").close()
            os._exit(0)
        children.append(child)
    ends = [os.waitpid(child, 0)[1] for child in children]
    return not any(ends)


folder = Path(sys.argv[1])
if not all(race(folder / f"{turn}.db", 3) for turn in range(5)):
    sys.exit(1)
open_store(f"sqlite:///{folder / '0.db'}").close()
sys.exit(2 if "alembic" in sys.modules else 0)
