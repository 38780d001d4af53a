"""A customer's mail: it joins a case, opens one, is turned away, or asks how things stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mailproc.core.case import Case
from mailproc.core.clauses import STATUS, said_by
from mailproc.core.clocks import clocks
from mailproc.core.decide import parts
from mailproc.core.effects import Notice
from mailproc.core.events import EscalationRequested, StatusAsked
from mailproc.core.log import Entry
from mailproc.flow import files, incidents, new_case, wishes
from mailproc.flow.commit import Actor, commit
from mailproc.flow.desk import Desk
from mailproc.flow.facts import case_facts
from mailproc.flow.find_case import Found, find
from mailproc.flow.gate import closed
from mailproc.flow.mail import Mail, Outcome, arrived, no_case
from mailproc.flow.outgoing import Outgoing, queue
from mailproc.flow.redirect import redirected
from mailproc.mail.message import Command
from mailproc.store import cases, log, threading
from mailproc.store.transaction import Transaction

NEWS = 300
"""Characters of a case's latest news in a list of several cases."""


def handle(mail: Mail, tx: Transaction, desk: Desk) -> Outcome:
    """Find the case, then let what the customer wrote happen to it; a mail that joins none opens one (CON-2)."""
    found = Found() if mail.reading.voicemail or mail.form else find(mail, tx, desk)
    asked = wishes.asked(mail)
    names = [one.name for one in asked]
    if (names[:1] == ["status"] and (len(names) == 1 or found.case is None)) or _asks_by_address(mail, desk):
        return _status(mail, tx, desk, found)
    if names == ["help"] and not closed(mail, tx, mail.sender):
        return _help(mail, tx, desk, found)
    if found.case is None:
        turned_away = redirected(mail, tx, desk, found)
        return turned_away or _opened(asked, mail, tx, desk, found)
    arrived(mail, tx, found.case.number, found.how)
    case = incidents.linked(found.case, mail, tx, desk)
    events = wishes.events(asked, mail, tx, desk, case)
    threading.join(tx, case.number, mail.sender)
    if mail.message.message_id:
        threading.mention(
            tx, case_number=case.number, message_id=mail.message.message_id, ours=False, inbound_id=mail.id
        )
    along = files.along(tx, desk, case.number, mail.message, mail.raw)
    for event in events:
        case = commit(case, event, tx, desk, mail.at, Actor(name=mail.sender, inbound=mail.id, files=along))
        along = ()
    if parts.over(found.case):
        _escalated(asked, mail, tx, desk, case)
    meant = wishes.suggestion(mail, asked, desk, found.case)
    if (meant or "help" in names) and not closed(mail, tx, mail.sender):
        _tell_help(mail, tx, desk, case, meant)
    return Outcome("case", found.how, case.number)


def _asks_by_address(mail: Mail, desk: Desk) -> bool:
    """An empty mail to the status address asks what `#status` asks (ELA-10)."""
    address = desk.mailbox(mail.mailbox).status_address
    if not address or mail.reading.kind not in ("request", "reply") or mail.form or mail.message.text.strip():
        return False
    told = mail.envelope.rcpt_tos or tuple(one.address for one in (*mail.message.to, *mail.message.cc))
    return not mail.message.attachments and any(desk.base(one) == address for one in told)


def _opened(asked: Sequence[Command], mail: Mail, tx: Transaction, desk: Desk, found: Found) -> Outcome:
    outcome = new_case.open_case(mail, tx, desk, found)
    if outcome.case_number and (case := cases.load(tx, outcome.case_number)):
        _escalated(asked, mail, tx, desk, case)
    return outcome


def _escalated(asked: Sequence[Command], mail: Mail, tx: Transaction, desk: Desk, case: Case) -> None:
    """A mail that opened the case, or opened it again, asks for an escalation too: judged now (EIO-5).

    Not so if its words alone have called somebody.
    """
    wanted = tuple(one for one in asked if one.name == "escalate")
    if not wanted or (case.page and case.page.at == mail.at):
        return
    for event in wishes.events(wanted, mail, tx, desk, case):
        if isinstance(event, EscalationRequested):
            commit(case, replace(event, told=True), tx, desk, mail.at, Actor(name=mail.sender, inbound=mail.id))


def _help(mail: Mail, tx: Transaction, desk: Desk, found: Found) -> Outcome:
    """Nothing but help was asked for: the case, if there is one, stays as it is."""
    arrived(mail, tx, found.case.number if found.case else None, "the customer asked for help")
    _tell_help(mail, tx, desk, found.case or no_case(mail, desk), "")
    return Outcome("command", "help", found.case.number if found.case else None)


def _tell_help(mail: Mail, tx: Transaction, desk: Desk, case: Case, meant: str) -> None:
    policy = desk.policy(case)
    outgoing = Outgoing(case=case, policy=policy, clocks=clocks(case, policy), now=mail.at, inbound=mail.id)
    queue(tx, desk, outgoing, [wishes.help_notice(mail, policy, meant)])


def _status(mail: Mail, tx: Transaction, desk: Desk, found: Found) -> Outcome:
    """One case if the mail belongs to one, else all that the sender has open; no answer where the gate is closed."""
    number = found.case.number if found.case else None
    arrived(mail, tx, number, "the customer asked for the status")
    if why_not := closed(mail, tx, mail.sender):
        because = f"no answer: {why_not}"
        log.append(tx, number, [Entry(at=mail.at, event="declined", because=because, actor=mail.sender)])
        return Outcome("declined", because, number)
    if found.case:
        asked = StatusAsked(wishes.person(mail))
        commit(found.case, asked, tx, desk, mail.at, Actor(name=mail.sender, inbound=mail.id))
        return Outcome("command", "status of one case", found.case.number)
    open_cases = cases.of_requester(tx, mail.sender, open_only=True)
    stand_in = no_case(mail, desk)
    policy = desk.policy(stand_in)
    notice = Notice(
        template="status",
        to=wishes.person(mail),
        answers=True,
        about={"cases": [_line(case, desk) for case in open_cases]},
        because="the customer asked for the status of all open cases",
        clause=said_by(policy, STATUS),
    )
    queue(tx, desk, Outgoing(case=stand_in, policy=policy, clocks={}, now=mail.at, inbound=mail.id), [notice])
    return Outcome("command", "status of all open cases")


def _line(case: Case, desk: Desk) -> dict[str, object]:
    policy = desk.policy(case)
    update = clocks(case, policy).get("update")
    news = {"text": _shortened(case.progress.text), "at": case.progress.at} if case.progress else None
    facts = case_facts(case, policy, named=case.verified)
    return facts | {"next_update": update.due if update else None, "news": news}


def _shortened(text: str) -> str:
    return text if len(text) <= NEWS else f"{text[:NEWS].rstrip()} …"
