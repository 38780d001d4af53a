"""From the lines of a command block to events: each verb's form, checked, with a reason where it is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from mailproc.config import Agent
from mailproc.core import events as ev
from mailproc.core.case import Case
from mailproc.core.events import AgentDid
from mailproc.flow.desk import Desk
from mailproc.flow.incidents import meant
from mailproc.mail.commands import CommandBlock, cut
from mailproc.mail.dates import echo, when
from mailproc.mail.message import Command
from mailproc.policy import promises
from mailproc.policy.durations import timed
from mailproc.policy.escalation import HIGHEST_TIER
from mailproc.policy.model import Promise

ASKS = frozenset({"send", "retry", "status", "help", "incident", "away", "swap", "for"})
"""Verbs that ask something of us rather than of the case."""
TAKES_TEXT = frozenset(
    {"note", "progress", "plan", "wait", "hold", "relieved", "resolve", "close", "reopen", "done", "incident"}
)
"""Verbs that the text below the block belongs to."""


@dataclass(frozen=True, slots=True)
class Order:
    """One line of the block as the transcript has it: `problem` says why it cannot be done, `answer` what it means."""

    said: str
    problem: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Orders:
    """Everything that a mail asks for: a line for each command, and the events of those that change the case."""

    lines: tuple[Order, ...]
    events: tuple[AgentDid, ...] = ()
    of_lines: tuple[int | None, ...] = ()  # the line that each event comes from; None: the words themselves
    asks: tuple[Command, ...] = ()

    def line_of(self, event: int) -> int | None:
        """The index of the line that asked for the event with this index."""
        return self.of_lines[event]


@dataclass(frozen=True, slots=True)
class _Desk:
    """What the forms need to know: who asks, about what, when, and the text that goes with it."""

    agent: Agent
    desk: Desk
    case: Case
    now: datetime
    text: str = ""

    def moment(self, said: str) -> datetime | str:
        """A moment in the future in the agent's own zone, or what is wrong with it."""
        found = when(said, self.now, ZoneInfo(self.agent.timezone))
        if isinstance(found, str | datetime):
            return found
        policy = self.desk.policy(self.case)
        promise = Promise(objective="", target=found, calendar=policy.calendar, text="")
        return promises.due(promise, policy, self.now) or f"{said}: not a moment"

    def said(self, moment: datetime | None) -> str:
        """A moment as the agent reads it, with its zone."""
        return echo(moment, ZoneInfo(self.agent.timezone)) if moment else ""


Built = tuple[AgentDid, str] | str  # the event and how it was understood, or what is wrong
Form = Callable[[str, _Desk], Built]


def orders(
    block: CommandBlock, agent: Agent, desk: Desk, case: Case, now: datetime, *, plain: AgentDid | None
) -> Orders:
    """The events that the block asks for, in its order; `plain` is what the text is if no command takes it."""
    taker = next((one for one in block.commands if one.name in TAKES_TEXT), None)
    lines: list[Order] = []
    events: list[AgentDid] = []
    of_lines: list[int | None] = []
    for command in block.commands:
        said = f"#{command.name} {command.argument}".strip()
        text = block.text if command is taker else ""
        built = _built(command, taker, _Desk(agent=agent, desk=desk, case=case, now=now, text=text))
        if isinstance(built, str):
            lines.append(Order(said=said, problem=built))
            continue
        if built:
            of_lines.append(len(lines))
            events.append(built[0])
        lines.append(Order(said=said, answer=built[1] if built else ""))
    if plain and taker is None:
        events.append(plain)
        of_lines.append(None)
    asks = tuple(one for one in block.commands if _asks(one))
    return Orders(lines=tuple(lines), events=tuple(events), of_lines=tuple(of_lines), asks=asks)


def _asks(command: Command) -> bool:
    return command.name in ASKS or meant(command)


