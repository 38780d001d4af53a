"""What a policy's own rules add to a decision: each that holds when something happens applies, in the file's order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from mailproc.core import effects as e
from mailproc.core.case import Case, Task
from mailproc.core.decide import paging
from mailproc.core.evolve import evolve
from mailproc.core.facts import SENDER, condition_facts
from mailproc.policy.model import Policy, Rule


@dataclass(frozen=True, slots=True)
class Happening:
    """What a condition is asked about: the name of what happened, the words of the mail, what is known of its sender.

    Names: received, opened, customer_wrote, severity_changed, escalation_requested, breach (of `objective`).
    """

    event: str
    message: str = ""
    sender: Mapping[str, Any] = field(default_factory=lambda: SENDER)
    objective: str = ""


def holding(case: Case, policy: Policy, now: datetime, happening: Happening) -> Iterator[Rule]:
    """The rules that hold, in the order of the file.  A condition that breaks does not hold."""
    if policy.rules:
        facts = _facts(case, policy, now, happening)
        yield from (rule for rule in policy.rules if rule.when.holds(facts))


def tried(
    case: Case, policy: Policy, now: datetime, happening: Happening, done: Collection[str] = ()
) -> tuple[list[e.Effect], list[Rule]]:
    """What the rules say of the case itself, and those that hold: each sees what the ones before it said.

    Rules whose names are in `done` are left out: each applies once to what happened.
    """
    marked: list[e.Effect] = []
    held: list[Rule] = []
    facts = _facts(case, policy, now, happening) if policy.rules else {}
    for rule in policy.rules:
        if rule.name not in done and rule.when.holds(facts):
            held.append(rule)
            for effect in _marks(case, policy, rule):
                marked.append(effect)
                case = evolve(effect, case)
                facts = _facts(case, policy, now, happening)
    return marked, held


def capped(
    case: Case, policy: Policy, now: datetime, severity: str, message: str = "", sender: Mapping[str, Any] = SENDER
) -> e.Cap | None:
    """What the rules would lower a case to if it had this severity; None if they leave it (JEL-4).

    They read what the case began with and, below it, `message`.
    """
    text = f"{case.opening}\n{message}".strip()
    marked, _ = tried(replace(case, severity=severity), policy, now, Happening("severity_changed", text, sender))
    caps = [effect for effect in marked if isinstance(effect, e.Cap)]
    return caps[-1] if caps else None


def because(rule: Rule) -> str:
    """How a reason names a rule."""
    return f"rule: {rule.name}"


def _facts(case: Case, policy: Policy, now: datetime, happening: Happening) -> dict[str, Any]:
    return condition_facts(case, policy, now, happening.event, happening.message, happening.sender, happening.objective)


def _marks(case: Case, policy: Policy, rule: Rule) -> Iterator[e.Effect]:
    then, reason = rule.then, because(rule)
    if then.set_product and then.set_product != case.product:
        yield e.SetProduct(then.set_product, because=reason, clause=rule.clause)
    if then.set_type and then.set_type != case.type:
        yield e.SetType(then.set_type, because=reason, clause=rule.clause)
    if then.set_severity and then.set_severity != case.severity:
        yield e.SetSeverity(then.set_severity, because=reason, clause=rule.clause)
        case = replace(case, severity=then.set_severity)
    if then.cap_severity and _above(policy, case.severity, then.cap_severity):
        yield e.Cap(then.cap_severity, rule.name, because=reason, clause=rule.clause)
    if tags := tuple(tag for tag in then.tag if tag not in case.tags):
        yield e.SetTags((*case.tags, *tags), because=reason, clause=rule.clause)


def _above(policy: Policy, severity: str, other: str) -> bool:
    """Is one severity more severe than another?"""
    known = policy.severities
    return severity in known and other in known and known[severity].rank < known[other].rank


def follows(case: Case, policy: Policy, now: datetime, rules: Iterable[Rule]) -> Iterator[e.Effect]:
    """What rules set going: pages, notices, tasks, a tier, an owner."""
    for rule in rules:
        for effect in _follows(case, policy, now, rule):
            yield effect
            case = evolve(effect, case)


def _follows(case: Case, policy: Policy, now: datetime, rule: Rule) -> Iterator[e.Effect]:
    then, reason = rule.then, because(rule)
    about = {"reason": rule.name, "condition": rule.name}
    if then.tier and then.tier > case.tier:
        yield e.SetTier(then.tier, because=reason, clause=rule.clause)
    if then.assign and then.assign != case.owner:
        yield from _assigned(rule)
    if then.page:
        yield from paging.begin(case, policy, now, role=then.page, why=rule.name, clause=rule.clause)
    for role in then.notify:
        yield e.Notice(template="escalation", to=role, about=about, because=reason, clause=rule.clause)
    if then.task and not any(task.kind == then.task and not task.done for task in case.tasks):
        yield e.AddTask(Task(kind=then.task, due=None), because=reason, clause=rule.clause)
        yield e.Notice(template="task", to="team", about={"label": then.task}, because=reason, clause=rule.clause)
    # A lowered severity is told by what lowered it: the confirmation, or the answer to the one who asked.
    if then.tell and then.tell != "severity_capped" and case.answerable:
        yield e.Notice(template=then.tell, to="customer", about=about, because=reason, clause=rule.clause)


def _assigned(rule: Rule) -> Iterator[e.Effect]:
    """An owner, by name or by role: who holds the role is for the flow to say (`flow.commit`)."""
    reason = because(rule)
    yield e.SetOwner(rule.then.assign, because=reason, clause=rule.clause)
    yield e.Notice(
        template="task",
        to="owner",
        about={"label": "assigned", "reason": rule.name},
        because=reason,
        clause=rule.clause,
    )
