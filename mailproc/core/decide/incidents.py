"""What follows from a declared incident for the cases that belong to it (EIO-8)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mailproc.core import effects as e
from mailproc.core import events as ev
from mailproc.core.case import Case
from mailproc.core.clauses import INCIDENT, said_by
from mailproc.core.decide import parts
from mailproc.policy.model import Policy


def joined(incident: ev.Incident, policy: Policy) -> e.JoinIncident:
    """The case belongs to the incident from now on."""
    because = f"it belongs to the incident {incident.name}"
    return e.JoinIncident(incident.number, because=because, clause=clause_of(incident, policy))


def clause_of(incident: ev.Incident, policy: Policy) -> tuple[str, ...]:
    """The clause by which it is answered: that of the file that declares it, else the policy's own for incidents."""
    return incident.clause or said_by(policy, INCIDENT)


def linked(case: Case, event: ev.IncidentLinked, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """The case belongs to an incident, and the customer is told what is known of it."""
    if case.incident == event.incident.number:
        return
    yield joined(event.incident, policy)
    yield from _told(case, event.incident, policy, event.incident.text, over=False)


def ended(case: Case, event: ev.IncidentEnded, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """The incident is over: the customer is told, and is asked to say so if it is not over for them."""
    if case.incident != event.incident.number:
        return
    because = f"the incident {event.incident.name} is over"
    yield e.JoinIncident(0, because=because, clause=clause_of(event.incident, policy))
    if not parts.over(case):
        yield from _told(case, event.incident, policy, event.text, over=True)


def _told(case: Case, incident: ev.Incident, policy: Policy, text: str, *, over: bool) -> Iterator[e.Effect]:
    if case.answerable:
        yield e.Notice(
            template="incident",
            to="customer",
            about={"name": incident.name, "over": over},
            text=text,
            because=f"the incident {incident.name} " + ("is over" if over else "was declared"),
            clause=clause_of(incident, policy),
        )
