"""From the outbox to the courier and back: what was taken, what is tried again, what cannot be delivered."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailproc.core.case import Case
from mailproc.core.decide.delivery import CONFIRMING, HELD_WORDS
from mailproc.core.effects import Notice
from mailproc.core.events import Delivered, DeliveryFailed
from mailproc.flow.commit import commit
from mailproc.flow.desk import Desk
from mailproc.flow.outgoing import Outgoing, queue
from mailproc.store import cases, outbox
from mailproc.store.letters import Letter
from mailproc.store.transaction import Transaction

LEASE_SECONDS = 15 * 60
"""Longer than the longest wait for an answer after the final dot (RFC 5321 §4.5.3.2.6)."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a courier says of one letter.  `uncertain`: it may have been taken all the same."""

    result: str  # delivered, deferred, refused
    reason: str = ""
    uncertain: bool = False
    ours: bool = False  # refused because of us, not of the recipient


def matters(letter: Letter) -> bool:
    """Does it mean something to the case that this letter was taken?"""
    return letter.template in CONFIRMING or letter.objective == HELD_WORDS


def record(letter: Letter, report: Report, tx: Transaction, desk: Desk, now: datetime) -> None:
    """Write down what became of a letter, and let it happen to its case.  A claim that was lost changes nothing."""
    match report.result:
        case "delivered":
            if outbox.sent(tx, letter.id, letter.epoch, now) and matters(letter):
                _happened(letter, tx, desk, now)
        case "deferred":
            _deferred(letter, report, tx, desk, now)
        case _:
            if outbox.refuse(tx, letter.id, letter.epoch, at=now, error=report.reason):
                _failed(letter, report.reason, tx, desk, now, dead=not report.ours)


def _happened(letter: Letter, tx: Transaction, desk: Desk, now: datetime) -> None:
    case = cases.load(tx, letter.case_number) if letter.case_number else None
    if case:
        event = Delivered(template=letter.template, recipient=letter.recipient, objective=letter.objective)
        commit(case, event, tx, desk, now)


def _deferred(letter: Letter, report: Report, tx: Transaction, desk: Desk, now: datetime) -> None:
    outbound = desk.config.outbound
    if now - letter.created_at >= outbound.expires:
        if outbox.refuse(tx, letter.id, letter.epoch, at=now, error=f"gave up: {report.reason}"):
            _failed(letter, f"gave up: {report.reason}", tx, desk, now, dead=False)
        return
    later = now + backoff(letter.id, letter.tries, outbound.first_retry, outbound.longest_retry)
    outbox.defer(tx, letter.id, letter.epoch, at=now, not_before=later, error=report.reason, uncertain=report.uncertain)


def backoff(number: int, tries: int, first: timedelta, longest: timedelta) -> timedelta:
    """How long to wait after `tries` attempts: doubled each time, up to `longest`, less up to a fifth.

    The jitter comes from the letter's number, so that letters spread out and the same letter always waits alike.
    """
    doubled: timedelta = min(first * 2 ** min(tries, 20), longest)
    share = int.from_bytes(hashlib.sha256(f"{number} {tries}".encode()).digest()[:2]) / 65536
    return doubled * (1 - share / 5)


def _failed(letter: Letter, why: str, tx: Transaction, desk: Desk, now: datetime, *, dead: bool) -> None:
    case = cases.load(tx, letter.case_number) if letter.case_number else None
    if letter.template == "operator_alarm":
        return  # an alarm about an alarm would never end
    if case:
        event = DeliveryFailed(
            template=letter.template, recipient=letter.recipient, objective=letter.objective, why=why, dead=dead
        )
        commit(case, event, tx, desk, now)
        return
    mailbox = next(iter(desk.config.mailbox))
    stand_in = Case(number=0, mailbox=mailbox, opened=now, severity=desk.policies[mailbox].default_severity)
    notice = Notice(
        template="operator_alarm",
        to="operator",
        about={"error": why, "recipient": letter.recipient},
        because=f"the {letter.template} mail cannot be delivered",
    )
    queue(tx, desk, Outgoing(case=stand_in, policy=desk.policy(stand_in), clocks={}, now=now), [notice])
