"""`simulate`, `read` and `preview`: what would be, without touching anything."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailproc.cli.commands import AsJson, Settings, command
from mailproc.cli.printing import facts, heading, say, say_json, tell

if TYPE_CHECKING:
    from mailproc.admin.arrivals import Arrivals
    from mailproc.flow.desk import Desk

Mails = Annotated[
    list[str],
    typer.Argument(
        metavar="MAIL", show_default=False, help='Files, folders, Maildirs, mboxes, FILE#n, "-" for stdin.'
    ),
]
Until = Annotated[
    str | None,
    typer.Option(metavar="TIME", show_default=False, help="Where to stop; a day lasts to its end. Default: 7 days on."),
]
Spacing = Annotated[
    str | None,
    typer.Option(metavar="LENGTH", show_default=False, help='Ignore dates: mails come so far apart, such as "1m".'),
]
Out = Annotated[
    Path | None, typer.Option(metavar="DIR", show_default=False, help="Keep the mails as .eml files in a new folder.")
]


@command("simulate", example="mailproc simulate mails/ --until 2026-03-20 --out sent/")
def simulate(
    settings: Settings,
    mails: Mails,
    until: Until = None,
    spacing: Spacing = None,
    out: Out = None,
    as_json: AsJson = False,
) -> int:
    """Show what would happen: real mails in virtual time.

    Each mail arrives at its Date:, one without a second after the mail before it.  Every mail, notice and breach is
    printed in the order of time, with its reason; nothing is sent.  Files that end in .case are stories.
    """
    from mailproc.admin.outfolder import keep_in
    from mailproc.admin.simulate import AFTER_LAST
    from mailproc.admin.simulate import simulate as run
    from mailproc.cli.desks import trial_desk

    arrivals, desk = _arrivals(settings, mails, spacing, lambda config: trial_desk(config, composed=bool(out)))
    end = _end(until) or (arrivals.last + AFTER_LAST if arrivals.last else None)
    if end is None:
        tell("mailproc: no mails here; name .eml files, folders, Maildirs or mboxes")
        return 1
    _told_before(arrivals, end)
    _print_events(run(arrivals.by(end).mails, desk, end, keep_in(out) if out else None), as_json=as_json)
    return 1 if arrivals.unread else 0


def _arrivals(
    settings: Settings, mails: list[str], spacing: str | None, make: Callable[[Any], Desk]
) -> tuple[Arrivals, Desk]:
    from mailproc.admin.arrivals import arrange, distance
    from mailproc.admin.read import recipients_of

    desk = make(settings.load())
    found = _found(mails)
    return arrange(found, spacing=distance(spacing) if spacing else None, ours=recipients_of(desk)), desk


def _end(until: str | None) -> Any:
    from mailproc.admin.arrivals import moment

    return moment(until) if until else None


def _told_before(arrivals: Arrivals, end: Any) -> None:
    """What a reader of the output must know about its input, on stderr."""
    for problem in arrivals.unread:
        tell(f"mailproc: {problem}")
    if arrivals.undated:
        tell(f"mailproc: without a date that can be read: {arrivals.undated}; each a second after the mail before it")
    late = len(arrivals.mails) - len(arrivals.by(end).mails)
    if late:
        tell(f"mailproc: left out, because later than {end:%Y-%m-%d %H:%M:%S} UTC: {late}")


def _print_events(events: Any, *, as_json: bool) -> None:
    from mailproc.cli.timeline import Sum, line

    total = Sum()
    for event in events:
        if as_json:
            say_json(event)
        else:
            total.add(event)
            say(line(event))
    if not as_json:
        heading("In all")
        facts(total.lines())


def _found(names: list[str]) -> list[Any]:
    """The mails under these names; stderr is told how many files in folders are none."""
    from mailproc.admin.mails import find

    others: list[Path] = []
    found = list(find(names, stdin=sys.stdin.buffer.read, left_out=others.append))
    if others:
        tell(f"mailproc: left out, because they look like no mail: {len(others)}, such as {others[0]}")
    return found


@command("read", example="mailproc read --json inbox.mbox")
def read(settings: Settings, mails: Mails, as_json: AsJson = False) -> int:
    """Show how mails are understood, and why.

    Works without a configuration; with one, it knows your own addresses, your agents and your severities.
    """
    from mailproc.admin.read import read as understood
    from mailproc.cli.desks import desk_if_any
    from mailproc.cli.progress import watched
    from mailproc.cli.summary import Tally, print_reading
    from mailproc.mail.reading import to_json

    desk = desk_if_any(settings)
    found = _found(mails)
    tally = Tally()
    for one in watched(found, "reading"):
        try:
            raw = one.raw()
        except OSError as error:
            tell(f"{one.file}: {(error.strerror or 'cannot be read').lower()}")
            tally.unread += 1
            continue
        shown = to_json(understood(raw, desk), one.file)
        tally.add(shown)
        if as_json:
            say_json(shown)
        else:
            print_reading(shown)
    if not as_json and len(found) > 1:
        tally.print()
    if not found:
        tell("mailproc: no mails here; name .eml files, folders, Maildirs or mboxes")
    return 1 if tally.unread or not found else 0
