"""Time went on: each case whose moment has come is decided on, each in a transaction of its own."""

from __future__ import annotations

from datetime import datetime

from mailproc.core.case import Case
from mailproc.core.events import PolicyChanged, Tick
from mailproc.core.steps import next_due
from mailproc.flow import terms
from mailproc.flow.commit import commit
from mailproc.flow.desk import Desk
from mailproc.policy.model import Policy
from mailproc.policy.terms import Term
from mailproc.store import cases
from mailproc.store.transaction import Transaction


def tick(number: int, tx: Transaction, desk: Desk, now: datetime) -> None:
    """Let time act on one case; what is not due any more does nothing, so a late or doubled wake-up is harmless."""
    case = cases.load(tx, number)
    if case is None:
        return
    if case.terms_until and case.terms_until <= now:
        case = terms.follow(case, tx, desk, now, "a paid term is over")
    due = next_due(case, desk.policy(case))
    if due is None or due > now:
        cases.set_due(tx, number, due)
        return
    commit(case, Tick(), tx, desk, now)


def recount(case: Case, tx: Transaction, desk: Desk, now: datetime, was: Policy | None = None) -> Case:
    """The case's policy is another now: what it would have broken in the past breaks at this moment.

    The customer's terms are looked up in the same step.  `was` is the policy until now, where it is known.
    """
    return commit(case, changed(case, desk, terms.paid_by(tx, case.customer), now), tx, desk, now, was=was)


def changed(case: Case, desk: Desk, paid: Term | None, now: datetime) -> PolicyChanged:
    """What happens to a case whose policy is another now, for what its customer has paid."""
    return PolicyChanged(terms.news(case, desk, paid, now, "the policy changed"))
