"""A load of mails on any SMTP server: many sessions in one loop, several mails on each, nothing but sockets."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

_HEAD = (
    "From: Jane Roe <jane{number}@customer{run}.example>\r\n"
    "To: support@support.example\r\n"
    "Subject: The export fails since this morning\r\n"
    "Date: Mon, 02 Mar 2026 09:00:00 +0000\r\n"
    "Message-ID: <{number}.{run}@customer.example>\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "\r\n"
)
_LINE = "The nightly export stops after the first hundred rows, without a message.\r\n"


@dataclass(frozen=True, slots=True)
class Load:
    """What to send where.  `size` in bytes of one mail."""

    host: str
    port: int
    mails: int = 2000
    sessions: int = 10
    size: int = 2048
    recipient: str = "support@support.example"
    mails_per_connection: int = 20


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it.  Times in seconds; `latencies` from the final dot to its reply, sorted."""

    accepted: int
    failed: int
    seconds: float
    latencies: tuple[float, ...]

    @property
    def rate(self) -> float:
        """Accepted mails a second."""
        return self.accepted / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """The latency that `share` (0 to 1) of the accepted mails did not exceed, in seconds."""
        if not self.latencies:
            return 0.0
        return self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))]


def mail(number: int, run: int, size: int) -> bytes:
    """One ordinary mail of about `size` bytes, unlike every other."""
    head = _HEAD.format(number=number, run=run)
    return (head + _LINE * max(1, (size - len(head)) // len(_LINE))).encode()


async def run(load: Load) -> Result:
    """Send it all, as fast as the server takes it."""
    numbers = iter(range(load.mails))
    mark = time.time_ns()
    failed = 0
    latencies: list[float] = []

    async def session() -> None:
        nonlocal failed
        for first in numbers:
            batch = [first]
            for number in numbers:
                batch.append(number)
                if len(batch) >= load.mails_per_connection:
                    break
            try:
                await _connection(load, [mail(number, mark, load.size) for number in batch], latencies)
            except (OSError, asyncio.IncompleteReadError, RuntimeError):
                failed += 1

    started = time.perf_counter()
    await asyncio.gather(*(session() for _ in range(load.sessions)))
    seconds = time.perf_counter() - started
    return Result(len(latencies), failed, seconds, tuple(sorted(latencies)))


async def _connection(load: Load, mails: list[bytes], latencies: list[float]) -> None:
    reader, writer = await asyncio.open_connection(load.host, load.port)

    async def say(data: bytes, code: bytes) -> None:
        writer.write(data)
        line = await reader.readline()
        while line[3:4] == b"-":
            line = await reader.readline()
        if not line.startswith(code):
            raise RuntimeError(f"{line!r} to {data[:60]!r}")

    try:
        await say(b"", b"220")
        await say(b"EHLO load.example\r\n", b"250")
        for one in mails:
            await say(b"MAIL FROM:<jane@customer.example>\r\n", b"250")
            await say(f"RCPT TO:<{load.recipient}>\r\n".encode(), b"250")
            await say(b"DATA\r\n", b"354")
            sent = time.perf_counter()
            await say(one + b".\r\n", b"250")
            latencies.append(time.perf_counter() - sent)
        await say(b"QUIT\r\n", b"221")
    finally:
        writer.close()
