"""What a policy file may say beside what the shipped one says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest

from mailproc.policy.model import Business, BusinessDays, Commitment, Elapsed, LastWorkingDay, Objective
from policies import SMALL, read


def test_a_policy_is_named_by_its_file_and_knows_its_digest():
    policy = read(SMALL, name="policies/small.toml")
    assert policy.name == "small"
    assert policy.title == "Small support"
    assert policy.digest == sha256(SMALL.encode()).hexdigest()


def test_what_a_file_leaves_out_has_defaults():
    policy = read(SMALL)
    assert policy.confirmation is None
    assert policy.notices == ()
    assert policy.update_starts == "opened"
    assert policy.reopening_within == Elapsed(timedelta(days=14))
    assert policy.resolved_closes_after == Elapsed(timedelta(days=7))
    assert policy.waiting.close is None
    assert policy.severities["high"].label == "High"
    assert set(policy.calendars) == {"always", "office"}


def test_a_promise_is_a_sentence_or_a_table():
    policy = read(
        SMALL.replace(
            '"2 business days"', '{ within = "3 business days", calendar = "always", clause = ["A-1", "A-2"] }'
        )
    )
    response, plan = policy.promises("high")["initial_response"], policy.promises("high")["action_plan"]
    assert (response.target, response.text, response.calendar) == (
        Business(timedelta(hours=4)),
        "4 business hours",
        "office",
    )
    assert (plan.target, plan.text, plan.calendar) == (BusinessDays(3), "3 business days", "always")
    assert plan.clause == ("A-1", "A-2")


@pytest.mark.parametrize("interval", ["4 hours", "every 4 hours"])
def test_an_update_in_a_table_may_say_every_once_or_twice(interval):
    policy = read(SMALL.replace('"every 4 hours"', f'{{ every = "{interval}", agreed_interval = true }}'))
    update = policy.promises("high")["update"]
    assert update.text == "every 4 hours"
    assert update.recurs
    assert update.agreed_interval


def test_an_update_may_be_a_sentence_or_the_last_working_day():
    assert read(SMALL.replace("every 4 hours", "as news comes in")).promises("high")["update"].target == Commitment(
        "as news comes in"
    )
    assert read(SMALL.replace("every 4 hours", "last working day of the week")).promises("high")["update"].target == (
        LastWorkingDay()
    )


def test_an_objective_of_the_policys_own_holds_for_every_severity_unless_a_row_overrides_it():
    more = (
        '\n[objectives.hello]\nwithin = "1 business day"\nclause = "A-1"\n[severity.low]\nhello = "2 business days"\n'
    )
    policy = read(SMALL + more)
    assert policy.objectives["hello"] == Objective("hello", starts="opened", met_by="agent_reply", clause=("A-1",))
    assert policy.promises("high")["hello"].target == BusinessDays(1)
    assert policy.promises("low")["hello"].target == BusinessDays(2)
    assert policy.promises("low")["hello"].clause == ("A-1",)
    assert [severity.rank for severity in policy.severities.values()] == [0, 1]


def test_OWN_4_updates_may_start_with_the_initial_response():
    policy = read(SMALL + '\n[updates]\nstarts = "initial_response"\n')
    assert policy.update_starts == "initial_response"
    assert policy.objectives["update"].starts == "initial_response"


def test_OWN_4_a_business_day_may_be_declared():
    policy = read(SMALL.replace("timezone =", 'business_day = "9 business hours"\ntimezone ='))
    assert policy.calendars["office"].business_day == timedelta(hours=9)


def test_ELA_3_a_union_is_open_when_any_member_is_wherever_it_stands_in_the_file():
    more = '[calendars.all]\nunion = ["both"]\n[calendars.both]\nunion = ["office", "eu"]\n[calendars.eu]\n' + (
        'timezone = "Europe/Berlin"\nopen = { mon-fri = "09:00-17:00" }\n'
    )
    policy = read(SMALL + "\n" + more)
    berlin_morning = datetime(2026, 3, 6, 8, 30, tzinfo=UTC)
    assert policy.calendars["all"].is_open(berlin_morning)
    assert not policy.calendars["office"].is_open(berlin_morning)


def test_holidays_come_from_a_country_and_a_list_and_exceptions_open_them():
    holidays = '\nholidays = { country = "us", closed = [2026-12-24], open = { "2026-12-25" = ["10:00-12:00"] } }\n'
    office = read(SMALL.replace("\n\n[severity", f"{holidays}\n[severity")).calendars["office"]
    assert office.elapsed(datetime(2026, 12, 24, 5, tzinfo=UTC), datetime(2026, 12, 26, 5, tzinfo=UTC)) == timedelta(
        hours=2
    )
    assert office.next_opening(datetime(2026, 11, 26, 12, tzinfo=UTC)).date() == date(2026, 11, 27)  # Thanksgiving


def test_releases_are_sorted_whichever_way_their_dates_are_written():
    more = '\n[[releases]]\ndate = "2026-05-01"\nname = "later"\n[[releases]]\ndate = 2026-04-01\n'
    assert read(SMALL + more).releases == ((date(2026, 4, 1), ""), (date(2026, 5, 1), "later"))


@pytest.mark.parametrize(
    ("on", "to", "template"),
    [
        ("75% of initial_response", "owner", "at_risk"),
        ("30 minutes before update", "owner", "update_due"),
        ("30 minutes before action_plan", "owner", "at_risk"),
        ("breach of initial_response", "team_lead", "breach"),
        ("1 hour after breach of initial_response", "management", "escalation"),
        ("breach of initial_response", "operator", "operator_alarm"),
    ],
)
def test_the_template_of_a_notice_follows_from_its_moment_and_its_reader(on, to, template):
    (notice,) = read(f'{SMALL}\n[[notices]]\non = "{on}"\nto = ["{to}"]\n').notices
    assert notice.template == template


def test_a_notice_may_say_everything():
    (notice,) = read(
        SMALL + '\n[[notices]]\non = "2 business hours before  action_plan"\nto = "owner"\ntemplate = "escalation"\n'
        'severities = ["high"]\nwhen = "not case.owner"\ntier = 2\ndeliver_in = "office"\nclause = "A-1"\n'
    ).notices
    assert notice.on.name == "2 business hours before action_plan"
    assert (notice.on.offset, notice.on.before) == (Business(timedelta(hours=2)), True)
    assert (notice.to, notice.template, notice.severities) == (("owner",), "escalation", ("high",))
    assert (notice.tier, notice.deliver_in, notice.clause) == (2, "office", ("A-1",))
    assert notice.when is not None
    assert notice.when.holds({"case": {"owner": None}})
    assert not notice.when.holds({"case": {"owner": "agent@example.com"}})


def test_hours_may_reach_past_midnight_and_a_day_may_end_at_24():
    office = read(SMALL.replace("08:00-20:00", '22:00-06:00", "12:00-13:00')).calendars["office"]
    assert office.business_day == timedelta(hours=9)
    assert office.is_open(datetime(2026, 3, 7, 10, 59, tzinfo=UTC))  # Saturday 05:59, of Friday's night
    whole = read(SMALL.replace("mon-fri", "mon-sun").replace("08:00-20:00", "00:00-24:00")).calendars["office"]
    assert whole.never_closes
