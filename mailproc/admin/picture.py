"""A timeline as a picture in SVG: bands of facts, mails as marks, a lane for each clock; wide or for a phone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from mailproc.admin.axis import Axis, axis, length, ticks
from mailproc.admin.clock_runs import Bar, Lane
from mailproc.admin.glyphs import WIDTHS, glyph
from mailproc.admin.markup import Element, element, markup, shortened
from mailproc.admin.telling import both
from mailproc.admin.timeline import Mark, Stretch, Timeline
from mailproc.core.case import State

WIDE, NARROW = 1040, 360
TOP = 30  # px for the labels of the axis
TIME = 32  # px that the label of a time takes
GAP = 10
BAND, MARKS, CLOCK = 20, 24, 20  # px of what is drawn in a lane
LETTER = 6.6  # px that a letter takes at 12 px, at most
STATES = frozenset(state.value for state in State)
FEW = 3  # runs of one clock, up to which each shows when it was due
TOLD = 12  # marks that the tooltip of a group tells one by one


@dataclass
class _Sheet:
    """Where things stand while they are drawn, from the top down."""

    line: Axis
    picture: Timeline
    name: str
    width: int
    wide: bool
    left: float
    right: float
    y: float = TOP + 10

    @property
    def gutter(self) -> int:
        """Letters that fit into a label."""
        return int(((self.left - 16) if self.wide else (self.right - self.left)) / LETTER)


def svg(picture: Timeline, *, width: int = WIDE, name: str = "case") -> str:
    """The picture as SVG text.  `name` begins its ids: another one for each picture of a page.

    Its classes are styled by `look.PICTURE`; below 600 px labels stand above the lanes.
    """
    return markup(drawn(picture, width=width, name=name))


def drawn(picture: Timeline, *, width: int = WIDE, name: str = "case") -> Element:
    """What `svg` gives, as an element for a page."""
    wide = width >= 600
    left, right = (212.0 if wide else 12.0), width - (36.0 if wide else 24.0)
    sheet = _Sheet(
        line=axis(picture.points, picture.start, picture.end, left, right),
        picture=picture,
        name=name,
        width=width,
        wide=wide,
        left=left,
        right=right,
    )
    sheet.y += 8 if sheet.line.folds else 0  # the lengths of the folds stand there
    lanes = list(_lanes(sheet))
    height = sheet.y + 4
    return element(
        "svg",
        "",
        element("title", picture.title or "A case in time", id=f"{name}-title"),
        element("desc", _description(picture), id=f"{name}-desc"),
        element("defs", "", _hatching(name)),
        *_grid(sheet, height),
        *lanes,
        xmlns="http://www.w3.org/2000/svg",
        class_=f"picture {'wide' if wide else 'narrow'}",
        viewBox=f"0 0 {width} {height:.0f}",
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
    )


def _description(picture: Timeline) -> str:
    """What the picture shows, for who cannot see it."""
    zone = picture.zone
    mails = ", ".join(f"{len(marks)} {lane}" for lane, marks in picture.marks.items())
    clocks = "; ".join(f"{lane.objective.replace('_', ' ')} {lane.standing}" for lane in picture.lanes)
    return f"From {both(picture.start, zone)} to {both(picture.last, zone)}. {mails}. {clocks}."


def _hatching(name: str) -> Element:
    stroke = element("path", d="M0 0V7", class_="hatching")
    return element(
        "pattern", "", stroke, id=f"{name}-pause", width=5, height=7, patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )  # fmt: skip


# The axis


def _grid(sheet: _Sheet, height: float) -> Iterator[Element]:
    line, bottom = sheet.line, height - 4
    for span in line.folds:
        x, until = line.x(span[0]), line.x(span[1])
        yield element("rect", x=x, y=TOP, width=until - x, height=bottom - TOP, class_="fold")
        yield element("text", _fitting(length(span), until - x + 4), x=(x + until) / 2, y=TOP + 12, class_="folded")
        for edge in (x, until):
            yield element("path", d=_zigzag(edge, TOP, bottom), class_="tear")
    yield from _labels(sheet, bottom)
    for at in sorted({at for lane in sheet.picture.lanes for at in lane.breaches}):
        yield element("path", d=f"M{line.x(at):.1f} {TOP}V{bottom:.0f}", class_="breachline")


def _labels(sheet: _Sheet, bottom: float) -> Iterator[Element]:
    """Days in the first row, times in the second, as far as they do not touch."""
    day_free = time_free = 0.0
    for tick in ticks(sheet.line, sheet.picture.zone, 52 if sheet.wide else 44):
        yield element("path", d=f"M{tick.x:.1f} {TOP}V{bottom:.0f}", class_="day" if tick.day else "grid")
        room = len(tick.day) * LETTER
        x = min(tick.x, sheet.right - room)
        if tick.day and x >= day_free:
            yield element("text", tick.day, x=x, y=12, class_="date")
            day_free = x + room + 6
        x = max(tick.x - TIME / 2, sheet.left)
        if x >= time_free:
            yield element("text", tick.time, x=x, y=26, class_="hour")
            time_free = x + TIME + 4


def _zigzag(x: float, top: float, bottom: float) -> str:
    return f"M{x:.1f} {top:.0f}" + "".join(f"l{2 if n % 2 else -2} 4" for n in range(int((bottom - top) / 4)))


# Lanes


def _lanes(sheet: _Sheet) -> Iterator[Element]:
    for name, band in sheet.picture.bands.items():
        yield element("g", "", *_band(sheet, name, band), class_="band")
    for name, marks in sheet.picture.marks.items():
        yield element("g", "", *_marked(sheet, name, marks), class_="marks")
    for lane in sheet.picture.lanes:
        yield element("g", "", *_clock(sheet, lane), class_="clock")


def _label(sheet: _Sheet, texts: Sequence[tuple[str, str]], drawn: int) -> tuple[list[Element], float]:
    """The lines of a label, beside or above what is drawn `drawn` px high, and where that begins; moves on."""
    made = []
    for number, (text, kind) in enumerate(texts):
        shown = shortened(text, sheet.gutter)
        y = sheet.y + 13 + number * 15
        hint = [element("title", text)] if shown.endswith("…") else []
        made.append(element("text", shown, *hint, x=8 if sheet.wide else sheet.left, y=y, class_=kind))
    high = len(texts) * 15 + 4
    if sheet.wide:
        top = sheet.y + max(0, (high - drawn) / 2)
        sheet.y += max(high, drawn) + GAP
    else:
        top = sheet.y + high
        sheet.y = top + drawn + GAP
    return made, top


def _band(sheet: _Sheet, name: str, band: Sequence[Stretch]) -> Iterator[Element]:
    label, top = _label(sheet, [(name, "name")], BAND)
    yield from label
    for number, one in enumerate(band):
        x, until = sheet.line.x(one.start), sheet.line.x(one.end)
        kind = one.value if name == "state" and one.value in STATES else ("odd" if number % 2 else "even")
        yield element(
            "g",
            "",
            element("title", one.told),
            element("rect", x=x, y=top, width=max(until - x - 1, 2), height=BAND, rx=3, class_=f"{name} is-{kind}"),
            element("text", _fitting(one.value, until - x - 8), x=x + 5, y=top + 14, class_="value"),
        )


def _marked(sheet: _Sheet, name: str, marks: Sequence[Mark]) -> Iterator[Element]:
    label, top = _label(sheet, [(f"{name}  {len(marks)}", "name")], MARKS)
    yield from label
    base = top + MARKS
    yield element("path", d=f"M{sheet.left:.0f} {base:.1f}H{sheet.right:.0f}", class_="base")
    ticked = "".join(f"M{x:.1f} {base - 5:.1f}v5" for x in dict.fromkeys(round(sheet.line.x(m.at), 1) for m in marks))
    yield element("path", d=ticked, class_="at")
    for group in _grouped(sheet, marks):
        yield _group(sheet, group, top)


def _grouped(sheet: _Sheet, marks: Sequence[Mark]) -> Iterator[list[Mark]]:
    """Marks that would lie upon each other, together; different kinds only where there is no room."""
    group: list[Mark] = []
    for mark in marks:
        room = WIDTHS[mark.kind] + (18 if len(group) > 1 else 2)
        if group and sheet.line.x(mark.at) - sheet.line.x(group[0].at) >= room:
            yield group
            group = []
        group.append(mark)
    if group:
        yield group


_LOUD = ("page", "escalation", "customer", "agent", "mail", "robot")


def _group(sheet: _Sheet, group: Sequence[Mark], top: float) -> Element:
    """One sign for marks that lie together, with their number; the loudest kind gives the sign."""
    x = sheet.line.x(group[0].at)
    kind = min((mark.kind for mark in group), key=_LOUD.index)
    told = [mark.told for mark in group[:TOLD]]
    told += [f"and {len(group) - TOLD} more"] if len(group) > TOLD else []
    parts = [element("title", " ∙ ".join(told)), glyph(kind, x, top + 8)]
    if len(group) > 1:
        parts.append(element("text", str(len(group)), x=x + WIDTHS[kind] / 2 + 2, y=top + 12, class_="count"))
    return element("g", "", *parts, class_=f"mark is-{kind}")


def _clock(sheet: _Sheet, lane: Lane) -> Iterator[Element]:
    broken = bool(lane.breaches)
    promise = " · ".join(part for part in (lane.promise, ", ".join(lane.clause)) if part)
    name = lane.objective.replace("_", " ")
    standing = (lane.standing, "standing is-broken" if broken else "standing")
    if sheet.wide:
        texts = [(name, "name"), *([(promise, "promise")] if promise else []), standing]
    else:
        texts = [(f"{name}  {promise}" if promise else name, "name"), standing]
    label, top = _label(sheet, texts, CLOCK)
    yield from label
    yield element("rect", x=sheet.left, y=top, width=sheet.right - sheet.left, height=CLOCK, class_="track")
    over = max(
        (moment for bar in lane.bars for moment in (bar.end or sheet.picture.last, bar.due) if moment),
        default=sheet.picture.start,
    )
    for since, reopens in lane.closed:
        x, until = sheet.line.x(since), sheet.line.x(min(reopens, over))
        if until - x >= 1:
            yield element("rect", x=x, y=top, width=until - x, height=CLOCK, class_="closed")
    for bar in lane.bars:
        state = "broken" if bar.broken else bar.state
        yield element("g", "", element("title", bar.told), *_bar(sheet, bar, top), class_=f"bar is-{state}")
    for bar in lane.bars[-1:] if len(lane.bars) > FEW else lane.bars:
        yield from _due(sheet, bar, top)
    yield from _breaches(sheet, lane.breaches, top)


def _bar(sheet: _Sheet, bar: Bar, top: float) -> Iterator[Element]:
    """The run of a clock: what was in time, what was too late, what is ahead, where it stood still."""
    end = bar.end or sheet.picture.last
    in_time = min(end, max(bar.due, bar.start)) if bar.broken and bar.due else end
    if bar.end is None and bar.due and bar.due > end and bar.state == "running":
        yield _part(sheet, end, bar.due, top, "ahead")
    yield _part(sheet, bar.start, in_time, top, "run")
    if end > in_time:
        yield _part(sheet, in_time, end, top, "late")
    for since, until in bar.pauses:
        for kind, fill in (("paused", None), ("hatched", f"url(#{sheet.name}-pause)")):
            yield _part(sheet, since, min(until, end), top, kind, fill=fill)


def _due(sheet: _Sheet, bar: Bar, top: float) -> Iterator[Element]:
    if bar.due and bar.state != "stopped" and sheet.picture.start <= bar.due <= sheet.picture.end:
        x = sheet.line.x(bar.due)
        yield element("path", d=f"M{x:.1f} {top - 3:.1f}v{CLOCK + 6}m0 {-CLOCK - 6}l5 3l-5 3z", class_="due")


def _part(
    sheet: _Sheet, since: datetime, until: datetime, top: float, kind: str, *, fill: str | None = None
) -> Element:
    x = sheet.line.x(since)
    width = max(sheet.line.x(until) - x - 0.6, 2.0)
    return element("rect", x=x, y=top + 3, width=width, height=CLOCK - 6, rx=2, class_=kind, fill=fill)


def _breaches(sheet: _Sheet, breaches: Iterable[datetime], top: float) -> Iterator[Element]:
    """A red cross at the second of each breach, with the time where there is room for it."""
    free = sheet.left
    for at in breaches:
        x = sheet.line.x(at)
        sign = glyph("breach", x, top + CLOCK / 2)
        told = element("title", f"broken {both(at, sheet.picture.zone)}")
        parts = [told, sign]
        text = f"{at.astimezone(sheet.picture.zone):%H:%M:%S}"
        after = x + 8 + len(text) * LETTER
        if sheet.wide and x >= free and after <= sheet.right:
            parts.append(element("text", text, x=x + 9, y=top - 1, class_="second"))
            free = after + 4
        yield element("g", "", *parts, class_="breach")


def _fitting(text: str, room: float) -> str:
    letters = int(room / LETTER)
    return shortened(text, letters) if letters >= min(len(text), 4) and letters > 1 else ""
