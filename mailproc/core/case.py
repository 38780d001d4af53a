"""A case as a value: the facts from which everything else is derived."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any


class State(StrEnum):
    """Where a case stands (semantics.md, States)."""

    NEW = "new"
    OPEN = "open"
    WAITING = "waiting"
    HELD = "held"
    RELIEVED = "relieved"
    RESOLVED = "resolved"
    CLOSED = "closed"


RUNNING = frozenset({State.NEW, State.OPEN, State.WAITING, State.HELD, State.RELIEVED})
"""The states in which a case is still worked on."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody outside: a requester or participant.  `address` is lower case, "" for a caller without one."""

    address: str
    name: str = ""
    phone: str = ""  # E.164


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch of time in which clocks stand still; `until` is None while it lasts."""

    start: datetime
    until: datetime | None
    why: str  # waiting, held, resolved


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a clock, told or skipped once: unique by case, objective, name and occurrence."""

    objective: str
    name: str
    occurrence: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """An update interval agreed with the customer (CON-6): the policy's own words for it, and its end."""

    every: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """Something a person must do beside answering: `call_back` for a caller without an address (R28)."""

    kind: str
    due: datetime | None
    done: datetime | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """The latest public news of a case."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """A severity that one side proposed and the other has not answered yet (JEL-3)."""

    severity: str
    by: str  # an agent's name, or the customer's address
    at: datetime
    reason: str = ""
    from_customer: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A call to the person on call (EIO-6): `count` pages went out, the last at `last`; `acknowledged` ends it."""

    at: datetime
    why: str
    count: int = 0
    last: datetime | None = None
    acknowledged: datetime | None = None
    by_customer: bool = False
    clause: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()  # why it was paged before, each acknowledged by now
    called: datetime | None = None  # when the role on_call itself was paged last


@dataclass(frozen=True, slots=True)
class Access:
    """Leave to look into the customer's data for this case (OWN-9): asked for, granted or refused, and until when."""

    by: str
    purpose: str
    at: datetime
    asked: bool = False  # the customer has still to answer
    granted: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a tracker said last of a development ticket that the case is linked to (ELA-7)."""

    reference: str
    state: str = ""
    text: str = ""
    solved: bool = False


@dataclass(frozen=True)
class Case:
    """One support matter.  All moments are aware and in UTC.

    Deadlines are not here: `core.clocks` derives them from these facts and the policy.
    """

    number: int
    mailbox: str
    opened: datetime
    subject: str = ""
    requester: Person = Person("")
    state: State = State.NEW
    severity: str = ""
    declared: str | None = None  # what the customer called it, as the policy's id
    owner: str | None = None  # an agent's name
    tier: int = 1
    plan: str = ""
    customer: str = ""
    language: str = ""
    kind: str = "request"  # request, voicemail
    opening: str = ""  # what the customer wrote first
    answerable: bool = True  # may machines write to the requester (R14)?
    unanswerable: str = ""  # why not, in words
    verified: bool = False  # is the requester known to be who they say (R16)?
    message_id: str = ""  # of the first mail: what our first answer replies to
    met: Mapping[str, datetime] = field(default_factory=dict)
    broken: Mapping[str, datetime] = field(default_factory=dict)
    spoke: datetime | None = None  # a person's last mail to the customer
    updated: datetime | None = None  # the last update mail
    asked: datetime | None = None  # the customer's oldest mail since then that no person has answered
    pauses: tuple[Pause, ...] = ()
    told: frozenset[Step] = frozenset()
    agreed: Agreed | None = None
    progress: Progress | None = None
    eta: datetime | None = None
    wait_until: datetime | None = None
    acknowledged: datetime | None = None
    updates_stopped: bool = False
    relieved: datetime | None = None
    resolved: datetime | None = None
    closed: datetime | None = None
    recounts: int = 0  # how often severity changed: each begins a new occurrence of the one-time clocks
    tasks: tuple[Task, ...] = ()
    related: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()  # other desks' references (R9), and words that agents and rules put on it
    zone: str = ""  # the customer's, for calendars that follow it (OWN-2)
    terms_until: datetime | None = None  # when plan and zone are looked up again: the end of a paid term (OWN-10)
    type: str = ""  # one of the policy's [types], or "" for a plain case
    product: str = ""
    capped: str = ""  # why the severity that was declared was lowered (JEL-4)
    proposal: Proposal | None = None
    page: Page | None = None
    requested: datetime | None = None  # when the customer last asked for an escalation and it was granted (EIO-5)
    incident: int = 0  # the declared incident that it belongs to (EIO-8)
    links: tuple[str, ...] = ()  # development tickets (ELA-7)
    access: Access | None = None
    cc: tuple[str, ...] = ()  # agents' names or addresses that hear of it too (ELA-12)
    tickets: tuple[Ticket, ...] = ()  # what is known of `links`; none for one that no tracker has spoken of

    def __hash__(self) -> int:
        """Cheap, for the cache of clocks; two cases that are equal have the same."""
        return hash((self.number, self.state, self.severity, self.opened, self.spoke, self.updated, len(self.told)))

    @property
    def paused(self) -> Pause | None:
        """The pause that lasts now, if one does."""
        last = self.pauses[-1] if self.pauses else None
        return last if last and last.until is None else None


if TYPE_CHECKING:
    from dataclasses import replace as replace
else:

    def replace(value: Any, /, **changes: Any) -> Any:
        """As `dataclasses.replace`; a case, of which one decision makes a dozen, in a twentieth of the time."""
        if type(value) is not Case or not changes.keys() <= NAMES:
            return dataclasses.replace(value, **changes)
        made = object.__new__(Case)
        vars(made).update(vars(value), **changes)
        return made


NAMES = frozenset(one.name for one in dataclasses.fields(Case))
