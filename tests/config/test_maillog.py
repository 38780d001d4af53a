"""What the mail log writes, and that nothing which happens to it stops the service."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from mailproc import maillog
from mailproc.config import Log
from mailproc.maillog import log
from mailproc.maillog.writer import Writer


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Leave the log as it was found."""
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    maillog.close()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


def lines(path: Path) -> list[dict[str, Any]]:
    maillog.close()
    return [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]


def test_an_event_is_one_line_of_json_with_time_level_and_name_first(tmp_path: Path):
    path = tmp_path / "new folder" / "mail.log"
    maillog.configure(Log(file=path))
    log.info("mail_accepted", inbound=17, size=4200, peer=None, at=datetime(2026, 3, 2, tzinfo=UTC))
    (line,) = lines(path)
    assert list(line) == ["time", "level", "event", "inbound", "size", "peer", "at"]
    assert line["level"] == "info"
    assert line["event"] == "mail_accepted"
    assert line["at"] == "2026-03-02T00:00:00+00:00"
    assert datetime.fromisoformat(line["time"]).utcoffset() is not None
    assert path.stat().st_mode & 0o007 == 0


@pytest.mark.parametrize("form", ["json", "text"])
def test_nothing_in_a_value_ends_the_line_or_steers_the_terminal(tmp_path: Path, form: str):
    path = tmp_path / "mail.log"
    maillog.configure(Log(file=path, format=form))  # type: ignore[arg-type]
    nasty = 'a"\r\n2026 error faked\x1b[2J\x00\x85\u2028\u202e\ud800é'
    log.warning("event\n", **{"key\n": nasty}, inner={"x\n": [nasty]})
    maillog.close()
    raw = path.read_bytes()
    assert raw.count(b"\n") == 1
    assert raw.endswith(b"\n")
    assert all(32 <= byte < 127 for byte in raw[:-1])


def test_every_text_is_cut_and_every_list_bounded(tmp_path: Path):
    path = tmp_path / "mail.log"
    maillog.configure(Log(file=path))
    deep: dict[str, Any] = {"a": {"b": {"c": "d" * 500}}}
    log.info("e" * 500, text="x" * 1000, many=["y" * 300] * 1000, deep=deep, raw=b"z" * 1000, big=10**400)
    (line,) = lines(path)
    assert line["text"] == "x" * 197 + "..."
    assert len(line["many"]) == 20
    assert len(path.read_bytes()) < 8000
    assert len(line["event"]) == len(line["raw"]) == 200


def test_an_error_is_told_by_its_type_and_lines_of_code_never_by_its_message(tmp_path: Path):
    path = tmp_path / "mail.log"
    maillog.configure(Log(file=path))
    try:
        raise ValueError("what the customer wrote")
    except ValueError as error:
        log.exception("mail_not_understood", inbound=3, cause=error)
    (line,) = lines(path)
    assert line["error"] == line["cause"] == "ValueError"
    assert "test_maillog.py" in line["at"][0]
    assert "customer" not in json.dumps(line)


@pytest.mark.parametrize(("level", "told"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
def test_only_what_is_grave_enough_is_told(tmp_path: Path, level: str, told: int):
    path = tmp_path / "mail.log"
    maillog.configure(Log(file=path, level=level))  # type: ignore[arg-type]
    for tell in (log.debug, log.info, log.warning, log.error):
        tell("event")
    assert len(lines(path)) == told


def test_warnings_of_libraries_come_too_without_what_they_filled_in(tmp_path: Path):
    path = tmp_path / "mail.log"
    maillog.configure(Log(file=path))
    logging.getLogger("some.library").warning("cannot read %s", "what the customer wrote")
    logging.getLogger("some.library").info("nothing")
    (line,) = lines(path)
    assert (line["event"], line["name"], line["text"]) == ("library", "some.library", "cannot read %s")


def test_unconfigured_only_warnings_are_told_on_stderr(capsys: pytest.CaptureFixture[str]):
    maillog.close()
    log.info("silent")
    log.warning("loud", day=date(2026, 3, 2))
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.endswith("warning loud day=2026-03-02\n")


def test_lines_of_many_threads_stay_whole_and_none_is_lost(tmp_path: Path):
    path = tmp_path / "mail.log"
    maillog.configure(Log(file=path))
    threads = [
        threading.Thread(target=lambda who=who: [log.info("event", who=who, n=n) for n in range(200)])
        for who in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert maillog.lost() == 0
    found = lines(path)
    assert [line["n"] for line in found if line["who"] == 3] == list(range(200))
    assert len(found) == 1000


def test_a_full_disk_stops_nobody_and_is_counted():
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full on this system: a full disk cannot be tried")
    maillog.configure(Log(file=full))
    for number in range(10):
        log.info("event", number=number)
    writer = maillog._writer
    maillog.close()
    assert writer is not None
    assert writer.lost >= 10


def test_a_log_that_nobody_reads_blocks_nobody_and_tells_later_what_is_missing():
    reading, writing = os.pipe()
    writer = Writer(writing, lambda count: f"lost {count}", waiting=50)
    block = "x" * 10_000
    for _ in range(1000):  # ten megabytes into a pipe that holds 64 KiB
        writer.put(block)
    assert writer.lost >= 900
    found: list[bytes] = []
    reader = threading.Thread(target=lambda: found.extend(iter(lambda: os.read(reading, 65536), b"")))
    reader.start()
    writer.close(patience=30)
    os.close(writing)
    reader.join()
    os.close(reading)
    told = b"".join(found).decode().splitlines()
    assert sum(int(line.split()[1]) for line in told if line.startswith("lost ")) == writer.lost
    assert told.count(block) == 1000 - writer.lost


def test_a_rotated_file_is_written_anew(tmp_path: Path):
    path = tmp_path / "mail.log"
    writer = Writer(path, str)
    writer._write(["first"])
    path.rename(tmp_path / "mail.log.1")
    writer._write(["second"])
    writer.close(patience=30)
    assert (tmp_path / "mail.log.1").read_text() == "first\n"
    assert path.read_text() == "second\n"


def test_a_folder_that_cannot_be_made_is_counted_not_raised(tmp_path: Path):
    (tmp_path / "file").touch()
    maillog.configure(Log(file=tmp_path / "file" / "mail.log"))
    log.error("event")
    writer = maillog._writer
    maillog.close()
    assert writer is not None
    assert writer.lost >= 1
