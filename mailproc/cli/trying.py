"""`simulate`, `read` and `preview`: what would be, without touching anything."""

from __future__ import annotations

import sys
from datetime import datetime
from functools import cache
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
    typer.Argument(metavar="MAIL", show_default=False, help='Files, folders, Maildirs, mboxes, FILE#n, "-" for stdin.'),
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
Against = Annotated[
    list[str] | None,
    typer.Option(
        metavar="OTHER", show_default=False, help="Compare with this policy: FILE or MAILBOX=FILE; repeatable."
    ),
]
Page = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", show_default=False, help="Write a page with a picture of each case."),
]


@command("simulate", example="mailproc simulate mails/ --until 2026-03-20 --out sent/")
def simulate(
    settings: Settings,
    mails: Mails,
    until: Until = None,
    spacing: Spacing = None,
    out: Out = None,
    against: Against = None,
    html: Page = None,
    as_json: AsJson = False,
) -> int:
    """Show what would happen: real mails in virtual time.

    Each mail arrives at its Date:, one without a second after the mail before it.  Every mail, notice and breach is
    printed in the order of time, with its reason; nothing is sent.  Files that end in .case are stories.

    With --against the mails are run under a second policy as well, and what differs is printed: in sum, then by case.
    """
    stories = [Path(name) for name in mails if name.endswith(".case")]
    _refuse_mixture(stories, mails, out, against)
    if stories:
        return _play(settings, stories, out, html, as_json=as_json)
    from mailproc.admin.simulate import AFTER_LAST
    from mailproc.cli.comparing import Wanted, compared
    from mailproc.cli.desks import trial_desk

    config = settings.load()
    desk = trial_desk(config, composed=bool(out))
    arrivals = _arrivals(desk, mails, spacing)
    end = _end(until) or (arrivals.last + AFTER_LAST if arrivals.last else None)
    if end is None:
        tell("mailproc: no mails here; name .eml files, folders, Maildirs or mboxes")
        return 1
    _told_before(arrivals, end, spaced=bool(spacing))
    if against:
        return compared(config, desk, against, Wanted(arrivals, end, html, as_json))
    _run(desk, arrivals, end, out, html, as_json=as_json)
    return 1 if arrivals.unread else 0


def _refuse_mixture(stories: list[Path], names: list[str], out: Path | None, against: list[str] | None) -> None:
    """What cannot be asked for at once.  Raises UserError."""
    from mailproc.errors import UserError

    if stories and len(stories) < len(names):
        raise UserError("simulate: stories and mails cannot be mixed; play them one after the other")
    if stories and against:
        raise UserError("simulate: --against compares mails, not stories; name .eml files, folders, Maildirs or mboxes")
    if out and against:
        raise UserError("simulate: --out keeps the mails of one policy; leave it out with --against")


def _run(desk: Desk, arrivals: Arrivals, end: datetime, out: Path | None, html: Path | None, *, as_json: bool) -> None:
    """Print every event, and write the page if one is wanted."""
    from mailproc.admin.outfolder import keep_in
    from mailproc.admin.simulate import simulate as run
    from mailproc.cli.comparing import CasesPage
    from mailproc.cli.progress import MANY, through_time

    mails = arrivals.by(end).mails
    start = min((one.at for one in mails), default=end)
    many = len(mails) >= MANY and not sys.stdout.isatty()
    events, page = run(mails, desk, end, keep_in(out) if out else None), CasesPage()
    events = through_time(events, "simulating", start=start, end=end, many=many)
    _print_events(page.watch(events, desk) if html else events, as_json=as_json)
    if html:
        page.write(html)


def _play(settings: Settings, stories: list[Path], out: Path | None, html: Path | None, *, as_json: bool) -> int:
    """Each story at its own small desk: as the file with the lines that follow, or as events."""
    from mailproc.admin.outfolder import keep_in
    from mailproc.admin.stories import load
    from mailproc.admin.story_lines import told
    from mailproc.cli.comparing import CasesPage

    keep, page = keep_in(out) if out else None, CasesPage()
    for path in stories:
        story = load(path)
        desk = story.desk(None if story.policy else _first_policy(settings), composed=bool(out))
        events = page.watch(story.play(desk, keep), desk) if html else story.play(desk, keep)
        if not as_json:
            say(told(story, events).rstrip())
            continue
        for event in events:
            say_json(event)
    if html:
        page.write(html)
    return 0


def _first_policy(settings: Settings) -> Path | None:
    if settings.config is None and not settings.path.exists():
        return None
    return next(iter(settings.load().mailbox.values())).policy


def _arrivals(desk: Desk, mails: list[str], spacing: str | None) -> Arrivals:
    from mailproc.admin.arrivals import arrange, distance
    from mailproc.admin.read import recipients_of

    apart = distance(spacing) if spacing else None
    return arrange(_found(mails), spacing=apart, ours=recipients_of(desk))


def _end(until: str | None) -> Any:
    from mailproc.admin.arrivals import moment

    return moment(until) if until else None


def _told_before(arrivals: Arrivals, end: Any, *, spaced: bool) -> None:
    """What a reader of the output must know about its input, on stderr."""
    for problem in arrivals.unread:
        tell(f"mailproc: {problem}")
    if arrivals.undated and not spaced:
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
    found = list(find(names, stdin=cache(sys.stdin.buffer.read), left_out=others.append))
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


Template = Annotated[
    str, typer.Argument(metavar="TEMPLATE", show_default=False, help="Its name, such as confirmation.")
]
Language = Annotated[str, typer.Option(metavar="CODE", show_default=False, help="Such as de; the reader's by default.")]
OfCase = Annotated[
    int | None, typer.Option("--case", metavar="N", show_default=False, min=1, help="On a real case, not on a sample.")
]
Raw = Annotated[bool, typer.Option("--raw", help="The mail as it would be sent.")]
Html = Annotated[bool, typer.Option("--html", help="The HTML part alone.")]
Text = Annotated[bool, typer.Option("--text", help="The text part alone.")]


@command("preview", example="mailproc preview confirmation --language de --html > confirmation.html")
def preview(
    settings: Settings,
    template: Template,
    language: Language = "",
    case: OfCase = None,
    raw: Raw = False,
    html: Html = False,
    text: Text = False,
    as_json: AsJson = False,
) -> int:
    """Show one notice as it would go out, on a sample case or a real one.

    Nothing is sent or kept.
    """
    from mailproc.admin.preview import NOW
    from mailproc.admin.preview import preview as made
    from mailproc.cli.desks import trial_desk
    from mailproc.clock import SystemClock
    from mailproc.errors import UserError

    if raw + html + text + as_json > 1:
        raise UserError("--raw, --html, --text, --json: take one of them")
    config = settings.load()
    desk = trial_desk(config, composed=True)
    real = _real_case(config, case) if case else None
    shown = made(template, language, desk, real, SystemClock().now() if real else NOW)
    if raw:
        sys.stdout.buffer.write(shown.raw)
    elif html:
        print(shown.html)
    elif text:
        say(shown.text)
    elif as_json:
        say_json({"to": shown.recipient, "subject": shown.subject, "text": shown.text, "html": shown.html})
    else:
        facts((("To", shown.recipient), ("Subject", shown.subject)))
        say()
        say(shown.text)
    return 0


def _real_case(config: Any, number: int) -> Any:
    from mailproc.admin.cases import loaded
    from mailproc.admin.storage import looking

    with looking(config) as store:
        return store.read(lambda tx: loaded(tx, number))
