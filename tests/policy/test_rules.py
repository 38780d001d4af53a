"""The expression language: what holds, what never raises, what is refused at load."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailproc.policy.hours import ALWAYS, Calendar
from mailproc.policy.model import Condition
from mailproc.policy.rules import condition

OFFICE = Calendar("office", ZoneInfo("UTC"), dict.fromkeys(range(5), ((540, 1020),)))
SUNDAY = datetime(2026, 3, 8, 12, tzinfo=UTC)


def facts(**more: Any) -> dict[str, Any]:
    case = {"number": 7, "severity": "urgent", "owner": None, "tier": 1, "type": None, "subject": "Login"}
    message = {"subject": "Outage of MS-SQL", "text": "Our ASP.NET site.\nSince the\nupdate nothing works."}
    calendars = {"office": OFFICE, "always": ALWAYS}
    return {"event": "opened", "case": case, "message": message, "calendars": calendars, "now": SUNDAY} | more


def compiled(source: str) -> Condition:
    found = condition(source, "p.toml:1: when", ["office", "always"])
    assert isinstance(found, Condition), found
    return found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("not case.owner", True),
        ("event == 'opened' and case.severity == 'urgent' and calendars.office is closed", True),
        ("calendars.office is open", False),
        ("calendars['always'] is open", True),
        ("case.severity in ['urgent', 'high']", True),
        ("message is mentioning('ms sql')", True),
        ("message is mentioning('ASP.NET', 'PHP')", True),
        ("message is mentioning('.NET')", False),
        ("message is mentioning('since the update')", True),
        ("message is mentioning('date')", False),
        ("message.subject is mentioning('ASP.NET')", False),
        ("message is mentioning('(', 'outage')", True),
        ("case.subject | lower == 'login'", True),
        ("case.tier > 1", False),
        ("case.owner is none", True),
    ],
)
def test_a_condition_holds_or_not(source, expected):
    assert compiled(source).holds(facts()) is expected


@pytest.mark.parametrize(
    "source",
    ["case.tier / 0", "case.owner.name.first", "case.owner > 3", "calendars.office is closed", "case.plan < 2"],
)
def test_a_condition_that_breaks_does_not_hold(source):
    assert compiled(source).holds(facts(now="no time at all")) is False
    assert compiled(source).holds({}) is False


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (
            "cas.severity == 'x'",
            '"cas" is no name; did you mean "case"? known: calendars, case, event, message, now, objective, sender',
        ),
        (
            "not case.ower",
            '"ower" is no field of case; did you mean "owner"? known: acknowledged, answered, customer, declared, '
            "incident, language, number, opened, owner, paged, plan, product, severity, state, subject, tags, tier, "
            "type",
        ),
        ("message['body'] is none", '"body" is no field of message; known: subject, text'),
        ("calendars.ofice is open", '"ofice" is no calendar; did you mean "office"? known: always, office'),
        (
            "message is mentoning('x')",
            '"mentoning" is no test; did you mean "mentioning"? known: claiming, closed, counting, defined, '
            "mentioning, none, open",
        ),
        ("case.subject | upcase", '"upcase" is no filter; known: length, lower, trim, upper'),
        ("range(9) and lipsum()", '"range" is no name; known: calendars, case, event, message, now, objective, sender'),
        ("case.owner case.tier", 'more follows the expression; join its parts with "and" or "or"'),
        ("   ", 'is empty or longer than 8000 characters; write one such as "not case.owner"'),
    ],
)
def test_what_nothing_has_is_refused_at_load(source, problem):
    assert condition(source, "p.toml:1: when", ["office", "always"]) == f"p.toml:1: when: {problem}"


@pytest.mark.parametrize("source", ["case.severity ==", "(" * 900 + "1" + ")" * 900, "{{ event }}", "'", "{% if %}"])
def test_what_is_no_expression_is_refused_at_load(source):
    found = condition(source, "p.toml:1: when")
    assert isinstance(found, str)
    assert found.startswith("p.toml:1: when: is not an expression: ")


@pytest.mark.parametrize(
    "source",
    [
        "event.__class__.__mro__",
        "calendars.update({'owner': 'x'})",
        "message.text.update({})",
        "''.__class__.__base__.__subclasses__()",
    ],
)
def test_the_sandbox_lets_nothing_out_and_changes_nothing(source):
    given_facts = facts()
    found = condition(source, "p.toml:1: when")
    assert isinstance(found, Condition)
    assert found.holds(given_facts) is False
    assert given_facts == facts()


@given(st.text(alphabet="caseownrty.'\"()[]{}|+-*/%<>=! 019andisot"), st.dictionaries(st.text(), st.integers()))
def test_no_expression_makes_anything_raise(source, some):
    found = condition(source, "p.toml:1: when")
    if isinstance(found, Condition):
        assert found.holds({"event": "opened", "case": some, "message": some, "calendars": {}, "now": SUNDAY}) in (
            True,
            False,
        )
