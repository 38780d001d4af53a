"""The [call_back] table of a policy file: how soon, and within which hours, a caller is rung back (OWN-1, ELA-11)."""

from __future__ import annotations

from mailproc.policy.lifecycle import read_length
from mailproc.policy.matrix import Terms
from mailproc.policy.model import Promise
from mailproc.policy.source import Section

KEYS = ("within", "calendar", "clause")
OBJECTIVE = "call_back"


def read_call_back(file: Section, terms: Terms) -> Promise | None:
    """The promise of a call, None where the file makes none: a call is then due when the confirmation would be.

    On a calendar that closes it counts from the next opening on: nobody rings at night.
    """
    section = file.section("call_back")
    section.known(KEYS)
    if not section.table:
        return None
    calendar = section.text("calendar", terms.calendar)
    if "calendar" in section:
        section.refers("calendar", calendar, terms.calendars, "calendar")
    if "within" not in section:
        section.missing("within", '"30 business minutes"')
    target = read_length(section, "within", None)
    if target is None:
        return None
    return Promise(
        objective=OBJECTIVE,
        target=target,
        calendar=calendar,
        text=section.text("within"),
        clause=section.texts("clause"),
    )
