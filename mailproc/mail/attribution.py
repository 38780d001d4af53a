"""The lines that introduce a quoted mail: "On DATE, NAME wrote:" and blocks of From, Sent, To, Subject."""

from __future__ import annotations

import re

from mailproc.mail import quotewords
from mailproc.mail.html import QUOTE_BELOW

LONGEST = 500  # characters of an attribution, joined
LINES = 6  # lines that one may take, empty ones included
_QUOTED = re.compile(r"\s{0,3}(?:>|&gt;)")
_NUMBER = re.compile(r"\d+")
_MARKS = "-_=*#" + QUOTE_BELOW
_EVIDENCE = re.compile(r"[\d@]")
_WORD = re.compile(r"[^\s,;<>\"]+")
_DATE_FIRST = re.compile(
    r"\W{0,3}(?:\d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|"
    r"(?:mon|tue|wed|thu|fri|sat|sun)\w*,? )"
)
_ADDRESS = re.compile(r"<?\s*[^\s<>@]{1,64}@[^\s<>@]{1,250}>?")
_INLINE = re.compile(
    r"\s*-*\s*\bOn (?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\w*,? |\d{1,2}[ /.-]|\w{3,9} \d{1,2},)[^\n]{5,200}wrote\s*:$"
)
_INSIDE = re.compile(r"(?<=\s)\W{0,3}([^\W\d]{2,12})\W{0,2}[:：](?=[\s*])")
_HEADER = re.compile(r"[\s*_>|]{0,8}([^\W\d][^:：\n]{0,24}?)[\s*_]{0,3}[:：](?!//)")


def worth_a_look(line: str) -> bool:
    """A cheap look, for this is asked of every line: may something begin here that introduces a quote?"""
    bare = line.strip()
    if not bare:
        return False
    return bare[0] in _MARKS or ":" in line or "：" in line or "bove " in line or _may_begin(bare)


def attribution(lines: list[str], at: int) -> int:
    """How many lines from `at` on are one attribution; 0 if none begins there."""
    first = lines[at].strip()
    if not first or len(first) > LONGEST:
        return 0
    if first.startswith("--") and first.endswith("--") and _ends_with_wrote(first.strip("- ")):
        return 1
    if not _may_begin(first):
        return 0
    joined = ""
    for count in range(1, LINES + 1):
        if at + count > len(lines):
            return 0
        if _QUOTED.match(lines[at + count - 1]) and joined.count("<") <= joined.count(">"):
            return 0
        line = lines[at + count - 1].strip()
        if count > 1 and (_is_dated_opening(line) or not (line or _is_dated_opening(first))):
            return 0
        joined = f"{joined} {line}".strip()
        if len(joined) > LONGEST:
            return 0
        if _is_whole(joined, lines, at + count):
            return count
        if count == 2 and not _EVIDENCE.search(joined):
            return 0
    return 0


def _may_begin(line: str) -> bool:
    """A cheap look, for this is asked of every line."""
    if line[-1] in ":：>" or "@" in line:
        return True
    if not _NUMBER.search(line):
        return False
    start = line.lstrip("-*_ \u200e\u00a0").lower()
    word = _WORD.match(start)
    if word and word[0].rstrip(":") in quotewords.OPENERS:
        return True
    return bool(_DATE_FIRST.match(start)) or _is_cjk_date(line)


def _is_dated_opening(line: str) -> bool:
    """Does an attribution begin in this very line?  Then none began above it."""
    word = _WORD.match(line.lower())
    return word is not None and word[0] in quotewords.OPENERS and bool(_NUMBER.search(line[:40])) and len(line) > 15


def _is_cjk_date(line: str) -> bool:
    return "年" in line or "년" in line


def _is_whole(joined: str, lines: list[str], after: int) -> bool:
    numbers = len(_NUMBER.findall(joined))
    quoted_below = _quoted_below(lines, after)
    ends = joined.rstrip("*_- ").endswith((":", "："))
    if _ends_with_wrote(joined):
        if numbers >= 2 and (ends or quoted_below):
            return True
        return quoted_below and (ends or bool(_ADDRESS.search(joined)))
    if _DATE_FIRST.match(joined.lower()) or _is_cjk_date(joined):
        mailbox = _ADDRESS.search(joined)
        closes = mailbox is not None and len(joined) - mailbox.end() <= 8
        return closes and (ends or quoted_below)
    return _wrote_inside(joined) and ends and bool(_ADDRESS.search(joined)) and numbers >= 2


def _quoted_below(lines: list[str], at: int) -> bool:
    for line in lines[at : at + 4]:
        if line.strip():
            return bool(_QUOTED.match(line))
    return False


def _ends_with_wrote(text: str) -> bool:
    stripped = text.rstrip(" :：*_-\u200e\u00a0").lower()
    return quotewords.wrote_at_end([w.strip("*_:：") for w in stripped[-40:].replace(">", "> ").split()[-2:]])


def _wrote_inside(text: str) -> bool:
    return quotewords.wrote_at_end([w.strip("*_:：()") for w in text.lower().split()])


def inline_attribution(line: str, lines: list[str], at: int) -> int | None:
    """Where in the line an attribution begins that shares it with the answer, or None."""
    if len(line) > LONGEST or "wrote" not in line or not _quoted_below(lines, at + 1):
        return None
    hit = _INLINE.search(line.rstrip())
    return hit.start() if hit and line[: hit.start()].strip(" -*_") else None


def header_block(lines: list[str], at: int) -> bool:
    """Does a block of a quoted mail's header lines begin here?  At least three kinds, or two with an address."""
    kind = _kind(lines[at])
    if kind is None or kind == "cc":
        return False
    kinds, text, misses = {kind, *_kinds_inside(lines[at], kind)}, [lines[at]], 0
    for line in lines[at + 1 : at + 14]:
        if (other := _kind(line)) is not None:
            kinds.add(other)
            misses = 0
        elif (misses := misses + 1) > 3:
            break
        text.append(line[:300])
    if not kinds & {"from", "to"} or (kind in ("to", "subject") and "from" not in kinds):
        return False
    return len(kinds) >= 3 or (
        len(kinds) == 2 and kind in ("from", "date") and "@" in " ".join(text) and bool(kinds & {"date", "subject"})
    )


def header_lines(lines: list[str], at: int) -> int:
    """How many lines the block of header lines at `at` takes, up to its first empty line; 0 if there is none."""
    start = at
    while start < min(at + 4, len(lines)) and _kind(lines[start]) is None:
        start += 1
    if start == len(lines) or not header_block(lines, start):
        return 0
    end = start
    while end < min(start + 14, len(lines)) and lines[end].strip():
        end += 1
    return end - at


def _kinds_inside(line: str, kind: str) -> list[str]:
    """The labels that follow the first in the same line: some telephones write the whole block as one."""
    if kind != "from" or len(line) > LONGEST:
        return []
    words = (match[1].lower() for match in _INSIDE.finditer(line[5:]))
    return [quotewords.HEADER_KINDS[word] for word in words if word in quotewords.HEADER_KINDS]


def _kind(line: str) -> str | None:
    label = _HEADER.match(line[:80])
    if label is None:
        return None
    words = label[1].strip().lower()
    return quotewords.HEADER_KINDS.get(words) or quotewords.HEADER_KINDS.get(words.replace(" ", ""))
