"""The database for a command: looked at beside the running daemon, or changed in one short transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mailproc.config import Config
from mailproc.errors import UserError
from mailproc.store.engine import database_path
from mailproc.store.store import Store, open_store


@contextmanager
def looking(config: Config) -> Iterator[Store]:
    """The database, to be read only.  Raises UserError where there is none."""
    yield from _opened(open_store(config.storage.url, readonly=True))


@contextmanager
def changing(config: Config) -> Iterator[Store]:
    """The database, to be changed.  Raises UserError where there is none: only the daemon and new mail make one."""
    path = database_path(config.storage.url)
    if path is not None and not path.exists():
        raise UserError(f"{path}: no such database; check storage.url, or start mailproc serve once")
    yield from _opened(open_store(config.storage.url))


def _opened(store: Store) -> Iterator[Store]:
    try:
        yield store
    finally:
        store.close()
