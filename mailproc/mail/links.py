"""The likely next commands, as links that open a ready reply (R25)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from mailproc.mail.headers import address as checked
from mailproc.mail.headers import clean

MAX_LINKS = 6
MAX_CUSTOMER_LINKS = 4
_WORD = re.compile(r"[a-z][a-z_]*")

# notice → verbs, the likeliest first; "" is a plain answer, "verb value" a verb with its value, "=yes" a word of ours.
_STAFF: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "new_case": ("take", "", "note", "wait 3 days", "help"),
        "customer_mail": ("", "note", "wait 3 days", "resolve"),
        "update_due": ("progress", "wait 3 days", "resolve", "note"),
        "at_risk": ("take", "progress", "note", "ack"),
        "breach": ("take", "ack", "note"),
        "escalation": ("take", "ack", "note"),
        "task": ("take", "note", "resolve"),
        "task_call_back": ("take", "done callback", "note", "resolve"),
        "task_triage": ("take", "done triage", "note"),
        "task_severity_wish": ("done severity_wish", "note"),
        "task_wait_over": ("take", "progress", "wait 3 days", "resolve"),
        "task_undeliverable": ("take", "note"),
        "task_tracker": ("progress", "resolve", "note"),
        "task_assigned": ("progress", "wait 3 days", "resolve", "note"),
        **dict.fromkeys(("task_incident", "task_proposal_lapsed", "task_proposal_refused"), ("note",)),
        **dict.fromkeys(("task_on_call", "task_off_call", "task_stands_in", "task_stood_down"), ("mine", "help")),
        "digest": ("mine", "help"),
        "hot_items": ("queue", "help"),
        "account_summary": ("queue", "help"),
        "page": ("ack", "take"),
        "transcript": ("status", "help"),
        "transcript_held": ("retry", "status", "help"),
        "was_this_you": ("send",),
    }
)
# What meets a clock is the first that its notices offer.
_BY_OBJECTIVE: Mapping[str, str] = MappingProxyType(
    {"update": "progress", "action_plan": "plan eta ", "relief": "relieved", "acknowledgement": "ack"}
)
_CUSTOMERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "confirmation": ("status", "close"),
        "update": ("status", "stop-updates", "escalate because"),
        "action_plan": ("status", "close"),
        "reopened": ("status", "close"),
        "relief": ("status", "reopen"),
        "resolution": ("close", "reopen"),
        "resolution_asks": ("=yes", "=no"),
        "closing": ("reopen",),
        "waiting_reminder": ("status", "close"),
        "agreed_interval": ("status", "agree", "disagree"),
        "severity_changed": ("status", "close"),
        "severity_proposal": ("agree", "disagree"),
        "severity_capped": ("status", "escalate because"),
        "status": ("help", "escalate because"),
        "status_of_no_case": ("help",),
        "status_of_one_that_is_over": ("reopen", "help"),
        "escalated": ("status", "close"),
        "acknowledged": ("status", "close"),
        "declined_escalation": ("status", "help"),
        "incident": ("status", "close"),
        "enhancement_received": ("status", "close"),
        "access_request": ("status",),
        "access_request_asks": ("agree", "disagree"),
    }
)
_LABELS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": {
            "": "Answer the customer",
            "take": "Take this case",
            "note": "Write an internal note",
            "wait 3 days": "Ask the customer and wait 3 days",
            "progress": "Tell the customer of progress",
            "plan eta ": "Send the action plan",
            "relieved": "Report that the service works again",
            "resolve": "Report the resolution",
            "ack": "I have seen it",
            "send": "Yes, that was me: send it",
            "retry": "Correct it and try again",
            "status": "Where does it stand?",
            "close": "It is solved: close the case",
            "reopen": "It is not solved",
            "agree": "I agree",
            "disagree": "I do not agree",
            "help": "What else can I write?",
            "done callback": "I have called back",
            "stop-updates": "No more regular updates, please",
            "escalate because": "It has become more serious: please escalate",
            "=yes": "Yes, it is solved",
            "=no": "No, it is not solved",
            "done triage": "The severity is right",
            "done severity_wish": "Leave the severity as it is",
            "done": "It is done",
            "mine": "List my cases",
            "queue": "List all open cases",
            "severity": "Change the severity to",
        },
        "de": {
            "": "Dem Kunden antworten",
            "take": "Diesen Vorgang übernehmen",
            "note": "Interne Notiz schreiben",
            "wait 3 days": "Beim Kunden nachfragen und 3 Tage warten",
            "progress": "Dem Kunden vom Fortschritt berichten",
            "plan eta ": "Den Maßnahmenplan senden",
            "relieved": "Melden, dass der Dienst wieder läuft",
            "resolve": "Die Lösung melden",
            "ack": "Ich habe es gesehen",
            "send": "Ja, das war ich: absenden",
            "retry": "Verbessern und noch einmal versuchen",
            "status": "Wie ist der Stand?",
            "close": "Erledigt: Vorgang schließen",
            "reopen": "Es ist noch nicht gelöst",
            "agree": "Ich bin einverstanden",
            "disagree": "Ich bin nicht einverstanden",
            "help": "Was kann ich noch schreiben?",
            "done callback": "Ich habe zurückgerufen",
            "stop-updates": "Bitte keine regelmäßigen Nachrichten mehr",
            "escalate because": "Es ist ernster geworden: bitte eskalieren",
            "=yes": "Ja, es ist gelöst",
            "=no": "Nein, es ist nicht gelöst",
            "done triage": "Die Dringlichkeit stimmt",
            "done severity_wish": "Die Dringlichkeit so lassen",
            "done": "Es ist erledigt",
            "mine": "Meine Vorgänge auflisten",
            "queue": "Alle offenen Vorgänge auflisten",
            "severity": "Dringlichkeit ändern in",
        },
    }
)
# Each is read by `answers.answer`.
_ANSWERS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"en": {"=yes": "yes", "=no": "no"}, "de": {"=yes": "ja", "=no": "nein"}}
)


def mailto(address: str, subject: str, body: str = "") -> str:
    """A link that opens a mail to `address` with subject and text filled in (RFC 6068); ValueError if it is not one."""
    lines = "\r\n".join(clean(line, limit=1000) for line in body.splitlines())
    if body.endswith("\n"):
        lines += "\r\n"
    fields = [f"subject={_escaped(clean(subject))}"] + ([f"body={_escaped(lines)}"] if body else [])
    return f"mailto:{quote(checked(address), safe='@+')}?{'&'.join(fields)}"


def likely_commands(
    notice: str,
    *,
    case: Mapping[str, Any],
    address: str,
    verbs: Collection[str],
    language: str = "en",
    objective: str = "",
    about: Mapping[str, Any] = MappingProxyType({}),
    severities: Mapping[str, str] = MappingProxyType({}),
) -> tuple[dict[str, str], ...]:
    """The links of a notice, likeliest first, each with `label` and `href`.

    `case` needs `tag` and, unless nothing that the sender chose may be repeated, `subject`; `address` is the reader's
    signed reply address; `verbs` what the reader may use; `objective` the clock that the notice is about, if it is.
    `about` is what the notice is about, with severities by their ids; `severities` maps each id to its label.
    """
    tongue = language.partition("-")[0].lower()
    labels = _LABELS.get(tongue, _LABELS["en"])
    levels = _levels(notice, case, about, severities) if "severity" in verbs else {}
    chosen = [*levels, *(each for each in _offered(notice, objective, case, about) if _may(each, verbs))]
    start = mailto(address, f"Re: {case['tag']} {case.get('subject') or ''}".strip())
    most = MAX_CUSTOMER_LINKS if notice in _CUSTOMERS else MAX_LINKS
    return tuple(
        {
            "label": f"{labels['severity']} {levels[each]}" if each in levels else labels.get(each) or labels["done"],
            "href": start + _body(each, tongue),
        }
        for each in chosen[:most]
    )


def _levels(
    notice: str, case: Mapping[str, Any], about: Mapping[str, Any], severities: Mapping[str, str]
) -> dict[str, str]:
    """The command for each severity that the reader may choose, with its label: all others (JEL-2), or the wished."""
    if about.get("choose"):
        offered = {one["id"] for one in about.get("severities") or () if "id" in one} or set(severities)
        ids = [level for level in severities if level != case.get("severity") and level in offered]
    elif notice == "task" and about.get("label") == "severity_wish":
        ids = [level for level in severities if level == about.get("new")]
    else:
        return {}
    return {f"severity {level} because": severities[level] for level in ids}


def _offered(notice: str, objective: str, case: Mapping[str, Any], about: Mapping[str, Any]) -> Iterator[str]:
    first = _BY_OBJECTIVE.get(objective) if notice in _STAFF else None
    kind = _kind(notice, case, about)
    listed = _STAFF.get(kind) or _CUSTOMERS.get(kind) or (_task(about) if notice == "task" else ())
    owned = bool(case.get("owner")) and notice not in {"page", "escalation"}
    return (each for each in dict.fromkeys((*((first,) if first else ()), *listed)) if not (owned and each == "take"))


def _kind(notice: str, case: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    """The notice as the tables above have it: what it is about makes some differ."""
    match notice:
        case "task":
            return f"task_{label}" if (label := about.get("label", "")) else notice
        case "transcript" if about.get("held"):
            return "transcript_held"
        case "resolution" | "access_request" if about.get("asks"):
            return f"{notice}_asks"
        case "status" if not case["tag"]:
            return "status_of_no_case"
        case "status" if case.get("state") in ("resolved", "closed"):
            return "status_of_one_that_is_over"
    return notice


def _task(about: Mapping[str, Any]) -> tuple[str, ...]:
    """For a task that a policy named itself: that it is done."""
    label = about.get("label", "")
    return ("take", f"done {label}", "note") if _WORD.fullmatch(label) else _STAFF["task"]


def _may(command: str, verbs: Collection[str]) -> bool:
    return command[:1] in ("", "=") or command.split()[0] in verbs


@lru_cache(maxsize=256)
def _body(command: str, language: str) -> str:
    if not command:
        return ""
    said = _ANSWERS.get(language, _ANSWERS["en"])[command] if command[0] == "=" else f"#{command.strip()}"
    return "&body=" + _escaped(f"{said}\r\n\r\n")


def _escaped(text: str) -> str:
    return quote(text, safe="", errors="replace")
