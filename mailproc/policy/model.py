"""What a policy file says, as values: severities, promises, notices, calendars."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
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
    source: str = "policy"  # who had the last word: policy, severity, "plan premier", "agreed for this case"

    def __hash__(self) -> int:
        """Cheap, for the cache of due times; two promises that are equal have the same."""
        return hash((self.objective, self.text, self.calendar))


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
    clause: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What customers of one plan are promised in place of the rest (OWN-2 … OWN-5).

    `severities` is the whole matrix as this plan has it; `calendar` is "" where the policy's own holds.
    """

    id: str
    label: str
    severities: Mapping[str, Severity]
    calendar: str = ""
    rank: int = 0  # 0 is worked on first: the order of the file (OWN-6)
    clause: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """What a rule does (`then`); whatever is empty is not done."""

    cap_severity: str = ""  # at most this severity (JEL-4)
    set_severity: str = ""
    set_type: str = ""
    set_product: str = ""
    tag: tuple[str, ...] = ()
    page: str = ""  # the role to page (EIO-3, ELA-2)
    notify: tuple[str, ...] = ()  # roles that get an escalation notice
    refuse_escalation: str = ""  # why the matter is not escalated (EIO-4)
    redirect: bool = False  # the sender is not entitled: one polite word, no case (JEL-6)
    ask: str = ""  # what the confirmation asks for: "impact" (JEL-7)
    task: str = ""  # a task for the team, such as "triage" (ELA-1)
    tell: str = ""  # a template for the customer
    tier: int | None = None
    assign: str = ""  # a role or an agent


@dataclass(frozen=True, slots=True)
class Rule:
    """One of [[rules]]: tried in the file's order when something happens; each that holds applies."""

    name: str
    when: Condition
    then: Action
    clause: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Consent:
    """Who decides a change of severity (JEL-3, OWN-7)."""

    customer_agrees: bool = False  # else the agent decides
    after_first_reply: bool = False  # refused before the initial contact and assessment
    lapses_after: Target | None = None
    clause: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EscalationRequests:
    """Whether customers may ask for an escalation, and how often (EIO-5)."""

    allowed: bool = True
    once_per: str = ""  # "event": the incident that the case is linked to, else the case; "": as often as they like
    not_after: str = ""  # "acknowledged"
    clause: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of a page: a role, how long it has before the next page, how many pages it gets."""

    to: str
    wait: Target
    repeat: int = 1


@dataclass(frozen=True, slots=True)
class OnCall:
    """[on_call]: the ladder of a page, climbed again from its foot until somebody acknowledges (EIO-6)."""

    ladder: tuple[Rung, ...]
    clause: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Escalation:
    """[escalation]: whom each further tier reaches when somebody escalates by hand (ELA-8, OWN-8)."""

    ladder: tuple[str, ...] = ("team_lead", "management")  # the role of tier 2, of tier 3, …
    copies: tuple[str, ...] = ()  # roles that hear of every escalation besides (ELA-5)
    clause: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Type:
    """[types.NAME]: a kind of case with promises, readers and a confirmation of its own (ELA-9, ELA-12)."""

    id: str
    label: str
    objectives: tuple[str, ...] | None = None  # which promises stand; None: all of them
    route: tuple[str, ...] = ()  # roles that hear of it in place of the team
    template: str = ""  # in place of the confirmation
    said_as: tuple[str, ...] = ()
    clause: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tracker:
    """[trackers.NAME]: how a development tracker's mail is known and read (ELA-7)."""

    name: str
    senders: tuple[str, ...]  # addresses or domains
    reference: str = ""  # a regular expression: its group "reference", else the whole match; "": by the kind of tracker
    state: str = ""  # one with a group "state"; "": by the kind of tracker
    solved: tuple[str, ...] = ()  # states, in lower case, that resolve the linked cases
    clause: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """[[forms]]: a web form that mails in a person's name (OWN-1).  `fields` maps what we need to the form's labels."""

    name: str
    senders: tuple[str, ...]
    fields: Mapping[str, str]  # address, name, phone, subject, text, severity, product → the label in the mail
    call_back: bool = False
    clause: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Access:
    """[access]: when staff may look into a customer's data (OWN-9)."""

    from_tier: int = 2
    consent: bool = False
    lasts: Target | None = None
    clause: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """[[digests]]: a list by mail on a day and an hour of its reader's own zone."""

    template: str  # digest, hot_items, account_summary, committee
    to: tuple[str, ...]
    days: frozenset[int]  # weekdays, Monday is 0; none: the last working day of the week
    at: time
    clause: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeclaredIncident:
    """[[incidents]]: a service incident that a file declares (EIO-8); mails that mention it are linked to it."""

    name: str
    text: str
    mentioning: tuple[str, ...]
    since: datetime | None = None
    until: datetime | None = None
    clause: tuple[str, ...] = ()


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
    plans: Mapping[str, Plan] = field(default_factory=dict)  # the best first
    default_plan: str = ""
    rules: tuple[Rule, ...] = ()
    consent: Consent = Consent()
    requests: EscalationRequests = EscalationRequests()
    on_call: OnCall | None = None
    escalation: Escalation = Escalation()
    types: Mapping[str, Type] = field(default_factory=dict)
    trackers: Mapping[str, Tracker] = field(default_factory=dict)
    forms: tuple[Form, ...] = ()
    access: Access = Access()
    digests: tuple[Digest, ...] = ()
    incidents: tuple[DeclaredIncident, ...] = ()
    call_back: Promise | None = None  # a caller is rung back in this time; none: in that of the confirmation
    offers_severities: bool = False  # the confirmation offers the other severities (JEL-2)
    clauses: Mapping[str, str] = field(default_factory=dict)  # id → what the file says of it, in a few words
    variant: str = ""  # which customers it was bound to: see policy.agreement
    unbound: Policy | None = field(default=None, compare=False, repr=False)  # what it was bound from
    digest: str = ""  # SHA-256 of the file's bytes: tells whether due times must be worked out anew
    texts: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)  # what it was read from, by file

    def __hash__(self) -> int:
        """Cheap, for the cache of clocks: the policy's own text decides."""
        return hash((self.name, self.digest, self.variant))

    def promises(self, severity: str) -> Mapping[str, Promise]:
        """Every promise that a case of this severity is under, by objective: its row and the policy-wide ones.

        A severity that the file has no more, since it was changed, counts as the default one.
        """
        return (self.severities.get(severity) or self.severities[self.default_severity]).promises
