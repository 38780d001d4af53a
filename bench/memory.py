"""How much memory the daemon needs: over many mails, and for one mail of 30 MiB while others go on.

Usage: python bench/memory.py [--mails N] [--size MIB]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import fcntl
import socket
import statistics
import struct
import sys
import tempfile
import termios
import time
from dataclasses import dataclass, field
from pathlib import Path

from flat import WAITING, ask
from floors import Child
from load import Load, mail, run
from road import daemon_in

MIB = 1024 * 1024
MOST = 150.0  # MiB, after any number of mails
READING, KEEPING = 10.0, 4.0  # MiB while a big mail comes in; times its size while it is kept and understood
PATIENCE = 600.0
STEPS = 10


def status(child: Child, name: str) -> float:
    """A line of /proc/PID/status, in MiB: VmRSS is what is used now, VmHWM the most since the last `forget`."""
    lines = Path(f"/proc/{child.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def forget(child: Child) -> float:
    """Begin a new peak; what is used now, in MiB."""
    Path(f"/proc/{child.pid}/clear_refs").write_text("5")
    return status(child, "VmRSS")


def rest(folder: Path) -> None:
    """Wait until nothing is left to do."""
    until = time.perf_counter() + PATIENCE
    while ask(folder, WAITING):
        if time.perf_counter() > until:
            sys.exit("the daemon does not come to rest")
        time.sleep(0.05)


def many(child: Child, folder: Path, mails: int) -> bool:
    """Memory after each tenth of the mails."""
    print(f"{'mails':>9}{'used MiB':>10}{'peak MiB':>10}")
    used = []
    for step in range(1, STEPS + 1):
        forget(child)
        asyncio.run(run(Load("127.0.0.1", child.port, mails // STEPS, 10, recipient="support@example.com")))
        rest(folder)
        used.append(status(child, "VmRSS"))
        print(f"{step * mails // STEPS:>9,}{used[-1]:>10.1f}{status(child, 'VmHWM'):>10.1f}", flush=True)
    slope = (used[-1] - used[STEPS // 2]) / (mails / 2) * 1000
    good = max(used) <= MOST
    print(f"second half: {slope:+.2f} MiB per 1,000 mails; goal at most {MOST:.0f} MiB: {'met' if good else 'missed'}")
    return good


@dataclass
class Others:
    """Somebody who sends small mails, one after the other, and notes how long each 250 takes, in seconds."""

    port: int
    phase: str = "idle"
    number: int = 0
    seconds: dict[str, list[float]] = field(default_factory=dict)

    async def run(self) -> None:
        """Until cancelled."""
        mark = time.time_ns()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        await _answer(reader)
        for line in (b"EHLO others.example\r\n",):
            writer.write(line)
            await _answer(reader)
        with contextlib.closing(writer):
            while True:
                await self._one(reader, writer, mark)

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, mark: int) -> None:
        self.number += 1
        for line in (b"MAIL FROM:<jane@customer.example>\r\n", b"RCPT TO:<support@example.com>\r\n", b"DATA\r\n"):
            writer.write(line)
            await _answer(reader)
        phase, started = self.phase, time.perf_counter()
        writer.write(mail(self.number, mark, 2048) + b".\r\n")
        await _answer(reader)
        self.seconds.setdefault(phase, []).append(time.perf_counter() - started)
        await asyncio.sleep(0.05)


async def _answer(reader: asyncio.StreamReader) -> bytes:
    line = await reader.readline()
    while line[3:4] == b"-":
        line = await reader.readline()
    if line[:1] not in b"23":
        raise RuntimeError(f"{line!r}")
    return line


async def big(child: Child, folder: Path, size: int) -> bool:
    """One mail of blank lines, and what it costs in memory and in others' time."""
    others = Others(child.port)
    sending = asyncio.create_task(others.run())
    await asyncio.sleep(3)
    before = forget(child)
    others.phase = "while it is read"
    reader, writer = await asyncio.open_connection("127.0.0.1", child.port)
    await _answer(reader)
    for line in (b"EHLO big.example", b"MAIL FROM:<big@customer.example>", b"RCPT TO:<support@example.com>", b"DATA"):
        writer.write(line + b"\r\n")
        await _answer(reader)
    writer.write(b"From: big@customer.example\r\nSubject: Nothing\r\nMessage-ID: <big@customer.example>\r\n\r\n")
    for _ in range(size * 16):
        writer.write(b"\r\n" * (MIB // 32))
        await writer.drain()
    while _unsent(writer.get_extra_info("socket")):
        await asyncio.sleep(0.01)
    reading = status(child, "VmHWM") - before
    others.phase = "while it is kept and understood"
    started = time.perf_counter()
    writer.write(b".\r\n")
    await _answer(reader)
    kept = time.perf_counter() - started
    while (
        await asyncio.to_thread(
            ask, folder, f"SELECT count(*) FROM inbound WHERE size > {size * MIB} AND state = 'done'"
        )
        == 0
    ):
        await asyncio.sleep(0.02)
    settled = time.perf_counter() - started
    keeping = status(child, "VmHWM") - before
    sending.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await sending
    await asyncio.to_thread(rest, folder)
    return told(child, size, before, (reading, keeping), (kept, settled), others)


def _unsent(connection: socket.socket) -> int:
    """Bytes that the other side has not taken yet."""
    return int(struct.unpack("i", fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, b"\0\0\0\0"))[0])


def told(
    child: Child,
    size: int,
    before: float,
    peaks: tuple[float, float],
    times: tuple[float, float],
    others: Others,
) -> bool:
    """Print it; whether the goals are met."""
    reading, keeping = peaks
    good = reading <= READING and keeping <= KEEPING * size
    print(f"\none mail of {size} MiB of blank lines, on top of {before:.1f} MiB:")
    print(f"  while it is read             {reading:>8.1f} MiB more   (goal {READING:.0f})")
    print(f"  kept and understood          {keeping:>8.1f} MiB more   (goal {KEEPING * size:.0f})")
    print(f"  afterwards                   {status(child, 'VmRSS') - before:>8.1f} MiB more")
    print(f"  its 250 after {times[0]:.2f} s, a case after {times[1]:.2f} s")
    idle = statistics.median(others.seconds["idle"])
    print(f"\n{'250 of others (ms)':<34}{'mails':>7}{'median':>9}{'longest':>9}{'median by idle':>16}")
    for phase, seconds in others.seconds.items():
        middle = statistics.median(seconds)
        print(f"  {phase:<32}{len(seconds):>7}{middle * 1000:>9.1f}{max(seconds) * 1000:>9.1f}{middle / idle:>16.1f}")
    print(f"goals of memory: {'met' if good else 'missed'}")
    return good


def main() -> None:
    """Print the tables; exit code 1 where a goal is missed."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    arguments.add_argument("--mails", type=int, default=5_000)
    arguments.add_argument("--size", type=int, default=30)
    chosen = arguments.parse_args()
    Path("var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir="var") as name:
        folder = Path(name).absolute()
        with daemon_in(folder) as child:
            good = many(child, folder, chosen.mails)
            good = asyncio.run(big(child, folder, chosen.size)) and good
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
