"""A case as JSON text and back, without loss."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from mailproc.core.case import (
    NAMES,
    Access,
    Agreed,
    Case,
    Page,
    Pause,
    Person,
    Progress,
    Proposal,
    State,
    Step,
    Task,
    Ticket,
    replace,
)


def dump(case: Case) -> str:
    """The case as one line of JSON; the same case gives the same text."""
    return _ENCODE(vars(case))


def load(text: str) -> Case:
    """The case that `dump` wrote.  Fields that a newer version added take their defaults.

    Raises ValueError, KeyError or TypeError if the text was not written by `dump`.
    """
    facts = {name: value for name, value in json.loads(text).items() if name in NAMES}
    for name in _READ.keys() & facts.keys():
        facts[name] = _READ[name](facts[name])
    if missing := _REQUIRED - facts.keys():
        raise KeyError(*missing)
    return replace(_BLANK, **facts)


def _plain(value: Any) -> Any:
    """What JSON has no word for: moments, sets, and the values that a case is made of."""
    match value:
        case datetime():
            return value.isoformat()
        case frozenset():
            return [_plain(one) for one in sorted(value, key=_by_names)]
        case _:
            return {name: getattr(value, name) for name in value.__dataclass_fields__}


def _by_names(value: Any) -> list[Any]:
    """What a set is put in order by: the values of the fields, in the order of the fields' names."""
    return [getattr(value, name) for name in sorted(value.__dataclass_fields__)]


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


def _read(kind: type[Any], *moments: str, **others: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """How a value of this kind, or None, is read: these of its fields are moments, others are made by a function."""
    made = dict.fromkeys(moments, _moment) | others

    def read(value: dict[str, Any] | None) -> Any:
        return kind(**{name: made.get(name, _same)(one) for name, one in value.items()}) if value else None

    return read


_MOMENTS = (
    "opened",
    "spoke",
    "updated",
    "asked",
    "eta",
    "wait_until",
    "acknowledged",
    "relieved",
    "resolved",
    "closed",
    "requested",
    "terms_until",
)

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
    "proposal": _read(Proposal, "at"),
    "page": _read(Page, "at", "last", "acknowledged", "called", clause=tuple, earlier=tuple),
    "access": _read(Access, "at", "granted", "until"),
    "links": tuple,
    "tickets": lambda value: tuple(Ticket(**one) for one in value),
    "cc": tuple,
}
_READ.update(dict.fromkeys(_MOMENTS, _moment))

_REQUIRED = frozenset(("number", "mailbox", "opened"))
_BLANK = Case(number=0, mailbox="", opened=datetime.min.replace(tzinfo=UTC))
_ENCODE = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain).encode
