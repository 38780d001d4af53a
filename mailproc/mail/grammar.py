"""How one line of a mail is read as a command, whatever a client made of its signs."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from mailproc.mail.verbs import SHORT_FORMS, STATUS_VALUES, nearest, spoken

MAX_LINE = 2000  # characters of a line that are looked at
_HASHES = "#\uff03\u266f\ufe5f"  # ASCII, full-width, the music sign, small
_SLASHES = "/\uff0f"
SIGNS = frozenset(_HASHES + _SLASHES)
_BULLETS = "*_•·‣◦▪●○⁃–—+-"
_JUNK = rf"(?:[{re.escape(_BULLETS)}]|\d{{1,2}}[.)])"
_INVISIBLE = "\u00ad\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"
_BLANK = rf"(?:[^\S\n]|[{_INVISIBLE}])*+"
CANDIDATE = re.compile(rf"^{_BLANK}(?:{_JUNK}{_BLANK})*+[{_HASHES}{_SLASHES}]", re.MULTILINE)

_LINE = re.compile(
    rf"\s*+(?P<junk>(?:{_JUNK}\s*+)*+)(?P<sign>[#/])(?P<gap>\s*)"
    r"(?P<word>[^\W\d_][\w-]*+)(?P<marks>[*_.:,;!?]*+)(?:\s+(?P<value>.*))?$",
    re.DOTALL,
)
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("♯", "#"),
        **dict.fromkeys("‘’‚‛′", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u2044\u2215", "/"),
    }
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line that looks like a command.

    `verb` is the verb that is meant, "" if the word means none; `near` the known word that it resembles, if any.
    `certain` is false for a `#` with a space behind it, as Markdown headings have.
    """

    word: str
    value: str
    verb: str
    near: str
    sign: str
    certain: bool


def plain(line: str) -> str:
    """`line` with full-width, invisible, curly and exotic signs written in ASCII where they have a plain form."""
    if line.isascii():
        return line
    folded = unicodedata.normalize("NFKC", line[:MAX_LINE].translate(_SIGNS)).translate(_SIGNS)
    return "".join(sign for sign in folded if unicodedata.category(sign) != "Cf")


def speak(line: str, verbs: frozenset[str]) -> Spoken | None:
    """`line` as a command, or None if it has not the form of one."""
    return _speak(line[:MAX_LINE], verbs) if CANDIDATE.match(line) else None


@lru_cache(maxsize=1024)
def _speak(line: str, verbs: frozenset[str]) -> Spoken | None:
    found = _LINE.match(plain(line))
    if found is None or (found["sign"] == "/" and found["gap"]):
        return None
    word = found["word"].lower().rstrip("-")
    value = _value(found["value"] or "", bold=any(mark in found["junk"] + found["marks"] for mark in "*_"))
    verb, value = _meaning(word, value, verbs)
    near = "" if verb else nearest(word, verbs) or ""
    return Spoken(word=word, value=value, verb=verb, near=near, sign=found["sign"], certain=not found["gap"])


def _value(text: str, *, bold: bool) -> str:
    value = " ".join(text.split())
    if bold:
        value = value.strip("*_ ")
    if value.endswith(".") and not value.endswith(".."):
        value = value[:-1]  # two spaces on a phone make a full stop
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' and '"' not in value[1:-1] else value


def _meaning(word: str, value: str, verbs: frozenset[str]) -> tuple[str, str]:
    """The verb that `word` means, and its value: other desks' spellings included."""
    if word == "status" and (other := STATUS_VALUES.get(value.lower(), "")) in verbs:
        return other, ""
    name = spoken(verbs).get(word, "")
    if name and word in SHORT_FORMS and word not in verbs:
        return name, f"{word} {value}".strip()
    return name, value
