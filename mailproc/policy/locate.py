"""Where in a TOML text each key stands: its path to its line, which the standard reader does not tell."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from contextlib import suppress

Path = tuple[str | int, ...]

_SPACE = re.compile(r"(?:[ \t]|#[^\n]*)*")
_GAP = re.compile(r"(?:\s|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN_VALUE = re.compile(r"[^\s,\]}#]+(?: \d\d:[^\s,\]}#]+)?")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""+'
    r"|'''.*?'''+"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)


class Lines:
    """The lines of a text's keys, counted from 1."""

    def __init__(self, found: Mapping[Path, int]) -> None:
        self._found = found

    def of(self, path: Path) -> int:
        """The line of the key at `path`, else of the nearest table or list around it, else 1.

        An element of a list or of an array of tables is its index, counted from 0.
        """
        for length in range(len(path), 0, -1):
            line = self._found.get(path[:length])
            if line is not None:
                return line
        return 1


def locate(text: str) -> Lines:
    """Find every key.  Never raises: a text that is not TOML is read as far as it goes."""
    scanner = _Scanner(text)
    with suppress(_LostError, RecursionError):  # what was found so far is still right
        scanner.document()
    return Lines(scanner.found)


class _LostError(Exception):
    """The text is not TOML from here on."""


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Path, int] = {}
        self.lists: dict[Path, int] = {}  # array of tables → index of its last element
        self.breaks = [match.start() for match in re.finditer("\n", text)]

    def document(self) -> None:
        """Tables and keys, to the end of the text."""
        table: Path = ()
        self.skip(_GAP)
        while self.at < len(self.text):
            if self.text.startswith("[", self.at):
                table = self.header()
            else:
                self.pair(table)
            self.skip(_GAP)

    def header(self) -> Path:
        """[table] or [[array of tables]]: the path that the keys below it belong to."""
        line, many = self.line(), self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        self.skip(_SPACE)
        keys = self.keys()
        self.at += 2 if many else 1
        path = (*self.resolved(keys[:-1], line), keys[-1])
        if many:
            self.found.setdefault(path, line)
            self.lists[path] = self.lists.get(path, -1) + 1
        path = self.element(path)
        self.note(path, line)
        return path

    def resolved(self, keys: Path, line: int) -> Path:
        """The path of a header's keys, each noted: an array of tables stands for its last element."""
        path: Path = ()
        for key in keys:
            path = self.element((*path, key))
            self.note(path, line)
        return path

    def element(self, path: Path) -> Path:
        return (*path, self.lists[path]) if path in self.lists else path

    def pair(self, table: Path) -> None:
        """key = value, where the key may be dotted."""
        line = self.line()
        path = (*table, *self.keys())
        if not self.text.startswith("=", self.at):
            raise _LostError
        self.at += 1
        for length in range(len(table) + 1, len(path) + 1):
            self.note(path[:length], line)
        self.skip(_SPACE)
        self.value(path)

    def keys(self) -> Path:
        """A dotted key; ends behind the space that follows it."""
        keys = [self.key()]
        self.skip(_SPACE)
        while self.text.startswith(".", self.at):
            self.at += 1
            self.skip(_SPACE)
            keys.append(self.key())
            self.skip(_SPACE)
        return tuple(keys)

    def key(self) -> str:
        if bare := _BARE_KEY.match(self.text, self.at):
            self.at = bare.end()
            return bare[0]
        quoted = self.take(_STRING)
        if quoted[0] == '"' and "\\" in quoted:
            with suppress(ValueError):
                return str(tomllib.loads(f"key = {quoted}")["key"])
        return quoted[1:-1]

    def value(self, path: Path) -> None:
        match self.text[self.at : self.at + 1]:
            case "[":
                self.array(path)
            case "{":
                self.inline(path)
            case '"' | "'":
                self.take(_STRING)
            case _:
                self.take(_PLAIN_VALUE)

    def array(self, path: Path) -> None:
        self.at += 1
        index = 0
        while not self.closes("]"):
            self.note((*path, index), self.line())
            self.value((*path, index))
            self.separator()
            index += 1

    def inline(self, path: Path) -> None:
        self.at += 1
        while not self.closes("}"):
            self.pair(path)
            self.separator()

    def closes(self, bracket: str) -> bool:
        """Step over spaces, comments, and the bracket if it is next."""
        self.skip(_GAP)
        if not self.text.startswith(bracket, self.at):
            return False
        self.at += 1
        return True

    def separator(self) -> None:
        self.skip(_GAP)
        if self.text.startswith(",", self.at):
            self.at += 1

    def skip(self, pattern: re.Pattern[str]) -> None:
        if match := pattern.match(self.text, self.at):
            self.at = match.end()

    def take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise _LostError
        self.at = match.end()
        return match[0]

    def note(self, path: Path, line: int) -> None:
        self.found.setdefault(path, line)

    def line(self) -> int:
        return bisect_right(self.breaks, self.at - 1) + 1
