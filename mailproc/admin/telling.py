"""What an event was and when, in a few words: the same in `simulate`, in `explain` and beside a picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

_FACTS = ("state", "severity", "owner", "tier", "plan")


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


def said(at: datetime, zone: ZoneInfo) -> str:
    """A moment as its reader sees it, to the second."""
    return f"{at.astimezone(zone):%a %Y-%m-%d %H:%M:%S %Z}"


def both(at: datetime, zone: ZoneInfo) -> str:
    """A moment as its reader sees it, and in UTC where that is not the same."""
    own = said(at, zone)
    return own if own.endswith(" UTC") else f"{own} ({at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC)"


def short(at: datetime, zone: ZoneInfo) -> str:
    """A moment where there is little room: no year, no name of the zone."""
    own = at.astimezone(zone)
    return f"{own:%a} {own.day} {own:%b %H:%M:%S}"
