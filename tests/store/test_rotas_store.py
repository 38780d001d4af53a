"""Absences and swaps come back as they were noted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from samples import NOW, after, open_case

from mailproc.core.case import State
from mailproc.policy.rota import Absence, Swap
from mailproc.store import rotas
from mailproc.store.store import Store, open_store
from mailproc.store.transaction import Transaction


@pytest.fixture
def store() -> Iterator[Store]:
    one = open_store("sqlite://")
    yield one
    one.close()


def test_absences_that_last_or_come_are_found_and_past_ones_are_not(store: Store) -> None:
    past = Absence("alice", after(days=-3), NOW)
    now, later = Absence("bob", NOW, after(days=1), "alice"), Absence("alice", after(days=2), after(days=3))

    def work(tx: Transaction) -> list[Absence]:
        for one in (later, past, now):
            rotas.add_absence(tx, one, why="holidays")
        return rotas.absences(tx, NOW)

    assert store.transact(work) == [now, later]
    assert store.read(lambda tx: rotas.absences(tx, after(seconds=-1))) == [past, now, later]


def test_ending_touches_what_has_begun_of_one_agent(store: Store) -> None:
    now, later, other = (
        Absence("bob", NOW, after(days=2)),
        Absence("bob", after(days=3), after(days=4)),
        Absence("alice", NOW, after(days=2)),
    )

    def work(tx: Transaction) -> tuple[int, list[Absence]]:
        for one in (now, later, other):
            rotas.add_absence(tx, one)
        ended = rotas.end_absences(tx, "bob", after(days=1), begun=after(days=1))
        return ended, rotas.absences(tx, NOW)

    assert store.transact(work) == (1, [Absence("bob", NOW, after(days=1)), other, later])


def test_swaps_of_a_rota_come_in_the_order_in_which_they_were_noted(store: Store) -> None:
    long, short = Swap(NOW, after(days=5), "bob", "alice"), Swap(NOW, after(days=1), "alice", "bob")

    def work(tx: Transaction) -> list[Swap]:
        rotas.add_swap(tx, "support", long, at=NOW)
        rotas.add_swap(tx, "support", short, at=NOW)
        rotas.add_swap(tx, "night", short, at=NOW)
        rotas.add_swap(tx, "support", Swap(after(days=-1), NOW, "bob"), at=NOW)
        return rotas.swaps(tx, "support", NOW)

    assert store.transact(work) == [long, short]


def test_what_somebody_works_on_is_neither_resolved_nor_closed(store: Store) -> None:
    def work(tx: Transaction) -> int:
        for state in State:
            open_case(tx, owner="bob", state=state)
            open_case(tx, owner="alice", state=state)
        open_case(tx)
        return rotas.in_hands_of(tx, "bob")

    assert store.transact(work) == len(State) - 2
