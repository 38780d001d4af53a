"""What follows when somebody on call is paged, until somebody acknowledges (EIO-2, EIO-6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from mailproc.core import effects as e
from mailproc.core.case import Case, Page, Person
from mailproc.core.clocks import clocks, ended, paging
from mailproc.core.decide import parts
from mailproc.core.evolve import evolve
from mailproc.core.steps import rung_of
from mailproc.policy.model import Policy

LONGEST = 2000
"""Characters of the customer's words that a page repeats."""


def begin(
    case: Case,
    policy: Policy,
    now: datetime,
    *,
    role: str,
    why: str,
    clause: tuple[str, ...],
    by_customer: Person | None = None,
    reason: str = "",
    anew: bool = False,
) -> Iterator[e.Effect]:
    """Page `role` and tell the customer; nothing where it would only repeat what was done (EIO-3, EIO-8).

    `why` names the condition.  `by_customer` is who asked for it, `reason` their words (EIO-5).
    `anew`: somebody asks, so that it does not matter whether the same was a reason to page before.
    """
    if not may_begin(case, "" if anew else why):
        yield from _noted(case, why, clause)
        return
    earlier = (*case.page.earlier, case.page.why) if case.page else ()
    clauses = _clauses(policy, clause)
    page = Page(
        at=now,
        why=why,
        count=1,
        last=now,
        by_customer=by_customer is not None,
        clause=clauses,
        earlier=earlier,
        called=now if role == "on_call" else None,
    )
    change = e.SetPage(page, because=why, clause=clauses)
    yield change
    case = evolve(change, case)
    yield _call(case, policy, role, because=f"somebody on call is needed at once; {why}", reason=reason)
    if case.answerable:
        yield e.Notice(
            template="escalated",
            to=by_customer or "customer",
            answers=by_customer is not None,
            about={"paged": True, "reason": reason or why, "condition": why},
            because=f"the person on call was alerted; {why}",
            clause=clauses,
        )


def may_begin(case: Case, why: str) -> bool:
    """May this condition page?  Not while a page runs, not twice for one matter, not for a known incident (EIO-8)."""
    if case.incident or parts.over(case) or paging(case):
        return False
    page, over = case.page, ended(case)
    return page is None or bool(over and over >= page.at) or why not in (page.why, *page.earlier)


def _noted(case: Case, why: str, clause: tuple[str, ...]) -> Iterator[e.SetPage]:
    """Another condition holds while a page runs: whoever acknowledges that page has seen this one too."""
    page = paging(case)
    if page and not case.incident and why not in (page.why, *page.earlier):
        seen = replace(page, earlier=(*page.earlier, why))
        yield e.SetPage(seen, because=f"{why}: somebody is called already", clause=clause)


def again(case: Case, policy: Policy, now: datetime, *, because: str) -> Iterator[e.Effect]:
    """Nobody has acknowledged the last page: the next rung of the ladder is paged (EIO-6)."""
    if case.page is None or policy.on_call is None:
        return
    page = replace(case.page, count=case.page.count + 1, last=now)
    _, rung = rung_of(policy.on_call, page.count)
    if rung.to == "on_call":
        page = replace(page, called=now)
    change = e.SetPage(page, because=f"{because}: nobody has acknowledged yet", clause=page.clause)
    yield change
    because = f"page {page.count}, nobody has acknowledged; {page.why}"
    yield _call(evolve(change, case), policy, rung.to, because=because)


def acknowledged(case: Case, policy: Policy, now: datetime, because: str) -> Iterator[e.Effect]:
    """Somebody has it in hand: pages end, regular updates may begin, the customer is told (EIO-6, EIO-7)."""
    if not (page := paging(case)):
        return
    promise = policy.promises(case.severity).get("acknowledgement")
    clause = tuple(dict.fromkeys((*(promise.clause if promise else ()), *_clauses(policy, ()))))
    yield e.SetPage(replace(page, acknowledged=now), because=because, clause=clause)
    if "acknowledgement" not in case.met:
        yield e.Meet("acknowledgement", now, because=because, clause=clause)
    if case.answerable:
        yield e.Notice(
            template="acknowledged", to="customer", objective="acknowledgement", because=because, clause=clause
        )


def _call(case: Case, policy: Policy, role: str, *, because: str, reason: str = "") -> e.Notice:
    page = case.page
    assert page is not None
    clock = clocks(case, policy).get("acknowledgement")
    place, before = 1, 0
    if policy.on_call and page.count > 1:
        place, before = rung_of(policy.on_call, page.count)[0], rung_of(policy.on_call, page.count - 1)[0]
    due = clock.due if clock else None
    about = {
        "condition": page.why,
        "reason": reason,
        "due": due if due and page.last and due > page.last else None,  # nobody can acknowledge by a time that is past
        "rung": place,
        "repeat": page.count - 1 if place == before else 0,
    }
    return e.Notice(
        template="page",
        to=role,
        objective="acknowledgement",
        about=about,
        text=case.opening[:LONGEST],
        because=because,
        clause=page.clause,
    )


def _clauses(policy: Policy, clause: tuple[str, ...]) -> tuple[str, ...]:
    """The clause of the condition, and that of paging itself."""
    return tuple(dict.fromkeys((*clause, *(policy.on_call.clause if policy.on_call else ()))))
