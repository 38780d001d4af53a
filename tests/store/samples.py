"""Small things to put into a store."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from mailproc.core.case import Case, Person
from mailproc.mail.message import Envelope
from mailproc.store import cases, inbound, outbox
from mailproc.store.letters import LetterIn
from mailproc.store.transaction import Transaction

NOW = datetime(2026, 3, 6, 19, 50, 0, 123456, tzinfo=UTC)
ENVELOPE = Envelope(
    "carol@customer.example", ("support@example.com", "help@example.com"), peer="192.0.2.7", login="carol"
)


def after(**lengths: float) -> datetime:
    """A moment that much later than NOW."""
    return NOW + timedelta(**lengths)


def keep(tx: Transaction, data: bytes = b"Subject: x\r\n\r\nhello\r\n", *, at: datetime = NOW) -> int:
    """Keep a mail."""
    return inbound.keep(tx, received_at=at, source="smtp", envelope=ENVELOPE, raw=io.BytesIO(data), size=len(data))


def finish(tx: Transaction, key: int, **changes: Any) -> None:
    """Finish a mail as a message of case 1, or as said."""
    said = {"outcome": "case", "kind": "request", "reason": "", "case_number": 1, "identity": f"id-{key}", "at": NOW}
    inbound.finish(tx, key, **{**said, **changes})


def open_case(tx: Transaction, due_at: datetime | None = None, **changes: Any) -> Case:
    """Keep a new case."""
    case = Case(
        number=cases.open_number(tx),
        mailbox="support",
        opened=NOW,
        subject="printer down",
        requester=Person("Carol@Customer.example", "Carol Carter"),
    )
    case = replace(case, **changes)
    cases.insert(tx, case, due_at)
    return case


def queue(tx: Transaction, data: bytes = b"Subject: y\r\n\r\nyes\r\n", **changes: Any) -> int:
    """Put a confirmation into the outbox, or what is said."""
    key = outbox.reserve(tx)
    letter = LetterIn(
        id=key,
        message_id=f"<{key}@example.com>",
        recipient="carol@customer.example",
        mail_from="",
        template="confirmation",
        priority=1,
        created_at=NOW,
    )
    outbox.queue(tx, replace(letter, **changes), data)
    return key


def run_child(name: str, *arguments: str) -> str:
    """Run a program that stands beside the tests, and give back what it says; it must end well."""
    command = [sys.executable, str(Path(__file__).with_name(name)), *arguments]
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=paths).stdout
