"""A whole office in memory: the real store, the real rounds, a clock that is set, a smarthost that does as told."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from mailproc.clock import SetClock
from mailproc.config import Agent, Config, Customer, Limits, Mailbox, Operator, Outbound, Security, Storage, Team
from mailproc.core.case import Case
from mailproc.core.log import Entry
from mailproc.flow.desk import Desk
from mailproc.flow.loading import load
from mailproc.flow.outbox import Report
from mailproc.flow.rounds import Rounds
from mailproc.mail.message import Envelope
from mailproc.store import cases, held, inbound, log, notes, outbox
from mailproc.store.inbound import Inbound
from mailproc.store.letters import Letter
from mailproc.store.store import open_store
from mailproc.store.transaction import Transaction
from mailproc.store.writer import Writer

ROOT = Path(__file__).parents[2]
KEYS = {"test": b"thirty-two bytes that sign tests"}
SUPPORT = "support@example.com"
CAROL = "carol@customer.example"
NOON = datetime(2026, 3, 9, 16, 0, tzinfo=UTC)  # a Monday, noon in New York
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
USUAL = Limits()
T = TypeVar("T")


@lru_cache(maxsize=8)
def a_desk(limits: Limits = USUAL, proof: str = "token") -> Desk:
    """The desk that serves conceal.toml; loading it is slow, so it is shared."""
    config = Config(
        mailbox={"support": Mailbox(addresses=(SUPPORT,), policy=ROOT / "policies" / "conceal.toml", brand="Example")},
        outbound=Outbound(url="maildir:var/outbox"),
        storage=Storage(url="sqlite:///var/test.db"),
        agents=tuple(Agent(name=name, address=f"{name}@example.com") for name in ("alice", "bob", "lead", "boss")),
        teams={"support": Team(members=("alice", "bob"), team_lead=("lead",), management=("boss",))},
        customers=(Customer(name="Customer", domains=("customer.example",), timezone="America/New_York"),),
        limits=limits,
        security=Security(agent_proof=proof),
        operator=Operator(addresses=("ops@example.com",)),
    )
    return load(config, KEYS)


@dataclass
class Office:
    """Mails come in, time goes on, mails go out; everything that was sent is kept."""

    desk: Desk = field(default_factory=a_desk)
    sent: list[Letter] = field(default_factory=list)
    smarthost: Callable[[Letter], Report] = lambda letter: Report("delivered")
    written: int = 0

    def __post_init__(self) -> None:
        self.store = open_store("sqlite://")
        self.clock = SetClock(NOON)
        self.rounds = Rounds(self.store, Writer(self.store), self.desk, self.clock)

    def close(self) -> None:
        """End it."""
        self.store.close()

    @property
    def now(self) -> datetime:
        """The time of the office."""
        return self.clock.now()

    def read(self, work: Callable[..., T], *facts: Any, **named: Any) -> T:
        """What a query of the store answers."""
        return self.store.read(lambda tx: work(tx, *facts, **named))

    def keep(self, raw: bytes, *, to: Iterable[str] = (), mail_from: str | None = CAROL) -> int:
        """Take a mail in, and nothing more."""
        envelope = Envelope(mail_from=mail_from, rcpt_tos=tuple(to))

        def work(tx: Transaction) -> int:
            return inbound.keep(
                tx, received_at=self.now, source="smtp", envelope=envelope, raw=io.BytesIO(raw), size=len(raw)
            )

        return self.store.transact(work)

    def takes(self, raw: bytes, *, to: Iterable[str] = (), mail_from: str | None = CAROL) -> Inbound:
        """Take a mail in and do what follows; the mail's row afterwards."""
        key = self.keep(raw, to=to, mail_from=mail_from)
        self.works()
        row = self.read(inbound.get, key)
        assert row is not None
        return row

    def works(self) -> None:
        """Do all there is to do now."""
        while self.rounds.mails() or self.delivers() or self.rounds.clocks():
            pass

    def delivers(self) -> int:
        """Hand every letter that may go to the smarthost."""
        claimed = self.rounds.claim(limit=1000)
        reports = [(letter, self.smarthost(letter)) for letter in claimed]
        self.sent += [letter for letter, report in reports if report.result == "delivered"]
        self.rounds.record(iter(reports))
        return len(claimed)

    def waits(self, length: timedelta) -> None:
        """Time goes on from moment to moment, as for a daemon that runs."""
        end = self.now + length
        while True:
            moments = (self.rounds.next_due(), self.read(outbox.next_attempt), self.read(inbound.next_try))
            due = min((moment for moment in moments if moment), default=end)
            self.clock.set(min(end, max(due, self.now)))
            self.works()
            if self.now >= end:
                return

    def sleeps(self, length: timedelta) -> None:
        """Nothing runs for so long; then everything at once."""
        self.clock.set(self.now + length)
        self.works()

    def case(self, number: int = 1) -> Case:
        """One case."""
        found = self.read(cases.load, number)
        assert found is not None
        return found

    def notes(self, number: int = 1) -> list[str]:
        """The notes of a case."""
        return [note.text for note in self.read(notes.of_case, number)]

    def held(self) -> list[held.Held]:
        """Agents' mails of which nothing was done yet."""
        return self.read(held.waiting)

    def story(self, number: int | None = 1) -> list[Entry]:
        """What was written down of a case."""
        return [entry for _, about, entry in self.read(log.tail, 0, limit=10_000) if about == number]

    def templates(self, to: str | None = None, since: int = 0) -> list[str]:
        """The templates of what was sent, to one reader if named."""
        return [letter.template for letter in self.sent[since:] if to in (None, letter.recipient)]

    def last(self, template: str, to: str | None = None) -> EmailMessage:
        """The newest mail of this template, as its reader has it."""
        letter = self.letter(template, to)
        mail = message_from_bytes(letter.data, policy=default)
        assert isinstance(mail, EmailMessage)
        return mail

    def letter(self, template: str, to: str | None = None) -> Letter:
        """The newest letter of this template."""
        return next(one for one in reversed(self.sent) if one.template == template and to in (None, one.recipient))

    # --- who writes what ---

    def mail(self, sender: str, text: str, **headers: str) -> bytes:
        """A plain mail; `headers` are its further fields, "_" for "-"."""
        self.written += 1
        fields = {
            "From": sender,
            "To": SUPPORT,
            "Subject": "printers",
            "Message-ID": f"<{self.written}@written.example>",
        }
        fields |= {name.replace("_", "-"): value for name, value in headers.items()}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
        return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()

    def customer(self, text: str = "All printers are down.", sender: str = CAROL, **headers: str) -> Inbound:
        """A mail from outside."""
        return self.takes(self.mail(sender, text, **headers), mail_from=sender)

    def agent(self, text: str, name: str = "alice", notice: str = "new_case", **headers: str) -> Inbound:
        """An agent answers a notice at its signed address."""
        reply_to = text_of(self.last(notice, f"{name}@example.com")["Reply-To"])
        fields = {"Subject": "Re: printers", "To": reply_to, **headers}
        return self.takes(self.mail(f"{name}@example.com", text, **fields), to=[fields["To"]])


def text_of(header: Any) -> str:
    """The bare address of a header field."""
    return str(header).partition("<")[2].rstrip(">") or str(header)


def body(mail: EmailMessage) -> str:
    """The text that the reader sees."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def with_limits(**limits: int) -> Desk:
    """The desk with other limits."""
    return a_desk(Limits(**limits))


def holding(desk: Desk) -> Desk:
    """The desk of `serve --hold`."""
    return replace(desk, hold=True)
