"""Who is there: on call, standing in, next to be paged, to own a new case; and agents' own `#away` and `#swap`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from mailproc.config import Agent, Team
from mailproc.config.rotas import rota as rota_of
from mailproc.core.case import Case
from mailproc.flow.desk import Desk
from mailproc.flow.stretch import Leave, Trade, leave, stretch, trade
from mailproc.mail.dates import echo
from mailproc.policy.rota import Absence, Rota, Shift, Swap, deputy_of, next_after, on_call, shifts
from mailproc.store import rotas
from mailproc.store.transaction import Transaction

OUT_OF_OFFICE = "an automatic answer said so"


Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Told:
    """What another agent is told: `label` is on_call, off_call, stands_in or stood_down; `spans` are from, until."""

    agent: str
    label: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What to tell the agent who asked: what was done, or why nothing was.  `tells`: the others whom it concerns."""

    text: str
    done: bool = False
    tells: tuple[Told, ...] = ()


# Who is there


def rota_named(desk: Desk, name: str) -> Rota | None:
    """A rota of the configuration; None if there is none of that name."""
    table = desk.config.rotas.get(name)
    return rota_of(name, table) if table else None


def absences(desk: Desk, tx: Transaction, at: datetime) -> list[Absence]:
    """Every absence from a moment on, each with its deputy: whom the agent named, else the configuration's."""
    return with_deputies(rotas.absences(tx, at), {agent.name: agent.deputy for agent in desk.config.agents})


def with_deputies(away: Iterable[Absence], deputies: Mapping[str, str]) -> list[Absence]:
    """The absences, those that name no deputy with the agent's usual one."""
    return [one if one.deputy else replace(one, deputy=deputies.get(one.agent, "")) for one in away]


def away_now(desk: Desk, tx: Transaction, at: datetime) -> dict[str, str]:
    """Who is away at a moment, each with who stands in, "" for nobody."""
    away = absences(desk, tx, at)
    return {one.agent: deputy_of(one.agent, at, away) or "" for one in away if one.since <= at < one.until}


def on_call_now(desk: Desk, tx: Transaction, team: str, at: datetime) -> tuple[str, ...]:
    """The names of the agents who hold the role on_call of a team at a moment, nobody twice.

    First whom the rota names, then those of the team's own list, each replaced while away by who stands in.
    """
    found = desk.config.teams.get(team)
    if found is None:
        return ()
    away = absences(desk, tx, at)
    rota = rota_named(desk, found.rota)
    turn = (on_call(rota, at, rotas.swaps(tx, rota.name, at), away).member,) if rota else ()
    return tuple(dict.fromkeys((*turn, *(deputy_of(name, at, away) or name for name in found.on_call))))


def next_on_call(desk: Desk, tx: Transaction, team: str, at: datetime, passed: Collection[str] = ()) -> tuple[str, ...]:
    """Whom to page next, if who is on call and `passed` do not answer: the next of the rota who is there, or nobody."""
    found = desk.config.teams.get(team)
    rota = rota_named(desk, found.rota) if found else None
    if rota is None:
        return ()
    away = absences(desk, tx, at)
    tried = {*passed, *on_call_now(desk, tx, team, at)}
    after = next_after(rota, at, rotas.swaps(tx, rota.name, at), away, tried)
    return (after,) if after else ()


def stand_in(desk: Desk, tx: Transaction, agent: str, at: datetime) -> str:
    """Who acts for an agent at a moment: the deputy of who is away and has one, else the agent."""
    return deputy_of(agent, at, absences(desk, tx, at)) or agent


def noted_absent(tx: Transaction, agent: str, until: datetime, at: datetime) -> bool:
    """An out-of-office answer of an agent came at `at`; False if they were known to be away for as long."""
    if any(one.agent == agent and one.since <= at and one.until >= until for one in rotas.absences(tx, at)):
        return False
    rotas.add_absence(tx, Absence(agent=agent, since=at, until=until), why=OUT_OF_OFFICE)
    return True


# Who owns a new case


def assignee(desk: Desk, tx: Transaction, case: Case, at: datetime) -> str | None:
    """The agent who is to own a new case by `[teams] assign`; None: nobody, so that the whole team hears of it.

    Among several who fit, who has the fewest cases in hand, then by name.  Who is away is passed over; if all who fit
    are, it is the one who stands in for the first of them.
    """
    name = desk.mailbox(case.mailbox).team
    team = desk.config.teams.get(name)
    if team is None or team.assign == "none":
        return None
    if team.assign == "rota":
        return next(iter(on_call_now(desk, tx, name, at)), None)
    fitting = _fitting(desk, team, case)
    away = absences(desk, tx, at)
    present = [agent for agent in fitting if deputy_of(agent, at, away) == agent]
    if present:
        return min(present, key=lambda agent: (rotas.in_hands_of(tx, agent), agent))
    return next((one for one in (deputy_of(agent, at, away) for agent in fitting) if one), None)


