"""Time went on: each case whose moment has come is decided on, each in a transaction of its own."""

from __future__ import annotations

from datetime import datetime

from mailproc.core.events import PolicyChanged, Tick
from mailproc.core.steps import next_due
from mailproc.flow.commit import commit
from mailproc.flow.desk import Desk
from mailproc.store import cases
from mailproc.store.transaction import Transaction


def tick(number: int, tx: Transaction, desk: Desk, now: datetime) -> None:
    """Let time act on one case; what is not due any more does nothing, so a late or doubled wake-up is harmless."""
    case = cases.load(tx, number)
    if case is None:
        return
    due = next_due(case, desk.policy(case))
    if due is None or due > now:
        cases.set_due(tx, number, due)
        return
    commit(case, Tick(), tx, desk, now)


def recount(number: int, tx: Transaction, desk: Desk, now: datetime) -> None:
    """The case's policy is another now: what it would have broken in the past breaks at this moment."""
    case = cases.load(tx, number)
    if case is not None:
        commit(case, PolicyChanged(), tx, desk, now)
