"""A policy that changed since the last run: every open case's clocks are set right at once (semantics.md, Clocks)."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from mailproc.flow import due
from mailproc.flow.desk import Desk
from mailproc.flow.rounds import Writer
from mailproc.maillog import log
from mailproc.store import cases, meta
from mailproc.store.store import Store
from mailproc.store.transaction import Transaction


def recount_changed(store: Store, writer: Writer, desk: Desk, now: datetime) -> int:
    """Recount the open cases if any policy's text is another than at the last start; how many were recounted."""
    digests = {f"policy {name}": policy.digest for name, policy in desk.policies.items()}
    known = {key: store.read(partial(_read, key)) for key in digests}
    if known == digests:
        return 0
    numbers = store.read(cases.all_open_numbers) if any(known.values()) else []
    for number in numbers:
        writer.submit(partial(_recount, number, desk, now))
    for key, digest in digests.items():
        writer.submit(partial(_write, key, digest)).result()
    if numbers:
        log.info("policy_changed", cases=len(numbers))
    return len(numbers)


def _read(key: str, tx: Transaction) -> str | None:
    return meta.get(tx, key)


def _write(key: str, digest: str, tx: Transaction) -> None:
    meta.put(tx, key, digest)


def _recount(number: int, desk: Desk, now: datetime, tx: Transaction) -> None:
    due.recount(number, tx, desk, now)
