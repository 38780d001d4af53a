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
class Opened(Event):
    """The first mail of a case came in.  The case already carries what it said."""

    text: str = ""
    call_back: bool = False  # a caller without an address: somebody must ring (R28)
    call: Mapping[str, Any] | None = None  # what is known of a voicemail, for the team (R27)
    about: str = ""  # a hint for the agents alone, such as another case that was named


@dataclass(frozen=True, slots=True)
class CustomerWrote(Event):
    """A later mail of a participant that is not a robot's."""

    sender: Person
    text: str
    courtesy: bool = False  # nothing but thanks (R7)
    answer: str | None = None  # "yes" or "no" to our own question
    answerable: bool = True  # may a machine answer this mail (R14)?


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
class TaskDone(AgentDid):
    """A task such as a call-back was done."""

    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Tick(Event):
    """Time went on, and a step of a clock may have come."""


@dataclass(frozen=True, slots=True)
class PolicyChanged(Event):
    """The policy or a calendar of this case is another now."""
