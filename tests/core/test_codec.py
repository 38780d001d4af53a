"""A case becomes text and comes back as it was."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime

from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

from mailproc.core.case import Agreed, Case, Pause, Person, Progress, State, Step, Task
from mailproc.core.codec import dump, load

text = st.text(max_size=20)
moments = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
maybe = st.none() | moments
people = st.builds(Person, address=text, name=text, phone=text)
cases = st.builds(
    Case,
    number=st.integers(min_value=1, max_value=2**40),
    mailbox=text,
    opened=moments,
    subject=text,
    requester=people,
    state=st.sampled_from(State),
    severity=text,
    declared=st.none() | text,
    owner=st.none() | text,
    tier=st.integers(1, 9),
    answerable=st.booleans(),
    met=st.dictionaries(text, moments, max_size=3),
    broken=st.dictionaries(text, moments, max_size=3),
    spoke=maybe,
    updated=maybe,
    pauses=st.lists(st.builds(Pause, start=moments, until=maybe, why=text), max_size=3).map(tuple),
    told=st.frozensets(st.builds(Step, objective=text, name=text, occurrence=text), max_size=4),
    agreed=st.none() | st.builds(Agreed, every=text, until=maybe),
    progress=st.none() | st.builds(Progress, text=text, at=moments),
    eta=maybe,
    wait_until=maybe,
    acknowledged=maybe,
    relieved=maybe,
    resolved=maybe,
    closed=maybe,
    recounts=st.integers(0, 9),
    tasks=st.lists(st.builds(Task, kind=text, due=maybe, done=maybe), max_size=2).map(tuple),
    related=st.lists(st.integers(1, 99), max_size=2).map(tuple),
    tags=st.lists(text, max_size=2).map(tuple),
)


@settings(max_examples=70, deadline=None)
@for_any(cases)
def test_a_case_comes_back_from_its_text_as_it_was(case: Case):
    line = dump(case)
    assert load(line) == case
    assert dump(load(line)) == line
    assert "\n" not in line


def test_a_field_that_is_not_known_any_more_is_left_out_and_a_new_one_takes_its_default():
    case = Case(number=1, mailbox="support", opened=datetime(2026, 3, 9, tzinfo=UTC))
    facts = json.loads(dump(case))
    assert load(json.dumps(facts | {"mood": "bad"})) == case
    required = {"number", "mailbox", "opened"}
    assert set(facts) == {field.name for field in fields(Case)}
    assert load(json.dumps({name: facts[name] for name in required})) == case
