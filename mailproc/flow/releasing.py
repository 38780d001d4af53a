"""What waits on a case and is let go: an agent's held words by `retry` or `send`, letters held for review by `send`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mailproc.config import Agent
from mailproc.core.case import Case
from mailproc.flow.desk import Desk
from mailproc.mail.commands import CommandBlock
from mailproc.mail.message import Command
from mailproc.store import held, outbox
from mailproc.store.tables import LetterState
from mailproc.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class TakenUp:
    """A held mail whose words go on under a new block of commands."""

    number: int
    inbound_id: int
    block: CommandBlock


def taken_up(block: CommandBlock, tx: Transaction, case: Case, agent: Agent) -> TakenUp | None:
    """The agent's newest held words on this case, if the block asks for them and brings none of its own."""
    if not any(command.name in ("retry", "send") for command in block.commands):
        return None
    mine = (one for one in held.of_case(tx, case.number) if one.agent == agent.name)
    waiting = [one for one in mine if one.text.strip() and not one.released_at]
    if not waiting:
        return None
    last = waiting[-1]
    return TakenUp(
        number=last.id, inbound_id=last.inbound_id, block=replace(block, text=block.text.strip() or last.text)
    )


def carry_out(
    asks: Sequence[Command],
    tx: Transaction,
    desk: Desk,
    case: Case,
    agent: Agent,
    now: datetime,
    retried: TakenUp | None,
) -> str:
    """Release what the block asked for; how it went, in words."""
    said = []
    if retried and held.release(tx, retried.number, now):
        said.append("your held text was taken up")
    if any(command.name == "send" for command in asks):
        letters = [one for one in outbox.of_case(tx, case.number) if one.state is LetterState.HELD]
        released = sum(outbox.release(tx, letter.id, now) for letter in letters)
        said.append(f"{released} held mail{'' if released == 1 else 's'} released")
    return "; ".join(said)
