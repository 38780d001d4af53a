"""What this machine could do at best: syncs to disk, and mails into servers that keep nothing.

Usage: python bench/floors.py [--mails N] [--runs N] [--sessions 1,10,50]
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from load import Load, run


def syncs_per_second(seconds: float = 1.0) -> float:
    """Small appends, each synced to disk, a second."""
    with tempfile.TemporaryFile(dir=".") as file:
        started, count = time.perf_counter(), 0
        while time.perf_counter() - started < seconds:
            os.write(file.fileno(), b"x" * 2048)
            os.fsync(file.fileno())
            count += 1
        return count / (time.perf_counter() - started)


def serve_stock(port: Connection) -> None:
    """aiosmtpd as it comes, with a handler that does nothing."""
    import logging

    from aiosmtpd.smtp import SMTP

    logging.getLogger("mail.log").setLevel(logging.CRITICAL)

    class Nothing:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
            return "250 ok"

    async def main() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(Nothing(), hostname="bench", loop=loop), "127.0.0.1", 0)
        port.send(server.sockets[0].getsockname()[1])
        await asyncio.Event().wait()

    asyncio.run(main())


class _Everybody:
    def known(self, address: str) -> bool:
        return True


def serve_ours(port: Connection) -> None:
    """Our listener, keeping nothing."""
    from mailproc.edge.results import Accepted
    from mailproc.edge.smtp_server import serve
    from mailproc.edge.smtp_service import ReceivedMail

    async def accept(mail: ReceivedMail) -> Accepted:
        return Accepted()

    async def main() -> None:
        listener = await serve(accept, _Everybody(), listen="127.0.0.1:0", hostname="bench")
        port.send(listener.port)
        await asyncio.Event().wait()

    asyncio.run(main())


def serve_synced(port: Connection) -> None:
    """Our listener, with a group commit: one thread appends whatever has come and syncs once for all of it."""
    from mailproc.edge.results import Accepted
    from mailproc.edge.smtp_server import serve
    from mailproc.edge.smtp_service import ReceivedMail

    async def main() -> None:
        loop = asyncio.get_running_loop()
        waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        woken = asyncio.Event()

        def append(batch: list[tuple[bytes, asyncio.Future[None]]]) -> None:
            os.write(file.fileno(), b"".join(data for data, _ in batch))
            os.fsync(file.fileno())

        async def commit() -> None:
            while True:
                await woken.wait()
                woken.clear()
                batch, waiting[:] = waiting[:], []
                await loop.run_in_executor(None, append, batch)
                for _, done in batch:
                    done.set_result(None)

        async def accept(mail: ReceivedMail) -> Accepted:
            done: asyncio.Future[None] = loop.create_future()
            waiting.append((mail.raw.read(), done))
            woken.set()
            await done
            return Accepted()

        committer = asyncio.create_task(commit())
        listener = await serve(accept, _Everybody(), listen="127.0.0.1:0", hostname="bench")
        port.send(listener.port)
        await committer

    with tempfile.TemporaryFile(dir=".") as file:
        asyncio.run(main())


@dataclass(frozen=True, slots=True)
class Child:
    """A server in a process of its own."""

    port: int
    pid: int

    def cpu(self) -> float:
        """Seconds of processor time it has used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def in_child(server: Callable[[Connection], None], told: str = "") -> Iterator[Child]:
    """Start the server in a process of its own; `told` is sent to it first, if it asks."""
    near, far = multiprocessing.get_context("spawn").Pipe()
    child = multiprocessing.get_context("spawn").Process(target=server, args=(far,), daemon=True)
    child.start()
    try:
        assert child.pid is not None
        if told:
            near.send(told)
        yield Child(near.recv(), child.pid)
    finally:
        child.terminate()
        child.join()


SERVERS: dict[str, Callable[[Connection], None]] = {
    "aiosmtpd, empty handler": serve_stock,
    "mailproc listener, keeps nothing": serve_ours,
    "mailproc listener, group fsync": serve_synced,
}


@dataclass(frozen=True, slots=True)
class Figure:
    """Mails a second, and milliseconds of the server's processor time for each mail."""

    rate: float
    cpu: float


def once(server: Callable[[Connection], None], mails: int, sessions: int) -> Figure:
    """One run against one fresh server."""
    with in_child(server) as child:
        asyncio.run(run(Load("127.0.0.1", child.port, mails=200, sessions=sessions)))  # warm
        before = child.cpu()
        result = asyncio.run(run(Load("127.0.0.1", child.port, mails=mails, sessions=sessions)))
        return Figure(result.rate, (child.cpu() - before) * 1000 / mails)


def measure(mails: int, runs: int, sessions: int) -> dict[str, Figure]:
    """The medians for each server, the servers taking turns so that a slow minute hits all of them."""
    figures: dict[str, list[Figure]] = {name: [] for name in SERVERS}
    for _ in range(runs):
        for name, server in SERVERS.items():
            figures[name].append(once(server, mails, sessions))
    return {
        name: Figure(statistics.median(one.rate for one in some), statistics.median(one.cpu for one in some))
        for name, some in figures.items()
    }


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    arguments.add_argument("--mails", type=int, default=2000)
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--sessions", default="1,10,50")
    chosen = arguments.parse_args()
    print(f"fsync of 2 KiB: {syncs_per_second():,.0f}/s")
    print(f"{'sessions':>8}  {'server':<34}{'mails/s':>9}{'of stock':>10}{'CPU ms/mail':>13}")
    for sessions in (int(word) for word in chosen.sessions.split(",")):
        figures = measure(chosen.mails, chosen.runs, sessions)
        stock = next(iter(figures.values())).rate
        for name, one in figures.items():
            print(f"{sessions:>8}  {name:<34}{one.rate:>9,.0f}{one.rate / stock:>10.0%}{one.cpu:>13.2f}")


if __name__ == "__main__":
    main()
