"""The writer: many pieces of work, few commits, and each answered only when it is kept."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
import sqlalchemy as sa
from samples import keep

from mailproc.errors import StoreError
from mailproc.store import inbound, meta
from mailproc.store.store import Store, open_store
from mailproc.store.transaction import Transaction
from mailproc.store.writer import Writer

SECONDS = 30
"""How long a test waits for what must come, before it is red."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path / 'mailproc.db'}")
    yield store
    store.close()


@pytest.fixture
def writer(store: Store) -> Iterator[Writer]:
    writer = Writer(store)
    yield writer
    writer.stop()


class Gate:
    """A piece of work that holds the writer up until it is opened, so that others gather behind it."""

    def __init__(self, writer: Writer) -> None:
        self._opened = threading.Event()
        self._entered = threading.Event()
        self.future = writer.submit(self._work)
        assert self._entered.wait(SECONDS)

    def _work(self, tx: Transaction) -> None:
        self._entered.set()
        assert self._opened.wait(SECONDS)

    def open(self) -> None:
        self._opened.set()


def count_commits(store: Store) -> list[str]:
    """A list that grows with each commit."""
    commits: list[str] = []
    sa.event.listen(store._engines.writing, "commit", lambda connection: commits.append("commit"))
    return commits


def put(key: str) -> Callable[[Transaction], None]:
    return lambda tx: meta.put(tx, key, "1")


def kept(store: Store, *keys: str) -> list[bool]:
    return [store.read(lambda tx, key=key: meta.get(tx, key)) is not None for key in keys]


def test_the_result_is_on_the_disk_when_it_is_answered(store: Store, writer: Writer) -> None:
    key = writer.submit(keep).result(SECONDS)
    with sqlite3.connect(store.path or "") as other:
        assert other.execute("SELECT id FROM inbound").fetchall() == [(key,)]
    other.close()


def test_those_who_wait_together_share_one_commit(store: Store, writer: Writer) -> None:
    commits = count_commits(store)
    gate = Gate(writer)
    futures = [writer.submit(keep) for _ in range(100)]
    gate.open()
    assert sorted(future.result(SECONDS) for future in futures) == list(range(1, 101))
    assert len(commits) <= 3, "the gate, the hundred, and one more for a slow machine"


