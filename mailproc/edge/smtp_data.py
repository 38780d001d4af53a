"""The text of a mail as it comes over the wire, read block by block in bounded memory (RFC 5321 §4.1.1.4, §4.5.2)."""

from __future__ import annotations

import asyncio
import io
import tempfile
from dataclasses import dataclass
from typing import BinaryIO, Literal, cast

BLOCK = 64 * 1024
_END = b"\r\n.\r\n"


class Wire(asyncio.StreamReader):
    """A stream whose owner may put bytes back in front, or throw away what came before TLS."""

    _buffer: bytearray
    _transport: asyncio.BaseTransport | None

    def put_back(self, data: bytes) -> None:
        """Let `data` be what is read next."""
        self._buffer[:0] = data

    def discard(self) -> None:
        """Forget what came and was not read: RFC 3207 §4.2, nothing said in plain text counts once TLS runs."""
        self._buffer.clear()

    def carried_by(self, transport: asyncio.BaseTransport) -> None:
        """From now on the bytes come by another transport, which is the one to hold back when we are slow."""
        self._transport = transport


@dataclass(frozen=True, slots=True)
class Text:
    """A mail's text, complete and unstuffed, at position 0.  `size` in bytes."""

    raw: BinaryIO
    size: int


@dataclass(frozen=True, slots=True)
class NoText:
    """There is no text to keep, and why.  `lost`: the client sends so much that we do not wait for the end."""

    why: Literal["too big", "no room"]
    lost: bool = False


class Unstuffer:
    """Takes the transparency dots out of a mail that comes in pieces, cut anywhere.

    Only CR LF ends a line; a lone CR or LF is text like any other and stays as it is, so that no two readers can
    disagree about where a mail ends.
    """

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """The unstuffed bytes that are certain by now."""
        data = self._held + data
        held = 2 if data.endswith(b"\r\n") else 1 if data.endswith(b"\r") else 0
        self._held = data[len(data) - held :]
        return data[: len(data) - held].replace(b"\r\n.", b"\r\n")


async def read_text(wire: Wire, *, limit: int, memory: int) -> Text | NoText:
    """Read up to the line with the single dot, and not one byte more.

    `limit` is the largest mail that is kept, `memory` the largest that is held in memory, both in bytes.
    Raises asyncio.IncompleteReadError if the client leaves before the end.
    """
    wire.put_back(b"\r\n")  # so that the first line starts like all the others
    try:
        whole = await wire.readuntil(_END)
    except asyncio.LimitOverrunError as over:
        return await _read_long(wire, _Keeper(limit=limit, memory=memory), over.consumed)
    stuffed = whole.find(b"\r\n.", 0, len(whole) - len(_END)) >= 0
    text = whole[:-3].replace(b"\r\n.", b"\r\n")[2:] if stuffed else whole[2:-3]
    if len(text) > limit:
        return NoText("too big")
    return Text(io.BytesIO(text), len(text))


async def _read_long(wire: Wire, keeper: _Keeper, ready: int) -> Text | NoText:
    """Go on with a mail that does not fit into one block, `ready` bytes of which are here."""
    unstuffer = Unstuffer()
    keeper.skip(2)
    while True:
        keeper.add(unstuffer.feed(await wire.readexactly(ready)))
        if keeper.flooded:
            return NoText("too big", lost=True)
        await asyncio.sleep(0)  # a fast client must not keep the others waiting
        try:
            last = await wire.readuntil(_END)
        except asyncio.LimitOverrunError as over:
            ready = over.consumed
        else:
            keeper.add(unstuffer.feed(last[:-3]) + b"\r\n")
            return keeper.done()


class _Keeper:
    """Writes the text of one mail away, up to the limit."""

    def __init__(self, *, limit: int, memory: int) -> None:
        self._limit = limit
        self._skip = 0
        self._size = 0
        self._why: Literal["too big", "no room"] | None = None
        self._file = tempfile.SpooledTemporaryFile(max_size=memory)  # noqa: SIM115 - closed by whoever gets the mail

    def skip(self, count: int) -> None:
        """Leave out the first `count` bytes."""
        self._skip = count

    @property
    def flooded(self) -> bool:
        """Whether so much came that waiting for the end is a waste."""
        if self._size > 2 * self._limit:
            self._file.close()
            return True
        return False

    def add(self, data: bytes) -> None:
        """Keep `data`, or only count it once there is no hope."""
        if self._skip:
            data, self._skip = data[self._skip :], max(0, self._skip - len(data))
        self._size += len(data)
        if self._size > self._limit:
            self._give_up("too big")
        if self._why is None:
            try:
                self._file.write(data)
            except OSError:  # the disk is full: the mail must still be read to its end before we can say so
                self._give_up("no room")

    def _give_up(self, why: Literal["too big", "no room"]) -> None:
        self._why = why
        self._file.close()

    def done(self) -> Text | NoText:
        """The whole text, or why there is none."""
        if self._why is not None:
            return NoText(self._why)
        self._file.seek(0)
        return Text(cast(BinaryIO, self._file), self._size)
