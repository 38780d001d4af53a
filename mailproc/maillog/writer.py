"""The hand that writes the log's lines: in a thread of its own, so that a full disk or a blocked pipe stops nobody."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

WAITING = 10_000  # lines; what comes on top is lost, and counted
_MODE = 0o640  # a log names who wrote to whom


class Writer:
    """Writes lines to a file, or to a descriptor that is open already, in order, without ever raising or waiting."""

    def __init__(self, target: Path | int, lost_line: Callable[[int], str], waiting: int = WAITING) -> None:
        """`lost_line(count)` words the line that tells, once writing works again, how many are missing."""
        self.lost = 0  # lines since the start
        self._target = target
        self._lost_line = lost_line
        self._told = 0  # of the lost
        self._descriptor = target if isinstance(target, int) else -1
        self._lines: queue.Queue[str | None] = queue.Queue(waiting)
        self._thread = threading.Thread(target=self._run, name="maillog", daemon=True)
        self._thread.start()

    def put(self, line: str) -> None:
        """Queue one line, without its line end."""
        try:
            self._lines.put_nowait(line)
        except queue.Full:
            self.lost += 1

    def close(self, patience: float) -> None:
        """Write what is queued, for at most `patience` seconds."""
        with suppress(queue.Full):
            self._lines.put(None, timeout=patience)
            self._thread.join(patience)

    def _run(self) -> None:
        while True:
            batch, last = self._batch()
            if self.lost > self._told:
                batch.append(self._lost_line(self.lost - self._told))
                self._told = self.lost
            self._write(batch)
            if last:
                break
        if self._descriptor >= 0 and self._descriptor != self._target:
            os.close(self._descriptor)

    def _batch(self) -> tuple[list[str], bool]:
        """Every line that is queued, at least one; and whether they are the last."""
        lines: list[str] = []
        line = self._lines.get()
        while line is not None:
            lines.append(line)
            try:
                line = self._lines.get_nowait()
            except queue.Empty:
                return lines, False
        return lines, True

    def _write(self, lines: list[str]) -> None:
        try:
            self._open()
            rest = "".join(f"{line}\n" for line in lines).encode("ascii", "backslashreplace")
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError:
            # Which of the lines were written cannot be known here: all are counted, so that none is missed silently.
            self.lost += len(lines)

    def _open(self) -> None:
        """Open the file, anew if another stands in its place: logrotate has been here."""
        if isinstance(self._target, int):
            return
        if self._descriptor >= 0:
            with suppress(OSError):
                if os.path.samestat(os.fstat(self._descriptor), self._target.stat()):
                    return
            os.close(self._descriptor)
            self._descriptor = -1
        self._target.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(self._target, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _MODE)
