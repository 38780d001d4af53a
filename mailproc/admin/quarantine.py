"""Mails that could not be understood: looked at, tried again, or dropped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from mailproc.admin.cases import mail_in
from mailproc.errors import UserError
from mailproc.store import inbound
from mailproc.store.tables import InboundState
from mailproc.store.transaction import Transaction


def listed(tx: Transaction) -> list[dict[str, Any]]:
    """The mails in quarantine, newest first, each as `cases.mail_in` has it."""
    return [mail_in(row) for row in inbound.quarantined(tx)]


def turned_away(tx: Transaction) -> list[dict[str, Any]]:
    """The latest 1000 mails that got no case because their senders are not entitled, newest first (JEL-6)."""
    return [mail_in(row) for row in inbound.listing(tx, outcome="declined", limit=1000)]


def shown(tx: Transaction, number: int) -> tuple[dict[str, Any], bytes]:
    """One mail, in quarantine or not, and its bytes.  Raises UserError if there is none of this number."""
    row = inbound.get(tx, number)
    if row is None:
        raise UserError(f"mail {number}: no such mail; see mailproc quarantine")
    return mail_in(row), inbound.raw(tx, number)


def changed(tx: Transaction, retry: Sequence[int], drop: Sequence[int], now: datetime) -> list[tuple[str, bool]]:
    """Try mails again, or ignore them for good; for each what was done in words, and whether it could be."""
    done = [_said(tx, one, inbound.retry, now, "will be tried again") for one in retry]
    return done + [_said(tx, one, inbound.drop, now, "dropped; its bytes stay") for one in drop]


def _said(
    tx: Transaction, number: int, act: Callable[[Transaction, int, datetime], bool], now: datetime, words: str
) -> tuple[str, bool]:
    row = inbound.get(tx, number)
    if row is None:
        return f"mail {number}: no such mail", False
    if row.state is not InboundState.QUARANTINED:
        return f"mail {number}: is not in quarantine but {row.state.value}", False
    return f"mail {number}: {words}", act(tx, number, now)
