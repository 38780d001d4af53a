"""How each clock of a case ran: from its start to its end, with its pauses and breaches, as its story tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from mailproc.admin.telling import both, short
from mailproc.mail.facts import BY_PERSONS

Record = Mapping[str, Any]
Span = tuple[datetime, datetime]

RECURRING = frozenset({"update"})  # each of its changes begins a new interval


@dataclass(frozen=True, slots=True)
class Bar:
    """One run of a clock.  `state` is met, stopped, running or paused; `end` is None while it has none."""

    start: datetime
    end: datetime | None
    due: datetime | None
    state: str
    broken: datetime | None = None
    pauses: tuple[Span, ...] = ()
    told: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """One objective: what was promised, how it ran, when the clock did not count because nobody works then."""

    objective: str
    promise: str
    clause: tuple[str, ...]
    standing: str
    bars: tuple[Bar, ...]
    breaches: tuple[datetime, ...] = ()
    closed: tuple[Span, ...] = ()


@dataclass
class Run:
    """The runs of one clock while its lines are read."""

    objective: str
    bars: list[Bar] = field(default_factory=list)
    breaches: list[datetime] = field(default_factory=list)
    start: datetime | None = None
    due: datetime | None = None
    broken: datetime | None = None
    paused: datetime | None = None
    pauses: list[Span] = field(default_factory=list)
    promise: str = ""  # as it was when the clock began; "" since it changed

    def read(self, one: Record, *, met: bool) -> None:
        """One line about this clock; `met` says whether an end of it is a success."""
        at = one["at"]
        self.promise = _promised(one, self.promise)
        match one.get("clock_state", one["event"]):
            case "breach":
                self.breaches.append(at)
                self.broken, self.due = self.broken or at, one.get("due", self.due)
            case "stopped":
                self.end(at, "met" if met else "stopped")
            case "changed" if self.start and self.objective in RECURRING:
                self.end(at, "met")
                self.start, self.due = at, one.get("due")
            case "paused":
                self.paused = at
            case "started" | "changed" | "resumed":
                self.go_on(at, one.get("due"))

    def go_on(self, at: datetime, due: datetime | None) -> None:
        """It counts from here, or again from here, or towards another moment."""
        if self.start is None:
            self.start = at
        if self.paused:
            self.pauses.append((self.paused, at))
        self.paused, self.due = None, due or self.due

    def end(self, at: datetime | None, state: str) -> None:
        """This run of it is over; None for one that goes on where the story ends."""
        if self.start is None:
            return
        open_pause = [(self.paused, at or datetime.max.replace(tzinfo=UTC))] if self.paused else []
        self.bars.append(
            Bar(
                start=self.start,
                end=at,
                due=self.due,
                state=state,
                broken=self.broken,
                pauses=(*self.pauses, *open_pause),
            )
        )
        self.start = self.broken = self.paused = None
        self.pauses = []


def _promised(one: Record, before: str) -> str:
    """What the clock was promised: told where it starts, and no more once it was changed."""
    match one.get("clock_state"):
        case "started":
            return str(one.get("because", "")).partition("; ")[2]
        case "changed":
            return ""
    return before


def runs_in(lines: Sequence[Record], known: Mapping[str, Record]) -> dict[str, Run]:
    """The clocks in the order in which they began, each with its runs."""
    found: dict[str, Run] = {}
    for index, one in enumerate(lines):
        if one["event"] in ("clock", "breach") and one.get("clock_state") != "skipped":
            objective = one["objective"]
            run = found.setdefault(objective, Run(objective))
            run.read(one, met=_met(lines, index, known.get(objective, {})))
    for run in found.values():
        run.end(None, "paused" if run.paused else "running")
    return {name: run for name, run in found.items() if run.bars or run.breaches}


def _met(lines: Sequence[Record], index: int, clock: Record) -> bool:
    """Whether a clock that stops here was met: as the case says, else by what happened at the same moment.

    At the end of a case a response that nobody gave stops as well; relief is met by resolving (semantics.md, Clocks).
    """
    one = lines[index]
    if clock.get("met"):
        return True
    if one["objective"] in RECURRING:
        return False
    together = [other for other in lines if other["at"] == one["at"]]
    over = any(other.get("state") in ("resolved", "closed") for other in together)
    if not over or one["objective"] == "relief":
        return True
    return any(other.get("template") in BY_PERSONS for other in together)


def dues(runs: Mapping[str, Run]) -> Iterator[datetime]:
    for run in runs.values():
        yield from (bar.due for bar in run.bars if bar.due)


def lane_of(run: Run, clock: Record, closed: Sequence[Span], zone: ZoneInfo) -> Lane:
    bars = tuple(_described(run.objective, bar, zone) for bar in run.bars)
    return Lane(
        objective=run.objective,
        promise=run.promise or clock.get("promise", ""),
        clause=tuple(clock.get("clause", ())),
        standing=_standing(run, zone),
        bars=bars,
        breaches=tuple(run.breaches),
        closed=tuple(closed),
    )


def _described(objective: str, bar: Bar, zone: ZoneInfo) -> Bar:
    parts = [f"{objective.replace('_', ' ')}: from {both(bar.start, zone)}"]
    parts += [f"due {both(bar.due, zone)}"] if bar.due else []
    parts += [f"broken {both(bar.broken, zone)}"] if bar.broken else []
    parts += [f"{bar.state} {both(bar.end, zone)}"] if bar.end else [bar.state]
    return Bar(bar.start, bar.end, bar.due, bar.state, bar.broken, bar.pauses, "; ".join(parts))


def _standing(run: Run, zone: ZoneInfo) -> str:
    """How the clock stands, with the second in which it was met or broken."""
    if not run.bars:
        return f"broken {short(run.breaches[0], zone)}"
    last = run.bars[-1]
    if run.breaches:
        often = f", {len(run.breaches)} times" if len(run.breaches) > 1 else ""
        return f"broken {short(run.breaches[0], zone)}{often}"
    if run.objective in RECURRING and last.end:
        return f"ended {short(last.end, zone)}"
    if last.end:
        return f"{last.state} {short(last.end, zone)}"
    return f"due {short(last.due, zone)}" if last.state == "running" and last.due else last.state
