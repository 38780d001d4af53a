"""Delivery reports: tied to the very mail and recipient they speak of, or ignored (R17)."""

from __future__ import annotations

from mailproc.core.events import DeliveryFailed
from mailproc.flow.commit import Actor, commit
from mailproc.flow.desk import Desk
from mailproc.flow.mail import Mail, Outcome, arrived
from mailproc.mail.message import BouncedRecipient
from mailproc.mail.tokens import Kind
from mailproc.store import cases, outbox, suppressed
from mailproc.store.letters import Letter
from mailproc.store.transaction import Transaction


def handle(mail: Mail, tx: Transaction, desk: Desk) -> Outcome:
    """A failure for good of a mail of ours to that recipient suppresses the address; a forged report does nothing."""
    letter = _letter(mail, tx, desk)
    if letter is None:
        arrived(mail, tx, None)
        return Outcome("ignored", "a delivery report of no mail that we sent")
    arrived(mail, tx, letter.case_number)
    dead = _dead(mail, letter)
    if dead is None:
        return Outcome(
            "ignored", f"a delivery report of {letter.message_id} without a failure for good", letter.case_number
        )
    why = f"{dead.status} {dead.diagnostic}".strip() or "refused for good"
    suppressed.add(tx, letter.recipient, at=mail.at, reason=why)
    case = cases.load(tx, letter.case_number) if letter.case_number else None
    if case:
        event = DeliveryFailed(
            template=letter.template, recipient=letter.recipient, objective=letter.objective, why=why
        )
        commit(case, event, tx, desk, mail.at, Actor(inbound=mail.id))
    return Outcome("case" if case else "ignored", f"mail to {letter.recipient} failed: {why}", letter.case_number)


def _letter(mail: Mail, tx: Transaction, desk: Desk) -> Letter | None:
    """By the signed bounce address that it came to, else by the Message-ID that it quotes."""
    for address in mail.clues.reply_addresses:
        base = desk.base(address)
        extension = desk.signer.extension_of(address, base) if base else None
        token = desk.signer.open(extension, "", mail.at) if extension else None
        if token and token.kind is Kind.BOUNCE:
            return outbox.get(tx, token.number)
    quoted = mail.reading.bounce.original_message_id if mail.reading.bounce else ""
    number = desk.signer.is_ours(quoted, quoted.strip("<>").rpartition("@")[2]) if quoted else None
    return outbox.get(tx, number) if number is not None else None


def _dead(mail: Mail, letter: Letter) -> BouncedRecipient | None:
    recipients = mail.reading.bounce.recipients if mail.reading.bounce else ()
    return next((one for one in recipients if one.permanent and one.address.lower() == letter.recipient.lower()), None)
