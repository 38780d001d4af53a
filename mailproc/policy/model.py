"""What a policy file says, as values: severities, promises, notices, calendars."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from mailproc.policy.hours import Calendar


@dataclass(frozen=True, slots=True)
class Elapsed:
    """A length of plain time, day and night: "4 hours", "3 days"."""

    length: timedelta


@dataclass(frozen=True, slots=True)
class Business:
    """A length of open time on the calendar: "8 business hours"."""

    length: timedelta


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """A number of business days, each as long as the calendar's `business_day`."""

    count: float


@dataclass(frozen=True, slots=True)
class LastWorkingDay:
    """The last working day of the week: its closing time, or `at` in the calendar's zone (CON-6)."""

    at: time | None = None


@dataclass(frozen=True, slots=True)
class NextRelease:
    """The calendar's closing time on the day of the earliest release after the opening (CON-7)."""


@dataclass(frozen=True, slots=True)
class Commitment:
    """A sentence that is stated and never timed (CON-9)."""

    text: str


Target = Elapsed | Business | BusinessDays | LastWorkingDay | NextRelease | Commitment


@dataclass(frozen=True, slots=True)
class Promise:
    """What one severity promises for one objective.

    `text` is the policy's own wording, as a customer may read it.  `closed_target` replaces `target` for a case that
    was opened while the calendar was closed (EIO-1).  `during` names a calendar outside which a recurring update waits.
    """

    objective: str
    target: Target
    calendar: str
    text: str
    clause: tuple[str, ...] = ()
    recurs: bool = False
    agreed_interval: bool = False
    during: str | None = None
    closed_target: Target | None = None


@dataclass(frozen=True, slots=True)
class Objective:
    """An objective that a policy adds: what starts it and what meets it (semantics: the table of clocks).

    `starts` is "received" or "opened" or the name of an objective whose meeting starts it; `met_by` is "agent_reply",
    "plan", "relief", "acknowledgement" or "confirmation".
    """

    name: str
    starts: str = "opened"
    met_by: str = "agent_reply"
    clause: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Severity:
    """One row of the support matrix."""

    id: str
    label: str
    means: str
    said_as: tuple[str, ...]
    promises: Mapping[str, Promise]
    resolution: str = ""
    escalate_by: tuple[str, ...] = ()  # roles that may escalate; empty: any agent (CON-8)
    clause: tuple[str, ...] = ()
    rank: int = 0  # 0 is the most severe: the order of the file


@dataclass(frozen=True, slots=True)
class Moment:
    """A point on a clock: a share of its target, or a distance from its due time.

    `share` 0.75 is "75% of".  `offset` is how far from the due time, never negative: ahead of it where `before` is set
    ("30 minutes before"), else behind it ("… after breach of"); Elapsed zero is "breach of".  `name` is the sentence
    of the file and names the step.
    """

    name: str
    objective: str
    share: float | None = None
    offset: Target | None = None
    before: bool = False


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """Who hears of a clock, and when.  `template` is one of at_risk, breach, escalation, update_due, operator_alarm."""

    on: Moment
    to: tuple[str, ...]
    template: str
    severities: tuple[str, ...] = ()  # empty: all
    when: Condition | None = None
    tier: int | None = None
    deliver_in: str | None = None
    clause: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """A sentence of the expression language, compiled once; `holds(facts)` never raises: a broken one is false."""

    source: str
    holds: Callable[[Mapping[str, Any]], bool] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What `#wait` pauses, when the customer is reminded, and when the case closes (counted from `#wait`)."""

    pauses: tuple[str, ...] = ()
    remind: tuple[Target, ...] = ()
    close: Target | None = None
    calendar: str = "always"
    hold_pauses: tuple[str, ...] = ()  # what `#hold` pauses: nothing unless the policy says


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy file, complete and checked."""

    name: str  # the file's stem
    title: str
    calendar: str
    default_severity: str
    calendars: Mapping[str, Calendar]  # always has "always"
    severities: Mapping[str, Severity]  # in the file's order: most severe first
    objectives: Mapping[str, Objective]
    confirmation: Promise | None
    notices: tuple[NoticeRule, ...] = ()
    waiting: Waiting = Waiting()
    releases: tuple[tuple[date, str], ...] = ()
    update_starts: str = "opened"
    reopening_within: Target = Elapsed(timedelta(days=14))
    resolved_closes_after: Target = Elapsed(timedelta(days=7))
    clauses: Mapping[str, str] = field(default_factory=dict)  # id → what the file says of it, in a few words
    digest: str = ""  # SHA-256 of the file's bytes: tells whether due times must be worked out anew

    def __hash__(self) -> int:
        """Cheap, for the cache of clocks: the policy's own text decides."""
        return hash((self.name, self.digest))

    def promises(self, severity: str) -> Mapping[str, Promise]:
        """Every promise that a case of this severity is under, by objective: its row and the policy-wide ones.

        A severity that the file has no more, since it was changed, counts as the default one.
        """
        return (self.severities.get(severity) or self.severities[self.default_severity]).promises
