"""Every problem of a policy file, told at once and literally: tests/bad_policies holds the files and the texts."""

from __future__ import annotations

import random
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproc.policy.parse import parse
from policies import CONCEAL, SMALL

BAD = sorted((Path(__file__).parents[1] / "bad_policies").glob("*.toml"))
GOOD_TEXT = CONCEAL.read_text(encoding="utf-8")


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_each_defect_is_told_with_its_line_and_what_would_be_right(file: Path):
    policy, problems = parse(file.read_text(encoding="utf-8"), file.name)
    assert policy is None
    assert "\n".join(problems) + "\n" == file.with_suffix(".txt").read_text(encoding="utf-8")


def test_there_are_files_to_read_and_each_has_its_text():
    assert len(BAD) >= 30
    assert {file.stem for file in BAD} == {file.stem for file in BAD[0].parent.glob("*.txt")}


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_every_problem_says_where_what_and_what_would_be_right(file: Path):
    for line in file.with_suffix(".txt").read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(rf"{file.stem}\.toml:\d+: .+; .+", line)


def test_all_problems_of_a_file_are_told_at_once_in_the_order_of_the_file():
    text = (
        SMALL.replace('"4 business hours"', '"4 busines hours"')
        .replace("every 4", "every 0")
        .replace("New_York", "York")
    )
    _, problems = parse(text, "small.toml")
    assert [int(problem.split(":")[1]) for problem in problems] == [6, 10, 11]


def test_a_file_that_begins_with_a_byte_order_mark_is_read():
    policy, problems = parse("\ufeff" + SMALL, "small.toml")
    assert problems == ()
    assert policy is not None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a = " + "[" * 100_000, 'deep.toml:1: a value is nested too deeply; write TOML, such as key = "value"'),
        ("a = " + "9" * 5000, 'deep.toml:1: a figure is too long; write TOML, such as key = "value"'),
    ],
)
def test_a_file_that_the_toml_reader_breaks_on_is_a_problem(text, problem):
    assert parse(text, "deep.toml") == (None, (problem,))


WORDS = st.sampled_from(
    [
        "4 hours",
        "always",
        "support",
        "",
        "next release",
        "relief",
        "75% of x",
        "urgent",
        "union",
        "24:00-08:00",
        "\x00",
        "é",
    ]
)
SCALARS = st.one_of(st.integers(), st.booleans(), WORDS, st.floats(), st.just([]), st.just({}))
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(WORDS, inner, max_size=2))


def written(value: object) -> str:
    """A value as TOML has it, on one line."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return '"' + "".join(f"\\u{ord(letter):04x}" for letter in value) + '"'
        case list():
            return f"[{', '.join(map(written, value))}]"
        case dict():
            return "{" + ", ".join(f"{written(key)} = {written(inner)}" for key, inner in value.items()) + "}"
        case _:
            return repr(value)


@settings(deadline=None, max_examples=150)
@given(st.randoms(use_true_random=False), st.lists(VALUES, min_size=1, max_size=3))
def test_no_value_anywhere_makes_the_reader_raise(chance: random.Random, values):
    lines = GOOD_TEXT.splitlines()
    for value in values:
        number = chance.choice(
            [n for n, line in enumerate(lines) if "=" in line and line[0] not in " #" and line[-1] != "["]
        )
        lines[number] = f"{lines[number].split('=')[0]} = {written(value)}"
    text = "\n".join(lines)
    tomllib.loads(text)
    policy, problems = parse(text, "mutated.toml")
    assert (policy is None) == bool(problems)


@settings(deadline=None, max_examples=100)
@given(st.integers(0, len(GOOD_TEXT)), st.integers(0, 60), st.text(max_size=5))
def test_no_damage_to_a_file_makes_the_reader_raise(at, length, instead):
    policy, problems = parse(GOOD_TEXT[:at] + instead + GOOD_TEXT[at + length :], "damaged.toml")
    assert (policy is None) == bool(problems)
    assert all(problem.startswith("damaged.toml:") for problem in problems)
