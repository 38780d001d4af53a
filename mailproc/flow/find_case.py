"""Which case a mail belongs to: clues find it; only a participant, a colleague or a signed address joins it (R6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from mailproc.core.case import Case, State
from mailproc.core.clocks import still_open_to
from mailproc.flow.desk import Desk
from mailproc.flow.mail import Mail
from mailproc.mail.facts import CUSTOMER_NOTICES
from mailproc.mail.thread import base_subject
from mailproc.mail.tokens import Kind, Token
from mailproc.store import cases, outbox, threading
from mailproc.store.letters import Letter
from mailproc.store.transaction import Transaction

FREE = frozenset((
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com", "me.com",
    "aol.com", "gmx.de", "gmx.net", "web.de", "t-online.de", "proton.me", "protonmail.com", "mail.ru", "yandex.ru",
    "qq.com", "163.com", "orange.fr", "free.fr", "laposte.net", "libero.it",
))  # fmt: skip
"""Domains in which everybody may have an address: to share one makes no colleagues."""
OTHER_SUBJECT_AFTER = timedelta(days=3)
"""How long after its end a case still takes a mail that answers it under another subject (R7)."""


@dataclass(frozen=True, slots=True)
class Found:
    """The case that a mail joins, or one it speaks of: `mentioned` is for agents' eyes, `linked` for the record."""

    case: Case | None = None
    how: str = ""
    mentioned: int | None = None
    linked: int | None = None


def token(mail: Mail, desk: Desk, *kinds: Kind) -> Token | None:
    """The signed address that the mail was sent to, if it was signed for its sender and is of one of these kinds."""
    for address in mail.clues.reply_addresses:
        base = desk.base(address)
        extension = desk.signer.extension_of(address, base) if base else None
        opened = desk.signer.open(extension, mail.sender, mail.at) if extension else None
        if opened and opened.kind in kinds:
            return opened
    return None


def answered(mail: Mail, tx: Transaction, desk: Desk) -> Letter | None:
    """The letter of ours that the mail answers, by its signed Message-ID."""
    for message_id in mail.clues.our_ids:
        number = desk.signer.is_ours(message_id, message_id.strip("<>").rpartition("@")[2])
        letter = outbox.get(tx, number) if number is not None else None
        if letter and letter.message_id.lower() == message_id.lower():
            return letter
    return None


def find(mail: Mail, tx: Transaction, desk: Desk) -> Found:
    """The case that a customer's mail joins, if any."""
    mentioned = None
    for number, how, proved in _candidates(mail, tx, desk):
        case = cases.load(tx, number)
        if case is None:
            continue
        if proved or _belongs(mail, tx, desk, case):
            return _joined(mail, desk, case, how)
        mentioned = mentioned or number
    return Found(mentioned=mentioned)


def _candidates(mail: Mail, tx: Transaction, desk: Desk) -> Iterator[tuple[int, str, bool]]:
    """Every case that a clue points at, the strongest first, and whether the clue proves that the sender may join."""
    signed = token(mail, desk, Kind.CUSTOMER)
    if signed:
        yield signed.number, "sent to its signed reply address", True
    letter = answered(mail, tx, desk)
    if letter and letter.case_number:
        yield letter.case_number, "answers a mail of ours", _sent_to(letter, mail)
    seen = threading.case_of(tx, mail.clues.seen_ids, ours=False) if mail.clues.seen_ids else None
    if seen:
        yield seen, "answers a mail that is on the case", False
    for tag in mail.clues.tags:
        yield tag, f"its subject has the case tag [#{tag}]", False


def _sent_to(letter: Letter, mail: Mail) -> bool:
    """Was our mail sent to this sender, or to a colleague?  Passed on to a stranger, it lets nobody in."""
    domain = letter.recipient.lower().rpartition("@")[2]
    same = mail.sender.rpartition("@")[2] == domain and domain not in FREE
    return letter.template in CUSTOMER_NOTICES and (letter.recipient.lower() == mail.sender or same)


def _belongs(mail: Mail, tx: Transaction, desk: Desk, case: Case) -> bool:
    """Is the sender a participant, or a colleague in the same customer's domain (R6, R8)?"""
    if not mail.sender:
        return False
    if mail.sender in threading.participants(tx, case.number):
        return True
    customer = desk.customer_at(mail.sender)
    return customer is not None and customer.name == case.customer


def _joined(mail: Mail, desk: Desk, case: Case, how: str) -> Found:
    if not still_open_to(case, desk.policy(case), mail.at):
        return Found(linked=case.number, how=f"{how}, but that case has been over for too long")
    over = case.closed or case.resolved
    other = base_subject(mail.message.subject).casefold() != base_subject(case.subject).casefold()
    if case.state in (State.RESOLVED, State.CLOSED) and over and other and mail.at - over > OTHER_SUBJECT_AFTER:
        return Found(linked=case.number, how=f"{how}, but with another subject and after its end")
    return Found(case=case, how=how)
