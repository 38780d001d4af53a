"""A mail that joins no case opens one: who, what, how severe, and whether machines may answer."""

from __future__ import annotations

from datetime import timedelta

from mailproc.config import Customer
from mailproc.core.case import Case, Person
from mailproc.core.clauses import VOICEMAIL, said_by
from mailproc.core.events import Opened
from mailproc.core.moments import said
from mailproc.flow import budget, duties, files, incidents, wishes
from mailproc.flow.commit import Actor, commit
from mailproc.flow.desk import Desk
from mailproc.flow.find_case import Found
from mailproc.flow.gate import closed
from mailproc.flow.mail import Mail, Outcome, arrived
from mailproc.flow.people import reachable
from mailproc.flow.senders import sender_facts
from mailproc.flow.terms import terms_of
from mailproc.mail import commands, severity
from mailproc.mail.form import Filled
from mailproc.mail.message import Voicemail
from mailproc.mail.voicemail import urgency
from mailproc.policy import types
from mailproc.policy.model import Policy
from mailproc.store import cases, threading
from mailproc.store.transaction import Transaction

OPENING = 4000
"""Characters of a first mail that the case itself keeps at hand; the whole mail is kept beside it."""
NO_ADDRESS = "the caller left no mail address"


def open_case(mail: Mail, tx: Transaction, desk: Desk, found: Found) -> Outcome:
    """Open a case for this mail, linked to one that it answers too late, or with a hint for the agents alone (R6)."""
    number = cases.open_number(tx)
    arrived(mail, tx, number)
    case = _case(mail, tx, desk, number, found)
    if case.requester.address:
        threading.join(tx, number, case.requester.address)
    if mail.message.message_id:
        threading.mention(tx, case_number=number, message_id=mail.message.message_id, ours=False, inbound_id=mail.id)
    event = Opened(
        text=_words(mail) + files.remark(desk, mail.message),
        call_back=_wants_call(mail, case, desk),
        call=_call(mail.reading.voicemail) if mail.reading.voicemail else None,
        about="; ".join(hint for hint in (_hint(found), _doubt(mail), _put_off(case, tx, desk)) if hint),
        sender=sender_facts(mail, desk),
        owner=duties.assignee(desk, tx, case, mail.at) or "",
        incident=incidents.speaking((case.subject, _words(mail)), tx, desk, mail.mailbox, mail.at),
        clause=said_by(desk.policies[mail.mailbox], VOICEMAIL) if case.kind == "voicemail" else (),
    )
    along = files.along(tx, desk, number, mail.message, mail.raw)
    commit(case, event, tx, desk, mail.at, Actor(name=mail.sender, inbound=mail.id, files=along))
    return Outcome("case", event.about or "a new conversation", number)


def _wants_call(mail: Mail, case: Case, desk: Desk) -> bool:
    """Must somebody ring?  Who asked for it, and a caller: where the policy promises calls, or no mail reaches them."""
    if mail.form:
        return mail.form.form.call_back or not case.requester.address
    promised = desk.policies[mail.mailbox].call_back is not None
    return mail.reading.voicemail is not None and (promised or not case.requester.address)


def _doubt(mail: Mail) -> str:
    """What the agents must know of a call: who passed it on, whether it is one, and what its words suggest (R27)."""
    call = mail.reading.voicemail
    if call is None:
        return ""
    hints = [f"passed on by {mail.sender}"] if call.forwarded else []
    if mail.reading.kind == "suspected_voicemail":
        hints.append("perhaps a voicemail: look at the mail itself before you ring")
    if call.transcript and (words := urgency.urgent_words(call.transcript)):
        hints.append(f'its words sound urgent ("{words}"); a machine wrote them down, so the severity is yours to say')
    return "; ".join(hints)


def _put_off(case: Case, tx: Transaction, desk: Desk) -> str:
    """What the agents must know where the confirmation waits for the sender's budget (R15)."""
    if not case.answerable:
        return ""
    may_go = budget.earliest(tx, desk, case.requester.address, case.opened)
    if may_go is None:
        return "no confirmation: [limits] allows no automatic answers"
    return f"too many answers to this address: confirmed at {said(may_go)}" if may_go > case.opened else ""


def _hint(found: Found) -> str:
    if found.linked:
        return f"follows case {found.linked}: {found.how}"
    if found.mentioned:
        return f"names case {found.mentioned}, but its sender does not belong to it"
    return ""


