"""The sentences for lengths of time, read and written: "4 hours", "1 business day", "every 3 days"."""

from __future__ import annotations

import re
from datetime import time, timedelta
from difflib import SequenceMatcher, get_close_matches

from mailproc.policy.model import Business, BusinessDays, Commitment, Elapsed, LastWorkingDay, NextRelease, Target

UNITS = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
SHORT = {
    "s": "second",
    "sec": "second",
    "m": "minute",
    "min": "minute",
    "mins": "minute",
    "h": "hour",
    "hr": "hour",
    "hrs": "hour",
    "d": "day",
    "w": "week",
    "bm": "business minute",
    "bh": "business hour",
    "bd": "business day",
}
LAST_WORKING_DAY = "last working day of the week"
NEXT_RELEASE = "next release"
EXAMPLES = 'write "30 minutes", "8 business hours", "1 business day" or "5 days"'
CADENCE_EXAMPLES = f'write "every 4 hours", "every 1 business day" or "{LAST_WORKING_DAY}"'
LONGEST_DAYS = 3660
SHORTEST_INTERVAL = timedelta(minutes=1)

_LENGTH = re.compile(r"(\d{1,9}(?:\.\d{1,3})?) ?(business )?([a-z]+)")
_LAST_DAY = re.compile(rf"{LAST_WORKING_DAY}(?: at (\d\d?):(\d\d))?")
_STARTS_AS_FIGURE = re.compile(r"[-+~≈<>]?\.?\d")
_HOLDS_A_LENGTH = re.compile(r"\d ?(?:business )?(?:second|minute|hour|day|week|min|hr|[smhdw]\b)")
_SPELLED = frozenset({"a", "an", "half", "one", "two", "three", "four", "five", "six", "eight", "ten", "twelve"})
_SPELLED_LENGTH = re.compile(
    r"(?:(?:quarter|half|couple|dozen|few) )?(?:of )?(?:an? )?"
    r"(?:business |working )?(?:second|minute|hour|day|week)s?\b(?!-)"
)
_FREQUENCIES = {"hourly": "every 1 hour", "daily": "every 1 day", "weekly": "every 1 week"}


def duration(text: str) -> Target | str:
    """The target that a sentence names, or the problem with it.

    A sentence that is no length, no "last working day of the week", no "next release" is a commitment without a clock,
    unless it looks like one of these mistyped.
    """
    words = _plain(text)
    if not words:
        return f"is empty; {EXAMPLES}"
    if found := _LENGTH.fullmatch(words):
        return _length(found, text)
    if found := _LAST_DAY.fullmatch(words):
        return _last_day(found, text)
    if words == NEXT_RELEASE:
        return NextRelease()
    return _mistyped(words, text) or Commitment(text.strip())


def timed(text: str) -> Elapsed | Business | BusinessDays | str:
    """Like `duration`, where only a length of time will do."""
    target = duration(text)
    if isinstance(target, str | Elapsed | Business | BusinessDays):
        return target
    return f'"{text}" is not a length of time; {EXAMPLES}'


def cadence(text: str) -> Target | str:
    """The interval that "every …" or "last working day of the week" names, or the problem with it."""
    words = _plain(text)
    if words in _FREQUENCIES:
        return f'"{text}" is not an interval; write "{_FREQUENCIES[words]}"'
    first, _, rest = words.partition(" ")
    if first == "every":
        return _interval(rest, text)
    if _alike(first, "every"):
        return f'"{text}" is not an interval; write "every {rest}"'
    target = duration(text)
    if isinstance(target, Elapsed | Business | BusinessDays):
        return f'"{text}" does not say that it recurs; write "every {in_words(target)}"'
    if isinstance(target, NextRelease):
        return f'"{text}" is not an interval; {CADENCE_EXAMPLES}'
    return target


def _interval(rest: str, text: str) -> Target | str:
    """What follows "every": a length, at least a minute, since each one is a mail to a customer."""
    target = timed(rest if rest[:1].isdigit() else f"1 {rest}")
    if isinstance(target, str):
        told = target.replace(EXAMPLES, CADENCE_EXAMPLES)
        return told if rest[:1].isdigit() else f'"{text}" is not an interval; {CADENCE_EXAMPLES}'
    if isinstance(target, Elapsed | Business) and target.length < SHORTEST_INTERVAL:
        return f'"{text}" would flood the customer with mail; write "every 1 minute" or longer'
    return target


