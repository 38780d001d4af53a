"""`quarantine` and `outbox`: what could not be understood or delivered, and what to do about it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from mailproc.cli.commands import AsJson, Settings, command
from mailproc.cli.printing import facts, local, say, say_json, table, tell

Show = Annotated[int | None, typer.Option("--show", metavar="ID", show_default=False, help="Look at one mail.")]
Raw = Annotated[bool, typer.Option("--raw", help="With --show: its bytes, as they are.")]
Drop = Annotated[
    list[int] | None, typer.Option("--drop", metavar="ID", show_default=False, help="Drop it; repeatable.")
]
Again = Annotated[
    list[int] | None, typer.Option("--retry", metavar="ID", show_default=False, help="Try it again; repeatable.")
]
Release = Annotated[
    list[int] | None, typer.Option("--release", metavar="ID", show_default=False, help="Let a held one go; repeatable.")
]
Declined = Annotated[bool, typer.Option("--declined", help="Instead, list the mails that were turned away.")]
All = Annotated[bool, typer.Option("--all", help="Those that were sent or dropped as well.")]


@command("quarantine", example="mailproc quarantine --retry 17 --retry 18")
def quarantine(
    settings: Settings,
    retry: Again = None,
    drop: Drop = None,
    show: Show = None,
    raw: Raw = False,
    declined: Declined = False,
    as_json: AsJson = False,
) -> int:
    """List the mails that could not be understood; try them again, or drop them.

    Works beside a running daemon.  Exit code 1: a mail that was named is not in quarantine.
    """
    from mailproc.admin import quarantine as mails
    from mailproc.admin.storage import changing, looking
    from mailproc.clock import SystemClock

    config = settings.load()
    if retry or drop:
        now = SystemClock().now()
        with changing(config) as store:
            return _done(store.transact(lambda tx: mails.changed(tx, retry or (), drop or (), now)))
    with looking(config) as store:
        if show is not None:
            return _show(*store.read(lambda tx: mails.shown(tx, show)), raw=raw, as_json=as_json)
        found = store.read(mails.turned_away if declined else mails.listed)
    why = "because" if declined else "error"
    rows = (
        (str(one["id"]), local(one["at"], "UTC"), one["from"] or "–", str(one["size"]), str(one["tries"]), one[why])
        for one in found
    )
    return _list(found, ("id", "received", "from", "bytes", "tries", why), rows, as_json=as_json)


@command("outbox", example="mailproc outbox --release 17")
def outbox(
    settings: Settings,
    everything: All = False,
    retry: Again = None,
    drop: Drop = None,
    release: Release = None,
    show: Show = None,
    raw: Raw = False,
    as_json: AsJson = False,
) -> int:
    """List the mails that are not delivered; send them again, let them go, or drop them.

    Works beside a running daemon.  Exit code 1: a mail that was named is not in a state for this.
    """
    from mailproc.admin import outbox as letters
    from mailproc.admin.storage import changing, looking
    from mailproc.clock import SystemClock

    config = settings.load()
    if retry or drop or release:
        now = SystemClock().now()
        orders = letters.Orders(retry=retry or (), drop=drop or (), release=release or ())
        with changing(config) as store:
            return _done(store.transact(lambda tx: letters.changed(tx, orders, now)))
    with looking(config) as store:
        if show is not None:
            return _show(*store.read(lambda tx: letters.shown(tx, show)), raw=raw, as_json=as_json)
        found = store.read(lambda tx: letters.listed(tx, everything=everything))
    rows = (
        (
            str(one["id"]),
            local(one["not_before"], "UTC"),
            f"#{one['case']}" if one["case"] else "–",
            one["template"],
            one["to"],
            one["state"],
            str(one["tries"]),
            one["held"] or one["error"],
        )
        for one in found
    )
    return _list(found, ("id", "when", "case", "template", "to", "state", "tries", "why"), rows, as_json=as_json)


def _list(found: Sequence[Mapping[str, Any]], heads: Sequence[str], rows: Any, *, as_json: bool) -> int:
    if as_json:
        for one in found:
            say_json(one)
    elif found:
        table(heads, rows)
    else:
        tell("nothing there")
    return 0


def _done(done: Sequence[tuple[str, bool]]) -> int:
    for words, good in done:
        if good:
            say(words)
        else:
            tell(f"mailproc: {words}")
    return 0 if all(good for _, good in done) else 1


def _show(mail: Mapping[str, Any], data: bytes, *, raw: bool, as_json: bool) -> int:
    if raw:
        sys.stdout.buffer.write(data)
        return 0
    if as_json:
        say_json(mail)
        return 0
    from mailproc.mail.parse import parse

    facts((key, _word(value)) for key, value in mail.items())
    message = parse(data)
    say()
    facts((("subject", message.subject), ("defects", "; ".join(message.defects))))
    say()
    say(message.text)
    return 0


def _word(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
