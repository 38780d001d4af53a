"""The one way a case ever changes: decide, evolve, log, queue, save, all in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mailproc.core import effects as e
from mailproc.core.case import Case
from mailproc.core.clauses import OPENING, said_by
from mailproc.core.clocks import Clock, changes, clocks
from mailproc.core.decide import decide
from mailproc.core.events import Delivered, Event, Opened
from mailproc.core.evolve import evolve
from mailproc.core.log import Entry
from mailproc.core.steps import next_due
from mailproc.flow.desk import Desk
from mailproc.flow.outgoing import Outgoing, queue
from mailproc.mail.compose import File
from mailproc.policy.model import Policy
from mailproc.store import cases, log, notes, steps
from mailproc.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it, and how that is known (R19)."""

    name: str = ""
    proof: str = ""
    inbound: int | None = None  # the mail that it came in
    files: tuple[File, ...] = ()  # what was attached to that mail, if it is new to the case (R10)


NOBODY = Actor()


def commit(case: Case, event: Event, tx: Transaction, desk: Desk, now: datetime, actor: Actor = NOBODY) -> Case:
    """The case after `event`, with all that follows written: its log, its notes, its outgoing mail, its next due time.

    Raises ImpossibleEvent, before anything is written, where the event is refused.
    """
    policy = desk.policy(case)
    held = desk.hold and not isinstance(event, Delivered)
    effects = [one for one in decide(case, event, policy, now) if not (held and _heard(one, policy))]
    before: Mapping[str, Clock] = {} if isinstance(event, Opened) else clocks(case, policy)
    for effect in effects:
        case = evolve(effect, case)
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
    clause = said_by(policy, OPENING)
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
        case e.SetSeverity():
            return "case", {"severity": effect.severity}, None
        case e.SetOwner():
            return "case", {"owner": effect.owner}, None
        case e.SetTier():
            return "case", {"tier": effect.tier}, None
        case e.Break():
            return "breach", {"objective": effect.objective, "due": effect.due.isoformat()}, effect.at
        case e.Mark(skipped=True):
            return (
                "clock",
                {"objective": effect.step.objective, "clock_state": "skipped", "step": effect.step.name},
                None,
            )
        case e.KeepNote():
            return "note", {"author": effect.author}, None
        case e.Mark() | e.Notice():
            return None
        case _:
            return "fact", {"effect": type(effect).__name__}, None


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
    general = chosen[0].because if chosen else ""
    for change in changes(before, after):
        what = {"objective": change.objective, "clock_state": change.clock_state}
        if change.due:
            what |= {"due": change.due.isoformat()}
        opened = f"the case was opened; {after[change.objective].promise.text}" if isinstance(event, Opened) else ""
        because = opened or reasons.get(change.objective) or general
        yield Entry(at=now, event="clock", because=because, clause=change.clause, what=what)
