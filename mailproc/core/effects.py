"""What follows, in the imperative: each effect carries the reason for it and the clause behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mailproc.core.case import Access, Agreed, Page, Pause, Person, Progress, Proposal, State, Step, Task, Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One thing to be done, and why."""

    because: str = ""
    clause: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MoveTo(Effect):
    """The case goes to another state."""

    state: State
    at: datetime


@dataclass(frozen=True, slots=True)
class SetSeverity(Effect):
    """The severity is another now; every clock is counted anew from the opening."""

    severity: str


@dataclass(frozen=True, slots=True)
class SetOwner(Effect):
    """Somebody else holds the case, or nobody."""

    owner: str | None


@dataclass(frozen=True, slots=True)
class SetTier(Effect):
    """The case stands on another step of the escalation ladder."""

    tier: int


@dataclass(frozen=True, slots=True)
class Meet(Effect):
    """An objective is met."""

    objective: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TakeBack(Effect):
    """An objective that was met is open again."""

    objective: str


@dataclass(frozen=True, slots=True)
class Break(Effect):
    """An objective was not met in time.  Stays on record whatever comes later."""

    objective: str
    at: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class Begin(Effect):
    """A pause begins."""

    pause: Pause


@dataclass(frozen=True, slots=True)
class Resume(Effect):
    """The pause that lasts ends."""

    at: datetime


@dataclass(frozen=True, slots=True)
class PersonSpoke(Effect):
    """A person's words go to the customer: the update interval starts anew."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Ask(Effect):
    """The customer wrote after our last words: a person's answer is awaited from now on."""

    at: datetime


@dataclass(frozen=True, slots=True)
class UpdateSent(Effect):
    """A templated update goes to the customer: the interval starts anew from the sending."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Agree(Effect):
    """Updates follow an agreed interval from now on."""

    agreed: Agreed | None


@dataclass(frozen=True, slots=True)
class Publish(Effect):
    """Public news, shown in the next update and in status."""

    progress: Progress


@dataclass(frozen=True, slots=True)
class SetEta(Effect):
    """The customer was told when to expect the solution."""

    eta: datetime


@dataclass(frozen=True, slots=True)
class SetWait(Effect):
    """Until when the case waits, where somebody said so."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class StopUpdates(Effect):
    """Regular updates end."""


@dataclass(frozen=True, slots=True)
class SetAcknowledged(Effect):
    """A person has seen the page or the escalation."""

    at: datetime | None


@dataclass(frozen=True, slots=True)
class AddTask(Effect):
    """Somebody must do something."""

    task: Task


@dataclass(frozen=True, slots=True)
class FinishTask(Effect):
    """It was done."""

    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StopAnswering(Effect):
    """Machines may no longer write to the requester."""


@dataclass(frozen=True, slots=True)
class Propose(Effect):
    """A severity is proposed, or the proposal is off the table (JEL-3)."""

    proposal: Proposal | None


@dataclass(frozen=True, slots=True)
class Cap(Effect):
    """The severity that was declared is lowered to what the policy allows, and the customer is told why (JEL-4)."""

    severity: str
    why: str


@dataclass(frozen=True, slots=True)
class SetPage(Effect):
    """Somebody is paged, paged again, or has acknowledged (EIO-6)."""

    page: Page


@dataclass(frozen=True, slots=True)
class GrantRequest(Effect):
    """The customer's wish for an escalation is granted (EIO-5)."""

    at: datetime


@dataclass(frozen=True, slots=True)
class JoinIncident(Effect):
    """The case belongs to a declared incident, or to none (0) (EIO-8)."""

    incident: int


@dataclass(frozen=True, slots=True)
class Link(Effect):
    """The case waits for these development tickets too (ELA-7)."""

    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetTicket(Effect):
    """What a tracker says of a development ticket now (ELA-7)."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class SetType(Effect):
    """The case is of another type; its clocks are counted anew."""

    type: str


@dataclass(frozen=True, slots=True)
class SetProduct(Effect):
    """What the case is about."""

    product: str


@dataclass(frozen=True, slots=True)
class SetTags(Effect):
    """The words on the case, all of them."""

    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetCc(Effect):
    """Who hears of the case too, all of them."""

    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetTerms(Effect):
    """The customer's plan and time zone, as the customers file has them now."""

    plan: str
    zone: str
    until: datetime | None = None
    anew: bool = True  # are the clocks counted anew?


@dataclass(frozen=True, slots=True)
class SetTermsEnd(Effect):
    """Until when the plan is known to hold; it is looked at again then (OWN-10)."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class SetAccess(Effect):
    """Leave to look into the customer's data is asked for, given, or over (OWN-9)."""

    access: Access | None


@dataclass(frozen=True, slots=True)
class Decline(Effect):
    """What somebody asked for is not granted; `because` says why."""


@dataclass(frozen=True, slots=True)
class Count(Effect):
    """Something worth counting happened, such as "solved" or "not solved" as the customer's answer."""

    what: str


@dataclass(frozen=True, slots=True)
class Mark(Effect):
    """A step of a clock is done with: told, or `skipped` because a later one says it all."""

    step: Step
    at: datetime
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class KeepNote(Effect):
    """An internal note is kept, of another type than anything a customer may read (R20)."""

    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Notice(Effect):
    """A templated mail goes out.

    `to` is a role (customer, owner, team, team_lead, management, operator …) or a Person; `about` are facts for the
    template beside those of the case.  `answers` says that it answers a mail, so that budgets count it (R15).
    """

    template: str
    to: str | Person
    objective: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)
    answers: bool = False
    text: str = ""  # a person's words, passed on
    with_files: bool = False  # the attachments of the mail that was decided on go along
    copy: bool = False  # for information only: where nobody holds the role, nobody gets it
