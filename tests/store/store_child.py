"""A program that keeps mails as fast as it can, and is killed again and again; it says which mails were answered.

Arguments: the database's URL, how many kills, a seed.  Each life is a fork, so that it starts at once.
"""

from __future__ import annotations

import itertools
import os
import random
import signal
import sys
import threading
from collections.abc import Iterator

from samples import keep

from mailproc.store.store import open_store
from mailproc.store.transaction import Transaction
from mailproc.store.writer import Writer

THREADS = 10


def live(url: str, prefix: str, out: int) -> None:
    """Keep mails from many threads; write a line for each answer."""
    writer = Writer(open_store(url))
    numbers = itertools.count()

    def keep_one() -> None:
        token = f"{prefix}-{next(numbers):06d}"
        writer.submit(keeping(token)).result()
        os.write(out, f"{token}\n".encode("ascii"))

    def work() -> None:
        while True:
            keep_one()

    threads = [threading.Thread(target=work, daemon=True) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def keeping(token: str) -> object:
    """The work that keeps a mail whose bytes say who it is; every ninth is bigger than a page of rows."""
    data = token.encode("ascii") * (30_000 if token.endswith("9") else 300)

    def work(tx: Transaction) -> int:
        return keep(tx, data)

    return work


def answers(url: str, prefix: str, lines: int) -> Iterator[str]:
    """One life: the answers that came before and while it was killed."""
    inward, outward = os.pipe()
    if (child := os.fork()) == 0:
        os.close(inward)
        live(url, prefix, outward)
    os.close(outward)
    with os.fdopen(inward, encoding="ascii") as said:
        for _ in range(lines):
            yield said.readline()
        os.kill(child, signal.SIGKILL)
        yield from said
    os.waitpid(child, 0)


def main(url: str, kills: int, seed: int) -> None:
    """Live and die that many times."""
    dice = random.Random(seed)
    for life in range(kills):
        for line in answers(url, f"L{life:03d}", dice.randrange(1, 40)):
            if line.endswith("\n"):
                sys.stdout.write(line)


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
