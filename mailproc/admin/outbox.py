"""Mails on their way out, and those that did not get there: looked at, let go, sent again, or dropped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mailproc.admin.cases import mail_out
from mailproc.errors import UserError
from mailproc.store import outbox
from mailproc.store.tables import LetterState
from mailproc.store.transaction import Transaction

UNFINISHED = (LetterState.WAITING, LetterState.SENDING, LetterState.HELD, LetterState.FAILED)

Act = Callable[[Transaction, int, datetime], bool]


def listed(tx: Transaction, *, everything: bool = False) -> list[dict[str, Any]]:
    """The letters that are not sent, oldest first, or `everything`; each as `cases.mail_out` has it."""
    return [mail_out(letter) for letter in outbox.listing(tx, tuple(LetterState) if everything else UNFINISHED)]


def shown(tx: Transaction, number: int) -> tuple[dict[str, Any], bytes]:
    """One letter and its bytes.  Raises UserError if there is none of this number."""
    letter = outbox.get(tx, number)
    if letter is None:
        raise UserError(f"letter {number}: no such letter; see mailproc outbox --all")
    return mail_out(letter), outbox.body(tx, number)


@dataclass(frozen=True, slots=True)
class Orders:
    """Which letters to send again, to drop, to let go, by their ids."""

    retry: Sequence[int] = ()
    drop: Sequence[int] = ()
    release: Sequence[int] = ()


def changed(tx: Transaction, orders: Orders, now: datetime) -> list[tuple[str, bool]]:
    """Send failed letters again, drop some, let held ones go; for each what was done, and whether it could be."""
    acts: tuple[tuple[Sequence[int], Act, str, str], ...] = (
        (orders.retry, outbox.retry, "will be sent again", "did not fail"),
        (orders.drop, outbox.drop, "dropped", "cannot be dropped"),
        (orders.release, outbox.release, "released", "is not held"),
    )
    return [_said(tx, number, act, now, words, instead) for some, act, words, instead in acts for number in some]


def _said(tx: Transaction, number: int, act: Act, now: datetime, words: str, instead: str) -> tuple[str, bool]:
    letter = outbox.get(tx, number)
    if letter is None:
        return f"letter {number}: no such letter", False
    if not act(tx, number, now):
        return f"letter {number}: {instead}: it is {letter.state.value}", False
    return f"letter {number} to {letter.recipient}: {words}", True
