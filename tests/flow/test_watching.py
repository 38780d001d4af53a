"""Which files are looked at, and when a change counts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mailproc.config import Config, examine
from mailproc.flow.watching import Watch

ROOT = Path(__file__).parents[2]
NOW = 2_000_000_000.0  # seconds since 1970


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "policy.toml").write_text((ROOT / "policies" / "conceal.toml").read_text())
    (tmp_path / "customers.csv").write_text("name,domains\nOne,one.example\n")
    (tmp_path / "notices").mkdir()
    (tmp_path / "config.toml").write_text(
        """
        [mailbox.support]
        addresses = ["support@example.com"]
        policy = "policy.toml"
        templates = "notices"
        [outbound]
        url = "maildir:out"
        [storage]
        url = "sqlite:///x.db"
        [[agents]]
        name = "alice"
        address = "alice@example.com"
        [teams.support]
        members = ["alice"]
        [customers]
        file = "customers.csv"
        [security]
        key_file = "key"
        """
    )
    found, problems = examine(tmp_path / "config.toml")
    assert found, problems
    assert problems == ()
    for path in tmp_path.rglob("*"):
        os.utime(path, (1000, 1000))
    return found


def settled(watch: Watch) -> bool:
    """The second of two looks at the same."""
    watch.look(NOW)
    return watch.look(NOW)


@pytest.mark.parametrize("name", ["config.toml", "policy.toml", "customers.csv", "notices/update.en.txt.j2"])
def test_each_file_counts_once_it_looks_the_same_twice_and_once_only(config: Config, tmp_path: Path, name: str) -> None:
    watch = Watch(config, NOW)
    assert not settled(watch)
    (tmp_path / name).write_text("else")
    assert not watch.look(NOW)
    assert watch.look(NOW)
    watch.note(NOW)
    assert not settled(watch)


def test_a_file_that_is_written_again_between_two_looks_waits_for_the_next(config: Config, tmp_path: Path) -> None:
    watch = Watch(config, NOW)
    (tmp_path / "policy.toml").write_text("hal")
    assert not watch.look(NOW)
    (tmp_path / "policy.toml").write_text("half")
    assert not watch.look(NOW)
    assert watch.look(NOW)


def test_a_file_that_is_touched_or_set_back_is_no_change(config: Config, tmp_path: Path) -> None:
    watch = Watch(config, NOW)
    path = tmp_path / "policy.toml"
    text = path.read_text()
    os.utime(path, (2000, 2000))
    assert not settled(watch)
    path.write_text("else")
    watch.look(NOW)
    path.write_text(text)
    assert not settled(watch)


def test_the_same_size_at_the_same_time_is_still_seen_while_the_file_is_young(config: Config, tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text("one")
    os.utime(path, (NOW - 1, NOW - 1))
    watch = Watch(config, NOW)
    path.write_text("two")
    os.utime(path, (NOW - 1, NOW - 1))
    assert settled(watch)


def test_a_file_that_is_gone_is_a_change(config: Config, tmp_path: Path) -> None:
    watch = Watch(config, NOW)
    (tmp_path / "policy.toml").unlink()
    assert settled(watch)
