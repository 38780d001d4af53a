"""What a proved agent's mail does to its case: commands all or none, then the words, then a transcript (R21–R23)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from mailproc.config import Agent
from mailproc.core.case import Case
from mailproc.core.decide import ImpossibleEvent, decide
from mailproc.core.events import AgentDid, Noted, Replied, TaskDone
from mailproc.core.evolve import evolve
from mailproc.core.log import Entry
from mailproc.flow import asking, files, held, releasing, transcript
from mailproc.flow.commit import Actor, commit
from mailproc.flow.desk import Desk
from mailproc.flow.find_case import answered
from mailproc.flow.mail import Mail, Outcome, arrived
from mailproc.flow.orders import Order, Orders, orders
from mailproc.flow.releasing import TakenUp
from mailproc.mail import commands, guard
from mailproc.mail.commands import CommandBlock
from mailproc.mail.compose import File
from mailproc.mail.verbs import AGENT_VERBS
from mailproc.store import cases, log, notes, threading
from mailproc.store import held as kept
from mailproc.store.transaction import Transaction

ANSWERABLE_NOTICES = frozenset({"new_case", "customer_mail", "update_due"})
"""Notices whose plain answer goes to the customer; the answer to any other is a note (semantics.md, Mails)."""


def handle(mail: Mail, tx: Transaction, desk: Desk, agent: Agent, case: Case, proof: str) -> Outcome:
    """Check everything, then do everything or nothing; the agent, and only the agent, hears how it went."""
    arrived(mail, tx, case.number, f"{agent.name}, known by: {proof}")
    if mail.message.message_id:
        threading.mention(
            tx, case_number=case.number, message_id=mail.message.message_id, ours=False, inbound_id=mail.id
        )
    block = _block(mail)
    retried = releasing.taken_up(block, tx, case, agent)
    if retried:
        block = retried.block
    plain = _plain(mail, tx, desk, agent, case, block.text, retried=retried is not None)
    plan = orders(block, agent, desk, case, mail.at, plain=plain)
    problems = (
        _problems(mail, block, plan)
        or _nothing(block, plan)
        or _too_large(mail, desk, plan)
        or _impossible(plan, case, desk, mail.at)
        or _guarded(plan, tx, desk, case)
    )
    if not problems:
        lines = asking.carry_out(block, plan.lines, mail, tx, desk, agent, case, proof)
        problems = lines if any(line.problem for line in lines) else []
        plan, case = replace(plan, lines=tuple(lines)), cases.load(tx, case.number) or case
    if problems:
        if retried:
            kept.release(tx, retried.number, mail.at)  # the words are held anew, with this mail
        return _refused(mail, tx, desk, agent, case, block, problems)
    along = _along(mail, tx, desk, case, retried)
    actor = Actor(name=agent.name, proof=proof, inbound=mail.id, files=along)
    for event in plan.events:
        case = commit(case, event, tx, desk, mail.at, actor)
    released = releasing.carry_out(plan.asks, tx, desk, case, agent, mail.at, retried)
    if block.commands:
        transcript.send(mail, tx, desk, agent, case, transcript.done(plan, released))
    names = ", ".join(command.name for command in block.commands)
    return Outcome("command" if block.commands else "case", names or "an agent's answer", case.number)


def _along(mail: Mail, tx: Transaction, desk: Desk, case: Case, retried: TakenUp | None) -> tuple[File, ...]:
    """The files of the mail, and those of the held one whose words it takes up."""
    held_mail = held.again(retried.inbound_id, tx, desk) if retried else None
    mails = (mail, held_mail) if held_mail else (mail,)
    return tuple(file for one in mails for file in files.along(tx, desk, case.number, one.message, one.raw, again=True))


def mentioned(mail: Mail, tx: Transaction) -> list[int]:
    """The case that the mail answers by a Message-ID that was seen on it."""
    number = threading.case_of(tx, mail.clues.seen_ids, ours=False) if mail.clues.seen_ids else None
    return [number] if number else []


def _block(mail: Mail) -> CommandBlock:
    if not mail.message.own_words:
        return CommandBlock((), mail.message.text.strip())
    return commands.split(mail.message.text, AGENT_VERBS)


def _plain(
    mail: Mail, tx: Transaction, desk: Desk, agent: Agent, case: Case, text: str, *, retried: bool
) -> AgentDid | None:
    """What the agent's words are, if no command takes them: an answer to the customer, or a note."""
    if not text.strip():
        return None
    letter = answered(mail, tx, desk)
    if letter and letter.template not in ANSWERABLE_NOTICES and not retried:
        return Noted(by=agent.name, text=text)
    addressed = {one.address for one in (*mail.message.to, *mail.message.cc)}
    return Replied(by=agent.name, text=text, copied=case.requester.address in addressed)


