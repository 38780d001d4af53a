"""How many due cases a second the clock decides on, beside what the database could do at most.

Usage: python bench/due.py [--cases N] [--runs N]
Every case has an update due at the same second: each is loaded, decided, logged, its mail composed and queued.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from floors import syncs_per_second

from mailproc.clock import SetClock
from mailproc.config import load
from mailproc.core.case import Case, Person
from mailproc.core.steps import next_due
from mailproc.flow import loading
from mailproc.flow.desk import Desk
from mailproc.flow.rounds import Rounds
from mailproc.store import cases, meta
from mailproc.store.store import Store, open_store
from mailproc.store.transaction import Transaction
from mailproc.store.writer import Writer

CONFIG = Path(__file__).resolve().parents[1] / "config.example.toml"
OPENED = datetime(2026, 3, 2, 14, tzinfo=UTC)


def opened(number: int, desk: Desk) -> tuple[Case, datetime | None]:
    """A case of the severity with the most frequent updates, answered once, and its next due time."""
    case = Case(
        number=number,
        mailbox="support",
        opened=OPENED,
        subject="The export fails",
        requester=Person(f"jane{number}@customer.example", "Jane Roe"),
        severity="urgent",
        owner="alice",
        met={"initial_response": OPENED, "human_response": OPENED, "confirmation": OPENED},
    )
    return case, next_due(case, desk.policies["support"])


def fill(count: int, desk: Desk, tx: Transaction) -> None:
    """Cases as they stand an hour after their opening."""
    for _ in range(count):
        case, due = opened(cases.open_number(tx), desk)
        cases.insert(tx, case, due)


def due_rate(store: Store, desk: Desk, count: int) -> float:
    """Cases decided a second, in wall time."""
    store.transact(partial(fill, count, desk))
    writer = Writer(store)
    rounds = Rounds(store, writer, desk, SetClock(OPENED + timedelta(hours=1)))
    started, done = time.perf_counter(), 0
    while taken := rounds.clocks():
        done += taken
    seconds = time.perf_counter() - started
    writer.stop()
    return done / seconds


def commit_rate(store: Store, count: int = 500) -> float:
    """The smallest transactions that the store can do, a second: the floor."""
    started = time.perf_counter()
    for number in range(count):
        store.transact(lambda tx, number=number: meta.put(tx, "bench", str(number)))
    return count / (time.perf_counter() - started)


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    arguments.add_argument("--cases", type=int, default=1000)
    arguments.add_argument("--runs", type=int, default=3)
    chosen = arguments.parse_args()
    rates, floors = [], []
    with tempfile.TemporaryDirectory(dir=".") as folder:
        for run in range(chosen.runs):
            settings = [f'storage.url="sqlite:///{Path(folder).absolute()}/{run}.db"']
            config = load(CONFIG, settings)
            desk = loading.load(config, {"bench": b"0" * 32})
            store = open_store(config.storage.url)
            floors.append(commit_rate(store))
            rates.append(due_rate(store, desk, chosen.cases))
            store.close()
    print(f"syncs a second {syncs_per_second():,.0f}; smallest transactions a second {statistics.median(floors):,.0f}")
    share = statistics.median(rates) / statistics.median(floors)
    print(f"cases due a second {statistics.median(rates):,.0f}, {share:.0%} of the smallest transactions")


if __name__ == "__main__":
    main()
