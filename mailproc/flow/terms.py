"""Each customer's plan and time zone as they hold now: the file's, or what was paid before it changed (OWN-10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from mailproc.config import Customer
from mailproc.core.case import Case
from mailproc.core.events import CustomerChanged
from mailproc.flow.commit import commit
from mailproc.flow.desk import Desk
from mailproc.policy import terms as rule
from mailproc.policy.model import Plan, Policy
from mailproc.policy.terms import Subscription, Term
from mailproc.store import terms as paid_terms
from mailproc.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for one customer now.  `source`: customers file, paid term, or default; `zone` "" is UTC.

    `until` is when the plan must be looked up again; None: not before the file changes.
    """

    plan: str
    zone: str
    until: datetime | None = None
    source: str = "default"


def terms_of(tx: Transaction, desk: Desk, mailbox: str, customer: Customer | None, now: datetime) -> Terms:
    """The plan and the zone of a customer, None for a sender who is none, in a mailbox at a moment (OWN-2, OWN-10)."""
    return terms_by(desk, mailbox, customer, paid_by(tx, customer.name) if customer else None, now)


def terms_by(desk: Desk, mailbox: str, customer: Customer | None, paid: Term | None, now: datetime) -> Terms:
    """As `terms_of`, for what is paid."""
    policy = desk.policies[mailbox]
    if customer is None:
        return Terms(policy.default_plan, "")
    said, zone = said_of(customer), customer.timezone
    plan, source = rule.plan_on(rule.day_in(zone, now), said, paid, policy.plans, policy.default_plan)
    return Terms(plan, zone, rule.changes_after(now, said, paid, zone), source)


def terms_now(tx: Transaction, desk: Desk, case: Case) -> Terms:
    """What held for the case's customer at its opening, as far as it can still be told."""
    return terms_of(tx, desk, case.mailbox, desk.customer_named(case.customer), case.opened)


def follow(case: Case, tx: Transaction, desk: Desk, now: datetime, because: str) -> Case:
    """The case with the plan and zone that its customer has now; one whose customer is in no file keeps them."""
    event = news(case, desk, paid_by(tx, case.customer), now, because)
    return commit(case, event, tx, desk, now) if event else case


def news(case: Case, desk: Desk, paid: Term | None, now: datetime, because: str) -> CustomerChanged | None:
    """What is another now in the terms of the case's customer, for what is paid; None if nothing is."""
    customer = desk.customer_named(case.customer)
    found = terms_by(desk, case.mailbox, customer, paid, now) if customer else Terms(case.plan, case.zone)
    if (found.plan, found.zone, found.until) == (case.plan, case.zone, case.terms_until):
        return None
    return CustomerChanged(found.plan, found.zone, found.until, f"{because}: {_changed(case, found)}")


def _changed(case: Case, found: Terms) -> str:
    parts = []
    if found.plan != case.plan:
        parts.append(f"the plan is {found.plan or 'none'} now, it was {case.plan or 'none'}")
    if found.zone != case.zone:
        parts.append(f"the time zone is {found.zone or 'UTC'} now, it was {case.zone or 'UTC'}")
    return ", ".join(parts) or f"the plan stays {case.plan or 'none'}"


def reductions(desk: Desk, known: Mapping[str, tuple[str, date]], now: datetime) -> Iterator[tuple[str, str]]:
    """Each customer of the file whose plan is lowered within its term, and in words what holds until when (OWN-10)."""
    for customer in desk.config.customers:
        paid = term_of(known.get(customer.name))
        day = rule.day_in(customer.timezone, now)
        if paid is None or day > paid.end:
            continue
        policy, said = judge(desk, paid), said_of(customer)
        named = said.on(day) if said.on(day) in policy.plans else policy.default_plan
        if rule.lower(named, paid.plan, policy.plans):
            yield customer.name, f"{paid.plan} is paid until {paid.end}; {named} takes effect after it"
        elif said.plan == paid.plan and said.end is not None and said.end < paid.end:
            yield customer.name, f"{paid.plan} was paid until {paid.end}; by the file it is paid until {said.end} only"


def unknown_plans(desk: Desk) -> Iterator[tuple[str, str]]:
    """Each customer with a plan that no policy has, where policies have plans: nothing would be promised by it."""
    plans: dict[str, Plan] = {name: plan for policy in desk.policies.values() for name, plan in policy.plans.items()}
    if not plans:
        return
    for customer in desk.config.customers:
        for name in (customer.plan, customer.next_plan):
            if name and name not in plans:
                known = ", ".join(plans)
                yield customer.name, f'"{name}" is a plan of no policy, so the default one holds; known: {known}'


def judge(desk: Desk, paid: Term | None) -> Policy:
    """The policy by whose order plans are compared: the first that has the one that was paid for."""
    found = (policy for policy in desk.policies.values() if paid is None or paid.plan in policy.plans)
    return next(found, next(iter(desk.policies.values())))


def said_of(customer: Customer) -> Subscription:
    return Subscription(customer.plan, customer.term_end, customer.next_plan)


def paid_by(tx: Transaction, customer: str) -> Term | None:
    """What the customer of that name is known to have paid for, and until when."""
    return term_of(paid_terms.get(tx, customer))


def term_of(paid: tuple[str, date] | None) -> Term | None:
    return None if paid is None else Term(*paid)
