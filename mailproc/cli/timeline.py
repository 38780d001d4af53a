"""A simulation as text: one line for each event, and what it came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mailproc.cli.printing import one_line

_FACTS = ("state", "severity", "owner", "tier", "plan")


def line(event: Mapping[str, Any]) -> str:
    """One event: when (UTC), which case, what, because of what."""
    at = _utc(event["at"])
    case = f"#{event['case']}" if "case" in event else "–"
    because = f" ({event['because']})" if event.get("because") else ""
    clause = f"  {', '.join(event['clause'])}" if event.get("clause") else ""
    return f"{at}  {case:>6}  {one_line(f'{what(event, _utc)}{because}', limit=500)}{clause}"


def what(event: Mapping[str, Any], said: Callable[[str], str]) -> str:
    """What happened, in a few words; `said` words a moment."""
    match event["event"]:
        case "mail_in":
            return f"mail in: {event.get('kind', '')} from {event.get('from') or 'nobody'}: {event.get('subject', '')}"
        case "mail_out":
            objective = f" [{event['objective']}]" if "objective" in event else ""
            return f"mail out: {event['template']}{objective} to {', '.join(event['to'])}: {event['subject']}"
        case "clock":
            due = f", due {said(event['due'])}" if "due" in event else ""
            step = f" ({event['step']})" if "step" in event else ""
            return f"clock {event['objective']} {event['clock_state']}{step}{due}"
        case "breach":
            return f"BREACH of {event['objective']}, due {said(event['due'])}"
        case "note":
            return f"note by {event.get('author', '')}"
        case "fact":
            return str(event.get("effect", "fact"))
        case "case":
            return "case: " + ", ".join(f"{key} {event[key] or 'nobody'}" for key in _FACTS if key in event)
        case other:
            return str(other)


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
