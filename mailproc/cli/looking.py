"""`cases`, `case` and `explain`: what stands in the database, for eyes and scripts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer

from mailproc.cli.commands import AsJson, Settings, command
from mailproc.cli.printing import facts, heading, local, one_line, say, say_json, table

Number = Annotated[int, typer.Argument(metavar="N", show_default=False, min=1, help="The case's number.")]
All = Annotated[bool, typer.Option("--all", help="The closed ones as well.")]
Owner = Annotated[
    str | None, typer.Option(metavar="AGENT", show_default=False, help='Only those of one agent; "" for nobody\'s.')
]

Facts = Mapping[str, Any]


@command("cases", example="mailproc cases --json")
def cases(settings: Settings, everything: All = False, owner: Owner = None, as_json: AsJson = False) -> int:
    """List the cases in working order: by severity, then by plan, then first come, first served.

    A case of whose promises one is broken has "!" before what is due next.
    """
    from mailproc.admin.cases import queue
    from mailproc.admin.storage import looking
    from mailproc.cli.desks import trial_desk

    config = settings.load()
    desk = trial_desk(config)
    with looking(config) as store:
        found = store.read(lambda tx: queue(tx, desk, over=everything, owner=owner))
    if as_json:
        for one in found:
            say_json(one)
        return 0
    zone = next(iter(config.mailbox.values())).timezone
    heads = ("case", "severity", "state", "owner", "due next", "opened", "from", "subject")
    table(heads, ([_short(cell) for cell in _row(one, zone)] for one in found))
    return 0


def _row(one: Facts, zone: str) -> tuple[str, ...]:
    due = f"{one['objective']} {local(one['due'], zone)}" if one["due"] else "–"
    return (
        f"#{one['case']}",
        one["severity"],
        one["state"],
        one["owner"] or "–",
        f"! {due}" if one["broken"] else due,
        local(one["opened"], zone),
        one["customer"] or one["requester"]["address"] or "a caller",
        one["subject"] or "(no subject)",
    )


def _short(cell: str) -> str:
    return one_line(cell, limit=60)


@command("case", example="mailproc case 42")
def case(settings: Settings, number: Number, as_json: AsJson = False) -> int:
    """Show one case whole: its facts, people, notes, mails in and out, clocks."""
    from mailproc.admin.cases import one
    from mailproc.admin.storage import looking
    from mailproc.cli.desks import trial_desk

    config = settings.load()
    desk = trial_desk(config)
    with looking(config) as store:
        found = store.read(lambda tx: one(tx, desk, number))
    if as_json:
        say_json(found)
        return 0
    zone = desk.mailbox(found["mailbox"]).timezone
    _head(found, zone)
    facts((("participants", ", ".join(found["participants"])), ("opening", found["opening"])))
    _notes(found, zone)
    heading("Mails in")
    table(
        ("id", "at", "from", "kind", "outcome"),
        (
            (str(m["id"]), local(m["at"], zone), m["from"] or "–", m["kind"], m["outcome"] or m["state"])
            for m in found["mails_in"]
        ),
    )
    heading("Mails out")
    table(
        ("id", "at", "template", "to", "state"),
        ((str(m["id"]), local(m["at"], zone), m["template"], m["to"], m["state"]) for m in found["mails_out"]),
    )
    _clocks(found["clocks"], found["next"], zone)
    return 0


def _head(found: Facts, zone: str) -> None:
    say(f"Case {found['case']}: {one_line(found['subject']) or '(no subject)'}")
    person = found["requester"]
    facts(
        (
            ("from", f"{person['name']} <{person['address']}>".strip() if person["address"] else found["phone"]),
            ("customer", found["customer"]),
            ("mailbox", found["mailbox"]),
            ("state", found["state"]),
            ("severity", found["severity"]),
            ("plan", found["plan"]),
            ("time zone", found["zone"]),
            ("owner", found["owner"] or "nobody"),
            ("tier", str(found["tier"])),
            ("opened", local(found["opened"], zone)),
            ("eta", local(found["eta"], zone) if found["eta"] else ""),
            ("access", _access(found["access"], zone)),
            ("waits until", local(found["wait_until"], zone) if found["wait_until"] else ""),
            ("not answered", "" if found["answerable"] else found["unanswerable"]),
            ("related", ", ".join(f"#{number}" for number in found["related"])),
        )
    )


def _access(leave: Facts | None, zone: str) -> str:
    """Who may look into the customer's data, or asked to."""
    if leave is None:
        return ""
    if leave["asked"]:
        return f"{leave['by']} asked {local(leave['asked'], zone)}: {leave['purpose']}"
    until = f"until {local(leave['until'], zone)}" if leave["until"] else "until the case is over"
    return f"{leave['by']}, {until}: {leave['purpose']}"


