"""What a line shows of an introduction's parts in any language: a date, a time, an address, a final colon."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailproc.mail.quotewords import wrote_at_end

LONGEST = 500  # characters of an attribution, joined
_NUMBER = re.compile(r"\d+")
_TIME = re.compile(r"\b\d{1,2}\s?(?:[:hH時时点시]|[.](?=\d{2}(?!\d|[.]\d)))\s?\d{2}")
_YEAR = re.compile(r"(?<!\d)(?:[12]\d|[۱۲٢١][\d])\d{2}(?!\d)|\d[./-]\s?\d{1,2}[./-]\s?\d{2}(?!\d)")
ADDRESS = re.compile(r"[^\s<>()@,;:\"«»\[\]]{1,64}@[^\s<>()@,;:\"«»\[\]]{1,250}")
_OPENING, _CLOSING = "<(«[", ">)»]"
# Written by people about themselves or others, never by a program: "I wrote on Monday at 9:15:".
_PRONOUNS = "i we you he she they it ich wir er sie es je nous elle yo él ella nosotros io noi lui lei"
_SPEAKERS = frozenset(_PRONOUNS.split())
_BIDI = dict.fromkeys([0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF])
_BIDI |= dict.fromkeys((0xA0, 0x2007, 0x2009, 0x202F), 0x20)
_BIDI |= dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2500), 0x2D)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The parts of an introduction that stand in a line."""

    numbers: int  # groups of digits outside of addresses
    dated: bool  # a day of some year, or a day with a time
    complete: bool  # a day, a year and a time: what no word of a sentence has by chance
    address: bool
    mailbox: bool  # an address in brackets, as programs write a person
    ends: bool  # with a colon
    spoken: bool  # begins with a pronoun, so a person says it


def plain(line: str) -> str:
    """The line without outer white space and direction marks; each kind of dash is `-`, each kind of space is one."""
    return line.strip() if line.isascii() else line.translate(_BIDI).strip()


def evidence(line: str) -> Evidence:
    """What this line, at most `LONGEST` characters of it, shows."""
    line = line[:LONGEST]
    address = mailbox = False
    pieces, at = [], 0
    for found in ADDRESS.finditer(line) if "@" in line else ():
        address = True
        mailbox = mailbox or _bracketed(line, found.start(), found.end())
        pieces.append(line[at : found.start()])
        at = found.end()
    rest = " ".join((*pieces, line[at:]))
    numbers = len(_NUMBER.findall(rest))
    timed = bool(_TIME.search(rest))
    year = bool(_YEAR.search(rest))
    return Evidence(
        numbers=numbers,
        dated=numbers >= 2 and (timed or year),
        complete=timed and (numbers >= 4 and (year or numbers >= 5)),
        address=address,
        mailbox=mailbox,
        ends=line.rstrip("*_- ").endswith((":", "：")),
        spoken=line.lstrip(" -*_\"'").partition(" ")[0].lower() in _SPEAKERS,
    )


def introduces(line: str) -> bool:
    """Does this whole line, made `plain`, introduce the quote below it: a date, a person or a verb, a colon?"""
    shown = evidence(line)
    if not shown.ends or shown.spoken or len(line) > LONGEST:
        return False
    if shown.complete or (shown.address and shown.dated):
        return True
    return shown.numbers >= 2 and wrote_at_end(line.rstrip("*_- :：").lower().split()[-2:])


def _bracketed(line: str, start: int, end: int) -> bool:
    before, after = line[max(0, start - 9) : start].rstrip(), line[end : end + 3].lstrip()
    opened = before.endswith(tuple(_OPENING)) or before.lower().endswith("mailto:")
    return opened and after.startswith(tuple(_CLOSING + "<"))
