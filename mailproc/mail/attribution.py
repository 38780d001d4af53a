"""The lines that introduce a quoted mail, such as "On DATE, NAME wrote:", in any language."""

from __future__ import annotations

import re

from mailproc.mail import quotewords
from mailproc.mail.evidence import LONGEST, Evidence, evidence, plain
from mailproc.mail.html import QUOTE_BELOW

LINES = 6  # lines that one may take, empty ones included
_FULL = 30  # characters of a line that a program may have wrapped
_WORDS = 30  # words that one may have
_QUOTED = re.compile(r"\s{0,3}(?:>|&gt;)")
_THREE = re.compile(r"\d+\D{1,40}\d+\D{1,40}\d")
_MARKS = "-_=*#\u2010\u2014\u2500" + QUOTE_BELOW
_EVIDENCE = re.compile(r"[\d@]")
_LOOK = re.compile(r"[\d@:：>]|bove ")
_WORD = re.compile(r"[^\s,;<>\"]+")
_DATE_FIRST = re.compile(
    r"\W{0,3}(?:\d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}|\d{1,2}[-/.]\s?\d{1,2}[-/.]\s?\d{2,4}|"
    r"(?:mon|tue|wed|thu|fri|sat|sun)\w*,? |[^\W\d]{2,12}\.?,? \d{1,2}[ .])"
)
_INLINE = re.compile(
    r"\s*-*\s*\bOn (?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\w*,? |\d{1,2}[ /.-]|\w{3,9} \d{1,2},)[^\n]{5,200}wrote\s*:$"
)


def worth_a_look(line: str) -> bool:
    """A cheap look, for this is asked of every line: may something begin here that introduces a quote?"""
    bare = line.strip()
    if not bare or (_LOOK.search(line) is None and bare[0] not in _MARKS):
        return False
    return bare[0] in _MARKS or ":" in line or "：" in line or "bove " in line or _may_begin(plain(bare[:LONGEST]))


def attribution(lines: list[str], at: int) -> int:
    """How many lines from `at` on are one attribution; 0 if none begins there."""
    if len(lines[at]) > LONGEST or not (first := plain(lines[at])):
        return 0
    if first.startswith("--") and first.endswith("--") and _ends_with_wrote(first.strip("- ")):
        return 1
    if not _may_begin(first):
        return 0
    opening = _is_dated_opening(first) or bool(_DATE_FIRST.match(first.lower()))
    joined = ""
    for count in range(1, LINES + 1):
        if at + count > len(lines) or len(line := lines[at + count - 1]) > LONGEST:
            return 0
        if (_QUOTED.match(line) and joined.count("<") <= joined.count(">")) or line == QUOTE_BELOW:
            return 0
        line = plain(line)
        if not line and not opening:
            return 0
        joined = f"{joined} {line}".strip()
        if len(joined) > LONGEST:
            return 0
        if _is_whole(joined, lines, at + count):
            return 0 if _begins_later(lines, at, count) else count
        if not opening and line and len(line) < _FULL and not line.endswith("<"):
            return 0  # a sentence's last line; programs wrap where a line is full
        if count == 2 and not _EVIDENCE.search(joined):
            return 0
    return 0


def _begins_later(lines: list[str], at: int, count: int) -> bool:
    """Is what was joined complete without its first lines?  Then those are somebody's words."""
    for start in range(at + 1, at + count):
        rest = " ".join(plain(line) for line in lines[start : at + count])
        if evidence(rest).complete and _may_begin(plain(lines[start]) or " ") and _is_dated_opening(rest):
            return True
    return False


def _may_begin(line: str) -> bool:
    """A cheap look, for this is asked of every line."""
    if line[-1:] in (":", "：", ">") or "@" in line:
        return True
    if not _EVIDENCE.search(line):
        return False
    if _THREE.search(line):
        return True
    lower = line.lower()
    word = _WORD.match(lower.lstrip("-*_ "))
    return bool(word and word[0].rstrip(":") in quotewords.OPENERS) or lower.startswith(quotewords.QUOTING)


def _is_dated_opening(line: str) -> bool:
    """Does an attribution begin in this very line?  Then none began above it."""
    word = _WORD.match(line.lower().lstrip("-*_ "))
    return word is not None and word[0] in quotewords.OPENERS and any(c.isdigit() for c in line[:40]) and len(line) > 15


def _is_whole(joined: str, lines: list[str], after: int) -> bool:
    below = joined.count("<") <= joined.count(">") and quoted_below(lines, after)
    if not below and not joined.rstrip("*_- ").endswith((":", "：")):
        return False
    words = joined.lower().split()
    if len(words) > _WORDS:
        return False
    shown = evidence(joined)
    if _ends_with_wrote(joined):
        return (shown.numbers >= 2 and not shown.spoken) or (below and (shown.ends or shown.address))
    if shown.mailbox and shown.complete:
        return not shown.spoken and (shown.ends or _closes(joined))
    if _wrote_inside(words) and not shown.spoken:
        return shown.complete or (shown.address and shown.dated) or (below and shown.ends and shown.dated)
    return below and _introduces(joined, shown)


def _introduces(joined: str, shown: Evidence) -> bool:
    """Weaker signs that do where a marked quote stands below."""
    if joined.lower().startswith(quotewords.QUOTING):
        return shown.ends or shown.address or shown.dated
    if shown.mailbox and shown.numbers >= 3 and _DATE_FIRST.match(joined.lower()):
        return shown.ends or _closes(joined)
    return shown.ends and shown.address and shown.dated


def _closes(joined: str) -> bool:
    """Does the address stand at the end, as in a line without a colon?"""
    return joined.rstrip("*_- ")[-1:] in (">", ")", "»", "]")


def quoted_below(lines: list[str], at: int) -> bool:
    """Is the next line that says anything marked as a quote?"""
    for line in lines[at : at + 4]:
        if line.strip():
            return bool(_QUOTED.match(line))
    return False


def _ends_with_wrote(text: str) -> bool:
    stripped = text.rstrip(" :：*_-").lower()
    return quotewords.wrote_at_end([w.strip("*_:：") for w in stripped[-40:].replace(">", "> ").split()[-2:]])


def _wrote_inside(words: list[str]) -> bool:
    return quotewords.wrote_at_end([w.strip("*_:：()") for w in words])


def inline_attribution(line: str, lines: list[str], at: int) -> int | None:
    """Where in the line an attribution begins that shares it with the answer, or None."""
    if len(line) > LONGEST or "wrote" not in line or not quoted_below(lines, at + 1):
        return None
    hit = _INLINE.search(line.rstrip())
    return hit.start() if hit and line[: hit.start()].strip(" -*_") else None
