"""The stretches of time that agents name in `#away` and `#swap`, read from their words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from mailproc.config import Agent
from mailproc.mail.commands import cut
from mailproc.mail.dates import when
from mailproc.policy.rota import Rota, first_instant

WEEK = timedelta(weeks=1)
_BACK = frozenset({"off", "no", "none", "back", "end", "over"})
_WEEKS = {"this week": 0, "week": 0, "diese woche": 0, "next week": 1, "nächste woche": 1}
_AWAY_FORM = 'write "away until mon 9:00", "away until fri deputy bob" or "away off"'
_SWAP_FORM = 'write "swap fri with bob", "swap 2026-12-24 with bob" or "swap this week with bob"'


@dataclass(frozen=True, slots=True)
class Leave:
    """An agent is away from `since` up to `until`; `deputy` is an agent's name, "" if none is named."""

    since: datetime
    until: datetime
    deputy: str = ""


@dataclass(frozen=True, slots=True)
class Trade:
    """A swap with another agent; `when` are the words for the stretch."""

    when: str
    other: str


def leave(argument: str, agent: Agent, agents: Mapping[str, Agent], now: datetime) -> Leave | str | None:
    """What an `#away` says; None: the agent is back; a sentence where it cannot be read."""
    said = " ".join(argument.split())
    if said.casefold() in _BACK:
        return None
    said, named = cut(said, "deputy")
    deputy = _other(named.removeprefix("is ").strip(), agent, agents) if named else ""
    if deputy is None:
        return f"{named}: {_whom(agent, agents)}"
    said, until = cut(said, "until")
    since = cut(said, "from")[1] or said
    if not until:
        return f"until when? {_AWAY_FORM}"
    zone = ZoneInfo(agent.timezone)
    begins = _begin(since, now, zone) if since else now
    ends = when(until, now, zone)
    if isinstance(begins, str):
        return begins
    if not isinstance(ends, datetime):
        return ends if isinstance(ends, str) else f"{until}: not a moment; {_AWAY_FORM}"
    return Leave(begins, ends, deputy) if begins < ends else f"{until}: not after {since}; {_AWAY_FORM}"


def trade(argument: str, agent: Agent, agents: Mapping[str, Agent]) -> Trade | str:
    """What a `#swap` says, or a sentence where it cannot be read."""
    said, named = cut(" ".join(argument.split()), "with")
    if not said:  # "with bob fri"
        named, _, said = named.partition(" ")
    if not named or not said:
        return _SWAP_FORM
    other = _other(named, agent, agents)
    return Trade(when=said, other=other) if other else f"{named}: {_whom(agent, agents)}"


def stretch(said: str, rota: Rota, now: datetime) -> tuple[datetime, datetime] | str:
    """The part of a day, of several ("fri until mon") or of a week that is still to come, from handover to handover.

    A day begins at the rota's time of handover, by its zone.
    """
    words = " ".join(said.casefold().split())
    if words in _WEEKS:
        first = _week_of(rota, now) + _WEEKS[words] * WEEK
        last = first + WEEK
    else:
        begin, end = cut(words, "until")
        first_day, last_day = _day(begin, rota, now), _day(end, rota, now) if end else None
        if first_day is None or (end and last_day is None):
            return f"{said}: not a day to come; {_SWAP_FORM}"
        first = datetime.combine(first_day, rota.handover)
        last = datetime.combine(last_day, rota.handover) if last_day else first + timedelta(days=1)
    since, until = max(first_instant(first, rota.zone), now), first_instant(last, rota.zone)
    return (since, until) if since < until else f"{said}: is past; {_SWAP_FORM}"


def _week_of(rota: Rota, now: datetime) -> datetime:
    """When the week of `now` began by the wall clock: with a turn where turns are weeks, else on Monday."""
    weekday = rota.handover_day
    if weekday is None:
        weekday = rota.start.weekday() if not rota.length % WEEK else 0
    local = now.astimezone(rota.zone).replace(tzinfo=None)
    begun = datetime.combine(local.date() - timedelta(days=(local.weekday() - weekday) % 7), rota.handover)
    return begun if first_instant(begun, rota.zone) <= now else begun - WEEK


def _day(said: str, rota: Rota, now: datetime) -> date | None:
    found = when(f"{said} 23:59", now, rota.zone)
    return found.astimezone(rota.zone).date() if isinstance(found, datetime) else None


def _begin(said: str, now: datetime, zone: ZoneInfo) -> datetime | str:
    """The beginning of a day, or the moment that is named; what has begun begins now."""
    if said in ("now", "today", "heute"):
        return now
    for form in (f"{said} 00:00", said):
        found = when(form, now, zone)
        if isinstance(found, datetime):
            return found
    return f"{said}: not a time that can be read; {_AWAY_FORM}"


def _other(named: str, agent: Agent, agents: Mapping[str, Agent]) -> str | None:
    """The agent, other than this one, who goes by a name or an address."""
    wanted = named.strip().strip("<>").casefold()
    known = (one.name for one in agents.values() if wanted in (one.name.casefold(), one.address.casefold()))
    return next((name for name in known if name != agent.name), None)


def _whom(agent: Agent, agents: Mapping[str, Agent]) -> str:
    return f"no other agent; there are {', '.join(name for name in agents if name != agent.name) or 'none'}"
