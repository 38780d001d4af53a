"""The policy file while it is read: its tables, the lines of its keys, and the problems found in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from mailproc.policy.locate import Lines, Path

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
LONGEST = 1200
"""Characters of a problem."""


def no_files(name: str) -> str:
    """Reads no other file: for a policy that stands alone.  Raises FileNotFoundError."""
    raise FileNotFoundError(name)


@dataclass(slots=True)
class Source:
    """One file: its name for messages, where its keys stand, and what is wrong with it so far.

    `files` reads the files that it names, and `others` keeps what they hold: they belong to its digest.
    """

    filename: str
    lines: Lines
    problems: dict[str, int] = field(default_factory=dict)  # problem → line
    files: Callable[[str], str] = no_files
    others: dict[str, str] = field(default_factory=dict)

    def wrong(self, path: Path, problem: str) -> None:
        """Note a problem ("what is wrong; what would be right") with the key at `path`; the same one only once."""
        told = _printable(problem)
        if len(told) > LONGEST:  # it quotes a long value: what is wrong stands in front, what would be right behind
            told = f"{told[: LONGEST // 3]}...{told[-LONGEST // 2 :]}"
        self.problems.setdefault(f"{self.where(path)}: {told}", self.lines.of(path))

    def where(self, path: Path) -> str:
        """ "file:line: key", the key without the indices of lists."""
        parts = (part for part in path if isinstance(part, str))
        key = ".".join(part if part and part.isprintable() else repr(part) for part in parts)
        return f"{self.filename}:{self.lines.of(path)}: {key}"

    def faulty(self, key: str) -> bool:
        """Whether something is wrong with a key of this name: what misses its value need not be told as well."""
        return any(f".{key}:" in problem or f".{key}." in problem for problem in self.problems)

    def sorted_problems(self) -> tuple[str, ...]:
        """Every problem, by line."""
        return tuple(sorted(self.problems, key=lambda problem: self.problems[problem]))


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the file: typed readings of its keys, each noting the problem with a value of another kind."""

    source: Source
    table: Mapping[str, Any]
    path: Path = ()

    def __contains__(self, key: str) -> bool:
        return key in self.table

    def __iter__(self) -> Iterator[str]:
        return iter(self.table)

    def wrong(self, key: str | Path, problem: str) -> None:
        """Note a problem with a key of this table; with an empty path, with the table itself."""
        self.source.wrong((*self.path, *((key,) if isinstance(key, str) else key)), problem)

    def missing(self, key: str, example: str) -> None:
        """Note that a key is not there; it is told at the line of the table."""
        self.wrong(key, f"missing; add one such as {key} = {example}")

    def known(self, keys: Collection[str]) -> None:
        """Note every key that is not one of these, with the nearest that is."""
        for key in self.table:
            if key not in keys:
                self.wrong(key, f"unknown key; {meant(key, keys)}")

    def refers(self, key: str | Path, name: str, known: Collection[str], what: str) -> bool:
        """Whether a name is one of those that exist; notes the problem if not."""
        if name not in known:
            self.wrong(key, f'"{name}" is no {what}; {meant(name, known)}')
        return name in known

    def text(self, key: str, default: str = "") -> str:
        """A sentence, without the space around it."""
        value = self.table.get(key, default)
        if isinstance(value, str) and (value.strip() or key not in self.table):
            return value.strip() if self._plain((key,), value) else default
        self.wrong(key, f'{_shown(value)} is not a sentence; write text between quotes ("...")')
        return default

    def texts(self, key: str) -> tuple[str, ...]:
        """One sentence or a list of them."""
        value = self.table.get(key, [])
        values = value if isinstance(value, list) else [value]
        wrong = [index for index, one in enumerate(values) if not (isinstance(one, str) and one.strip())]
        if not wrong:
            return tuple(one.strip() for one in values if self._plain((key,), one))
        path = (key, wrong[0]) if value is values else (key,)
        self.wrong(path, f'{_shown(value)} is not a list of sentences; write ["one", "two"]')
        return ()

    def _plain(self, path: Path, text: str) -> bool:
        """A text that a mail and a terminal can show: a line break may be in it, another control character not."""
        if found := _CONTROL.search(text):
            self.wrong(path, f"holds a control character (\\u{ord(found[0]):04x}); write plain text")
        return not found

    def flag(self, key: str) -> bool:
        """True or false; false where it is not said."""
        value = self.table.get(key, False)
        if isinstance(value, bool):
            return value
        self.wrong(key, f"{_shown(value)} is neither true nor false; write true or false")
        return False

    def section(self, key: str) -> Section:
        """A table within this one; empty where there is none."""
        value = self.table.get(key, {})
        if not isinstance(value, dict):
            self.wrong(key, f"{_shown(value)} is not a table; write {self._header(key)}")
            value = {}
        return Section(self.source, value, (*self.path, key))

    def sections(self, key: str) -> list[Section]:
        """A list of tables."""
        value = self.table.get(key, [])
        if isinstance(value, list) and all(isinstance(one, dict) for one in value):
            return [Section(self.source, one, (*self.path, key, index)) for index, one in enumerate(value)]
        others = enumerate(value) if isinstance(value, list) else ()
        place = next(((key, index) for index, one in others if not isinstance(one, dict)), (key,))
        self.wrong(place, f"{_shown(value)} is not a list of tables; begin each with [{self._header(key)}]")
        return []

    def _header(self, key: str) -> str:
        """How the table under a key of this one begins; within a list of tables, how it is written on one line."""
        if any(isinstance(part, int) for part in self.path):
            return f"{key} = {{ … }}"
        return f"[{'.'.join(map(str, (*self.path, key)))}]"

    def named(self, key: str) -> dict[str, Section]:
        """The tables of a table, by their names, in the order of the file."""
        section = self.section(key)
        return {name: section.section(name) for name in section}


def meant(name: str, known: Collection[str]) -> str:
    """The nearest known name, if there is one near, and the list of all."""
    near = get_close_matches(name.casefold(), list(known), n=1)
    hint = f'did you mean "{near[0]}"? ' if near else ""
    return f"{hint}known: {', '.join(sorted(known)) or 'none yet'}"


def _shown(value: object) -> str:
    """A wrong value as the file might have it, cut short."""
    told = _toml(value)
    return told if len(told) <= 40 else f"{told[:37]}..."


def _printable(text: str) -> str:
    """A text that a terminal shows as it is: a problem may quote anything that a file holds."""
    return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in text)


def _toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{_printable(value)}"'
        case list():
            return f"[{', '.join(map(_toml, value))}]"
        case dict():
            return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }" if value else "{}"
    return str(value)
