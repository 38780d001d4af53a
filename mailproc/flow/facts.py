"""The facts that templates speak of: plain values, never objects with methods."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from mailproc.core.case import Case
from mailproc.core.clocks import Clock
from mailproc.core.effects import Notice
from mailproc.flow.desk import Desk
from mailproc.flow.people import Reader
from mailproc.mail.links import likely_commands
from mailproc.mail.verbs import AGENT_VERBS, CUSTOMER_VERBS
from mailproc.policy.model import Policy

if TYPE_CHECKING:
    from mailproc.flow.outgoing import Outgoing

Facts = dict[str, Any]
LONGEST = 50_000
"""Characters of somebody's words that a mail passes on."""


OUR_WORDS = ("incident", "resolution")
"""Notices whose text is never what a stranger wrote."""


def facts(desk: Desk, outgoing: Outgoing, notice: Notice, reader: Reader, reply_to: str) -> Facts:
    """Everything that a template may name (docs/templates.md lists it)."""
    case, policy = outgoing.case, outgoing.policy
    running = [_clock(clock, case) for clock in sorted(outgoing.clocks.values(), key=_urgency) if clock.counting]
    inside = reader.kind != "customer"
    # A machine repeats nothing that a stranger chose (R16); once a person of ours has answered, it is no stranger's.
    known = inside or case.verified or case.spoke is not None
    shown = case_facts(case, policy, named=known)
    return {
        "brand": _brand(desk, case),
        "case": shown,
        "reader": {
            "address": reader.address,
            "name": reader.name if known else "",
            "timezone": reader.timezone,
            "language": reader.language,
            "kind": reader.kind,
        },
        "clocks": running,
        "promises": {clock["objective"]: clock["promise"] for clock in running},
        "resolution": policy.severities[case.severity].resolution,
        "progress": {"text": case.progress.text, "at": case.progress.at} if case.progress else None,
        "next_update": next((c.due for c in outgoing.clocks.values() if c.objective == "update"), None),
        "text": _shortened(notice.text) if known or notice.template in OUR_WORDS else "",
        "note": _note(policy, notice, outgoing.now),
        "because": notice.because,
        "clause": list(notice.clause),
        "links": likely_commands(
            "transcript_held" if notice.about.get("held") and notice.template == "transcript" else notice.template,
            case=shown,
            address=reply_to,
            verbs=AGENT_VERBS if inside else CUSTOMER_VERBS,
            language=reader.language,
            objective=notice.objective,
            about=notice.about,
            severities={name: level.label for name, level in policy.severities.items()},
        )
        if reply_to
        else (),
        "commands": notice.about.get("commands", ()),
        "verified": known,
    }


def _shortened(text: str) -> str:
    more = len(text) - LONGEST
    return f"{text[:LONGEST]}\n\n[{more:,} more characters are kept with the case]" if more > 0 else text


def case_facts(case: Case, policy: Policy, *, named: bool) -> Facts:
    """A case as templates see it; `named` false leaves out whatever the sender chose (R16)."""
    severity = policy.severities.get(case.severity)
    return {
        "number": case.number,
        "tag": f"[#{case.number}]" if case.number else "",
        "subject": case.subject if named else "",
        "severity": case.severity,
        "severity_label": severity.label if severity else "",
        "severity_means": severity.means if severity else "",
        "state": case.state.value,
        "owner": case.owner or "",
        "plan": case.plan,
        "tier": case.tier,
        "type": case.type or case.kind,
        "opened": case.opened,
        "customer": case.customer,
        "requester": {
            "name": case.requester.name if named else "",
            "address": case.requester.address if named else "",
        },
        "phone": case.requester.phone,
    }


def _brand(desk: Desk, case: Case) -> Facts:
    mailbox = desk.mailbox(case.mailbox)
    return {"name": mailbox.brand, "address": mailbox.addresses[0], "signature": mailbox.signature}


def _urgency(clock: Clock) -> tuple[bool, datetime]:
    return clock.due is None, clock.due or clock.start


def _clock(clock: Clock, case: Case) -> Facts:
    late = clock.due and (broke := case.broken.get(clock.objective)) and clock.due <= broke
    return {
        "objective": clock.objective,
        "label": clock.objective.replace("_", " "),
        "due": clock.due,
        "promise": clock.promise.text,
        "state": "broken" if late else clock.state,
        "clause": list(clock.promise.clause),
    }


def _note(policy: Policy, notice: Notice, now: datetime) -> Facts:
    """What this notice alone is about, and whether the desk is open now."""
    calendar = policy.calendars[policy.calendar]
    closed = not calendar.is_open(now)
    return {
        "closed": closed,
        "opens": calendar.next_opening(now) if closed else None,
        **{key: _label(policy, value) if key in ("old", "new") else value for key, value in notice.about.items()},
    }


def _label(policy: Policy, severity: str) -> str:
    found = policy.severities.get(severity)
    return found.label if found else severity