def _case(mail: Mail, tx: Transaction, desk: Desk, number: int, found: Found) -> Case:
    policy = desk.policies[mail.mailbox]
    person, customer = _who(mail, desk)
    terms = terms_of(tx, desk, mail.mailbox, customer, mail.at)
    why_not = _unreachable(mail, person) or closed(mail, tx, person.address)
    declared = _declared(mail, desk)
    return Case(
        number=number,
        mailbox=mail.mailbox,
        opened=mail.at,
        subject=_subject(mail),
        requester=person,
        severity=declared or policy.default_severity,
        declared=declared,
        plan=terms.plan,
        zone=terms.zone,
        terms_until=terms.until,
        type=severity.declared_type(mail.message, types.words(policy.types)),
        product=_product(mail, customer),
        customer=customer.name if customer else "",
        language=(customer.language if customer else "") or mail.message.language,
        kind="voicemail" if mail.reading.voicemail else "request",
        opening=_words(mail)[:OPENING],
        answerable=not why_not,
        unanswerable=why_not,
        verified=desk.simulated and mail.form is None,  # a form is proved, not who filled it in
        message_id=mail.message.message_id,
        related=(found.linked,) if found.linked else (),
    )


def _declared(mail: Mail, desk: Desk) -> str | None:
    """The id of the severity that the opening mail declares, None if it says nothing (JEL-2).

    `read` cannot know that a mail which answers somebody else's opens a case here; and `#severity 1` says it as well.
    """
    if mail.reading.voicemail:
        return _flagged(mail.reading.voicemail, desk.policies[mail.mailbox])
    if mail.reading.severity or mail.form or mail.reading.kind not in ("request", "reply"):
        return mail.reading.severity
    words = desk.words[mail.mailbox]
    said = severity.declared(mail.message, words)
    wished = next((one.argument for one in wishes.asked(mail) if one.name == "severity"), "")
    return said or severity.named(commands.cut(wished, "because")[0], words)


def _flagged(call: Voicemail, policy: Policy) -> str | None:
    """The caller's own flag raises the severity by one; words never do."""
    ids = list(policy.severities)
    usual = ids.index(policy.default_severity)
    return ids[usual - 1] if call.urgent and usual else None


def _who(mail: Mail, desk: Desk) -> tuple[Person, Customer | None]:
    """The sender; or the caller, with an address only where one customer with one address has that number (R28)."""
    call = mail.reading.voicemail
    if mail.form:
        return _of_form(mail.form.said, desk)
    if call is None or call.forwarded:
        sender = mail.message.sender
        person = Person(address=sender.address, name=sender.name) if sender else Person("")
        if call and sender and sender.address in desk.agents:  # a colleague's: nobody of the customer's wrote
            return Person(address="", name=call.caller_name or "", phone=call.caller or ""), _ringing(desk, call.caller)
        return person, desk.customer_at(person.address) if sender else None
    customer = _ringing(desk, call.caller)
    address = customer.addresses[0].lower() if customer and len(customer.addresses) == 1 else ""
    return Person(address=address, name=call.caller_name or "", phone=call.caller or ""), customer


def _of_form(said: Filled, desk: Desk) -> tuple[Person, Customer | None]:
    """Who filled in a form, by the address, else by the telephone (OWN-1)."""
    customer = desk.customer_at(said.address) if said.address else _ringing(desk, said.phone)
    return Person(address=said.address, name=said.name, phone=said.phone), customer


def _ringing(desk: Desk, phone: str | None) -> Customer | None:
    """The one customer with this telephone number."""
    known = desk.customers_at_phone(phone) if phone else ()
    return known[0] if len(known) == 1 else None


def _product(mail: Mail, customer: Customer | None) -> str:
    """What the form or the mail says, else the one product that the customer has."""
    said = mail.form.said.product if mail.form else severity.declared_product(mail.message)
    return said or (customer.products[0] if customer and len(customer.products) == 1 else "")


def _unreachable(mail: Mail, person: Person) -> str:
    if person.address:
        return "" if reachable(person.address) else "its sender's address is one that we cannot write to"
    return NO_ADDRESS if mail.reading.voicemail or mail.form else "no single valid sender"


def _subject(mail: Mail) -> str:
    call = mail.reading.voicemail
    if call is None:
        return mail.message.subject
    return f"Voicemail from {call.caller_name or call.caller or 'an unknown caller'}"


def _words(mail: Mail) -> str:
    call, text = mail.reading.voicemail, mail.message.text
    if call is None:
        return text
    said = call.transcript or ""
    if call.forwarded or mail.reading.kind != "voicemail":  # a person's own words, or words that a person must judge
        return "\n\n".join(one for one in (text, "" if said in text else said) if one)
    return said


def _call(call: Voicemail) -> dict[str, object]:
    """What a caller left, for the team: who, from where, when, how long, and the words, a machine's (R27, R29)."""
    return {
        "caller": call.caller or "",
        "caller_name": call.caller_name or "",
        "duration": timedelta(seconds=call.duration_s) if call.duration_s is not None else None,
        "left_at": call.left_at,
        "transcript": call.transcript or "",
        "confidence": call.confidence,
        "mailbox": call.mailbox or "",
    }
