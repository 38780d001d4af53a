"""Facts of one made-up case, for checking and previewing every notice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from mailproc.mail.facts import BY_PERSONS, STAFF_NOTICES
from mailproc.mail.links import likely_commands
from mailproc.mail.verbs import AGENT_VERBS, CUSTOMER_VERBS, VERBS

OPENED = datetime(2026, 3, 6, 21, 20, tzinfo=UTC)
_ADDRESS = "support+anieo4bas6p37mmknro5v2f7z37pf2slrsm@example.com"
_WORDS = {
    "en": {
        "customer": "Since this morning the nightly export stops after ten minutes.\nNothing has changed on our side.",
        "agent": "We have moved your export to another machine.\nPlease start it once more.",
        "progress": "We found the machine that runs out of memory and are replacing it.",
        "question": "Which version of the client do you use?",
        "resolution": "continual working-day effort",
        "update": "every 4 hours, or as agreed",
        "relief": "2 business days",
        "reason": "All users are affected.",
    },
    "de": {
        "customer": "Seit heute Morgen bricht der Export nach zehn Minuten ab.\nBei uns hat sich nichts geändert.",
        "agent": "Wir haben Ihren Export auf einen anderen Rechner gelegt.\nBitte starten Sie ihn noch einmal.",
        "progress": "Wir haben den Rechner gefunden, dem der Speicher ausgeht, und tauschen ihn aus.",
        "question": "Welche Version des Programms verwenden Sie?",
        "resolution": "durchgehende Arbeit an Werktagen",
        "update": "alle 4 Stunden oder wie vereinbart",
        "relief": "2 Werktage",
        "reason": "Alle Benutzer sind betroffen.",
    },
}
_BY_AGENT = BY_PERSONS | {"closing", "transcript", "was_this_you"}


def sample(notice: str, language: str = "en", *, verified: bool = True) -> dict[str, Any]:
    """Facts that `notice` can be rendered with, in a reader's `language`; `verified`: is the sender proved?"""
    words = _WORDS.get(language.partition("-")[0], _WORDS["en"])
    staff = notice in STAFF_NOTICES or notice == "operator_alarm"
    case = _case()
    return {
        "brand": {"name": "Example Support", "address": "support@example.com", "signature": "Example Support"},
        "case": case,
        "reader": _reader(language, staff=staff),
        "clocks": _clocks(words),
        "promises": {"update": words["update"], "relief": words["relief"]},
        "resolution": words["resolution"],
        "progress": {"text": words["progress"], "at": OPENED + timedelta(hours=3)},
        "next_update": OPENED + timedelta(hours=8),
        "text": _text(notice, words),
        "note": _note(notice, words),
        "because": "initial_response was due Fri 6 March 2026 20:20 EST",
        "clause": ("CON-5",),
        "links": likely_commands(
            notice,
            case=case if verified else case | {"subject": ""},
            address=_ADDRESS,
            verbs=AGENT_VERBS if staff else CUSTOMER_VERBS,
            language=language,
            objective="relief" if notice == "at_risk" else "",
        ),
        "verified": verified,
        "commands": [
            {"form": verb.form, "help": verb.help, "example": verb.example}
            for verb in VERBS.values()
            if verb.available and verb.agents
        ],
    }


def _text(notice: str, words: dict[str, str]) -> str:
    if notice == "waiting_reminder":
        return words["question"]
    return words["agent" if notice in _BY_AGENT else "customer"]


def _case() -> dict[str, Any]:
    return {
        "number": 1042,
        "tag": "[#1042]",
        "subject": "Nightly export stops",
        "severity": "high",
        "severity_label": "High",
        "severity_means": "a main function does not work",
        "state": "open",
        "owner": "",
        "plan": "standard",
        "tier": 2,
        "type": "",
        "opened": OPENED,
        "customer": "Customer Example",
        "requester": {"name": "Ann Example", "address": "ann@customer.example"},
        "phone": "+1 555 0100",
    }


def _reader(language: str, *, staff: bool) -> dict[str, str]:
    zone = "Europe/Berlin" if language.startswith("de") else "America/New_York"
    if staff:
        return _person("Bob", "bob@example.com", zone, language, "agent")
    return _person("Ann Example", "ann@customer.example", zone, language, "customer")


def _person(name: str, address: str, timezone: str, language: str, kind: str) -> dict[str, str]:
    return {"name": name, "address": address, "timezone": timezone, "language": language, "kind": kind}


def _clocks(words: dict[str, str]) -> list[dict[str, Any]]:
    due = {"initial_response": timedelta(hours=4), "human_response": timedelta(hours=71), "relief": timedelta(days=4)}
    return [
        {
            "objective": objective,
            "label": objective,
            "due": OPENED + length,
            "promise": words["relief"],
            "state": "running",
            "clause": ("CON-5",),
        }
        for objective, length in due.items()
    ]


def _note(notice: str, words: dict[str, str]) -> dict[str, Any]:
    later = OPENED + timedelta(days=3)
    note: dict[str, Any] = {"objective": "relief", "due": OPENED + timedelta(days=4), "eta": later}
    match notice:
        case "confirmation":
            return note | {"closed": True, "opens": OPENED + timedelta(hours=63)}
        case "agreed_interval":
            return note | {"interval": timedelta(hours=8), "until": later}
        case "severity_changed":
            return note | {"old": "Normal", "new": "High", "reason": words["reason"]}
        case "waiting_reminder":
            return note | {"last": True, "closes_at": later}
        case "resolution":
            return note | {"closes_at": later}
        case "closing":
            return note | {"until": later}
        case "escalated" | "page" | "was_this_you":
            return note | {"reason": words["reason"]}
        case "transcript":
            return note | {"done": False, "held": True, "lines": _lines()}
        case "operator_alarm":
            return note | {"error": "the confirmation could not be delivered", "recipient": "ann@customer.example"}
    return note


def _lines() -> list[dict[str, Any]]:
    return [
        {"said": "#severity high", "ok": True, "why": ""},
        {"said": "#serverity low", "ok": False, "why": "serverity is not a command; did you mean #severity?"},
    ]
