"""A mark of whose bytes are being read, so that a mail that kills its reader is known after the crash (R3)."""

from __future__ import annotations

import os
from pathlib import Path

WIDTH = 20


class Marker:
    """One number in a small file.  It is not synced: it has to outlive the process, not the machine."""

    def __init__(self, path: Path | None) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644) if path else None

    def left(self) -> int:
        """The id of the mail that was being read when the last process ended; 0 if none was."""
        if self._file is None:
            return 0
        text = os.pread(self._file, WIDTH, 0).strip(b" \0")
        return int(text) if text.isdigit() else 0

    def reading(self, number: int) -> None:
        """Say whose bytes are about to be read; 0 when nobody's are."""
        if self._file is not None:
            os.pwrite(self._file, str(number).encode().ljust(WIDTH), 0)

    def close(self) -> None:
        """Give the file back."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
