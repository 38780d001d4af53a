"""Commands that ask something of the desk rather than of one case: incidents, absences, swaps (R22, EIO-8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mailproc.config import Agent
from mailproc.core.case import Case
from mailproc.core.effects import Notice
from mailproc.flow import duties, incidents
from mailproc.flow.commit import Actor
from mailproc.flow.desk import Desk
from mailproc.flow.incidents import Said
from mailproc.flow.mail import Mail, no_case
from mailproc.flow.orders import Order
from mailproc.flow.outgoing import Outgoing, queue
from mailproc.mail.commands import CommandBlock
from mailproc.store import notes
from mailproc.store.transaction import Transaction

MOST_SPANS = 20
DUTIES = {"away": duties.away, "swap": duties.swap}


def carry_out(
    block: CommandBlock,
    lines: Sequence[Order],
    mail: Mail,
    tx: Transaction,
    desk: Desk,
    agent: Agent,
    case: Case | None,
    proof: str,
) -> list[Order]:
    """The lines with what became of each such command; one that has a problem means that nothing was done at all.

    `lines` are those of `block.commands`, in their order.
    """
    told = list(lines)
    mailbox = case.mailbox if case else mail.mailbox
    plan: list[tuple[int, Said]] = []
    for index, command in enumerate(block.commands):
        if command.name == "for":
            told[index] = replace(told[index], problem="send it as a mail of its own: an answer belongs to its case")
        if not incidents.meant(command):
            continue
        internal = [note.text for note in notes.of_case(tx, case.number)] if case else []
        said = incidents.understood(command, block.text, tx, desk, agent, mailbox, internal)
        if isinstance(said, str):
            told[index] = replace(told[index], problem=said)
        else:
            plan.append((index, said))
    if any(line.problem for line in told):
        return told
    for index, done in _duties(block, tx, desk, agent, mail):
        _tell(done, lines[index].said, tx, desk, agent, mail)
        said_so = {"answer": done.text} if done.done else {"problem": done.text}
        told[index] = replace(told[index], **said_so)
    if not any(line.problem for line in told):
        actor = Actor(name=agent.name, proof=proof, inbound=mail.id)
        for index, said in plan:
            answer = incidents.carry_out(said, tx, desk, mailbox, mail.at, actor, case)
            told[index] = replace(told[index], answer=answer)
    return told


def _tell(done: duties.Answer, said: str, tx: Transaction, desk: Desk, agent: Agent, mail: Mail) -> None:
    """Mail the others whom it concerns, each in their own words and zone."""
    notices = [
        Notice(
            template="task",
            to=one.agent,
            about={
                "label": one.label,
                "by": agent.name,
                "spans": [{"since": since, "until": until} for since, until in one.spans[:MOST_SPANS]],
            },
            because=f'{agent.name} wrote "{said}"',
        )
        for one in done.tells
    ]
    if notices:
        case = no_case(mail, desk)
        outgoing = Outgoing(case=case, policy=desk.policy(case), clocks={}, now=mail.at, inbound=mail.id)
        queue(tx, desk, outgoing, notices)


def _duties(
    block: CommandBlock, tx: Transaction, desk: Desk, agent: Agent, mail: Mail
) -> list[tuple[int, duties.Answer]]:
    """`#away` and `#swap`: one of them a mail, since each is done or refused by itself."""
    found = [(index, command) for index, command in enumerate(block.commands) if command.name in DUTIES]
    if len(found) > 1:
        return [(index, duties.Answer("one of these a mail: send two")) for index, _ in found]
    return [(index, DUTIES[command.name](command.argument, agent, desk, tx, mail.at)) for index, command in found]
