"""Files that changed while the daemon runs: read anew as a whole, told in advance what they would do, or refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from mailproc.config import Config, shown, signing_keys
from mailproc.config.source import read_toml
from mailproc.core.outlook import Outlook, Tally, outlook
from mailproc.errors import UserError
from mailproc.flow import loading, updating
from mailproc.flow.desk import Desk
from mailproc.flow.rounds import Writer
from mailproc.flow.watching import Watch
from mailproc.mail.tokens import Signer
from mailproc.maillog import log
from mailproc.store import cases
from mailproc.store.store import Store
from mailproc.store.transaction import Transaction

Read = Callable[[], tuple[Config | None, Sequence[str]]]
"""Reads the configuration as it is now, with its problems.  Raises UserError where there is no such file."""


@dataclass(frozen=True, slots=True)
class Files:
    """What a desk is read from: how to read it again, and when."""

    read: Read
    watch: Watch


FIXED = ("intake.", "storage.", "security.key_file.", "log.")
"""What is settled once the daemon runs."""
LONGEST = 50
"""How many lines the operator is told."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The running desk stays.  `problems` are whole lines; `config` is what could be read of the new one."""

    why: str
    problems: tuple[str, ...]
    config: Config | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """A desk that may take over, and what it will do to the open cases."""

    desk: Desk
    outlook: Outlook


def prepare(read: Read, running: Desk, store: Store, now: datetime, *, force: bool = False) -> Ready | Refused:
    """The desk of the files as they are now, or why it does not take over.

    Without `force` it is refused if more notices than `[reload] limit` would go at once.
    """
    config: Config | None = None
    try:
        config, problems = read()
        if config is None or problems:
            return Refused("the files cannot be used", tuple(problems), config)
        if fixed := tuple(needs_restart(running.config, config)):
            return Refused("this needs a restart", fixed, config)
        desk = loading.load(config, signing_keys(config))
    except UserError as error:
        return Refused("the files cannot be used", error.problems or (error.message,), config)
    if orphans := tuple(store.read(lambda tx: list(_orphans(tx, running, desk)))):
        return Refused("open cases would be without a policy", orphans, config)
    desk = replace(desk, hold=running.hold, simulated=running.simulated, signer=Signer(signing_keys(config)))
    ahead = foresee(store, desk, now)
    limit = desk.config.reload.limit
    if ahead.at_once > limit and not force:
        return Refused(f"more than {limit} notices would go at once", tuple(lines(ahead, limit)), config)
    return Ready(desk, ahead)


def foresee(
    store: Store, desk: Desk, now: datetime, watched: Callable[[Sequence[int]], Iterable[int]] = iter
) -> Outlook:
    """What this desk would do to the open cases at `now`.  `watched` may show how far it is."""
    found = store.read(lambda tx: updating.change(tx, desk))
    return outlook(updating.impacts(store, desk, found, now, watched(found.numbers)))


def put_right(store: Store, writer: Writer, desk: Desk, now: datetime) -> None:
    """At the start: whatever changed while nobody looked is in force now.  What it does is logged first."""
    tell(foresee(store, desk, now))
    updating.settle(store, writer, desk, now)


def tell(ahead: Outlook) -> None:
    """Write into the log what is about to happen to the open cases, if anything is."""
    if not ahead.cases:
        return
    facts = {
        "cases": ahead.cases,
        "moved": ahead.moved.count,
        "notices": {name: tally.count for name, tally in ahead.notices.items()},
        "breaks": {name: tally.count for name, tally in ahead.breaks.items()},
        "first": sorted({number for one in (ahead.moved, *ahead.notices.values()) for number in one.cases}),
    }
    log.warning("promises_change", **facts)


def needs_restart(running: Config, new: Config) -> Iterator[str]:
    """Each setting that is another and cannot be changed while the daemon runs, as a problem with its place."""
    before, after = running.model_dump(mode="json"), new.model_dump(mode="json")
    changed = [place for place in _differing(before, after, ()) if f"{'.'.join(place)}.".startswith(FIXED)]
    if changed:
        _, source = read_toml(new.path, shown(new.path))
        for place in changed:
            yield f"{source.where(place)}: is another now; restart mailproc to change it, or set it back"


def _differing(one: object, other: object, at: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys((*one, *other)):
            yield from _differing(one.get(key), other.get(key), (*at, str(key)))
    elif one != other:
        yield at


def _orphans(tx: Transaction, running: Desk, desk: Desk) -> Iterator[str]:
    """Each mailbox that is gone while cases of it are open: nobody would know what is promised to them."""
    gone = running.policies.keys() - desk.policies.keys()
    if gone:
        open_cases = Counter(case.mailbox for case in cases.listing(tx) if case.mailbox in gone)
        for name, count in sorted(open_cases.items()):
            place = f"{shown(desk.config.path)}:1: mailbox.{name}"
            yield f"{place}: is gone, and open cases are in it: {count}; close them first"


# In words, and for scripts


def lines(ahead: Outlook, limit: int) -> Iterator[str]:
    """What would become of the open cases, a line each."""
    yield f"open cases concerned: {ahead.cases}; other due times: {_tally(ahead.moved)}"
    for objective, tally in ahead.breaks.items():
        yield f"broken at once: {objective}: {_tally(tally)}"
    for template, tally in ahead.notices.items():
        yield f"sent at once: {template}: {_tally(tally)}"
    if ahead.at_once > limit:
        yield (
            f"notices at once: {ahead.at_once}, and [reload] limit is {limit}; "
            "if they are meant to go, say so: mailproc reload --force"
        )


def _tally(tally: Tally) -> str:
    first = ", ".join(f"#{number}" for number in tally.cases)
    more = ", …" if tally.count > len(tally.cases) else ""
    return f"{tally.count} ({first}{more})" if first else str(tally.count)


def to_json(ahead: Outlook, limit: int) -> dict[str, Any]:
    """The same as one object."""
    return {
        "cases": ahead.cases,
        "moved": _json(ahead.moved),
        "breaks": {name: _json(tally) for name, tally in ahead.breaks.items()},
        "at_once": {name: _json(tally) for name, tally in ahead.notices.items()},
        "notices": ahead.at_once,
        "limit": limit,
        "refused": ahead.at_once > limit,
    }


def _json(tally: Tally) -> dict[str, Any]:
    return {"count": tally.count, "cases": tally.cases}
