"""What follows where two must agree: a change of severity, and other questions that we asked (JEL-3, OWN-7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mailproc.core import effects as e
from mailproc.core import events as ev
from mailproc.core.case import Case, Person, Proposal
from mailproc.core.decide import access, parts, rules, ticks
from mailproc.core.evolve import evolve
from mailproc.core.steps import lapses_at
from mailproc.core.transitions import ImpossibleEvent
from mailproc.policy.model import Policy

QUESTION = "severity_proposal"
"""The notice that asks the customer."""


def set_severity(case: Case, event: ev.SeveritySet, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """An agent changes the severity: at once where the agent decides or the customer wished it, else by proposal."""
    if event.severity == case.severity:
        raise ImpossibleEvent(f"the severity is {case.severity} already")
    _allowed(case, event, policy, now)
    because = f"{event.by} set the severity to {event.severity}" + (f": {event.reason}" if event.reason else "")
    if policy.consent.customer_agrees and case.answerable and not _wished(case, event.severity):
        _assessed(case, policy)
        yield from parts.moved(case, event, now, f"first mail of {event.by}")
        yield from parts.reviewed(case, now, because)
        yield from _proposed(case, event, policy, now)
        return
    if _wished(case, event.severity):
        because += ", as the customer wished"
    yield from parts.moved(case, event, now, because)
    yield from parts.reviewed(case, now, because)
    yield from _changed(case, event, policy, now, event.severity, event.reason, because)


def _allowed(case: Case, event: ev.SeveritySet, policy: Policy, now: datetime) -> None:
    """Raises ImpossibleEvent where a rule allows no severity as high as this one (JEL-4)."""
    cap = rules.capped(case, policy, now, event.severity, event.reason)
    if cap:
        clause = f" ({', '.join(cap.clause)})" if cap.clause else ""
        raise ImpossibleEvent(
            f"severity {policy.severities[cap.severity].label} is the highest here: {cap.why}{clause}"
        )


def _assessed(case: Case, policy: Policy) -> None:
    """Raises ImpossibleEvent before the first contact and assessment, where the policy asks for one (JEL-3)."""
    if policy.consent.after_first_reply and case.spoke is None:
        clause = f" ({', '.join(policy.consent.clause)})" if policy.consent.clause else ""
        raise ImpossibleEvent(
            f"the severity can be changed once a person has answered the customer{clause}; answer first, then propose"
        )


def _wished(case: Case, severity: str) -> bool:
    """Did the customer ask for this severity?"""
    return case.proposal is not None and case.proposal.from_customer and case.proposal.severity == severity


def _proposed(case: Case, event: ev.SeveritySet, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """The customer is asked; the old severity and its clocks hold until they agree."""
    proposal = Proposal(severity=event.severity, by=event.by, at=now, reason=event.reason)
    because = f"{event.by} proposes severity {event.severity}" + (f": {event.reason}" if event.reason else "")
    clause = policy.consent.clause
    about = {"old": case.severity, "new": event.severity, "reason": event.reason, "until": lapses_at(proposal, policy)}
    yield e.Propose(proposal, because=because, clause=clause)
    yield e.Notice(template=QUESTION, to="customer", about=about, because=because, clause=clause)


def _changed(
    case: Case, event: ev.Event, policy: Policy, now: datetime, severity: str, reason: str, because: str
) -> Iterator[e.Effect]:
    """The severity is another one; the customer is told, and every clock is counted anew from the opening."""
    clause = policy.consent.clause
    change = e.SetSeverity(severity, because=because, clause=clause)
    yield change
    if case.answerable:
        about = {"old": case.severity, "new": severity, "reason": reason}
        yield e.Notice(template="severity_changed", to="customer", about=about, because=because, clause=clause)
    yield from ticks.recounted(evolve(change, case), event, policy, now)


def wished(case: Case, event: ev.SeverityWished, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """A customer wants another severity: who holds the case decides on it, and the old one holds until then."""
    yield from parts.heard(case, event, now)
    cap = rules.capped(case, policy, now, event.severity, event.reason)
    severity = cap.severity if cap else event.severity
    if cap and case.answerable:
        yield _told_capped(event.severity, event.sender, cap)
    if severity == case.severity:
        yield from _passed_on(event.sender, event.reason, f"the customer asked for severity {event.severity}")
    elif (open_one := case.proposal) and not open_one.from_customer and open_one.severity == severity:
        yield from _agreed(case, event, open_one, policy, now)
    else:
        yield from _wish(case, event, policy, now, severity)


def _told_capped(claimed: str, to: Person | str, cap: e.Cap) -> e.Notice:
    """The customer hears which severity is the highest here, and why (JEL-4)."""
    about = {"old": claimed, "new": cap.severity, "reason": cap.why}
    return e.Notice(
        template="severity_capped", to=to, answers=True, about=about, because=cap.because, clause=cap.clause
    )


def _wish(case: Case, event: ev.SeverityWished, policy: Policy, now: datetime, severity: str) -> Iterator[e.Effect]:
    by = event.sender.address
    proposal = Proposal(severity=severity, by=by, at=now, reason=event.reason, from_customer=True)
    because = f"the customer asks for severity {severity}" + (f": {event.reason}" if event.reason else "")
    clause = policy.consent.clause
    about = {
        "label": "severity_wish",
        "old": case.severity,
        "new": severity,
        "reason": event.reason,
        "sender": event.sender.name or by,
    }
    yield e.Propose(proposal, because=because, clause=clause)
    yield e.Notice(template="task", to="owner", about=about, because=because, clause=clause)


def answered(case: Case, event: ev.Consented, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """The customer answered what we had asked, by a command or by one click."""
    yield from parts.heard(case, event, now)
    if asked(case):
        yield from replied(case, event, policy, now, event.agreed)
        if not event.agreed:
            yield from _refused(case, event, policy)
        elif event.text:
            yield from _passed_on(event.sender, event.text, "the customer agrees")
    elif access.asked(case) or (case.access and not event.agreed):
        yield from access.answered(case, event, policy, now)
    else:
        because = f"the customer {'agrees' if event.agreed else 'does not agree'}, and nothing is asked any more"
        yield from _passed_on(event.sender, event.text or because, because)


def asked(case: Case) -> Proposal | None:
    """The severity that the customer was asked to agree to and has not answered, if there is one."""
    return None if case.proposal is None or case.proposal.from_customer else case.proposal


def is_answer(case: Case, event: ev.CustomerWrote) -> bool:
    """Is a yes or no in words the answer to our proposal?  One to another mail of ours is not, nor to a later one."""
    proposal = asked(case)
    if proposal is None or event.answer is None:
        return False
    return event.answers == QUESTION or (not event.answers and proposal.at >= (case.relieved or proposal.at))


def replied(
    case: Case, event: ev.Consented | ev.CustomerWrote, policy: Policy, now: datetime, yes: bool
) -> Iterator[e.Effect]:
    """Yes or no to the severity that we proposed: it is taken, or off the table (JEL-3)."""
    proposal = asked(case)
    if proposal is None:
        return
    if yes:
        yield from _agreed(case, event, proposal, policy, now)
    else:
        because = f"the customer does not agree to severity {proposal.severity}"
        yield e.Propose(None, because=because, clause=policy.consent.clause)


def _agreed(case: Case, event: ev.Event, proposal: Proposal, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    because = f"{proposal.by} proposed severity {proposal.severity}, and the customer agrees"
    cap = rules.capped(case, policy, now, proposal.severity, proposal.reason)
    if cap:  # what the case is about was found out since
        yield e.Propose(None, because=cap.because, clause=cap.clause)
        yield _told_capped(proposal.severity, "customer", cap)
    else:
        yield from _changed(case, event, policy, now, proposal.severity, proposal.reason, because)


def _refused(case: Case, event: ev.Consented, policy: Policy) -> Iterator[e.Effect]:
    proposal = asked(case)
    if proposal is None:
        return
    because = f"the customer does not agree to severity {proposal.severity}"
    about = {"label": "proposal_refused", "old": case.severity, "new": proposal.severity, "reason": event.text}
    yield e.Notice(template="task", to="owner", about=about, because=because, clause=policy.consent.clause)


def _passed_on(sender: Person, text: str, because: str) -> Iterator[e.Effect]:
    about = {"sender": sender.name or sender.address}
    yield e.Notice(template="customer_mail", to="owner", text=text or because, about=about, because=because)
