"""Every problem of a policy file, told at once and literally: tests/bad_policies holds files, mistakes, texts."""

from __future__ import annotations

import random
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mistakes import HERE, UPDATE, WHOLE, Mistake, mistakes, read, write

from mailproc.core.case import State
from mailproc.policy import vocabulary
from mailproc.policy.parse import KEYS, parse
from policies import CONCEAL, SMALL

if UPDATE:
    for each in sorted(HERE.glob("*.txt")):
        write(each)
MISTAKES = mistakes()
SHIPPED = {path.name: path.read_text(encoding="utf-8") for path in sorted(CONCEAL.parent.glob("*.toml"))}
BAD = sorted((Path(__file__).parents[1] / "bad_policies").glob("*.toml"))
GOOD_TEXT = CONCEAL.read_text(encoding="utf-8")


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_each_defect_is_told_with_its_line_and_what_would_be_right(file: Path):
    policy, problems = parse(file.read_text(encoding="utf-8"), file.name)
    assert policy is None
    if UPDATE:
        file.with_suffix(".txt").write_text("\n".join(problems) + "\n", encoding="utf-8")
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


# Mistakes, each in a file that has every table of the language


def test_the_file_that_the_mistakes_are_put_into_has_none():
    policy, problems = read(WHOLE.read_text(encoding="utf-8"))
    assert problems == ()
    assert policy is not None


def test_there_are_mistakes_of_every_kind():
    assert len(MISTAKES) >= 300
    assert len({one.text() for one in MISTAKES}) == len(MISTAKES), "a mistake stands there twice"
    for key in set(KEYS) - {"confirmation", "offers_severities"}:
        assert any(re.match(rf"{key}\b", told) for one in MISTAKES for _, told in one.told()), key


@pytest.mark.parametrize("mistake", MISTAKES, ids=str)
def test_each_mistake_is_told_at_its_line_with_what_would_be_right(mistake: Mistake):
    policy, problems = read(mistake.text())
    assert policy is None
    assert sorted(problems) == sorted(f"{WHOLE.name}:{line}: {told}" for line, told in mistake.told())
    assert {line for line, _ in mistake.told()} == mistake.wrong()
    assert all(re.fullmatch(r"\S.*; \S.*", told) for _, told in mistake.told())
    assert all(problem.isprintable() for problem in problems)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(MISTAKES), min_size=2, max_size=4, unique_by=lambda one: one.gone))
def test_several_mistakes_are_all_told_at_once(some: list[Mistake]):
    text = WHOLE.read_text(encoding="utf-8")
    for one in some:
        if one.gone and all(line in [each.strip() for each in text.splitlines()] for line in one.gone):
            put = "\n".join(line[2:] for line in one.lines if line[0] in "+!")
            first, *others = one.gone
            for line in others:
                text = re.sub(rf"^\s*{re.escape(line)}\n", "", text, count=1, flags=re.M)
            text = re.sub(rf"^\s*{re.escape(first)}$", put.replace("\\", r"\\"), text, count=1, flags=re.M)
    policy, problems = read(text)
    assert (policy is None) == bool(problems)
    assert all(1 <= int(problem.split(":")[1]) <= len(text.splitlines()) for problem in problems)


def test_the_words_that_a_condition_may_compare_with_are_those_that_there_are():
    assert list(vocabulary.STATES) == [state.value for state in State]


# Any damage


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


LINES = sorted({line for text in SHIPPED.values() for line in text.splitlines() if line.strip()})


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A shipped policy with some of its lines lost, doubled, moved, changed, or taken from another policy."""
    lines = draw(st.sampled_from(list(SHIPPED.values()))).splitlines()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["drop", "double", "move", "take", "key", "value", "cut", "quote", "table"])):
            case "drop":
                del lines[at]
            case "double":
                lines.insert(at, lines[at])
            case "move":
                lines.insert(draw(st.integers(0, len(lines) - 1)), lines.pop(at))
            case "take":
                lines[at] = draw(st.sampled_from(LINES))
            case "key":
                lines[at] = f"{draw(WORDS) or 'x'}{lines[at]}"
            case "value":
                lines[at] = f"{lines[at].split('=')[0]} = {written(draw(VALUES))}"
            case "cut":
                lines = lines[: max(at, 1)]
            case "quote":
                lines[at] = lines[at].replace('"', "", 1)
            case "table":
                lines[at] = lines[at].replace("[[", "[").replace("]]", "]") if "[[" in lines[at] else f"[{lines[at]}]"
        lines = lines or [""]
    return "\n".join(lines)


@settings(deadline=None, max_examples=250)
@given(damaged())
def test_a_damaged_policy_is_read_whole_or_refused_with_lines_that_it_has(text: str):
    policy, problems = parse(text, "damaged.toml")
    assert (policy is None) == bool(problems)
    for problem in problems:
        found = re.fullmatch(r"damaged\.toml:(\d+): .+; .+", problem)
        assert found, problem
        assert 1 <= int(found[1]) <= max(1, text.count("\n") + 1)


@settings(deadline=None, max_examples=100)
@given(st.integers(0, len(GOOD_TEXT)), st.integers(0, 60), st.text(max_size=5))
def test_no_damage_to_a_file_makes_the_reader_raise(at, length, instead):
    policy, problems = parse(GOOD_TEXT[:at] + instead + GOOD_TEXT[at + length :], "damaged.toml")
    assert (policy is None) == bool(problems)
    assert all(problem.startswith("damaged.toml:") for problem in problems)
