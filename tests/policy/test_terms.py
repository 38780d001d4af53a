"""Which plan holds on a day: nothing that was paid for is taken away before its term is over (OWN-10)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailproc.policy.model import Plan
from mailproc.policy.terms import Subscription, Term, changes_after, day_in, lower, plan_on, remembered

PLANS = {
    name: Plan(id=name, label=name, severities={}, rank=rank) for rank, name in enumerate(("gold", "silver", "tin"))
}
DEFAULT = "tin"
END = date(2026, 12, 31)
DAYS = st.dates(date(2026, 1, 1), date(2028, 1, 1))
NAMES = st.sampled_from(("gold", "silver", "tin", "", "brass"))
SAID = st.builds(Subscription, plan=NAMES, end=st.none() | DAYS, next_plan=NAMES)
PAID = st.none() | st.builds(Term, plan=NAMES, end=DAYS)


def held(day: date, said: Subscription, paid: Term | None = None) -> str:
    return plan_on(day, said, paid, PLANS, DEFAULT)[0]


def test_OWN_10_a_lower_plan_takes_effect_the_day_after_the_term():
    said, paid = Subscription("tin"), Term("gold", END)
    assert held(END, said, paid) == "gold"
    assert held(END + timedelta(days=1), said, paid) == "tin"
    assert plan_on(END, said, paid, PLANS, DEFAULT)[1] == "paid term"


def test_OWN_10_a_higher_plan_takes_effect_at_once():
    assert held(date(2026, 6, 1), Subscription("gold"), Term("silver", END)) == "gold"


def test_OWN_10_a_plan_that_is_taken_out_of_the_file_holds_till_its_term_is_over():
    assert held(END, Subscription(""), Term("gold", END)) == "gold"
    assert held(END + timedelta(days=1), Subscription(""), Term("gold", END)) == DEFAULT


def test_the_next_plan_follows_the_term_that_the_file_names():
    said = Subscription("gold", END, "silver")
    assert [held(END + timedelta(days=n), said) for n in (0, 1)] == ["gold", "silver"]
    assert held(END + timedelta(days=400), Subscription("gold", END)) == "gold"  # no word of what comes after it


@pytest.mark.parametrize(
    ("said", "paid", "expected"),
    [
        (Subscription("gold", END), None, Term("gold", END)),
        (Subscription("tin", date(2027, 6, 30)), Term("gold", END), Term("gold", END)),  # lowered: the gold one stands
        (Subscription("tin"), Term("gold", END), Term("gold", END)),
        (Subscription("gold", date(2027, 12, 31)), Term("gold", END), Term("gold", date(2027, 12, 31))),  # renewed
        (Subscription("gold", date(2026, 9, 30)), Term("gold", END), Term("gold", date(2026, 9, 30))),  # corrected
        (Subscription("gold", date(2027, 6, 30)), Term("tin", END), Term("gold", date(2027, 6, 30))),  # raised
        (Subscription("gold"), Term("tin", END), Term("tin", END)),  # gold for no named time
        (Subscription("", date(2027, 6, 30)), Term("tin", END), Term("tin", END)),
        (Subscription("brass", date(2027, 6, 30)), Term("gold", END), Term("gold", END)),  # of no policy: the default
        (Subscription("gold", date(2026, 3, 1)), None, None),  # over already
        (Subscription("tin", date(2027, 6, 30)), Term("gold", date(2026, 3, 1)), Term("tin", date(2027, 6, 30))),
        (Subscription("gold"), None, None),
    ],
)
def test_OWN_10_what_is_remembered_as_paid(said, paid, expected):
    assert remembered(date(2026, 6, 1), said, paid, PLANS, DEFAULT) == expected


@given(day=DAYS, said=SAID, paid=PAID)
def test_OWN_10_never_below_what_is_paid_nor_a_plan_that_nobody_named(day, said, paid):
    plan = held(day, said, paid)
    assert plan in PLANS
    assert plan in (said.plan, said.next_plan, paid.plan if paid else "", DEFAULT)
    if paid and paid.plan in PLANS and day <= paid.end:
        assert PLANS[plan].rank <= PLANS[paid.plan].rank


@given(day=DAYS, first=SAID, later=SAID)
def test_OWN_10_no_second_file_lowers_what_a_first_one_had_paid(day, first, later):
    paid = remembered(day, first, None, PLANS, DEFAULT)
    if paid is None or paid.plan not in PLANS:
        return
    again = remembered(day, later, paid, PLANS, DEFAULT)
    if later.plan != paid.plan:  # the same plan with another end is a correction of the term
        assert not lower(held(day, later, again), paid.plan, PLANS)


@given(
    day=DAYS, said=SAID, paid=PAID, zone=st.sampled_from(("", "Asia/Kathmandu", "Pacific/Chatham", "America/New_York"))
)
def test_between_two_changes_the_plan_is_the_same(day, said, paid, zone):
    now = datetime(day.year, day.month, day.day, 11, 30, tzinfo=UTC)
    end = changes_after(now, said, paid, zone) or now + timedelta(days=900)
    for moment in (now + (end - now) / 3, end - timedelta(seconds=1)):
        assert held(day_in(zone, moment), said, paid) == held(day_in(zone, now), said, paid)


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        ("", datetime(2027, 1, 1, tzinfo=UTC)),
        ("Asia/Kathmandu", datetime(2026, 12, 31, 18, 15, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2027, 1, 1, 8, 0, tzinfo=UTC)),
    ],
)
def test_OWN_10_the_day_after_the_term_begins_at_the_customers_own_midnight(zone, moment):
    said = Subscription("gold", END, "tin")
    assert changes_after(datetime(2026, 5, 1, tzinfo=UTC), said, None, zone) == moment
    assert held(day_in(zone, moment - timedelta(seconds=1)), said) == "gold"
    assert held(day_in(zone, moment), said) == "tin"


def test_where_a_policy_has_no_plans_the_file_is_taken_at_its_word():
    assert plan_on(END, Subscription("premier"), Term("gold", END), {}, "") == ("premier", "customers file")
    assert plan_on(END, Subscription(""), None, {}, "") == ("", "default")
