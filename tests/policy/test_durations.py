"""The sentences for lengths of time."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailproc.policy.durations import cadence, duration, in_words, timed
from mailproc.policy.model import Business, BusinessDays, Commitment, Elapsed, LastWorkingDay, NextRelease, Target


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("30 minutes", Elapsed(timedelta(minutes=30))),
        ("4 hours", Elapsed(timedelta(hours=4))),
        ("1 hour", Elapsed(timedelta(hours=1))),
        ("3 days", Elapsed(timedelta(days=3))),
        ("2 weeks", Elapsed(timedelta(weeks=2))),
        ("  4  Hours ", Elapsed(timedelta(hours=4))),
        ("8 business hours", Business(timedelta(hours=8))),
        ("90 business minutes", Business(timedelta(minutes=90))),
        ("1 business day", BusinessDays(1)),
        ("1.5 business days", BusinessDays(1.5)),
        ("last working day of the week", LastWorkingDay()),
        ("last working day of the week at 16:00", LastWorkingDay(time(16))),
        ("next release", NextRelease()),
        ("continual working-day effort", Commitment("continual working-day effort")),
        ("at the discretion of management", Commitment("at the discretion of management")),
        ("2h", Elapsed(timedelta(hours=2))),
        ("30m", Elapsed(timedelta(minutes=30))),
        ("4bh", Business(timedelta(hours=4))),
        ("1bd", BusinessDays(1)),
        ("3d", Elapsed(timedelta(days=3))),
        ("1w", Elapsed(timedelta(weeks=1))),
    ],
)
def test_a_sentence_names_its_target(text, target):
    assert duration(text) == target


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("4 houers", 'did you mean "4 hours"?'),
        ("8hh", 'did you mean "8 hours"?'),
        ("4 business ours", 'did you mean "4 business hours"?'),
        ("4 bussiness hours", 'did you mean "4 business hours"?'),
        ("2 working days", 'did you mean "2 business days"?'),
        ("four hours", "it needs a figure"),
        ("an hour", "it needs a figure"),
        ("within 4 hours", "looks like a duration"),
        ("~4 hours", "is not a duration"),
        ("4", "is not a duration"),
        ("4 hours 30 minutes", "is not a duration"),
        ("-4 hours", "is not a duration"),
        ("0 hours", "is no time at all"),
        ("999999 weeks", "longer than ten years"),
        ("2 business weeks", "business days"),
        ("next relase", 'did you mean "next release"?'),
        ("last workin day of week", 'did you mean "last working day of the week"?'),
        ("last working day of the week at 25:00", "names no time of day"),
        ("every 4 hours", "only updates do"),
        ("   ", "is empty"),
    ],
)
def test_a_mistyped_duration_is_a_problem_and_no_commitment(text, advice):
    problem = duration(text)
    assert isinstance(problem, str)
    assert advice in problem


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("every 4 hours", Elapsed(timedelta(hours=4))),
        ("every hour", Elapsed(timedelta(hours=1))),
        ("every 1 business day", BusinessDays(1)),
        ("every business day", BusinessDays(1)),
        ("last working day of the week", LastWorkingDay()),
        ("whenever there is news", Commitment("whenever there is news")),
    ],
)
def test_a_cadence_names_its_interval(text, target):
    assert cadence(text) == target


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("hourly", 'write "every 1 hour"'),
        ("4 hours", 'write "every 4 hours"'),
        ("evry 4 hours", 'write "every 4 hours"'),
        ("every 0 hours", "is no time at all"),
        ("every 3 dayz", 'did you mean "3 days"?'),
        ("next release", "is not an interval"),
        ("every now and then", "is not"),
    ],
)
def test_a_mistyped_cadence_is_a_problem(text, advice):
    problem = cadence(text)
    assert isinstance(problem, str)
    assert advice in problem


def test_where_only_a_length_will_do_a_sentence_is_a_problem():
    assert timed("next release") == (
        '"next release" is not a length of time; write "30 minutes", "8 business hours", "1 business day" or "5 days"'
    )


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (Elapsed(timedelta(hours=1)), "1 hour"),
        (Elapsed(timedelta(hours=24)), "24 hours"),
        (Elapsed(timedelta(days=3)), "3 days"),
        (Elapsed(timedelta(days=14)), "2 weeks"),
        (Elapsed(timedelta(minutes=90)), "90 minutes"),
        (Business(timedelta(hours=4)), "4 business hours"),
        (BusinessDays(1), "1 business day"),
        (BusinessDays(1.5), "1.5 business days"),
        (LastWorkingDay(time(16)), "last working day of the week at 16:00"),
    ],
)
def test_targets_are_told_in_words(target, words):
    assert in_words(target) == words


LENGTHS = st.integers(1, 10_000_000).map(lambda n: timedelta(seconds=n / 10))
TARGETS = st.one_of(
    LENGTHS.map(Elapsed),
    LENGTHS.map(Business),
    st.integers(1, 100_000).map(lambda n: BusinessDays(n / 100)),
    st.times().map(lambda at: LastWorkingDay(at.replace(second=0, microsecond=0))),
    st.just(LastWorkingDay()),
    st.just(NextRelease()),
)


@given(TARGETS)
def test_what_is_told_in_words_is_read_back_as_the_same(target: Target):
    assert duration(in_words(target)) == target


@given(st.text() | st.from_regex(r"(every )?\d{1,9}(\.\d+)? ?(business )?[a-z]{1,8}", fullmatch=True))
def test_no_text_makes_the_reader_raise(text):
    assert duration(text) is not None
    assert cadence(text) is not None
