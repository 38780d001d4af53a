"""What follows from what agents do: their words, their commands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from mailproc.core import effects as e
from mailproc.core import events as ev
from mailproc.core.case import Agreed, Case, Progress
from mailproc.core.clocks import open_until
from mailproc.core.decide import paging, parts
from mailproc.core.steps import resolved_until
from mailproc.core.transitions import ImpossibleEvent
from mailproc.policy.durations import in_words, timed
from mailproc.policy.model import Elapsed, Policy

Wording = (
    ev.Replied
    | ev.Progressed
    | ev.Planned
    | ev.Waited
    | ev.PutOnHold
    | ev.Relieved
    | ev.Resolved
    | ev.Closed
    | ev.Reopened
)
"""The events that bring an agent's words for the customer."""
Facts = Mapping[str, object]
NOTHING: Facts = MappingProxyType({})


def replied(case: Case, event: ev.Replied, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """An agent's words go to the customer, unless the customer has them already (CON-4, CON-5)."""
    _reachable(case)
    yield from parts.moved(case, event, now, f"first mail of {event.by}")
    yield from parts.words(case, policy, now, event.by)
    if not event.copied:
        yield from _told(case, policy, event, "customer_reply")


def noted(case: Case, event: ev.Noted, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """A note stays inside (R20)."""
    yield from parts.moved(case, event, now, f"first mail of {event.by}")
    yield e.KeepNote(author=event.by, text=event.text, because=f"{event.by} noted")


def taken(case: Case, event: ev.Taken, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """The agent holds the case now."""
    yield from parts.moved(case, event, now, f"{event.by} took the case")
    if case.owner != event.by:
        yield e.SetOwner(event.by, because=f"{event.by} took the case")


def assigned(case: Case, event: ev.Assigned, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """Somebody else holds the case now, and hears of it."""
    because = f"{event.by} assigned the case to {event.to or 'nobody'}"
    yield from parts.moved(case, event, now, because)
    yield e.SetOwner(event.to, because=because)
    if event.to and event.to != event.by:
        yield e.Notice(
            template="task",
            to="owner",
            about={"label": "assigned", "by": event.by},
            because=because,
        )


def progressed(case: Case, event: ev.Progressed, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """Public news: mailed now, and shown again in the next update and in status (CON-6)."""
    _reachable(case)
    _needs(event.text, "the news for the customer", "progress")
    yield from parts.moved(case, event, now, f"first mail of {event.by}")
    yield e.Publish(Progress(text=event.text, at=now), because=f"{event.by} has news")
    yield from parts.words(case, policy, now, event.by)
    yield from _told(case, policy, event, "update", objective="update")


def planned(case: Case, event: ev.Planned, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """The action plan, with its estimated delivery time, goes to the customer (CON-8)."""
    _reachable(case)
    _needs(event.text, "the plan in words", "plan eta …")
    yield from parts.moved(case, event, now, f"first mail of {event.by}")
    yield e.SetEta(event.eta, because=f"{event.by} planned")
    yield from parts.met(case, policy, now, "action_plan", f"{event.by} told the customer the plan", early=True)
    yield from parts.words(case, policy, now, event.by)
    yield from _told(case, policy, event, "action_plan", objective="action_plan", about={"eta": event.eta})


def agreed_interval(case: Case, event: ev.IntervalAgreed, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """An agreed update interval is confirmed to the customer, where the severity allows one (CON-6)."""
    promise = policy.promises(case.severity).get("update")
    if promise is None or not promise.agreed_interval:
        allowed = [s.label for s in policy.severities.values() if (p := s.promises.get("update")) and p.agreed_interval]
        raise ImpossibleEvent(
            f"{policy.severities[case.severity].label} cases have a fixed update interval; "
            f"agreed intervals are for {' and '.join(allowed) or 'no severity'}"
        )
    every = timed(event.every)
    if isinstance(every, str):
        raise ImpossibleEvent(every)
    because = f"{event.by} agreed updates every {in_words(every)}"
    yield from parts.moved(case, event, now, because)
    yield e.Agree(
        Agreed(every=in_words(every), until=event.until),
        because=because,
        clause=promise.clause,
    )
    length = every.length if isinstance(every, Elapsed) else in_words(every)
    about = {"interval": length, "until": event.until}
    if case.answerable:
        yield e.Notice(template="agreed_interval", to="customer", about=about, because=because, clause=promise.clause)


def waited(case: Case, event: ev.Waited, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """The case waits on the customer: the clocks that the policy names stand still."""
    because = f"{event.by} waits on the customer"
    yield from parts.moved(case, event, now, because, policy.waiting.clause)
    if event.text:
        _reachable(case)
        yield from parts.words(case, policy, now, event.by)
    yield from parts.paused(case, now, "waiting", because)
    yield e.SetWait(event.until, because=because)
    if event.text:
        yield from _told(case, policy, event, "customer_reply")


def put_on_hold(case: Case, event: ev.PutOnHold, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """The case waits on a third party; clocks stand still only if the policy says so."""
    because = f"{event.by} put the case on hold" + (f": {event.reason}" if event.reason else "")
    yield from parts.moved(case, event, now, because)
    yield from parts.paused(case, now, "held", because)
    yield e.SetWait(event.until, because=because)
    if event.text:
        _reachable(case)
        yield from parts.words(case, policy, now, event.by)
        yield from _told(case, policy, event, "customer_reply")


def relieved(case: Case, event: ev.Relieved, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """Service is usable again; the customer is asked, and a "no" takes it back (CON-7)."""
    because = f"{event.by} reports relief"
    yield from parts.met(case, policy, now, "relief", because, early=True)
    yield from _heard(case, policy, now, event)
    yield from parts.moved(case, event, now, because)
    yield from parts.resumed(case, now, because)
    if _may_hear(case, event.text):
        yield from _told(case, policy, event, "relief", objective="relief")


def resolved(case: Case, event: ev.Resolved, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """The case is done: every clock stops, relief is met, the customer is told."""
    because = f"{event.by} resolved the case"
    yield from _heard(case, policy, now, event)
    yield from parts.met(case, policy, now, "relief", because)
    yield from parts.moved(case, event, now, because)
    yield from parts.paused(case, now, "resolved", because)
    if _may_hear(case, event.text):
        about = {"closes_at": resolved_until(policy, now), "asks": True}
        yield from _told(case, policy, event, "resolution", objective="relief", about=about)


def closed(case: Case, event: ev.Closed, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """The case ends, with the agent's words or the closing template."""
    because = f"{event.by} closed the case"
    yield from _heard(case, policy, now, event)
    yield from parts.moved(case, event, now, because)
    if not (case.paused and case.paused.why == "resolved"):
        yield from parts.paused(case, now, "resolved", because)
    if _may_hear(case, event.text):
        yield from _told(case, policy, event, "closing", about={"until": open_until(policy, now)})


def reopened(case: Case, event: ev.Reopened, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """The case is worked on again; what ran before runs on, the time between counts as paused."""
    because = f"{event.by} reopened the case"
    yield from parts.moved(case, event, now, because)
    yield from parts.unresolved(case, now, because)
    if event.text:
        _reachable(case)
        yield from parts.words(case, policy, now, event.by)
        yield from _told(case, policy, event, "reopened")


def acknowledged(case: Case, event: ev.Acknowledged, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """Somebody has seen it: pages end (EIO-6), and repeats of escalation notices until the next breach."""
    because = f"{event.by} acknowledged"
    yield from parts.moved(case, event, now, because)
    yield e.SetAcknowledged(now, because=because)
    yield from paging.acknowledged(case, policy, now, because)


def finished_task(case: Case, event: ev.TaskDone, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """A task is done; a call that was made back is a person's answer to the customer."""
    if not any(task.kind == event.kind and not task.done for task in case.tasks):
        waiting = [task.kind for task in case.tasks if not task.done]
        raise ImpossibleEvent(f"no task {event.kind} is open; open are: {', '.join(waiting) or 'none'}")
    because = f"{event.by} did the {event.kind.replace('_', ' ')}"
    yield from parts.moved(case, event, now, because)
    yield e.FinishTask(event.kind, now, because=because)
    if event.kind == "call_back":
        yield from parts.words(case, policy, now, event.by)
    if event.text:
        yield e.KeepNote(author=event.by, text=event.text, because=because)


def _told(
    case: Case,
    policy: Policy,
    event: Wording,
    template: str,
    *,
    objective: str = "",
    about: Facts = MappingProxyType({}),
) -> Iterator[e.Effect]:
    """The mail to the customer; it names the promises that it keeps: those that waited for words, and its own."""
    kept = [clause for clock in parts.awaited(case, policy) if event.text for clause in clock.promise.clause]
    yield e.Notice(
        template=template,
        to="customer",
        objective=objective,
        text=event.text,
        about={"by": event.by, **about},
        with_files=True,
        because=f"{event.by} wrote to the customer" if event.text else f"what {event.by} did is told to the customer",
        clause=tuple(dict.fromkeys((*kept, *_clause(case, policy, objective)))),
    )


def _heard(case: Case, policy: Policy, now: datetime, event: Wording) -> Iterator[e.Effect]:
    """A person's words that go along count as such; a bare template does not, and words that reach nobody are kept."""
    if event.text and case.requester.address:
        yield from parts.words(case, policy, now, event.by)
    elif event.text:
        yield e.KeepNote(author=event.by, text=event.text, because="the customer left no mail address")


def _may_hear(case: Case, text: str) -> bool:
    """May this mail go?  A person's words go to any address, a bare template only through the gate (R14)."""
    return bool(case.requester.address) and (bool(text) or case.answerable)


def _clause(case: Case, policy: Policy, objective: str) -> tuple[str, ...]:
    promise = policy.promises(case.severity).get(objective)
    return promise.clause if promise else ()


def _reachable(case: Case) -> None:
    if not case.requester.address:
        number = f" {case.requester.phone}" if case.requester.phone else ""
        raise ImpossibleEvent(f"the customer left no mail address; call{number} and then send: done callback")


def _needs(text: str, what: str, verb: str) -> None:
    if not text.strip():
        raise ImpossibleEvent(f"write {what} below the {verb} line")
