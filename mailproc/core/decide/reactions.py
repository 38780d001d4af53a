"""What a policy's rules do about a decision: when a customer wrote, a severity changed, or a promise was broken."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime

from mailproc.core import effects as e
from mailproc.core.case import Case
from mailproc.core.decide import rules, ticks
from mailproc.core.decide.rules import Happening
from mailproc.core.events import CustomerWrote, Event, Opened
from mailproc.core.evolve import evolve
from mailproc.core.facts import SENDER
from mailproc.policy.agreement import agreed
from mailproc.policy.model import Policy

_RECOUNTED = (e.SetSeverity, e.Cap, e.SetType)
"""What changes what is promised, so that the clocks are counted anew."""


def reacted(case: Case, event: Event, policy: Policy, now: datetime, decided: Sequence[e.Effect]) -> list[e.Effect]:
    """`decided` with what the rules add behind it; each rule applies once, however much it sets going."""
    effects = list(decided)
    if not policy.rules:
        return effects
    for effect in effects:
        case = evolve(effect, case)
    ahead = deque(_happened(event, effects))
    done: set[str] = set()
    while ahead:
        happening = ahead.popleft()
        added = list(_added(case, event, policy, now, happening, done))
        for effect in added:
            case = evolve(effect, case)
        effects += added
        ahead.extend(_happened(None, added))
    return _not_taken_back(effects, case)


def _happened(event: Event | None, effects: Sequence[e.Effect]) -> Iterator[Happening]:
    """What the rules may be asked about; a case that is just opened has been asked about already."""
    if isinstance(event, CustomerWrote):
        yield Happening("customer_wrote", event.text, event.about or SENDER)
    for effect in effects:
        match effect:
            case e.SetSeverity() | e.Cap() if not isinstance(event, Opened):
                yield Happening("severity_changed")
            case e.Break():
                yield Happening("breach", objective=effect.objective)


def _added(
    case: Case, event: Event, policy: Policy, now: datetime, happening: Happening, done: set[str]
) -> Iterator[e.Effect]:
    if happening.event != "customer_wrote":
        happening = Happening(happening.event, case.opening, happening.sender, happening.objective)
    before = case.severity
    policy = agreed(policy, case.plan, case.zone, case.type)
    marked, held = rules.tried(case, policy, now, happening, done)
    done.update(rule.name for rule in held)
    for effect in marked:
        yield effect
        case = evolve(effect, case)
    policy = agreed(policy, case.plan, case.zone, case.type)
    if case.severity != before and case.answerable:
        yield told(before, case, marked)
    for effect in rules.follows(case, policy, now, held):
        yield effect
        case = evolve(effect, case)
    if any(isinstance(effect, _RECOUNTED) for effect in marked):
        yield from ticks.recounted(case, event, policy, now)


def _not_taken_back(effects: list[e.Effect], case: Case) -> list[e.Effect]:
    """Without the news of a severity that another rule lowered at once: the customer hears of the cap alone."""
    capped = any(isinstance(one, e.Notice) and one.template == "severity_capped" for one in effects)
    return [one for one in effects if not (capped and _tells_another_severity(one, case.severity))]


def _tells_another_severity(one: e.Effect, severity: str) -> bool:
    return isinstance(one, e.Notice) and one.template == "severity_changed" and one.about.get("new") != severity


def told(before: str, case: Case, marked: Sequence[e.Effect]) -> e.Notice:
    """The customer hears of a severity that a rule changed, and why."""
    last = next(effect for effect in reversed(marked) if isinstance(effect, e.SetSeverity | e.Cap))
    return e.Notice(
        template="severity_capped" if isinstance(last, e.Cap) else "severity_changed",
        to="customer",
        about={"old": before, "new": case.severity, "reason": last.because.removeprefix("rule: ")},
        because=last.because,
        clause=last.clause,
    )
