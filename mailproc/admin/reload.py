"""A reload from the command line: what it would do, by the files and the database; or the running daemon's answer."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from mailproc.admin.said import stamp
from mailproc.admin.storage import changing, looking
from mailproc.clock import SystemClock, stopwatch
from mailproc.config import Config
from mailproc.core.outlook import Impact, Outlook
from mailproc.errors import UserError
from mailproc.flow import reload_requests as requests
from mailproc.flow import reloading, updating
from mailproc.flow.desk import Desk
from mailproc.flow.reload_requests import Answer, Request
from mailproc.store.engine import database_path
from mailproc.store.lock import holder

LOOK_EVERY = 0.1
PATIENCE = 120.0
"""How many seconds an answer may take: many open cases are looked at before there is one."""


def effects(
    desk: Desk, watched: Callable[[Sequence[int]], Iterable[int]] = iter
) -> Iterator[tuple[Impact | None, Outlook]]:
    """What the files as they are now would do to each open case, then None with the sum; nothing is written.

    `watched` may show how far it is.  Raises UserError where there is no database.
    """
    total, now = Outlook(), SystemClock().now()
    with looking(desk.config) as store:
        found = store.read(lambda tx: updating.change(tx, desk))
        for one in updating.impacts(store, desk, found, now, watched(found.numbers)):
            total.add(one)
            if one:
                yield one, total
    yield None, total


def impact_json(one: Impact) -> dict[str, Any]:
    """One case, for scripts."""
    moves = [
        {"objective": move.objective, "before": stamp(move.before), "after": stamp(move.after)} for move in one.moves
    ]
    return {"case": one.case, "clocks": moves, "at_once": list(one.notices), "breaks": list(one.breaks)}


def outlook_json(total: Outlook, desk: Desk) -> dict[str, Any]:
    """All cases in sum, for scripts."""
    return reloading.to_json(total, desk.config.reload.limit)


def outlook_lines(total: Outlook, desk: Desk) -> list[str]:
    """All cases in sum, in words."""
    return list(reloading.lines(total, desk.config.reload.limit))


def ask(config: Config, *, force: bool) -> Answer:
    """Have the running daemon reload, and wait for its answer.  Raises UserError where none runs or none comes."""
    path = database_path(config.storage.url)
    if path is None or not _lives(path):
        raise UserError("reload: no daemon runs on this database; the files are read at the next mailproc serve")
    request = Request(secrets.token_hex(8), force)
    with changing(config) as store:
        store.transact(lambda tx: requests.ask(tx, request))
        try:
            begun = stopwatch()
            while stopwatch() - begun < PATIENCE:
                if said := store.read(lambda tx: requests.answered(tx, request)):
                    return said
                time.sleep(LOOK_EVERY)
        finally:  # nobody waits for it any more
            store.transact(lambda tx: requests.withdraw(tx, request))
    raise UserError("reload: the daemon does not answer; look into its log")


def _lives(path: Path) -> bool:
    process = holder(path)
    try:
        if process:
            os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process is not None
