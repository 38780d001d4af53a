"""From a case to its timeline: when its calendars are closed, what was promised, which zone its reader lives in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice, takewhile
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from mailproc.admin.cases import loaded
from mailproc.admin.clock_runs import Span
from mailproc.admin.explain import explained
from mailproc.admin.page import case_page
from mailproc.admin.timeline import SHORTEST, Timeline, timeline
from mailproc.core.case import Case
from mailproc.core.clocks import clocks
from mailproc.errors import UserError
from mailproc.flow.desk import Desk
from mailproc.policy.hours import Calendar, calendar_in
from mailproc.policy.model import Commitment, Elapsed, Policy, Promise
from mailproc.store.transaction import Transaction

MOST_SPANS = 500  # closed times that are drawn: more would be finer than a pixel

Event = Mapping[str, Any]


def drawn_case(tx: Transaction, desk: Desk, number: int, zone: str | None = None) -> str:
    """The page of one case, in `zone` or its mailbox's.  Raises UserError if there is none, or no such zone."""
    found = explained(tx, desk, number)
    own = reader_zone(zone) if zone else ZoneInfo(desk.mailbox(found["case"]["mailbox"]).timezone)
    case = loaded(tx, number)
    policy = desk.policy(case)
    promises = {name: clock.promise for name, clock in clocks(case, policy).items()}
    closed = closed_times(promises, policy, found["log"], own)
    return case_page(found, timeline(found["log"], found["clocks"], own, title=f"Case {number} in time", closed=closed))


def reader_zone(name: str) -> ZoneInfo:
    """The zone of that name.  Raises UserError."""
    if name not in available_timezones():
        raise UserError(f"--zone {name}: is no time zone; write one such as Europe/Berlin")
    return ZoneInfo(name)


def drawn_events(events: Sequence[Event], desk: Desk, mailbox: str, *, title: str) -> Timeline:
    """The timeline of a case from the events of a simulation, in its mailbox's zone."""
    zone = ZoneInfo(desk.mailbox(mailbox).timezone)
    facts = {"severity": "", "plan": ""}
    for event in events:
        facts |= {key: event[key] for key in facts if event["event"] == "case" and key in event}
    opened = datetime.fromisoformat(events[0]["at"])
    policy = desk.policy(Case(number=0, mailbox=mailbox, opened=opened, plan=facts["plan"]))
    promises = policy.promises(facts["severity"])
    told = [{"objective": name, "promise": one.text, "clause": list(one.clause)} for name, one in promises.items()]
    return timeline(events, told, zone, title=title, closed=closed_times(promises, policy, events, zone))


def aligned(one: Timeline, other: Timeline) -> tuple[Timeline, Timeline]:
    """The two on one axis, so that the same moment stands in the same place."""
    start, end = min(one.start, other.start), max(one.end, other.end)
    points = tuple(sorted({*one.points, *other.points}))
    first, second = (replace(each, start=start, end=end, points=points) for each in (one, other))
    return first, second


def closed_times(
    promises: Mapping[str, Promise], policy: Policy, records: Sequence[Event], zone: ZoneInfo
) -> dict[str, tuple[Span, ...]]:
    """By objective, when its clock does not count because its calendar is closed; plain time has no such hours."""
    since, last = (datetime.fromisoformat(records[index]["at"]) for index in (0, -1))
    until = last + max(SHORTEST, (last - since) / 2) + SHORTEST
    return {
        name: tuple(islice(_closed(calendar_in(policy.calendars[one.calendar], zone), since, until), MOST_SPANS))
        for name, one in promises.items()
        if not isinstance(one.target, Elapsed | Commitment)
    }


def _closed(calendar: Calendar, since: datetime, until: datetime) -> Iterator[Span]:
    at = since
    for opens, closes in takewhile(lambda span: span[0] < until, calendar.spans(since)):
        if opens > at:
            yield at, opens
        at = closes
    if at < until:
        yield at, until
