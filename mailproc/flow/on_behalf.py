"""`#for jane@customer.example`: an agent opens a case for somebody else, who gets the confirmation (ELA-13, R13)."""

from __future__ import annotations

from dataclasses import replace

from mailproc.config import Agent
from mailproc.core.case import Case, Person
from mailproc.core.clauses import FOR, said_by
from mailproc.core.decide import ImpossibleEvent, decide
from mailproc.core.events import AgentDid, Event, Opened, ProductSet, SeveritySet, Taken, TypeSet
from mailproc.core.evolve import evolve
from mailproc.flow import files, incidents, transcript
from mailproc.flow.commit import Actor, commit
from mailproc.flow.desk import Desk
from mailproc.flow.mail import Mail, Outcome, arrived, no_case
from mailproc.flow.new_case import OPENING
from mailproc.flow.orders import Order, Orders, orders
from mailproc.flow.people import reachable
from mailproc.flow.senders import facts_of
from mailproc.flow.terms import terms_of
from mailproc.mail import guard
from mailproc.mail.commands import CommandBlock
from mailproc.mail.verbs import AGENT_VERBS
from mailproc.store import cases, suppressed, threading
from mailproc.store.transaction import Transaction

FORM = 'write "for jane@customer.example", and below it what they ask for'


def open_for(mail: Mail, tx: Transaction, desk: Desk, agent: Agent, block: CommandBlock, proof: str) -> Outcome:
    """Open the case with all that the block asks for, or nothing; the agent owns it and hears how it went (R22)."""
    address = next(one.argument for one in block.commands if one.name == "for").strip().strip("<>").lower()
    case = _case(mail, tx, desk, agent, address)
    plan = _plan(block, desk, agent, case, mail, address)
    events, case = _into(case, plan)
    opened = _opened(mail, tx, desk, agent, case, block.text, address)
    plan = _tried(plan, case, (opened, *events), desk, mail)
    if any(line.problem for line in plan.lines):
        arrived(mail, tx, None, f"{agent.name}, known by: {proof}")
        transcript.send(mail, tx, desk, agent, no_case(mail, desk), transcript.failed(plan.lines, held=False))
        return Outcome("held", "; ".join(f"{line.said}: {line.problem}" for line in plan.lines if line.problem))
    case = _commit(replace(case, number=cases.open_number(tx)), opened, events, mail, tx, desk, agent, proof)
    transcript.send(mail, tx, desk, agent, case, transcript.done(plan, ""))
    return Outcome("command", f"{agent.name} opened it for {address}", case.number)


def _case(mail: Mail, tx: Transaction, desk: Desk, agent: Agent, address: str) -> Case:
    """The case as the customer's own mail would have opened it, with the agent's word for who it is."""
    policy, customer = desk.policies[mail.mailbox], desk.customer_at(address)
    terms = terms_of(tx, desk, mail.mailbox, customer, mail.at)
    dead = suppressed.why(tx, address) or ""
    return Case(
        number=0,
        mailbox=mail.mailbox,
        opened=mail.at,
        subject=mail.message.subject,
        requester=Person(address=address),
        severity=policy.default_severity,
        plan=terms.plan,
        zone=terms.zone,
        terms_until=terms.until,
        product=customer.products[0] if customer and len(customer.products) == 1 else "",
        customer=customer.name if customer else "",
        language=customer.language if customer else "",
        answerable=not dead,
        unanswerable=f"mail to this address failed: {dead}" if dead else "",
        verified=True,
    )


def _plan(block: CommandBlock, desk: Desk, agent: Agent, case: Case, mail: Mail, address: str) -> Orders:
    """Every line of the block with its problem, if it has one, and the events of those beside `for`."""
    rest = tuple(one for one in block.commands if one.name != "for")
    plan = orders(CommandBlock(rest, ""), agent, desk, case, mail.at, plain=None)
    problem = _wrong(address, block, desk) or _unsafe(block.text, desk)
    first = Order(said=f"#for {address}", problem=problem, answer=f"a case for {address}")
    lines = [
        replace(line, problem="not in a mail that opens a case") if _asks(line, plan) else line for line in plan.lines
    ]
    wrong = [Order(said=one.said, problem=one.why) for one in block.problems]
    of_lines = tuple(index + 1 if index is not None else None for index in plan.of_lines)
    return Orders(lines=(first, *lines, *wrong), events=plan.events, of_lines=of_lines)


def _asks(line: Order, plan: Orders) -> bool:
    return any(line.said.startswith(f"#{one.name}") for one in plan.asks)


def _wrong(address: str, block: CommandBlock, desk: Desk) -> str:
    if sum(one.name == "for" for one in block.commands) > 1:
        return "a mail opens one case: send two"
    if not reachable(address) or address.partition("@")[2].count(".") == 0:
        return f"{address or 'nothing'} is no mail address; {FORM}"
    if address in desk.agents or desk.base(address):
        return f"{address} is one of ours, no customer's; {FORM}"
    return "" if block.text.strip() else f"nothing is said below it; {FORM}"


def _unsafe(text: str, desk: Desk) -> str:
    """The text becomes the customer's own request, which is quoted to them (R20)."""
    return guard.refuses(text, verbs=AGENT_VERBS, internal=desk.agents.keys(), notes=()) or ""


def _into(case: Case, plan: Orders) -> tuple[tuple[AgentDid, ...], Case]:
    """Severity, type and product are what the case begins with; the other events follow its opening."""
    later: list[AgentDid] = []
    for event in plan.events:
        match event:
            case SeveritySet():
                case = replace(case, severity=event.severity, declared=event.severity)
            case TypeSet():
                case = replace(case, type=event.type)
            case ProductSet():
                case = replace(case, product=event.product)
            case _:
                later.append(event)
    return tuple(later), case


def _opened(mail: Mail, tx: Transaction, desk: Desk, agent: Agent, case: Case, text: str, address: str) -> Opened:
    words = text.strip()
    return Opened(
        text=words + files.remark(desk, mail.message),
        about=f"{agent.name} opened it for {address}",
        sender=facts_of(address, desk),
        incident=incidents.speaking((case.subject, words), tx, desk, mail.mailbox, mail.at),
        clause=said_by(desk.policies[mail.mailbox], FOR),
    )


def _tried(plan: Orders, case: Case, events: tuple[Event, ...], desk: Desk, mail: Mail) -> Orders:
    """Try everything on a copy: what is impossible is a problem of the whole (R22)."""
    try:
        for event in events:
            for effect in decide(case, event, desk.policy(case), mail.at):
                case = evolve(effect, case)
    except ImpossibleEvent as refusal:
        return replace(plan, lines=(*plan.lines, Order(said="the case", problem=str(refusal))))
    return plan


def _commit(
    case: Case,
    opened: Opened,
    events: tuple[AgentDid, ...],
    mail: Mail,
    tx: Transaction,
    desk: Desk,
    agent: Agent,
    proof: str,
) -> Case:
    arrived(mail, tx, case.number, f"{agent.name}, known by: {proof}")
    case = replace(case, opening=opened.text[:OPENING])
    threading.join(tx, case.number, case.requester.address)
    if mail.message.message_id:
        threading.mention(
            tx, case_number=case.number, message_id=mail.message.message_id, ours=False, inbound_id=mail.id
        )
    along = files.along(tx, desk, case.number, mail.message, mail.raw)
    actor = Actor(name=agent.name, proof=proof, inbound=mail.id, files=along)
    case = commit(case, opened, tx, desk, mail.at, actor)
    for event in (Taken(by=agent.name), *events):
        case = commit(case, event, tx, desk, mail.at, replace(actor, files=()))
    return case
