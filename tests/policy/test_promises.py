"""When promises are due: the worked example to the second, pauses, releases, shares and distances."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailproc.policy.model import Moment, NextRelease
from mailproc.policy.moments import moment
from mailproc.policy.promises import after, due, moment_at
from policies import SMALL, conceal, read

NEW_YORK = ZoneInfo("America/New_York")
POLICY = conceal()


def new_york(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


FRIDAY_EVENING = new_york("2026-03-06 19:50")  # ten minutes before closing, two days before the clocks change


def at(sentence: str) -> Moment:
    found = moment(sentence)
    assert isinstance(found, Moment)
    return found


def when(severity: str, objective: str, start: datetime = FRIDAY_EVENING, pauses=()) -> datetime | None:
    return due(POLICY.promises(severity)[objective], POLICY, start, pauses)


@pytest.mark.parametrize(
    ("severity", "objective", "expected"),
    [
        ("urgent", "confirmation", "2026-03-06 20:20"),
        ("urgent", "initial_response", "2026-03-06 20:50"),
        ("urgent", "human_response", "2026-03-09 15:50"),
        ("urgent", "update", "2026-03-06 20:50"),
        ("urgent", "relief", "2026-03-09 19:50"),
        ("urgent", "action_plan", "2026-03-09 19:50"),
        ("high", "confirmation", "2026-03-06 20:20"),
        ("high", "initial_response", "2026-03-06 23:50"),
        ("high", "human_response", "2026-03-09 15:50"),
        ("high", "update", "2026-03-06 23:50"),
        ("high", "relief", "2026-03-10 19:50"),
        ("high", "action_plan", "2026-03-10 19:50"),
        ("normal", "confirmation", "2026-03-06 20:20"),
        ("normal", "initial_response", "2026-03-07 07:50"),
        ("normal", "human_response", "2026-03-09 15:50"),
        ("normal", "update", "2026-03-09 20:50"),  # three days, one hour of them skipped
        ("normal", "action_plan", "2026-03-13 19:50"),
        ("low", "confirmation", "2026-03-06 20:20"),
        ("low", "initial_response", "2026-03-07 19:50"),
        ("low", "human_response", "2026-03-09 15:50"),
        ("low", "update", "2026-03-06 20:00"),
    ],
)
def test_the_worked_example_comes_out_to_the_second(severity, objective, expected):
    assert when(severity, objective) == new_york(expected)


@pytest.mark.parametrize("severity", ["normal", "low"])
def test_CON_7_while_no_release_is_known_relief_has_no_date(severity):
    assert when(severity, "relief") is None
    assert POLICY.promises(severity)["relief"].text == "next release"


def test_CON_8_low_has_no_action_plan():
    assert "action_plan" not in POLICY.promises("low")
    assert POLICY.severities["low"].escalate_by == ("management",)


def test_CON_6_urgent_updates_recur_hourly():
    first = when("urgent", "update")
    assert first is not None
    assert when("urgent", "update", start=first) == new_york("2026-03-06 21:50")


def test_CON_6_an_update_sent_exactly_at_the_week_end_is_followed_a_week_later():
    assert when("low", "update", start=new_york("2026-03-06 20:00")) == new_york("2026-03-13 20:00")


def test_CON_7_relief_is_due_at_closing_time_of_the_earliest_release_after_the_opening():
    releases = ((date(2026, 3, 6), "before"), (date(2026, 4, 4), "on a Saturday"), (date(2026, 5, 1), "later"))
    policy = replace(POLICY, releases=releases)
    relief = policy.promises("normal")["relief"]
    assert due(relief, policy, new_york("2026-03-06 19:59")) == new_york("2026-03-06 20:00")
    assert due(relief, policy, new_york("2026-03-06 20:00")) == new_york("2026-04-06 20:00")
    assert due(relief, policy, new_york("2026-05-02 09:00")) is None


def test_a_release_counts_from_the_opening_of_the_case_even_if_the_clock_started_later():
    policy = replace(POLICY, releases=((date(2026, 3, 9), "one"), (date(2026, 5, 1), "two")))
    relief = policy.promises("normal")["relief"]
    assert due(relief, policy, new_york("2026-04-01 09:00"), (), FRIDAY_EVENING) == new_york("2026-03-09 20:00")


def test_a_reminder_while_waiting_counts_on_the_waiting_calendar():
    calendar = POLICY.calendars[POLICY.waiting.calendar]
    first, second = (after(FRIDAY_EVENING, target, calendar) for target in POLICY.waiting.remind)
    assert (first, second) == (new_york("2026-03-10 19:50"), new_york("2026-03-13 19:50"))
    assert after(FRIDAY_EVENING, POLICY.reopening_within, calendar) == new_york("2026-03-20 20:50")
    assert after(FRIDAY_EVENING, NextRelease(), calendar) is None


def test_a_pause_takes_time_of_the_clocks_own_kind():
    weekend = [(new_york("2026-03-07 00:00"), new_york("2026-03-09 09:00"))]
    assert when("high", "relief", pauses=weekend) == new_york("2026-03-11 08:50")  # one open hour was paused
    assert when("low", "initial_response", pauses=weekend) == new_york("2026-03-10 04:50")  # 4:10 were used before


def test_a_date_that_a_sentence_gives_does_not_shift_by_pauses():
    pauses = [(new_york("2026-03-06 19:50"), new_york("2026-03-06 19:55"))]
    assert when("low", "update", pauses=pauses) == new_york("2026-03-06 20:00")


def test_a_commitment_is_never_due():
    policy = read(SMALL.replace('"4 business hours"', '"as soon as we can"'))
    assert due(policy.promises("high")["initial_response"], policy, FRIDAY_EVENING) is None
    assert (
        moment_at(at("75% of initial_response"), policy.promises("high")["initial_response"], policy, FRIDAY_EVENING)
        is None
    )


def test_EIO_1_another_target_holds_for_a_case_opened_outside_hours():
    policy = read(SMALL.replace('"4 business hours"', '{ open = "10 minutes", closed = "4 hours" }'))
    promise = policy.promises("high")["initial_response"]
    assert due(promise, policy, new_york("2026-03-06 19:59")) == new_york("2026-03-06 20:09")
    assert due(promise, policy, new_york("2026-03-06 20:00")) == new_york("2026-03-07 00:00")
    assert due(promise, policy, new_york("2026-03-06 20:00"), (), FRIDAY_EVENING) == new_york("2026-03-06 20:10")


def test_CON_6_an_update_that_is_bound_to_hours_waits_for_the_opening():
    policy = read(SMALL.replace('"every 4 hours"', '{ every = "4 hours", during = "office" }'))
    update = policy.promises("high")["update"]
    assert due(update, policy, FRIDAY_EVENING) == new_york("2026-03-09 08:00")
    assert due(update, policy, new_york("2026-03-09 08:00")) == new_york("2026-03-09 12:00")


def test_a_share_counts_on_the_clocks_own_kind_of_time():
    relief = POLICY.promises("urgent")["relief"]  # 12 open hours
    assert moment_at(at("75% of relief"), relief, POLICY, FRIDAY_EVENING) == new_york("2026-03-09 16:50")
    response = POLICY.promises("high")["initial_response"]  # 4 plain hours
    assert moment_at(at("75% of initial_response"), response, POLICY, FRIDAY_EVENING) == new_york("2026-03-06 22:50")


def test_CON_8_a_quarter_of_the_action_plan():
    plan = POLICY.promises("normal")["action_plan"]  # 60 open hours
    expected = new_york("2026-03-10 10:50")  # ten minutes on Friday, twelve hours on Monday
    assert moment_at(at("25% of action_plan"), plan, POLICY, FRIDAY_EVENING) == expected


def test_a_share_of_a_date_is_plain_time_between_start_and_date():
    policy = replace(POLICY, releases=((date(2026, 3, 10), "one"),))
    relief = policy.promises("normal")["relief"]
    start = new_york("2026-03-09 20:00")
    assert moment_at(at("75% of relief"), relief, policy, start) == new_york("2026-03-10 14:00")


def test_a_share_of_a_date_over_the_spring_change_is_of_the_time_that_really_passes():
    policy = replace(POLICY, releases=((date(2026, 3, 9), "one"),))
    relief = policy.promises("normal")["relief"]
    start = new_york("2026-03-07 20:00")  # 47 hours before the release
    assert moment_at(at("50% of relief"), relief, policy, start) == new_york("2026-03-08 20:30")


def test_breach_is_the_due_time_and_escalation_a_distance_behind_it():
    response = POLICY.promises("high")["initial_response"]
    end = new_york("2026-03-06 23:50")
    assert moment_at(at("breach of initial_response"), response, POLICY, FRIDAY_EVENING) == end
    assert moment_at(at("1 hour after breach of initial_response"), response, POLICY, FRIDAY_EVENING) == (
        new_york("2026-03-07 00:50")
    )
    assert moment_at(at("1 business hour after breach of initial_response"), response, POLICY, FRIDAY_EVENING) == (
        new_york("2026-03-09 09:00")
    )


def test_a_distance_ahead_is_plain_or_open_time():
    relief = POLICY.promises("high")["relief"]  # due on Tuesday at 19:50
    assert moment_at(at("30 minutes before relief"), relief, POLICY, FRIDAY_EVENING) == new_york("2026-03-10 19:20")
    assert moment_at(at("13 business hours before relief"), relief, POLICY, FRIDAY_EVENING) == (
        new_york("2026-03-09 18:50")
    )


def test_CON_6_open_hours_ahead_of_an_update_that_is_due_at_night():
    update = POLICY.promises("normal")["update"]  # due on Monday at 20:50, 50 minutes after closing
    assert moment_at(at("4 business hours before update"), update, POLICY, FRIDAY_EVENING) == new_york(
        "2026-03-09 16:00"
    )


def test_a_distance_ahead_never_falls_before_the_start():
    update = POLICY.promises("low")["update"]  # due in ten minutes
    assert moment_at(at("4 business hours before update"), update, POLICY, FRIDAY_EVENING) == FRIDAY_EVENING


def test_a_pause_in_the_last_minutes_moves_the_reminder_ahead_with_the_due_time():
    response = POLICY.promises("high")["initial_response"]
    pauses = [(new_york("2026-03-06 23:30"), new_york("2026-03-07 10:00"))]
    assert due(response, POLICY, FRIDAY_EVENING, pauses) == new_york("2026-03-07 10:20")
    assert moment_at(at("30 minutes before initial_response"), response, POLICY, FRIDAY_EVENING, pauses) == (
        new_york("2026-03-06 23:20")
    )


STARTS = st.timedeltas(timedelta(0), timedelta(days=365)).map(lambda ahead: datetime(2026, 1, 1, tzinfo=UTC) + ahead)


@settings(deadline=None)
@example(datetime(2026, 1, 2, tzinfo=UTC), "high", [(timedelta(days=4), timedelta(microseconds=1))])
@given(
    STARTS,
    st.sampled_from(["urgent", "high", "normal", "low"]),
    st.lists(st.tuples(st.timedeltas(timedelta(0), timedelta(days=4)), st.timedeltas(timedelta(0), timedelta(days=2)))),
)
def test_every_step_of_a_clock_lies_between_its_start_and_its_due_time(start, severity, lengths):
    pauses = [(start + ahead, start + ahead + length) for ahead, length in lengths]
    for rule in POLICY.notices:
        promise = POLICY.promises(severity).get(rule.on.objective)
        end = None if promise is None else due(promise, POLICY, start, pauses)
        if promise is None or end is None:
            continue
        step = moment_at(rule.on, promise, POLICY, start, pauses)
        assert step is not None
        assert start <= step <= end
        assert end.tzinfo is UTC
        if rule.on.name.startswith("breach"):
            assert step == end
