"""The [escalation] table of a policy file: whom each further tier reaches (OWN-8, ELA-8)."""

from __future__ import annotations

from mailproc.policy.model import Escalation
from mailproc.policy.roles import ROLES, refers_to_roles
from mailproc.policy.source import Section

KEYS = ("ladder", "copies", "clause")


def read_escalation(file: Section) -> Escalation:
    """The role of tier 2, of tier 3, and so on; the usual ladder where the file names none."""
    section = file.section("escalation")
    section.known(KEYS)
    ladder = refers_to_roles(section, "ladder")
    if "ladder" in section and not section.table["ladder"]:
        section.wrong("ladder", f'is empty; list roles such as ["team_lead", "management"], of: {", ".join(ROLES)}')
    copies = refers_to_roles(section, "copies")
    return Escalation(ladder=ladder or Escalation().ladder, copies=copies, clause=section.texts("clause"))