def in_words(target: Target) -> str:
    """The sentence for a target, in English; `duration` reads it back as the same target."""
    match target:
        case Elapsed(length):
            return _counted(length, ("week", "day", "hour", "minute", "second"))
        case Business(length):
            return _counted(length, ("hour", "minute", "second"), kind="business ")
        case BusinessDays(count):
            return f"{count:.10g} business day{'' if count == 1 else 's'}"
        case LastWorkingDay(at):
            return LAST_WORKING_DAY if at is None else f"{LAST_WORKING_DAY} at {at:%H:%M}"
        case NextRelease():
            return NEXT_RELEASE
        case Commitment(text):
            return text


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _length(found: re.Match[str], text: str) -> Target | str:
    """The length that a figure with a unit stands for."""
    figure, kind, word = found.groups()
    unit = SHORT.get(word, word.removesuffix("s"))
    business = bool(kind) or unit.startswith("business ")
    unit = unit.removeprefix("business ")
    if unit not in UNITS:
        return _wrong_unit(figure, kind or "", word, text)
    count = float(figure)
    if not count:
        return f'"{text}" is no time at all; {EXAMPLES}'
    if count * UNITS[unit].total_seconds() > LONGEST_DAYS * 86400:
        return f'"{text}" is longer than ten years; {EXAMPLES}'
    if not business:
        return Elapsed(count * UNITS[unit])
    if unit == "week":
        return f'"{text}" depends on the week; write it in business days'
    return BusinessDays(count) if unit == "day" else Business(count * UNITS[unit])


def _wrong_unit(figure: str, kind: str, word: str, text: str) -> str:
    if word.startswith(("month", "quarter", "year")):
        return f'"{text}" is not a duration, since {word.removesuffix("s")}s differ in length; write it in days'
    near = get_close_matches(word, [*UNITS, *(f"{unit}s" for unit in UNITS)], n=1, cutoff=0.6)
    meant = (near or [SHORT[word[0]] if len(set(word)) == 1 and word[0] in SHORT else ""])[0]
    if not meant:
        return f'"{text}" is not a duration; {EXAMPLES}'
    return f'"{text}" is not a duration; did you mean "{figure} {kind}{_plural(meant, float(figure))}"?'


def _last_day(found: re.Match[str], text: str) -> Target | str:
    if found[1] is None:
        return LastWorkingDay()
    hour, minute = int(found[1]), int(found[2])
    if hour > 23 or minute > 59:
        return f'"{text}" names no time of day; write one such as "{LAST_WORKING_DAY} at 16:00"'
    return LastWorkingDay(time(hour, minute))


def _mistyped(words: str, text: str) -> str | None:
    """The problem with a sentence that was probably meant as a time; None where it is just a sentence."""
    for known in (LAST_WORKING_DAY, NEXT_RELEASE):
        if _alike(words, known) or words.startswith(known):
            return f'"{text}" is not understood; did you mean "{known}"?'
    first, _, rest = words.partition(" ")
    if first in _SPELLED and _SPELLED_LENGTH.match(rest):
        return f'"{text}" is not a duration: it needs a figure; {EXAMPLES}'
    if _STARTS_AS_FIGURE.match(words):
        return f'"{text}" is not a duration; {_respelled(words)}'
    if first == "every" or words in _FREQUENCIES:
        return f'"{text}" recurs, and only updates do; {EXAMPLES}'
    if _HOLDS_A_LENGTH.search(words) and len(words.split()) <= 5:
        return f'"{text}" looks like a duration; {EXAMPLES}, and nothing else with it'
    return None


def _respelled(words: str) -> str:
    """A guess at what three mistyped words such as "4 business ours" were to say."""
    found = re.fullmatch(r"([\d.]+) ?([a-z]+)[ -]([a-z]+)", words)
    if not found or not (_alike(found[2], "business") or found[2] == "working"):
        return EXAMPLES
    unit = (get_close_matches(found[3], ["minutes", "hours", "days"], n=1, cutoff=0.6) or [""])[0]
    return f'did you mean "{found[1]} business {unit}"?' if unit else EXAMPLES


def _alike(word: str, known: str) -> bool:
    return SequenceMatcher(a=word, b=known).ratio() >= 0.8


def _counted(length: timedelta, units: tuple[str, ...], kind: str = "") -> str:
    """The length in the largest unit that it is a whole number of; a single day is 24 hours."""
    for unit in units[:-1]:
        count, rest = divmod(length, UNITS[unit])
        if count and not rest and (unit, count) != ("day", 1):
            return f"{count} {kind}{_plural(unit, count)}"
    seconds = length.total_seconds()
    return f"{seconds:.10g} {kind}{_plural('second', seconds)}"


def _plural(unit: str, count: float) -> str:
    unit = unit.removesuffix("s")
    return unit if count == 1 else f"{unit}s"
