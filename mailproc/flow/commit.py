"""The one way a case ever changes: decide, evolve, log, queue, save, all in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mailproc.core import effects as e
from mailproc.core.case import Access, Case
from mailproc.core.clauses import OPENING, said_by
from mailproc.core.clocks import Clock, changes, clocks
from mailproc.core.decide import decide
from mailproc.core.events import Delivered, Event, Opened, PolicyChanged
from mailproc.core.evolve import evolve
from mailproc.core.log import Entry
from mailproc.core.steps import next_due
from mailproc.flow import owners
from mailproc.flow.desk import Desk
from mailproc.flow.outgoing import Outgoing, queue
from mailproc.mail.compose import File
from mailproc.policy.model import Policy
from mailproc.store import cases, incidents, links, log, notes, steps
from mailproc.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it, and how that is known (R19)."""

    name: str = ""
    proof: str = ""
    inbound: int | None = None  # the mail that it came in
    files: tuple[File, ...] = ()  # what was attached to that mail, if it is new to the case (R10)


NOBODY = Actor()


def commit(
    case: Case,
    event: Event,
    tx: Transaction,
    desk: Desk,
    now: datetime,
    actor: Actor = NOBODY,
    was: Policy | None = None,
) -> Case:
    """The case after `event`, with all that follows written: its log, its notes, its outgoing mail, its next due time.

    `was` is the policy that the case was under until now, where that is known to be another.
    Raises ImpossibleEvent, before anything is written, where the event is refused.
    """
    policy = desk.policy(case)
    held = desk.hold and not isinstance(event, Delivered)
    decided = owners.named(decide(case, event, policy, now), desk, case, tx, now)
    effects = [one for one in decided if not (held and _heard(one, policy))]
    before: Mapping[str, Clock] = {} if isinstance(event, Opened) else clocks(case, was or policy)
    for effect in effects:
        case = evolve(effect, case)
    policy = desk.policy(case)  # its plan or its type may be another now
    after = clocks(case, policy)
    entries = [
        *_opening(case, event, policy, now, actor),
        *_facts(effects, now, actor),
        *_clock_changes(event, effects, before, after, now),
    ]
    log.append(tx, case.number, entries)
    for skipped in (False, True):
        marked = [one.step for one in effects if isinstance(one, e.Mark) and one.skipped is skipped]
        steps.mark(tx, case.number, marked, at=now, skipped=skipped)
    for joined in (one for one in effects if isinstance(one, e.JoinIncident) and one.incident):
        incidents.join(tx, joined.incident, case.number)
    for link in (one for one in effects if isinstance(one, e.Link)):
        links.add(tx, case.number, link.references)
    for note in (one for one in effects if isinstance(one, e.KeepNote)):
        notes.add(tx, case_number=case.number, author=note.author, at=now, text=note.text)
    outgoing = Outgoing(case=case, policy=policy, clocks=after, now=now, inbound=actor.inbound, files=actor.files)
    queue(tx, desk, outgoing, [one for one in effects if isinstance(one, e.Notice)])
    keep = cases.insert if isinstance(event, Opened) else cases.save
    keep(tx, case, next_due(case, policy))
    return case


def _heard(effect: e.Effect, policy: Policy) -> bool:
    """Does this follow from words that reach the customer?  Those that are held for review meet nothing yet."""
    if isinstance(effect, e.Meet):
        return policy.objectives[effect.objective].met_by == "agent_reply"
    return isinstance(effect, e.PersonSpoke)


def _opening(case: Case, event: Event, policy: Policy, now: datetime, actor: Actor) -> Iterator[Entry]:
    if not isinstance(event, Opened):
        return
    because = "a new conversation" if not event.about else event.about
    if case.unanswerable:
        because += f"; no confirmation: {case.unanswerable}"
    what = {"state": case.state.value, "severity": case.severity, "plan": case.plan, "tier": case.tier}
    known = {key: value for key, value in what.items() if value}
    clause = (*said_by(policy, OPENING), *event.clause)
    yield Entry(at=now, event="case", because=because, clause=clause, what=known, actor=actor.name)


