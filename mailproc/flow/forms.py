"""A web form's mail: whoever filled it in is the sender, as the policy's [[forms]] name the fields (OWN-1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mailproc.flow.desk import Desk
from mailproc.flow.mail import FromForm, Mail
from mailproc.flow.proof import proved
from mailproc.mail.automatic import judge
from mailproc.mail.form import Filled, filled
from mailproc.mail.message import Address, Envelope, Message
from mailproc.policy.model import Form

SUBJECT = 100
"""Characters of a description that stand for the subject which a form does not ask for."""


def understood(mail: Mail, desk: Desk) -> Mail:
    """The mail as the one who filled in the form would have written it; any other mail as it is.

    A mail that only claims to be a form's is an ordinary one.  The gate judges the address in the form (R14).
    """
    forms = list(_forms_of(mail, desk))
    proof = proved(mail, desk) if forms else ""
    if not proof:
        return mail
    text = "\n".join(part for part in (mail.message.text, mail.message.quoted, mail.message.signature) if part)
    said = ((form, filled(text, form.fields)) for form in forms)
    chosen = next(((form, values) for form, values in said if values and (values.phone or not form.call_back)), None)
    return _written(mail, desk, *chosen, proof) if chosen else mail


def _forms_of(mail: Mail, desk: Desk) -> Iterator[Form]:
    """The forms that send from this address; the one with the most fields is tried first."""
    domain = mail.sender.rpartition("@")[2]
    forms = desk.policies[mail.mailbox].forms
    mine = [form for form in forms if mail.sender and {mail.sender, domain} & set(form.senders)]
    yield from sorted(mine, key=lambda form: -len(form.fields))


def _written(mail: Mail, desk: Desk, form: Form, said: Filled, proof: str) -> Mail:
    person = Address(address=said.address, name=said.name) if said.address else None
    message = replace(
        mail.message,
        sender=person,
        senders=(person,) if person else (),
        reply_to=(),
        subject=said.subject or said.text.partition("\n")[0][:SUBJECT] or form.name,
        text=said.text,
        quoted="",
        signature="",
        html_text=None,
        message_id="",  # the person never saw this mail: our answer is no answer to it
        in_reply_to=(),
        references=(),
        own_words=False,  # what stands in a form commands nothing
    )
    gate = judge(Message(sender=person), Envelope(mail_from=said.address or None), desk.own)
    words = desk.words[mail.mailbox]
    reading = replace(
        mail.reading,
        kind="request",
        reasons=(f"form “{form.name}”, {proof}", *(gate.reasons if person else ())),
        message=message,
        answerable=gate.answerable,
        case_refs=(),
        severity=words.get(" ".join(said.severity.lower().split())),
        commands=(),
    )
    return replace(mail, reading=reading, form=FromForm(form=form, said=said))
