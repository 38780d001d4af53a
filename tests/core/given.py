"""What the tests of the core begin with: two policies, a case, the moments of one known week."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mailproc.core.case import Case, Person
from mailproc.core.decide import decide
from mailproc.core.effects import Effect, Notice
from mailproc.core.events import Event, Opened
from mailproc.core.evolve import evolve
from mailproc.policy.model import Policy
from mailproc.policy.parse import parse

ROOT = Path(__file__).parents[2]
NEW_YORK = ZoneInfo("America/New_York")
CAROL = Person(address="carol@customer.example", name="Carol")

RICH = """
title = "everything at once"
calendar = "desk"
default_severity = "one"
confirmation = { within = "20 minutes", clause = "C" }
[calendars.desk]
timezone = "Europe/Berlin"
open = { mon-fri = ["09:00-12:00", "13:00-18:00"], sat = ["10:00-12:00"] }
holidays = { closed = ["2026-03-10"] }
[objectives.second_look]
starts = "initial_response"
met_by = "plan"
within = "2 business hours"
[severity.one]
label = "One"
means = "all is lost"
initial_response = { within = "30 minutes", clause = "A" }
update = { every = "2 business hours", agreed_interval = true }
relief = "5 business hours"
action_plan = "3 hours"
[severity.two]
label = "Two"
means = "some is lost"
initial_response = "3 business hours"
update = "last working day of the week at 16:00"
relief = "next release"
[waiting]
pauses = ["initial_response", "relief", "action_plan"]
hold_pauses = ["relief"]
remind = ["1 day", "2 business days"]
close = "4 business days"
[resolved]
closes_after = "2 days"
[reopening]
within = "3 days"
[[notices]]
on = "50% of initial_response"
to = ["owner"]
[[notices]]
on = "breach of initial_response"
to = ["team_lead"]
tier = 2
[[notices]]
on = "1 hour after breach of initial_response"
to = ["management"]
tier = 3
[[notices]]
on = "30 minutes before update"
to = ["owner"]
[[notices]]
on = "breach of relief"
to = ["management"]
deliver_in = "desk"
[[notices]]
on = "1 business hour after breach of relief"
to = ["management"]
when = "case.tier < 3"
[clauses]
A = "an answer"
C = "a confirmation"
"""


def policy_of(text: str, name: str = "rich.toml") -> Policy:
    policy, problems = parse(text, name)
    assert policy is not None, problems
    assert not problems
    return policy


CONCEAL = policy_of((ROOT / "policies" / "conceal.toml").read_text(encoding="utf-8"), "conceal.toml")
BOTH = {"conceal": CONCEAL, "rich": policy_of(RICH + '\n[[releases]]\ndate = 2026-03-12\nname = "R"\n')}


def moment(text: str) -> datetime:
    """ "2026-03-09 10:00" in New York, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC)


OPENED = moment("2026-03-09 10:00")


def a_case(**facts: Any) -> Case:
    """A high case of Carol's, opened on Monday at ten in New York."""
    known = Case(number=1, mailbox="support", opened=OPENED, requester=CAROL, severity="high", subject="printers")
    return replace(known, **facts)


def after(case: Case, effects: list[Effect]) -> Case:
    """The case when all of this has been done to it."""
    for effect in effects:
        case = evolve(effect, case)
    return case


def happen(case: Case, *events: tuple[Event, datetime], policy: Policy = CONCEAL) -> Case:
    """The case when all of this has happened to it."""
    for event, now in events:
        case = after(case, decide(case, event, policy, now))
    return case


def opened(policy: Policy = CONCEAL, **facts: Any) -> Case:
    """A case that was just opened."""
    case = a_case(**facts)
    return happen(case, (Opened(), case.opened), policy=policy)


def mails(effects: list[Effect]) -> list[tuple[str, str]]:
    """The mails among the effects: template and reader."""
    notices = [one for one in effects if isinstance(one, Notice)]
    return [(one.template, one.to if isinstance(one.to, str) else one.to.address) for one in notices]
