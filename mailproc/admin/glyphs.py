"""The signs of a picture: letters that came and went, pages, breaches, each told apart by its form as well."""

from __future__ import annotations

from mailproc.admin.markup import Element, element

WIDTHS = {"customer": 15, "agent": 15, "robot": 13, "mail": 15, "escalation": 15, "page": 15}
"""How wide the sign of each kind of mark is, in px."""


def glyph(kind: str, x: float, y: float) -> Element:
    """The sign of one kind with its middle at a place."""
    return element("g", "", *_parts(kind), transform=f"translate({x:.1f} {y:.1f})", class_=f"glyph is-{kind}")


def _parts(kind: str) -> list[Element]:
    match kind:
        case "page":
            bell = "M-7 5h14l-2.2-3v-3a4.8 4.8 0 0 0-9.6 0v3z"
            return [element("path", d=bell, class_="body"), element("path", d="M-2 6.5a2 2 0 0 0 4 0", class_="body")]
        case "breach":
            return [
                element("circle", r=6, class_="body"),
                element("path", d="M-2.6-2.6l5.2 5.2M-2.6 2.6l5.2-5.2", class_="fold"),
            ]
        case "robot":
            return [
                element("rect", x=-5, y=-4, width=10, height=8, rx=2, class_="body"),
                element("path", d="M-2 0h0M2 0h0M0-4v-3", class_="fold"),
            ]
        case "escalation":
            return [
                element("path", d="M0-7L7.5 6h-15z", class_="body"),
                element("path", d="M0-2.5v4M0 4h0", class_="fold"),
            ]
        case _:
            return [
                element("rect", x=-7, y=-5, width=14, height=10, rx=1.5, class_="body"),
                element("path", d="M-6-3.5L0 1.2L6-3.5", class_="fold"),
            ]
