"""Who a role is, for one case: the readers of a notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailproc.config import Agent
from mailproc.core.case import Case, Person
from mailproc.core.steps import rung_of
from mailproc.flow import duties
from mailproc.flow.desk import Desk
from mailproc.mail.headers import address as sendable
from mailproc.store import outbox
from mailproc.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who gets a mail of ours.  `agent` is the agent's name, "" for everybody else."""

    address: str
    name: str
    kind: str  # customer, agent, operator
    timezone: str
    language: str
    agent: str = ""


def readers(desk: Desk, case: Case, to: str | Person, tx: Transaction, at: datetime) -> tuple[Reader, ...]:
    """Everybody who is meant at that moment; nobody twice.

    A role that nobody holds falls to the team, so that no warning is lost.
    """
    match to:
        case Person():
            return (_outside(desk, case, to),) if reachable(to.address) else ()
        case "customer":
            return readers(desk, case, case.requester, tx, at)
        case "operator":
            return tuple(operator(address) for address in desk.config.operator.addresses)
        case _:
            return _agents(desk, _holders(desk, case, to, tx, at)) or _agents(desk, _team(desk, case))


def held(desk: Desk, case: Case, role: str, tx: Transaction, at: datetime) -> tuple[Reader, ...]:
    """Who holds the role at that moment, and nobody else."""
    return _agents(desk, _holders(desk, case, role, tx, at))


def reachable(address: str) -> bool:
    """Can mail be sent there?  A local part in quotes, or in letters that need SMTPUTF8, is nothing we can write to."""
    try:
        return bool(sendable(address))
    except ValueError:
        return False


def operator(address: str) -> Reader:
    """Whoever keeps the daemon running."""
    return Reader(address=address, name="", kind="operator", timezone="UTC", language="en")


def _holders(desk: Desk, case: Case, role: str, tx: Transaction, at: datetime) -> tuple[str, ...]:
    name = desk.mailbox(case.mailbox).team
    team = desk.config.teams.get(desk.mailbox(case.mailbox).team)
    match role:
        case "owner":
            return (case.owner,) if case.owner else ()
        case "team":
            return team.members if team else ()
        case "on_call":
            return duties.on_call_now(desk, tx, name, at)
        case "next_on_call":
            return _next(desk, case, name, tx, at)
        case "account_manager":
            customer = next((one for one in desk.config.customers if one.name == case.customer), None)
            if customer and customer.account_manager:
                return (customer.account_manager,)
    return getattr(team, role, ()) or ((role,) if role in desk.agents_by_name else ())


def _next(desk: Desk, case: Case, team: str, tx: Transaction, at: datetime) -> tuple[str, ...]:
    """Whom a page for `next_on_call` reaches (EIO-6): nobody twice on two rungs while others are left.

    A rung that is paged again reaches the same people again, unless somebody came on call meanwhile.
    """
    pages = _paged(desk, case, tx)
    paged = {name for page in pages for name in page}
    if fresh := tuple(name for name in _relieved(desk, case, team, tx, at) if name not in paged):
        return fresh
    there = [name for name in pages[-1] if name not in duties.away_now(desk, tx, at)] if pages else []
    if there and _again(desk, case):
        return tuple(there)
    after = duties.next_on_call(desk, tx, team, at, paged)
    return after or duties.next_on_call(desk, tx, team, at, there)


def _paged(desk: Desk, case: Case, tx: Transaction) -> list[tuple[str, ...]]:
    """The agents whom each page reached since somebody was paged, oldest first; what is being written now is none."""
    page = case.page
    if page is None or page.count < 2:
        return []
    found: dict[datetime, list[str]] = {}
    for letter in outbox.of_case(tx, case.number):
        agent = desk.agents.get(letter.recipient.lower())
        if letter.template == "page" and letter.created_at >= page.at and agent:
            found.setdefault(letter.created_at, []).append(agent.name)
    return [tuple(names) for _, names in sorted(found.items())]


def _again(desk: Desk, case: Case) -> bool:
    """Does the page that goes now stand on the same rung as the one before, in the same climb?"""
    on_call = desk.policy(case).on_call
    if on_call is None or case.page is None:
        return False
    count = case.page.count
    climbs_anew = (count - 1) % sum(rung.repeat for rung in on_call.ladder) == 0
    return not climbs_anew and rung_of(on_call, count)[0] == rung_of(on_call, count - 1)[0]


def _relieved(desk: Desk, case: Case, team: str, tx: Transaction, at: datetime) -> tuple[str, ...]:
    """Who came on call since that role was paged last, so was not called yet: before the next of the rota."""
    if case.page is None:
        return ()
    before = duties.on_call_now(desk, tx, team, case.page.called or case.page.at)
    now = duties.on_call_now(desk, tx, team, at)
    return tuple(name for name in now if name not in before)


def _team(desk: Desk, case: Case) -> tuple[str, ...]:
    team = desk.config.teams.get(desk.mailbox(case.mailbox).team)
    return team.members if team else tuple(desk.agents_by_name)


def _agents(desk: Desk, names: tuple[str, ...]) -> tuple[Reader, ...]:
    """Those of the names who are agents still."""
    found = (desk.agents_by_name.get(name) for name in dict.fromkeys(names))
    return tuple(_agent(agent) for agent in found if agent)


def _agent(agent: Agent) -> Reader:
    return Reader(
        address=agent.address,
        name=agent.name,
        kind="agent",
        timezone=agent.timezone,
        language=agent.language,
        agent=agent.name,
    )


def _outside(desk: Desk, case: Case, person: Person) -> Reader:
    customer = desk.customer_at(person.address)
    mailbox = desk.mailbox(case.mailbox)
    return Reader(
        address=person.address,
        name=person.name,
        kind="customer",
        timezone=(customer and customer.timezone) or mailbox.timezone,
        language=(customer and customer.language) or case.language or mailbox.language,
    )
