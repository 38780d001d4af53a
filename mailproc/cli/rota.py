"""`rota`: who is on call, when and why."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer

from mailproc.cli.commands import AsJson, Settings, command
from mailproc.cli.printing import heading, local, say_json, table, tell
from mailproc.errors import UserError

FOUR_WEEKS = timedelta(weeks=4)
YEAR = timedelta(days=365)


class What(StrEnum):
    """What to do with a rota."""

    SHOW = "show"
    ICS = "ics"


Doing = Annotated[
    What, typer.Argument(metavar="show|ics", show_default=False, help="A table, or an iCalendar file on stdout.")
]
Name = Annotated[str | None, typer.Argument(metavar="NAME", show_default=False, help="One rota; else each of them.")]
From = Annotated[
    str | None,
    typer.Option("--from", metavar="DATE", show_default=False, help="The first day, or a moment; else now."),
]
To = Annotated[
    str | None,
    typer.Option("--to", metavar="DATE", show_default=False, help="The last day; else 4 weeks on, for ics a year."),
]


@command("rota", example="mailproc rota show support --from 2026-12-21 --to 2027-01-03")
def rota(
    settings: Settings,
    what: Doing = What.SHOW,
    name: Name = None,
    begin: From = None,
    end: To = None,
    as_json: AsJson = False,
) -> int:
    """Show who is on call, since when, until when and why: now first.

    Swaps and absences that agents told by mail are counted in.  Times are in the rota's zone; with --json in UTC.
    """
    from mailproc.admin import rota as admin
    from mailproc.clock import SystemClock

    config, now = settings.load(), SystemClock().now()
    found = admin.chosen(config, name)
    if not found:
        tell("There is no rota; add [rotas.NAME] to the configuration.")
        return 0
    if what is What.ICS and len(found) > 1:
        raise UserError(f"which rota? write one of {', '.join(one.name for one in found)} behind ics")
    spans = [admin.span(one, begin, end, now, YEAR if what is What.ICS else FOUR_WEEKS) for one in found]
    changes = admin.changes(config, min(since for since, _ in spans))
    if what is What.ICS:
        host = next(iter(config.mailbox.values())).address.rpartition("@")[2]
        sys.stdout.buffer.write(admin.ics(found[0], changes, *spans[0], now=now, host=host))
        return 0
    for one, (since, until) in zip(found, spans, strict=True):
        rows = admin.listed(one, changes, since, until, now)
        if as_json:
            for row in rows:
                say_json(row)
        else:
            _table(one.name, rows, one.zone.key)
    return 0


def _table(name: str, rows: Sequence[Mapping[str, Any]], zone: str) -> None:
    heading(f"Rota {name}, {zone}")
    table(
        ("", "who", "since", "until", "why"),
        (
            ("now" if one["now"] else "", one["member"], local(one["since"], zone), local(one["until"], zone),
             one["because"])
            for one in rows
        ),
    )  # fmt: skip
