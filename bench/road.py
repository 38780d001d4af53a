"""The whole road in one run: how fast the daemon takes mails, and how fast each becomes a case and a confirmation.

Usage: python bench/road.py [--mails N] [--runs N] [--sessions 1,10,50]
Everything is measured beside stock aiosmtpd with an empty handler, in turns, on the same machine.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from floors import Child, in_child, serve_stock, syncs_per_second
from load import Load, run

CONFIG = Path(__file__).resolve().parents[1] / "config.example.toml"
PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Road:
    """What one run on the daemon showed: mails a second taken, and confirmed, and the most memory it used, in MiB."""

    accepted: float
    confirmed: float
    memory: float


def settings(folder: Path) -> list[str]:
    """The example's configuration, in a folder of its own, with room for a load."""
    return [
        f'storage.url="sqlite:///{folder}/mailproc.db"',
        f'outbound.url="maildir:{folder}/outbox"',
        f'security.key_file="{folder}/secret.key"',
        'intake.smtp.listen="127.0.0.1:0"',
        f'log.file="{folder}/mail.log"',
        "intake.smtp.connections_per_address=500",
        'log.level="warning"',
    ]


def serve_daemon(port: Connection) -> None:
    """The daemon as it comes, on SQLite and a Maildir."""
    from mailproc import daemon, maillog
    from mailproc.config import load, signing_keys
    from mailproc.flow import loading
    from mailproc.store.store import open_store

    folder = Path(port.recv())
    config = load(CONFIG, settings(folder))
    maillog.configure(config.log)
    desk = loading.load(config, signing_keys(config))

    async def main() -> None:
        serving = daemon.Daemon(config, desk, open_store(config.storage.url))
        await serving.start()
        port.send(serving.listeners[0].port)
        await asyncio.Event().wait()

    asyncio.run(main())


@contextlib.contextmanager
def daemon_in(folder: Path) -> Iterator[Child]:
    """The daemon in a process of its own, its files in `folder`."""
    with in_child(serve_daemon, str(folder)) as child:
        yield child


def confirmed(folder: Path) -> int:
    """How many confirmations have been delivered."""
    with contextlib.closing(sqlite3.connect(f"file:{folder}/mailproc.db?mode=ro", uri=True)) as database:
        question = "SELECT count(*) FROM outbox WHERE template = 'confirmation' AND state = 'sent'"
        return int(database.execute(question).fetchone()[0])


def measure(child: Child, folder: Path, load: Load) -> Road:
    """Send the load, and wait until every mail of it is confirmed."""
    before = confirmed(folder)
    started = time.perf_counter()
    taken = asyncio.run(run(load))
    while confirmed(folder) - before < taken.accepted and time.perf_counter() - started < PATIENCE:
        time.sleep(0.05)
    seconds = time.perf_counter() - started
    return Road(taken.rate, (confirmed(folder) - before) / seconds, peak(child))


def peak(child: Child) -> float:
    """The most memory the process has used so far, in MiB."""
    status = Path(f"/proc/{child.pid}/status").read_text()
    line = next(line for line in io.StringIO(status) if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    arguments.add_argument("--mails", type=int, default=1000)
    arguments.add_argument("--size", type=int, default=2048)
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--sessions", default="1,10,50")
    chosen = arguments.parse_args()
    print(f"syncs a second: {syncs_per_second():,.0f}")
    print(f"{'sessions':>8}{'stock':>9}{'taken':>9}{'share':>7}{'confirmed':>11}{'share':>7}{'peak MiB':>10}")
    with tempfile.TemporaryDirectory(dir=".") as name, in_child(serve_stock) as stock:
        folder = Path(name).absolute()
        with daemon_in(folder) as child:
            for sessions in (int(word) for word in chosen.sessions.split(",")):
                table_row(stock, child, folder, sessions, chosen)


def table_row(stock: Child, child: Child, folder: Path, sessions: int, chosen: argparse.Namespace) -> None:
    """One line: medians of runs that take turns."""
    base, roads = [], []
    for _ in range(chosen.runs):
        base.append(asyncio.run(run(Load("127.0.0.1", stock.port, chosen.mails, sessions, chosen.size))).rate)
        load = Load("127.0.0.1", child.port, chosen.mails, sessions, chosen.size, "support@example.com")
        roads.append(measure(child, folder, load))
    floor = statistics.median(base)
    taken = statistics.median(one.accepted for one in roads)
    done = statistics.median(one.confirmed for one in roads)
    most = max(one.memory for one in roads)
    print(
        f"{sessions:>8}{floor:>9,.0f}{taken:>9,.0f}{taken / floor:>7.0%}{done:>11,.0f}{done / floor:>7.0%}{most:>10.0f}"
    )


if __name__ == "__main__":
    main()
