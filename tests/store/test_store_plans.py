"""The cost of a statement does not grow with the number of cases: each goes by an index."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from types import ModuleType

import pytest
from samples import NOW, after, finish, keep, open_case, queue

import mailproc.store
from mailproc.core.log import Entry
from mailproc.store import cases, inbound, log, outbox, threading
from mailproc.store.statement import Statement
from mailproc.store.store import Store, open_store
from mailproc.store.transaction import Transaction


def modules() -> Iterator[ModuleType]:
    for info in pkgutil.iter_modules(mailproc.store.__path__):
        if info.name != "migrations":
            yield importlib.import_module(f"mailproc.store.{info.name}")


STATEMENTS = {
    f"{module.__name__.removeprefix('mailproc.store.')}.{name}": value
    for module in modules()
    for name, value in vars(module).items()
    if isinstance(value, Statement)
}

SMALL = {"held.WAITING"}
"""Statements that read all of an index on purpose, because it holds only what waits for a person."""


def plan(tx: Transaction, statement: Statement) -> list[str]:
    """How SQLite would run a statement."""
    dialect = tx.connection.dialect
    prepared = statement.on(dialect)
    rows = tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {prepared.sql}", (None,) * len(prepared.names))
    return [row[3] for row in rows]


@pytest.fixture(scope="module")
def empty() -> Iterator[Store]:
    store = open_store("sqlite://")
    yield store
    store.close()


def test_there_are_statements_to_look_at() -> None:
    assert len(STATEMENTS) > 50


@pytest.mark.parametrize("name", sorted(STATEMENTS))
def test_no_statement_scans_or_sorts_a_table(empty: Store, name: str) -> None:
    steps = empty.read(lambda tx: plan(tx, STATEMENTS[name]))
    bad = [step for step in steps if re.match(r"SCAN (?!CONSTANT ROW)|USE TEMP B-TREE", step)]
    assert bad == [] or name in SMALL


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("inbound.WAITING", "ix_inbound_waiting"),
        ("inbound.OLDEST", "ix_inbound_oldest"),
        ("inbound.SEEN", "ix_inbound_identity"),
        ("cases.DUE", "ix_cases_due"),
        ("cases.NEXT_DUE", "ix_cases_due"),
        ("rotas.IN_HANDS_OF", "ix_cases_owner"),
        ("outbox.OF_PRIORITY", "ix_outbox_waiting"),
        ("outbox.AHEAD", "ix_outbox_waiting"),
        ("outbox.EXPIRED", "ix_outbox_claimed"),
        ("ahead.NEXT", "ix_cases_due"),
        ("outbox.ANSWERS", "ix_outbox_answers"),
    ],
)
def test_a_partial_index_serves_its_statement(empty: Store, name: str, index: str) -> None:
    assert any(index in step for step in empty.read(lambda tx: plan(tx, STATEMENTS[name])))


def story(tx: Transaction) -> None:
    """A case from its first mail to the confirmation."""
    key = keep(tx)
    case = open_case(tx, after(hours=1))
    finish(tx, key, case_number=case.number)
    threading.mention(tx, case_number=case.number, message_id=f"<{key}@customer.example>", ours=False, inbound_id=key)
    log.append(tx, case.number, [Entry(NOW, "mail_in")])
    letter = queue(tx, case_number=case.number, answer=True)
    assert outbox.claim(tx, NOW, 1, 60)[0].id == letter
    outbox.sent(tx, letter, 1, NOW)


def steps_of(store: Store, count: int) -> int:
    """How many instructions of SQLite's machine some work takes: the same on each computer, unlike time."""

    def work(tx: Transaction) -> int:
        ticks = [0]

        def tick() -> int:
            ticks[0] += 1
            return 0

        driver = tx.connection.connection.dbapi_connection
        driver.set_progress_handler(tick, 10)
        for _ in range(count):
            story(tx)
            inbound.waiting(tx, NOW, 10)
            inbound.oldest_waiting(tx)
            cases.due(tx, NOW, 10)
            cases.next_due(tx)
            outbox.next_attempt(tx)
        driver.set_progress_handler(None, 0)
        return ticks[0]

    return store.transact(work)


def test_a_case_costs_the_same_with_many_others_as_with_few() -> None:
    store = open_store("sqlite://")
    store.transact(lambda tx: [story(tx) for _ in range(20)])
    few = steps_of(store, 20)
    store.transact(lambda tx: [story(tx) for _ in range(1000)])
    many = steps_of(store, 20)
    store.close()
    assert few > 100
    assert many <= few * 1.1
