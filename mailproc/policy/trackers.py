"""The [trackers.NAME] tables of a policy file: how a development tracker's mail is known and read (ELA-7)."""

from __future__ import annotations

from math import prod

import regex  # type: ignore[import-untyped]

from mailproc.policy.model import Tracker
from mailproc.policy.source import Section

KEYS = ("senders", "reference", "state", "solved", "clause")
_REPEATS = regex.compile(r"\{(\d+(?:,\d+)?)")
MOST_REPEATS = 1000
"""Counted repeats of a pattern, multiplied as if each stood in the next: so large it is compiled at once."""
LONGEST = 500
"""Characters of a pattern."""


def read_trackers(file: Section) -> dict[str, Tracker]:
    """Every tracker by its name, in the order of the file."""
    return {name: _read_tracker(section, name) for name, section in file.named("trackers").items()}


def _read_tracker(section: Section, name: str) -> Tracker:
    section.known(KEYS)
    if not section.table.get("senders"):
        section.missing("senders", '["jira@example.com"]')
    senders = section.texts("senders")
    for one in senders:
        if not _plausible(one):
            section.wrong("senders", f'"{one}" is neither an address nor a domain; write "jira@example.com"')
    return Tracker(
        name=name,
        senders=tuple(one.lower().removeprefix("@") for one in senders),
        reference=_read_pattern(section, "reference"),
        state=_read_pattern(section, "state"),
        solved=tuple(" ".join(one.casefold().split()) for one in section.texts("solved")),
        clause=section.texts("clause"),
    )


def _plausible(sender: str) -> bool:
    """An address or a domain: without spaces, with a dot in the domain."""
    local, _, domain = sender.rpartition("@")
    return "." in domain.strip(".") and not any(letter.isspace() for letter in sender) and "@" not in local


def _read_pattern(section: Section, key: str) -> str:
    """A regular expression that can be used; "" where there is none.  A state's must say which part is the state."""
    if key not in section:
        return ""
    pattern = section.text(key)
    if not pattern:
        return ""
    if prod(max(map(int, found.split(","))) for found in _REPEATS.findall(pattern[:LONGEST])) > MOST_REPEATS:
        section.wrong(key, f"repeats something more than {MOST_REPEATS} times; write one such as {_example(key)}")
        return ""
    try:
        known = regex.compile(pattern[:LONGEST]).groupindex
    except (regex.error, RecursionError, OverflowError) as error:
        section.wrong(key, f"is no regular expression: {error}; write one such as {_example(key)}")
        return ""
    if len(pattern) > LONGEST:
        section.wrong(key, f"is longer than {LONGEST} characters; look for less, such as {_example(key)}")
    elif (known and key not in known) or (key == "state" and not known):
        section.wrong(key, f"has no group (?P<{key}>…), which says what to take; write one such as {_example(key)}")
    else:
        return pattern
    return ""


def _example(key: str) -> str:
    return r"'\b(?P<reference>DEV-\d+)\b'" if key == "reference" else r"'^Status: (?P<state>.+)'"
