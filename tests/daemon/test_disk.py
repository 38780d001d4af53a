"""R1 when the disk is full: 451 or 452, never 5xx; nothing that was accepted is lost; it goes on when there is room."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from campaign.target import Target
from house import Sink, listening, mail
from wire import hand_over

Make = Callable[..., Target]
MIB = 1024 * 1024
CONFIRMED = "SELECT count(*) = ? FROM outbox WHERE template = 'confirmation' AND state = 'sent'"


def limit_files(daemon: Target, size: int) -> None:
    """No file of the daemon may grow beyond `size` bytes: for SQLite a disk that fails to write."""
    resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def numbered(number: int, *, size: int = 100) -> bytes:
    return mail("The export fails", sender=f"c{number}@customer.example", number=number, text="x\n" * (size // 2))


def test_R1_a_disk_that_takes_no_more_is_a_451_and_mail_goes_on_when_it_does_again(target: Make) -> None:
    daemon = target()
    daemon.start()
    daemon.wait_until_ready()
    assert hand_over(daemon.port, numbered(1)).startswith("250")
    daemon.wait_for(CONFIRMED, 1)
    limit_files(daemon, Path(f"{daemon.database}-wal").stat().st_size)
    for number in (2, 3):
        assert (
            hand_over(daemon.port, numbered(number, size=50_000)) == "451 4.3.0 temporary local error, try again later"
        )
    limit_files(daemon, resource.RLIM_INFINITY)
    for number in (2, 3):
        assert hand_over(daemon.port, numbered(number, size=50_000)).startswith("250")
    daemon.wait_for(CONFIRMED, 3)
    assert daemon.ask("SELECT count(*) FROM inbound") == [(3,)]
    assert daemon.stop() == 0
    assert "Traceback" not in daemon.said


def test_R1_what_was_accepted_before_the_disk_was_full_is_worked_on_afterwards(target: Make) -> None:
    daemon = target(tampered=True, environment={"MAILPROC_SLOW": "export"})
    daemon.start()
    daemon.wait_until_ready()
    for number in range(1, 9):
        assert hand_over(daemon.port, numbered(number)).startswith("250")
    limit_files(daemon, Path(f"{daemon.database}-wal").stat().st_size)
    daemon.wait_for("SELECT count(*) > 0 FROM inbound WHERE state = 'waiting'")
    assert hand_over(daemon.port, numbered(9, size=50_000)).startswith("451")
    limit_files(daemon, resource.RLIM_INFINITY)
    daemon.wait_for(CONFIRMED, 8)
    assert daemon.ask("SELECT outcome, count(*) FROM inbound GROUP BY outcome") == [("case", 8)]
    assert daemon.ask("SELECT count(*) FROM outbox WHERE template = 'confirmation'") == [(8,)]
    assert daemon.stop() == 0


async def test_what_was_delivered_while_the_disk_failed_is_written_down_later_and_not_sent_again(target: Make) -> None:
    async with listening(Sink()) as sink:
        daemon = target(settings=[f'outbound.url="smtp://127.0.0.1:{sink.port}?starttls=never"'])
        daemon.start()
        await asyncio.to_thread(daemon.wait_until_ready)
        sink.go.clear()
        assert (await asyncio.to_thread(hand_over, daemon.port, numbered(1))).startswith("250")
        await asyncio.to_thread(daemon.wait_for, "SELECT count(*) = 3 FROM outbox WHERE state = 'sending'")
        limit_files(daemon, Path(f"{daemon.database}-wal").stat().st_size)
        sink.go.set()
        await asyncio.to_thread(daemon.wait_until_logged, "store_trouble")
        limit_files(daemon, resource.RLIM_INFINITY)
        await asyncio.to_thread(daemon.wait_for, "SELECT count(*) = 3 FROM outbox WHERE state = 'sent'")
        assert len(sink.took) == 3
        assert daemon.ask("SELECT count(*) FROM outbox WHERE uncertain > 0 OR tries > 1") == [(0,)]
        assert await asyncio.to_thread(daemon.stop) == 0


@contextlib.contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path]:
    """A disk of so many bytes, in memory."""
    folder.mkdir(exist_ok=True)
    options = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(options, capture_output=True, check=False).returncode != 0:
        pytest.skip("no small disk: only root may mount one")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_R1_a_disk_that_is_nearly_full_is_a_452_at_once_and_mail_goes_on_when_there_is_room(
    target: Make, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "desk", 100 * MIB):
        daemon = target()
        daemon.start()
        daemon.wait_until_ready()
        assert hand_over(daemon.port, numbered(1)).startswith("250")
        ballast = daemon.folder / "ballast"
        ballast.write_bytes(bytes(60 * MIB))
        daemon.wait_for(CONFIRMED, 1)
        _until(daemon, "452 4.3.1")
        ballast.unlink()
        _until(daemon, "250")
        assert daemon.stop() == 0


def _until(daemon: Target, answer: str) -> None:
    """The daemon looks at its disk once a second: wait until it has noticed."""
    for number in range(100, 10_000):
        if hand_over(daemon.port, numbered(number)).startswith(answer):
            return
    pytest.fail(f"never {answer}")


def fill(ballast: Path) -> None:
    """Take all the room that there is."""
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def test_a_disk_that_is_full_at_the_first_start_is_told_in_one_line(target: Make, tmp_path: Path) -> None:
    with small_disk(tmp_path / "desk", MIB):
        daemon = target()
        fill(daemon.folder / "ballast")
        done = daemon.run("serve")
        assert done.returncode == 2
        [line] = done.stderr.splitlines()
        assert "No space left on device" in line or "the disk is full" in line


def test_R1_a_daemon_that_starts_on_a_full_disk_says_so_takes_nothing_and_goes_on_when_there_is_room(
    target: Make, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with small_disk(tmp_path / "desk", 100 * MIB):
        daemon = target(settings=[f'log.file="{log}"'])
        daemon.start()
        daemon.wait_until_ready()
        assert hand_over(daemon.port, numbered(1)).startswith("250")
        daemon.wait_for(CONFIRMED, 1)
        daemon.kill()
        fill(daemon.folder / "ballast")
        daemon.start()
        daemon.wait_until_ready()
        assert hand_over(daemon.port, numbered(2)).startswith("452")
        assert "storage_low" in log.read_text()
        (daemon.folder / "ballast").unlink()
        _until(daemon, "250")
        daemon.wait_for(CONFIRMED, 2)
        assert daemon.stop() == 0
