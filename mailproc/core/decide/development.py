"""What follows from development tickets that a case is linked to: public news, and its end in production (ELA-7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mailproc.core import effects as e
from mailproc.core import events as ev
from mailproc.core.case import RUNNING, Case, Progress, State, Ticket
from mailproc.core.clauses import DEVELOPMENT, said_by
from mailproc.core.decide import parts
from mailproc.core.evolve import evolve
from mailproc.core.steps import resolved_until
from mailproc.core.transitions import ImpossibleEvent, Shipped, target
from mailproc.policy.model import Policy


def linked(case: Case, event: ev.LinkAdded, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """The case waits for a development ticket; what its tracker says of it is news for the customer from now on."""
    known = {one.casefold() for one in case.links}
    new = tuple(one for one in event.references if one.casefold() not in known)
    if not new:
        raise ImpossibleEvent(f"the case is linked to {', '.join(event.references)} already")
    because = f"{event.by} linked it to {', '.join(new)}"
    yield from parts.moved(case, event, now, because)
    yield e.Link(new, because=because, clause=said_by(policy, DEVELOPMENT))


def moved(case: Case, event: ev.TrackerMoved, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """Each move of a ticket is told once; the case ends when all its tickets have reached production."""
    before = next((one for one in case.tickets if one.reference == event.reference), Ticket(event.reference))
    if case.state not in RUNNING or not _new(before, event):
        return
    ticket = Ticket(event.reference, event.state or before.state, event.text, event.solved)
    because = f"{event.reference} is {event.state} now" if event.state else f"news of {event.reference}"
    change = e.SetTicket(ticket, because=because, clause=event.clause)
    news = _news(event)
    yield change
    yield e.Publish(Progress(text=news, at=now), because=because, clause=event.clause)
    case = evolve(change, case)
    if event.solved and _all_solved(case):
        yield from _shipped(case, event, policy, now, news)


def _new(before: Ticket, event: ev.TrackerMoved) -> bool:
    """A state that is known already is no news, whatever is written beside it; without a state, the words are."""
    if event.state:
        return event.state.casefold() != before.state.casefold()
    return bool(event.text) and event.text != before.text


def _news(event: ev.TrackerMoved) -> str:
    """What the customer may read: the ticket, its state, and what was written of it."""
    head = f"{event.reference}: {event.state}" if event.state else f"{event.reference}:"
    return f"{head}\n\n{event.text}" if event.text else head


def _all_solved(case: Case) -> bool:
    solved = {one.reference.casefold() for one in case.tickets if one.solved}
    return all(one.casefold() in solved for one in case.links)


def _shipped(case: Case, event: ev.TrackerMoved, policy: Policy, now: datetime, news: str) -> Iterator[e.Effect]:
    """The case is resolved, the customer is told with the news, and who holds the case hears of it."""
    because = f"{event.reference} has reached production: {event.state}"
    state = target(case, Shipped) or State.RESOLVED
    yield from parts.met(case, policy, now, "relief", because)
    yield e.MoveTo(state, now, because=because, clause=event.clause)
    yield from parts.paused(case, now, "resolved", because)
    if case.answerable:
        yield e.Notice(
            template="resolution",
            to="customer",
            objective="relief",
            about={"closes_at": resolved_until(policy, now), "asks": True},
            text=news,
            because=because,
            clause=event.clause,
        )
    about = {"label": "tracker", "reason": because}
    yield e.Notice(template="task", to="owner", about=about, text=news, because=because, clause=event.clause)
