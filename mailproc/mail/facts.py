"""The facts that templates can speak of: every name, with the value it has when nothing is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    "severity_proposal",
    "severity_capped",
    "status",
    "escalated",
    "acknowledged",
    "declined_escalation",
    "not_entitled",
    "incident",
    "enhancement_received",
    "access_request",
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
    "digest",
    "hot_items",
    "account_summary",
    "committee",
)
OPERATOR_NOTICES = ("operator_alarm",)
WRITTEN = CUSTOMER_NOTICES + STAFF_NOTICES + OPERATOR_NOTICES
# A person decided to send these, with words of their own; the others go by themselves.
BY_PERSONS = frozenset(
    {
        "customer_reply",
        "action_plan",
        "relief",
        "resolution",
        "agreed_interval",
        "severity_changed",
        "severity_proposal",
        "access_request",
    }
)
# What answers a mail at once: its `text` can only be the sender's.
ANSWERS = frozenset({"confirmation", "status", "declined_escalation", "not_entitled", "enhancement_received"})
NAMES = frozenset(WRITTEN)

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
_ROW = {**_CASE, "objective": "", "due": None, "broken": False, "age": None, "next_update": None, "news": None}
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
    "asks": False,
    "capped": None,
    "asks_impact": False,
    "choose": False,
    "severities": (),
    "incident": None,
    "call_back": None,
    "articles": (),
    "tier": 0,
    "paged": False,
    "hoster": "",
    "name": "",
    "over": False,
    "kind": "",
    "condition": "",
    "rung": 0,
    "repeat": 0,
    "groups": (),
    "customers": (),
    "absent": (),
    "on_call": (),
    "spans": (),
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
    _complete_rows(whole["note"])
    if whole["reader"]["kind"] == "customer":
        whole["clocks"] = [clock for clock in whole["clocks"] if clock["state"] not in _PAST]
    if not whole["verified"] and whole["reader"]["kind"] == "customer" and notice not in BY_PERSONS:
        whole["case"] |= {"subject": "", "requester": _CASE["requester"], "phone": "", "customer": ""}
        whole["reader"]["name"] = ""
        if notice in ANSWERS:
            whole["text"] = ""
    return whole


def _complete_rows(note: dict[str, Any]) -> None:
    """Give every case that a list names all that a template may say of it."""
    if note["cases"]:
        note["cases"] = _rows(note["cases"])
    for name in ("groups", "customers"):
        if note[name]:
            note[name] = [{**group, "cases": _rows(group["cases"])} for group in note[name]]


def _rows(cases: Iterable[Facts]) -> list[dict[str, Any]]:
    return [{**_ROW, **case} for case in cases]
