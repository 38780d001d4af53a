"""Declared incidents: a lead starts and ends them by mail, and mails that speak of one are linked to it (EIO-8)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mailproc.config import Agent
from mailproc.core.case import RUNNING, Case
from mailproc.core.events import EscalationRequested, Event, Incident, IncidentEnded, IncidentLinked
from mailproc.flow.commit import NOBODY, Actor, commit
from mailproc.flow.desk import Desk
from mailproc.flow.mail import Mail
from mailproc.mail import guard
from mailproc.mail.commands import cut
from mailproc.mail.message import Command
from mailproc.mail.verbs import AGENT_VERBS
from mailproc.policy.incidents import Signs, any_of, distinctive
from mailproc.store import cases
from mailproc.store import incidents as kept
from mailproc.store.incidents import Declared
from mailproc.store.transaction import Transaction

DECLARERS = frozenset({"team_lead", "management", "cs_lead"})
LONGEST_NAME = 80
MOST_NAMED = 10
FORM = 'write "#incident start Mail is delayed" or "#incident over 1"'
_NUMBER = re.compile(r"#?(?:inc(?:ident)?[ -]?)?#?(\d{1,9})\b[:,;.-]*\s*", re.IGNORECASE)
_LINKED = re.compile(r"inc(?:ident)?[ -]?#?(\d{1,9})", re.IGNORECASE)


NONE = Signs(())


@dataclass(frozen=True, slots=True)
class Said:
    """What a command asks for: `what` is start, over or link; `incident` is the one that it names."""

    what: str
    name: str = ""
    text: str = ""
    signs: Signs = NONE
    incident: Declared | None = None


def meant(command: Command) -> bool:
    """Is this command about an incident?"""
    return command.name == "incident" or (command.name == "link" and _LINKED.fullmatch(command.argument) is not None)


def understood(
    command: Command, text: str, tx: Transaction, desk: Desk, agent: Agent, mailbox: str, notes: Sequence[str] = ()
) -> Said | str:
    """What the command asks for, or what is wrong with it; nothing is done yet (R22).  `notes` must not get out."""
    if command.name == "link":
        number = _LINKED.fullmatch(command.argument)
        one = kept.get(tx, int(number[1])) if number else None
        return Said("link", incident=one) if _runs(one, mailbox) else f"{command.argument}: no such open incident"
    if not DECLARERS & desk.roles(agent.name):
        return "incidents are declared by a team lead, the management or the customer success lead"
    if problem := _unsafe(command.argument, desk, notes) or _unsafe(text, desk, notes):
        return problem
    what, _, rest = command.argument.partition(" ")
    running = kept.running(tx, mailbox)
    match what.strip(":,").lower():
        case "start" | "begin":
            return _start(rest.strip(), text.strip(), running)
        case "over" | "end" | "stop":
            return _over(rest.strip(), text.strip(), running)
    return FORM


def _runs(one: Declared | None, mailbox: str) -> bool:
    return one is not None and one.mailbox == mailbox and one.over_at is None


def _unsafe(text: str, desk: Desk, notes: Sequence[str]) -> str | None:
    return guard.refuses(text, verbs=AGENT_VERBS, internal=desk.agents.keys(), notes=notes) if text else None


def _start(said: str, text: str, running: Sequence[Declared]) -> Said | str:
    title, phrases = cut(said, "mentioning")
    if not title and not phrases and text:
        title, _, text = text.partition("\n")
    name = " ".join(title.split())[:LONGEST_NAME].strip()
    if not name:
        return f"no name; {FORM}"
    if any(one.name.casefold() == name.casefold() for one in running):
        return f'"{name}" is declared already'
    given = [phrase.strip() for phrase in phrases.split(",") if phrase.strip()]
    return Said("start", name, text.strip(), any_of(given) if given else distinctive(title))


def _over(said: str, text: str, running: Sequence[Declared]) -> Said | str:
    """Which incident is over: by its number, by its name, or the only one there is."""
    words = "\n".join(part for part in (said, text) if part)
    if (found := _NUMBER.match(said)) and (one := next((x for x in running if x.id == int(found[1])), None)):
        return Said("over", text=words[found.end() :].strip(), incident=one)
    for one in sorted(running, key=lambda each: -len(each.name)):
        if words.casefold().startswith(one.name.casefold()):
            return Said("over", text=words[len(one.name) :].lstrip(" \n:,;.-"), incident=one)
    if len(running) == 1:
        return Said("over", text=words, incident=running[0])
    known = "; ".join(f"{one.id}: {one.name}" for one in running)
    return f"which one? There are {known}; begin with its number" if known else "no incident is declared"


def carry_out(
    said: Said, tx: Transaction, desk: Desk, mailbox: str, now: datetime, actor: Actor, case: Case | None
) -> str:
    """Do it; how it went, in words.  `case` is the one that the command came on: it belongs to what is declared."""
    match said.what:
        case "start":
            return _started(said, tx, desk, mailbox, now, actor, case)
        case "over":
            return _ended(said, tx, desk, now, actor)
    if case is None or said.incident is None:
        return "no case to link: answer a mail of the case"
    _link(case, said.incident, tx, desk, now, actor)
    return f"belongs to the incident {said.incident.name}"


def _started(
    said: Said, tx: Transaction, desk: Desk, mailbox: str, now: datetime, actor: Actor, case: Case | None
) -> str:
    signs = {"groups": [list(group) for group in said.signs.groups], "needed": said.signs.needed}
    number = kept.declare(
        tx, mailbox=mailbox, name=said.name, text=said.text, signs=signs, declared_by=actor.name, at=now
    )
    one = kept.get(tx, number)
    if case and one:
        _link(case, one, tx, desk, now, actor)
    phrases = [group[0] for group in said.signs.groups] if len(said.signs.groups) > 1 else list(*said.signs.groups)
    if not phrases:
        told = 'no mail is linked by itself: say "… mentioning word, other words"'
    elif len(said.signs.groups) > 1:
        told = f"mails with {said.signs.needed} of these words belong to it: {', '.join(phrases)}"
    else:
        told = f"mails that mention one of these belong to it: {', '.join(phrases)}"
    return f"incident {number} is declared; {told}{_spoken_of(said.signs, number, tx, mailbox)}"


def _spoken_of(signs: Signs, number: int, tx: Transaction, mailbox: str) -> str:
    """The open cases that speak of an incident which was declared just now, for whoever may want to link them."""
    found = [
        f"#{case.number}"
        for case in cases.listing(tx, tuple(RUNNING))
        if case.mailbox == mailbox and not case.incident and signs.of({"subject": case.subject, "text": case.opening})
    ]
    if not found:
        return ""
    first = sorted(found, key=lambda tag: int(tag[1:]))[:MOST_NAMED]
    named = ", ".join([*first, "…"] if len(found) > len(first) else first)
    cases_speak = "1 open case speaks" if len(found) == 1 else f"{len(found)} open cases speak"
    return f"; {cases_speak} of it ({named}): #link incident {number} on each that belongs to it"


def _link(case: Case, one: Declared, tx: Transaction, desk: Desk, now: datetime, actor: Actor) -> None:
    if case.state in RUNNING and case.incident != one.id:
        commit(case, IncidentLinked(_as_event(one)), tx, desk, now, actor)


def _ended(said: Said, tx: Transaction, desk: Desk, now: datetime, actor: Actor) -> str:
    one = said.incident
    if one is None:
        return FORM
    kept.end(tx, one.id, now)
    event = _as_event(one)
    told = sum(leave(number, event, tx, desk, now, text=said.text, actor=actor) for number in kept.cases_of(tx, one.id))
    return f"incident {one.id} is over; {told} open case{' is' if told == 1 else 's are'} told"


def next_end(desk: Desk, now: datetime) -> datetime | None:
    """When an incident that a policy file declares is over next, by its `until`; None where none is."""
    ends = (one.until for policy in desk.policies.values() for one in policy.incidents)
    return min((end for end in ends if end and end > now), default=None)


def run_out(tx: Transaction, desk: Desk, now: datetime) -> list[Incident]:
    """The incidents of policy files whose `until` has come and which nobody has ended yet."""
    found = []
    for mailbox, policy in desk.policies.items():
        for one in policy.incidents:
            known = kept.of_file(tx, mailbox, one.name) if one.until and one.until <= now else None
            if known and known.over_at is None:
                found.append(Incident(known.id, known.name, known.text, one.clause))
    return found


def leave(
    number: int, one: Incident, tx: Transaction, desk: Desk, now: datetime, *, text: str = "", actor: Actor = NOBODY
) -> bool:
    """The incident is over for this case, if it belongs to it still; true if it is an open one."""
    case = cases.load(tx, number)
    if case is None or case.incident != one.number:
        return False
    commit(case, IncidentEnded(one, text=text), tx, desk, now, actor)
    return case.state in RUNNING


def speaking(message: tuple[str, str], tx: Transaction, desk: Desk, mailbox: str, at: datetime) -> Incident | None:
    """The open incident that a mail speaks of, by its subject and text: the file's first, then by order of declaring.

    One that the file declares gets its number with the first mail that speaks of it.
    """
    words = {"subject": message[0], "text": message[1]}
    for one in desk.policies[mailbox].incidents:
        begun = (one.since is None or one.since <= at) and (one.until is None or at < one.until)
        if begun and any_of(one.mentioning).of(words):
            known = kept.of_file(tx, mailbox, one.name)
            if known is None:
                number = kept.declare(
                    tx, mailbox=mailbox, name=one.name, text=one.text, signs={}, declared_by="", at=at
                )
                return Incident(number, one.name, one.text, one.clause)
            if known.over_at is None:
                return Incident(known.id, one.name, one.text, one.clause)
    told = (one for one in kept.running(tx, mailbox) if one.declared_by and _signs(one).of(words))
    return next((_as_event(one) for one in told), None)


def linked(case: Case, mail: Mail, tx: Transaction, desk: Desk) -> Case:
    """The case of a later mail, linked to the open incident that the mail speaks of, if it does."""
    if case.incident or case.state not in RUNNING:
        return case
    found = speaking((mail.message.subject, mail.message.text), tx, desk, case.mailbox, mail.at)
    if found is None:
        return case
    return commit(case, IncidentLinked(found), tx, desk, mail.at, Actor(name=mail.sender, inbound=mail.id))


def _signs(one: Declared) -> Signs:
    return Signs(groups=tuple(map(tuple, one.signs.get("groups", ()))), needed=one.signs.get("needed", 1))


def _as_event(one: Declared) -> Incident:
    return Incident(one.id, one.name, one.text)


def known(event: Event, tx: Transaction, case: Case) -> Event:
    """The event; a request for an escalation with whether one was granted for the same incident before (EIO-5)."""
    if not isinstance(event, EscalationRequested):
        return event
    return replace(event, about={**(event.about or {}), "requested_for_event": requested_for_event(tx, case)})


def requested_for_event(tx: Transaction, case: Case) -> bool:
    """Was an escalation granted for another case of the same incident (EIO-5)?"""
    if not case.incident:
        return False
    others = (cases.load(tx, number) for number in kept.cases_of(tx, case.incident) if number != case.number)
    return any(one and one.incident == case.incident and one.requested for one in others)
