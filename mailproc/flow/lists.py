"""What stands in the lists that staff are mailed: an agent's day, hot items, accounts, wishes (ELA-5, ELA-8, ELA-9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from mailproc.config import Agent
from mailproc.core.case import RUNNING, Case
from mailproc.core.clocks import Clock, clocks, paging
from mailproc.flow import duties
from mailproc.flow.desk import Desk
from mailproc.flow.facts import case_facts
from mailproc.flow.listing import working_order
from mailproc.store import cases
from mailproc.store.transaction import Transaction

Row = dict[str, object]
Facts = dict[str, object]
AT_RISK = 0.75
"""The share of a clock's time from which on its case is a hot item."""
GROUPS = ("overdue", "due_today", "yours", "unowned", "stood_in")


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a list is made of: for whom, in which mailbox, at which moment."""

    desk: Desk
    tx: Transaction
    mailbox: str
    reader: Agent
    now: datetime
    shared: dict[str, list[Case]] = field(default_factory=dict)  # the cases of each mailbox, for all lists of a moment

    def cases(self) -> list[Case]:
        """The cases of the mailbox that are still worked on, in working order."""
        if self.mailbox not in self.shared:
            found = cases.listing(self.tx, tuple(RUNNING))
            mine = (case for case in found if case.mailbox == self.mailbox)
            self.shared[self.mailbox] = working_order(self.desk, mine)
        return self.shared[self.mailbox]

    def row(self, case: Case) -> Row:
        """A case as a list shows it: with what is due next, and whether that is late."""
        policy = self.desk.policy(case)
        counting = [clock for clock in clocks(case, policy).values() if clock.counting]
        due = [(clock.due, clock.objective) for clock in counting if clock.due]
        due += [(task.due, task.kind) for task in case.tasks if task.due and not task.done]
        at, objective = min(due, default=(None, ""))
        late = any(_late(case, clock) for clock in counting) or (at is not None and at < self.now)
        facts = case_facts(case, policy, named=True)
        return facts | {"due": at, "objective": objective, "broken": late, "age": self.now - case.opened}


def _late(case: Case, clock: Clock) -> bool:
    at = case.broken.get(clock.objective)
    return at is not None and at >= clock.start


def contents(template: str, occasion: Occasion) -> Facts | None:
    """What the list says; None where it has nothing to say, so that no mail goes."""
    return _LISTS[template](occasion)


def _day(occasion: Occasion) -> Facts | None:
    """An agent's own cases, those of nobody, and those of colleagues who are away; none for one who is away."""
    desk, tx, reader = occasion.desk, occasion.tx, occasion.reader
    team = desk.mailbox(occasion.mailbox).team
    away = duties.away_now(desk, tx, occasion.now)
    if reader.name in away:
        return None
    absent = tuple(name for name, deputy in away.items() if deputy == reader.name)
    found: dict[str, list[Row]] = {name: [] for name in GROUPS}
    members = desk.config.teams[team].members if team in desk.config.teams else (reader.name,)
    for case in occasion.cases():
        if case.owner not in (reader.name, None, *absent) or (case.owner is None and reader.name not in members):
            continue
        row = occasion.row(case)
        found[_group(row, case, occasion)].append(row)
    rows = [row for name in GROUPS for row in found[name]]
    if not rows:
        return None
    on_call = duties.on_call_now(desk, tx, team, occasion.now)
    groups = tuple({"label": name, "cases": tuple(found[name])} for name in GROUPS if found[name])
    return {"cases": tuple(rows), "groups": groups, "absent": absent, "on_call": on_call}


def _group(row: Mapping[str, object], case: Case, occasion: Occasion) -> str:
    if case.owner is None:
        return "unowned"
    if case.owner != occasion.reader.name:
        return "stood_in"
    if row["broken"]:
        return "overdue"
    due, zone = row["due"], ZoneInfo(occasion.reader.timezone)
    today = occasion.now.astimezone(zone).date()
    return "due_today" if isinstance(due, datetime) and due.astimezone(zone).date() <= today else "yours"


def _hot(occasion: Occasion) -> Facts | None:
    """What a lead must look at: cases that are late, soon late, escalated, paged or of the highest severity (ELA-8)."""
    rows = tuple(occasion.row(case) for case in occasion.cases() if is_hot(case, occasion.desk, occasion.now))
    return {"cases": rows} if rows else None


def is_hot(case: Case, desk: Desk, now: datetime) -> bool:
    """Is the case late or soon late, on a higher tier, paged, or of the highest severity?"""
    policy = desk.policy(case)
    severity = policy.severities.get(case.severity)
    if case.tier > 1 or paging(case) or severity is None or severity.rank == 0:
        return True
    counting = [clock for clock in clocks(case, policy).values() if clock.counting]
    overdue = any(task.due and not task.done and task.due < now for task in case.tasks)
    return overdue or any(_late(case, clock) or _soon(clock, now) for clock in counting)


def _soon(clock: Clock, now: datetime) -> bool:
    if clock.due is None or clock.promise.recurs:
        return False
    length = clock.due - clock.start
    return length > timedelta() and (now - clock.start) / length >= AT_RISK


def _accounts(occasion: Occasion) -> Facts | None:
    """The open cases of each customer whom the reader looks after (ELA-5)."""
    mine: dict[str, list[Row]] = {}
    for case in occasion.cases():
        if case.customer and occasion.reader.name in managers(occasion.desk, case.customer, occasion.mailbox):
            mine.setdefault(case.customer, []).append(occasion.row(case))
    customers = tuple({"name": name, "cases": tuple(mine[name])} for name in sorted(mine))
    return {"customers": customers} if customers else None


def managers(desk: Desk, customer: str, mailbox: str) -> tuple[str, ...]:
    """The account managers of a customer: the customers file's, else the team's."""
    known = desk.customer_named(customer)
    if known and known.account_manager in desk.agents_by_name:
        return (known.account_manager,)
    team = desk.config.teams.get(desk.mailbox(mailbox).team)
    return team.account_manager if team else ()


def _wishes(occasion: Occasion) -> Facts | None:
    """The open enhancements and trainings, the oldest first (ELA-9)."""
    types = occasion.desk.policies[occasion.mailbox].types
    found = sorted((case for case in occasion.cases() if case.type in types), key=lambda one: (one.opened, one.number))
    return {"cases": _rows(occasion, found)} if found else None


def _rows(occasion: Occasion, found: Iterable[Case]) -> tuple[Row, ...]:
    return tuple(occasion.row(case) for case in found)


_LISTS: Mapping[str, Callable[[Occasion], Facts | None]] = {
    "digest": _day,
    "hot_items": _hot,
    "account_summary": _accounts,
    "committee": _wishes,
}
