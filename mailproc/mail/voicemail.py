"""Voicemails that a telephone system mailed, known by the standards (R27): their signs and their sources."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import Message as Tree

from mailproc.mail import parts
from mailproc.mail.message import Message, Voicemail
from mailproc.mail.telephone import caller_name, duration, e164, is_number

_AUDIO_NAME = re.compile(r"\.(?:wav|wav49|gsm|mp3|m4a|mp4|aac|amr|ogg|oga|opus|webm|au|wma|3gp)$", re.IGNORECASE)
_MAGIC = (b"RIFF", b"ID3", b"OggS", b"#!AMR", b".snd", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\x1aE\xdf\xa3")
_ACTIVE = re.compile(r"\.(?:s?html?|svg|zip|iso|img|lnk|jse?|vbs|exe|scr|hta|one|7z|rar|xhtml|mht)$", re.IGNORECASE)
_TALKS = re.compile(
    r"voice ?(?:mail|message)|sprachnachricht|anrufbeantworter|messagerie vocale|buzón de voz", re.IGNORECASE
)
_ASTERISK_ID = re.compile(r"<Asterisk-\d+-\d+-[^@<>]{1,80}-\d+@")
_ASTERISK_TEXT = re.compile(
    r"you were just (?P<how>left|forwarded) an? (?P<length>\d{1,3}:\d\d)(?::\d\d)? long message[^,]{0,60}?in mailbox\s+"
    r"(?P<mailbox>[\w.@+-]{1,80})\s+from\s+(?P<caller>[^,\n]{0,120}),"
)
_ORIGINAL = re.compile(
    r'originally sent by\s+"?(?P<name>[^"<\n]{0,120}?)"?\s*<(?P<number>[^<>\n]{1,40})>\s*on\s+(?P<date>[^)\n]{6,60})'
)
_FREESWITCH_SUBJECT = re.compile(r'from\s+"?(?P<name>[^"<>]{0,120}?)"?\s*<(?P<number>[^<>]{1,40})>')


@dataclass(frozen=True, slots=True)
class Heard:
    """What kind of telephone mail this is, and why; `voicemail` only if it is one."""

    kind: str  # voicemail, fax, missed_call, phishing
    reason: str
    voicemail: Voicemail | None = None


def read(message: Message, tree: Tree | None, region: str) -> Heard | None:
    """The telephone mail that this is, or None.  `region` (ISO 3166) reads numbers without a country code."""
    if (gate := _not_a_voicemail(message)) is not None:
        return gate if gate.kind else None
    for name, sign, source in _SOURCES:
        if (reason := sign(message, tree)) is not None:
            found = source(message, tree, region)
            return Heard(kind="voicemail", reason=f"{name}: {reason}", voicemail=_common(found, message, tree))
    return None


def _value(message: Message, name: str) -> str:
    values = message.headers.get(name, ())
    return values[0].strip() if values else ""


def _content_class(message: Message) -> str:
    return _value(message, "content-class").lower().removeprefix("urn:content-class:")


def _not_a_voicemail(message: Message) -> Heard | None:
    """What the signs below would take for a voicemail and is none; an empty kind sends it the usual way."""
    kind = _content_class(message)
    if _value(message, "message-context").lower() == "fax-message" or kind in ("fax", "fax-ca"):
        return Heard(kind="fax", reason="Message-Context or Content-Class says fax")
    if kind == "missedcall":
        return Heard(kind="missed_call", reason="Content-Class says missed call")
    if any(_ACTIVE.search(one.name) for one in message.attachments) and _TALKS.search(message.subject):
        return Heard(kind="phishing", reason="talks of a voicemail and attaches a page or a program")
    if _value(message, "x-callingtelephonenumber").upper().startswith("IPM."):
        return Heard(kind="", reason="X-CallingTelephoneNumber holds a message class: an Outlook recall")
    notice = _value(message, "x-asterisk-vm-message-type").lower()
    if notice not in ("", "message") or message.subject.lower().startswith("new greeting "):
        return Heard(kind="", reason="a notice of the telephone system itself")
    return None


# --- the signs: why a mail is a voicemail of this family, or None --------------------------------------------------


def _asterisk_sign(message: Message, tree: Tree | None) -> str | None:
    if "x-asterisk-callerid" in message.headers or "x-asterisk-vm-caller-id-num" in message.headers:
        return "X-Asterisk fields name the caller"
    return "the Message-ID is Asterisk's" if _ASTERISK_ID.match(message.message_id) else None


def _freeswitch_sign(message: Message, tree: Tree | None) -> str | None:
    if "x-voicemail-length" in message.headers and "freeswitch" in _value(message, "x-mailer").lower():
        return "X-Voicemail-Length by FreeSWITCH"
    return None


def _exchange_sign(message: Message, tree: Tree | None) -> str | None:
    kind = _content_class(message)
    if kind not in ("voice", "voice-ca", "voice-uc"):
        return None
    if is_number(_value(message, "x-callingtelephonenumber")) or _has_audio(message, tree):
        return f"Content-Class: {kind}"
    return None


def _standard_sign(message: Message, tree: Tree | None) -> str | None:
    if _value(message, "message-context").lower() == "voice-message":
        return "Message-Context: voice-message (RFC 3458)"
    if message.content_type == "multipart/voice-message":
        return "multipart/voice-message (RFC 3801)"
    if "voice version 2.0" in _value(message, "mime-version").lower():
        return "MIME-Version: Voice Version 2.0 (RFC 3801)"
    return None


# --- the sources: what each family says, and where ------------------------------------------------------------------


def _asterisk(message: Message, tree: Tree | None, region: str) -> Voicemail:
    default = _ASTERISK_TEXT.search(message.text)
    number = _value(message, "x-asterisk-vm-caller-id-num") or _value(message, "x-asterisk-callerid")
    name = _value(message, "x-asterisk-vm-caller-id-name") or _value(message, "x-asterisk-calleridname")
    left = _epoch(_value(message, "x-asterisk-vm-orig-time"))
    if default and default["how"] == "forwarded" and (original := _ORIGINAL.search(message.text)):
        number, name = original["number"], original["name"]  # the fields speak of the colleague who forwarded it
    mailbox = _value(message, "x-asterisk-vm-extension") or (default["mailbox"] if default else "")
    mailbox = mailbox or _asterisk_mailbox(message.message_id)
    length = _value(message, "x-asterisk-vm-duration")
    return Voicemail(
        provider="asterisk",
        caller=e164(number, region),
        caller_name=caller_name(name or _own_name(default, number)),
        duration_s=duration(length) if length else (duration(default["length"]) if default else None),
        left_at=left,
        mailbox=mailbox or None,
        transcript=None if default else _said(message),
        urgent=_value(message, "x-asterisk-vm-flag").lower() == "urgent"
        or "new urgent message" in message.subject.lower(),
    )


def _own_name(default: re.Match[str] | None, number: str) -> str:
    who = default["caller"].strip() if default else ""
    return "" if who == number or who.startswith("an unknown") else who


def _asterisk_mailbox(message_id: str) -> str:
    found = re.match(r"<Asterisk-\d+-\d+-([^@<>]{1,80})-\d+@", message_id)
    return found[1] if found else ""


def _freeswitch(message: Message, tree: Tree | None, region: str) -> Voicemail:
    who = _FREESWITCH_SUBJECT.search(message.subject)
    number = who["number"] if who else (message.sender.address.partition("@")[0] if message.sender else "")
    name = who["name"] if who else (message.sender.name if message.sender else "")
    account = re.search(r"(?im)^\s*account:\s*(\S{1,120})", message.text)
    return Voicemail(
        provider="freeswitch",
        caller=e164(number, region),
        caller_name=caller_name(name),
        duration_s=duration(_value(message, "x-voicemail-length")),
        mailbox=account[1] if account else None,
        urgent=_value(message, "x-priority").startswith("1"),
    )


def _exchange(message: Message, tree: Tree | None, region: str) -> Voicemail:
    number = _value(message, "x-callingtelephonenumber")
    return Voicemail(
        provider="exchange",
        caller=e164(number, region),
        caller_name=caller_name(_value(message, "x-voicemessagesendername")),
        duration_s=duration(_value(message, "x-voicemessageduration")),
        transcript=_said(message),
        urgent=_value(message, "importance").lower() == "high",
    )


def _standard(message: Message, tree: Tree | None, region: str) -> Voicemail:
    sender = message.sender.address if message.sender else ""
    local = sender.partition("@")[0].removeprefix("voice=")
    number = _value(message, "x-cns-originator-phone-number")
    to = message.to[0].address.partition("@")[0].removeprefix("voice=") if message.to else ""
    media = re.search(r"d_voice=(\d{1,5})sec", _value(message, "x-cns-media-size"))
    length = _value(message, "content-duration") or (media[1] if media else "")
    return Voicemail(
        provider="vpim",
        caller=e164(local, region) or e164(number, region),
        caller_name=caller_name(message.sender.name if message.sender else ""),
        duration_s=duration(length) if length else _part_duration(tree),
        mailbox=to if is_number(to) else None,
        transcript=_said(message),
        urgent=_value(message, "importance").lower() == "high" or _value(message, "priority").lower() == "urgent",
    )


def _part_duration(tree: Tree | None) -> int | None:
    for part in tree.walk() if tree is not None else ():
        if (value := part.get("content-duration")) is not None:
            return duration(str(value)[:40])
    return None


_SOURCES: tuple[
    tuple[str, Callable[[Message, Tree | None], str | None], Callable[[Message, Tree | None, str], Voicemail]], ...
] = (
    ("Asterisk", _asterisk_sign, _asterisk),
    ("FreeSWITCH", _freeswitch_sign, _freeswitch),
    ("Exchange", _exchange_sign, _exchange),
    ("standard", _standard_sign, _standard),
)


def _common(found: Voicemail, message: Message, tree: Tree | None) -> Voicemail:
    return replace(found, left_at=found.left_at or message.date, has_audio=_has_audio(message, tree))


def _said(message: Message) -> str | None:
    """The visible text as transcript, without the sentences that telephone systems wrap around the audio."""
    lines = [line for line in message.text.split("\n") if not _WRAPPER.match(line)]
    labelled = re.search(r"(?is)(?:transcript(?:ion)?|voice ?mail preview)\s*:?\s*\n?(.{1,20000})", "\n".join(lines))
    text = (labelled[1] if labelled else "\n".join(lines)).strip()
    text = re.split(r"\n\s*Dial \*\d+|\n\s*-{3,}", text, maxsplit=1)[0].strip(" \t\n.")
    placeholder = not text or text.startswith(("${", "{{{{")) or _UNTOLD.search(text[:200])
    return None if placeholder else text if text.endswith(("?", "!", "。")) else text + "."


_WRAPPER = re.compile(
    r"\s*(?:click on attachment|you (?:have )?received a voice ?(?:mail|message)|"
    r"please (?:find|see) (?:the )?attach\w*|"
    r"(?:caller|from|to|phone|number|duration|length|date|received|mailbox|account|"
    r"call(?:er)?[- ]?id)\b[^:\n]{0,30}:.*|"
    r"voice ?(?:mail|message) from .*|the (?:audio|recording) is attached.*)\s*[.!]?\s*$",
    re.IGNORECASE,
)
_UNTOLD = re.compile(
    r"(?:transcription|transcript|preview) (?:is )?(?:not available|unavailable|failed|could not)|"
    r"no transcri|not transcribed",
    re.IGNORECASE,
)


def _has_audio(message: Message, tree: Tree | None) -> bool:
    for one in message.attachments:
        if one.type.startswith("audio/") or one.type == "application/ogg":
            return True
        if _AUDIO_NAME.search(one.name) and one.type in ("application/octet-stream", "video/mp4", "video/webm"):
            return _sounds(tree, one.part)
    return False


def _sounds(tree: Tree | None, index: int) -> bool:
    for number, part in enumerate(tree.walk() if tree is not None else ()):
        if number == index:
            head = parts.content(part)[:16]
            return head.startswith(_MAGIC) or head[4:8] == b"ftyp"
    return False


def _epoch(value: str) -> datetime | None:
    if not value.isdecimal() or len(value) > 11:
        return None
    return datetime.fromtimestamp(int(value), UTC)
