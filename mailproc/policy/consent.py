"""The [consent] table of a policy file: who decides a change of severity (JEL-3, OWN-7)."""

from __future__ import annotations

from mailproc.policy.lifecycle import read_length
from mailproc.policy.model import Consent
from mailproc.policy.source import Section

KEYS = ("severity_change", "after_first_reply", "lapses_after", "clause")
AGREES, DECIDES = "customer agrees", "agent decides"


def read_consent(file: Section) -> Consent:
    """Who decides, from when on, and how long a proposal stands; without the table the agent decides."""
    section = file.section("consent")
    section.known(KEYS)
    change = _read_change(section)
    for key in ("after_first_reply", "lapses_after"):
        if key in section and change == DECIDES:
            section.wrong(key, f'goes only with severity_change = "{AGREES}"; leave it out')
    return Consent(
        customer_agrees=change == AGREES,
        after_first_reply=section.flag("after_first_reply"),
        lapses_after=read_length(section, "lapses_after", None),
        clause=section.texts("clause"),
    )


def _read_change(section: Section) -> str:
    if "severity_change" not in section:
        if section.table:
            section.missing("severity_change", f'"{AGREES}"')
        return ""
    said = section.text("severity_change")
    if said:
        section.refers("severity_change", said, (AGREES, DECIDES), "way to change a severity")
    return said
