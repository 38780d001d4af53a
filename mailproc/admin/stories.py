"""Stories: a .case file tells what happens and when, in sentences; `mailproc simulate` tells what follows (style.md).

# CON-6: an agent's mail restarts the interval
policy policies/conceal.toml
zone America/New_York
Fri 2026-03-06 19:50  customer writes [high] All printers are down
    … the lines below a sentence, indented, are what follows from it …
Fri 2026-03-06 21:10  alice: #take; We are looking at it.
Mon 2026-03-09 10:00  tick
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from mailproc.admin.simulate import Arrival, simulate
from mailproc.admin.story_desk import AGENTS, ROLES, bundle_problem, customer_problems, story_desk
from mailproc.admin.story_mail import Postbag, Said
from mailproc.errors import UserError
from mailproc.flow.desk import Desk
from mailproc.store.letters import Letter

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
OFF = "0 minutes"
HEADERS = ("policy", "zone", "plan", "customer", "rota", "team", "agent", "bundle")
_DATED = re.compile(
    r"(?P<day>[A-Z][a-z]{2}) (?P<date>\d{4}-\d\d-\d\d) (?P<time>\d\d:\d\d(?::\d\d)?)(?: (?P<name>[A-Z]{3,5}))?"
)
_STEP = re.compile(_DATED.pattern + r"\s+(?P<what>\S.*)")
_WRITES = re.compile(
    r"(?P<who>customer|colleague|stranger|robot) writes(?P<anew> anew)?(?: on case (?P<case>\d+))?"
    r"(?: to (?P<to>[^\s@]+@[^\s@:]+):?)?(?: (?P<text>.+))?"
)
_AGENT = re.compile(
    r"(?P<who>[\w.-]+)(?P<anew> anew)?(?: answers (?P<template>[a-z_]+))?(?: on case (?P<case>\d+))?: ?(?P<text>.*)"
)
_TRACKER = re.compile(r"tracker (?P<who>[^\s@]+@[^\s@:]+): ?(?P<text>.+)")
_CALL = re.compile(r"voicemail from (?P<who>\+?\d+|nobody)(?:: (?P<text>.+))?")
_FORM = re.compile(r"form (?P<who>[^\s@]+@[^\s@:]+): ?(?P<text>.+)")
_ROBOT = re.compile(r"(?P<kind>out-of-office|bounce)(?: of (?P<who>customer|colleague))?(?:: (?P<text>.+))?")
_UNTIL = re.compile(r"nothing until (?P<until>.+)")
SENTENCES = (
    'write "customer writes …", "colleague writes …", "stranger writes …", "robot writes …", "alice: #take; …", '
    '"out-of-office", "bounce", "voicemail from +12125550100: …", "form forms@app.example.com: Email: … | …", '
    '"tracker jira@example.com: SUBJECT | …", "tick" or "nothing until Mon 2026-03-09 10:00"'
)


@dataclass(frozen=True, slots=True)
class Step:
    """One dated line: its number in the file, its moment in UTC, and the mail that comes then, if one does."""

    line: int
    at: datetime
    said: Said | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A story as it was read.  `policy` is None where the file names none; `until` is the last moment it speaks of."""

    file: str
    text: str
    steps: tuple[Step, ...]
    zone: ZoneInfo
    until: datetime
    policy: Path | None = None
    plan: str = ""
    customer: tuple[tuple[str, object], ...] = ()  # keys of the customers file that are other than usual
    rota: tuple[str, ...] = ()  # who takes turns in being on call, a week each
    roles: tuple[tuple[str, tuple[str, ...]], ...] = ()  # who holds which role of the team
    zones: tuple[tuple[str, str], ...] = ()  # of the agents who are not in the story's own
    bundle: str = OFF  # how long notices wait for others to the same agent

    def desk(self, policy: Path | None = None, *, composed: bool = False) -> Desk:
        """The small desk of the story, around its own policy, else around `policy`.  Raises UserError."""
        chosen = self.policy or policy
        if chosen is None:
            raise UserError(f'{self.file}:1: policy: missing; add a line such as "policy policies/conceal.toml"')
        return story_desk(
            chosen,
            zone=self.zone.key,
            plan=self.plan,
            composed=composed,
            customer=dict(self.customer),
            rota=self.rota,
            roles=dict(self.roles),
            zones=dict(self.zones),
            bundle=self.bundle,
        )

    def play(self, desk: Desk, keep: Callable[[Letter], None] | None = None) -> Iterator[dict[str, Any]]:
        """Every event as `simulate` tells it, up to the story's last moment."""
        postbag = Postbag(keep)
        mails = [
            Arrival(at=step.at, file=f"{self.file}:{step.line}", raw=postbag.mail(step.said, step.at, step.line))
            for step in self.steps
            if step.said
        ]
        for line in simulate(mails, desk, self.until, postbag.keep):
            postbag.heard(line)
            yield line


