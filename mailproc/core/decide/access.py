"""What follows when an agent asks to look into a customer's data: leave, for one case and some time (OWN-9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from mailproc.core import effects as e
from mailproc.core import events as ev
from mailproc.core.case import Access, Case
from mailproc.core.decide import parts
from mailproc.core.moments import said
from mailproc.core.transitions import ImpossibleEvent
from mailproc.policy import promises
from mailproc.policy.model import Policy


def requested(case: Case, event: ev.AccessRequested, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """The customer is asked, where the policy wants their consent; else leave is given at once, and they are told."""
    _refused(case, event, policy)
    asks = policy.access.consent
    access = Access(by=event.by, purpose=event.purpose, at=now, asked=asks)
    because = f"{event.by} asks to look into the customer's data: {event.purpose}"
    yield from parts.moved(case, event, now, because)
    if not asks:
        access = _granted(access, policy, now)
        because = f"{event.by} may look into the customer's data{_until(access)}: {event.purpose}"
    yield e.SetAccess(access, because=because, clause=policy.access.clause)
    yield e.Notice(
        template="access_request",
        to="customer",
        about={"reason": event.purpose, "until": access.until, "asks": asks},
        because=because,
        clause=policy.access.clause,
    )


def _refused(case: Case, event: ev.AccessRequested, policy: Policy) -> None:
    """Raises ImpossibleEvent where nobody, or not this agent, or not yet, may look into the data (OWN-9)."""
    if why := _why_not(case, event, policy):
        clause = f" ({', '.join(policy.access.clause)})" if policy.access.clause else ""
        raise ImpossibleEvent(f"{why}{clause}")


def _why_not(case: Case, event: ev.AccessRequested, policy: Policy) -> str:
    wanted = policy.access.from_tier
    if not event.authorised:
        return f"{event.by} is not authorised to look into customers' data; ask somebody who is"
    if not event.purpose.strip():
        return "say what for: request-access because …"
    if case.tier < wanted:
        return (
            f"the case is on tier {case.tier}, and access is for cases on tier {wanted} or above; hand it on first: "
            f"tier {wanted}"
        )
    if case.access and case.access.asked:
        return f"the customer was asked {said(case.access.at)} and has not answered yet"
    if case.access:
        return f"{case.access.by} has access already{_until(case.access)}"
    if not case.answerable or not case.requester.address:
        return "the customer cannot be told of it by mail, so nobody may look into their data"
    return ""


def asked(case: Case) -> bool:
    """Does the customer still owe an answer?"""
    return case.access is not None and case.access.asked


QUESTION = "access_request"
"""The notice that asks the customer."""


def is_answer(case: Case, event: ev.CustomerWrote) -> bool:
    """Is this mail the yes or no to the question whether somebody may look into the data?"""
    return asked(case) and bool(event.answer) and event.answers in (QUESTION, "")


def said_in_words(case: Case, event: ev.CustomerWrote, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """A "yes" or "no" in words says what a click on agree or disagree says."""
    yield from answered(case, ev.Consented(event.sender, event.answer == "yes", event.text), policy, now)


def answered(case: Case, event: ev.Consented, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """The customer gives leave, refuses it, or takes it back; whoever asked hears of it."""
    access = case.access
    if access is None or (event.agreed and not access.asked):
        return
    who = event.sender.name or event.sender.address
    given = _granted(replace(access, asked=False), policy, now) if event.agreed else None
    if given:
        because = f"{who} agreed: {access.by} may look into the data{_until(given)}"
    elif access.asked:
        because = f"{who} did not agree that {access.by} looks into the data"
    else:
        because = f"{who} took back the leave to look into the data"
    yield e.SetAccess(given, because=because, clause=policy.access.clause)
    yield _told(access, policy, because, given.until if given else None)


def over(case: Case, policy: Policy) -> Iterator[e.Effect]:
    """The time of the leave, or the case, has ended: nobody may look any more."""
    access = case.access
    if access is None:
        return
    because = f"the leave of {access.by} to look into the customer's data is over"
    if access.asked:
        because = f"the case ended before the customer said whether {access.by} may look into the data"
    yield e.SetAccess(None, because=because, clause=policy.access.clause)
    yield _told(access, policy, because, None)


def _granted(access: Access, policy: Policy, now: datetime) -> Access:
    lasts = policy.access.lasts
    until = promises.after(now, lasts, policy.calendars[policy.calendar]) if lasts else None
    return replace(access, granted=now, until=until)


def _until(access: Access) -> str:
    return f" until {said(access.until)}" if access.until else " until the case is over"


def _told(access: Access, policy: Policy, because: str, until: datetime | None) -> e.Notice:
    about = {"label": "access", "due": until, "reason": because}
    return e.Notice(template="task", to=access.by, about=about, because=because, clause=policy.access.clause)
