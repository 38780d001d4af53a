"""Declared incidents: the [[incidents]] of a policy file, and which mails speak of one (EIO-8)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from mailproc.policy.model import DeclaredIncident
from mailproc.policy.phrases import mentions
from mailproc.policy.source import Section

KEYS = ("name", "text", "mentioning", "since", "until", "clause")
FEWEST = 2
"""Words of a title that a mail must have before it is taken to speak of the same thing."""
# Words of which none says which service is meant, in the languages of the notices.
_SAYS_NOTHING = """
    a about after all an and any are as at be been before both but by can cannot could currently did do does due for
    from had has have how if in into is it its may more most no not now of off on only or our out over please should
    since so some still than that the their them then there these they this to today tomorrow tonight under until up
    upon us was we were what when where which while who will with yet you your
    aber alle am auf aus bei bis da das der des die ein eine einem einen einer es für gerade hat heute ich ihr im in
    ist jetzt kein keine mit nach nicht noch nur oder seit sich sie sind über um und uns von vom vor war wegen wenn wie
    wir wird zu zum zur
    customer customers incident issue issues kunden people problem problems service services störung users
"""
_COMMON = frozenset(_SAYS_NOTHING.split())
_WORD = re.compile(r"[^\W\d_][\w'-]*\w")


@dataclass(frozen=True, slots=True)
class Signs:
    """How a mail is known to speak of an incident: at least `needed` of the groups have a phrase that it mentions."""

    groups: tuple[tuple[str, ...], ...]
    needed: int = 1

    def of(self, message: Mapping[str, str]) -> bool:
        """Does a message, by its `subject` and `text`, speak of it?"""
        told = sum(mentions(message, *group) for group in self.groups)
        return bool(self.groups) and told >= self.needed


def any_of(phrases: Sequence[str]) -> Signs:
    """The signs of an incident for which somebody named phrases: each is enough."""
    return Signs(groups=(tuple(phrases),) if phrases else ())


def distinctive(title: str) -> Signs:
    """The signs that the title of an incident gives by itself: its own words, of which a mail must have most.

    Careful rather than complete: a title with fewer than two such words gives none, so that no mail is linked by it.
    """
    found = dict.fromkeys(_stem(word) for word in _WORD.findall(title.casefold()) if word not in _COMMON)
    words = [word for word in found if len(word) > 2]
    if len(words) < FEWEST:
        return Signs(groups=())
    return Signs(groups=tuple(_forms(word) for word in words), needed=max(FEWEST, -(-len(words) * 2 // 3)))


def _stem(word: str) -> str:
    """A word without its plural."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _forms(word: str) -> tuple[str, ...]:
    """A word and its usual plural."""
    return (word, f"{word}s")


def read_incidents(file: Section) -> tuple[DeclaredIncident, ...]:
    """Every incident that the file declares, in its order; one with a problem is left out."""
    found = [_read_incident(section) for section in file.sections("incidents")]
    names = [one.name.casefold() for one in found if one]
    for index, one in enumerate(found):
        if one and one.name.casefold() in names[:index]:
            file.wrong(("incidents", index, "name"), f'"{one.name}" is declared above already; give each its own name')
    return tuple(one for one in found if one)


def _read_incident(section: Section) -> DeclaredIncident | None:
    section.known(KEYS)
    for key, example in (
        ("name", '"Mail is delayed"'),
        ("text", '"We are working on it."'),
        ("mentioning", '["mail delayed"]'),
    ):
        if not section.table.get(key, False):
            section.missing(key, example)
    since, until = _read_moment(section, "since"), _read_moment(section, "until")
    if since and until and until <= since:
        section.wrong("until", "is not after since; an incident ends after it began")
    mentioning = section.texts("mentioning")
    if not (section.text("name") and mentioning):
        return None
    return DeclaredIncident(
        name=section.text("name"),
        text=section.text("text"),
        mentioning=mentioning,
        since=since,
        until=until,
        clause=section.texts("clause"),
    )


def _read_moment(section: Section, key: str) -> datetime | None:
    """A date with its hour and offset, as TOML writes it; a plain date is its midnight in UTC."""
    value = section.table.get(key)
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            value = ""
    if isinstance(value, datetime) and value.tzinfo:
        with suppress(OverflowError):  # a moment of year 1 or 9999 may have none in UTC
            return value.astimezone(UTC)
    elif isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time(), tzinfo=UTC)
    if value is not None:
        section.wrong(key, f"is no moment; write one with its offset, such as {key} = 2026-03-09T10:00:00-04:00")
    return None
