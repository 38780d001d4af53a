"""The line of each key of a TOML text."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailproc.policy.locate import locate
from policies import CONCEAL

TEXT = '''\
# a comment with [brackets] and = signs
title = "one" # "two"
"quoted key".inner = 1
a.b . c = """
[not.a.table]
key = "no"
"""
'single' = \'\'\'
x = 1\'\'\'

[table]
list = [
    "first",  # ]
    { name = "second", more = { deep = 1 } },
    [ "third",
      "fourth" ],
]
day = 2026-03-06 19:50:00
inline = { x = 1, y.z = "a,b}" }

[[notices]]
on = "one"
[[notices]]
on = 'two'
[notices.sub]
key = 1
[[notices.many]]
one = 1
[[notices.many]]
one = 2
'''

LINES = {
    ("title",): 2,
    ("quoted key",): 3,
    ("quoted key", "inner"): 3,
    ("a", "b", "c"): 4,
    ("single",): 8,
    ("table",): 11,
    ("table", "list"): 12,
    ("table", "list", 0): 13,
    ("table", "list", 1): 14,
    ("table", "list", 1, "more", "deep"): 14,
    ("table", "list", 2, 0): 15,
    ("table", "list", 2, 1): 16,
    ("table", "day"): 18,
    ("table", "inline", "x"): 19,
    ("table", "inline", "y", "z"): 19,
    ("notices",): 21,
    ("notices", 0): 21,
    ("notices", 0, "on"): 22,
    ("notices", 1): 23,
    ("notices", 1, "on"): 24,
    ("notices", 1, "sub", "key"): 26,
    ("notices", 1, "many", 0, "one"): 28,
    ("notices", 1, "many", 1, "one"): 30,
}


@pytest.mark.parametrize(("path", "line"), LINES.items())
def test_each_key_has_its_line(path, line):
    tomllib.loads(TEXT)
    assert locate(TEXT).of(path) == line


def test_windows_line_ends_count_as_one_line():
    text = TEXT.replace("\n", "\r\n")
    tomllib.loads(text)
    assert {path: locate(text).of(path) for path in LINES} == LINES


def test_a_key_that_is_not_there_has_the_line_of_its_table():
    assert locate(TEXT).of(("table", "inline", "missing")) == 19
    assert locate(TEXT).of(("table", "missing")) == 11
    assert locate(TEXT).of(("missing",)) == 1


def paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, inner in items for found in ((*path, key), *paths(inner, (*path, key)))]


def test_every_key_of_the_shipped_policy_stands_on_its_line():
    text = CONCEAL.read_text(encoding="utf-8")
    lines = text.splitlines()
    located = locate(text)
    for path in paths(tomllib.loads(text)):
        names = [part for part in path if isinstance(part, str)]
        line = lines[located.of(path) - 1]
        assert names[-1] in line or isinstance(path[-1], int)


@given(st.text() | st.text(alphabet="[]{}=.,\"'#\n ab1"))
def test_no_text_makes_the_locator_raise(text):
    assert locate(text).of(("a", 0, "b")) >= 1


def test_nesting_without_end_does_not_raise():
    assert locate("a = " + "[" * 100_000).of(("a",)) == 1
