"""Which case a mail may belong to: the clues, strongest first (R6); what they prove is decided elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailproc.mail.automatic import Own
from mailproc.mail.message import Envelope, Message

TAGS = 20
_TAG = re.compile(r"[\[［]#(\d{1,9})[\]］]", re.ASCII)
_FIELDS = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
_ADDRESS = re.compile(r"[^\s<>,;\"]{1,64}@[^\s<>,;\"]{1,253}")
_PREFIXES = (
    "re|aw|antw|antwort|sv|vs|ref|rif|r|res|odp|atb|ynt|yan|ad|bls|ots|vá|va|na|ha|ang|svar|rv|fw|fwd|wg|tr|enc|i|"
    "doorst|vb|pd|továbbítás|ilt|isch|回复|答复|回覆|答覆|返信|转发|轉寄|轉發|转寄|转送|転送|回信|ответ|отв|на|пересл|fs|videresendt|"
    "отг|σχετ|απ|πρθ|trả lời|chuyển tiếp|bls|trs|re-?|תשובה|הועבר|رد|إعادة توجيه"
)
_PREFIX = re.compile(rf"\s*(?:{_PREFIXES})(?:\s*[\[(]\d{{1,3}}[\])]|\^\d{{1,3}}|\*\d{{1,3}})?\s*[:：]", re.IGNORECASE)
_BRACKET = re.compile(r"\s*[\[［【][^\[\]［］【】]{0,60}[\]］】]")
_FORWARDED = re.compile(r"\s*\(fwd?\)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Clues:
    """What ties a mail to a case; each group with its best candidate first."""

    reply_addresses: tuple[str, ...] = ()  # addressed mailboxes with an extension after "+"
    our_ids: tuple[str, ...] = ()  # Message-IDs that look like ours: In-Reply-To, then References newest first
    seen_ids: tuple[str, ...] = ()  # the other ones, in the same order
    tags: tuple[int, ...] = ()
    base_subject: str = ""


def clues(message: Message, envelope: Envelope, own: Own) -> Clues:
    """All clues of one mail."""
    ids = tuple(dict.fromkeys((*message.in_reply_to, *reversed(message.references))))
    return Clues(
        reply_addresses=reply_addresses(message, envelope),
        our_ids=tuple(one for one in ids if own.issued(one)),
        seen_ids=tuple(one for one in ids if not own.issued(one)),
        tags=tags(message),
        base_subject=base_subject(message.subject),
    )


def reply_addresses(message: Message, envelope: Envelope) -> tuple[str, ...]:
    """Each addressed mailbox that has a "+" extension: the envelope's recipients first, then the header fields'."""
    found = [recipient.strip("<> ").lower() for recipient in envelope.rcpt_tos]
    for name in _FIELDS:
        found += [match.lower() for value in message.headers.get(name, ()) for match in _ADDRESS.findall(value)]
    found += [one.address for one in (*message.to, *message.cc)]
    return tuple(dict.fromkeys(one for one in found if "+" in one.partition("@")[0]))[:50]


def tags(message: Message) -> tuple[int, ...]:
    """The case tags `[#N]` in the subject, as they stand there: a disguised one is none (R6)."""
    values = message.headers.get("subject") or (message.subject,)
    return tuple(dict.fromkeys(int(number) for number in _TAG.findall(values[0][:1_000])))[:TAGS]


def base_subject(subject: str) -> str:
    """The subject without Re:, Fwd: and their kin, bracketed marks in front, our tags (after RFC 5256 §2.1)."""
    text = _TAG.sub(" ", subject)
    while True:
        shorter = _FORWARDED.sub("", text)
        if (hit := _PREFIX.match(shorter)) is not None or (
            (hit := _BRACKET.match(shorter)) is not None and shorter[hit.end() :].strip()
        ):
            shorter = shorter[hit.end() :]
        if shorter == text:
            return " ".join(text.split())
        text = shorter


def without_prefixes(subject: str) -> str:
    """The subject without Re:, Fwd: and their kin in front, marks and tags kept."""
    text = subject
    while (hit := _PREFIX.match(text)) is not None:
        text = text[hit.end() :]
    return text.strip()
