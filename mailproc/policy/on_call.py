"""The [on_call] table of a policy file: who is paged, how long each has, until somebody acknowledges (EIO-6)."""

from __future__ import annotations

from datetime import timedelta

from mailproc.policy.lifecycle import read_length
from mailproc.policy.model import Business, Elapsed, OnCall, Rung
from mailproc.policy.roles import ROLES
from mailproc.policy.source import Section

KEYS = ("ladder", "until", "clause")
RUNG_KEYS = ("to", "for", "repeat")
PAGED = (*(role for role in ROLES if role not in ("owner", "operator")), "next_on_call")
"""Whom a page can reach: the roles, and the next of the rota."""
UNTIL = ("acknowledged",)
EXAMPLE = '[{ to = "on_call", for = "15 minutes", repeat = 2 }, { to = "team_lead", for = "15 minutes" }]'
HIGHEST_REPEAT = 20
SHORTEST = timedelta(minutes=1)


def read_on_call(file: Section) -> OnCall | None:
    """The ladder of a page; None where the file has no such table."""
    if "on_call" not in file:
        return None
    section = file.section("on_call")
    section.known(KEYS)
    if until := section.text("until"):
        section.refers("until", until, UNTIL, "end of a page")
    if not section.table.get("ladder"):
        section.missing("ladder", EXAMPLE)
    rungs = (_read_rung(rung) for rung in section.sections("ladder"))
    ladder = tuple(rung for rung in rungs if rung is not None)
    return OnCall(ladder=ladder, clause=section.texts("clause")) if ladder else None


def _read_rung(rung: Section) -> Rung | None:
    rung.known(RUNG_KEYS)
    for key, example in (("to", '"on_call"'), ("for", '"15 minutes"')):
        if key not in rung:
            rung.missing(key, example)
    to = rung.text("to")
    wait = read_length(rung, "for", None)
    if isinstance(wait, Elapsed | Business) and wait.length < SHORTEST:
        rung.wrong("for", f'"{rung.text("for")}" would flood them with pages; write "1 minute" or longer')
    if to and not rung.refers("to", to, PAGED, "role that can be paged"):
        return None
    return Rung(to=to, wait=wait, repeat=_read_repeat(rung)) if to and wait else None


def _read_repeat(rung: Section) -> int:
    repeat = rung.table.get("repeat", 1)
    if isinstance(repeat, int) and not isinstance(repeat, bool) and 1 <= repeat <= HIGHEST_REPEAT:
        return repeat
    rung.wrong("repeat", f"is no number of pages; write a figure from 1 to {HIGHEST_REPEAT}")
    return 1
