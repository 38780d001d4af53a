"""A customers file that changed since the last run: what was paid is remembered before cases follow it (OWN-10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from hashlib import sha256

from mailproc.flow.desk import Desk
from mailproc.flow.terms import judge, said_of, term_of
from mailproc.policy import terms as rule
from mailproc.policy.terms import Term
from mailproc.store import terms as paid_terms
from mailproc.store.transaction import Transaction


def remember(tx: Transaction, desk: Desk, now: datetime) -> None:
    """Write down what each customer of the file has paid for, unless more is remembered that is not over (OWN-10)."""
    for name, paid in renewed(paid_terms.everybody(tx), desk, now):
        paid_terms.put(tx, name, (paid.plan, paid.end))


def renewed(known: Mapping[str, tuple[str, date]], desk: Desk, now: datetime) -> Iterator[tuple[str, Term]]:
    """Each customer for whom something else than what is known is to be remembered, with what that is."""
    for customer in desk.config.customers:
        paid = term_of(known.get(customer.name))
        policy = judge(desk, paid)
        day = rule.day_in(customer.timezone, now)
        new = rule.remembered(day, said_of(customer), paid, policy.plans, policy.default_plan)
        if new is not None and new != paid:
            yield customer.name, new


def digest(desk: Desk) -> str:
    """It changes with what the customers file says of plans and zones, and with the plans that there are."""
    said = [(one.name, one.plan, one.term_end, one.next_plan, one.timezone) for one in desk.config.customers]
    policies = sorted((name, policy.digest) for name, policy in desk.policies.items())
    return sha256(repr((said, policies)).encode()).hexdigest()
