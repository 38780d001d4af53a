"""What a text mentions, and what it claims: phrases as whole words, in any case, across line breaks and hyphens."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

PARTS = ("text", "subject")
"""What of a message is looked at."""
LONGEST = 20_000
"""Characters of a text that are looked at: whoever needs something says so before."""
SCOPE = 4
"""Words before a phrase in which a "no" takes it back, or puts it into the past."""

_DENYING = """
    no not never without neither nor none nobody nothing cannot hardly against prevent avoid
    previous former past yesterday's week's month's year's thanks thank danke
    nicht nie niemals ohne weder kein keine keinen keinem keiner niemand nichts gegen
"""
_DENIES = frozenset(_DENYING.split())
_ENDING = """
    and as because but however since so that then though until when where which while why
    aber als da damit dass denn jedoch seit sondern und warum weil wenn wo
"""
_ENDS_SCOPE = frozenset(_ENDING.split())
_WORD = re.compile(r"[\w'-]+|[^\w\s]")
_TOKEN = re.compile(r"\w+")
_OVER = re.compile(
    r"\W+(?:(?:is|was|are|were|has|have|had|been|seems|ist|war|sind|wurde)\W+){1,2}(?:(?!not\b|nicht\b)\w+\W+)?"
    r"(?:over|resolved|fixed|solved|gone|past|false|vorbei|behoben|gelöst)\b"
    r"|\W+(?:(?:of|from|in|von|vom)\W+)?(?:last|yesterday|letzte[nrs]?|gestern)\b",
    re.IGNORECASE,
)
_ONLY_ASKED = re.compile(
    r"\b(?:what\s+(?:if|happens\s+(?:if|when))|(?:if|should)\s(?:[\w']+\s){0,5}ever|in\s+case\s+of"
    r"|was\s+passiert,?\s+wenn)\b[^.!?:;,\n]*$",
    re.IGNORECASE,
)
_IS_THERE = re.compile(r"\b(?:is|was|are|gibt)\s+(?:there|es)\s+(?:[\w']+\s+){0,3}$", re.IGNORECASE)


def mentions(value: object, *phrases: str) -> bool:
    """Whether a text, or a message's text or subject, has one of the phrases as whole words, in upper or lower case."""
    return any(pattern.search(text) is not None for text, pattern in _likely(value, phrases))


def claims(value: object, *phrases: str) -> bool:
    """As `mentions`, but not where it is denied or only asked: "no outage", "the outage is over", "what if …"."""
    likely = _likely(value, phrases)
    return any(not _denied(text, found) for text, pattern in likely for found in pattern.finditer(text))


def counts(value: object, *nouns: str) -> bool:
    """Whether a text says how many there are of one of these: "300 users", "about 1,200 of our customers"."""
    pattern = _counted(nouns)
    return any(pattern.search(text) is not None for text, _ in map(_words, _texts(value)))


def _texts(value: object) -> list[str]:
    return [str(value.get(part) or "") for part in PARTS] if isinstance(value, Mapping) else [str(value or "")]


def _likely(value: object, phrases: tuple[str, ...]) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The texts that have all the words of one of the phrases: to look for their order costs far more."""
    wanted, pattern = _phrases(phrases)
    for text, words in map(_words, _texts(value)):
        if any(each <= words for each in wanted):
            yield text, pattern


@lru_cache(maxsize=16)
def _words(text: str) -> tuple[str, frozenset[str]]:
    """As much of a text as is looked at, and the words in it; several conditions ask for the same text in turn."""
    plain = text[:LONGEST].replace("’", "'")
    return plain, frozenset(_TOKEN.findall(plain.lower()))


def _denied(text: str, found: re.Match[str]) -> bool:
    """Is there a "no" among the few words before it in its clause, or is it told to be over, or long ago?"""
    before = _WORD.findall(text[max(0, found.start() - 100) : found.start()].casefold())
    for word in reversed(before[-SCOPE:]):
        if word in _ENDS_SCOPE or not word[-1].isalnum():
            break
        if word in _DENIES or word.endswith("n't"):
            return True
    return _OVER.match(text, found.end(), found.end() + 60) is not None or _asked(text, found)


def _asked(text: str, found: re.Match[str]) -> bool:
    """Is it no more than a question or a thought: "is there an outage?", "what happens when the service is down"?"""
    before = text[max(0, found.start() - 100) : found.start()]
    if _ONLY_ASKED.search(before):
        return True
    ending = re.search(r"[.!?\n]", text[found.end() : found.end() + 100])
    return bool(ending and ending[0] == "?" and _IS_THERE.search(before))


@lru_cache(maxsize=64)
def _counted(nouns: tuple[str, ...]) -> re.Pattern[str]:
    """A figure or a share, at most three words, and a noun: "all 40 of our users", "80 % of the customers"."""
    told = "|".join(re.escape(noun.strip()) for noun in nouns if noun.strip()) or "(?!)"
    between = r"(?:[\s-]+[^\W\d][\w'-]*+){0,3}?"
    return re.compile(rf"(?<![\w.,])\d[\d.,]{{0,12}}+\s?%?{between}[\s-]+(?:{told})(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=256)
def _phrases(phrases: tuple[str, ...]) -> tuple[tuple[frozenset[str], ...], re.Pattern[str]]:
    """The words of each phrase, and a pattern for all: whole words, parted by any space or hyphen.

    A letter or figure may stand neither before nor behind.
    """
    plain = [phrase.strip().replace("’", "'") for phrase in phrases if phrase.strip()]
    told = (r"[\s-]+".join(map(re.escape, re.split(r"[\s-]+", phrase))) for phrase in plain)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(told) or '(?!)'})(?!\w)", re.IGNORECASE)
    return tuple(frozenset(_TOKEN.findall(phrase.lower())) for phrase in plain), pattern
