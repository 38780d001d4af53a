"""Elements of HTML and SVG, written so that no text of a mail can become anything but text."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

Element = ET.Element

# What XML cannot hold, and what turns or hides text: controls, marks of direction, line separators, half surrogates.
_UNSAFE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


def clean(text: str) -> str:
    """The text on one line, with everything that XML cannot hold, or that reorders text, written as its number."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", " ".join(text.split()))


def shortened(text: str, limit: int) -> str:
    """The text cleaned, and cut at `limit` characters."""
    line = clean(text[: 4 * limit + 200])
    return line if len(line) <= limit else f"{line[: max(limit - 1, 0)].rstrip()}…"


def element(name: str, text: str = "", /, *children: Element, **attributes: object) -> Element:
    """An element with text in front of its children.

    Attributes that are None are left out; `_` in a name stands for `-`, one at its end for nothing (`class_`).
    """
    made = ET.Element(name)
    for key, value in attributes.items():
        if value is not None:
            # HTML lets "<" stand in an attribute as it is, XML does not: what we write there ourselves has none.
            made.set(key.rstrip("_").replace("_", "-"), clean(_said(value)).replace("<", "‹"))
    made.text = clean(text) or None
    made.extend(children)
    return made


def styles(rules: str) -> Element:
    """A style sheet of ours: its text goes out as it stands."""
    made = ET.Element("style")
    made.text = rules
    return made


def markup(root: Element) -> str:
    """The element as ASCII text that HTML and, for SVG, XML read alike."""
    text: bytes = ET.tostring(root, encoding="us-ascii", method="html")
    return text.decode("ascii")


def document(title: str, rules: str, *content: Element) -> str:
    """A whole page that loads nothing from anywhere and runs nothing."""
    head = element(
        "head",
        "",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", http_equiv="Content-Security-Policy", content="default-src 'none'; style-src 'unsafe-inline'"),
        element("title", title),
        styles(rules),
    )
    page = element("html", "", head, element("body", "", element("main", "", *content)), lang="en")
    ET.indent(page, space=" ")
    return f"<!DOCTYPE html>\n{markup(page)}\n"


def _said(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
