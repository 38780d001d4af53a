"""Mistakes in policy files, as tests/bad_policies/mistakes writes them: which lines replace which, and what is told.

A mistake is a block of lines.  "- " is a line of whole.toml that goes; blocks without one take that of the block above,
a bare "-" takes none and adds to the end of the file.  "+ " is a line that comes in its place, "! " one that is wrong,
and "= " below it is what is told of that line: "key: what is wrong; what would be right".  "@ " is a line that stays
and of which something is told because of this, the nearest such line above.  "# " begins a comment.

`UPDATE_MISTAKES=1 pytest tests/policy/test_bad_policies.py` writes what is told below the lines that are marked.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mailproc.policy.model import Policy
from mailproc.policy.parse import parse

HERE = Path(__file__).parents[1] / "bad_policies" / "mistakes"
WHOLE = HERE / "whole.toml"
UPDATE = os.environ.get("UPDATE_MISTAKES") == "1"


@dataclass(frozen=True)
class Mistake:
    """One block: where it stands, the lines that go, and its lines with their marks."""

    file: Path
    line: int
    gone: tuple[str, ...]
    named: int  # lines of the block that say what goes
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.file.stem}:{self.line}"

    def text(self) -> str:
        """The file with the mistake in it."""
        return "\n".join(self._made()[0]) + "\n"

    def told(self) -> list[tuple[int, str]]:
        """Each problem that is to be told, with its line."""
        return [(line, one[2:]) for line, one in self.placed() if one.startswith("= ")]

    def wrong(self) -> set[int]:
        """The lines that something is to be told of."""
        return {line for line, one in self.placed() if one[0] in "!@"}

    def placed(self) -> list[tuple[int, str]]:
        """Each line of the block that speaks of a line of the file, with the number of that line."""
        lines, first = self._made()
        at, inside, found = first - 1, first - 1, []
        for one in self.lines:
            if one[0] in "+!":
                at = inside = inside + 1
            elif one[0] == "@":
                above = [n for n, line in enumerate(lines[: max(inside, first)], start=1) if line.strip() == one[2:]]
                below = [n for n, line in enumerate(lines, start=1) if line.strip() == one[2:]]
                assert below, f"{self}: {one[2:]!r} does not stand in the file"
                at = above[-1] if above else below[0]
            found.append((at, one))
        return found

    def _made(self) -> tuple[list[str], int]:
        """The lines of the file, and the number of the first that was put in."""
        lines = WHOLE.read_text(encoding="utf-8").splitlines()
        at = len(lines)
        for number, line in enumerate(self.gone):
            places = [place for place, one in enumerate(lines) if one.strip() == line]
            assert len(places) == 1, f"{self}: {line!r} stands {len(places)} times in {WHOLE.name}"
            del lines[places[0]]
            at = at if number else places[0]
        put = [one[2:] for one in self.lines if one[0] in "+!"]
        return [*lines[:at], *put, *lines[at:]], at + 1


def mistakes() -> list[Mistake]:
    """Every mistake of the folder."""
    return [one for path in sorted(HERE.glob("*.txt")) for one in _of(path)]


def read(text: str, name: str = WHOLE.name) -> tuple[Policy | None, tuple[str, ...]]:
    """The text read with some iCalendar files beside it."""
    return parse(text, name, _beside)


def _beside(name: str) -> str:
    match name:
        case "holidays.ics":
            return "BEGIN:VCALENDAR\nEND:VCALENDAR\n"
        case "broken.ics":
            return "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:tomorrow\nEND:VEVENT\nEND:VCALENDAR\n"
        case "page.html":
            return "<html>Our holidays</html>\n"
        case "latin1.ics":
            return b"SUMMARY:\xc4".decode("utf-8")
    raise FileNotFoundError(name)


def _of(path: Path) -> Iterator[Mistake]:
    gone: tuple[str, ...] = ()
    for line, block in _blocks(path.read_text(encoding="utf-8").splitlines()):
        named = tuple(one[2:].strip() for one in block if one[0] == "-")
        gone = tuple(one for one in named if one) if named else gone
        yield Mistake(path, line, gone, len(named), tuple(one for one in block if one[0] != "-"))


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """The blocks, each with the number of its first line."""
    block: list[str] = []
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip() and not line.startswith("#"):
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def write(path: Path) -> None:
    """What is told now, put below the lines that are marked; each is to be read before it is kept."""
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line for line in lines if not line.startswith("= ")) + "\n", encoding="utf-8")
    new = path.read_text(encoding="utf-8").splitlines()
    for one in reversed(list(_of(path))):
        told: dict[int, list[str]] = {}
        for problem in read(one.text())[1]:
            _, line, rest = problem.split(":", 2)
            told.setdefault(int(line), []).append(f"= {rest.strip()}")
        for place, (line, said) in reversed(list(enumerate(one.placed()))):
            if said[0] in "!@":
                at = one.line + place + one.named
                new[at:at] = told.get(line, [])
    path.write_text("\n".join(new) + "\n", encoding="utf-8")
