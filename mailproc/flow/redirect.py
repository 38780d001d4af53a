"""Whoever is not entitled is told once, politely, whom to ask; the mail is kept, and no case opens (JEL-6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from mailproc.core.case import Case, Person
from mailproc.core.decide import rules
from mailproc.core.effects import Notice
from mailproc.core.log import Entry
from mailproc.core.moments import said
from mailproc.flow.desk import Desk
from mailproc.flow.find_case import Found
from mailproc.flow.gate import closed
from mailproc.flow.mail import Mail, Outcome, arrived, no_case
from mailproc.flow.outgoing import Outgoing, queue
from mailproc.flow.senders import sender_facts
from mailproc.policy.model import Policy, Rule
from mailproc.store import log, outbox
from mailproc.store.transaction import Transaction

TEMPLATE = "not_entitled"
QUIET = timedelta(days=7)
"""How long a sender who was told is not told again."""


def redirected(mail: Mail, tx: Transaction, desk: Desk, found: Found) -> Outcome | None:
    """What became of a mail that a rule turns away; None where none does.

    Never turned away: callers, mails without one valid sender, and whoever answers a case, even one that is over.
    """
    policy = desk.policies[mail.mailbox]
    if not any(rule.then.redirect for rule in policy.rules) or not mail.sender or found.linked:
        return None
    stand_in = _stand_in(mail, desk)
    rule = _rule(mail, desk, policy, stand_in) if not mail.reading.voicemail else None
    if rule is None:
        return None
    silent = _silent(mail, tx)
    because = rules.because(rule) + (f"; {silent}" if silent else "")
    arrived(mail, tx, None)
    log.append(tx, None, [Entry(at=mail.at, event="declined", because=because, clause=rule.clause, actor=mail.sender)])
    if not silent:
        outgoing = Outgoing(case=stand_in, policy=policy, clocks={}, now=mail.at, inbound=mail.id)
        queue(tx, desk, outgoing, [_notice(mail, desk, rule)])
    return Outcome("declined", because)


def _stand_in(mail: Mail, desk: Desk) -> Case:
    """What rules may ask of a mail that is no case yet."""
    case = no_case(mail, desk)
    severity = mail.reading.severity or case.severity
    return replace(case, subject=mail.message.subject, severity=severity, language=mail.message.language)


def _rule(mail: Mail, desk: Desk, policy: Policy, case: Case) -> Rule | None:
    """The first rule that turns this mail away."""
    happening = rules.Happening("received", mail.message.text, sender_facts(mail, desk))
    return next((rule for rule in rules.holding(case, policy, mail.at, happening) if rule.then.redirect), None)


def _silent(mail: Mail, tx: Transaction) -> str:
    """Why nothing is said: the gate is closed (R14), or this sender was told not long ago."""
    if why_not := closed(mail, tx, mail.sender):
        return f"no answer: {why_not}"
    before = outbox.answers(tx, mail.sender, mail.at - QUIET, templates=frozenset({TEMPLATE}))
    return f"told {said(before[-1])} already" if before else ""


def _notice(mail: Mail, desk: Desk, rule: Rule) -> Notice:
    sender = mail.message.sender
    return Notice(
        template=TEMPLATE,
        to=Person(address=mail.sender, name=sender.name if sender else ""),
        answers=True,
        about={"hoster": sender_facts(mail, desk)["hoster"]},
        because=rules.because(rule),
        clause=rule.clause,
    )
