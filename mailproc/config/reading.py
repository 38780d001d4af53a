"""The way from a file, the environment and the command line to a checked configuration."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mailproc.config.checks import customers_disagree, disagreements, doubts
from mailproc.config.customers import customers
from mailproc.config.duties import rotas_disagree
from mailproc.config.model import Config
from mailproc.config.rotas import rotas
from mailproc.config.source import Source, read_toml, shown, validated
from mailproc.config.words import Loc
from mailproc.errors import UserError

VARIABLE = "MAILPROC_CONFIG"
USUAL = Path("config.toml")


def find(given: Path | None = None, environment: Mapping[str, str] | None = None) -> Path:
    """The file to read: `given`, else `$MAILPROC_CONFIG`, else `config.toml` in the working directory."""
    environment = os.environ if environment is None else environment
    named = environment.get(VARIABLE)
    return given or (Path(named) if named else USUAL)


def load(path: Path, overrides: Sequence[str] = ()) -> Config:
    """Read and check a configuration file; each of `overrides` is a "table.key=value" that wins over the file.

    Raises UserError with every problem found, each as `file:line: key: what is wrong; what would be right`.
    """
    config, problems = examine(path, overrides)
    if problems or config is None:
        raise UserError(f"{shown(path)}: {_counted(len(problems))}:", problems)
    return config


def examine(path: Path, overrides: Sequence[str] = ()) -> tuple[Config | None, tuple[str, ...]]:
    """What `load` does, for who wants to look further in spite of problems.

    Where something is wrong, its default or an example stands in the configuration instead; None if that was not
    possible.  Raises UserError only if there is no such file.
    """
    name = shown(path)
    try:
        data, source = read_toml(path, name)
    except OSError as error:
        advice = "copy config.example.toml to it, or name another with --config"
        raise UserError(f"{name}: {(error.strerror or 'cannot be read').lower()}; {advice}") from error
    if source.problems:
        return None, source.sorted_problems()
    problems = _override(data, overrides, source)
    config, more = _checked(data, source, path)
    return config, (*problems, *more)


def _counted(count: int) -> str:
    return "one problem" if count == 1 else f"{count} problems"


def _checked(data: dict[str, Any], source: Source, path: Path) -> tuple[Config | None, list[str]]:
    """The configuration that the tables make, and every problem with them."""
    folder = path.absolute().parent
    found, files = customers(data.pop("customers", {}), source, folder)
    turns, more = rotas(data.pop("rotas", {}), source, folder)
    files += more
    data = {"security": {}, **data, "customers": tuple(customer for _, _, customer in found)}
    data["rotas"] = {one.name: one.table for one in turns}
    config, repaired = validated(Config, data, source, folder=folder)
    for (where, at, _), key, problem in customers_disagree(found, config):
        where.wrong((*at, *key), problem)
    rotas_disagree(turns, config)
    for place, problem in disagreements(config) if config else ():
        if not any(place[: len(spot)] == spot or spot[: len(place)] == place for spot in repaired):
            source.wrong(place, problem)
    if config is not None:
        config._path = path
        config._files = tuple(Path(one.filename) for one in files)
        config._places = {one.name: where.where((*at, "plan")) for where, at, one in found}
        config._warnings = tuple(f"{source.where(place)}: {problem}" for place, problem in doubts(config))
    return config, [problem for one in (source, *files) for problem in one.sorted_problems()]


def _override(data: dict[str, Any], overrides: Sequence[str], source: Source) -> list[str]:
    """Write each "table.key=value" into the tables; the problems with those that are not of that form."""
    problems: list[str] = []
    for text in overrides:
        key, equals, value = text.partition("=")
        place = tuple(int(part) if part.isdigit() else part for part in key.strip().split("."))
        if not equals or len(place) < 2 or "" in place or not _set(data, place, _value(value.strip())):
            problems.append(f"--set {text}: names no setting; write --set table.key=value")
        else:
            source.settings |= {place}
    return problems


def _value(text: str) -> Any:
    """A value as TOML has it; what is not TOML is text, so that nobody has to quote a quote."""
    try:
        return tomllib.loads(f"value = {text}")["value"] if "\n" not in text else text
    except (ValueError, RecursionError):
        return text


def _set(data: Any, place: Loc, value: Any) -> bool:
    """Set the value at `place`, making tables on the way; False where there is no such place."""
    first, rest = place[0], place[1:]
    match data:
        case dict():
            key = str(first)
            if not rest:
                data[key] = value
                return True
            return _set(data.setdefault(key, {}), rest, value)
        case list() if isinstance(first, int) and first < len(data):
            if not rest:
                data[first] = value
                return True
            return _set(data[first], rest, value)
    return False
