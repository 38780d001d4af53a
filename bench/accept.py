"""How many mails a second a server takes, beside stock aiosmtpd with an empty handler under the same load.

Usage: python bench/accept.py HOST:PORT [--recipient ADDRESS] [--mails N] [--runs N] [--sessions 1,10,50]
"""

from __future__ import annotations

import argparse
import asyncio
import statistics

from floors import in_child, serve_stock
from load import Load, Result, run


def measure(target: Load, runs: int) -> tuple[list[Result], list[Result]]:
    """Runs against the target and against stock aiosmtpd, taking turns."""
    ours, stock = [], []
    with in_child(serve_stock) as child:
        for _ in range(runs):
            ours.append(asyncio.run(run(target)))
            other = Load("127.0.0.1", child.port, mails=target.mails, sessions=target.sessions, size=target.size)
            stock.append(asyncio.run(run(other)))
    return ours, stock


def row(name: str, results: list[Result], base: float) -> str:
    """One line of the table, by the run in the middle."""
    middle = sorted(results, key=lambda one: one.rate)[len(results) // 2]
    failed = sum(one.failed for one in results)
    return (
        f"{name:<28}{middle.rate:>9,.0f}{middle.rate / base:>8.0%}"
        f"{middle.percentile(0.5) * 1000:>10.1f}{middle.percentile(0.99) * 1000:>10.1f}{failed:>8}"
    )


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    arguments.add_argument("target", metavar="HOST:PORT")
    arguments.add_argument("--recipient", default="support@support.example")
    arguments.add_argument("--mails", type=int, default=2000)
    arguments.add_argument("--size", type=int, default=2048)
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--sessions", default="1,10,50")
    chosen = arguments.parse_args()
    host, _, port = chosen.target.rpartition(":")
    print(f"{'server':<28}{'mails/s':>9}{'share':>8}{'p50 ms':>10}{'p99 ms':>10}{'failed':>8}")
    for sessions in (int(word) for word in chosen.sessions.split(",")):
        load = Load(host, int(port), chosen.mails, sessions, chosen.size, chosen.recipient)
        ours, stock = measure(load, chosen.runs)
        base = statistics.median(one.rate for one in stock)
        print(row(f"stock, {sessions} sessions", stock, base))
        print(row(f"target, {sessions} sessions", ours, base))


if __name__ == "__main__":
    main()
