"""The facts of a case that a policy's conditions may speak of, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from mailproc.core.case import Case
from mailproc.policy.model import Policy

SENDER: Mapping[str, Any] = MappingProxyType(
    {
        "address": "",
        "known": False,  # the customers file has them
        "entitled": True,
        "owner": False,  # one of the customer's account owners (EIO-3)
        "may_escalate": True,
        "revoked_because": "",
        "plan": "",
        "products": (),
        "hoster": "",
    }
)
"""What a condition may ask of a mail's sender, with what holds where nothing is known."""


def condition_facts(
    case: Case,
    policy: Policy,
    now: datetime,
    event: str = "tick",
    message: str = "",
    sender: Mapping[str, Any] = SENDER,
    objective: str = "",
) -> dict[str, Any]:
    """What `when = "…"` may name: event, objective, case, message, sender, calendars, now (policy-language.md)."""
    return {
        "event": event,
        "objective": objective,
        "now": now,
        # The subject was judged with the first mail; of a later one, its own words are.
        "message": {"text": message, "subject": "" if event == "customer_wrote" else case.subject},
        "sender": {**SENDER, **sender},
        "calendars": policy.calendars,
        "case": {
            "number": case.number,
            "severity": case.severity,
            "declared": case.declared or "",
            "owner": case.owner or "",
            "state": case.state.value,
            "plan": case.plan,
            "customer": case.customer,
            "tier": case.tier,
            "type": case.type or case.kind,
            "product": case.product,
            "language": case.language,
            "subject": case.subject,
            "opened": case.opened,
            "incident": case.incident,
            "tags": case.tags,
            "paged": case.page is not None,
            "acknowledged": bool(case.page and case.page.acknowledged),
            "answered": case.spoke is not None,
        },
    }
