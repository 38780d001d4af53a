"""The facts of a case that a policy's conditions may speak of, as plain values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mailproc.core.case import Case
from mailproc.policy.model import Policy


def condition_facts(
    case: Case, policy: Policy, now: datetime, event: str = "tick", message: str = ""
) -> dict[str, Any]:
    """What `when = "…"` may name: event, case, message, calendars, now (policy-language.md)."""
    return {
        "event": event,
        "now": now,
        "message": message,
        "calendars": policy.calendars,
        "case": {
            "number": case.number,
            "severity": case.severity,
            "owner": case.owner or "",
            "state": case.state.value,
            "plan": case.plan,
            "customer": case.customer,
            "tier": case.tier,
            "type": case.kind,
            "language": case.language,
            "subject": case.subject,
            "opened": case.opened,
        },
    }
