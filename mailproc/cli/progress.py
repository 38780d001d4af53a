"""A bar on the terminal while many mails are worked on."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

T = TypeVar("T")
Event = TypeVar("Event", bound=Mapping[str, Any])
MANY = 100
SELDOM = 50  # events from one move of the bar to the next


def watched(items: Sequence[T], what: str) -> Iterator[T]:
    """The items, with a bar on stderr where they are many and somebody looks at a terminal without reading along."""
    if len(items) < MANY or not sys.stderr.isatty() or sys.stdout.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, description=what, console=Console(stderr=True), transient=True)


def through_time(events: Iterable[Event], what: str, *, start: datetime, end: datetime, many: bool) -> Iterator[Event]:
    """The events of a simulation, with a bar on stderr that goes from `start` to `end` where somebody looks at it.

    `many`: are there enough mails for it to be worth it?
    """
    if not many or not sys.stderr.isatty():
        yield from events
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=max((end - start).total_seconds(), 1))
        for number, event in enumerate(events):
            if number % SELDOM:
                yield event
                continue
            done = (datetime.fromisoformat(event["at"]) - start).total_seconds()
            progress.update(task, completed=done)
            yield event
