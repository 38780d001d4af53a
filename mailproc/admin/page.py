"""Pages that load nothing and run nothing: one case explained, the cases of a simulation, two policies compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mailproc.admin.glyphs import glyph
from mailproc.admin.look import PAGE
from mailproc.admin.markup import Element, document, element, shortened
from mailproc.admin.picture import NARROW, WIDE, drawn
from mailproc.admin.telling import both, said
from mailproc.admin.timeline import Timeline

Side = tuple[str, Timeline | None]
"""A picture with what stands above it; None where a policy opened no such case."""


def case_page(found: Mapping[str, Any], picture: Timeline) -> str:
    """One case: its facts, its picture, its story in words.  `found` is what `explain --json` prints."""
    case = found["case"]
    title = f"Case {case['case']}: {shortened(case['subject'], 200) or '(no subject)'}"
    return document(
        title,
        PAGE,
        element("h1", title),
        _facts(_of_case(case, picture)),
        _figure(picture, "case"),
        _legend(),
        element("h2", "Clocks"),
        _clock_table(found["clocks"], picture),
        element("h2", "Story"),
        _story(picture),
    )


def cases_page(title: str, note: str, pictures: Iterable[Timeline]) -> str:
    """The cases of a simulation, each with its picture."""
    sections = (
        element(
            "section",
            "",
            element("h2", picture.title),
            _figure(picture, f"c{number}"),
            _folded_story("The story in words", picture),
            class_="case",
        )
        for number, picture in enumerate(pictures, start=1)
    )
    return document(title, PAGE, element("h1", title), element("p", note, class_="soft"), _legend(), *sections)


def comparison_page(
    title: str,
    note: str,
    names: tuple[str, str],
    sums: Sequence[tuple[str, int, int]],
    cases: Iterable[tuple[str, Sequence[str], tuple[Side, Side]]],
) -> str:
    """Two policies: the sums, then each case that differs: what differs, and its picture under both.

    `names` are the policies' names; each case has its title, its differences in words, its two sides.
    """
    sections = [_compared(number, *case) for number, case in enumerate(cases, start=1)]
    return document(
        title,
        PAGE,
        element("h1", title),
        _sums(names, sums),
        element("p", note, class_="soft"),
        *([_legend()] if sections else []),
        *sections,
    )


def _compared(number: int, title: str, changes: Sequence[str], sides: tuple[Side, Side]) -> Element:
    shown: list[Element] = []
    for letter, (name, picture) in zip("ab", sides, strict=True):
        if picture is None:
            shown.append(element("p", f"{name}: no such case", class_="soft"))
        else:
            shown += [_figure(picture, f"c{number}{letter}", name), _folded_story(f"The story under {name}", picture)]
    listed = element("ul", "", *(element("li", one) for one in changes), class_="changes")
    return element("section", "", element("h2", title), listed, *shown, class_="case")


def _sums(names: tuple[str, str], sums: Sequence[tuple[str, int, int]]) -> Element:
    heads = (element("th", text, scope="col", class_="figure" if text else None) for text in ("", *names, "difference"))
    rows = []
    for name, one, two in sums:
        change = "more" if two > one else "less" if two < one else ""
        cells = [element("td", f"{value:,}", class_="figure") for value in (one, two)]
        moved = element("td", f"{two - one:+,}" if change else "±0", class_="figure" + (f" {change}" if change else ""))
        rows.append(element("tr", "", element("th", name, scope="row"), *cells, moved))
    table = element(
        "table",
        "",
        element("caption", "In sum"),
        element("thead", "", element("tr", "", *heads)),
        element("tbody", "", *rows),
    )
    return element("div", "", table, class_="scroll", tabindex=0, role="region", aria_label="Sums")


def _of_case(case: Mapping[str, Any], picture: Timeline) -> list[tuple[str, str]]:
    person = case["requester"]
    address = f"{person['name']} <{person['address']}>".strip() if person["address"] else case["phone"]
    return [
        ("from", address),
        ("customer", case["customer"]),
        ("severity", case["severity"]),
        ("state", case["state"]),
        ("owner", case["owner"] or "nobody"),
        ("plan", case["plan"]),
        ("opened", both(picture.start, picture.zone)),
        ("times in", picture.zone.key),
    ]


def _facts(pairs: Iterable[tuple[str, str]]) -> Element:
    told = [pair for pair in pairs if pair[1]]
    parts = (part for name, value in told for part in (element("dt", name), element("dd", shortened(value, 300))))
    return element("dl", "", *parts)


def _figure(picture: Timeline, name: str, caption: str = "") -> Element:
    """The picture twice, of which a screen shows the one that fits."""
    above = [element("figcaption", caption)] if caption else []
    wide, narrow = (drawn(picture, width=width, name=f"{name}{width}") for width in (WIDE, NARROW))
    return element("figure", "", *above, wide, narrow)


def _clock_table(clocks: Iterable[Mapping[str, Any]], picture: Timeline) -> Element:
    standing = {lane.objective: lane.standing for lane in picture.lanes}
    rows = [
        (
            one["objective"].replace("_", " "),
            one["promise"],
            one.get("from", ""),
            ", ".join(one["clause"]),
            standing.get(one["objective"], one["state"]),
        )
        for one in clocks
    ]
    return _table(
        "What was promised, and what became of it", ("objective", "promise", "from", "clause", "result"), rows
    )


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Element:
    table = element(
        "table",
        "",
        element("caption", caption),
        element("thead", "", element("tr", "", *(element("th", head, scope="col") for head in heads))),
        element("tbody", "", *(element("tr", "", *(element("td", cell) for cell in row)) for row in rows)),
    )
    return element("div", "", table, class_="scroll", tabindex=0, role="region", aria_label=caption)


def _story(picture: Timeline) -> Element:
    """Everything that the picture shows, as a table."""
    zone = picture.zone
    rows = (
        element(
            "tr",
            "",
            element("td", said(row.at, zone), class_="time"),
            element("td", shortened(row.told, 400)),
            element("td", shortened(row.because, 400)),
            element("td", ", ".join(row.clause)),
            class_="breach" if row.event == "breach" else None,
        )
        for row in picture.rows
    )
    heads = (element("th", head, scope="col") for head in ("time", "what happened", "because", "clause"))
    table = element(
        "table",
        "",
        element("caption", f"All that happened, in the order of time; times in {zone.key}"),
        element("thead", "", element("tr", "", *heads)),
        element("tbody", "", *rows),
    )
    return element("div", "", table, class_="scroll", tabindex=0, role="region", aria_label="Story")


def _folded_story(title: str, picture: Timeline) -> Element:
    return element("details", "", element("summary", title), _story(picture))


_SIGNS = (
    ("customer", "customer's mail"),
    ("agent", "agent's mail"),
    ("robot", "machine's mail"),
    ("mail", "mail of ours"),
    ("escalation", "escalation"),
    ("page", "page"),
    ("breach", "broken, at this second"),
)
_FILLS = (
    ("is-met", "run", "met"),
    ("is-running", "run", "running"),
    ("is-stopped", "run", "stopped"),
    ("is-running", "late", "too late"),
    ("is-running", "ahead", "still to come"),
    ("", "closed", "closed: does not count"),
)


def _legend() -> Element:
    items = [(glyph(kind, 13, 8), words) for kind, words in _SIGNS]
    for state, kind, words in _FILLS:
        swatch = element("rect", x=1, y=2, width=24, height=12, rx=2, class_=kind)
        items.append((element("g", "", swatch, class_=f"bar {state}".strip()), words))
    paused = [element("rect", x=1, y=2, width=24, height=12, class_="paused")]
    paused.append(element("path", d="M3 14L13 2M9 14L19 2M15 14L25 2", class_="hatching"))
    items.append((element("g", "", *paused), "paused"))
    items.append((element("path", d="M8 1v14M8 1l5 3l-5 3z", class_="due"), "due"))
    items.append(
        (element("rect", x=1, y=1, width=24, height=14, class_="fold framed"), "nothing happens: drawn shorter")
    )
    listed = (element("li", "", _sign(sign), element("span", words)) for sign, words in items)
    return element("ul", "", *listed, class_="legend", aria_label="What the signs mean")


def _sign(sign: Element) -> Element:
    return element("svg", "", sign, viewBox="0 0 26 16", class_="picture", aria_hidden="true",
                   xmlns="http://www.w3.org/2000/svg")  # fmt: skip