def _facts(effects: Sequence[e.Effect], now: datetime, actor: Actor) -> Iterator[Entry]:
    """What became of the case itself; notices speak for themselves when they are queued."""
    for effect in effects:
        described = _described(effect)
        if described:
            event, what, at = described
            yield Entry(
                at=at or now,
                event=event,
                because=effect.because,
                clause=effect.clause,
                actor=actor.name,
                proof=actor.proof,
                what=what,
            )


def _described(effect: e.Effect) -> tuple[str, dict[str, object], datetime | None] | None:
    match effect:
        case e.MoveTo():
            return "case", {"state": effect.state.value}, None
        case e.SetSeverity() | e.Cap():
            return "case", {"severity": effect.severity}, None
        case e.SetOwner():
            return "case", {"owner": effect.owner}, None
        case e.SetTier():
            return "case", {"tier": effect.tier}, None
        case e.SetTerms():
            return "case", {"plan": effect.plan, "zone": effect.zone}, None
        case e.SetType():
            return "case", {"type": effect.type}, None
        case e.Decline():
            return "declined", {}, None
        case e.Count():
            return "fact", {"effect": "Count", "what": effect.what}, None
        case e.Break():
            return "breach", {"objective": effect.objective, "due": effect.due.isoformat()}, effect.at
        case e.Mark(skipped=True):
            return (
                "clock",
                {"objective": effect.step.objective, "clock_state": "skipped", "step": effect.step.name},
                None,
            )
        case e.Link() | e.SetTicket() | e.SetCc():
            return "fact", {"effect": type(effect).__name__, **_named(effect)}, None
        case e.Publish():
            return "fact", {"effect": "Publish", "text": effect.progress.text[:200]}, None
        case e.SetAccess(access=access):
            return "fact", {"effect": "SetAccess", **_leave(access)}, None
        case e.KeepNote():
            return "note", {"author": effect.author}, None
        case e.Mark() | e.Notice():
            return None
        case _:
            return "fact", {"effect": type(effect).__name__}, None


def _named(effect: e.Link | e.SetTicket | e.SetCc) -> dict[str, object]:
    """What is on record of tickets and of those who were brought in (ELA-7, ELA-12)."""
    match effect:
        case e.Link():
            return {"references": list(effect.references)}
        case e.SetTicket(ticket=ticket):
            return {"reference": ticket.reference, "moved_to": ticket.state, "solved": ticket.solved}
        case e.SetCc():
            return {"to": list(effect.to)}


def _leave(access: Access | None) -> dict[str, object]:
    """What is on record of a leave to look into a customer's data; nothing of one that is over (OWN-9)."""
    if access is None:
        return {}
    until = access.until.isoformat() if access.until else ""
    return {"by": access.by, "purpose": access.purpose, "granted": access.granted is not None, "until": until}


def _reasons(effects: Sequence[e.Effect]) -> Iterator[tuple[str, str]]:
    """Which effect speaks for a clock by name: the last one does."""
    for effect in effects:
        match effect:
            case e.Meet() | e.TakeBack():
                yield effect.objective, effect.because
            case e.Mark(skipped=False):
                yield effect.step.objective, effect.because
            case e.PersonSpoke() | e.Agree():
                yield "update", effect.because


_STEPS = (e.Mark, e.Break, e.Meet)


def _clock_changes(
    event: Event, effects: Sequence[e.Effect], before: Mapping[str, Clock], after: Mapping[str, Clock], now: datetime
) -> Iterator[Entry]:
    reasons = dict(_reasons(effects))
    # What was done to the case says more than a step of a clock that it set off.
    chosen = sorted((one for one in effects if not isinstance(one, e.Notice)), key=lambda one: isinstance(one, _STEPS))
    general = "the policy is another now" if isinstance(event, PolicyChanged) else chosen[0].because if chosen else ""
    for change in changes(before, after):
        what = {"objective": change.objective, "clock_state": change.clock_state}
        if change.due:
            what |= {"due": change.due.isoformat()}
        opened = f"the case was opened; {after[change.objective].promise.text}" if isinstance(event, Opened) else ""
        because = opened or reasons.get(change.objective) or general
        yield Entry(at=now, event="clock", because=because, clause=change.clause, what=what)
