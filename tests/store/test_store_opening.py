"""Opening a database: what an admin can put right is said in one line."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from samples import NOW, keep, run_child

from mailproc.errors import AlreadyRunning, StoreError, UserError
from mailproc.store import inbound, meta
from mailproc.store.lock import hold_database
from mailproc.store.store import open_store


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def complaint(path: Path, **how: bool) -> str:
    """What is said when the database at `path` is opened; one line, and it names the file."""
    with pytest.raises(UserError) as caught:
        open_store(url(path), **how)
    text = str(caught.value)
    assert "\n" not in text
    assert text.startswith(str(path))
    return text.removeprefix(str(path))


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of root, who may write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "mailproc.db"
    store = open_store(url(path))
    store.transact(lambda tx: [keep(tx, b"x" * 5000) for _ in range(50)])
    store.close()
    return path


def test_the_folder_of_a_new_database_is_made(tmp_path: Path) -> None:
    path = tmp_path / "var" / "lib" / "mailproc.db"
    open_store(url(path)).close()
    assert path.is_file()


def test_a_database_is_durable_and_does_not_hold_up_readers(database: Path) -> None:
    store = open_store(url(database))
    pragmas = store.transact(
        lambda tx: {
            name: tx.connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    )
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    store.transact(lambda tx: store.read(lambda other: inbound.get(other, 1)))
    store.close()


def test_a_reader_cannot_write(database: Path) -> None:
    store = open_store(url(database), readonly=True)
    for work in (store.read, store.transact):
        with pytest.raises(StoreError, match="readonly"):
            work(lambda tx: meta.put(tx, "a", "b"))
    assert store.read(inbound.counts) == {"waiting": 50}
    store.close()


def test_reading_a_database_that_is_not_there_makes_none(tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    assert complaint(path, readonly=True).startswith(": no such database; ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("var/mailproc.db", "not a database URL; write one such as sqlite:///var/mailproc.db"),
        ("", "not a database URL; write one such as sqlite:///var/mailproc.db"),
        ("mysql://me:secret@db/x", "mysql://me:***@db/x: this database is not supported"),
        ("sqlite://var/mailproc.db", "this database is not supported"),
    ],
)
def test_a_bad_url_is_explained_and_no_password_repeated(text: str, said: str) -> None:
    with pytest.raises(UserError) as caught:
        open_store(text)
    assert str(caught.value).startswith("storage.url: ")
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_folder_is_not_a_database(tmp_path: Path) -> None:
    assert complaint(tmp_path) == f": is a folder; name a file in it, such as {tmp_path / 'mailproc.db'}"


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    with pytest.raises(UserError, match="var: cannot be made into a folder for the database"):
        open_store(url(tmp_path / "var" / "mailproc.db"))


def test_a_text_file_is_not_a_database(tmp_path: Path) -> None:
    path = tmp_path / "mailproc.db"
    path.write_text("Dear support,\n" * 100)
    assert complaint(path).startswith(": is not a SQLite database; ")
    assert path.read_text().startswith("Dear support,")


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "mailproc.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE theirs (id)")
    other.close()
    before = path.read_bytes()
    assert complaint(path).startswith(": holds tables of another program; ")
    # SQLite's header now says that there may be a log beside the file; all else is as it was.
    assert path.read_bytes()[100:] == before[100:]


@pytest.mark.parametrize("readonly", [False, True])
def test_a_newer_schema_is_refused(database: Path, readonly: bool) -> None:
    with sqlite3.connect(database) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    other.close()
    assert complaint(database, readonly=readonly).startswith(
        ": written by a newer mailproc (schema 9999; this one knows "
    )


@pytest.fixture
def closed_folder() -> Iterator[Path]:
    """A folder that everybody can see into, and only its owner can write."""
    with TemporaryDirectory() as folder:
        path = Path(folder)
        path.chmod(0o755 if os.geteuid() == 0 else 0o555)
        yield path
        path.chmod(0o755)


def test_a_folder_without_rights_is_named(closed_folder: Path) -> None:
    with as_nobody():
        assert complaint(closed_folder / "mailproc.db").startswith(": cannot be opened; give this user the right")


def test_a_file_without_rights_is_named(closed_folder: Path, database: Path) -> None:
    closed_folder.chmod(0o755)
    path = closed_folder / "mailproc.db"
    shutil.copy(database, path)
    path.chmod(0o444)
    with as_nobody():
        assert "give this user the right to write the file and its folder" in complaint(path)


def flip(data: bytearray, start: int, length: int) -> None:
    data[start : start + length] = bytes(byte ^ 0xFF for byte in data[start : start + length])


@pytest.mark.parametrize("part", [0.02, 0.2, 0.4, 0.6, 0.8])
def test_a_damaged_file_is_refused_and_not_changed(database: Path, part: float) -> None:
    data = bytearray(database.read_bytes())
    page = int(len(data) / 4096 * part) * 4096
    flip(data, page, 64)
    database.write_bytes(data)
    assert "is damaged (" in complaint(database, thorough=True) or part < 0.1
    after = database.read_bytes()
    assert after[4096:] == bytes(data[4096:])


def test_a_cut_off_file_is_refused(database: Path) -> None:
    os.truncate(database, database.stat().st_size // 2)
    assert "is damaged" in complaint(database, thorough=True)


def test_a_sound_file_has_no_problems(database: Path) -> None:
    store = open_store(url(database), thorough=True)
    assert store.problems() == []
    store.close()


def test_a_second_daemon_is_told_who_has_the_database(database: Path) -> None:
    with hold_database(database), pytest.raises(AlreadyRunning) as caught:
        hold_database(database)
    assert str(caught.value) == (
        f"{database}: in use by another mailproc (process {os.getpid()}); stop that one first, or name another database"
    )
    hold_database(database).release()


def test_a_daemon_that_was_killed_holds_nothing(database: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from mailproc.store.lock import hold_database\n"
        "hold = hold_database(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, str(database)]
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=paths) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRunning, match=f"process {process.pid}"):
            hold_database(database)
        process.kill()
    hold_database(database).release()


def test_a_command_may_open_the_database_beside_the_daemon(database: Path) -> None:
    with hold_database(database):
        daemon, command = open_store(url(database)), open_store(url(database))
        command.transact(lambda tx: inbound.drop(tx, 1, NOW))
        daemon.transact(lambda tx: inbound.drop(tx, 2, NOW))
        assert daemon.read(inbound.counts) == {"waiting": 48, "ignored": 2}
        daemon.close()
        command.close()


def test_programs_that_make_a_database_at_once_find_it_whole_and_load_no_alembic(tmp_path: Path) -> None:
    run_child("opening_child.py", str(tmp_path))


@pytest.fixture
def full_disk(tmp_path: Path) -> Callable[[], Path]:
    """A folder whose disk has no room, where the machine lets us make one."""

    def make() -> Path:
        folder = tmp_path / "full"
        folder.mkdir()
        made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(folder)], capture_output=True)
        if made.returncode:
            pytest.skip(f"no small disk can be mounted here: {made.stderr.decode().strip()}")
        return folder

    return make


def test_a_full_disk_at_the_start_is_named(full_disk: Callable[[], Path]) -> None:
    folder = full_disk()
    try:
        assert "the disk is full" in complaint(folder / "mailproc.db")
    finally:
        subprocess.run(["umount", str(folder)], check=True)
        shutil.rmtree(folder)
