"""What follows when the customers file says something else of a customer, or a term that was paid is over (OWN-10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mailproc.core import effects as e
from mailproc.core import events as ev
from mailproc.core.case import Case
from mailproc.core.clauses import TERM, said_by
from mailproc.core.decide import ticks
from mailproc.core.evolve import evolve
from mailproc.policy.agreement import agreed
from mailproc.policy.model import Policy


def changed(case: Case, event: ev.CustomerChanged, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """Every clock is counted anew from the opening, if another plan or zone promises something else."""
    change = _change(case, event, policy)
    yield change
    if isinstance(change, e.SetTerms) and change.anew:
        other = agreed(policy, event.plan, event.zone, case.type)
        yield from ticks.recounted(evolve(change, case), event, other, now)


def recounted(case: Case, event: ev.PolicyChanged, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """Every clock is counted anew under the policy of now, and under the customer's terms of now: all at once."""
    if event.terms is not None:
        change = _change(case, event.terms, policy)
        yield change
        case = evolve(change, case)
        policy = agreed(policy, case.plan, case.zone, case.type)
    yield from ticks.recounted(case, event, policy, now)


def _change(case: Case, event: ev.CustomerChanged, policy: Policy) -> e.SetTerms | e.SetTermsEnd:
    if (event.plan, event.zone) == (case.plan, case.zone):
        return e.SetTermsEnd(event.until, because=event.because)
    # Whatever the plan is called: where nothing else is promised, no clock begins anew.
    other = agreed(policy, event.plan, event.zone, case.type)
    anew = other is not agreed(policy, case.plan, case.zone, case.type)
    clause = said_by(policy, TERM) if event.plan != case.plan else ()
    return e.SetTerms(event.plan, event.zone, event.until, anew=anew, because=event.because, clause=clause)
