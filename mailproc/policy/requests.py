"""The [escalation_requests] table of a policy file: whether customers may ask for an escalation, how often (EIO-5)."""

from __future__ import annotations

from mailproc.policy.model import EscalationRequests
from mailproc.policy.source import Section

KEYS = ("allowed", "once_per", "not_after", "clause")
ONCE_PER = ("event",)
NOT_AFTER = ("acknowledged",)


def read_requests(file: Section) -> EscalationRequests:
    """What the file says; without the table customers may ask whenever they like."""
    section = file.section("escalation_requests")
    section.known(KEYS)
    for key, known in (("once_per", ONCE_PER), ("not_after", NOT_AFTER)):
        if said := section.text(key):
            section.refers(key, said, known, "limit of requests")
    return EscalationRequests(
        allowed=section.flag("allowed") if "allowed" in section else True,
        once_per=section.text("once_per"),
        not_after=section.text("not_after"),
        clause=section.texts("clause"),
    )
