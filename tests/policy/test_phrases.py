"""What a text mentions, and what it claims."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailproc.policy.phrases import LONGEST, claims, mentions

CLAIMED = [
    "There is an outage",
    "OUTAGE!",
    "Not only is it slow: an outage it is",
    "We do not know why there is an outage",
    "It does not work because of an outage",
    "No. There is an outage.",
    "No, the outage goes on",
    "There was no outage yesterday, but today there is an outage",
    "The outage is not over",
    "I can't work since the outage began",
    "An outage since last night",
    "Warum ist da ein Ausfall, ein outage?",
    "Is there an outage, since nothing works? There is an outage here!",
    "In case of doubt: there is an outage",
    "If you read this: we have an outage",
    "Thank you, but the outage goes on",
]
DENIED = [
    "There is no outage",
    "There isn't any outage",
    "There isn’t any outage",
    "This is not an outage",
    "It never was an outage",
    "We live without an outage",
    "The outage is over",
    "The outage has been resolved",
    "The outage was quickly fixed",
    "About the outage of last week",
    "Yesterday's outage",
    "Das ist kein outage",
    "A safeguard against an outage",
    "The words are out age",
    "outages",
    "Is there an outage?",
    "Was there any known outage last night?",
    "What happens when you have an outage? Do you pay?",
    "What if an outage comes",
    "If there ever was an outage, whom would we call?",
    "In case of an outage, whom do we call?",
    "Thanks for ending the outage so quickly",
]


@pytest.mark.parametrize("text", CLAIMED)
def test_what_is_claimed(text: str):
    assert claims(text, "outage")


@pytest.mark.parametrize("text", DENIED)
def test_what_is_denied_over_or_not_said_at_all(text: str):
    assert not claims(text, "outage")


def test_what_is_denied_is_still_mentioned():
    assert mentions("There is no outage", "outage")
    assert not mentions("outages", "outage")


def test_of_a_message_the_subject_counts_as_well_and_each_for_itself():
    assert claims({"subject": "Outage", "text": "as before"}, "outage")
    assert not claims({"subject": "No outage", "text": ""}, "outage")
    assert not claims({"subject": "We have no", "text": "outage"}, "no outage")


def test_words_are_whole_and_any_space_or_hyphen_parts_them():
    assert mentions("mission-critical", "mission critical")
    assert mentions("Mission\n  critical", "mission critical")
    assert not mentions("submission critical", "mission critical")
    assert mentions("I can’t log in", "can't log in")


def test_what_stands_far_below_is_not_looked_at():
    assert not mentions("x " * LONGEST + "outage", "outage")


@given(st.text(max_size=200), st.lists(st.text(max_size=12), max_size=3))
def test_any_text_and_any_phrase_can_be_asked_for(text: str, phrases: list[str]):
    assert claims(text, *phrases) <= mentions(text, *phrases)
