"""The words that a fact of a condition may be compared with: the events there are, the file's severities."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from mailproc.policy.matrix import Terms
from mailproc.policy.source import Section

EVENTS = ("received", "opened", "customer_wrote", "severity_changed", "escalation_requested", "breach")
"""What happens that rules are asked about."""
STATES = ("new", "open", "waiting", "held", "relieved", "resolved", "closed")
KINDS = ("request", "voicemail")
"""What `case.type` is while a case has no type."""

Words = Mapping[str, tuple[str, Collection[str]]]


def words(file: Section, terms: Terms, severities: Collection[str], events: Collection[str]) -> Words:
    """What a fact may be compared with: the fact as a condition writes it → what its words are called, and the words.

    Where a file has no severities or no plans, these facts are not there.
    """
    known = {
        "event": ("event that this is asked at", events),
        "objective": ("objective", ("", *terms.objectives)),
        "case.state": ("state", STATES),
        "case.type": ("type", (*KINDS, *file.named("types"))),
    }
    if severities:
        known |= dict.fromkeys(("case.severity", "case.declared"), ("severity", ("", *severities)))
    if plans := file.named("plan"):
        known |= dict.fromkeys(("case.plan", "sender.plan"), ("plan", ("", *plans)))
    return known
