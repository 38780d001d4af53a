"""Rules that know one telephone system's mails: when they match and what they find, each search bounded (R27)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import regex  # type: ignore[import-untyped]

from mailproc.mail.message import Address
from mailproc.mail.voicemail import details, transcript
from mailproc.mail.voicemail.heard import Heard
from mailproc.mail.voicemail.notice import LIMIT, Notice

TIMEOUT = 0.05  # seconds that one search may take: an admin's pattern meets a stranger's text
KINDS = ("voicemail", "missed_call", "fax", "none")
SAMPLES = ("mail", "template", "parser", "manual", "none")
"""What a rule rests on: a real mail, the system's own template, programs that read its mails, a manual, nothing."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A search in one place of a mail: "subject", "from", "name", "text", "attached" or "header x-…"."""

    place: str
    pattern: Any

    def search(self, notice: Notice) -> Any:
        """The first match, None without one and where the search takes too long."""
        for text in _texts(self.place, notice):
            try:
                found = self.pattern.search(text[:LIMIT], timeout=TIMEOUT)
            except TimeoutError:
                return None
            if found:
                return found
        return None


def _texts(place: str, notice: Notice) -> Iterable[str]:
    match place:
        case "subject":
            return (notice.subject,)
        case "from":
            return (notice.address,)
        case "name":
            return (notice.name,)
        case "attached":
            return (notice.attached,)
        case "text":
            return notice.texts
    return notice.headers.get(place.removeprefix("header "), ())


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One kind of mail of one provider.  All of `when` must be found; each of `find` gives values by its groups."""

    provider: str
    kind: str  # one of KINDS
    where: str  # "file:line", for messages
    sample: str  # one of SAMPLES
    when: tuple[Pattern, ...]
    find: tuple[Pattern, ...] = ()
    audio: bool | None = None  # must there be a recording, must there be none?
    labels: bool = True  # may labelled lines, the subject and sentences fill what `find` does not?
    region: str = ""

    def matches(self, notice: Notice) -> bool:
        """Is the mail of this kind?"""
        if self.audio is not None and notice.audio is not self.audio:
            return False
        return all(one.search(notice) for one in self.when)

    def read(self, notice: Notice, region: str) -> details.Details:
        """What the mail says of the call."""
        given = dict(self._given(notice))
        if said := given.get("transcript"):
            given["transcript"] = transcript.said(said) or ""
        return details.read(given, notice, provider=self.provider, region=self.region or region, labelled=self.labels)

    def _given(self, notice: Notice) -> Iterator[tuple[str, str]]:
        told: set[str] = set()
        for one in self.find:
            found = one.search(notice)
            for name, value in found.groupdict().items() if found else ():
                if value and value.strip() and name not in told:
                    told.add(name)
                    yield name, value.strip()


def compile_pattern(pattern: str) -> Any:
    """The pattern as rules use it: letters in any case, ^ and $ at each line.  Raises `regex.error`."""
    return regex.compile(pattern, regex.IGNORECASE | regex.MULTILINE)


@lru_cache(maxsize=256)
def _of_sender(rules: tuple[Rule, ...], address: str) -> tuple[Rule, ...]:
    """The rules that this sender's address does not rule out: senders come back, and most rules name theirs."""
    sender = Notice(subject="", sender=Address(address), headers={}, texts=tuple, audio=False)
    return tuple(one for one in rules if all(each.search(sender) for each in one.when if each.place == "from"))


def heard(rules: Iterable[Rule], notice: Notice, region: str) -> Heard | None:
    """What the first rule that matches makes of the mail, or None."""
    likely = _of_sender(tuple(rules), notice.address)
    rule = next((one for one in likely if one.matches(notice)), None)
    if rule is None:
        return None
    reason = f"{rule.provider}: matches the rule at {rule.where}"
    if rule.kind != "voicemail":
        return Heard("" if rule.kind == "none" else rule.kind, reason, sure=True)
    return Heard("voicemail", reason, rule.read(notice, region).call, sure=True)
