"""A bar on the terminal while many mails are worked on."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
MANY = 100


def watched(items: Sequence[T], what: str) -> Iterator[T]:
    """The items, with a bar on stderr where they are many and somebody looks at a terminal without reading along."""
    if len(items) < MANY or not sys.stderr.isatty() or sys.stdout.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, description=what, console=Console(stderr=True), transient=True)
