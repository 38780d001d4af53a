"""How often machines may answer one address, whatever its mails claim to be (R15)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from mailproc.config import Limits
from mailproc.flow.desk import Desk
from mailproc.store import outbox
from mailproc.store.transaction import Transaction


def earliest(tx: Transaction, desk: Desk, recipient: str, now: datetime) -> datetime | None:
    """When the next answer to `recipient` may go: now, or as soon as every budget allows one more; None: never."""
    sent = outbox.answers(tx, recipient, now - timedelta(days=1))
    return allowed_at(sent, windows(desk.config.limits), now)


def windows(limits: Limits) -> tuple[tuple[timedelta, int], ...]:
    """The budgets as lengths of time and how many answers each allows."""
    return (
        (timedelta(minutes=10), limits.answers_per_10_minutes),
        (timedelta(hours=1), limits.answers_per_hour),
        (timedelta(days=1), limits.answers_per_day),
    )


def allowed_at(answers: Sequence[datetime], budgets: Sequence[tuple[timedelta, int]], now: datetime) -> datetime | None:
    """The earliest moment from `now` on at which no window holds more answers than its budget; None if one is 0."""
    times = sorted(answers)
    moment = now
    for length, most in budgets:
        if most == 0:
            return None
        if len(times) >= most:
            # The answer that must have left the window: the last but `most - 1` of those that are out or waiting.
            moment = max(moment, times[-most] + length)
    return moment
