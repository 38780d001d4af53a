"""The reply splitter: what the sender wrote now, apart from quotes and signature (R11), in linear time."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailproc.mail import quotewords
from mailproc.mail.attribution import attribution, inline_attribution, quoted_below, worth_a_look
from mailproc.mail.below import header_lines, is_below
from mailproc.mail.evidence import LONGEST, introduces, plain
from mailproc.mail.html import QUOTE_BELOW
from mailproc.mail.signature import banner_lines, signature_at

LIMIT = 1024 * 1024  # characters that are read
LOOKED_AT = 256 * 1024  # characters in which words are looked for that introduce a quote
LOOKS = 1_000  # lines that may be examined as the beginning of a quote
_EMPTY_LINES = re.compile(r"\n{51,}")
_QUOTED = re.compile(r"[ \t\u00a0]{0,3}(?:>|&gt;)")
_RULE = re.compile(r"[\s>]*[-_=*~#\u2014\u2500]{3,}\s*")
_REMAINDER = re.compile(r"\s*(?:[(<]https?://|\S+[)>]\s*$)")
_FALSE_MARK = re.compile(r"\s*>.*<<")


@dataclass(frozen=True, slots=True)
class Visible:
    """A body in three pieces; joined they hold every line of it."""

    text: str
    quoted: str = ""
    signature: str = ""
    forwarded: bool = False
    own: bool = True  # false: nothing but another's words, whose header stood in front


@dataclass(slots=True)
class _Lines:
    lines: list[str]
    quote: list[bool]  # per line: quoted, or the words that introduce a quote
    introduced: bool = False  # some quote has an attribution
    below: int = 0  # from this line on all is quoted
    forwarded: bool = False
    own: bool = True
    banner: int = 0  # lines at the top that a server put there


def split(text: str) -> Visible:
    """The three pieces of a body.  In doubt a line stays in the text; interleaved answers keep their questions."""
    text = _EMPTY_LINES.sub(lambda many: many[0][:50], text[:LIMIT])
    found = _mark(text.split("\n"), text.count("\n", 0, LOOKED_AT))
    own = _own(found)
    kept = [line for line, keep in zip(found.lines, own, strict=True) if keep]
    rest = [line for line, keep in zip(found.lines, own, strict=True) if not keep]
    if not any(line.strip() for line in kept) and not any(found.quote[found.banner :]):
        kept, rest = [line for line in found.lines if line != QUOTE_BELOW], []  # nothing else was said
        found.own = found.own and found.below >= len(found.lines)
    at = signature_at(kept)
    return Visible(
        text=_trim(kept[:at], after_cut=bool(rest) or at < len(kept)),
        quoted="\n".join(line for line in rest if line != QUOTE_BELOW).strip("\n"),
        signature="\n".join(kept[at:]).strip("\n"),
        forwarded=found.forwarded,
        own=found.own,
    )


def _mark(lines: list[str], last: int) -> _Lines:
    """Say of each line whether it is quoted, up to the line below which everything is; `last` is looked at at last."""
    found = _Lines(lines=[], quote=[], banner=banner_lines(lines))
    at, looks = _set_aside(found, lines, 0, found.banner), LOOKS
    while at < len(lines):
        line = lines[at]
        if _QUOTED.match(line) and not _FALSE_MARK.match(line):
            if looks and not (found.quote[-1:] == [True] and len(found.quote) > found.banner):
                looks -= 1
                _open_quote(found, line)
            at = _set_aside(found, lines, at, 1)
        elif not line or not looks or at > last or not worth_a_look(line):
            at = _keep(found, lines, at)
        elif is_below(lines, at):
            taken = max(1, header_lines(lines, at))
            if _is_marked(lines, at + taken):  # so answers may stand below
                at, found.introduced = _set_aside(found, lines, at, taken), True
                continue
            if found.forwarded or _says_something(found):
                break
            # A mail that begins with another's header: its words are all there is, only the header goes.
            found.forwarded, found.own = True, False
            at = _set_aside(found, lines, at, taken)
        elif (cut := inline_attribution(line, lines, at)) is not None:
            lines[at : at + 1] = [line[:cut].rstrip(" -"), line[cut:].lstrip(" -")]
            at = _keep(found, lines, at)
        elif taken := attribution(lines, at):
            below = _next_text(lines, at + taken)
            if below < len(lines) and not _QUOTED.match(lines[below]) and _has_date(lines[at : at + taken]):
                break
            at = _set_aside(found, lines, at, taken)
            found.introduced = True
        else:
            at, looks = _keep(found, lines, at), looks - 1
    found.below = len(found.lines)
    found.forwarded = found.forwarded or any(
        line.strip() and quotewords.is_forward(line.strip()) for line in lines[at : at + 3]
    )
    found.lines += lines[at:]
    return found


def _open_quote(found: _Lines, line: str) -> None:
    """Some programs put the words that introduce a quote inside of it."""
    bare = plain(line[:LONGEST]).lstrip("> ")
    if bare and quotewords.is_forward(bare):
        found.introduced = found.forwarded = True
    elif introduces(bare):
        found.introduced = True


def _says_something(found: _Lines) -> bool:
    return any(not quoted and line.strip() for quoted, line in zip(found.quote, found.lines, strict=True))


def _is_marked(lines: list[str], at: int) -> bool:
    """Is the old mail marked line by line, rather than just some older one inside it?"""
    if not quoted_below(lines, at):
        return False
    some = [line for line in lines[at : at + 100] if line.strip()]
    return sum(bool(_QUOTED.match(line)) for line in some) * 10 >= len(some) * 6


def _set_aside(found: _Lines, lines: list[str], at: int, count: int) -> int:
    for line in lines[at : at + count]:
        _add(found, line, quote=True)
    return at + count


def _keep(found: _Lines, lines: list[str], at: int) -> int:
    _add(found, lines[at], quote=False)
    return at + 1


def _has_date(lines: list[str]) -> bool:
    """Only an attribution with a date stands so clearly that all below it is quoted without marks."""
    return any(c.isdigit() for line in lines for c in line)


def _add(found: _Lines, line: str, *, quote: bool) -> None:
    found.lines.append(line)
    found.quote.append(quote)


def _next_text(lines: list[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _own(found: _Lines) -> list[bool]:
    """Which lines stay: none that is quoted, unless answers stand between the quotes."""
    runs = _runs(found)
    answers = [i for i, (start, end, quoted) in enumerate(runs) if not quoted and i and runs[i - 1][2]]
    keep = [not quoted for quoted in found.quote]
    quotes_before = [r for r in runs if r[2]]
    interleaved = len(answers) >= 2 or (
        len(answers) == 1 and not found.introduced and quotes_before and runs.index(quotes_before[0]) > 0
    )
    if interleaved:
        first = next(start for start, _, quoted in runs if quoted)
        last = runs[answers[-1]][1]
        keep[first:last] = [True] * (last - first)
    return keep + [False] * (len(found.lines) - found.below)


def _runs(found: _Lines) -> list[tuple[int, int, bool]]:
    """Stretches of quoted and own lines as (start, end, quoted); empty lines belong to what precedes them."""
    _mend(found)
    runs: list[tuple[int, int, bool]] = []
    for i in range(found.below):
        blank = not found.lines[i].strip()
        if runs and (blank or runs[-1][2] == found.quote[i]):
            runs[-1] = (runs[-1][0], i + 1, runs[-1][2])
        elif not blank:
            runs.append((i, i + 1, found.quote[i]))
    return _without_tail(found, runs)


def _mend(found: _Lines) -> None:
    """A quoted line that was wrapped loses its mark on the second half, and empty lines in quotes lose theirs."""
    for i in range(1, found.below - 1):
        line = found.lines[i]
        if found.quote[i] or not found.quote[i - 1] or not line.strip() or not found.quote[i + 1]:
            continue
        if _REMAINDER.match(line) or _was_wrapped(found.lines[i - 1], line):
            found.quote[i] = True


def _was_wrapped(before: str, line: str) -> bool:
    """Is this the end of a long line above that stops amid a sentence?"""
    return len(before) >= 60 and len(line) <= 40 and line[0].islower() and before.rstrip()[-1:] not in ".?!:;"


def _without_tail(found: _Lines, runs: list[tuple[int, int, bool]]) -> list[tuple[int, int, bool]]:
    """A signature after the last quote is no answer to it."""
    if len(runs) >= 2 and not runs[-1][2]:
        start, end, _ = runs[-1]
        if signature_at(found.lines[start:end]) == 0:
            return runs[:-1]
    return runs


def _trim(lines: list[str], *, after_cut: bool) -> str:
    end = len(lines)
    while end and (not lines[end - 1].strip() or (after_cut and _RULE.fullmatch(lines[end - 1]))):
        end -= 1
    return "\n".join(line.rstrip() for line in lines[:end]).strip("\n")
