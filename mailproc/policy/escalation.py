"""The [escalation] table of a policy file: whom each further tier reaches (OWN-8, ELA-8)."""

from __future__ import annotations

from mailproc.policy.model import Escalation
from mailproc.policy.roles import ROLES, refers_to_roles
from mailproc.policy.source import Section

KEYS = ("ladder", "copies", "clause")
HIGHEST_TIER = 9


def read_escalation(file: Section) -> Escalation:
    """The role of tier 2, of tier 3, and so on; the usual ladder where the file names none."""
    section = file.section("escalation")
    section.known(KEYS)
    ladder = refers_to_roles(section, "ladder")
    if "ladder" in section and not section.table["ladder"]:
        section.wrong("ladder", f'is empty; list roles such as ["team_lead", "management"], of: {", ".join(ROLES)}')
    copies = refers_to_roles(section, "copies")
    return Escalation(ladder=ladder or Escalation().ladder, copies=copies, clause=section.texts("clause"))


def read_tier(section: Section) -> int | None:
    """The figure under `tier`, from 1 to the highest; None where there is none, or none that is right."""
    tier = section.table.get("tier")
    if tier is None or (isinstance(tier, int) and not isinstance(tier, bool) and 1 <= tier <= HIGHEST_TIER):
        return tier
    section.wrong("tier", f"is no tier; write a figure from 1 to {HIGHEST_TIER}")
    return None
