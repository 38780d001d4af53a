"""A case as JSON text and back, without loss."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from typing import Any

from mailproc.core.case import Agreed, Case, Pause, Person, Progress, State, Step, Task


def dump(case: Case) -> str:
    """The case as one line of JSON; the same case gives the same text."""
    return json.dumps(_plain(case), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def load(text: str) -> Case:
    """The case that `dump` wrote.  Fields that a newer version added take their defaults.

    Raises ValueError, KeyError or TypeError if the text was not written by `dump`.
    """
    facts = json.loads(text)
    known = {field.name for field in fields(Case)}
    return Case(**{name: _READ.get(name, _same)(value) for name, value in facts.items() if name in known})


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case Case() | Person() | Pause() | Step() | Agreed() | Task() | Progress():
            return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        case frozenset():
            return sorted((_plain(one) for one in value), key=lambda step: sorted(step.items()))
        case tuple():
            return [_plain(one) for one in value]
        case dict():
            return {name: _plain(one) for name, one in value.items()}
        case _:
            return value


def _same(value: Any) -> Any:
    return value


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _moments(value: dict[str, str]) -> dict[str, datetime]:
    return {name: datetime.fromisoformat(at) for name, at in value.items()}


def _pauses(value: list[dict[str, Any]]) -> tuple[Pause, ...]:
    return tuple(
        Pause(
            start=datetime.fromisoformat(one["start"]),
            until=_moment(one["until"]),
            why=one["why"],
        )
        for one in value
    )


def _tasks(value: list[dict[str, Any]]) -> tuple[Task, ...]:
    return tuple(Task(kind=one["kind"], due=_moment(one["due"]), done=_moment(one["done"])) for one in value)


_MOMENTS = ("opened", "spoke", "updated", "eta", "wait_until", "acknowledged", "relieved", "resolved", "closed")

_READ: dict[str, Callable[[Any], Any]] = {
    "state": State,
    "requester": lambda value: Person(**value),
    "met": _moments,
    "broken": _moments,
    "pauses": _pauses,
    "told": lambda value: frozenset(Step(**one) for one in value),
    "agreed": lambda value: Agreed(every=value["every"], until=_moment(value["until"])) if value else None,
    "progress": lambda value: Progress(text=value["text"], at=datetime.fromisoformat(value["at"])) if value else None,
    "tasks": _tasks,
    "related": tuple,
    "tags": tuple,
}
_READ.update(dict.fromkeys(_MOMENTS, _moment))