def _fitting(desk: Desk, team: Team, case: Case) -> list[str]:
    members = [desk.agents_by_name[name] for name in sorted(set(team.members)) if name in desk.agents_by_name]
    match team.assign:
        case "product":
            wanted = _products(desk, case)
            return [one.name for one in members if wanted & {product.casefold() for product in one.products}]
        case "language":
            return _speakers(members, case.language)
    return [one.name for one in members]


def _products(desk: Desk, case: Case) -> set[str]:
    """What the case is about: its own product if that is known, else the customer's."""
    if case.product:
        return {case.product.casefold()}
    customer = next((one for one in desk.config.customers if one.name == case.customer), None)
    return {product.casefold() for product in customer.products} if customer else set()


def _speakers(members: Iterable[Agent], language: str) -> list[str]:
    """Who speaks a language: this very form of it if anybody does ("pt-BR"), else the language ("pt")."""
    wanted = language.casefold()
    spoken = {one.name: {said.casefold() for said in one.languages} for one in members}
    exact = [name for name, languages in spoken.items() if wanted in languages]
    broad = wanted.partition("-")[0]
    near = [name for name, languages in spoken.items() if broad in {said.partition("-")[0] for said in languages}]
    return exact or near if wanted else []


# What agents say of themselves


def away(argument: str, agent: Agent, desk: Desk, tx: Transaction, now: datetime) -> Answer:
    """`#away until mon 9:00 [deputy bob]`, `#away from fri until mon`, `#away off`."""
    said = leave(argument, agent, desk.agents_by_name, now)
    match said:
        case str():
            return Answer(said)
        case None:
            return _back(agent, desk, tx, now)
    return _leaves(said, agent, desk, tx, now)


def _back(agent: Agent, desk: Desk, tx: Transaction, now: datetime) -> Answer:
    known = absences(desk, tx, now)
    begun = [one for one in known if one.agent == agent.name and one.since <= now]
    ended = begun or [one for one in known if one.agent == agent.name]
    if not ended:
        return Answer("you were not away", done=True)
    last = max(one.since for one in ended)
    rotas.end_absences(tx, agent.name, now, begun=max(last, now))
    tells = _concerned(agent, desk, tx, now, ended, before=known, after=[one for one in known if one not in ended])
    return Answer("you are back" if begun else "you will not be away", done=True, tells=tells)


def _leaves(said: Leave, agent: Agent, desk: Desk, tx: Transaction, now: datetime) -> Answer:
    if said.since <= now:
        rotas.end_absences(tx, agent.name, now, begun=now)  # what is said last counts
    rotas.add_absence(
        tx, Absence(agent=agent.name, since=said.since, until=said.until, deputy=said.deputy), why="#away"
    )
    zone = ZoneInfo(agent.timezone)
    known = absences(desk, tx, now)
    deputy = deputy_of(agent.name, said.since, known)
    begins = f" from {echo(said.since, zone)}" if said.since > now else ""
    stands = f"{deputy} stands in for you" if deputy else "nobody stands in for you: you have no deputy who is there"
    new = [one for one in known if one.agent == agent.name and (one.since, one.until) == (said.since, said.until)]
    tells = _concerned(agent, desk, tx, now, new[-1:], before=[one for one in known if one not in new], after=known)
    return Answer(f"away{begins} until {echo(said.until, zone)}; {stands}", done=True, tells=tells)


Change = tuple[str, str, datetime, datetime]
"""Who was on call, who is instead, from when until when."""


def _concerned(
    agent: Agent,
    desk: Desk,
    tx: Transaction,
    now: datetime,
    absent: Sequence[Absence],
    *,
    before: Sequence[Absence],
    after: Sequence[Absence],
) -> tuple[Told, ...]:
    """Whom these absences of an agent concern, which came or went: who stands in, and whoever is on call by them."""
    label = "stands_in" if len(after) > len(before) else "stood_down"
    known = after if label == "stands_in" else before
    told: list[Told] = []
    changes: list[Change] = []
    for one in absent:
        since = max(one.since, now)
        deputy = deputy_of(agent.name, since, known)
        if deputy and deputy != agent.name:
            told.append(Told(deputy, label, ((since, one.until),)))
        for name, table in desk.config.rotas.items():
            changes += _changes(rota_of(name, table), tx, (since, one.until), before, after)
    return (*told, *_on_and_off(changes, {agent.name, *(one.agent for one in told)}))


