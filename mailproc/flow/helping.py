"""A proved agent's mail that belongs to no case: help, or a word that nothing can be done with it yet."""

from __future__ import annotations

from mailproc.config import Agent
from mailproc.flow.desk import Desk
from mailproc.flow.mail import Mail, Outcome, arrived, no_case
from mailproc.flow.outgoing import Outgoing, queue
from mailproc.flow.transcript import help_notice
from mailproc.mail import commands
from mailproc.mail.verbs import AGENT_VERBS
from mailproc.store.transaction import Transaction


def without_case(mail: Mail, tx: Transaction, desk: Desk, agent: Agent) -> Outcome:
    """Answer with the page of commands: commands need a case, and the reply addresses of its notices lead to one."""
    arrived(mail, tx, None, f"{agent.name} wrote outside any case")
    block = commands.split(mail.message.text, AGENT_VERBS)
    asked = next((command.argument for command in block.commands if command.name == "help"), "")
    stand_in = no_case(mail, desk)
    outgoing = Outgoing(case=stand_in, policy=desk.policy(stand_in), clocks={}, now=mail.at, inbound=mail.id)
    queue(tx, desk, outgoing, [help_notice(agent, asked)])
    return Outcome("command", "help")
