"""What follows when a case is opened: the confirmation, the word to the team, the call-back for a caller."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from mailproc.core import effects as e
from mailproc.core.case import Case, Task
from mailproc.core.clauses import OPENING, said_by
from mailproc.core.decide import escalation, incidents, rules
from mailproc.core.decide.rules import Happening
from mailproc.core.events import Opened
from mailproc.core.evolve import evolve
from mailproc.core.facts import SENDER
from mailproc.policy import promises
from mailproc.policy.agreement import agreed
from mailproc.policy.model import Policy, Rule

NO_ADDRESS = "the caller left no mail address"


def opened(case: Case, event: Opened, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """Confirm, tell the team, and give them a call-back to make where a caller left no address (CON-2, CON-3, R28)."""
    if event.incident:
        belongs = incidents.joined(event.incident, policy)
        yield belongs
        case = evolve(belongs, case)
    happening = Happening("opened", event.text, event.sender or SENDER)
    marked, holding = rules.tried(case, policy, now, happening)
    for effect in marked:
        yield effect
        case = evolve(effect, case)
    policy = agreed(policy, case.plan, case.zone, case.type)
    if event.owner:
        given = e.SetOwner(event.owner, because="the team's rule of assignment gave it to them")
        yield given
        case = evolve(given, case)
    if case.answerable:
        yield _confirmation(case, event, policy, holding)
    for role in _readers(case, policy):
        yield e.Notice(
            template="new_case",
            to=role,
            about={"reason": event.about, "voicemail": event.call},
            text=event.text,
            with_files=True,
            because="a new case is told to the team",
            clause=_clause(case, event, policy),
        )
    yield from rules.follows(case, policy, now, holding)
    if refusing := escalation.refusing(case, policy, holding):
        because = f"not escalated: {refusing.then.refuse_escalation}"
        yield e.Decline(because=because, clause=refusing.clause)
    if event.call_back:
        yield from _call(case, event, policy)


def _call(case: Case, event: Opened, policy: Policy) -> Iterator[e.Effect]:
    """Somebody must ring back, in the time of [call_back], else in that of the confirmation (R28, OWN-1, ELA-11)."""
    promise = policy.call_back or policy.confirmation
    because = f"{'a call was asked for' if case.requester.address else NO_ADDRESS}: a person must ring back"
    clause = promise.clause if promise else ()
    due = promises.due(promise, policy, case.opened) if promise else None
    yield e.AddTask(Task(kind="call_back", due=due), because=because, clause=clause)
    yield e.Notice(
        template="task",
        to="team",
        about={"label": "call_back", "due": due, "voicemail": event.call},
        because=because,
        clause=clause,
    )


def _call_told(case: Case, policy: Policy) -> dict[str, object]:
    """What the confirmation says of the call: by when, and when the telephone opens if it is closed now (ELA-11)."""
    promise = policy.call_back or policy.confirmation
    if promise is None:
        return {}
    calendar = policy.calendars[promise.calendar]
    opens = None if calendar.is_open(case.opened) else calendar.next_opening(case.opened)
    return {"call_back": {"due": promises.due(promise, policy, case.opened), "opens": opens}}


def _confirmation(case: Case, event: Opened, policy: Policy, holding: Sequence[Rule]) -> e.Notice:
    """The first answer: what was understood, what is asked for, and why it is not what was claimed (CON-3, JEL-4)."""
    kind = policy.types.get(case.type)
    promise = policy.confirmation
    asks = [rule for rule in holding if rule.then.ask]
    caps = [clause for rule in policy.rules if case.capped == rule.name for clause in rule.clause]
    about: dict[str, object] = {"asks_impact": any(rule.then.ask == "impact" for rule in asks)}
    if case.capped:
        claimed = policy.severities.get(case.declared or "")
        taken = policy.severities[case.severity].label
        about["capped"] = {"claimed": claimed.label if claimed else "", "taken": taken, "reason": case.capped}
    if event.call_back:
        about |= _call_told(case, policy)
    if event.incident:
        about["incident"] = {"name": event.incident.name, "text": event.incident.text}
    if policy.offers_severities:
        about |= {"choose": True, "severities": _others(case, policy)}
    if kind:
        about["kind"] = kind.id
    if refusing := escalation.refusing(case, policy, holding):
        about["reason"] = refusing.then.refuse_escalation
    clauses = (
        *(promise.clause if promise else ()),
        *(policy.severities[case.severity].clause if policy.offers_severities else ()),
        *(kind.clause if kind else ()),
        *(clause for rule in asks for clause in rule.clause),
        *caps,
        *(refusing.clause if refusing else ()),
        *(incidents.clause_of(event.incident, policy) if event.incident else ()),
    )
    return e.Notice(
        template=(kind.template if kind else "") or "confirmation",
        to="customer",
        objective="confirmation",
        answers=True,
        about=about,
        because="a new case is confirmed at once",
        clause=tuple(dict.fromkeys(clauses)),
    )


def _others(case: Case, policy: Policy) -> tuple[dict[str, str], ...]:
    """The severities that the customer may still choose: none above a cap (JEL-2, JEL-4)."""
    highest = policy.severities[case.severity].rank if case.capped else 0
    return tuple(
        {"id": one.id, "label": one.label, "means": one.means}
        for one in policy.severities.values()
        if one.id != case.severity and one.rank >= highest
    )


def _clause(case: Case, event: Opened, policy: Policy) -> tuple[str, ...]:
    kind = policy.types.get(case.type)
    return tuple(dict.fromkeys((*said_by(policy, OPENING), *event.clause, *(kind.clause if kind else ()))))


def _readers(case: Case, policy: Policy) -> tuple[str, ...]:
    """Who hears of a new case: those to whom its type is routed (ELA-9), else its owner, else the team."""
    kind = policy.types.get(case.type)
    return (kind.route if kind else ()) or (("owner",) if case.owner else ("team",))
