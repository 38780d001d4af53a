"""The answer to an agent's commands: every line with how it went, the case, its clocks, what to do next (R22)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailproc.config import Agent
from mailproc.core.case import Case
from mailproc.core.clocks import clocks
from mailproc.core.effects import Notice
from mailproc.flow.desk import Desk
from mailproc.flow.mail import Mail
from mailproc.flow.orders import Order, Orders
from mailproc.flow.outgoing import Outgoing, queue
from mailproc.mail.verbs import AGENT_VERBS, VERBS
from mailproc.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Transcript:
    """What the agent is told: each line as it was, whether it was done, why not."""

    lines: tuple[Order, ...]
    done: bool
    held: bool = False
    help: str | None = None  # the verb that was asked about, "" for all


def done(plan: Orders, released: str) -> Transcript:
    """Everything was done."""
    lines = tuple(
        Order(said=line.said, answer=line.answer or (released if "send" in line.said or "retry" in line.said else ""))
        for line in plan.lines
    )
    asked = next((command for command in plan.asks if command.name == "help"), None)
    return Transcript(lines=lines, done=True, help=asked.argument if asked else None)


def failed(lines: Sequence[Order], *, held: bool) -> Transcript:
    """Nothing was done: at least one line could not be."""
    return Transcript(lines=tuple(lines), done=False, held=held)


def send(mail: Mail, tx: Transaction, desk: Desk, agent: Agent, case: Case, transcript: Transcript) -> None:
    """Mail it to the agent's registered address, and to nobody else."""
    policy = desk.policy(case)
    about = {
        "lines": [
            {"said": line.said, "ok": not line.problem and transcript.done, "why": _why(line, transcript.done)}
            for line in transcript.lines
        ],
        "done": transcript.done,
        "held": transcript.held,
    }
    notices = [Notice(template="transcript", to=agent.name, about=about, because=f"{agent.name} sent commands")]
    if transcript.help is not None:
        notices = [help_notice(agent, transcript.help)]
    outgoing = Outgoing(case=case, policy=policy, clocks=clocks(case, policy), now=mail.at, inbound=mail.id)
    queue(tx, desk, outgoing, notices)


def _why(line: Order, done: bool) -> str:
    """What to say of a line: its problem, what it meant, or that it was left undone though nothing is wrong with it."""
    return line.problem or (line.answer if done else "right, but not done")


def help_notice(agent: Agent, verb: str) -> Notice:
    """The page of commands, or one verb with its example."""
    name = verb.strip().lstrip("#/").lower()
    chosen = [name] if name in AGENT_VERBS else [one for one in VERBS if one in AGENT_VERBS]
    page = [{"form": VERBS[one].form, "help": VERBS[one].help, "example": VERBS[one].example} for one in chosen]
    return Notice(template="help", to=agent.name, about={"commands": page}, because=f"{agent.name} asked for help")