def _changes(
    rota: Rota, tx: Transaction, span: Span, before: Sequence[Absence], after: Sequence[Absence]
) -> Iterator[Change]:
    """Where somebody else is on call than would have been."""
    swapped = rotas.swaps(tx, rota.name, span[0])
    for new in (_clipped(one, *span) for one in shifts(rota, *span, swapped, after)):
        for old in shifts(rota, new.since, new.until, swapped, before):
            if old.member != new.member:
                yield old.member, new.member, max(old.since, new.since), min(old.until, new.until)


def _on_and_off(changes: Sequence[Change], known: Collection[str]) -> tuple[Told, ...]:
    """What each other than those who know is told of the changes: one thing of each kind."""
    spans: dict[tuple[str, str], list[Span]] = {}
    for before, after, since, until in changes:
        for who, label in ((after, "on_call"), (before, "off_call")):
            if who not in known:
                spans.setdefault((who, label), []).append((since, until))
    return tuple(Told(who, label, tuple(found)) for (who, label), found in sorted(spans.items()))


def swap(argument: str, agent: Agent, desk: Desk, tx: Transaction, now: datetime) -> Answer:
    """`#swap 2026-12-24 with bob`, `#swap fri with bob`, `#swap this week with bob`: one takes over what the other had.

    Whoever of the two is on call then hands it to the other.  A team lead may hand over anybody's.
    """
    said = trade(argument, agent, desk.agents_by_name)
    if isinstance(said, str):
        return Answer(said)
    lead = "team_lead" in desk.roles(agent.name)
    shared = [
        rota_of(name, table)
        for name, table in desk.config.rotas.items()
        if said.other in table.members and (lead or agent.name in table.members)
    ]
    answers = [_swapped(said, rota, agent, desk, tx, now, lead=lead) for rota in shared]
    done = next((one for one in answers if one.done), None)
    return done or next(iter(answers), Answer(f"you and {said.other} are in no rota together"))


def _swapped(
    said: Trade, rota: Rota, agent: Agent, desk: Desk, tx: Transaction, now: datetime, *, lead: bool
) -> Answer:
    span = stretch(said.when, rota, now)
    if isinstance(span, str):
        return Answer(span)
    before = rotas.swaps(tx, rota.name, now)
    pieces = [_clipped(one, *span) for one in shifts(rota, *span, before)]
    taken = _taken(pieces, said.other, agent.name, rota, lead=lead)
    if not taken:
        held = " and ".join(dict.fromkeys(one.member for one in pieces))
        return Answer(f"{said.when}: {held} is on call then; only who is on call can hand it over")
    new = [Swap(since=one.since, until=one.until, member=taker, by=agent.name) for one, taker in taken]
    if problem := _in_the_way(new, rota, [*before, *new], absences(desk, tx, now)):
        return Answer(f"{said.when}: {problem}")
    for one in new:
        rotas.add_swap(tx, rota.name, one, at=now)
    zone = ZoneInfo(agent.timezone)
    told = (f"{one.member} is on call from {echo(one.since, zone)} until {echo(one.until, zone)}" for one in new)
    changes = [(one.member, taker, one.since, one.until) for one, taker in taken]
    return Answer("; ".join(told), done=True, tells=_on_and_off(changes, {agent.name}))


def _clipped(shift: Shift, since: datetime, until: datetime) -> Shift:
    return replace(shift, since=max(shift.since, since), until=min(shift.until, until))


def _taken(pieces: Sequence[Shift], other: str, agent: str, rota: Rota, *, lead: bool) -> list[tuple[Shift, str]]:
    """The pieces that change hands, each with who takes it."""
    if mine := [(one, other) for one in pieces if one.member == agent]:
        return mine
    if agent in rota.members and (theirs := [(one, agent) for one in pieces if one.member == other]):
        return theirs
    return [(one, other) for one in pieces if one.member != other] if lead else []


def _in_the_way(new: Sequence[Swap], rota: Rota, after: Sequence[Swap], away: Sequence[Absence]) -> str:
    """Why a swap would come to nothing; "" if it would not."""
    for one in new:
        if deputy_of(one.member, one.since, away) != one.member:
            return f"{one.member} is away then"
        held = on_call(rota, one.since, after)
        if held.member != one.member:
            return f"the configuration names {held.member} for that time ({held.because}); it is changed there"
    return ""
