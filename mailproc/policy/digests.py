"""The [[digests]] of a policy file: lists by mail, each on its days and at its hour in its reader's own zone."""

from __future__ import annotations

import re
from datetime import time

from mailproc.policy.model import Digest
from mailproc.policy.roles import ROLES
from mailproc.policy.source import Section
from mailproc.policy.week import weekdays

KEYS = ("template", "to", "at", "clause")
TEMPLATES = ("digest", "hot_items", "account_summary", "committee")
READERS = ("team", *(role for role in ROLES if role not in ("owner", "operator")))
"""Who can be sent a list: a role, not whoever holds one case."""
EXAMPLES = 'write "mon-fri 08:00", "mon 09:00", "mon, thu 07:30" or "last working day 16:00"'
_LAST = re.compile(r"last working day(?: of the week)?(?: at)?", re.IGNORECASE)
_AT = re.compile(r"(?P<days>.+?)\s+(?:at\s+)?(?P<hour>\d{1,2}):(?P<minute>\d\d)")


def read_digests(file: Section) -> tuple[Digest, ...]:
    """Every digest, in the order of the file; one with a problem is left out."""
    found = (_read_digest(section) for section in file.sections("digests"))
    return tuple(digest for digest in found if digest is not None)


def _read_digest(section: Section) -> Digest | None:
    section.known(KEYS)
    for key, example in (("template", '"digest"'), ("to", '["team"]'), ("at", '"mon-fri 08:00"')):
        if not section.table.get(key):
            section.missing(key, example)
    template, said = section.text("template"), section.text("at")
    if template and not section.refers("template", template, TEMPLATES, "list that can be mailed"):
        template = ""
    what = "role that can be sent a list"
    to = tuple(role for role in section.texts("to") if section.refers("to", role, READERS, what))
    moment = when(said) if said else ""
    if isinstance(moment, str):
        if moment:
            section.wrong("at", moment)
        return None
    days, at = moment
    clause = section.texts("clause")
    return Digest(template=template, to=to, days=days, at=at, clause=clause) if template and to else None


def when(said: str) -> tuple[frozenset[int], time] | str:
    """The weekdays (Monday is 0) and the hour that a sentence names; no day at all is the week's last working day."""
    found = _AT.fullmatch(" ".join(said.split()))
    if found is None:
        return f'"{said}" is no day and hour; {EXAMPLES}'
    try:
        at = time(int(found["hour"]), int(found["minute"]))
    except ValueError:
        return f'"{said}": {found["hour"]}:{found["minute"]} is no time of a day; {EXAMPLES}'
    if _LAST.fullmatch(found["days"]):
        return frozenset(), at
    days: set[int] = set()
    for part in re.split(r"\s*,\s*|\s+and\s+|\s+", found["days"].strip(" ,").casefold()):
        named = weekdays(part)
        if isinstance(named, str):
            return f'"{part}" is no day of the week; {EXAMPLES}'
        days.update(named)
    return frozenset(days), at
