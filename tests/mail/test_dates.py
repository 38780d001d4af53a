"""Times as agents type them, read on Thursday 5 March 2026, 14:30 in New York."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproc.mail.dates import echo, when
from mailproc.policy.model import Business, BusinessDays

NEW_YORK = ZoneInfo("America/New_York")
START = datetime(2026, 3, 6, tzinfo=UTC)
NOW = datetime(2026, 3, 5, 19, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("fri 15:00", "Fri 6 March 2026 15:00 EST"),
        ("until fri", "Fri 6 March 2026 17:00 EST"),
        ("by Friday 5pm", "Fri 6 March 2026 17:00 EST"),
        ("Freitag 15 Uhr", "Fri 6 March 2026 15:00 EST"),
        ("tomorrow 9", "Fri 6 March 2026 09:00 EST"),
        ("tomorrow at 9:30 pm", "Fri 6 March 2026 21:30 EST"),
        ("morgen 9", "Fri 6 March 2026 09:00 EST"),
        ("today 17:00", "Thu 5 March 2026 17:00 EST"),
        ("eod", "Thu 5 March 2026 17:00 EST"),
        ("eow", "Fri 6 March 2026 17:00 EST"),
        ("monday", "Mon 9 March 2026 17:00 EDT"),
        ("next monday", "Mon 9 March 2026 17:00 EDT"),
        ("thursday", "Thu 5 March 2026 17:00 EST"),
        ("thu 9", "Thu 12 March 2026 09:00 EDT"),
        ("15:00", "Thu 5 March 2026 15:00 EST"),
        ("9am", "Fri 6 March 2026 09:00 EST"),
        ("noon", "Fri 6 March 2026 12:00 EST"),
        ("14:00 utc", "Fri 6 March 2026 09:00 EST"),
        ("2026-03-09 14:00", "Mon 9 March 2026 14:00 EDT"),
        ("2026-03-09", "Mon 9 March 2026 17:00 EDT"),
        ("2026-03-09T14:00Z", "Mon 9 March 2026 10:00 EDT"),
        ("2026-03-09T14:00+01:00", "Mon 9 March 2026 09:00 EDT"),
        ("9 march 14:00", "Mon 9 March 2026 14:00 EDT"),
        ("March 9th", "Mon 9 March 2026 17:00 EDT"),
        ("9. März 14 Uhr", "Mon 9 March 2026 14:00 EDT"),
        ("9.3. 15 uhr", "Mon 9 March 2026 15:00 EDT"),
        ("1 february", "Mon 1 February 2027 17:00 EST"),
        ("in 4 hours", "Thu 5 March 2026 18:30 EST"),
        ("3 days", "Sun 8 March 2026 15:30 EDT"),
        ("2h", "Thu 5 March 2026 16:30 EST"),
        ("an hour", "Thu 5 March 2026 15:30 EST"),
        ("sun 02:30", "Sun 8 March 2026 03:30 EDT"),
    ],
)
def test_a_time_is_read_as_a_colleague_would_read_it(said: str, meant: str) -> None:
    moment = when(said, NOW, NEW_YORK)
    assert isinstance(moment, datetime), moment
    assert moment.tzinfo is UTC
    assert echo(moment, NEW_YORK) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("4 business hours", Business(timedelta(hours=4))),
        ("4bh", Business(timedelta(hours=4))),
        ("in 2 business days", BusinessDays(2)),
    ],
)
def test_business_time_is_left_for_the_calendar_to_count(said: str, meant: object) -> None:
    assert when(said, NOW, NEW_YORK) == meant


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "no time is given"),
        ("soon", "not a time"),
        ("3/9", "day or month first"),
        ("today 9", "is past"),
        ("2020-01-01", "is past"),
        ("2026-02-31", "not a time"),
        ("fri 25:00", "not a time"),
        ("13pm", "not a time"),
        ("12", "not a time"),
        ("in 2 houers", "not a time"),
        ("2099-01-01", "three years"),
        ("x" * 200, "too long"),
    ],
)
def test_what_is_no_future_moment_is_said_in_words(said: str, why: str) -> None:
    problem = when(said, NOW, NEW_YORK)
    assert isinstance(problem, str)
    assert why in problem


def test_an_hour_that_comes_twice_is_the_first_of_the_two() -> None:
    autumn = datetime(2026, 10, 31, 12, tzinfo=UTC)
    assert when("sun 01:30", autumn, NEW_YORK) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_a_zone_without_letters_is_named_by_its_distance() -> None:
    assert echo(NOW, ZoneInfo("Asia/Dubai")) == "Thu 5 March 2026 23:30 UTC+04"


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("0123456789:.-/ adefhimnorstuwTZ+"), max_size=30) | st.text(max_size=30))
def test_no_text_makes_reading_a_time_fail_with_an_error(text: str) -> None:
    moment = when(text, NOW, NEW_YORK)
    assert not isinstance(moment, datetime) or moment > NOW


@settings(deadline=None)
@given(
    st.integers(1, 1_400_000).map(lambda minutes: START + timedelta(minutes=minutes)),
    st.sampled_from(["UTC", "Europe/Berlin"]),
)
def test_an_exact_time_is_read_back_as_it_was_written(wanted: datetime, zone: str) -> None:
    said = f"{wanted:%Y-%m-%d %H:%M}"
    moment = when(said, NOW, ZoneInfo(zone))
    assert isinstance(moment, datetime)
    assert moment == wanted.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
