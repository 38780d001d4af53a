"""Replies: is nothing lost of what the sender wrote now, and is no quote left in it (R11)?"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mailproc.mail.html import to_text
from mailproc.mail.parse import parse
from mailproc.mail.quotes import Visible, split


@dataclass(frozen=True, slots=True)
class Judged:
    """One labelled mail: the lines that were lost and those that were left, by the label alone.

    `astray` are the lost lines that were not even taken for a signature: some labels count one to the text.
    """

    name: str
    half: int  # which half of the corpus: 0 or 1, by the name's hash, so that it never changes
    lost: tuple[str, ...]
    left: tuple[str, ...]
    astray: tuple[str, ...]


def judge(corpora: Path) -> list[Judged]:
    """Each labelled mail of the folder `reply` below the corpora."""
    labels = json.loads((corpora / "reply" / "labels.json").read_text(encoding="utf-8"))
    return [
        _judge(name, _visible(corpora / "reply" / name, label["format"]), _expected(label))
        for name, label in labels.items()
        if label["expected"] is not None
    ]


def measure(corpora: Path, *, misses: bool) -> None:
    """Print a table: each half of the corpus, all of it, and each of its sources."""
    judged = judge(corpora)
    print("| mails | number | nothing lost | nothing lost, signatures apart | no quote left |")
    print("| --- | --- | --- | --- | --- |")
    for name, some in _groups(judged):
        shares = (
            f"{100 * sum(not kind for kind in kinds) / len(some):.1f} %"
            for kinds in zip(*((one.lost, one.astray, one.left) for one in some), strict=True)
        )
        print(f"| {name} | {len(some)} | {' | '.join(shares)} |")
    for one in judged if misses else ():
        for word, lines in (("lost", one.lost), ("left", one.left)):
            for line in lines[:5]:
                print(f"{one.name}: {word}: {line[:150]}")


def _groups(judged: list[Judged]) -> Iterator[tuple[str, list[Judged]]]:
    for half in (0, 1):
        yield f"half {half}", [one for one in judged if one.half == half]
    for source in sorted({one.name.partition("/")[0] for one in judged}):
        yield source, [one for one in judged if one.name.startswith(f"{source}/")]
    yield "all", judged


def _visible(path: Path, form: str) -> Visible:
    raw = path.read_bytes()
    if form == "eml":
        message = parse(raw)
        return Visible(text=message.text, quoted=message.quoted, signature=message.signature)
    text = raw.decode("utf-8", "replace").replace("\r\n", "\n")
    return split(to_text(text) if form == "html" else text)


def _expected(label: dict[str, str]) -> str:
    return to_text(label["expected"]) if label["format"] == "html" else label["expected"]


def _judge(name: str, got: Visible, expected: str) -> Judged:
    wanted = [line for line in expected.split("\n") if re.search(r"\w", line)]
    lost = tuple(line for line in wanted if _letters(line) not in _letters(got.text))
    return Judged(
        name=name,
        half=hashlib.sha256(name.encode()).digest()[0] % 2,
        lost=lost,
        left=tuple(line for line in got.text.split("\n") if _letters(line) not in _letters(expected)),
        astray=tuple(line for line in lost if _letters(line) not in _letters(got.signature)),
    )


def _letters(text: str) -> str:
    """The text without white space and marks, which labels treat in many ways."""
    return "".join(c for c in text if c.isalnum())
