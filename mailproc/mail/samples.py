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
        "declined": "support has acknowledged this case already",
        "capped": "issues with this product are at most High",
        "incident": "Exports are slow",
        "over": "Exports run at their usual speed since 14:00.",
        "purpose": "to see why the export of 6 March is incomplete",
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
        "declined": "Der Support hat sich dieses Vorgangs bereits angenommen",
        "capped": "Anfragen zu diesem Produkt sind höchstens High",
        "incident": "Exporte sind langsam",
        "over": "Exporte laufen seit 14 Uhr wieder so schnell wie gewohnt.",
        "purpose": "um zu sehen, warum der Export vom 6. März unvollständig ist",
    },
}
_BY_AGENT = BY_PERSONS | {"closing", "transcript", "was_this_you"}
_NO_WORDS = frozenset({"severity_proposal", "access_request"})
_LISTS = frozenset({"digest", "hot_items", "account_summary", "committee"})
_SEVERITIES = {"urgent": "Urgent", "high": "High", "normal": "Normal"}
_CUSTOMERS_SAY = CUSTOMER_VERBS | {"severity", "escalate", "agree", "disagree", "close", "reopen", "help"}
_AGENTS_SAY = AGENT_VERBS | {"mine", "queue"}


def sample(notice: str, language: str = "en", *, verified: bool = True) -> dict[str, Any]:
    """Facts that `notice` can be rendered with, in a reader's `language`; `verified`: is the sender proved?"""
    words = _WORDS.get(language.partition("-")[0], _WORDS["en"])
    staff = notice in STAFF_NOTICES or notice == "operator_alarm"
    case = _no_case() if notice in _LISTS | {"not_entitled"} else _case()
    note = _note(notice, words)
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
        "note": note,
        "because": "initial_response was due Fri 6 March 2026 20:20 EST",
        "clause": ("CON-5",),
        "links": likely_commands(
            notice,
            case=case if verified else case | {"subject": ""},
            address=_ADDRESS,
            verbs=_AGENTS_SAY if staff else _CUSTOMERS_SAY,
            language=language,
            objective="relief" if notice == "at_risk" else "",
            about=note | {"new": "high"},
            severities=_SEVERITIES,
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
    if notice in _NO_WORDS:
        return ""
    if notice == "incident":
        return words["over"]
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


def _no_case() -> dict[str, Any]:
    return _case() | {"number": 0, "tag": "", "severity": "", "severity_label": ""}


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
    return note | (_about_staff(notice, words) or _about_customers(notice, words, later))


def _about_customers(notice: str, words: dict[str, str], later: datetime) -> dict[str, Any]:
    match notice:
        case "confirmation":
            others = tuple({"label": label, "means": ""} for level, label in _SEVERITIES.items() if level != "high")
            closed = {"closed": True, "opens": OPENED + timedelta(hours=63)}
            return closed | {"choose": True, "severities": others}
        case "agreed_interval":
            return {"interval": timedelta(hours=8), "until": later}
        case "severity_changed" | "severity_proposal":
            return {"old": "Normal", "new": "High", "reason": words["reason"], "until": later}
        case "severity_capped":
            return {"old": "Urgent", "new": "High", "reason": words["capped"]}
        case "waiting_reminder":
            return {"last": True, "closes_at": later}
        case "resolution":
            return {"closes_at": later, "asks": True}
        case "closing":
            return {"until": later}
        case "access_request":
            return {"reason": words["purpose"], "until": later, "asks": True}
        case "incident":
            return {"name": words["incident"], "over": True}
        case "not_entitled":
            return {"hoster": "Hosting Example"}
        case "enhancement_received":
            return {"kind": "enhancement"}
        case "escalated":
            return {"reason": words["reason"]}
        case "declined_escalation":
            return {"reason": words["declined"]}
    return {}


def _about_staff(notice: str, words: dict[str, str]) -> dict[str, Any]:
    match notice:
        case "was_this_you":
            return {"reason": words["reason"]}
        case "page":
            return {"reason": words["reason"], "condition": "severe_impact", "rung": 2}
        case "task":
            return {"label": "severity_wish", "old": "Normal", "new": "High", "reason": words["reason"]}
        case "transcript":
            return {"done": False, "held": True, "lines": _lines()}
        case "operator_alarm":
            return {"error": "the confirmation could not be delivered", "recipient": "ann@customer.example"}
        case "digest" | "hot_items" | "account_summary" | "committee":
            return _lists()
    return {}


def _lists() -> dict[str, Any]:
    """What the lists for staff name: cases, by group and by customer, and who is away or on call."""
    late, soon = _row(1042, "Nightly export stops", broken=True), _row(1057, "", broken=False)
    return {
        "cases": (late, soon),
        "groups": ({"label": "yours", "cases": (late,)}, {"label": "unowned", "cases": (soon,)}),
        "customers": ({"name": "Customer Example", "cases": (late, soon)},),
        "absent": ("alice",),
        "on_call": ("bob",),
    }


def _row(number: int, subject: str, *, broken: bool) -> dict[str, Any]:
    return _case() | {
        "number": number,
        "tag": f"[#{number}]",
        "subject": subject,
        "owner": "bob" if broken else "",
        "type": "enhancement",
        "objective": "relief" if broken else "initial_response",
        "due": OPENED + timedelta(hours=20 if broken else 44),
        "broken": broken,
        "age": timedelta(days=1, hours=4),
    }


def _lines() -> list[dict[str, Any]]:
    return [
        {"said": "#severity high", "ok": True, "why": ""},
        {"said": "#serverity low", "ok": False, "why": "serverity is not a command; did you mean #severity?"},
    ]
