"""The ledger: what was sent and what the daemon said to it, each line on the disk before anything else happens."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from .mails import Mail


class Ledger:
    """Lines of JSON in a file that only grows.  From any thread."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        self._lock = threading.Lock()

    def mail(self, mail: Mail) -> None:
        """This mail is going to be sent."""
        self._write({"mail": mail.token, "sha256": hashlib.sha256(mail.data).hexdigest(), "size": len(mail.data)})

    def said(self, token: str, result: str, words: str = "") -> None:
        """How an attempt ended.

        `result`: "acked" (250 after the dot), "refused" (any other answer, in `words`), "unknown" (the connection ended
        after the dot had been sent), "unsent" (it ended before).
        """
        self._write({"token": token, "result": result, "words": words})

    def sync(self) -> None:
        """Make what was written durable."""
        os.fsync(self._file)

    def _write(self, entry: dict[str, object]) -> None:
        line = json.dumps(entry, ensure_ascii=True).encode("ascii") + b"\n"
        with self._lock:
            os.write(self._file, line)
        if "result" in entry:
            os.fsync(self._file)

    def close(self) -> None:
        """Give the file back."""
        os.close(self._file)


@dataclass
class Sent:
    """What the ledger holds on one mail: its digest, its size in bytes, and how often each result came."""

    sha256: str
    size: int
    results: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    refusals: list[str] = field(default_factory=list)


def read(path: Path) -> dict[str, Sent]:
    """Every mail of the ledger by its token."""
    found: dict[str, Sent] = {}
    for line in path.read_text(encoding="ascii").splitlines():
        entry = json.loads(line)
        if "mail" in entry:
            found[entry["mail"]] = Sent(entry["sha256"], entry["size"])
            continue
        sent = found[entry["token"]]
        sent.results[entry["result"]] += 1
        if entry["result"] == "refused":
            sent.refusals.append(entry["words"])
    return found
