"""What `check` finds beyond the configuration itself."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from settings import EXAMPLE, written

from mailproc.admin.check import problems, render_samples
from mailproc.config import load
from mailproc.edge.outbound import outbound_for
from mailproc.errors import UserError
from mailproc.mail.templates import Templates
from mailproc.store.engine import database_path


def desk(files: dict[str, str]) -> Any:
    """As much of a desk as rendering needs."""
    return SimpleNamespace(templates={"support": Templates.load(files), "sales": Templates.load(files)})


def test_the_example_is_right_and_told_in_a_few_lines(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(EXAMPLE.parent)
    found = problems(Path("config.example.toml"))
    assert found.errors == found.warnings == ()
    assert found.summary[0].startswith("mailbox support: support@example.com; policy conceal (")
    assert found.summary[-1] == "2 agents, 1 team, 2 customers"


def test_a_look_makes_no_key_and_no_folder(tmp_path: Path):
    path = written(tmp_path)
    assert problems(path).errors == ()
    assert list(tmp_path.iterdir()) == [path]


def test_a_spoilt_key_file_is_found(tmp_path: Path):
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "secret.key").write_text("x")
    assert "not a signing key" in problems(written(tmp_path)).errors[0]


def test_a_missing_file_is_the_only_thing_that_raises(tmp_path: Path):
    with pytest.raises(UserError, match="no such file"):
        problems(tmp_path / "config.toml")


def test_a_notice_that_fails_on_a_sample_is_told_once_by_its_file():
    found = render_samples(desk({"update.en.txt.j2": "Subject: x\n\n{{ case.number / 0 }}"}))
    assert len(found) == 1
    assert found[0].startswith("update.en.txt.j2:1: update: fails on a sample case: ")


def test_a_confirmation_that_falls_back_to_plain_words_is_told_as_well():
    found = render_samples(desk({"confirmation.de.txt.j2": "Subject: x\n\n{{ case.number / 0 }}"}))
    assert [problem.partition(";")[0] for problem in found] == [
        "confirmation.de.txt.j2:1: confirmation: fails on a sample case"
    ]


def test_a_notice_that_fails_only_for_an_unproved_sender_is_found():
    text = "Subject: x\n\n{% if not verified %}{{ case.number / 0 }}{% endif %}"
    assert len(render_samples(desk({"status.en.txt.j2": text}))) == 1


def test_a_notice_without_a_subject_on_a_sample_is_told():
    found = render_samples(desk({"update.en.txt.j2": "Subject: {{ '' }}\n\nwords"}))
    assert found == ["update.en.txt.j2:1: update: has an empty subject on a sample case; see mailproc preview update"]


def test_store_and_courier_understand_the_configured_places(tmp_path: Path):
    folder = tmp_path / "a folder with 100% odd # signs"
    folder.mkdir()
    config = load(written(folder))
    assert database_path(config.storage.url) == folder / "var" / "mailproc.db"
    assert str(folder / "var" / "outbox") in str(vars(outbound_for(config.outbound.url)))
