"""Whether a mail costs the same with many stored cases as with few: taken, understood, confirmed.

Usage: python bench/flat.py [--few N] [--many N] [--mails N] [--pairs N]
Two daemons on the same machine take turns; CPU is what /proc says of the daemon's process, in all its threads.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sqlite3
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from cases import build
from floors import Child
from load import Load, run
from road import daemon_in

PATIENCE = 300.0
WAITING = (
    "SELECT EXISTS (SELECT 1 FROM inbound WHERE state = 'waiting') OR EXISTS (SELECT 1 FROM outbox WHERE "
    "state = 'waiting') OR EXISTS (SELECT 1 FROM outbox WHERE claimed_until IS NOT NULL)"
)
CASES = "SELECT value FROM counter WHERE name = 'case'"
GOAL = 1.10


@dataclass(frozen=True, slots=True)
class Cost:
    """What one mail cost, in milliseconds: of the daemon's processor time, and of the wall's."""

    cpu: float
    wall: float


def ask(folder: Path, sql: str) -> int:
    """A number from the database, beside the daemon."""
    with contextlib.closing(sqlite3.connect(f"file:{folder}/mailproc.db?mode=ro", uri=True)) as database:
        return int(database.execute(sql).fetchone()[0])


def once(child: Child, folder: Path, mails: int) -> Cost:
    """Send so many mails, and wait until each is a case whose letters have left."""
    before, cpu, started = ask(folder, CASES), child.cpu(), time.perf_counter()
    taken = asyncio.run(run(Load("127.0.0.1", child.port, mails, 10, recipient="support@example.com")))
    while ask(folder, WAITING) and time.perf_counter() - started < PATIENCE:
        time.sleep(0.02)
    wall = time.perf_counter() - started
    cost = Cost((child.cpu() - cpu) * 1000 / mails, wall * 1000 / mails)
    if taken.failed or ask(folder, CASES) - before != mails:
        sys.exit(f"{mails} mails, {ask(folder, CASES) - before} cases, {taken.failed} sessions failed")
    return cost


def made(folder: Path, count: int) -> Path:
    """A folder with a database of so many cases."""
    folder.mkdir()
    started = time.perf_counter()
    build(folder / "mailproc.db", count)
    size = (folder / "mailproc.db").stat().st_size / 1024**2
    print(f"built {count:,} cases: {size:,.0f} MiB in {time.perf_counter() - started:.0f} s", flush=True)
    return folder


def main() -> None:
    """Print the table; exit code 1 where the goal is missed."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    arguments.add_argument("--few", type=int, default=1_000)
    arguments.add_argument("--many", type=int, default=20_000)
    arguments.add_argument("--mails", type=int, default=200)
    arguments.add_argument("--pairs", type=int, default=5)
    chosen = arguments.parse_args()
    Path("var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir="var") as name:
        few, many = (made(Path(name).absolute() / str(count), count) for count in (chosen.few, chosen.many))
        with daemon_in(few) as one, daemon_in(many) as other:
            pairs = []
            for turn in range(chosen.pairs + 1):
                pair = once(one, few, chosen.mails), once(other, many, chosen.mails)
                pairs += [pair] if turn else []  # the first warms up
    sys.exit(report(chosen, pairs))


def report(chosen: argparse.Namespace, pairs: list[tuple[Cost, Cost]]) -> int:
    """Medians, and the median of the ratios of each pair, whose two halves shared the same minute."""
    print(f"{'per mail':<12}{f'{chosen.few:,} cases':>16}{f'{chosen.many:,} cases':>16}{'ratio':>8}   (medians)")
    ratios = []
    for name in ("cpu", "wall"):
        low, high = ([getattr(pair[side], name) for pair in pairs] for side in (0, 1))
        ratios.append(statistics.median(b / a for a, b in zip(low, high, strict=True)))
        print(f"{name + ' ms':<12}{statistics.median(low):>16.2f}{statistics.median(high):>16.2f}{ratios[-1]:>8.2f}")
    good = ratios[0] <= GOAL
    print(f"goal: processor time within {GOAL - 1:.0%}: {'met' if good else 'missed'}")
    return 0 if good else 1


if __name__ == "__main__":
    main()
