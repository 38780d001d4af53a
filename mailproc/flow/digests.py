"""The policy's lists by mail: each once to each reader, at their own hour; after a gap only the last (ELA-5, ELA-8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from mailproc.config import Agent
from mailproc.core.case import Case
from mailproc.core.effects import Notice
from mailproc.flow import lists
from mailproc.flow.desk import Desk
from mailproc.flow.lists import Occasion
from mailproc.flow.outgoing import Outgoing, queue
from mailproc.policy.model import Digest
from mailproc.policy.occasions import last_and_next
from mailproc.store import digests as sent
from mailproc.store.transaction import Transaction

NAMES = {
    "digest": "the cases of your day",
    "hot_items": "the hot items",
    "account_summary": "the open cases of your accounts",
    "committee": "the wishes that wait for a decision",
}


@dataclass(frozen=True, slots=True)
class Due:
    """A list for one reader: the moment up to now at which it was due, and the next one."""

    mailbox: str
    digest: Digest
    reader: Agent
    at: datetime
    next: datetime


def all_due(desk: Desk, now: datetime) -> list[Due]:
    """Every list of every policy for every reader."""
    return [
        one
        for mailbox, policy in desk.policies.items()
        for digest in policy.digests
        for one in _of_digest(desk, mailbox, digest, now)
    ]


def _of_digest(desk: Desk, mailbox: str, digest: Digest, now: datetime) -> Iterator[Due]:
    policy = desk.policies[mailbox]
    for reader in _readers(desk, mailbox, digest):
        at, after = last_and_next(digest, ZoneInfo(reader.timezone), policy.calendars[policy.calendar], now)
        yield Due(mailbox=mailbox, digest=digest, reader=reader, at=at, next=after)


def _readers(desk: Desk, mailbox: str, digest: Digest) -> list[Agent]:
    """Who holds the roles in the mailbox's team; account managers are also those whom the customers file names."""
    team = desk.config.teams.get(desk.mailbox(mailbox).team)
    names: list[str] = []
    for role in digest.to:
        names += getattr(team, "members" if role == "team" else role, ())
        if role == "account_manager":
            names += [customer.account_manager for customer in desk.config.customers]
    return [desk.agents_by_name[name] for name in dict.fromkeys(names) if name in desk.agents_by_name]


def next_moment(desk: Desk, now: datetime) -> datetime | None:
    """When a list is due next; None where no policy has one."""
    return min((one.next for one in all_due(desk, now)), default=None)


def missing(tx: Transaction, desk: Desk, now: datetime) -> list[Due]:
    """The lists that are due and were not sent yet."""
    found = []
    for one in all_due(desk, now):
        last = sent.last(tx, one.mailbox, one.digest.template, one.reader.name)
        if last is None or last < one.at:
            found.append(one)
    return found


def send(one: Due, tx: Transaction, desk: Desk, now: datetime, shared: dict[str, list[Case]] | None = None) -> bool:
    """Mail one list, if nobody else has; true if there was something to say.

    A reader who was never known before is sent nothing for the time before that.  `shared` keeps the cases for all
    lists of the moment.
    """
    known = sent.last(tx, one.mailbox, one.digest.template, one.reader.name) is not None
    first = sent.claim(tx, one.mailbox, one.digest.template, one.reader.name, one.at)
    if not first or (not known and one.at < now):
        return False
    occasion = Occasion(desk, tx, one.mailbox, one.reader, now, {} if shared is None else shared)
    return mail(one.digest.template, occasion, clause=one.digest.clause)


def mail(
    template: str,
    occasion: Occasion,
    *,
    clause: tuple[str, ...],
    because: str = "",
    inbound: int | None = None,
    always: bool = False,
) -> bool:
    """Write a list to its reader; false if it has nothing to say and `always` does not ask for it all the same."""
    about = lists.contents(template, occasion)
    if about is None and not always:
        return False
    desk = occasion.desk
    severity = desk.policies[occasion.mailbox].default_severity
    stand_in = Case(number=0, mailbox=occasion.mailbox, opened=occasion.now, severity=severity)
    notice = Notice(
        template=template, to=occasion.reader.name, about=about or {}, because=because or NAMES[template], clause=clause
    )
    outgoing = Outgoing(case=stand_in, policy=desk.policy(stand_in), clocks={}, now=occasion.now, inbound=inbound)
    queue(occasion.tx, desk, outgoing, [notice])
    return True