def _notes(found: Facts, zone: str) -> None:
    if found["notes"]:
        heading("Notes, internal")
        for note in found["notes"]:
            facts(((f"{local(note['at'], zone)}  {note['author']}", note["text"]),))
    if found["held"]:
        heading("Agents' mails on hold")
        for one in found["held"]:
            state = f"released {local(one['released'], zone)}" if one["released"] else one["why"]
            say(f"{local(one['at'], zone)}  {one['agent']}  {one_line(state)}")


def _clocks(clocks: Iterable[Facts], ahead: Facts | None, zone: str) -> None:
    heading("Clocks now")
    table(
        ("objective", "promise", "from", "clause", "state", "since", "pauses", "due"),
        (
            (
                clock["objective"],
                clock["promise"],
                clock["from"],
                ", ".join(clock["clause"]),
                _state(clock, zone),
                local(clock["start"], zone),
                ", ".join(f"{local(p['start'], zone)} to {local(p['until'], zone)}" for p in clock["pauses"]) or "–",
                local(clock["due"], zone),
            )
            for clock in clocks
        ),
    )
    if ahead:
        to = f" to {', '.join(ahead['to'])}" if ahead["to"] else ""
        heading(f"Next: {ahead['objective']}, {ahead['step'].removesuffix(to)}{to}, {local(ahead['at'], zone)}")
    else:
        heading("Next: nothing is ahead")


def _state(clock: Facts, zone: str) -> str:
    met = f"met {local(clock['met'], zone)}" if clock["met"] else clock["state"]
    return f"{met}, broken {local(clock['broken'], zone)}" if clock["broken"] else met


Page = Annotated[bool, typer.Option("--html", help="A page with a picture: clocks, pauses, mails, breaches in time.")]
Zone = Annotated[
    str | None, typer.Option(metavar="ZONE", show_default=False, help="Such as Europe/Berlin; else the mailbox's.")
]


@command("explain", example="mailproc explain 42 --html > case.html")
def explain(settings: Settings, number: Number, html: Page = False, zone: Zone = None, as_json: AsJson = False) -> int:
    """Tell a case's story: each event, what was decided, the clause behind it, each clock.

    Times are in the mailbox's zone, or in that of --zone; with --json in UTC.
    """
    from mailproc.admin.drawing import drawn_case, reader_zone
    from mailproc.admin.explain import explained
    from mailproc.admin.storage import looking
    from mailproc.cli.desks import trial_desk
    from mailproc.errors import UserError

    if html and as_json:
        raise UserError("explain: --html, --json: take one of them")
    own = reader_zone(zone).key if zone else None
    config = settings.load()
    desk = trial_desk(config)
    with looking(config) as store:
        if html:
            print(store.read(lambda tx: drawn_case(tx, desk, number, own)), end="")
            return 0
        found = store.read(lambda tx: explained(tx, desk, number))
    if as_json:
        say_json(found)
        return 0
    zone = own or desk.mailbox(found["case"]["mailbox"]).timezone
    _head(found["case"], zone)
    heading("Decided")
    facts((key, _reason(one)) for key, one in found["decided"].items())
    heading("Story")
    for entry in found["log"]:
        _entry(entry, zone)
    _clocks(found["clocks"], found["next"], zone)
    return 0


def _reason(one: Facts) -> str:
    by = f" (by {one['by']})" if one["by"] else ""
    return f"{one['value'] or 'none'}: {one['because']}{by}"


def _entry(entry: Facts, zone: str) -> None:
    """A line for what happened, and one under it for the reason."""
    from mailproc.admin.telling import what

    event = {"event": entry["event"], **entry["what"]}
    said = one_line(what(event, lambda moment: local(moment, zone)), limit=300)
    say(f"{local(entry['at'], zone)}  {said}")
    who = f"{entry['actor']} ({entry['proof']})" if entry["proof"] else entry["actor"]
    reason = "; ".join(part for part in (entry["because"], ", ".join(entry["clause"]), who and f"by {who}") if part)
    if reason:
        say(f"    because {one_line(reason, limit=400)}")
