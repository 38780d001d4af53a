"""What keeps a daemon from starting is told in words, ends with exit code 2, and leaves nothing behind."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable

import pytest
from campaign.target import Target

Make = Callable[..., Target]


def refused(daemon: Target) -> str:
    """What it says when it does not start."""
    done = daemon.run("serve")
    assert done.returncode == 2, (done.returncode, done.stderr)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_second_daemon_on_one_database_is_turned_away_in_one_line(target: Make) -> None:
    first = target()
    first.start()
    first.wait_until_ready()
    [line] = refused(target(first.folder)).splitlines()
    assert "in use by another mailproc" in line
    assert f"process {first.pid}" in line
    assert first.alive


def test_a_daemon_that_was_killed_keeps_nobody_out(target: Make) -> None:
    first = target()
    first.start()
    first.wait_until_ready()
    first.kill()
    second = target(first.folder)
    second.start()
    second.wait_until_ready()
    assert second.stop() == 0


def test_a_port_that_is_taken_is_told_in_one_line(target: Make) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        [line] = refused(target(port=port)).splitlines()
    assert f"127.0.0.1:{port}" in line


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("config.toml", "[mailbox.support\n", "config.toml:1: "),
        ("policies/conceal.toml", "[severities]\nurgent = 7\n", "conceal.toml"),
        ("notices/confirmation.en.txt.j2", "Subject: {{ subject\n", "confirmation.en.txt.j2"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_file_and_nothing_is_created(
    target: Make, file: str, text: str, told: str
) -> None:
    daemon = target(settings=['mailbox.support.templates="notices"'] if "notices" in file else [])
    path = daemon.folder / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    before = sorted(daemon.folder.rglob("*"))
    assert told in refused(daemon)
    assert sorted(daemon.folder.rglob("*")) == before


def test_a_policy_that_is_no_utf8_is_told(target: Make) -> None:
    daemon = target()
    (daemon.folder / "policies" / "conceal.toml").write_bytes(b"title = '\xff'\n")
    assert "conceal.toml" in refused(daemon)
    assert not (daemon.folder / "var").exists()


def test_a_damaged_database_is_not_touched(target: Make) -> None:
    daemon = target()
    daemon.database.parent.mkdir()
    daemon.database.write_bytes(b"this is no database, and yet it is somebody's" * 100)
    [line] = refused(daemon).splitlines()
    assert "not a SQLite database" in line
    assert daemon.database.read_bytes().startswith(b"this is no database")


def test_a_folder_that_cannot_be_made_is_told_in_one_line(target: Make) -> None:
    daemon = target(settings=['storage.url="sqlite:///policies/conceal.toml/mailproc.db"'])
    [line] = refused(daemon).splitlines()
    assert "conceal.toml" in line
    assert not (daemon.folder / "var").exists()


def test_a_folder_that_cannot_be_written_is_told_in_one_line(target: Make) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere: run as another user to see this")
    daemon = target()
    daemon.folder.chmod(0o555)
    [line] = refused(daemon).splitlines()
    daemon.folder.chmod(0o755)
    assert "cannot be" in line