def _built(command: Command, taker: Command | None, context: _Desk) -> Built | None:
    if _asks(command):
        return None
    if command.name in TAKES_TEXT and taker is not None and command is not taker:
        return f"the text below belongs to {taker.name} already: send two mails"
    return _FORMS[command.name](command.argument, context)


def _words(argument: str, context: _Desk) -> str:
    return "\n".join(part for part in (argument.strip(), context.text.strip()) if part)


def _take(argument: str, context: _Desk) -> Built:
    return ev.Taken(by=context.agent.name), f"you own case {context.case.number} now"


def _assign(argument: str, context: _Desk) -> Built:
    name = argument.strip().lower()
    if name in ("none", "nobody", "-"):
        return ev.Assigned(by=context.agent.name, to=None), "nobody owns it now"
    chosen = {"me": context.agent.name}.get(name, name)
    known = {one.lower(): one for one in context.desk.agents_by_name}
    known |= {address: agent.name for address, agent in context.desk.agents.items()}
    if chosen.lower() not in known:
        return f"{argument.strip() or 'nobody'} is no agent here; there are {', '.join(context.desk.agents_by_name)}"
    return ev.Assigned(by=context.agent.name, to=known[chosen.lower()]), f"{known[chosen.lower()]} owns it now"


def _note(argument: str, context: _Desk) -> Built:
    text = _words(argument, context)
    return (ev.Noted(by=context.agent.name, text=text), "kept inside") if text else "write the note below the line"


def _progress(argument: str, context: _Desk) -> Built:
    return ev.Progressed(by=context.agent.name, text=_words(argument, context)), "mailed to the customer"


def _plan(argument: str, context: _Desk) -> Built:
    said = argument.strip()
    said = said[3:].lstrip(" :") if said.lower().startswith("eta") else said
    if not said:
        return 'no ETA; write "plan eta fri 15:00"'
    eta = context.moment(said)
    if isinstance(eta, str):
        return eta
    return ev.Planned(by=context.agent.name, eta=eta, text=context.text.strip()), f"ETA {context.said(eta)}"


def _every(argument: str, context: _Desk) -> Built:
    interval, until = cut(argument.removeprefix("every "), "until")
    target = timed(interval)
    if isinstance(target, str):
        return target
    end = context.moment(until) if until else None
    if isinstance(end, str):
        return end
    answer = f"updates every {interval}" + (f" until {context.said(end)}" if end else "")
    return ev.IntervalAgreed(by=context.agent.name, every=interval, until=end), answer


def _wait(argument: str, context: _Desk) -> Built:
    said = cut(argument, "until")[1] or argument.removeprefix("for ").strip()
    until = context.moment(said) if said else None
    if isinstance(until, str):
        return until
    answer = f"waits for the customer until {context.said(until)}" if until else "waits for the customer"
    return ev.Waited(by=context.agent.name, text=context.text.strip(), until=until), answer


def _hold(argument: str, context: _Desk) -> Built:
    reason, said = cut(argument, "until")
    until = context.moment(said) if said else None
    if isinstance(until, str):
        return until
    held = ev.PutOnHold(by=context.agent.name, reason=reason, until=until, text=context.text.strip())
    return held, f"on hold until {context.said(until)}" if until else "on hold"


def _severity(argument: str, context: _Desk) -> Built:
    said, reason = cut(argument, "because")
    policy = context.desk.policy(context.case)
    words = context.desk.words[context.case.mailbox]
    level = said.strip().lower()
    severity = level if level in policy.severities else words.get(level, "")
    if not severity:
        return f"{said or 'nothing'} is no severity here; there are {', '.join(policy.severities)}"
    label, wish = policy.severities[severity].label, context.case.proposal
    wished = wish is not None and wish.from_customer and wish.severity == severity
    asks = policy.consent.customer_agrees and context.case.answerable and not wished
    answer = f"proposed to the customer: {label}; until they agree it stays as it is" if asks else f"it is {label} now"
    return ev.SeveritySet(by=context.agent.name, severity=severity, reason=reason), answer


