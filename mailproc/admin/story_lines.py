"""What follows in a story, in lines: each event of the simulation in a few words, in the story's own zone."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from mailproc.admin.stories import DAYS, Step, Story
from mailproc.admin.story_desk import known_as

INDENT = "    "


def told(story: Story, events: Iterable[dict[str, Any]]) -> str:
    """The text of the story with what follows under each sentence; what stood there before is left out."""
    below: dict[int, list[str]] = {step.line: [] for step in story.steps}
    for step, event in _placed(story.steps, events):
        below[step.line].append(f"{INDENT}{line(event, story.zone, step.at)}")
    lines = []
    for number, text in enumerate(story.text.splitlines(), start=1):
        if not text[:1].isspace():
            lines += [text.rstrip(), *below.get(number, ())]
    return "\n".join(lines) + "\n"


def _placed(steps: tuple[Step, ...], events: Iterable[dict[str, Any]]) -> Iterator[tuple[Step, dict[str, Any]]]:
    """Each event with the sentence it stands under: the last one by then; at one moment, each mail's with its own."""
    mails = deque(step for step in steps if step.said)
    current = steps[0]
    for event in events:
        at = datetime.fromisoformat(event["at"])
        while mails and mails[0].at < at:
            mails.popleft()
        latest = max((step for step in steps if step.at <= at), key=lambda step: step.at)
        if event["event"] == "mail_in" and mails:
            current = mails.popleft()
        elif latest.at > current.at:
            current = latest
        yield current, event


def line(event: dict[str, Any], zone: ZoneInfo, since: datetime) -> str:
    """One event in a few words, with its time unless it is `since`."""
    at = datetime.fromisoformat(event["at"])
    when = f"{said(at, zone)}  " if at != since else ""
    case = {None: "beside any case: ", 1: ""}.get(event.get("case"), f"#{event.get('case')} ")
    clause = f"  ({', '.join(event['clause'])})" if event.get("clause") else ""
    return f"{when}{case}{_words(event, zone)}{clause}"


def said(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as a story writes it: "Fri 2026-03-06 19:50"; with the zone's name where the hour comes twice."""
    local = moment.astimezone(zone)
    clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    twice = local.replace(fold=1 - local.fold).utcoffset() != local.utcoffset()
    return f"{DAYS[local.weekday()]} {local:%Y-%m-%d} {clock}" + (f" {local.tzname()}" if twice else "")


def _words(event: dict[str, Any], zone: ZoneInfo) -> str:
    match event["event"]:
        case "mail_in":
            return f"in: {event['kind']}: {event.get('because', '')}"
        case "mail_out":
            late = event.get("because", "").partition("; ")[2]
            return f"mail {event['template']} to {', '.join(map(known_as, event['to']))}" + (
                f": {late}" if late else ""
            )
        case "clock":
            return _clock(event, zone)
        case "breach":
            return f"breach {event['objective']}{_due(event, zone)}"
        case "case":
            return f"case {_changed(event)}: {event.get('because', '')}"
        case other:
            return f"{other}: {event.get('because', '')}"


def _clock(event: dict[str, Any], zone: ZoneInfo) -> str:
    if event["clock_state"] == "skipped":
        return f"clock {event['objective']} skipped: {event['step']}"
    return f"clock {event['objective']} {event['clock_state']}{_due(event, zone)}"


def _due(event: dict[str, Any], zone: ZoneInfo) -> str:
    return f", due {said(datetime.fromisoformat(event['due']), zone)}" if "due" in event else ""


def _changed(event: dict[str, Any]) -> str:
    parts = [str(event[key]) for key in ("state", "severity", "plan") if key in event]
    if "owner" in event:
        parts.append(f"owner {event['owner'] or 'nobody'}")
    if "type" in event:
        parts.append(f"type {event['type'] or 'none'}")
    if "tier" in event and "state" not in event:
        parts.append(f"tier {event['tier']}")
    return ", ".join(parts)
