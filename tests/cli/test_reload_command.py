"""`mailproc reload`: what it would do, by the files and the database, without a daemon."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from cli_place import ROOT, Place, mail

from mailproc.cli.desks import trial_desk
from mailproc.clock import SystemClock
from mailproc.config import load
from mailproc.flow import updating
from mailproc.store.store import open_store
from mailproc.store.writer import Writer


@pytest.fixture
def served(place: Place) -> Path:
    """Two urgent cases that a daemon left behind; the policy's file."""
    policy = place.folder / "conceal.toml"
    policy.write_text((ROOT / "policies" / "conceal.toml").read_text())
    config = place.folder / "config.toml"
    config.write_text(config.read_text().replace(f"{ROOT}/policies/conceal.toml", str(policy)))
    raws = [mail(f"[urgent] Down {number}", number=number, at=None) for number in (1, 2)]
    now = SystemClock().now() - timedelta(minutes=2)
    place.settle(*raws, at=now)
    known = load(config)
    store = open_store(known.storage.url)
    writer = Writer(store)
    updating.settle(store, writer, trial_desk(known), now)
    writer.stop()
    store.close()
    return policy


def change(policy: Path, new: str) -> None:
    text = policy.read_text()
    old = 'initial_response = { within = "1 hour",'
    assert old in text
    policy.write_text(text.replace(old, f'initial_response = {{ within = "{new}",', 1))


def test_nothing_changed_is_said_so(place: Place, served: Path) -> None:
    ran = place.run("reload", "--dry-run")
    assert (ran.code, ran.out) == (0, "open cases concerned: 0; other due times: 0\n")


def test_other_due_times_are_told_case_by_case_and_in_sum(place: Place, served: Path) -> None:
    change(served, "3 hours")
    ran = place.run("reload", "--dry-run", "--json")
    *cases, total = ran.json
    assert ran.code == 0
    assert [one["case"] for one in cases] == [1, 2]
    [clock] = cases[0]["clocks"]
    assert clock["objective"] == "initial_response"
    assert clock["after"] > clock["before"]
    assert total == {
        "cases": 2,
        "moved": {"count": 2, "cases": [1, 2]},
        "breaks": {},
        "at_once": {},
        "notices": 0,
        "limit": 50,
        "refused": False,
    }
    words = place.run("reload", "--dry-run").out
    assert "#1 initial_response: " in words
    assert "open cases concerned: 2; other due times: 2 (#1, #2)" in words


def test_above_the_limit_it_would_be_refused_and_nothing_is_written(place: Place, served: Path) -> None:
    change(served, "1 second")
    for _ in range(2):
        ran = place.run("reload", "--dry-run", "--json", "--set", "reload.limit=1")
        assert (ran.code, ran.json[-1]["refused"]) == (1, True)
        assert ran.json[-1]["breaks"] == {"initial_response": {"count": 2, "cases": [1, 2]}}
    assert "mailproc reload --force" in place.run("reload", "--dry-run", "--set", "reload.limit=1").out
    assert place.run("reload", "--dry-run", "--force", "--set", "reload.limit=1").code == 0


def test_a_broken_policy_is_told_with_its_line(place: Place, served: Path) -> None:
    change(served, "1 hoor")
    ran = place.run("reload", "--dry-run")
    assert ran.code == 2
    assert "conceal.toml:" in ran.err


def test_without_a_daemon_there_is_nobody_to_ask(place: Place, served: Path) -> None:
    ran = place.run("reload")
    assert ran.code == 2
    assert "no daemon runs on this database" in ran.err


def test_help_has_an_example(place: Place) -> None:
    assert "mailproc reload --dry-run" in place.run("reload", "--help").out
