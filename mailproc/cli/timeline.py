"""A simulation as text: one line for each event, and what it came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mailproc.admin.telling import what
from mailproc.cli.printing import one_line


def line(event: Mapping[str, Any]) -> str:
    """One event: when (UTC), which case, what, because of what."""
    at = _utc(event["at"])
    case = f"#{event['case']}" if "case" in event else "–"
    because = f" ({event['because']})" if event.get("because") else ""
    clause = f"  {', '.join(event['clause'])}" if event.get("clause") else ""
    return f"{at}  {case:>6}  {one_line(f'{what(event, _utc)}{because}', limit=500)}{clause}"


def _utc(moment: str) -> str:
    return moment.replace("T", " ").removesuffix("Z")


@dataclass
class Sum:
    """What a simulation came to."""

    events: Counter[str] = field(default_factory=Counter)
    templates: Counter[str] = field(default_factory=Counter)
    breaches: Counter[str] = field(default_factory=Counter)
    cases: set[int] = field(default_factory=set)

    def add(self, event: Mapping[str, Any]) -> None:
        """Count one event."""
        self.events[event["event"]] += 1
        if event["event"] == "mail_out":
            self.templates[event["template"]] += 1
        if event["event"] == "breach":
            self.breaches[event["objective"]] += 1
        if "case" in event:
            self.cases.add(event["case"])

    def lines(self) -> list[tuple[str, str]]:
        """Each figure with its name; what did not happen is left out but for breaches."""
        mails_out = f"{self.events['mail_out']}{_spread(self.templates)}"
        return [
            ("mails in", str(self.events["mail_in"])),
            ("cases", str(len(self.cases))),
            ("mails out", mails_out),
            ("breaches", f"{self.events['breach']}{_spread(self.breaches)}"),
            ("declined", str(self.events["declined"]) if self.events["declined"] else ""),
        ]


def _spread(counts: Counter[str]) -> str:
    return f" ({', '.join(f'{name} {count}' for name, count in sorted(counts.items()))})" if counts else ""
