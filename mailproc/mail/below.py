"""The lines below which programs put a whole old mail: rules with words, blocks of From, Sent, To and Subject."""

from __future__ import annotations

import re

from mailproc.mail import quotewords
from mailproc.mail.evidence import ADDRESS, LONGEST, evidence, plain
from mailproc.mail.headerwords import HEADER_KINDS, kind_of, says_sent
from mailproc.mail.html import QUOTE_BELOW

_DEPTH = 14  # lines that a block of header lines may take
_ACROSS = 3  # lines without a label between two with one: values wrap
_LABEL = re.compile(r"[\s*_>|]{0,8}([^\W\d][^:：\n\t]{0,24}?)[\s*_]{0,3}[:：](?!//)")
_INSIDE = re.compile(r"(?<=\s)\W{0,3}([^\W\d]{2,12})\W{0,2}[:：](?=[\s*])")
_UNDERSCORES = re.compile(r"_{20,}")


def is_below(lines: list[str], at: int) -> bool:
    """Is this a line below which programs put the whole old mail?"""
    line = lines[at]
    if line == QUOTE_BELOW:
        return True
    if len(line) > 300 or not (bare := plain(line)):
        return False
    if bare[0] in "-_=*" and _is_rule(bare, lines, at):
        return True
    if quotewords.is_forward(bare) and (quotewords.is_announced(bare) or _labelled(lines, at + 1)):
        return True
    if quotewords.is_above(bare):
        return True
    return (":" in bare[:40] or "：" in bare[:40]) and header_block(lines, at)


def _is_rule(bare: str, lines: list[str], at: int) -> bool:
    if quotewords.is_dashed(bare):
        return True
    if quotewords.is_framed(bare):  # in a language that has no words here its header lines tell
        return header_block(lines, _next_text(lines, at + 1))
    return bool(_UNDERSCORES.fullmatch(bare)) and _foreign_block(lines, at + 1)


def _labelled(lines: list[str], at: int) -> bool:
    """Does one of the next few lines begin with the label of a header line?"""
    return any(_kind(line) is not None for line in lines[at : at + 5])


def header_block(lines: list[str], at: int) -> bool:
    """Does a block of a quoted mail's header lines begin here?

    It has at least three kinds of them with an address or a date beside the subject, or two with an address.
    """
    kind = _kind(lines[at]) if at < len(lines) else None
    if kind is None or kind == "cc":
        return False
    kinds, text, misses = {kind, *_kinds_inside(lines[at], kind)}, [lines[at][:300]], 0
    for line in lines[at + 1 : at + _DEPTH]:
        if (other := _kind(line)) is not None:
            kinds.add(other)
            misses = 0
        elif (misses := misses + 1) > _ACROSS:
            break
        text.append(line[:300])
    if not kinds & {"from", "to"} or (kind in ("to", "subject") and "from" not in kinds):
        return False
    address = "@" in " ".join(text)
    if len(kinds - {"cc"}) >= 3:  # a journey has From, To and Date too, but neither address nor subject
        return address or {"date", "subject"} <= kinds or any(_is_sent(line) for line in text)
    return len(kinds) >= 2 and address and kind in ("from", "date") and bool(kinds & {"date", "subject"})


def _foreign_block(lines: list[str], at: int) -> bool:
    """Do lines that look like header lines in some language follow at once: labels, an address, a complete date?"""
    block = []
    for line in lines[at : at + _DEPTH]:
        if _LABEL.match(plain(line)[:80]) is None:
            break
        block.append(evidence(plain(line)))
    return len(block) >= 3 and block[0].address and any(one.complete for one in block[1:4])


def header_lines(lines: list[str], at: int) -> int:
    """How many lines the block of header lines at `at` takes, up to its first empty line; 0 if there is none."""
    start = at
    while start < min(at + 4, len(lines)) and _kind(lines[start]) is None:
        start += 1
    if start == len(lines) or not header_block(lines, start):
        return 0
    end = start
    while end < min(start + _DEPTH, len(lines)) and lines[end].strip():
        end += 1
    return end - at


def header_values(lines: list[str], at: int) -> dict[str, str]:
    """What the header lines from `at` on say, by kind; the first of each kind, wrapped values joined."""
    found: dict[str, str] = {}
    kind = None
    for line in lines[at : at + header_lines(lines, at)]:
        bare = plain(line).lstrip("> *|")
        if (label := _LABEL.match(bare[:80])) is not None and kind_of(label[1]) is not None:
            kind = kind_of(label[1]) or ""
            if kind in found:
                kind = None
            else:
                found[kind] = bare[label.end() : LONGEST].strip("* \t")
        elif kind and len(found[kind]) < LONGEST:
            found[kind] += f" {bare[:LONGEST]}"
    return found


def _next_text(lines: list[str], at: int) -> int:
    return next((i for i in range(at, min(at + 3, len(lines))) if lines[i].strip()), len(lines))


def _kinds_inside(line: str, kind: str) -> list[str]:
    """The labels that follow the first in the same line: some telephones write the whole block as one."""
    if kind != "from" or len(line) > LONGEST or not ADDRESS.search(line):
        return []
    words = (match[1].lower() for match in _INSIDE.finditer(line[5:]))
    return [HEADER_KINDS[word] for word in words if word in HEADER_KINDS]


def _is_sent(line: str) -> bool:
    label = _LABEL.match(plain(line)[:80])
    return label is not None and says_sent(label[1])


def _kind(line: str) -> str | None:
    if ":" not in line[:80] and "：" not in line[:80]:
        return None
    label = _LABEL.match(plain(line[:120])[:80])
    return None if label is None else kind_of(label[1])
