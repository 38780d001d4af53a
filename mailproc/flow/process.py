"""From one accepted mail to what follows from it: understood outside, settled in one transaction, to one outcome."""

from __future__ import annotations

from datetime import datetime, timedelta

from mailproc.core.log import Entry
from mailproc.flow import agents, bounces, customers, forms, robots, trackers
from mailproc.flow.desk import Desk
from mailproc.flow.mail import Mail, Outcome, arrived
from mailproc.mail import commands, reading, thread
from mailproc.mail.identity import identity
from mailproc.mail.message import Envelope
from mailproc.mail.verbs import AGENT_VERBS
from mailproc.store import inbound, log
from mailproc.store.inbound import Inbound
from mailproc.store.tables import InboundState
from mailproc.store.transaction import Transaction

ROBOTS = frozenset({"loop", "receipt", "auto_reply", "bulk", "tracker", "complaint", "missed_call", "fax"})
"""Kinds that open no case (semantics.md, Mails)."""
WITHOUT_CASE = frozenset({"ignored", "held"})
"""Outcomes that are told as declined where the mail belongs to no case."""
RETRY_AFTER = timedelta(minutes=1)


def understand(row: Inbound, raw: bytes, desk: Desk) -> Mail:
    """What a mail says and who sent it, worked out without the database: the slow and dangerous part."""
    envelope = Envelope(mail_from=row.mail_from, rcpt_tos=tuple(row.rcpt_tos), peer=row.peer, login=row.login)
    mailbox = _mailbox(envelope, desk)
    read = reading.read(
        raw,
        envelope,
        desk.own,
        words=desk.words[mailbox],
        agents=desk.agents.keys(),
        region=desk.config.voicemail.region,
        split=lambda text: commands.split(text, AGENT_VERBS),
        telephones=desk.telephones,
    )
    mail = Mail(
        id=row.id,
        at=row.received_at,
        raw=raw,
        envelope=envelope,
        mailbox=mailbox,
        reading=read,
        clues=thread.clues(read.message, envelope, desk.own),
        identity=identity(read.message, raw),
    )
    return forms.understood(mail, desk)


def _mailbox(envelope: Envelope, desk: Desk) -> str:
    for recipient in envelope.rcpt_tos:
        if base := desk.base(recipient):
            return desk.mailbox_names[base]
    return next(iter(desk.config.mailbox))


def settle(mail: Mail, tx: Transaction, desk: Desk, now: datetime) -> Outcome:
    """Turn one understood mail into what follows from it; it ends in exactly one outcome (R2), once (R4)."""
    twin = inbound.seen_before(tx, mail.identity)
    outcome = _twin_of(twin) if twin else _route(mail, tx, desk)
    if twin:
        arrived(mail, tx, None, outcome.reason)
    if twin or (outcome.name in WITHOUT_CASE and outcome.case_number is None):
        declined = Entry(at=mail.at, event="declined", because=outcome.reason, actor=mail.sender)
        log.append(tx, None, [declined])
    inbound.finish(
        tx,
        mail.id,
        outcome=outcome.name,
        kind=mail.reading.kind,
        reason=outcome.reason,
        case_number=outcome.case_number,
        identity=mail.identity,
        at=now,
    )
    return outcome


def _twin_of(twin: Inbound) -> Outcome:
    return Outcome("duplicate", f"the same mail as {twin.id}", twin.case_number)


def _route(mail: Mail, tx: Transaction, desk: Desk) -> Outcome:
    if mail.form:
        return customers.handle(mail, tx, desk)
    if trackers.sends(mail, desk):
        return trackers.handle(mail, tx, desk)
    if mail.reading.kind == "bounce":
        return bounces.handle(mail, tx, desk)
    if mail.reading.kind in ROBOTS:
        return robots.handle(mail, tx, desk)
    if mail.sender in desk.agents and not mail.reading.voicemail:
        return agents.handle(mail, tx, desk)
    return customers.handle(mail, tx, desk)


def failed(row: Inbound, error: Exception, tx: Transaction, desk: Desk, now: datetime) -> None:
    """Note that a mail could not be settled: try again a little later, and after the last try keep it in quarantine."""
    last = row.tries + 1 >= desk.config.limits.tries
    said = f"{type(error).__name__}: {error}"[:500]
    inbound.fail(tx, row.id, error=said, at=now, retry_at=None if last else now + RETRY_AFTER * (row.tries + 1))


def blame(key: int, tx: Transaction, desk: Desk, now: datetime) -> None:
    """The last process ended while it read this mail: one try is spent, and after the last it is kept aside (R3)."""
    row = inbound.get(tx, key)
    if row and row.state is InboundState.WAITING:
        last = row.tries + 1 >= desk.config.limits.tries
        inbound.fail(tx, key, error="the daemon ended while reading it", at=now, retry_at=None if last else now)
