"""The likely next commands, as links that open a ready reply (R25)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from mailproc.mail.headers import address as checked
from mailproc.mail.headers import clean

MAX_LINKS = 6

# notice → verbs, the likeliest first; "" is a plain answer, "verb value" a verb with its value.
_STAFF: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "new_case": ("take", "", "note", "wait 3 days", "help"),
        "customer_mail": ("", "note", "wait 3 days", "resolve"),
        "update_due": ("progress", "wait 3 days", "resolve", "note"),
        "at_risk": ("take", "progress", "note", "ack"),
        "breach": ("take", "ack", "note"),
        "escalation": ("take", "ack", "note"),
        "task": ("take", "done callback", "note", "resolve"),
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
    dict.fromkeys(
        ("confirmation", "update", "action_plan", "reopened", "severity_changed", "escalated"),
        ("status", "close"),
    )
    | {
        "update": ("status", "stop-updates"),
        "resolution": ("close", "reopen"),
        "relief": ("status", "reopen"),
        "waiting_reminder": ("status", "close"),
        "agreed_interval": ("status", "agree", "disagree"),
        "closing": ("reopen",),
        "status": ("help",),
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
        },
    }
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
) -> tuple[dict[str, str], ...]:
    """The links of a notice, likeliest first, each with `label` and `href`.

    `case` needs `tag` and, unless nothing that the sender chose may be repeated, `subject`; `address` is the reader's
    signed reply address; `verbs` what the reader may use; `objective` the clock that the notice is about, if it is.
    """
    subject = f"Re: {case['tag']} {case.get('subject') or ''}".strip()
    labels = _LABELS.get(language.partition("-")[0].lower(), _LABELS["en"])
    chosen = [each for each in _offered(notice, objective, case) if not each or each.split()[0] in verbs]
    start = mailto(address, subject)
    return tuple({"label": labels[each], "href": start + _command_body(each)} for each in chosen[:MAX_LINKS])


def severity_links(levels: Mapping[str, str], *, case: Mapping[str, Any], address: str) -> tuple[dict[str, str], ...]:
    """A link for each severity but the case's own: `levels` maps its id to its label (JEL-2)."""
    subject = f"Re: {case['tag']} {case.get('subject') or ''}".strip()
    return tuple(
        {"label": label, "href": mailto(address, subject, f"#severity {level}\n\n")}
        for level, label in levels.items()
        if level != case.get("severity")
    )


def _offered(notice: str, objective: str, case: Mapping[str, Any]) -> Iterator[str]:
    first = _BY_OBJECTIVE.get(objective) if notice in _STAFF else None
    listed = _STAFF.get(notice) or _CUSTOMERS.get(notice, ())
    owned = bool(case.get("owner")) and notice not in {"page", "escalation"}
    return (each for each in dict.fromkeys((*((first,) if first else ()), *listed)) if not (owned and each == "take"))


@lru_cache(maxsize=128)
def _command_body(command: str) -> str:
    return "&body=" + _escaped(f"#{command.strip()}\r\n\r\n") if command else ""


def _escaped(text: str) -> str:
    return quote(text, safe="", errors="replace")
