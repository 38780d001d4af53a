"""A proved agent's mail that belongs to no case: help, or a word that nothing can be done with it yet."""

from __future__ import annotations

from dataclasses import replace

from mailproc.config import Agent
from mailproc.core.clauses import ACCOUNTS, said_by
from mailproc.flow import asking, digests, transcript
from mailproc.flow.desk import Desk
from mailproc.flow.find_case import answered
from mailproc.flow.lists import Occasion
from mailproc.flow.mail import Mail, Outcome, arrived, no_case
from mailproc.flow.on_behalf import open_for
from mailproc.flow.orders import Order
from mailproc.flow.outgoing import Outgoing, queue
from mailproc.flow.transcript import Transcript, help_notice
from mailproc.mail import commands
from mailproc.mail.commands import CommandBlock
from mailproc.mail.verbs import AGENT_VERBS
from mailproc.store import bundles
from mailproc.store.transaction import Transaction

BESIDE = frozenset({"incident", "away", "swap", "for", "status"})
"""Commands that need no case."""
WHICH = "that mail held several notices: answer by a link of the one that you mean"


def needs_no_case(mail: Mail) -> bool:
    """Does the mail begin with a command that needs no case?"""
    block = commands.split(mail.message.text, AGENT_VERBS)
    return bool(block.commands) and block.commands[0].name in BESIDE and mail.message.own_words


def without_case(mail: Mail, tx: Transaction, desk: Desk, agent: Agent, proof: str) -> Outcome:
    """Answer with the page of commands: commands need a case, and the reply addresses of its notices lead to one."""
    block = commands.split(mail.message.text, AGENT_VERBS)
    names = [one.name for one in block.commands]
    if "for" in names:
        return open_for(mail, tx, desk, agent, block, proof)
    arrived(mail, tx, None, f"{agent.name} wrote outside any case")
    if names[:1] == ["status"]:
        return _status(mail, tx, desk, agent)
    if beside := [one for one in block.commands if one.name in BESIDE]:
        return _beside(mail, tx, desk, agent, replace(block, commands=tuple(beside)))
    letter = answered(mail, tx, desk)
    if letter and letter.template == bundles.TEMPLATE and names[:1] != ["help"]:
        return _which(mail, tx, desk, agent)
    asked = next((command.argument for command in block.commands if command.name == "help"), "")
    stand_in = no_case(mail, desk)
    outgoing = Outgoing(case=stand_in, policy=desk.policy(stand_in), clocks={}, now=mail.at, inbound=mail.id)
    queue(tx, desk, outgoing, [help_notice(agent, asked)])
    return Outcome("command", "help")


def _which(mail: Mail, tx: Transaction, desk: Desk, agent: Agent) -> Outcome:
    """An answer to a mail of several notices could mean any of them, so nothing is done."""
    line = Order(said="your answer", problem=f"{WHICH}; nothing was done")
    transcript.send(mail, tx, desk, agent, no_case(mail, desk), transcript.failed([line], held=False))
    return Outcome("command", WHICH)


def _status(mail: Mail, tx: Transaction, desk: Desk, agent: Agent) -> Outcome:
    """Whoever looks after customers hears of their open cases, any other agent of their own (ELA-5)."""
    policy = desk.policies[mail.mailbox]
    looks_after = any(agent.name == one.account_manager for one in desk.config.customers)
    role = looks_after or "account_manager" in desk.roles(agent.name)
    template, clause = ("account_summary", said_by(policy, ACCOUNTS)) if role else ("digest", ())
    occasion = Occasion(desk, tx, mail.mailbox, agent, mail.at)
    because = f"{agent.name} asked for the status"
    digests.mail(template, occasion, clause=clause, because=because, inbound=mail.id, always=True)
    return Outcome("command", "status of all open cases")


def _beside(mail: Mail, tx: Transaction, desk: Desk, agent: Agent, block: CommandBlock) -> Outcome:
    """Do what needs no case: an incident, an absence, a swap; tell how it went."""
    said = [Order(said=f"#{one.name} {one.argument}".strip()) for one in block.commands]
    problems = [Order(said=one.said, problem=one.why) for one in block.problems]
    lines = problems or asking.carry_out(block, said, mail, tx, desk, agent, None, "signed address")
    done = not any(line.problem for line in lines)
    transcript.send(mail, tx, desk, agent, no_case(mail, desk), Transcript(lines=tuple(lines), done=done))
    return Outcome("command", ", ".join(one.name for one in block.commands))
