"""The facts that templates can speak of: every name, with the value it has when nothing is known."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

Facts = Mapping[str, Any]

CUSTOMER_NOTICES = (
    "confirmation",
    "customer_reply",
    "update",
    "action_plan",
    "relief",
    "resolution",
    "closing",
    "waiting_reminder",
    "reopened",
    "agreed_interval",
    "severity_changed",
    "status",
    "escalated",
)
STAFF_NOTICES = (
    "new_case",
    "customer_mail",
    "update_due",
    "at_risk",
    "breach",
    "escalation",
    "task",
    "transcript",
    "was_this_you",
    "help",
    "page",
)
OPERATOR_NOTICES = ("operator_alarm",)
WRITTEN = CUSTOMER_NOTICES + STAFF_NOTICES + OPERATOR_NOTICES
LATER = (
    "severity_proposal",
    "severity_capped",
    "acknowledged",
    "declined_escalation",
    "not_entitled",
    "incident",
    "enhancement_received",
    "access_request",
    "digest",
    "hot_items",
    "account_summary",
    "committee",
)
# A person decided to send these, with words of their own; the others go by themselves.
BY_PERSONS = frozenset({"customer_reply", "action_plan", "relief", "resolution", "agreed_interval", "severity_changed"})
# What answers a mail at once: its `text` can only be the sender's.
ANSWERS = frozenset({"confirmation", "status", "declined_escalation", "not_entitled", "enhancement_received"})
NAMES = frozenset(WRITTEN + LATER)

_PAST = frozenset({"met", "stopped", "paused", "broken", "breached", "skipped"})  # states of clocks

_BRAND = {"name": "Support", "address": "", "signature": ""}
_CASE = {
    "number": 0,
    "tag": "",
    "subject": "",
    "severity": "",
    "severity_label": "",
    "severity_means": "",
    "state": "new",
    "owner": "",
    "plan": "",
    "tier": 1,
    "type": "",
    "opened": None,
    "customer": "",
    "requester": {"name": "", "address": ""},
    "phone": "",
}
_READER = {"name": "", "address": "", "timezone": "UTC", "language": "en", "kind": "customer"}
_VOICEMAIL = {
    "caller": "",
    "caller_name": "",
    "duration": None,
    "left_at": None,
    "transcript": "",
    "confidence": None,
    "mailbox": "",
}
_NOTE = {
    "objective": "",
    "label": "",
    "due": None,
    "step": "",
    "eta": None,
    "interval": None,
    "until": None,
    "old": "",
    "new": "",
    "by": "",
    "held": False,
    "done": True,
    "closed": False,
    "opens": None,
    "lines": (),
    "cases": (),
    "error": "",
    "recipient": "",
    "voicemail": None,
    "last": False,
    "closes_at": None,
    "reason": "",
    "number": 0,
    "shares": (),
}
_PROMISES = dict.fromkeys(
    ("confirmation", "initial_response", "human_response", "update", "action_plan", "relief", "acknowledgement"), ""
)
DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        "brand": _BRAND,
        "case": _CASE,
        "reader": _READER,
        "clocks": (),
        "promises": _PROMISES,
        "resolution": "",
        "progress": None,
        "next_update": None,
        "text": "",
        "note": _NOTE,
        "because": "",
        "clause": (),
        "links": (),
        "verified": False,
        "commands": (),
        "language": "en",
    }
)
# What may stand behind a name and a dot; a name that is not here has no fixed parts.
PARTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "brand": frozenset(_BRAND),
        "case": frozenset(_CASE),
        "reader": frozenset(_READER),
        "note": frozenset(_NOTE),
        "progress": frozenset({"text", "at"}),
        "clock": frozenset({"objective", "label", "due", "promise", "state", "clause"}),
        "link": frozenset({"label", "href"}),
    }
)
_NESTED: Mapping[str, Mapping[str, Any]] = {
    "brand": _BRAND,
    "case": _CASE,
    "reader": _READER,
    "note": _NOTE,
    "promises": _PROMISES,
}


def complete(notice: str, language: str, facts: Facts) -> dict[str, Any]:
    """`facts` with every name present, in the language of a template; what a customer's mail may not repeat is blank.

    A customer reads of the clocks that run, not of those that are met, paused or over.
    An automatic mail repeats nothing that an unverified sender chose: no one can post through us (R16).
    """
    whole: dict[str, Any] = {**DEFAULTS, **facts, "language": language}
    for name, empty in _NESTED.items():
        whole[name] = {**empty, **(facts.get(name) or {})}
    if voicemail := whole["note"]["voicemail"]:
        whole["note"]["voicemail"] = {**_VOICEMAIL, **voicemail}
    if whole["reader"]["kind"] == "customer":
        whole["clocks"] = [clock for clock in whole["clocks"] if clock["state"] not in _PAST]
    if not whole["verified"] and whole["reader"]["kind"] == "customer" and notice not in BY_PERSONS:
        whole["case"] |= {"subject": "", "requester": _CASE["requester"], "phone": "", "customer": ""}
        whole["reader"]["name"] = ""
        if notice in ANSWERS:
            whole["text"] = ""
    return whole
