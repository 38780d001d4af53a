"""Whether rotas, deputies and the ways to assign cases fit the agents and the teams that there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from mailproc.config.model import Config
from mailproc.config.rotas import PlacedRota, instant, rota
from mailproc.config.words import Loc
from mailproc.policy.source import meant

Finding = tuple[Loc, str]
WEEK = timedelta(weeks=1)
LONGEST_BUNDLE = timedelta(hours=1)
"""How long a warning may wait for others at most."""


def duties_disagree(config: Config) -> Iterator[Finding]:
    """A deputy who is no agent, a team's rota that is none: where, and what is wrong."""
    names = [agent.name for agent in config.agents]
    for index, agent in enumerate(config.agents):
        place: Loc = ("agents", index, "deputy")
        if agent.deputy == agent.name:
            yield place, f'"{agent.deputy}" is this very agent; name somebody else'
        elif agent.deputy and agent.deputy not in names:
            yield place, f'"{agent.deputy}" is no agent; {meant(agent.deputy, names)}'
    for name, team in config.teams.items():
        if team.rota and team.rota not in config.rotas:
            yield ("teams", name, "rota"), f'"{team.rota}" is no rota; {meant(team.rota, config.rotas)}'
        if team.assign == "rota" and not team.rota:
            yield ("teams", name, "assign"), 'no rota to assign by; add one such as rota = "support"'
        if team.bundle > LONGEST_BUNDLE:
            yield ("teams", name, "bundle"), 'would keep warnings from people for long; write "1 hour" or less'


def duties_doubtful(config: Config) -> Iterator[Finding]:
    """A rota that serves nobody, a way to assign that never finds anybody."""
    used = {team.rota for team in config.teams.values()}
    for name in config.rotas:
        if name not in used:
            yield ("rotas", name), f'no team goes by it; add rota = "{name}" to a team'
    for name, team in config.teams.items():
        members = [agent for agent in config.agents if agent.name in team.members]
        if team.assign == "product" and not any(agent.products for agent in members):
            yield ("teams", name, "assign"), 'no member has products; add some such as products = ["shop"] to an agent'
        if team.assign == "language" and not any(agent.languages for agent in members):
            yield ("teams", name, "assign"), 'no member has languages; add some such as languages = ["de"] to an agent'


def rotas_disagree(placed: Sequence[PlacedRota], config: Config | None) -> None:
    """Note what is wrong with the rotas beyond single keys: strangers, lengths, overrides that contradict."""
    names = [agent.name for agent in config.agents] if config else []
    for one in placed:
        for key, problem in _disagreements(one, names if config else None):
            one.wrong(key, problem)


def _disagreements(placed: PlacedRota, names: Sequence[str] | None) -> Iterator[Finding]:
    table = placed.table
    for index, member in enumerate(table.members if names is not None else ()):
        if member not in (names or ()):
            yield ("members", index), f'"{member}" is no agent; {meant(member, names or ())}'
    if rota(placed.name, table).handover_day is not None and table.length % WEEK:
        yield ("handover",), 'names a weekday, and turns are not whole weeks; write a time alone, such as "09:00"'
    yield from _overrides(placed, names)


def _overrides(placed: PlacedRota, names: Sequence[str] | None) -> Iterator[Finding]:
    whole = rota(placed.name, placed.table)
    for index, one in enumerate(whole.overrides):
        said = placed.table.overrides[index]
        if names is not None and one.member not in names:
            yield ("overrides", index, "member"), f'"{one.member}" is no agent; {meant(one.member, names)}'
        if instant(said.until, whole) <= instant(said.since, whole):
            yield ("overrides", index, "until"), "not after from; write a later moment"
            continue
        if any(other.since < one.until and one.since < other.until for other in whole.overrides[:index]):
            yield ("overrides", index, "from"), "overlaps another override; give each its own time"
