"""Voicemails that a telephone system mailed (R27): by the standards, by rules for each system, then by doubt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from email.message import Message as Tree
from functools import partial

from mailproc.mail.message import Address, Message
from mailproc.mail.voicemail import doubt, refusals, rules, standards, words
from mailproc.mail.voicemail.heard import Heard
from mailproc.mail.voicemail.notice import Notice, notice
from mailproc.mail.voicemail.rules import Rule

__all__ = ["Heard", "Rule", "read"]

_REPORTS = ("multipart/report", "message/delivery-status")
_FROM = re.compile(
    r"^[>\s*]*(?:from|von|de|da|van|från|fra|od|от|差出人|发件人)\s*[:：][ *]*(.{1,200})$", re.IGNORECASE | re.MULTILINE
)
_SUBJECT = re.compile(
    r"^[>\s*]*(?:subject|betreff|objet|asunto|oggetto|onderwerp|assunto|ämne|emne|temat|"
    r"тема|件名|主题)\s*[:：][ *]*(.{1,400})$",
    re.IGNORECASE | re.MULTILINE,
)


def read(message: Message, tree: Tree | None, region: str, known: Sequence[Rule] = ()) -> Heard | None:
    """The telephone mail that this is, or None.  `region` (ISO 3166) reads numbers without a country code.

    `known` are the rules for telephone systems, an admin's own before the shipped ones.  Never raises on any mail.
    """
    if message.content_type in _REPORTS:
        return None
    one = notice(message, tree)
    if (refused := refusals.by_fields(one)) is not None:
        return _kind(refused)
    if (heard := standards.read(one, tree, region)) is not None:
        return heard
    if words.FORWARD.match(one.subject):
        return _forwarded(one, region, known)
    heard = rules.heard(known, one, region) if not words.ANSWER.match(one.subject) else None
    if heard is not None and heard.kind == "voicemail" and (why := refusals.lures(one)):
        return Heard("phishing", f"tells of a voicemail, but {why}")
    heard = heard or refusals.by_words(one) or doubt.read(one, region)
    return _kind(heard)


def _kind(heard: Heard | None) -> Heard | None:
    return heard if heard is not None and heard.kind else None


def _forwarded(one: Notice, region: str, known: Sequence[Rule]) -> Heard | None:
    """A notice that a person passed on: what stands below the header block is read, and the person stays the sender."""
    for text in one.texts:
        subject = _SUBJECT.search(text)
        sender = _FROM.search(text[: subject.start()]) if subject else None
        if subject is None or sender is None:
            continue
        address = re.search(r"[\w.+=-]+@[\w.-]+", sender[1])
        inner = Notice(
            subject=subject[1].strip(" *"),
            sender=Address(address[0].lower() if address else "", sender[1].partition("<")[0].strip(' "*')),
            headers={name: one.headers[name] for name in ("date",) if name in one.headers},
            texts=partial(_below, text, subject.end()),
            audio=one.audio,
            message=one.message,
        )
        heard = rules.heard(known, inner, region) or refusals.by_words(inner) or doubt.read(inner, region)
        if heard is not None and heard.kind == "voicemail" and heard.voicemail:
            call = replace(heard.voicemail, forwarded=True)
            return Heard("voicemail", f"passed on by a person; {heard.reason}", call)
        return None
    return None


def _below(text: str, at: int) -> tuple[str, ...]:
    return (text[at:],)
