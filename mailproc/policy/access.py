"""The [access] table of a policy file: when staff may look into a customer's data (OWN-9)."""

from __future__ import annotations

from mailproc.policy.escalation import HIGHEST_TIER
from mailproc.policy.lifecycle import read_length
from mailproc.policy.model import Access
from mailproc.policy.source import Section

KEYS = ("from_tier", "consent", "lasts", "clause")


def read_access(file: Section) -> Access:
    """From which tier on, whether the customer is asked first, and how long a leave lasts."""
    section = file.section("access")
    section.known(KEYS)
    tier = section.table.get("from_tier", Access().from_tier)
    if not isinstance(tier, int) or isinstance(tier, bool) or not 1 <= tier <= HIGHEST_TIER:
        section.wrong("from_tier", f"is no tier; write a figure from 1 to {HIGHEST_TIER}")
        tier = Access().from_tier
    return Access(
        from_tier=tier,
        consent=section.flag("consent"),
        lasts=read_length(section, "lasts", None),
        clause=section.texts("clause"),
    )