def test_many_threads_are_all_answered_and_nothing_is_missing(store: Store, writer: Writer) -> None:
    commits = count_commits(store)
    keys: list[int] = []

    def work() -> None:
        keys.extend(writer.submit(keep).result(SECONDS) for _ in range(20))

    threads = [threading.Thread(target=work) for _ in range(25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert sorted(keys) == list(range(1, 501))
    assert store.read(inbound.counts) == {"waiting": 500}
    assert len(commits) < 500


def test_work_that_fails_takes_nobody_with_it(store: Store, writer: Writer) -> None:
    def fail(tx: Transaction) -> None:
        meta.put(tx, "half", "1")
        raise ValueError("no")

    def refused(tx: Transaction) -> None:
        meta.put(tx, "refused", "1")
        tx.run(inbound.KEEP_RAW, inbound_id=99, seq=0, data=b"of no mail")

    gate = Gate(writer)
    before, bad, worse, behind = (writer.submit(work) for work in (put("before"), fail, refused, put("behind")))
    gate.open()
    before.result(SECONDS)
    behind.result(SECONDS)
    with pytest.raises(ValueError, match="no"):
        bad.result(SECONDS)
    with pytest.raises(StoreError):
        worse.result(SECONDS)
    assert kept(store, "before", "half", "refused", "behind") == [True, False, False, True]
    assert writer.healthy


def test_work_that_fails_alone_leaves_nothing(store: Store, writer: Writer) -> None:
    def fail(tx: Transaction) -> None:
        meta.put(tx, "half", "1")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        writer.submit(fail).result(SECONDS)
    writer.submit(put("next")).result(SECONDS)
    assert kept(store, "half", "next") == [False, True]


def orphan(tx: Transaction) -> None:
    """Leave the commit a reason to fail."""
    tx.connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    tx.run(inbound.KEEP_RAW, inbound_id=99, seq=0, data=b"of no mail")


def test_a_commit_that_fails_fails_all_of_its_work_and_nothing_after_it(store: Store, writer: Writer) -> None:
    gate = Gate(writer)
    futures = [writer.submit(work) for work in (put("a"), orphan, put("b"))]
    gate.open()
    assert gate.future.result(SECONDS) is None
    for future in futures:
        with pytest.raises(StoreError, match="FOREIGN KEY"):
            future.result(SECONDS)
    with pytest.raises(StoreError, match="FOREIGN KEY"):
        writer.submit(orphan).result(SECONDS)
    writer.submit(put("c")).result(SECONDS)
    assert kept(store, "a", "b", "c") == [False, False, True]


def test_work_that_was_cancelled_while_it_waited_is_not_done(store: Store, writer: Writer) -> None:
    gate = Gate(writer)
    gone, stays = writer.submit(put("gone")), writer.submit(put("stays"))
    assert gone.cancel()
    gate.open()
    stays.result(SECONDS)
    assert kept(store, "gone", "stays") == [False, True]


def test_work_that_was_begun_cannot_be_cancelled(writer: Writer) -> None:
    gate = Gate(writer)
    assert not gate.future.cancel()
    gate.open()
    assert gate.future.result(SECONDS) is None


def test_the_end_waits_for_what_was_submitted(store: Store) -> None:
    writer = Writer(store)
    gate = Gate(writer)
    futures = [writer.submit(put(str(number))) for number in range(300)]
    stopping = threading.Thread(target=writer.stop)
    stopping.start()
    gate.open()
    stopping.join(SECONDS)
    assert all(future.done() and future.exception() is None for future in futures)
    assert all(kept(store, *map(str, range(300))))
    with pytest.raises(StoreError, match="closing"):
        writer.submit(keep)
    writer.stop()


def test_a_store_in_memory_answers_at_once() -> None:
    store = open_store("sqlite://")
    writer = Writer(store)
    threads = threading.active_count()
    future: Future[int] = writer.submit(keep)
    assert future.done()
    assert future.result() == 1
    failed = writer.submit(lambda tx: [][1])
    assert isinstance(failed.exception(), IndexError)
    assert threading.active_count() == threads
    writer.stop()
    store.close()


def pages(store: Store) -> tuple[int, int]:
    """How many pages the database has, and how many it may have."""
    return store.transact(
        lambda tx: (
            tx.connection.exec_driver_sql("PRAGMA page_count").scalar_one(),
            tx.connection.exec_driver_sql("PRAGMA max_page_count").scalar_one(),
        )
    )


def limit(store: Store, pages: int) -> None:
    store.transact(lambda tx: tx.connection.exec_driver_sql(f"PRAGMA max_page_count={pages}"))


def test_a_full_disk_refuses_new_mail_and_recovers_without_a_restart(store: Store, writer: Writer) -> None:
    first = writer.submit(keep).result(SECONDS)
    used, allowed = pages(store)
    limit(store, used + 4)
    with pytest.raises(StoreError, match="full"):
        writer.submit(lambda tx: keep(tx, b"x" * 100_000)).result(SECONDS)
    assert not writer.healthy
    assert store.read(lambda tx: inbound.get(tx, first)) is not None
    limit(store, allowed)
    writer.submit(lambda tx: keep(tx, b"x" * 100_000)).result(SECONDS)
    assert writer.healthy
    assert store.read(inbound.counts) == {"waiting": 2}


def test_a_full_disk_in_a_group_keeps_nothing_that_was_not_answered(store: Store, writer: Writer) -> None:
    used, allowed = pages(store)
    limit(store, used + 20)
    gate = Gate(writer)
    futures = [writer.submit(lambda tx: keep(tx, b"x" * 30_000)) for _ in range(8)]
    gate.open()
    failed = [future for future in futures if isinstance(future.exception(SECONDS), StoreError)]
    assert failed
    limit(store, allowed)
    assert store.read(inbound.counts) == {"waiting": len(futures) - len(failed)}
    assert store.problems() == []


def test_damage_stops_the_writer_for_good_and_is_told_once(store: Store) -> None:
    told: list[StoreError] = []
    writer = Writer(store, on_fatal=told.append)

    def damaged(tx: Transaction) -> None:
        error = sqlite3.DatabaseError("database disk image is malformed")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise StoreError("the database refused") from error

    with pytest.raises(StoreError):
        writer.submit(damaged).result(SECONDS)
    with pytest.raises(StoreError):
        writer.submit(put("after")).result(SECONDS)
    assert len(told) == 1
    assert not writer.healthy
    assert kept(store, "after") == [False]
    writer.stop()


def test_a_writer_that_waits_for_another_program_gives_up_in_time(store: Store, writer: Writer) -> None:
    store.transact(lambda tx: tx.connection.exec_driver_sql("PRAGMA busy_timeout=50"))
    other = sqlite3.connect(store.path or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"):
        writer.submit(keep).result(SECONDS)
    other.execute("ROLLBACK")
    other.close()
    writer.submit(keep).result(SECONDS)
    assert writer.healthy
