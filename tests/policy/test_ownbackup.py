"""The shipped policy states each promise of OwnBackup's support, with its clause; times against a walk of minutes."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from minutes import PLACES, nth_end, walk

from mailproc.policy import promises
from mailproc.policy.agreement import agreed
from mailproc.policy.model import Business, BusinessDays, Elapsed
from policies import read

FILE = Path(__file__).parents[2] / "policies" / "ownbackup.toml"
POLICY = read(FILE.read_text(encoding="utf-8"), name="ownbackup.toml")
HOUR = timedelta(hours=1)
NINE_TO_SIX = dict.fromkeys(range(5), ((540, 1080),))
FIGURES = {
    ("standard", "high"): (Business(4 * HOUR), Business(4 * HOUR), 240),
    ("standard", "medium"): (BusinessDays(1), BusinessDays(1), 540),
    ("standard", "low"): (BusinessDays(2), BusinessDays(2), 1080),
    ("premier", "high"): (Elapsed(HOUR), Elapsed(2 * HOUR), 60),
    ("premier", "medium"): (Elapsed(4 * HOUR), Elapsed(12 * HOUR), 240),
    ("premier", "low"): (Elapsed(8 * HOUR), Elapsed(24 * HOUR), 480),
}


def test_it_has_three_severities_two_plans_and_medium_and_standard_are_the_defaults():
    assert tuple(POLICY.severities) == ("high", "medium", "low")
    assert tuple(POLICY.plans) == ("premier", "standard")  # OWN-6: premier is worked on first
    assert (POLICY.default_severity, POLICY.default_plan) == ("medium", "standard")


@pytest.mark.parametrize(("row", "figures"), FIGURES.items())
def test_OWN_4_and_OWN_5_the_matrix(row, figures):
    plan, severity = row
    promised = agreed(POLICY, plan).promises(severity)
    response, update = promised["initial_response"], promised["update"]
    assert (response.target, update.target) == figures[:2]
    assert response.clause == update.clause == (("OWN-4",) if plan == "standard" else ("OWN-5",))
    assert response.source == update.source == f"plan {plan}"
    assert POLICY.update_starts == "initial_response"  # subsequent updates


@pytest.mark.parametrize("plan", ["", "standard", "gold"])
def test_OWN_4_whoever_has_no_plan_is_standard(plan):
    assert agreed(POLICY, plan) is agreed(POLICY, "standard")


@lru_cache
def open_minutes(zone: str, middle: date) -> list[bool]:
    return walk(zone, middle).open_minutes(NINE_TO_SIX, frozenset())


@pytest.mark.parametrize(("zone", "middle"), PLACES)
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_OWN_2_business_hours_are_nine_to_six_by_the_customers_clock(zone, middle, data):
    hours = walk(zone, middle)
    severity = data.draw(st.sampled_from(("high", "medium", "low")))
    start = data.draw(st.integers(0, 12 * 1440))
    end = nth_end(open_minutes(zone, middle), start, FIGURES["standard", severity][2])
    policy = agreed(POLICY, "standard", zone)
    assert end is not None
    assert promises.due(policy.promises(severity)["initial_response"], policy, hours.at(start)) == hours.at(end)


@given(minutes=st.integers(0, 2 * 366 * 1440), severity=st.sampled_from(("high", "medium", "low")))
def test_OWN_3_premier_counts_day_and_night(minutes, severity):
    policy = agreed(POLICY, "premier", "Asia/Kathmandu")
    start = datetime.fromisoformat("2026-01-01T00:00:00+00:00") + timedelta(minutes=minutes)
    due = promises.due(policy.promises(severity)["initial_response"], policy, start)
    assert due == start + timedelta(minutes=FIGURES["premier", severity][2])


def test_OWN_2_the_company_holidays_are_a_list_to_fill():
    text = FILE.read_text(encoding="utf-8")
    assert "holidays     = { closed = [] }" in text
    filled = read(text.replace("closed = []", 'closed = ["2026-04-06"]'), name="ownbackup.toml")
    policy = agreed(filled, "standard", "Europe/Berlin")
    start = datetime.fromisoformat("2026-04-03T16:00:00+02:00")
    due = promises.due(policy.promises("high")["initial_response"], policy, start)
    assert due == datetime.fromisoformat("2026-04-07T11:00:00+02:00")


def test_a_plan_overrides_the_severity_and_that_the_policy():
    text = """
title = "Plans"
calendar = "office"
default_severity = "high"
default_plan = "basic"
[calendars.office]
timezone = "UTC"
open = { mon-fri = ["08:00-16:00"] }
[objectives.human_response]
within = "8 business hours"
[severity.high]
initial_response = "2 business hours"
relief = "1 business day"
[plan.full]
calendar = "always"
[plan.full.objectives.human_response]
within = "3 business hours"
[plan.full.severity.high]
initial_response = "1 business hour"
resolution = "at any hour"
escalate_by = ["team_lead"]
[plan.basic]
"""
    policy = read(text)
    full, basic = agreed(policy, "full"), agreed(policy, "basic")
    sources = {name: one.source for name, one in full.promises("high").items()}
    assert sources == {"human_response": "plan full", "initial_response": "plan full", "relief": "severity"}
    assert {one.calendar for one in full.promises("high").values()} == {"always"}
    assert {one.calendar for one in basic.promises("high").values()} == {"office"}
    assert basic.promises("high")["human_response"].source == "policy"
    assert (full.calendar, basic.calendar) == ("always", "office")
    assert full.severities["high"].resolution == "at any hour"
    assert full.severities["high"].escalate_by == ("team_lead",)
    assert policy.severities["high"].escalate_by == ()


def test_OWN_8_waiting_and_calls_run_on_the_plans_calendar():
    assert agreed(POLICY, "premier").waiting.calendar == "always"
    assert agreed(POLICY, "standard").waiting.calendar == "business"
    call = agreed(POLICY, "premier").call_back
    assert call is not None
    assert call.calendar == "always"


def test_every_clause_stands_where_it_is_promised():
    assert [f"OWN-{n}" for n in range(1, 11)] == list(POLICY.clauses)
    body = FILE.read_text(encoding="utf-8").partition("\n[clauses]")[0]
    cited = set(re.findall(r"OWN-\d+", body))
    assert cited == set(POLICY.clauses) - {"OWN-10"}  # the customers file states the term


def test_its_forms_access_and_ladder():
    assert [(form.name, form.call_back) for form in POLICY.forms] == [
        ("Application form", False),
        ("Call back request", True),
    ]
    assert (POLICY.access.from_tier, POLICY.access.consent, POLICY.access.lasts) == (2, False, Elapsed(72 * HOUR))
    assert POLICY.escalation.ladder == ("team_lead", "management")


def test_a_target_by_the_hour_of_the_opening_goes_with_a_plan_that_never_closes():
    text = """
title = "Plans"
calendar = "office"
default_severity = "high"
default_plan = "full"
[calendars.office]
timezone = "UTC"
open = { mon-fri = ["08:00-16:00"] }
[severity.high]
initial_response = { open = "10 minutes", closed = "4 hours" }
[plan.full]
calendar = "always"
"""
    policy = agreed(read(text), "full")
    start = datetime.fromisoformat("2026-03-07T23:00:00+00:00")
    assert promises.due(policy.promises("high")["initial_response"], policy, start) == start + timedelta(minutes=10)
