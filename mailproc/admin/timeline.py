"""A case's story laid out in time: what happened when, how each clock ran, ready to be drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mailproc.admin.clock_runs import Lane, Record, Span, dues, lane_of, runs_in
from mailproc.admin.telling import both, said, what
from mailproc.mail.facts import CUSTOMER_NOTICES

SHORTEST = timedelta(hours=1)
AFTER = 0.04  # how far the last facts reach beyond the last event, as a share of the whole, so that they can be read
KEPT = "known by:"  # how a line says that a mail came from an agent (R19)
BANDS = ("state", "severity", "owner", "tier")


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that takes no time.  `kind` is customer, agent, robot (mails in), mail, escalation, page (out)."""

    at: datetime
    kind: str
    told: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A fact of the case while it lasted."""

    start: datetime
    end: datetime
    value: str
    told: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the story in words; `event` is as in `simulate`."""

    at: datetime
    event: str
    told: str
    because: str
    clause: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """All of a picture: mails by lane, bands of facts, clocks, the same as text, the moments that carry something."""

    title: str
    zone: ZoneInfo
    start: datetime
    last: datetime
    end: datetime
    marks: Mapping[str, tuple[Mark, ...]]
    bands: Mapping[str, tuple[Stretch, ...]]
    lanes: tuple[Lane, ...]
    rows: tuple[Row, ...]
    points: tuple[datetime, ...]


def timeline(
    records: Iterable[Record],
    clocks: Iterable[Record],
    zone: ZoneInfo,
    *,
    title: str = "",
    closed: Mapping[str, Sequence[Span]] | None = None,
) -> Timeline:
    """The timeline of one case.

    `records` are the lines of `explain` or `simulate`, in order, `clocks` those of `explain` (without them, how a clock
    ended is read from the story).  `closed` gives, by objective, when its calendar is closed.  Raises ValueError if
    there are no records.
    """
    lines = [_flat(record) for record in records]
    if not lines:
        raise ValueError("a timeline needs at least one record")
    start, last = min(one["at"] for one in lines), max(one["at"] for one in lines)
    known = {clock["objective"]: clock for clock in clocks}
    runs = runs_in(lines, known)
    ahead = [bar.due for run in runs.values() for bar in run.bars if bar.end is None and bar.due]
    far = last + max(SHORTEST, (last - start) / 2)
    after = last + max(SHORTEST, last - start) * AFTER
    end = max([after, start + SHORTEST, *(due for due in ahead if due <= far)])
    points = {start, last, *(one["at"] for one in lines), *(due for due in dues(runs) if start <= due <= end)}
    return Timeline(
        title=title,
        zone=zone,
        start=start,
        last=last,
        end=end,
        marks=_marks(lines, zone),
        bands={name: band for name in BANDS if (band := tuple(_band(lines, name, after, zone)))},
        lanes=tuple(
            lane_of(run, known.get(name, {}), (closed or {}).get(name, ()), zone) for name, run in runs.items()
        ),
        rows=tuple(_row(one, zone) for one in lines),
        points=tuple(sorted(points)),
    )


def _flat(record: Record) -> dict[str, Any]:
    """A line of `explain` or of `simulate` in one form, its moments as such."""
    flat = {**record.get("what", {}), **{key: value for key, value in record.items() if key != "what"}}
    flat["at"] = datetime.fromisoformat(flat["at"])
    if flat.get("due"):
        flat["due"] = datetime.fromisoformat(flat["due"])
    else:
        flat.pop("due", None)
    return flat


def _worded(one: Record, zone: ZoneInfo) -> str:
    return what(one, lambda moment: said(moment, zone))  # type: ignore[arg-type]


def _row(one: Record, zone: ZoneInfo) -> Row:
    return Row(
        at=one["at"],
        event=one["event"],
        told=_worded(one, zone),
        because=one.get("because", ""),
        clause=tuple(one.get("clause", ())),
    )


def _told(one: Record, zone: ZoneInfo, text: str = "") -> str:
    because = f" – {one['because']}" if one.get("because") else ""
    clause = f" ({', '.join(one['clause'])})" if one.get("clause") else ""
    return f"{both(one['at'], zone)}: {text or _worded(one, zone)}{because}{clause}"


def _marks(lines: Sequence[Record], zone: ZoneInfo) -> dict[str, tuple[Mark, ...]]:
    found: dict[str, list[Mark]] = {name: [] for name in ("mails in", "to the customer", "to staff", "pages")}
    for one in lines:
        if (placed := _placed(one)) is not None:
            lane, kind = placed
            found[lane].append(Mark(one["at"], kind, _told(one, zone)))
    return {name: tuple(marks) for name, marks in found.items() if marks}


def _placed(one: Record) -> tuple[str, str] | None:
    """The lane and the kind of a mail; None for what is none."""
    match one["event"], one.get("template", ""):
        case "mail_in", _:
            return "mails in", _sender(one)
        case "mail_out", "page":
            return "pages", "page"
        case "mail_out", template if template in CUSTOMER_NOTICES:
            return "to the customer", "mail"
        case "mail_out", template:
            return "to staff", "escalation" if template in ("breach", "escalation") else "mail"
    return None


def _sender(one: Record) -> str:
    if one.get("kind") == "command" or KEPT in one.get("because", ""):
        return "agent"
    return "customer" if one.get("kind") in ("request", "reply", "voicemail") else "robot"


def _band(lines: Sequence[Record], name: str, end: datetime, zone: ZoneInfo) -> Iterator[Stretch]:
    """How long each value of one fact lasted; a tier or an owner that never changes is not told."""
    changes = [one for one in lines if one["event"] == "case" and name in one]
    if not changes or (name == "tier" and len(changes) < 2):
        return
    if name == "owner" and changes[0]["at"] > lines[0]["at"]:
        changes.insert(0, {**lines[0], "event": "case", "because": "nobody has taken it", "clause": (), "owner": None})
    ends = [*(one["at"] for one in changes[1:]), end]
    for one, until in zip(changes, ends, strict=True):
        value = "nobody" if one[name] is None else str(one[name])
        yield Stretch(start=one["at"], end=until, value=value, told=_told(one, zone, f"{name} {value}"))
