"""Every clock of a case, derived from its facts and its policy; nothing of this is ever stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from mailproc.core.case import RUNNING, Case, Page
from mailproc.policy import promises
from mailproc.policy.durations import duration, in_words
from mailproc.policy.model import LastWorkingDay, Policy, Promise

Span = tuple[datetime, datetime]
COUNTING = ("running", "paused")


@dataclass(frozen=True, slots=True)
class Clock:
    """One objective of one case.  `due` is None while it stands still, or for a date that nobody knows yet."""

    objective: str
    promise: Promise
    state: str  # running, paused, met, stopped
    start: datetime
    due: datetime | None
    occurrence: str
    spans: tuple[Span, ...] = ()  # pauses that are over, not counted

    def __hash__(self) -> int:
        """Cheap, for the cache of steps; two clocks that are equal have the same."""
        return hash((self.objective, self.state, self.start, self.occurrence))

    @property
    def counting(self) -> bool:
        """Is it still to be met, be it running or paused?"""
        return self.state in COUNTING

    @property
    def runs(self) -> bool:
        """Is time being counted?"""
        return self.state == "running"


@lru_cache(maxsize=256)
def clocks(case: Case, policy: Policy) -> Mapping[str, Clock]:
    """All clocks of the case, by objective, in the order of its promises.  One decision asks for them many times."""
    found = (_clock(case, policy, promise) for promise in policy.promises(case.severity).values())
    return {clock.objective: clock for clock in found if clock}


@lru_cache(maxsize=1024)
def _due(
    promise: Promise, policy: Policy, start: datetime, spans: tuple[Span, ...], opened: datetime
) -> datetime | None:
    """As `promises.due`; what happens to a case moves one clock or two, and the others are asked for again."""
    return promises.due(promise, policy, start, pauses=spans, opened=opened)


def _clock(case: Case, policy: Policy, promise: Promise) -> Clock | None:
    if promise.objective == "update":
        return _update(case, policy, promise)
    start = _start(case, policy, promise.objective)
    if start is None:
        return None
    spans = _spans(case, policy, promise.objective)
    if _met(case, policy, promise.objective):
        state = "met"
    elif policy.objectives[promise.objective].starts == "page" and not paging(case):
        state = "stopped"
    elif (over := ended(case)) and over >= start and policy.objectives[promise.objective].met_by == "agent_reply":
        state = "stopped"  # responses are never asked again (semantics.md, Clocks)
    else:
        state = _state(case, policy, promise.objective)
    due = _due(promise, policy, start, spans, case.opened) if state in COUNTING else None
    if state == "paused" and not _used_up(case, promise.objective, due):
        due = None
    elif state == "paused":
        state = "running"
    return Clock(
        objective=promise.objective,
        promise=promise,
        state=state,
        start=start,
        due=due,
        occurrence=_occurrence(case, policy, promise.objective),
        spans=spans,
    )


def _used_up(case: Case, objective: str, due: datetime | None) -> bool:
    """Was the time over when the pause began, and that is not told yet?  Such a pause spares nothing."""
    return bool(due and case.paused and due <= case.paused.start and objective not in case.broken)


def _met(case: Case, policy: Policy, objective: str) -> bool:
    """A page after an acknowledgement asks for another (EIO-6), a mail for an answer; anything else is met once."""
    match policy.objectives[objective].starts:
        case "page":
            return bool(case.page and case.page.acknowledged)
        case "customer_mail":
            return False  # an answered mail has no clock at all
        case _:
            return objective in case.met


def _occurrence(case: Case, policy: Policy, objective: str) -> str:
    match policy.objectives[objective].starts:
        case "page" if case.page:
            return f"{case.recounts} {case.page.at.isoformat()}"
        case "customer_mail" if case.asked:
            return f"{case.recounts} {case.asked.isoformat()}"
        case _:
            return str(case.recounts)


def paging(case: Case) -> Page | None:
    """The page that somebody has still to acknowledge; where the case was over since, nobody has to."""
    over = ended(case)
    if case.page is None or case.page.acknowledged or case.state not in RUNNING:
        return None
    return None if over and over >= case.page.at else case.page


def _start(case: Case, policy: Policy, objective: str) -> datetime | None:
    match policy.objectives[objective].starts:
        case "received":
            return case.opened if case.answerable else None
        case "opened":
            return case.opened
        case "page":
            return case.page.at if case.page else None
        case "customer_mail":
            return case.asked
        case other:
            return case.met.get(other)


def _update(case: Case, policy: Policy, promise: Promise) -> Clock | None:
    """The update clock counts from the last news, not on a grid, and asks nothing where we may not write (CON-6)."""
    start = case.opened if policy.update_starts == "opened" else case.met.get(policy.update_starts)
    if start is None or not case.answerable:
        return None
    start = max(moment for moment in (start, case.spoke, case.updated) if moment)
    spans = tuple(span for span in _spans(case, policy, "update") if span[1] > start)
    start, promise = _under_agreement(case, policy, promise, start, spans)
    if isinstance(promise.target, LastWorkingDay) and spans:
        start = max(start, spans[-1][1])  # a working week that passed in waiting asks for nothing
    state = "stopped" if case.updates_stopped else _state(case, policy, "update")
    return Clock(
        objective="update",
        promise=promise,
        state=state,
        start=start,
        due=_due(promise, policy, start, spans, case.opened) if state == "running" else None,
        occurrence=f"{start.isoformat()} {in_words(promise.target)}",
        spans=spans,
    )


def _under_agreement(
    case: Case, policy: Policy, promise: Promise, start: datetime, spans: tuple[Span, ...]
) -> tuple[datetime, Promise]:
    """From when on, and by which interval, updates count: an agreement that ends hands over to the policy's own."""
    agreed = agreed_promise(case, promise, start)
    until = case.agreed.until if case.agreed else None
    if agreed is promise or until is None:
        return start, agreed
    due = promises.due(agreed, policy, start, pauses=spans, opened=case.opened)
    own = promises.due(promise, policy, until, pauses=spans, opened=case.opened)
    return (until, promise) if due and own and due > own else (start, agreed)


