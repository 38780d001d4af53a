"""Mails in an mbox file: where each begins and ends, found line by line."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

Span = tuple[int, int]  # offset and length of one mail in bytes, without its separator line

_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:|>From ")
_DATED = re.compile(rb"\d{1,2}:\d{2}")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_LINE = 1024 * 1024  # bytes of a line that are looked at in one piece


def is_mbox(path: Path) -> bool:
    """Whether the file begins with a separator line.  Raises OSError."""
    with path.open("rb") as file:
        return file.read(5) == b"From "


def spans(path: Path) -> list[Span]:
    """Where each mail of the file is, in order.  Raises OSError.

    A separator line stands at the beginning or after an empty line, has a time of day in it, and a header field behind
    it: so that a sentence which begins with "From" cuts no mail in two.
    """
    with path.open("rb") as file:
        marks = list(_separators(file))
        end = file.seek(0, 2)
    starts = [after for _, after in marks]
    ends = [*(before for before, _ in marks[1:]), end]
    return [(start, max(0, stop - start)) for start, stop in zip(starts, ends, strict=True)]


def read(path: Path, span: Span) -> bytes:
    """One mail as it was before it came into the mbox: quoted "From" lines are as they were.  Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        data = os.pread(descriptor, span[1], span[0])
    finally:
        os.close(descriptor)
    for end in (b"\r\n", b"\n"):
        if data.endswith(end + end):  # the empty line before the next separator belongs to the file
            data = data[: -len(end)]
            break
    return _QUOTED.sub(rb"\1", data) if b">From " in data else data


def _separators(file: BinaryIO) -> Iterator[Span]:
    """Where each separator line begins and ends, in bytes."""
    at, after_empty = 0, True
    waiting: Span | None = None
    while line := file.readline(_LINE):
        if waiting:
            if waiting[0] == 0 or _FIELD.match(line):
                yield waiting
            waiting = None
        if after_empty and line.startswith(b"From ") and (at == 0 or _DATED.search(line)):
            waiting = (at, at + len(line))
        at += len(line)
        after_empty = not line.strip(b"\r\n")
    if waiting and waiting[0] == 0:
        yield waiting
