"""A folder with a configuration, mails to put there, and the command line that is run in it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from mailproc.cli.desks import trial_desk
from mailproc.clock import SetClock
from mailproc.config import load
from mailproc.flow.outbox import Report
from mailproc.flow.rounds import Rounds
from mailproc.mail.message import Envelope
from mailproc.store import inbound
from mailproc.store.store import open_store
from mailproc.store.writer import Writer

ROOT = Path(__file__).resolve().parents[2]
MONDAY = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
CONFIG = f"""
[mailbox.support]
addresses = ["support@example.com"]
policy = "{ROOT}/policies/conceal.toml"
timezone = "America/New_York"
brand = "Example"

[mailbox.sales]
addresses = ["sales@example.com"]
policy = "{ROOT}/policies/conceal.toml"

[intake.smtp]
listen = "127.0.0.1:0"
max_size = 1

[outbound]
url = "maildir:outbox"

[storage]
url = "sqlite:///{{folder}}/mailproc.db"

[[agents]]
name = "alice"
address = "alice@example.com"

[teams.support]
members = ["alice"]

[[customers]]
name = "Customer Example"
domains = ["customer.example"]
plan = "premier"

[security]
agent_proof = "token"
key_file = "{{folder}}/secret.key"

[operator]
addresses = ["ops@example.com"]
"""


def mail(
    subject: str,
    *,
    at: datetime | None = MONDAY,
    sender: str = "Carol <carol@customer.example>",
    text: str = "Hello.",
    to: str = "support@example.com",
    number: int = 1,
    more: str = "",
) -> bytes:
    """A plain mail."""
    date = f"Date: {format_datetime(at)}\n" if at else ""
    head = f"From: {sender}\nTo: {to}\nSubject: {subject}\nMessage-ID: <{number}@customer.example>\n{date}{more}"
    return f"{head}\n{text}\n".replace("\n", "\r\n").encode()


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> list[dict[str, Any]]:
        """Its output, one object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class Place:
    """A folder with `config.toml`, and the command line."""

    folder: Path
    run: Callable[..., Ran]

    def mail(self, name: str, raw: bytes) -> Path:
        """A mail as a file of the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
        return path

    def settle(self, *mails: bytes, at: datetime = MONDAY, deliver: bool = True) -> None:
        """Take mails in as the daemon does, a minute apart, and let everything that is due happen."""
        config = load(self.folder / "config.toml")
        store = open_store(config.storage.url)
        writer = Writer(store)
        clock = SetClock(at)
        try:
            rounds = Rounds(store, writer, trial_desk(config, composed=True), clock)
            for index, raw in enumerate(mails):
                clock.set(at + timedelta(minutes=index))
                now = clock.now()
                store.transact(
                    lambda tx, raw=raw, now=now: inbound.keep(
                        tx, received_at=now, source="file", envelope=Envelope(mail_from=None),
                        raw=io.BytesIO(raw), size=len(raw),
                    )
                )  # fmt: skip
                rounds.mails()
                if deliver:
                    rounds.record((letter, Report("delivered")) for letter in rounds.claim())
            rounds.mails()
            rounds.clocks()
        finally:
            writer.stop()
            store.close()