def load(path: Path) -> Story:
    """The story in a file.  Raises UserError with every problem as `file:line: what is wrong; what would be right`."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read: {error}; a story is a text in UTF-8") from error
    story, problems = parse(text, str(path))
    if problems:
        raise UserError(f"{path}: the story cannot be played:", problems)
    return story


def parse(text: str, file: str) -> tuple[Story, tuple[str, ...]]:
    """The story that the text tells, and its problems; with problems, only what could be read of it."""
    reader = _Reader(file)
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line[0].isspace() and not line.startswith("#"):
            reader.read(number, line.rstrip())
    return reader.story(text), tuple(reader.problems)


class _Reader:
    """Reads line by line, and remembers what is wrong."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[str] = []
        self.steps: list[Step] = []
        self.headers: dict[str, str] = {}
        self.customer: dict[str, object] = {}
        self.roles: dict[str, tuple[str, ...]] = {}
        self.zones: dict[str, str] = {}
        self.zone = ZoneInfo("UTC")
        self.until: datetime | None = None

    def read(self, number: int, line: str) -> None:
        """One line that is neither empty nor indented nor a comment."""
        name, _, value = line.partition(" ")
        if name in HEADERS and value:
            self._header(number, name, value.strip())
        elif found := _STEP.fullmatch(line):
            self._step(number, found)
        else:
            self._wrong(number, f'"{line[:60]}" is no dated line; write "Fri 2026-03-06 19:50  customer writes …"')

    def story(self, text: str) -> Story:
        """What was read."""
        if not self.steps:
            self._wrong(1, "nothing happens in it; add a dated line")
        policy = self.headers.get("policy")
        last = max((step.at for step in self.steps), default=datetime(2026, 1, 1, tzinfo=UTC))
        return Story(
            file=self.file,
            text=text,
            steps=tuple(self.steps),
            zone=self.zone,
            until=max(last, self.until or last),
            policy=_found(policy, Path(self.file)) if policy else None,
            plan=self.headers.get("plan", ""),
            customer=tuple(self.customer.items()),
            rota=tuple(self.headers.get("rota", "").split()),
            roles=tuple(self.roles.items()),
            zones=tuple(self.zones.items()),
            bundle=self.headers.get("bundle", OFF),
        )

    def _header(self, number: int, name: str, value: str) -> None:
        if self.steps:
            self._wrong(number, f"{name}: comes too late; put it above the first dated line")
        elif name == "zone" and value not in available_timezones():
            self._wrong(number, f"zone: {value} is no time zone; write one such as America/New_York")
        elif name == "policy" and _found(value, Path(self.file)) is None:
            self._wrong(
                number, f"policy: {value} is not there; the path is seen from the story's folder or one above it"
            )
        elif name == "zone":
            self.zone = ZoneInfo(value)
        elif name == "customer":
            self._customer(number, value)
        elif name == "rota" and (unknown := set(value.split()) - set(AGENTS)):
            self._wrong(number, f"rota: there is no {min(unknown)}; name some of {', '.join(AGENTS)}")
        elif name == "bundle" and (problem := bundle_problem(value)):
            self._wrong(number, problem)
        elif name == "team":
            self._team(number, value)
        elif name == "agent":
            self._agent(number, value)
        self.headers.setdefault(name, value)

    def _team(self, number: int, value: str) -> None:
        """Who holds a role: "cs_lead = lead, manager"."""
        role, _, said = (part.strip() for part in value.partition("="))
        names = tuple(said.replace(",", " ").split())
        if role not in ROLES or not names or not set(names) <= set(AGENTS):
            self._wrong(number, f"team: {value} is not understood; write one such as cs_lead = {AGENTS[-1]}")
        else:
            self.roles[role] = names

    def _agent(self, number: int, value: str) -> None:
        """The zone of an agent: "manager timezone = Europe/Berlin"."""
        told, _, zone = (part.strip() for part in value.partition("="))
        name, _, key = told.partition(" ")
        if name not in AGENTS or key.strip() != "timezone" or zone not in available_timezones():
            self._wrong(number, f"agent: {value} is not understood; write one such as bob timezone = Europe/Berlin")
        else:
            self.zones[name] = zone

    def _customer(self, number: int, value: str) -> None:
        """One key of the customers file, as TOML has it: what is no TOML is text."""
        key, _, said = (part.strip() for part in value.partition("="))
        try:
            known = tomllib.loads(f"value = {said}")["value"]
        except tomllib.TOMLDecodeError:
            known = said
        problems = customer_problems({key: known})
        for problem in problems:
            self._wrong(number, f"customer: {problem}")
        if not problems:
            self.customer[key] = known

    def _step(self, number: int, found: re.Match[str]) -> None:
        at = self._moment(number, found)
        if at is None:
            return
        if self.steps and at < self.steps[-1].at:
            self._wrong(number, "comes before the line above it; put the lines in the order of time")
        said = self._sentence(number, found["what"].strip())
        if said is not False:
            self.steps.append(Step(line=number, at=at, said=said if isinstance(said, Said) else None))

    def _moment(self, number: int, found: re.Match[str]) -> datetime | None:
        """The moment of a dated line; a wrong weekday is a slip in one of the two, so it is refused."""
        try:
            wall = datetime.fromisoformat(f"{found['date']} {found['time']}")
        except ValueError:
            self._wrong(number, f"{found['date']} {found['time']}: there is no such date")
            return None
        if (day := DAYS[wall.weekday()]) != found["day"]:
            self._wrong(number, f"{found['date']} is a {day}, not a {found['day']}; correct the day or the date")
            return None
        moments = [wall.replace(tzinfo=self.zone, fold=fold) for fold in (0, 1)]
        named = [one for one in moments if found["name"] in (None, one.tzname())]
        if not named or named[0].astimezone(UTC).astimezone(self.zone).replace(tzinfo=None) != wall:
            self._wrong(number, f"{found[0].split('  ')[0]}: this time does not occur in {self.zone.key}")
            return None
        return named[0].astimezone(UTC)

    def _sentence(self, number: int, what: str) -> Said | bool | None:
        """The mail of a sentence; None where only time goes on, False where it cannot be understood."""
        if what in ("tick", "nothing"):
            return None
        if found := _UNTIL.fullmatch(what):
            return None if self._nothing_until(number, found["until"]) else False
        if found := _WRITES.fullmatch(what):
            anew = bool(found["anew"])
            return Said(found["who"], "writes", found["text"] or "", _case(found), anew=anew, to=found["to"] or "")
        if found := _CALL.fullmatch(what):
            return Said("" if found["who"] == "nobody" else found["who"], "calls", found["text"] or "")
        if found := _TRACKER.fullmatch(what):
            return Said(found["who"], "notifies", found["text"])
        if found := _FORM.fullmatch(what):
            return Said(found["who"], "fills in", found["text"])
        if found := _ROBOT.fullmatch(what):
            return Said(found["who"] or "customer", found["kind"], found["text"] or "")
        if (found := _AGENT.fullmatch(what)) and found["who"] in AGENTS:
            anew, template = bool(found["anew"]), found["template"] or ""
            return Said(found["who"], "commands", found["text"], _case(found), template=template, anew=anew)
        self._wrong(number, f'"{what[:60]}" is not understood; {SENTENCES}')
        return False

    def _nothing_until(self, number: int, until: str) -> bool:
        found = _DATED.fullmatch(until.strip())
        if found is None:
            self._wrong(number, f'"{until[:40]}" is no moment; write "nothing until Mon 2026-03-09 10:00"')
            return False
        self.until = self._moment(number, found)
        return self.until is not None

    def _wrong(self, number: int, problem: str) -> None:
        self.problems.append(f"{self.file}:{number}: {problem}")


def _case(found: re.Match[str]) -> int | None:
    return int(found["case"]) if found["case"] else None


def _found(policy: str, story: Path) -> Path | None:
    """The policy file, seen from the story's folder or the nearest one above it."""
    folder = story.absolute().parent
    return next((path for each in (folder, *folder.parents) if (path := each / policy).is_file()), None)
