"""The shipped policy states each promise of Conceal's support, with its clause."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mailproc.policy.model import Business, BusinessDays, Elapsed, LastWorkingDay, NextRelease, Objective, Target
from policies import conceal

POLICY = conceal()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def promised(objective: str) -> dict[str, Target]:
    """The target of each severity that is promised the objective."""
    rows = {name: severity.promises.get(objective) for name, severity in POLICY.severities.items()}
    return {name: promise.target for name, promise in rows.items() if promise is not None}


def notices(objective: str) -> list[tuple[str, tuple[str, ...], str, tuple[str, ...]]]:
    return [
        (rule.on.name, rule.to, rule.template, rule.severities)
        for rule in POLICY.notices
        if rule.on.objective == objective
    ]


def test_it_has_four_severities_and_normal_is_the_default():
    assert tuple(POLICY.severities) == ("urgent", "high", "normal", "low")
    assert POLICY.default_severity == "normal"


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (datetime(2026, 3, 6, 13, 0, tzinfo=UTC), True),  # 08:00 in winter
        (datetime(2026, 3, 6, 12, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 9, 12, 0, tzinfo=UTC), True),  # 08:00 in summer
        (datetime(2026, 3, 9, 11, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 7, 15, 0, tzinfo=UTC), False),  # Saturday
    ],
)
def test_CON_1_support_is_open_from_monday_to_friday_8_to_20_eastern(moment, is_open):
    assert POLICY.calendars[POLICY.calendar].is_open(moment) is is_open


def test_CON_3_a_confirmation_within_30_minutes_is_watched_by_the_operator():
    assert POLICY.confirmation is not None
    assert POLICY.confirmation.target == Elapsed(timedelta(minutes=30))
    assert POLICY.confirmation.clause == ("CON-3",)
    assert set(promised("confirmation").values()) == {Elapsed(timedelta(minutes=30))}
    assert notices("confirmation") == [
        ("10 minutes before confirmation", ("operator",), "operator_alarm", ()),
        ("breach of confirmation", ("operator",), "operator_alarm", ()),
    ]


def test_CON_4_a_human_response_within_8_business_hours_is_met_by_a_persons_reply():
    assert promised("human_response") == dict.fromkeys(POLICY.severities, Business(8 * HOUR))
    assert POLICY.objectives["human_response"] == Objective("human_response", "opened", "agent_reply", ("CON-4",))


def test_CON_5_the_initial_response_by_severity():
    hours = {"urgent": 1, "high": 4, "normal": 12, "low": 24}
    assert promised("initial_response") == {name: Elapsed(count * HOUR) for name, count in hours.items()}
    assert notices("initial_response") == [
        ("75% of initial_response", ("owner",), "at_risk", ()),
        ("breach of initial_response", ("owner", "team_lead"), "breach", ()),
    ]


def test_CON_6_the_updates_by_severity():
    assert promised("update") == {
        "urgent": Elapsed(HOUR),
        "high": Elapsed(4 * HOUR),
        "normal": Elapsed(3 * DAY),
        "low": LastWorkingDay(),
    }
    updates = {name: POLICY.promises(name)["update"] for name in POLICY.severities}
    assert [name for name, update in updates.items() if update.agreed_interval] == ["high", "normal"]
    assert all(update.recurs and update.during is None for update in updates.values())


def test_CON_6_the_owner_of_each_severity_is_asked_once_before_an_update():
    asked = notices("update")
    assert {template for _, _, template, _ in asked} == {"update_due"}
    assert sorted(name for *_, severities in asked for name in severities) == sorted(POLICY.severities)


def test_CON_7_relief_by_severity():
    days = {"urgent": BusinessDays(1), "high": BusinessDays(2), "normal": NextRelease(), "low": NextRelease()}
    assert promised("relief") == days
    assert notices("relief") == [
        ("75% of relief", ("owner",), "at_risk", ()),
        ("breach of relief", ("owner", "team_lead", "management"), "breach", ()),
    ]


def test_CON_8_an_action_plan_for_all_but_low_which_only_management_escalates():
    assert promised("action_plan") == {"urgent": BusinessDays(1), "high": BusinessDays(2), "normal": BusinessDays(5)}
    may_escalate = {name: severity.escalate_by for name, severity in POLICY.severities.items()}
    assert may_escalate == {"urgent": (), "high": (), "normal": (), "low": ("management",)}


def test_CON_8_a_case_without_an_owner_is_announced_at_a_quarter():
    (rule,) = (rule for rule in POLICY.notices if rule.on.name == "25% of action_plan")
    assert rule.to == ("team_lead",)
    assert rule.when is not None
    assert rule.when.holds({"case": {"owner": None}})
    assert not rule.when.holds({"case": {"owner": "agent@example.com"}})


def test_CON_9_resolution_is_stated_and_has_no_clock():
    assert all(severity.resolution for severity in POLICY.severities.values())
    assert all("CON-9" in severity.clause for severity in POLICY.severities.values())
    assert "resolution" not in POLICY.objectives


def test_every_promise_and_every_notice_names_a_clause_that_the_file_lists():
    assert list(POLICY.clauses) == [f"CON-{number}" for number in range(1, 11)]
    promises = [promise for severity in POLICY.severities.values() for promise in severity.promises.values()]
    for clause in [*(promise.clause for promise in promises), *(rule.clause for rule in POLICY.notices)]:
        assert clause
        assert set(clause) <= set(POLICY.clauses)


def test_waiting_stands_still_and_closes_after_two_reminders():
    assert POLICY.waiting.pauses == ("initial_response", "update", "relief")
    assert POLICY.waiting.remind == (BusinessDays(2), BusinessDays(5))
    assert POLICY.waiting.close == BusinessDays(10)
    assert POLICY.waiting.calendar == "support"
