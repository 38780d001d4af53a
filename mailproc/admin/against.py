"""Two policies on the same mails: what each would have done, case by case and in sum, and where they differ."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from mailproc.admin.figures import COUNTED, Figures, Key, Tally
from mailproc.admin.simulate import Arrival, simulate
from mailproc.config import Config
from mailproc.errors import UserError
from mailproc.flow.desk import Desk

Watch = Callable[[Iterable[dict[str, Any]]], Iterable[dict[str, Any]]]


@dataclass(frozen=True)
class Run:
    """What one policy did; `story` has each case's events as JSON, where they were kept."""

    desk: Desk
    tally: Tally
    story: Mapping[int, list[str]] = field(default_factory=dict)

    def events(self, number: int) -> list[dict[str, Any]]:
        """The events of one case, in order."""
        return [json.loads(line) for line in self.story.get(number, ())]


@dataclass(frozen=True)
class Pair:
    """One case under both policies; None where a policy opened no such case.  `differs` names what is not the same."""

    key: Key
    configured: Figures | None
    other: Figures | None
    differs: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """Both runs, and their cases in pairs, in the order in which they were opened."""

    configured: Run
    other: Run
    pairs: tuple[Pair, ...]

    @property
    def differing(self) -> list[Pair]:
        """The cases that the two policies treat differently."""
        return [pair for pair in self.pairs if pair.differs]


def exchanged(config: Config, others: Iterable[str]) -> Config:
    """The configuration with other policies: each of `others` is FILE, for every mailbox, or MAILBOX=FILE.

    Raises UserError for a mailbox that is none.
    """
    mailboxes = dict(config.mailbox)
    for other in others:
        name, equals, file = other.partition("=")
        if equals and name not in mailboxes and not Path(other).exists():
            raise UserError(f"--against {other}: no mailbox {name}; there is {', '.join(mailboxes)}")
        chosen = [name] if equals and name in mailboxes else list(mailboxes)
        path = Path(file if equals and name in mailboxes else other)
        mailboxes |= {one: mailboxes[one].model_copy(update={"policy": path}) for one in chosen}
    return config.model_copy(update={"mailbox": mailboxes})


def play(arrivals: Iterable[Arrival], desk: Desk, end: datetime, *, watch: Watch, keep: bool = False) -> Run:
    """Simulate the mails under the desk's policies; `watch` passes the events on, `keep` keeps them for pictures."""
    tally, story = Tally(desk), dict[int, list[str]]()
    for event in watch(simulate(arrivals, desk, end)):
        tally.add(event)
        if keep and "case" in event:
            story.setdefault(event["case"], []).append(json.dumps(event))
    return Run(desk, tally, story)


def compare(configured: Run, other: Run) -> Comparison:
    """The two runs, case by case.  Cases are the same if the same mail opened them, whatever their numbers."""
    one, two = (
        {run.tally.keys[number]: figures for number, figures in run.tally.cases.items()} for run in (configured, other)
    )
    keys = sorted(dict.fromkeys((*one, *two)), key=lambda key: (key[0], _number(one.get(key) or two.get(key)), key))
    pairs = tuple(Pair(key, one.get(key), two.get(key), tuple(_differs(one.get(key), two.get(key)))) for key in keys)
    return Comparison(configured, other, pairs)


def _number(figures: Figures | None) -> int:
    return (figures.case or 0) if figures else 0


def _differs(one: Figures | None, two: Figures | None) -> Iterator[str]:
    if one is None or two is None:
        yield "case"
        return
    after = two.compared()
    yield from (name for name, value in one.compared().items() if value != after[name])


def to_json(found: Comparison) -> Iterator[dict[str, Any]]:
    """One object a case, and one `sum` at the end (docs/json.md)."""
    for pair in found.pairs:
        opened, sender, subject, _ = pair.key
        yield {
            "line": "case",
            "opened": opened,
            "from": sender,
            "subject": subject,
            "differs": list(pair.differs),
            "configured": _case(pair.configured),
            "other": _case(pair.other),
        }
    yield {
        "line": "sum",
        "differing": len(found.differing),
        "configured": _sum(found.configured),
        "other": _sum(found.other),
    }


def _case(figures: Figures | None) -> dict[str, Any] | None:
    return {"case": figures.case, **figures.compared()} if figures else None


def _sum(run: Run) -> dict[str, Any]:
    whole = run.tally.sum().compared()
    del whole["first_response_due"]  # a sum has no single one
    return {
        "policies": {name: str(mailbox.policy) for name, mailbox in run.desk.config.mailbox.items()},
        "cases": len(run.tally.cases),
        **whole,
        "severities": dict(sorted(run.tally.opening().items())),
    }


def names(found: Comparison) -> tuple[str, str]:
    """What the two are called: their files, as far as they are not the same ones."""
    sides = [[str(box.policy) for box in run.desk.config.mailbox.values()] for run in (found.configured, found.other)]
    pairs = dict.fromkeys((one, two) for one, two in zip(*sides, strict=True) if one != two)
    if not pairs:
        return "configured", "other"
    short = [(Path(one).name, Path(two).name) for one, two in pairs]
    shown = list(pairs) if any(one == two for one, two in short) else short
    one, two = (", ".join(dict.fromkeys(names)) for names in zip(*shown, strict=True))
    return one, two


def rows(found: Comparison) -> list[tuple[str, int, int]]:
    """The sums as lines of a table: what is counted, under the configured policy, under the other."""
    one, two = _sum(found.configured), _sum(found.other)
    lines = [(name.replace("_", " "), one[name], two[name]) for name in ("cases", *COUNTED)]
    for words, key in (("breaches of", "breaches"), ("cases of severity", "severities")):
        before, after = one[key], two[key]
        lines += [
            (f"{words} {name.replace('_', ' ')}", before.get(name, 0), after.get(name, 0))
            for name in sorted(before | after)
        ]
    return lines


def changes(pair: Pair) -> list[str]:
    """What differs about a case, in words: "mails to customers 12 → 8"."""
    if pair.configured is None or pair.other is None:
        side = "the configured policy" if pair.other is None else "the other policy"
        return [f"a case of its own under {side} alone"]
    one, two = pair.configured.compared(), pair.other.compared()
    return [change for name in pair.differs for change in _change(name, one[name], two[name])]


def _change(name: str, one: Any, two: Any) -> list[str]:
    words = name.replace("_", " ")
    match name:
        case "breaches":
            keys = [key for key in sorted(one | two) if one.get(key, 0) != two.get(key, 0)]
            return [f"breaches of {key.replace('_', ' ')} {one.get(key, 0)} → {two.get(key, 0)}" for key in keys]
        case "severities":
            return [f"severity {', '.join(one) or 'none'} → {', '.join(two) or 'none'}"]
        case "first_response_due":
            return [f"{words} {_worded(one)} → {_worded(two)}"]
    return [f"{words} {one} → {two}"]


def _worded(moment: str | None) -> str:
    return moment.replace("T", " ").replace("Z", " UTC") if moment else "never"
