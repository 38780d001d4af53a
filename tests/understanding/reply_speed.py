"""Replies made to be slow: how much longer twice the size takes, by processor time; under 3 is linear (R11)."""

from __future__ import annotations

import time
from pathlib import Path

from mailproc.mail.html import to_text
from mailproc.mail.quotes import split

SIZE = 128 * 1024  # characters of the half; what is longer than 256 KiB is not looked at
WHOLE = 1024 * 1024
ON = "On Mon, 3 Nov 2026 at 09:15, A <a@b.example> wrote:"
PIECES = {
    "openers in a line": "On ",
    "opener lines": "On \n",
    "attributions": f"{ON}\n",
    "attributions with quotes": f"{ON}\n> a\n",
    "attributions without end": "On Mon, 3 Nov 2026 at 09:15, A <a@b.example>\n",
    "dated lines": "3 Nov 2026 09:15 a\n",
    "marks": ">",
    "marked lines": "> \n",
    "answers": "> a\nb\n",
    "answers to wrapped lines": "> a long line that a mail program would have to wrap at its end, if\nb\n",
    "header lines": "From: a@b.example\n",
    "header blocks": "From: a@b.example\nSent: 3 Nov 2026 09:15\nTo: b\nSubject: c\n\n> d\n> e\n> f\n",
    "labels": "To: a\nb\nc\nd\n",
    "labels in a line": "From: To: ",
    "empty lines": "\n",
    "blanks": " ",
    "addresses": "a@b ",
    "at signs": "@",
    "brackets": "<",
    "digits": "1",
    "times": "1:",
    "rules": "-----\n",
    "underscores": "_" * 32 + "\n",
    "framed words": "---- Original Message\n",
    "delimiters": "--\n",
    "devices": "Sent from my iPhone\n",
    "closings": "Regards\n",
    "legal words": "\nthis message is confidential\n",
    "reply above": "please reply above this\n",
    "wide marks": "\u202a\u00a0",
}
MARKUP = {
    "quotes nested": '<blockquote type="cite">',
    "quotes": "<blockquote>a</blockquote>",
    "attributions and quotes": f"<p>{ON}</p><blockquote>a</blockquote>",
    "containers nested": '<div class="protonmail_quote">',
    "containers": '<div class="protonmail_quote">a</div>',
    "many classes": '<div class="' + "a " * 500 + '">b</div>',
    "open tags": "<",
}


def ratios(size: int = SIZE) -> dict[str, tuple[float, float]]:
    """For each input: seconds for twice the size, and its ratio to the half."""
    found = {}
    for name, piece in PIECES.items():
        found[name] = _twice(lambda text: split(text), piece, size)
    for name, piece in MARKUP.items():
        found[f"HTML: {name}"] = _twice(lambda text: split(to_text(text)), piece, size)
    return found


def measure(corpora: Path, *, misses: bool) -> None:
    """Print a line for each input, the slowest last."""
    del corpora, misses  # it makes its own
    for name, (seconds, ratio) in sorted(ratios().items(), key=lambda one: one[1]):
        print(f"{name}: {seconds * 1_000:.0f} ms, ratio {ratio:.1f}")
    worst = max(_seconds(split, piece * (WHOLE // len(piece))) for piece in PIECES.values())
    print(f"1 MiB, the slowest: {worst * 1_000:.0f} ms")


def _twice(run: object, piece: str, size: int) -> tuple[float, float]:
    count = size // len(piece)
    once, twice = _seconds(run, piece * count), _seconds(run, piece * (2 * count))
    return twice, twice / max(once, 0.000_5)


def _seconds(run: object, text: str) -> float:
    assert callable(run)
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        run(text)
        best = min(best, time.process_time() - start)
    return best
