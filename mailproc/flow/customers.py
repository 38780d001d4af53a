"""A customer's mail: it joins a case, opens one, or asks how things stand."""

from __future__ import annotations

from mailproc.core.case import Case, Person
from mailproc.core.clauses import STATUS, said_by
from mailproc.core.clocks import clocks
from mailproc.core.effects import Notice
from mailproc.core.events import CustomerWrote, Event, StatusAsked, UpdatesStopped
from mailproc.core.log import Entry
from mailproc.flow import files, new_case
from mailproc.flow.commit import Actor, commit
from mailproc.flow.desk import Desk
from mailproc.flow.facts import case_facts
from mailproc.flow.find_case import Found, find
from mailproc.flow.gate import closed
from mailproc.flow.mail import Mail, Outcome, arrived, no_case
from mailproc.flow.outgoing import Outgoing, queue
from mailproc.mail import commands
from mailproc.mail.answers import answer
from mailproc.mail.courtesy import is_courtesy
from mailproc.mail.verbs import CUSTOMER_VERBS
from mailproc.store import cases, log, threading
from mailproc.store.transaction import Transaction


def handle(mail: Mail, tx: Transaction, desk: Desk) -> Outcome:
    """Find the case, then let what the customer wrote happen to it; a mail that joins none opens one (CON-2)."""
    found = find(mail, tx, desk) if mail.reading.kind != "voicemail" else Found()
    asked = _asked(mail)
    if asked == "status":
        return _status(mail, tx, desk, found)
    if found.case is None:
        return new_case.open_case(mail, tx, desk, found)
    arrived(mail, tx, found.case.number, found.how)
    event: Event = UpdatesStopped(_person(mail)) if asked == "stop-updates" else _wrote(mail, tx, desk)
    threading.join(tx, found.case.number, mail.sender)
    if mail.message.message_id:
        threading.mention(
            tx, case_number=found.case.number, message_id=mail.message.message_id, ours=False, inbound_id=mail.id
        )
    along = files.along(tx, desk, found.case.number, mail.message, mail.raw)
    commit(found.case, event, tx, desk, mail.at, Actor(name=mail.sender, inbound=mail.id, files=along))
    return Outcome("case", found.how, found.case.number)


def _asked(mail: Mail) -> str:
    """The one command of a customer's mail, if it is one of theirs; other people's commands stay text (CON-10)."""
    block = commands.split(mail.message.text, CUSTOMER_VERBS)
    return block.commands[0].name if block.commands and mail.sender and mail.message.own_words else ""


def _wrote(mail: Mail, tx: Transaction, desk: Desk) -> CustomerWrote:
    text = mail.message.text
    return CustomerWrote(
        sender=_person(mail),
        text=text + files.remark(desk, mail.message),
        courtesy=is_courtesy(text),
        answer=answer(text),
        answerable=not closed(mail, tx, mail.sender),
    )


def _person(mail: Mail) -> Person:
    sender = mail.message.sender
    return Person(address=sender.address, name=sender.name) if sender else Person("")


def _status(mail: Mail, tx: Transaction, desk: Desk, found: Found) -> Outcome:
    """One case if the mail belongs to one, else all that the sender has open; no answer where the gate is closed."""
    number = found.case.number if found.case else None
    arrived(mail, tx, number, "the customer asked for the status")
    if why_not := closed(mail, tx, mail.sender):
        because = f"no answer: {why_not}"
        log.append(tx, number, [Entry(at=mail.at, event="declined", because=because, actor=mail.sender)])
        return Outcome("declined", because, number)
    if found.case:
        commit(found.case, StatusAsked(_person(mail)), tx, desk, mail.at, Actor(name=mail.sender, inbound=mail.id))
        return Outcome("command", "status of one case", found.case.number)
    open_cases = cases.of_requester(tx, mail.sender, open_only=True)
    stand_in = no_case(mail, desk)
    policy = desk.policy(stand_in)
    notice = Notice(
        template="status",
        to=_person(mail),
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
    return case_facts(case, policy, named=case.verified) | {"next_update": update.due if update else None}
