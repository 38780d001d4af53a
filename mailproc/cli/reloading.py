"""`reload`: have the running daemon read its files anew, or see first what that would do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mailproc.cli.commands import AsJson, Settings, command
from mailproc.cli.printing import local, say, say_json, tell

if TYPE_CHECKING:
    from mailproc.core.outlook import Impact
    from mailproc.flow.desk import Desk

DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only say what it would do to the open cases; no daemon need run.")
]
Force = Annotated[bool, typer.Option("--force", help="Also where more notices than [reload] limit go at once.")]


@command("reload", example="mailproc reload --dry-run --config /etc/mailproc/config.toml")
def reload(settings: Settings, dry_run: DryRun = False, force: Force = False, as_json: AsJson = False) -> int:
    """Have the running daemon read configuration, policies, templates, customers and rotas anew: all or nothing.

    What cannot be used changes nothing, and is told.  Exit code 1: refused, or (with --dry-run) it would be.
    """
    config = settings.load()
    if dry_run:
        from mailproc.cli.desks import trial_desk

        return _dry_run(trial_desk(config), as_json=as_json, force=force)
    from dataclasses import asdict

    from mailproc.admin.reload import ask

    said = ask(config, force=force)
    if as_json:
        say_json({key: value for key, value in asdict(said).items() if key != "id"})
    else:
        for line in (said.why, *said.lines):
            (say if said.done else tell)(line)
    return 0 if said.done else 1


def _dry_run(desk: Desk, *, as_json: bool, force: bool) -> int:
    from mailproc.admin.reload import effects, impact_json, outlook_json, outlook_lines
    from mailproc.cli.progress import watched

    zone = next(iter(desk.config.mailbox.values())).timezone
    refused = False
    for one, total in effects(desk, lambda numbers: watched(numbers, "looking at cases")):
        if one is not None and as_json:
            say_json(impact_json(one))
        elif one is not None:
            for line in _lines(one, zone):
                say(line)
        else:
            refused = total.at_once > desk.config.reload.limit and not force
            if as_json:
                say_json(outlook_json(total, desk))
                continue
            for line in outlook_lines(total, desk):
                say(line)
    return 1 if refused else 0


def _lines(one: Impact, zone: str) -> list[str]:
    moves = [
        f"#{one.case} {move.objective}: {local(move.before, zone)} becomes {local(move.after, zone)}"
        for move in one.moves
    ]
    breaks = [f"#{one.case} {objective}: broken at once" for objective in one.breaks]
    return [*moves, *breaks, *(f"#{one.case} sent at once: {template}" for template in one.notices)]
