"""What happened, in the past tense: the only things that a case ever changes by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mailproc.core.case import Person


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a case."""


@dataclass(frozen=True, slots=True)
class Incident:
    """A declared incident: its number in the store, its name, and what customers are told of it."""

    number: int
    name: str
    text: str
    clause: tuple[str, ...] = ()  # of the file that declares it


@dataclass(frozen=True, slots=True)
class Opened(Event):
    """The first mail of a case came in.  The case already carries what it said."""

    text: str = ""
    call_back: bool = False  # a caller without an address: somebody must ring (R28)
    call: Mapping[str, Any] | None = None  # what is known of a voicemail, for the team (R27)
    about: str = ""  # a hint for the agents alone, such as another case that was named
    sender: Mapping[str, Any] | None = None  # what rules may know of the sender: `core.facts.SENDER`
    incident: Incident | None = None  # a declared incident that the mail speaks of (EIO-8)
    owner: str = ""  # the agent to whom the team's own rule of assignment gives it
    clause: tuple[str, ...] = ()  # behind how it came: by voicemail (ELA-4), opened by an agent (ELA-13)


@dataclass(frozen=True, slots=True)
class CustomerWrote(Event):
    """A later mail of a participant that is not a robot's."""

    sender: Person
    text: str
    courtesy: bool = False  # nothing but thanks (R7)
    answer: str | None = None  # "yes" or "no" to our own question
    answerable: bool = True  # may a machine answer this mail (R14)?
    about: Mapping[str, Any] | None = None  # what rules may know of the sender: `core.facts.SENDER`
    answers: str = ""  # the notice of ours that the mail answers, where that is known


@dataclass(frozen=True, slots=True)
class SeverityWished(Event):
    """A customer asked for another severity (JEL-3)."""

    sender: Person
    severity: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EscalationRequested(Event):
    """A customer asked for an escalation (EIO-5)."""

    sender: Person
    reason: str
    about: Mapping[str, Any] | None = None
    told: bool = False  # the mail was told to the team already, as it opened the case or opened it again


@dataclass(frozen=True, slots=True)
class Consented(Event):
    """A customer agreed, or did not, to what we had asked: a severity (JEL-3), access to their data (OWN-9)."""

    sender: Person
    agreed: bool
    text: str = ""


@dataclass(frozen=True, slots=True)
class CustomerClosed(Event):
    """The customer closed the case."""

    sender: Person
    text: str = ""


@dataclass(frozen=True, slots=True)
class CustomerReopened(Event):
    """The customer reopened the case by command."""

    sender: Person
    text: str = ""


@dataclass(frozen=True, slots=True)
class TrackerMoved(Event):
    """A development ticket that the case is linked to moved on (ELA-7).  `solved`: it reached production."""

    reference: str
    state: str
    text: str
    solved: bool = False
    clause: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IncidentLinked(Event):
    """The case belongs to a declared incident (EIO-8)."""

    incident: Incident


@dataclass(frozen=True, slots=True)
class IncidentEnded(Event):
    """The incident that the case belongs to is over."""

    incident: Incident
    text: str = ""


@dataclass(frozen=True, slots=True)
class CustomerChanged(Event):
    """The customers file says something else of the case's customer now: another plan, another zone (OWN-10)."""

    plan: str
    zone: str
    until: datetime | None = None  # when it must be looked at again: the end of a term
    because: str = "the customers file changed"


@dataclass(frozen=True, slots=True)
class StatusAsked(Event):
    """A customer asked how their case stands (CON-10)."""

    sender: Person


@dataclass(frozen=True, slots=True)
class UpdatesStopped(Event):
    """The customer wants no more regular updates (CON-6)."""

    sender: Person


@dataclass(frozen=True, slots=True)
class RobotWrote(Event):
    """An auto-reply or another robot's mail came for the case: noted, and nothing else (R17)."""

    sender: str
    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Delivered(Event):
    """The smarthost or the Maildir has taken a mail of ours."""

    template: str
    recipient: str
    objective: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryFailed(Event):
    """A mail of ours cannot be delivered, for good."""

    template: str
    recipient: str
    objective: str
    why: str
    dead: bool = True  # the address is at fault, not we and not the time it took


@dataclass(frozen=True, slots=True)
class AgentDid(Event):
    """Something an agent did; `by` is the agent's name."""

    by: str


@dataclass(frozen=True, slots=True)
class Replied(AgentDid):
    """An agent's words went to the customer.  `copied`: the customer stood in the agent's own To or Cc."""

    text: str
    copied: bool = False


@dataclass(frozen=True, slots=True)
class Noted(AgentDid):
    """An internal note: no customer ever sees it."""

    text: str


@dataclass(frozen=True, slots=True)
class Taken(AgentDid):
    """An agent made the case their own."""


@dataclass(frozen=True, slots=True)
class Assigned(AgentDid):
    """The case was given to `to`, or to nobody."""

    to: str | None


@dataclass(frozen=True, slots=True)
class SeveritySet(AgentDid):
    """An agent recategorised the case."""

    severity: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Progressed(AgentDid):
    """Public news: mailed at once, shown in the next update and in status."""

    text: str


@dataclass(frozen=True, slots=True)
class Planned(AgentDid):
    """An action plan with an estimated delivery time (CON-8)."""

    eta: datetime
    text: str


@dataclass(frozen=True, slots=True)
class IntervalAgreed(AgentDid):
    """An update interval was agreed with the customer (CON-6); `every` is a duration in the policy language."""

    every: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Waited(AgentDid):
    """The case waits on the customer."""

    text: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class PutOnHold(AgentDid):
    """The case waits on a third party."""

    reason: str
    until: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Relieved(AgentDid):
    """Service is usable again by a workaround."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Resolved(AgentDid):
    """The cause is removed, or the case agreed as done."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Closed(AgentDid):
    """The case was closed by an agent."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Reopened(AgentDid):
    """The case was reopened by an agent."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class EscalationAsked(AgentDid):
    """An agent calls for help up the line; `roles` are the agent's."""

    reason: str
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Acknowledged(AgentDid):
    """An agent has seen a page or an escalation."""


@dataclass(frozen=True, slots=True)
class TierSet(AgentDid):
    """The case was handed to another tier (OWN-8)."""

    tier: int
    reason: str = ""
    roles: frozenset[str] = frozenset()  # the agent's


@dataclass(frozen=True, slots=True)
class LinkAdded(AgentDid):
    """The case waits for a development ticket, or for several (ELA-7)."""

    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TypeSet(AgentDid):
    """The case is of another type: an enhancement, a training, or "" for a plain one (ELA-9)."""

    type: str


@dataclass(frozen=True, slots=True)
class ProductSet(AgentDid):
    """The case is about this product; a cap of the policy may follow (JEL-4)."""

    product: str


@dataclass(frozen=True, slots=True)
class Tagged(AgentDid):
    """Words were put on the case, or taken off (those with a minus in front)."""

    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Copied(AgentDid):
    """Others are to hear of the case too (ELA-12)."""

    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccessRequested(AgentDid):
    """An agent asks to look into the customer's data; `authorised`: is this agent one who may (OWN-9)?"""

    purpose: str
    authorised: bool = False


@dataclass(frozen=True, slots=True)
class TaskDone(AgentDid):
    """A task such as a call-back was done."""

    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Tick(Event):
    """Time went on, and a step of a clock may have come."""


@dataclass(frozen=True, slots=True)
class PolicyChanged(Event):
    """The policy or a calendar of this case is another now; `terms`, where the customer's are as well."""

    terms: CustomerChanged | None = None
