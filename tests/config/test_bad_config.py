"""Every problem of a configuration, told at once and literally: tests/bad_config holds the files and the texts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mailproc.admin import check
from mailproc.config import examine

FOLDER = Path(__file__).parents[1] / "bad_config"
BAD = sorted(path.parent for path in FOLDER.glob("*/bad.toml"))
WHOLE = [folder for folder in BAD if folder.name.startswith("with-")]


def expected(folder: Path) -> str:
    return (folder / "expected.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", [one for one in BAD if one not in WHOLE], ids=lambda folder: folder.name)
def test_each_defect_is_told_with_its_line_and_what_would_be_right(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(folder)
    _, problems = examine(Path("bad.toml"))
    assert "\n".join(problems) + "\n" == expected(folder)


@pytest.mark.parametrize("folder", WHOLE, ids=lambda folder: folder.name)
def test_check_tells_of_policies_and_templates_too(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(folder)
    found = check.problems(Path("bad.toml"))
    assert "\n".join(found.errors) + "\n" == expected(folder)
    assert found.summary == ()


def test_there_are_examples_of_many_defects():
    assert len(BAD) >= 30
    assert len(WHOLE) >= 2


@pytest.mark.parametrize("folder", BAD, ids=lambda folder: folder.name)
def test_every_problem_says_where_what_and_what_would_be_right(folder: Path):
    for line in expected(folder).splitlines():
        assert re.fullmatch(r"[\w./-]+\.(toml|csv|j2):\d+: .+(; .+|\?)", line)


def test_no_message_repeats_a_password():
    texts = [expected(FOLDER / name) for name in ("password-in-the-text", "password-in-the-url")]
    assert all("hunter2" not in text and "password" in text for text in texts)
