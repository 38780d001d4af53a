"""How long reading one mail takes, beside the standard parser alone on the same mails in the same run."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path

from mailproc.mail.message import Envelope
from mailproc.mail.reading import read

ROOT = Path(__file__).parents[1]
CORPORA = Path(os.environ.get("MAILPROC_CORPORA", str(ROOT.parent / "shared" / "corpora")))
ROUNDS = 3


def mails() -> list[bytes]:
    """Ordinary mails: those of the public corpus where it is present, else the tests' own."""
    folder = CORPORA / "spamassassin" / "easy-ham-1"
    paths = sorted(folder.glob("*.txt")) or sorted((ROOT / "tests" / "mail" / "defects").glob("*.eml"))
    return [path.read_bytes() for path in paths]


def best(run: Callable[[bytes], object], raws: list[bytes]) -> float:
    """Milliseconds of processor time for one mail, the best of a few rounds."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for raw in raws:
            run(raw)
        times.append(time.process_time() - start)
    return min(times) / len(raws) * 1_000


def main() -> None:
    """Print the figures."""
    raws = mails()
    size = sum(len(raw) for raw in raws) / len(raws)
    standard = best(message_from_bytes, raws)
    whole = best(lambda raw: read(raw, Envelope(mail_from=None)), raws)
    print(f"{len(raws)} mails of {size:.0f} bytes: read {whole:.2f} ms, standard parser {standard:.2f} ms")
    print(f"ratio {whole / standard:.1f}")


if __name__ == "__main__":
    main()