def _escalate(argument: str, context: _Desk) -> Built:
    before, reason = cut(argument, "because")
    roles = context.desk.roles(context.agent.name)
    return ev.EscalationAsked(by=context.agent.name, reason=reason or before, roles=roles), "up the line"


def _done(argument: str, context: _Desk) -> Built:
    kind = argument.strip().lower().replace("-", "").replace(" ", "").replace("callback", "call_back") or "call_back"
    return ev.TaskDone(by=context.agent.name, kind=kind, text=context.text.strip()), "done"


def _of(event: Callable[..., AgentDid], answer: str) -> Form:
    """The form of a verb that takes nothing but words for the customer."""

    def form(argument: str, context: _Desk) -> Built:
        return event(by=context.agent.name, text=_words(argument, context)), answer

    return form


def _ack(argument: str, context: _Desk) -> Built:
    return ev.Acknowledged(by=context.agent.name), "acknowledged"


def _tier(argument: str, context: _Desk) -> Built:
    said, reason = cut(argument, "because")
    if not said.isdecimal() or not 1 <= int(said) <= HIGHEST_TIER:
        return f"{said or 'nothing'} is no tier; write a figure from 1 to {HIGHEST_TIER}"
    roles = context.desk.roles(context.agent.name)
    return ev.TierSet(by=context.agent.name, tier=int(said), reason=reason, roles=roles), f"tier {int(said)}"


def _type(argument: str, context: _Desk) -> Built:
    said = argument.strip().lower()
    types = context.desk.policy(context.case).types
    if said in ("none", "-", "request"):
        return ev.TypeSet(by=context.agent.name, type=""), "a plain case"
    if said not in types:
        return f"{argument.strip()} is no type here; there are {', '.join(types) or 'none'}"
    return ev.TypeSet(by=context.agent.name, type=said), types[said].label


def _product(argument: str, context: _Desk) -> Built:
    product = argument.strip()
    return ev.ProductSet(by=context.agent.name, product=product), f"about {product}"


def _tag(argument: str, context: _Desk) -> Built:
    tags = tuple(argument.replace(",", " ").split())
    return ev.Tagged(by=context.agent.name, tags=tags), f"tagged {' '.join(tags)}"


def _cc(argument: str, context: _Desk) -> Built:
    known = {name.lower(): name for name in context.desk.agents_by_name}
    known |= {address: agent.name for address, agent in context.desk.agents.items()}
    names = argument.lower().replace(",", " ").split()
    if missing := [name for name in names if name not in known]:
        return f"{missing[0]} is no agent here; there are {', '.join(context.desk.agents_by_name)}"
    chosen = tuple(known[name] for name in names)
    return ev.Copied(by=context.agent.name, to=chosen), f"{', '.join(chosen)} will hear of it"


def _link(argument: str, context: _Desk) -> Built:
    references = tuple(argument.replace(",", " ").split())
    return ev.LinkAdded(by=context.agent.name, references=references), f"waits for {', '.join(references)}"


def _request_access(argument: str, context: _Desk) -> Built:
    before, reason = cut(argument, "because")
    purpose = reason or before
    return (
        ev.AccessRequested(
            by=context.agent.name, purpose=purpose, authorised=bool(getattr(context.agent, "may_access", False))
        ),
        "asked for access",
    )


_FORMS: Mapping[str, Form] = {
    "take": _take,
    "assign": _assign,
    "note": _note,
    "progress": _progress,
    "plan": _plan,
    "every": _every,
    "wait": _wait,
    "hold": _hold,
    "relieved": _of(ev.Relieved, "relieved"),
    "resolve": _of(ev.Resolved, "resolved"),
    "close": _of(ev.Closed, "closed"),
    "reopen": _of(ev.Reopened, "open again"),
    "severity": _severity,
    "escalate": _escalate,
    "ack": _ack,
    "done": _done,
    "tier": _tier,
    "type": _type,
    "product": _product,
    "tag": _tag,
    "cc": _cc,
    "link": _link,
    "request-access": _request_access,
}