def agreed_promise(case: Case, promise: Promise, start: datetime) -> Promise:
    """The promise with the interval that was agreed for this case, while that agreement lasts (CON-6)."""
    agreed = case.agreed
    if agreed is None or not promise.agreed_interval or (agreed.until and start >= agreed.until):
        return promise
    every = duration(agreed.every)
    if isinstance(every, str):
        return promise
    return replace(promise, target=every, text=f"every {agreed.every}", source="agreed for this case")


def _state(case: Case, policy: Policy, objective: str) -> str:
    if case.state not in RUNNING:
        return "stopped"
    return "paused" if case.paused and pauses(policy, case.paused.why, objective) else "running"


def pauses(policy: Policy, why: str, objective: str) -> bool:
    """Does a pause for this reason stop this objective?  Updates always stop in waiting (semantics.md, Clocks)."""
    match why:
        case "waiting":
            return objective == "update" or objective in policy.waiting.pauses
        case "held":
            return objective in policy.waiting.hold_pauses
        case _:
            return True


def _spans(case: Case, policy: Policy, objective: str) -> tuple[Span, ...]:
    return tuple(
        (pause.start, pause.until)
        for pause in case.pauses
        if pause.until and pause.until > pause.start and pauses(policy, pause.why, objective)
    )


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one clock: started, changed, paused, resumed, stopped (interface.md, `clock_state`)."""

    objective: str
    clock_state: str
    due: datetime | None
    clause: tuple[str, ...]


_BECAME = {
    ("running", "paused"): "paused",
    ("running", "stopped"): "stopped",
    ("running", "met"): "stopped",
    ("paused", "met"): "stopped",
    ("paused", "stopped"): "stopped",
    ("paused", "running"): "resumed",
    ("stopped", "running"): "resumed",
    ("met", "running"): "resumed",
}


def changes(before: Mapping[str, Clock], after: Mapping[str, Clock]) -> Iterator[Change]:
    """What an event did to the clocks, in the order of the promises."""
    for objective, now in after.items():
        was = before.get(objective)
        became = _became(was, now)
        if became:
            yield Change(
                objective=objective,
                clock_state=became,
                due=now.due,
                clause=now.promise.clause,
            )
    for objective, was in before.items():
        if objective not in after and was.state in COUNTING:
            yield Change(
                objective=objective,
                clock_state="stopped",
                due=None,
                clause=was.promise.clause,
            )


def _became(was: Clock | None, now: Clock) -> str | None:
    if was is None:
        return "started" if now.runs else None
    if was.state != now.state:
        if was.occurrence != now.occurrence and now.runs:
            return "started"
        return _BECAME.get((was.state, now.state))
    return "changed" if now.runs and was.due != now.due else None


def ended(case: Case) -> datetime | None:
    """When the case was resolved or closed last; None if it never was."""
    return max((moment for moment in (case.resolved, case.closed) if moment), default=None)


def still_open_to(case: Case, policy: Policy, now: datetime) -> bool:
    """May a customer's mail join this case, or is it so long over that it opens a linked one (R7)?"""
    over = ended(case)
    if case.state in RUNNING or over is None:
        return True
    end = open_until(policy, over)
    return end is None or now <= end


def open_until(policy: Policy, over: datetime) -> datetime | None:
    """Until when a customer's mail reopens a case that ended at `over`; None: for ever."""
    return promises.after(over, policy.reopening_within, policy.calendars[policy.calendar])
