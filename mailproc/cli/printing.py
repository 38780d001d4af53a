"""What is written to the terminal, and made safe for it: a mail's control characters never reach a screen."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

# Control characters but line end and tab, the marks that turn the direction of text, line separators, half surrogates.
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_WIDE = 10_000


class ReaderGone(Exception):
    """Whoever read the output has gone; not an OSError, so that nobody else handles it on the way."""


def escaped(text: str) -> str:
    """The text with everything that could move a cursor or turn a line written as its number."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def one_line(text: str, limit: int = 200) -> str:
    """The text on one line, cut at `limit` characters."""
    line = " ".join(text.split())
    return escaped(line if len(line) <= limit else f"{line[: limit - 1]}…")


def say(text: str = "") -> None:
    """Data, on stdout."""
    print(escaped(text))


def tell(text: str) -> None:
    """Everything else, on stderr."""
    print(escaped(text), file=sys.stderr)


def say_json(value: Any) -> None:
    """One JSON object on one line, in ASCII: no letter of a mail can do anything to a terminal or an encoding."""
    print(json.dumps(value))


def local(moment: str | datetime | None, zone: str) -> str:
    """A moment as people of that zone read it, with the zone's short name; "–" for none."""
    if not moment:
        return "–"
    at = (datetime.fromisoformat(moment) if isinstance(moment, str) else moment).astimezone(ZoneInfo(zone))
    return (
        f"{at:%a %Y-%m-%d %H:%M:%S %Z}".replace(":00 ", " ", 1) if at.second == 0 else f"{at:%a %Y-%m-%d %H:%M:%S %Z}"
    )


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table on stdout, as wide as the terminal, or as its content where it goes elsewhere."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for head in heads:
        shown.add_column(head, no_wrap=True, overflow="ellipsis", header_style="bold")
    for row in rows:
        shown.add_row(*(Text(one_line(cell)) for cell in row))
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)
    with console.capture() as captured:
        console.print(shown)
    for line in captured.get().splitlines():
        print(line.rstrip())


def facts(pairs: Iterable[tuple[str, str]]) -> None:
    """Names and values, one pair a line; those without a value are left out."""
    told = [(name, value) for name, value in pairs if value]
    width = max((len(name) for name, _ in told), default=0)
    for name, value in told:
        lines = escaped(value).splitlines() or [""]
        say(f"{name:<{width}}  {lines[0]}")
        for line in lines[1:]:
            say(f"{'':<{width}}  {line}")


def heading(text: str) -> None:
    """A line above a part of the output, set apart from what stands before it."""
    say()
    say(text)
