"""How one mail is understood, and why: the value behind `mailproc read`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from mailproc.mail import bounce, severity, thread, voicemail
from mailproc.mail.automatic import HOPS, Own, Verdict, judge
from mailproc.mail.message import Address, Bounce, Command, Envelope, Message, Reading
from mailproc.mail.parse import Parsed, understand
from mailproc.mail.voicemail import Heard, Rule

NOBODY = Own()
CALLS = frozenset({"voicemail", "suspected_voicemail"})
"""Kinds that are a call; the second one is for a person to judge."""
_SUCCEEDED = frozenset(("delivered", "relayed", "expanded"))


class Block(Protocol):
    """The commands at the top of a text, and the text without them."""

    @property
    def commands(self) -> tuple[Command, ...]: ...

    @property
    def text(self) -> str: ...


Split = Callable[[str], Block]


@dataclass(frozen=True, slots=True)
class _Facts:
    parsed: Parsed
    verdict: Verdict
    heard: Heard | None
    report: Bounce | None
    tags: tuple[int, ...]
    commands: tuple[Command, ...]


def read(
    raw: bytes,
    envelope: Envelope,
    own: Own = NOBODY,
    *,
    words: Mapping[str, str] | None = None,
    agents: Collection[str] = frozenset(),
    region: str = "US",
    split: Split | None = None,
    telephones: Sequence[Rule] = (),
) -> Reading:
    """Understand one mail; pure, never raises, the same bytes give the same reading.

    `words` maps what customers may say, in lower case, to severity ids; `agents` are their addresses in lower case;
    `region` (ISO 3166) reads telephone numbers without a country code; `split` finds the command block of a text;
    `telephones` are the rules by which the mails of telephone systems are known.
    """
    parsed = understand(raw)
    message = parsed.message
    facts = _Facts(
        parsed=parsed,
        verdict=judge(message, envelope, own),
        heard=voicemail.read(message, parsed.tree, region, telephones),
        report=bounce.read(message, parsed.tree, envelope),
        tags=thread.tags(message),
        commands=split(message.text).commands if split is not None and message.own_words else (),
    )
    from_agent = message.sender is not None and message.sender.address in agents
    kind, because = _kind(facts, own, from_agent=from_agent)
    call = facts.heard.voicemail if facts.heard and kind in CALLS else None
    person = kind in ("request", "reply", "command") or (call is not None and call.forwarded)
    return Reading(
        kind=kind,
        reasons=(because, *facts.verdict.reasons),
        message=message,
        answerable=facts.verdict.answerable and person,
        case_refs=facts.tags,
        severity=severity.declared(message, words) if words and kind == "request" else None,
        commands=facts.commands if person and call is None else (),
        bounce=facts.report if kind in ("bounce", "receipt") else None,
        voicemail=call,
    )


def _kind(facts: _Facts, own: Own, *, from_agent: bool) -> tuple[str, str]:
    """The kind and its reason.  Telephone systems use odd header fields, so they come before automatic replies."""
    automatic = facts.verdict.kind
    if automatic == "loop" and not _in_our_name(facts, own):
        return "loop", "our own mail came back"
    if facts.heard is not None and not (_passed_on(facts) and (facts.tags or (from_agent and facts.commands))):
        return facts.heard.kind, facts.heard.reason
    if automatic in ("complaint", "receipt"):
        return automatic, f"a report: {automatic}"
    if facts.report is not None:
        return _report_kind(facts.report)
    if automatic == "bounce":
        return "bounce", "a delivery report that names no recipient"
    if automatic is not None:
        return automatic, f"written by a program: {automatic}"
    if from_agent and facts.commands:
        return "command", "from an agent's address, with a command block"
    message = facts.parsed.message
    if message.in_reply_to or message.references:
        return "reply", "In-Reply-To or References name an earlier mail"
    if facts.tags:
        return "reply", f"the subject has the case tag [#{facts.tags[0]}]"
    return "request", "a mail that answers none"


def _passed_on(facts: _Facts) -> bool:
    """A voicemail that a person forwards is that person's mail where it belongs to a case or commands something."""
    return facts.heard is not None and facts.heard.voicemail is not None and facts.heard.voicemail.forwarded


def _in_our_name(facts: _Facts, own: Own) -> bool:
    """Is it a telephone system that mails with an address of ours as its own, and no mail that we sent?"""
    message: Message = facts.parsed.message
    if facts.heard is None or not facts.heard.sure or facts.heard.voicemail is None:
        return False
    marks = {value.strip().lower() for value in message.headers.get("x-loop", ())}
    ours = own.issued(message.message_id) or bool(marks & (own.loop_marks | own.addresses))
    return not ours and len(message.headers.get("received", ())) <= HOPS


def _report_kind(report: Bounce) -> tuple[str, str]:
    actions = {one.action for one in report.recipients}
    if actions and actions <= _SUCCEEDED:
        return "receipt", "a delivery report of success (RFC 3464)"
    failed = next((one for one in report.recipients if one.permanent), None)
    if failed is not None:
        return "bounce", f"mail to {failed.address} failed for good {failed.status}".rstrip()
    return "bounce", "a delivery report of a failure or a delay"


def to_json(reading: Reading, file: str) -> dict[str, Any]:
    """The object that `mailproc read --json` prints for one mail; times in RFC 3339."""
    message = reading.message
    return {
        "file": file,
        "kind": reading.kind,
        "reasons": list(reading.reasons),
        "from": _person(message.sender),
        "to": [_person(one) for one in message.to],
        "cc": [_person(one) for one in message.cc],
        "subject": message.subject,
        "date": _time(message.date),
        "message_id": message.message_id,
        "in_reply_to": list(message.in_reply_to),
        "references": list(message.references),
        "case_refs": list(reading.case_refs),
        "text": message.text,
        "quoted": message.quoted,
        "signature": message.signature,
        "language": message.language,
        "attachments": [
            {"name": one.name, "type": one.type, "size": one.size, "inline": one.inline} for one in message.attachments
        ],
        "severity": reading.severity,
        "commands": [{"name": one.name, "argument": one.argument, "line": one.line} for one in reading.commands],
        "answerable": reading.answerable,
        "bounce": _bounce(reading.bounce),
        "voicemail": _voicemail(reading),
        "authentication": _authentication(reading),
        "defects": list(message.defects),
    }


def _person(one: Address | None) -> dict[str, str] | None:
    return None if one is None else {"address": one.address, "name": one.name}


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _bounce(report: Bounce | None) -> dict[str, Any] | None:
    if report is None:
        return None
    return {
        "recipients": [
            {
                "address": one.address,
                "action": one.action,
                "status": one.status,
                "permanent": one.permanent,
                "diagnostic": one.diagnostic,
            }
            for one in report.recipients
        ],
        "original_message_id": report.original_message_id,
    }


def _voicemail(reading: Reading) -> dict[str, Any] | None:
    call = reading.voicemail
    if call is None:
        return None
    return {
        "provider": call.provider,
        "caller": call.caller,
        "caller_name": call.caller_name,
        "duration_s": call.duration_s,
        "left_at": _time(call.left_at),
        "mailbox": call.mailbox,
        "transcript": call.transcript,
        "confidence": call.confidence,
        "has_audio": call.has_audio,
    }


def _authentication(reading: Reading) -> dict[str, Any]:
    nothing = {"spf": None, "dkim": None, "dmarc": None, "trusted": False}
    return nothing | {key: value for key, value in reading.authentication.items() if key in nothing}
