"""A mail on its way through the flow: its row, its bytes, its reading, its clues."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailproc.core.case import Case
from mailproc.core.log import Entry
from mailproc.flow.desk import Desk
from mailproc.mail.form import Filled
from mailproc.mail.message import Envelope, Message, Reading
from mailproc.mail.thread import Clues
from mailproc.policy.model import Form
from mailproc.store import log
from mailproc.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class FromForm:
    """What a web form mailed in a person's name (OWN-1)."""

    form: Form
    said: Filled


@dataclass(frozen=True, slots=True)
class Mail:
    """One inbound mail, understood.  `at` is when it was received: the moment at which its event happens."""

    id: int
    at: datetime
    raw: bytes
    envelope: Envelope
    mailbox: str
    reading: Reading
    clues: Clues
    identity: str
    form: FromForm | None = None  # set where a form mailed for somebody; `reading` is then what that person wrote

    @property
    def message(self) -> Message:
        """What its bytes say."""
        return self.reading.message

    @property
    def sender(self) -> str:
        """The one valid From address, lower case; "" if there is none (R18)."""
        return self.message.sender.address if self.message.sender else ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The one thing that became of a mail (R2): case, command, held, ignored, declined, duplicate, quarantined."""

    name: str
    reason: str
    case_number: int | None = None


def arrived(mail: Mail, tx: Transaction, case_number: int | None, because: str = "") -> None:
    """Write down in the story that the mail came in."""
    what = {
        "kind": mail.reading.kind,
        "from": mail.sender,
        "to": list(mail.envelope.rcpt_tos) or [one.address for one in mail.message.to],
        "subject": mail.message.subject,
    }
    reason = because or (mail.reading.reasons[0] if mail.reading.reasons else "")
    log.append(tx, case_number, [Entry(at=mail.at, event="mail_in", because=reason, actor=mail.sender, what=what)])


def no_case(mail: Mail, desk: Desk) -> Case:
    """A stand-in for mails that we send beside any case: it has the mailbox, and the number 0."""
    severity = desk.policies[mail.mailbox].default_severity
    return Case(number=0, mailbox=mail.mailbox, opened=mail.at, severity=severity)
