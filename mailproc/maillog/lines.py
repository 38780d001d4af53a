"""One event as one line of ASCII, as JSON or as text."""

from __future__ import annotations

import json
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from datetime import date, datetime
from types import TracebackType
from typing import Any

from mailproc.clock import SystemClock

CAP = 200  # characters of one text
MOST = 20  # entries of a list
FRAMES = 6  # of a traceback, the innermost

_PLAIN = re.compile(r"[A-Za-z0-9_.:/@+<>=-]+")
_clock = SystemClock()
_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


def complete(_: object, level: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Time, level and event first, then what was told, each value safe to write down; an error without its message.

    The message of an error may hold what a customer wrote: its type and the lines of code that it passed tell enough.
    """
    error = event.pop("exc_info", None)
    head = {"time": _clock.now().isoformat(timespec="milliseconds"), "level": level, "event": event.pop("event", "")}
    told = {**head, **event, **(_error(error) if error else {})}
    return {cut(str(key)): safe(value) for key, value in told.items()}


def as_json(_: object, __: str, event: Mapping[str, Any]) -> str:
    """The line as JSON; what is not ASCII is escaped, so that no letter can turn the direction or end the line."""
    return _encode(event)


def as_text(_: object, __: str, event: Mapping[str, Any]) -> str:
    """The line for reading: time, level, event, then key=value."""
    time, level, name, *pairs = event.items()
    told = "".join(f" {_word(key)}={_word(value)}" for key, value in pairs)
    return f"{time[1]} {level[1]:7} {_word(name[1])}{told}"


def safe(value: object, depth: int = 2) -> Any:
    """A value as JSON can have it, of bounded size."""
    match value:
        case None | bool() | int():
            return value if not isinstance(value, int) or abs(value) < 2**63 else str(abs(value).bit_length()) + " bits"
        case float():
            return value if abs(value) < float("inf") else str(value)
        case str():
            return cut(value)
        case datetime() | date():
            return value.isoformat()
        case Mapping() if depth:
            return {cut(str(key)): safe(one, depth - 1) for key, one in list(value.items())[:MOST]}
        case list() | tuple() | set() | frozenset() if depth:
            return [safe(one, depth - 1) for one in list(value)[:MOST]]
        case BaseException():
            return type(value).__name__
    return cut(str(value))


def cut(text: str) -> str:
    """The text, or as much of it as a line may hold."""
    return text if len(text) <= CAP else f"{text[: CAP - 3]}..."


def _error(error: object) -> dict[str, object]:
    """What kind of error it was, and the innermost lines of code that it passed."""
    raised = sys.exc_info()[1] if error is True else error[1] if isinstance(error, tuple) else error
    if not isinstance(raised, BaseException):
        return {}
    return {"error": type(raised).__name__, "at": _passed(raised.__traceback__)}


def _passed(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-FRAMES:]
    return [f"{'/'.join(frame.filename.split('/')[-2:])}:{frame.lineno} {frame.name}" for frame in frames]


def _word(value: object) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        return value
    return json.dumps(value)
