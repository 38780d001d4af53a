"""What a changed policy would do to open cases, said before it is done: clocks that move, notices that go at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mailproc.core.case import Case
from mailproc.core.clocks import clocks
from mailproc.core.decide import decide
from mailproc.core.effects import Break, Notice, SetSeverity, SetTerms
from mailproc.core.events import Event
from mailproc.core.evolve import evolve
from mailproc.policy.agreement import agreed
from mailproc.policy.model import Policy

FIRST = 5
"""How many cases are named of each kind."""


@dataclass(frozen=True, slots=True)
class Move:
    """A clock that is due at another moment; None where it is not counted."""

    objective: str
    before: datetime | None
    after: datetime | None


@dataclass(frozen=True, slots=True)
class Impact:
    """What would become of one case: `notices` are the templates of what goes at once, `breaks` objectives."""

    case: int
    moves: tuple[Move, ...] = ()
    notices: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Would anything become of it?"""
        return bool(self.moves or self.notices or self.breaks)


def impact(case: Case, event: Event, was: Policy | None, policy: Policy, now: datetime) -> Impact:
    """What `event`, a change of what is promised, would do to the case: worked out on a copy.

    `was` and `policy` are the policies as they hold for the case; None: what it was is not known, so no clock moves.
    """
    effects = decide(case, event, policy, now)
    later = case
    for effect in effects:
        if isinstance(effect, SetTerms | SetSeverity):
            later = evolve(effect, later)
    return Impact(
        case=case.number,
        moves=tuple(_moves(case, was, later, policy)) if was else (),
        notices=tuple(one.template for one in effects if isinstance(one, Notice)),
        breaks=tuple(one.objective for one in effects if isinstance(one, Break)),
    )


def _moves(case: Case, was: Policy, later: Case, policy: Policy) -> Iterator[Move]:
    before = _dues(case, was)
    after = _dues(later, agreed(policy, later.plan, later.zone, later.type))
    for objective in dict.fromkeys((*before, *after)):
        if before.get(objective) != after.get(objective):
            yield Move(objective, before.get(objective), after.get(objective))


def _dues(case: Case, policy: Policy) -> Mapping[str, datetime | None]:
    return {name: clock.due for name, clock in clocks(case, policy).items() if clock.runs}


@dataclass(slots=True)
class Tally:
    """How many of a kind, and the first cases with one."""

    count: int = 0
    cases: list[int] = field(default_factory=list)

    def add(self, case: int) -> None:
        """One more."""
        self.count += 1
        if len(self.cases) < FIRST and case not in self.cases:
            self.cases.append(case)


@dataclass(slots=True)
class Outlook:
    """What would become of all open cases, in sum: by template, by objective."""

    cases: int = 0
    moved: Tally = field(default_factory=Tally)
    notices: dict[str, Tally] = field(default_factory=dict)
    breaks: dict[str, Tally] = field(default_factory=dict)

    @property
    def at_once(self) -> int:
        """How many notices would go at once."""
        return sum(tally.count for tally in self.notices.values())

    def add(self, one: Impact) -> None:
        """Count one case in."""
        self.cases += 1
        if one.moves:
            self.moved.add(one.case)
        for kinds, names in ((self.notices, one.notices), (self.breaks, one.breaks)):
            for name in names:
                kinds.setdefault(name, Tally()).add(one.case)


def outlook(impacts: Iterable[Impact]) -> Outlook:
    """The sum over the cases, which are looked at one by one."""
    found = Outlook()
    for one in impacts:
        found.add(one)
    return found
