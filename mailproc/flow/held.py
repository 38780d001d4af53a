"""Agents' mails of which nothing is done yet: kept inside, and the registered address is asked (R19)."""

from __future__ import annotations

from datetime import timedelta

from mailproc.config import Agent
from mailproc.core.effects import Notice
from mailproc.flow.desk import Desk
from mailproc.flow.mail import Mail, Outcome, arrived, no_case
from mailproc.flow.outgoing import Outgoing, queue
from mailproc.store import held, inbound, outbox
from mailproc.store.transaction import Transaction

ASK_EVERY = timedelta(hours=1)
"""How often a registered address is asked at most: a forger must not fill an agent's mailbox (R15)."""


def hold_unproved(mail: Mail, tx: Transaction, desk: Desk, agent: Agent) -> Outcome:
    """Nothing is done, nothing is sent to a customer; the agent is asked "was this you?" at most once an hour."""
    because = "from an agent's address, without the proof that is asked for"
    arrived(mail, tx, None, because)
    number = held.add(
        tx,
        case_number=None,
        agent=agent.name,
        inbound_id=mail.id,
        why=because,
        text=mail.message.text,
        at=mail.at,
    )
    asked = outbox.answers(tx, agent.address, mail.at - ASK_EVERY, templates=frozenset({"was_this_you"}))
    if mail.reading.answerable and not asked:
        _ask(mail, tx, desk, agent, number)
    return Outcome("held", because)


def _ask(mail: Mail, tx: Transaction, desk: Desk, agent: Agent, number: int) -> None:
    stand_in = no_case(mail, desk)
    notice = Notice(
        template="was_this_you",
        to=agent.name,
        about={
            "number": number,
            "held": True,
            "reason": "it was not sent to the signed reply address that we gave you",
        },
        text=mail.message.text[:2000],
        answers=True,
        because="a mail in this agent's name came without proof",
    )
    outgoing = Outgoing(case=stand_in, policy=desk.policy(stand_in), clocks={}, now=mail.at, inbound=mail.id)
    queue(tx, desk, outgoing, [notice])


def again(inbound_id: int, tx: Transaction, desk: Desk) -> Mail | None:
    """A held mail, understood anew from its bytes; None if it is no longer kept."""
    from mailproc.flow.process import understand  # the one place where a settled mail is read a second time

    row = inbound.get(tx, inbound_id)
    return understand(row, inbound.raw(tx, inbound_id), desk) if row else None
