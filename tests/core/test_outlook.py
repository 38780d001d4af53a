"""What a change of the policy would do to a case, worked out on a copy before it is done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from mailproc.core.case import Case, Person, State
from mailproc.core.events import CustomerChanged, PolicyChanged
from mailproc.core.outlook import Impact, Move, impact, outlook
from mailproc.policy.model import Policy
from mailproc.policy.parse import parse

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TEXT = """
title = "small"
calendar = "always"
default_severity = "one"
{top}
[severity.one]
label = "One"
means = "all of it"
initial_response = "{response}"
update = "every {update}"
[[notices]]
on = "breach of initial_response"
to = ["team_lead"]
[[notices]]
on = "50% of initial_response"
to = ["owner"]
{more}
"""


def a_policy(response: str = "4 hours", update: str = "8 hours", *, top: str = "", more: str = "") -> Policy:
    policy, problems = parse(TEXT.format(response=response, update=update, top=top, more=more), "small.toml")
    assert policy, problems
    return policy


def a_case(**facts: object) -> Case:
    return Case(
        number=7, mailbox="support", opened=MONDAY, severity="one", requester=Person("c@customer.example"), **facts
    )


def test_a_later_due_time_is_told_with_both_moments_and_nothing_goes() -> None:
    found = impact(a_case(), PolicyChanged(), a_policy(), a_policy("6 hours"), MONDAY + HOUR)
    assert found == Impact(7, (Move("initial_response", MONDAY + 4 * HOUR, MONDAY + 6 * HOUR),))


def test_what_would_be_late_already_breaks_now_its_warning_is_skipped_and_its_news_goes() -> None:
    found = impact(a_case(), PolicyChanged(), a_policy(), a_policy("1 hour"), MONDAY + 2 * HOUR)
    assert found.moves == (Move("initial_response", MONDAY + 4 * HOUR, MONDAY + HOUR),)
    assert (found.notices, found.breaks) == (("breach",), ("initial_response",))


def test_an_update_whose_time_would_be_past_goes_at_once() -> None:
    found = impact(a_case(), PolicyChanged(), a_policy(), a_policy(update="1 hour"), MONDAY + 1.5 * HOUR)
    assert found.moves == (Move("update", MONDAY + 8 * HOUR, MONDAY + HOUR),)
    assert found.notices == ("update",)


def test_a_promise_that_is_given_up_is_due_no_more() -> None:
    head = 'title = "bare"\ncalendar = "always"\ndefault_severity = "one"\n'
    bare, problems = parse(f'{head}[severity.one]\nlabel = "One"\nmeans = "all"\nupdate = "every 8 hours"', "bare.toml")
    assert bare, problems
    found = impact(a_case(), PolicyChanged(), a_policy(), bare, MONDAY + HOUR)
    assert found.moves == (Move("initial_response", MONDAY + 4 * HOUR, None),)


def test_what_was_promised_before_may_be_unknown_then_no_clock_is_said_to_move() -> None:
    found = impact(a_case(), PolicyChanged(), None, a_policy("1 hour"), MONDAY + 2 * HOUR)
    assert (found.moves, found.breaks) == ((), ("initial_response",))


def test_the_case_itself_stays_as_it_was_and_a_closed_one_is_left_alone() -> None:
    case = a_case()
    impact(case, PolicyChanged(), a_policy(), a_policy("1 hour"), MONDAY + 2 * HOUR)
    assert case == a_case()
    closed = a_case(state=State.CLOSED, closed=MONDAY + HOUR)
    assert not impact(closed, PolicyChanged(), a_policy(), a_policy("1 hour"), MONDAY + 2 * HOUR)


def test_OWN_10_a_plan_and_a_policy_that_change_at_once_are_counted_once_under_both() -> None:
    plans = '[plan.gold.severity.one]\ninitial_response = "{}"\n[plan.basic]\n'
    was = a_policy(top='default_plan = "basic"', more=plans.format("3 hours"))
    new = a_policy("1 hour", top='default_plan = "basic"', more=plans.format("5 hours"))
    terms = CustomerChanged("gold", "", None, "the customers file changed")
    found = impact(a_case(plan="basic"), PolicyChanged(terms), was, new, MONDAY + 2 * HOUR)
    # Under the new policy alone, with the plan of before, it would have broken an hour ago.
    assert found == Impact(7, (Move("initial_response", MONDAY + 4 * HOUR, MONDAY + 5 * HOUR),))


def test_the_sum_counts_by_template_and_objective_and_names_the_first_cases() -> None:
    some = [
        Impact(number, (Move("update", None, MONDAY),), ("breach", "breach"), ("relief",)) for number in range(1, 9)
    ]
    total = outlook([*some, Impact(9)])
    assert (total.cases, total.moved.count, total.at_once) == (9, 8, 16)
    assert total.notices["breach"].cases == [1, 2, 3, 4, 5]
    assert total.breaks["relief"].count == 8
