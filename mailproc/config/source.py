"""A file of the configuration while it is read: its tables, its lines, the problems found in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from mailproc.config.words import Loc, field_at, in_words
from mailproc.policy import source
from mailproc.policy.locate import Lines, locate

_Table = TypeVar("_Table", bound=BaseModel)
_GONE = object()
_ROUNDS = 4  # a replaced value can let the checker see one more level, and no table is deeper

_AT_LINE = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)


@dataclass(slots=True)
class Source(source.Source):
    """A file whose keys may have been set from the command line as well: those have no line."""

    settings: frozenset[Loc] = frozenset()

    def where(self, path: Loc) -> str:
        """ "file:line: key", or "--set key" for a key that was set there."""
        if any(path[: len(setting)] == setting for setting in self.settings):
            return f"--set {'.'.join(map(str, path))}"
        return source.Source.where(self, path)

    def wrong_line(self, line: int, problem: str) -> None:
        """Note a problem with a line rather than with a key."""
        self.problems.setdefault(f"{self.filename}:{line}: {problem}", line)


def shown(path: Path) -> str:
    """A path as messages have it: relative where it lies below the working directory."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def read_toml(path: Path, name: str) -> tuple[dict[str, Any], Source]:
    """The tables of a file, empty with a problem noted if it is not TOML.  Raises OSError."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = Source(name, Lines({}))
        line = raw.count(b"\n", 0, error.start) + 1
        found.wrong_line(line, f"byte {raw[error.start]:#04x} is not UTF-8; save the file as UTF-8")
        return {}, found
    found = Source(name, locate(text.replace("\r\n", "\n")))
    try:
        return tomllib.loads(text), found
    except (ValueError, RecursionError) as error:
        found.wrong_line(*_syntax(str(error), text))
        return {}, found


def _syntax(message: str, text: str) -> tuple[int, str]:
    place = _AT_LINE.fullmatch(message)
    if place is None:
        return 1, f"not TOML: {message}; see config.example.toml"
    line = int(place[2]) if place[2] else text.rstrip("\n").count("\n") + 1
    column = f"column {place[3]}: " if place[3] else ""
    return line, f"{column}not TOML: {place[1][:1].lower()}{place[1][1:]}; see config.example.toml for the form"


def lists_frozen(value: Any) -> Any:
    """The same value with tuples for lists."""
    match value:
        case dict():
            return {key: lists_frozen(one) for key, one in value.items()}
        case list() | tuple():
            return tuple(lists_frozen(one) for one in value)
    return value


def validated(
    model: type[_Table], data: Mapping[str, Any], source: Source, at: Loc = (), folder: Path | None = None
) -> tuple[_Table | None, list[Loc]]:
    """The table at `at` as a value, with every problem noted, and the places where something was wrong.

    What is wrong is replaced by its default or an example, so that the rest can be checked further; None where that
    is not enough.
    """
    repaired: list[Loc] = []
    data = lists_frozen(data)
    for _ in range(_ROUNDS):
        try:
            return model.model_validate(data, context={"folder": folder}), repaired
        except ValidationError as error:
            for one in error.errors(include_url=False):
                source.wrong((*at, *one["loc"]), in_words(one, model))
                repaired.append((*at, *one["loc"]))
                data = _repaired(data, one["loc"], model)
    return None, repaired


def _repaired(data: Any, loc: Loc, model: type[BaseModel]) -> Any:
    """`data` without the value at `loc`, or with an example in its place if there must be one."""
    while isinstance(loc[-1], int) and len(loc) > 1 and field_at(model, loc) is None:
        loc = loc[:-1]
    field = field_at(model, loc)
    if field is None or not field.is_required():
        return _replaced(data, loc, _GONE)
    return _replaced(data, loc, lists_frozen((field.examples or [""])[0]))


def _replaced(data: Any, loc: Loc, value: Any) -> Any:
    """A copy of `data` with another value at `loc`, or none if it is `_GONE`."""
    first, rest = loc[0], loc[1:]
    if isinstance(data, tuple) and isinstance(first, int):
        return tuple(_replaced(one, rest, value) if index == first and rest else one for index, one in enumerate(data))
    if not isinstance(data, dict):
        return data
    if rest:
        return {**data, first: _replaced(data.get(first, {}), rest, value)}
    others = {key: one for key, one in data.items() if key != first}
    return others if value is _GONE else {**others, first: value}
