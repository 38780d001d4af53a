"""`simulate --against` and `--html`: two policies on the same mails, and pages with pictures of their cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mailproc.cli.printing import heading, one_line, say, say_json, table, tell

if TYPE_CHECKING:
    from mailproc.admin.against import Comparison, Pair, Run
    from mailproc.admin.arrivals import Arrivals
    from mailproc.admin.timeline import Timeline
    from mailproc.config import Config
    from mailproc.flow.desk import Desk

PICTURES = 30
"""Cases that a page draws at most: more is nothing that a person reads, and no page that a browser opens quickly."""

Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is simulated, and in which forms the comparison is wanted."""

    arrivals: Arrivals
    end: datetime
    html: Path | None = None
    as_json: bool = False


def compared(config: Config, desk: Desk, others: list[str], wanted: Wanted) -> int:
    """Run the mails under the configured policies and under the others, and tell what is not the same.

    Exit code 1: another policy has problems, which are listed as `check` lists them, or a mail could not be read.
    """
    from mailproc.admin.against import compare, exchanged, to_json

    other = _other_desk(exchanged(config, others))
    if other is None:
        return 1
    found = compare(_run(desk, wanted, "configured policy"), _run(other, wanted, "other policy"))
    if wanted.html:
        write_page(wanted.html, _page(found))
    if wanted.as_json:
        for line in to_json(found):
            say_json(line)
    else:
        _print(found)
    return 1 if wanted.arrivals.unread else 0


def _other_desk(config: Config) -> Desk | None:
    """The desk with the other policies; None where they have problems, which are told."""
    from mailproc.cli.desks import trial_desk
    from mailproc.errors import UserError

    try:
        return trial_desk(config)
    except UserError as error:
        for problem in error.problems or (error.message,):
            tell(problem)
        return None


def _run(desk: Desk, wanted: Wanted, what: str) -> Run:
    from mailproc.admin.against import play
    from mailproc.cli.progress import MANY, through_time

    mails = wanted.arrivals.by(wanted.end).mails
    start = min((one.at for one in mails), default=wanted.end)

    def watch(events: Iterable[Event]) -> Iterator[Event]:
        return through_time(events, what, start=start, end=wanted.end, many=len(mails) >= MANY)

    return play(mails, desk, wanted.end, watch=watch, keep=wanted.html is not None)


def _print(found: Comparison) -> None:
    from mailproc.admin.against import changes, names, rows

    lines = ((name, f"{one:,}", f"{two:,}", f"{two - one:+,}" if one != two else "") for name, one, two in rows(found))
    table(("", *names(found), "difference"), lines)
    heading(f"Cases that differ: {len(found.differing)} of {len(found.pairs)}")
    for pair in found.differing:
        say(f"{_title(pair)}: {one_line('; '.join(changes(pair)), limit=400)}")


def _title(pair: Pair) -> str:
    opened, sender, subject, _ = pair.key
    figures = pair.configured or pair.other
    number = figures.case if figures else 0
    at = opened.replace("T", " ").replace("Z", " UTC")
    return f"#{number}  {at}  {one_line(sender, limit=60)}  {one_line(subject, limit=60) or '(no subject)'}"


# Pages


def _page(found: Comparison) -> str:
    from mailproc.admin.against import changes, names, rows
    from mailproc.admin.drawing import aligned
    from mailproc.admin.page import comparison_page

    called = names(found)
    cases = []
    for pair in found.differing[:PICTURES]:
        one = _drawn(found.configured, pair.configured.case if pair.configured else None, called[0])
        two = _drawn(found.other, pair.other.case if pair.other else None, called[1])
        if one and two:
            one, two = aligned(one, two)
        cases.append((_title(pair), changes(pair), ((called[0], one), (called[1], two))))
    note = f"{len(found.differing)} of {len(found.pairs)} cases differ{_cut(len(found.differing))}."
    return comparison_page(f"{called[0]} against {called[1]}", note, called, rows(found), cases)


def _cut(count: int) -> str:
    return f"; the first {PICTURES} are drawn" if count > PICTURES else ""


def _drawn(run: Run, number: int | None, name: str) -> Timeline | None:
    from mailproc.admin.drawing import drawn_events

    if number is None:
        return None
    return drawn_events(run.events(number), run.desk, run.tally.mailbox[number], title=f"Case {number} under {name}")


class CasesPage:
    """The page of a simulation: takes its events on their way, and draws the first cases when they are over."""

    def __init__(self) -> None:
        self.pictures: list[Timeline] = []
        self.cases = 0

    def watch(self, events: Iterable[Event], desk: Desk) -> Iterator[Event]:
        """The events, passed on."""
        from mailproc.admin.drawing import drawn_events
        from mailproc.admin.figures import Tally

        tally, story = Tally(desk), dict[int, list[Event]]()
        for event in events:
            tally.add(event)
            if "case" in event and (event["case"] in story or len(story) < PICTURES):
                story.setdefault(event["case"], []).append(event)
            yield event
        self.cases += len(tally.cases)
        for number, own in story.items():
            title = f"Case {number}: {one_line(tally.keys[number][2], limit=120) or '(no subject)'}"
            self.pictures.append(drawn_events(own, desk, tally.mailbox[number], title=title))

    def write(self, path: Path) -> None:
        """Write the page.  Raises UserError."""
        from mailproc.admin.page import cases_page

        count = "1 case" if self.cases == 1 else f"{self.cases} cases"
        note = f"{count}{_cut(self.cases)}; times in each mailbox's own zone, and in UTC where the pointer rests."
        write_page(path, cases_page("A simulation, case by case", note, self.pictures[:PICTURES]))


def write_page(path: Path, page: str) -> None:
    """Write a page.  Raises UserError where that cannot be done."""
    from mailproc.errors import UserError

    try:
        path.write_text(page, encoding="ascii")
    except OSError as error:
        raise UserError(f"--html {path}: {(error.strerror or 'cannot be written').lower()}; name a file") from error
