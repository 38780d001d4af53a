"""An agent's mail: proved or held, its commands done all or none, its words passed on (R18–R23)."""

from __future__ import annotations

from dataclasses import replace

from mailproc.config import Agent
from mailproc.core.case import Case
from mailproc.flow import held, helping, replies
from mailproc.flow.desk import Desk
from mailproc.flow.find_case import answered, token
from mailproc.flow.mail import Mail, Outcome, arrived
from mailproc.mail.tokens import Kind
from mailproc.store import bundles, cases, inbound
from mailproc.store import held as kept
from mailproc.store.transaction import Transaction

TOKEN = "signed address"
CONFIRMED = "signed address, confirmed by the registered address"
SIMULATED = "simulated"


def handle(mail: Mail, tx: Transaction, desk: Desk) -> Outcome:
    """Do what a proved agent says; hold what is less than proved, and ask the registered address (R19)."""
    agent = desk.agents[mail.sender]
    released = token(mail, desk, Kind.RELEASE)
    if released and not _two_faced(mail):
        return _release(mail, tx, desk, agent, released.number)
    case, proof = _proved(mail, tx, desk)
    if not proof:
        return held.hold_unproved(mail, tx, desk, agent)
    if case is None:
        return helping.without_case(mail, tx, desk, agent, proof)
    return replies.handle(mail, tx, desk, agent, case, proof)


def _proved(mail: Mail, tx: Transaction, desk: Desk) -> tuple[Case | None, str]:
    """The case of the mail and how its sender is known, "" if that is less than the configuration asks for."""
    if _two_faced(mail):
        return None, ""
    if desk.simulated:
        return _simulated(mail, tx, desk)
    signed = token(mail, desk, Kind.AGENT, Kind.DESK)
    # The domain as a second proof is not checked by this version: where it is asked for, one proof alone is held.
    if signed is None or desk.config.security.agent_proof != "token":
        return None, ""
    return cases.load(tx, signed.number) if signed.number else None, TOKEN


def _two_faced(mail: Mail) -> bool:
    """From and Reply-To in conflict take an agent's powers away for this mail (R18)."""
    return any(one.address != mail.sender for one in mail.message.reply_to)


def _simulated(mail: Mail, tx: Transaction, desk: Desk) -> tuple[Case | None, str]:
    """In the simulator a tag or In-Reply-To counts as full proof (semantics.md)."""
    letter = answered(mail, tx, desk)
    if letter and letter.template == bundles.TEMPLATE:
        return None, SIMULATED  # as its Reply-To says: it is of no one case
    numbers = [letter.case_number] if letter and letter.case_number else list(mail.clues.tags)
    numbers += replies.mentioned(mail, tx)
    found = (cases.load(tx, number) for number in numbers)
    case = next((one for one in found if one), None)
    return case, SIMULATED if case or letter or helping.needs_no_case(mail) else ""


def _release(mail: Mail, tx: Transaction, desk: Desk, agent: Agent, number: int) -> Outcome:
    """The registered address says "that was me": the held mail is done now, as it was (R19)."""
    arrived(mail, tx, None, f"{agent.name} confirmed a held mail")
    waiting = kept.get(tx, number)
    if waiting is None or waiting.agent != agent.name or not kept.release(tx, number, mail.at):
        return Outcome("ignored", "nothing is held under this address any more")
    original = held.again(waiting.inbound_id, tx, desk)
    case = _case_of_held(original, tx, desk) if original else None
    if original is None or (case is None and not helping.needs_no_case(original)):
        return Outcome("ignored", "the held mail belongs to no case", None)
    again = replace(original, at=mail.at)
    if case is None:
        done = helping.without_case(again, tx, desk, agent, CONFIRMED)
    else:
        done = replies.handle(again, tx, desk, agent, case, CONFIRMED)
    inbound.finish(
        tx,
        original.id,
        outcome=done.name,
        kind=original.reading.kind,
        reason=f"released by {agent.name}: {done.reason}",
        case_number=done.case_number,
        identity=original.identity,
        at=mail.at,
    )
    return Outcome("command", f"released held mail {number}", done.case_number)


def _case_of_held(mail: Mail, tx: Transaction, desk: Desk) -> Case | None:
    signed = token(mail, desk, Kind.AGENT)
    return cases.load(tx, signed.number) if signed else _simulated(mail, tx, desk)[0]