def _problems(mail: Mail, block: CommandBlock, plan: Orders) -> list[Order]:
    """What the parser and the forms of the commands object to."""
    if mail.message.html_text is not None:
        said, other = _block(mail), commands.split(mail.message.html_text, AGENT_VERBS)
        if (said.commands or other.commands) and not commands.same_commands(said, other):
            return [Order(said="the mail", problem="its text and its HTML ask for different commands")]
    wrong = [Order(said=one.said, problem=one.why) for one in block.problems]
    return [*plan.lines, *wrong] if wrong or any(line.problem for line in plan.lines) else []


def _too_large(mail: Mail, desk: Desk, plan: Orders) -> list[Order]:
    """A file that cannot go along to the customer stops the answer that speaks of it."""
    if all(isinstance(event, Noted) or not getattr(event, "text", "") for event in plan.events):
        return []
    most = desk.config.limits.attachments_mib
    left = files.too_large(desk, mail.message)
    return (
        [*plan.lines, *(Order(said=one, problem=f"at most {most} MiB of files go along") for one in left)]
        if left
        else []
    )


def _nothing(block: CommandBlock, plan: Orders) -> list[Order]:
    """A mail without a word, perhaps with a file alone, must not vanish without one."""
    if plan.events or plan.asks or block.commands:
        return []
    return [Order(said="your answer", problem="it has no text, so nothing was sent; write a line above the quote")]


def _impossible(plan: Orders, case: Case, desk: Desk, now: datetime) -> list[Order]:
    """Try every event on a copy of the case: decisions are pure, so nothing has happened if one is refused (R22)."""
    policy = desk.policy(case)
    lines = list(plan.lines)
    for index, event in enumerate(plan.events):
        try:
            for effect in decide(case, event, policy, now):
                case = evolve(effect, case)
        except ImpossibleEvent as refusal:
            where = plan.line_of(index)
            if where is None:
                return [*lines, Order(said="your answer", problem=str(refusal))]
            lines[where] = replace(lines[where], problem=str(refusal))
            return lines
    return []


def _guarded(plan: Orders, tx: Transaction, desk: Desk, case: Case) -> list[Order]:
    """What leaves for the customer is read once more: no commands, no agents' addresses, no notes (R20)."""
    words = [text for event in plan.events if (text := _public_text(event))]
    internal = [one.text for one in notes.of_case(tx, case.number)] if words else []
    for text in words:
        why = guard.refuses(
            text, verbs=AGENT_VERBS, internal=desk.agents.keys(), notes=internal, public=(case.opening,)
        )
        if why:
            return [*plan.lines, Order(said="the text for the customer", problem=why)]
    return []


def _public_text(event: AgentDid) -> str:
    """What the customer would read of this."""
    return "" if isinstance(event, Noted | TaskDone) else str(getattr(event, "text", ""))


def _refused(
    mail: Mail, tx: Transaction, desk: Desk, agent: Agent, case: Case, block: CommandBlock, lines: Sequence[Order]
) -> Outcome:
    """Nothing is done and nothing is sent; the words wait for a corrected block (R22)."""
    wrong = [f"{line.said}: {line.problem}" for line in lines if line.problem]
    kept.add(
        tx,
        case_number=case.number,
        agent=agent.name,
        inbound_id=mail.id,
        why="commands",
        text=block.text,
        problems=wrong,
        at=mail.at,
    )
    because = "; ".join(wrong)
    log.append(tx, case.number, [Entry(at=mail.at, event="declined", because=because, actor=agent.name)])
    transcript.send(mail, tx, desk, agent, case, transcript.failed(lines, held=bool(block.text.strip())))
    return Outcome("held", because, case.number)
