"""What follows when a case is given a type, a product, words, or more readers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mailproc.core import effects as e
from mailproc.core import events as ev
from mailproc.core.case import Case
from mailproc.core.decide import parts, reactions, rules, ticks
from mailproc.core.evolve import evolve
from mailproc.policy.agreement import agreed
from mailproc.policy.model import Policy


def set_type(case: Case, event: ev.TypeSet, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """The case is of another type: its clocks are those of that type from its opening on; others hear of it (ELA-9)."""
    kind = policy.types.get(event.type)
    because = f"{event.by} made it {event.type or 'a plain case'}"
    clause = kind.clause if kind else ()
    change = e.SetType(event.type, because=because, clause=clause)
    yield from parts.moved(case, event, now, because)
    yield change
    for role in kind.route if kind else ():
        about = {"reason": because}
        yield e.Notice(template="new_case", to=role, about=about, text=case.opening, because=because, clause=clause)
    case = evolve(change, case)
    yield from ticks.recounted(case, event, agreed(policy, case.plan, case.zone, case.type), now)


def set_product(case: Case, event: ev.ProductSet, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """What the case is about; a severity that this product cannot have is lowered, and the customer told (JEL-4)."""
    because = f"{event.by} says it is about {event.product}"
    change = e.SetProduct(event.product, because=because)
    yield from parts.moved(case, event, now, because)
    yield change
    before, case = case.severity, evolve(change, case)
    cap = rules.capped(case, policy, now, case.severity)
    if cap:
        yield cap
        case = evolve(cap, case)
        if case.answerable:
            yield reactions.told(before, case, [cap])
        yield from ticks.recounted(case, event, policy, now)


def tagged(case: Case, event: ev.Tagged, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """Words are put on the case, or taken off it."""
    off = {tag.removeprefix("-") for tag in event.tags if tag.startswith("-")}
    on = [tag.removeprefix("+") for tag in event.tags if not tag.startswith("-")]
    because = f"{event.by} tagged it"
    yield from parts.moved(case, event, now, because)
    yield e.SetTags(tuple(dict.fromkeys(tag for tag in (*case.tags, *on) if tag not in off)), because=because)


def copied(case: Case, event: ev.Copied, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """Others hear of the case too (ELA-12)."""
    because = f"{event.by} brought in {', '.join(event.to)}"
    yield from parts.moved(case, event, now, because)
    kind = policy.types.get(case.type)
    clause = kind.clause if kind else ()
    yield e.SetCc(tuple(dict.fromkeys((*case.cc, *event.to))), because=because, clause=clause)
    for name in event.to:
        if name not in (*case.cc, case.owner):
            about = {"reason": because}
            yield e.Notice(template="new_case", to=name, about=about, text=case.opening, because=because, clause=clause)
