"""Mails that no person wrote: on a case they become a note, elsewhere they are ignored and listed (R17)."""

from __future__ import annotations

from datetime import timedelta

from mailproc.core.case import Case
from mailproc.core.events import RobotWrote
from mailproc.flow import duties
from mailproc.flow.commit import Actor, commit
from mailproc.flow.desk import Desk
from mailproc.flow.find_case import answered, find
from mailproc.flow.mail import Mail, Outcome, arrived
from mailproc.store import cases
from mailproc.store.transaction import Transaction

OUT_OF_OFFICE = timedelta(days=1)
"""How long an agent counts as away after an automatic answer of theirs: it seldom says until when in readable form."""
NEVER_NOTED = frozenset({"loop", "bulk"})


def handle(mail: Mail, tx: Transaction, desk: Desk) -> Outcome:
    """Note an auto-reply or receipt on the case that it answers; ignore the rest, with the rule."""
    kind = mail.reading.kind
    if kind == "auto_reply" and mail.sender in desk.agents:
        duties.noted_absent(tx, desk.agents[mail.sender].name, mail.at + OUT_OF_OFFICE, mail.at)
    case = _case(mail, tx, desk) if kind not in NEVER_NOTED else None
    because = "; ".join(mail.reading.reasons[:2])
    arrived(mail, tx, case.number if case else None, because)
    if case is None:
        return Outcome("ignored", because)
    event = RobotWrote(sender=mail.sender or "a robot", kind=kind, text=mail.message.text[:5000])
    commit(case, event, tx, desk, mail.at, Actor(name=mail.sender, inbound=mail.id))
    return Outcome("case", f"{kind}: noted only", case.number)


def _case(mail: Mail, tx: Transaction, desk: Desk) -> Case | None:
    """The case whose mail a robot answers, whoever's robot it is; else one that its sender belongs to (R6)."""
    letter = answered(mail, tx, desk)
    if letter and letter.case_number:
        return cases.load(tx, letter.case_number)
    return find(mail, tx, desk).case
