"""The rotas, read from the configuration or from files of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mailproc.config.kinds import in_folder
from mailproc.config.model import Override, RotaTable, Table
from mailproc.config.source import Source, read_toml, shown, validated
from mailproc.config.words import Loc
from mailproc.policy import rota as turns
from mailproc.policy.rota import Rota, first_instant, handover


class OverridesFile(Table):
    """A file that holds the overrides of a rota and nothing else."""

    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacedRota:
    """A rota, and where its keys and each of its overrides stand.  `repaired` are places that hold no value of its."""

    name: str
    table: RotaTable
    source: Source
    at: Loc
    overrides: tuple[tuple[Source, Loc], ...] = ()
    repaired: tuple[Loc, ...] = ()

    def wrong(self, key: Loc, problem: str) -> None:
        """Note a problem with one of the keys, unless something is wrong with it already."""
        source, place = self.source, (*self.at, *key)
        match key:
            case ("overrides", int(index), *rest):
                source, place = self.overrides[index][0], (*self.overrides[index][1], *rest)
        if not any(place[: len(spot)] == spot or spot[: len(place)] == place for spot in self.repaired):
            source.wrong(place, problem)


def rotas(table: object, source: Source, folder: Path) -> tuple[list[PlacedRota], list[Source]]:
    """Every rota that can be read, and the files besides `source` that were read for them.

    `table` is what the configuration has under `rotas`.  A rota that has `file` and nothing else stands in that file;
    one that has other keys gets more overrides from it.
    """
    if not isinstance(table, Mapping):
        source.wrong(("rotas",), "not a table; write [rotas.NAME] above the keys of a rota")
        return [], []
    found: list[PlacedRota] = []
    files: list[Source] = []
    for name, row in table.items():
        at: Loc = ("rotas", name)
        if not isinstance(row, Mapping):
            source.wrong(at, f"{name} is not a table; write [rotas.{name}] above its keys")
            continue
        file = _file(row["file"], source, (*at, "file"), folder) if "file" in row else None
        files += [file[1]] if file else []
        found.append(_placed(name, row, source, file, folder))
    return found, files


def rota(name: str, table: RotaTable) -> Rota:
    """A rota as the rules know it; `handover` was read before, so it can be read."""
    zone = ZoneInfo(table.timezone)
    spoken = handover(table.handover)
    day, hour = spoken if isinstance(spoken, tuple) else (None, datetime.min.time())
    bare = Rota(
        name=name,
        members=table.members,
        zone=zone,
        handover=hour,
        handover_day=day,
        length=table.length,
        start=table.start,
    )
    return replace(bare, overrides=tuple(_override(one, bare) for one in table.overrides))


def instant(said: date, rota: Rota) -> datetime:
    """What a moment of the file means, in UTC: one without an offset is the rota's, a bare day its handover."""
    if not isinstance(said, datetime):
        return first_instant(datetime.combine(said, rota.handover), rota.zone)
    return first_instant(said, rota.zone) if said.tzinfo is None else said.astimezone(UTC)


def _override(one: Override, rota: Rota) -> turns.Override:
    since, until = instant(one.since, rota), instant(one.until, rota)
    return turns.Override(since=since, until=until, member=one.member, why=one.because)


_File = tuple[dict[str, Any], Source]


def _file(name: object, source: Source, at: Loc, folder: Path) -> _File | None:
    if not isinstance(name, str) or not name.endswith(".toml"):
        source.wrong(at, 'names no TOML file; write one such as "rota.toml"')
        return None
    path = in_folder(folder, name)
    try:
        return read_toml(path, shown(path))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "cannot be read"
        source.wrong(at, f"{shown(path)}: {why.lower()}; name a file that can be read")
        return None


def _placed(name: str, row: Mapping[str, Any], source: Source, file: _File | None, folder: Path) -> PlacedRota:
    at: Loc = ("rotas", name)
    own = {key: value for key, value in row.items() if key != "file"}
    if file is not None and file[1].problems:
        file = None  # what it says is not known
    if own or "file" not in row:
        placed = _whole(name, own, source, at=at, folder=folder)
        return _with_overrides(placed, *file) if file else placed
    if file is None:
        return _unreadable(name, source, at)
    if "file" in file[0]:
        file[1].wrong(("file",), "one file leads to no other; take it out")
    return _whole(name, {key: value for key, value in file[0].items() if key != "file"}, file[1], at=(), folder=folder)


def _whole(name: str, data: Mapping[str, Any], source: Source, *, at: Loc, folder: Path) -> PlacedRota:
    table, repaired = validated(RotaTable, data, source, at, folder)
    if table is None:
        return _unreadable(name, source, at)
    places = tuple((source, (*at, "overrides", index)) for index in range(len(table.overrides)))
    return PlacedRota(name=name, table=table, source=source, at=at, overrides=places, repaired=tuple(repaired))


def _with_overrides(placed: PlacedRota, data: dict[str, Any], file: Source) -> PlacedRota:
    more, repaired = validated(OverridesFile, data, file)
    overrides = more.overrides if more else ()
    return replace(
        placed,
        table=placed.table.model_copy(update={"overrides": (*placed.table.overrides, *overrides)}),
        overrides=(*placed.overrides, *((file, ("overrides", index)) for index in range(len(overrides)))),
        repaired=(*placed.repaired, *repaired),
    )


def _unreadable(name: str, source: Source, at: Loc) -> PlacedRota:
    """Stands for a rota about which enough was said already, so that its name is known."""
    table = RotaTable(members=(name,), start=date(2026, 1, 5))
    return PlacedRota(name=name, table=table, source=source, at=at, repaired=((),))
