"""The text of a mail: whatever it holds and however it is cut on its way, it arrives as it was sent."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproc.edge.smtp_data import BLOCK, NoText, Text, Unstuffer, Wire, read_text

PIECES = st.sampled_from(
    [b".", b"\r\n", b"\r", b"\n", b"a", b"..", b"\r\n.", b"\r\n..", b"\r\n.\r", b"x" * 70_000, b"\0"]
)
BODIES = st.lists(PIECES, max_size=40).map(b"".join)
CUTS = st.lists(st.sampled_from([1, 2, 3, 7, 1000, BLOCK, 300_000]), min_size=1, max_size=8)


def stuffed(text: bytes) -> bytes:
    """The text as a correct client sends it, with its end (RFC 5321 §4.5.2), line by line."""
    lines = text.split(b"\r\n")[:-1]
    return b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines) + b".\r\n"


async def through_the_wire(
    data: bytes, cuts: list[int], *, limit: int, memory: int = 1000
) -> tuple[Text | NoText, bytes]:
    """Feed `data` in pieces; gives what was read and what is left on the wire."""
    wire = Wire(limit=BLOCK)
    reading = asyncio.ensure_future(read_text(wire, limit=limit, memory=memory))
    at = turn = 0
    while at < len(data):
        size = cuts[turn % len(cuts)]
        if size < 1000 and turn > 200:
            size = BLOCK
        wire.feed_data(data[at : at + size])
        at, turn = at + size, turn + 1
        await asyncio.sleep(0)
    wire.feed_eof()
    result = await reading
    return result, await wire.read()


@settings(max_examples=150, deadline=None)
@given(BODIES, CUTS)
def test_any_text_cut_anywhere_arrives_unchanged_and_the_next_command_is_left(body: bytes, cuts: list[int]) -> None:
    text = body if body.endswith(b"\r\n") or not body else body + b"\r\n"
    result, left = asyncio.run(through_the_wire(stuffed(text) + b"NOOP\r\n", cuts, limit=10_000_000))
    assert isinstance(result, Text)
    with result.raw:
        assert result.raw.read() == text
    assert result.size == len(text)
    assert left == b"NOOP\r\n"


@settings(max_examples=100, deadline=None)
@given(BODIES, st.lists(st.integers(1, 5), min_size=1))
def test_an_unstuffer_does_not_care_where_its_input_is_cut(body: bytes, cuts: list[int]) -> None:
    data = b"\r\n" + body[:2000] + b"end"
    unstuffer, found, at, turn = Unstuffer(), b"", 0, 0
    while at < len(data):
        found += unstuffer.feed(data[at : at + cuts[turn % len(cuts)]])
        at, turn = at + cuts[turn % len(cuts)], turn + 1
    assert found == data.replace(b"\r\n.", b"\r\n")


@pytest.mark.parametrize("size", [10, 5000, BLOCK, 3 * BLOCK])
async def test_the_limit_is_met_exactly(size: int) -> None:
    text = b"x" * (size - 2) + b"\r\n"
    fits, _ = await through_the_wire(stuffed(text), [BLOCK], limit=size)
    over, left = await through_the_wire(stuffed(text) + b"NOOP\r\n", [BLOCK], limit=size - 1)
    assert isinstance(fits, Text)
    fits.raw.close()
    assert over == NoText("too big")
    assert left == b"NOOP\r\n"


async def test_what_is_more_than_twice_too_big_is_not_awaited() -> None:
    result, _ = await through_the_wire(b"x" * 10 * BLOCK, [BLOCK], limit=BLOCK)
    assert result == NoText("too big", lost=True)


async def test_a_client_that_leaves_is_noticed() -> None:
    with pytest.raises(asyncio.IncompleteReadError):
        await through_the_wire(b"half\r\n.", [3], limit=1000)


async def test_a_full_disk_is_found_out_and_the_text_still_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    class FullDisk:
        def write(self, data: bytes) -> int:
            raise OSError(28, "No space left on device")

        def close(self) -> None:
            pass

    monkeypatch.setattr("tempfile.SpooledTemporaryFile", lambda max_size: FullDisk())
    result, left = await through_the_wire(stuffed(b"x" * 3 * BLOCK + b"\r\n") + b"NOOP\r\n", [BLOCK], limit=10**7)
    assert result == NoText("no room")
    assert left == b"NOOP\r\n"


MEASURE = textwrap.dedent("""
    import asyncio, resource, sys
    sys.path.insert(0, sys.argv[1])
    from edge_wire import listening, talking
    from mailproc.edge.results import Accepted

    class Counting:
        size = 0
        async def accept(self, mail):
            self.size = mail.size
            return Accepted()

    async def main():
        piece, times = eval(sys.argv[2]), int(sys.argv[3])
        keeper = Counting()
        async with listening(keeper) as listener, talking(listener) as talk:
            await talk.begin_mail()
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            for _ in range(times):
                talk.send(piece)
                await talk.writer.drain()
            talk.send(b"\\r\\n.\\r\\n")
            reply = await talk.heard()
            after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(reply[:3], keeper.size, (after - before) * 1024)

    asyncio.run(main())
""")


@pytest.mark.parametrize(
    "piece",
    [b"\r\n" * 50_000, b"x" * 100_000, b"x\r\n..\r\n" * 12_500, b"\n" * 100_000],
    ids=["blank lines", "one endless line", "stuffed lines", "bare line feeds"],
)
def test_30_MiB_need_no_more_memory_than_a_tenth_of_it(piece: bytes) -> None:
    times = 30 * 1024 * 1024 // len(piece)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(Path(__file__).parent), shorter(piece), str(times)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent.parent,
    )
    code, size, growth = done.stdout.split()
    assert code == "250"
    assert int(size) > 20 * 1024 * 1024
    assert int(growth) < 3 * 1024 * 1024


def shorter(piece: bytes) -> str:
    """A Python expression for a piece that repeats itself."""
    for length in range(1, 20):
        if piece[:length] * (len(piece) // length) == piece:
            return f"{piece[:length]!r} * {len(piece) // length}"
    raise AssertionError("not periodic")
