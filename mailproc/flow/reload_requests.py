"""`mailproc reload` and the daemon: what the one asks, and the other answers, through the database."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from mailproc.store import meta
from mailproc.store.transaction import Transaction

ASKED = "reload asked"
ANSWERED = "reload answered"


@dataclass(frozen=True, slots=True)
class Request:
    """`id` is the asker's own; `force`: also above the limit."""

    id: str = ""
    force: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a request: whether the files are in force now, and what there is to say, in lines."""

    id: str
    done: bool
    why: str = ""
    lines: tuple[str, ...] = ()


def ask(tx: Transaction, request: Request) -> None:
    """Have the daemon read its files anew, soon."""
    meta.put(tx, ASKED, json.dumps(asdict(request)))


def withdraw(tx: Transaction, request: Request) -> bool:
    """Ask no more; False where it was taken already."""
    mine = asked(tx) == request
    if mine:
        meta.put(tx, ASKED, "")
    return mine


def asked(tx: Transaction) -> Request | None:
    """What was asked and is not taken yet."""
    text = meta.get(tx, ASKED)
    return Request(**json.loads(text)) if text else None


def take(tx: Transaction) -> Request | None:
    """The same, and it is taken: whatever becomes of it, nobody does it a second time."""
    found = asked(tx)
    if found:
        meta.put(tx, ASKED, "")
    return found


def answer(tx: Transaction, said: Answer) -> None:
    """Say what became of a request."""
    meta.put(tx, ANSWERED, json.dumps(asdict(said)))


def answered(tx: Transaction, request: Request) -> Answer | None:
    """What became of this very request; None while that is not known."""
    text = meta.get(tx, ANSWERED)
    said = json.loads(text) if text else {}
    return Answer(**{**said, "lines": tuple(said["lines"])}) if said.get("id") == request.id else None
