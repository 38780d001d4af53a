"""Voicemails by the standards, and by the fields of systems that are as good as one: their signs and their sources."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.message import Message as Tree

from mailproc.mail import telephone
from mailproc.mail.message import Voicemail
from mailproc.mail.voicemail import details, transcript, words
from mailproc.mail.voicemail.heard import Heard
from mailproc.mail.voicemail.notice import Notice

_ASTERISK_ID = re.compile(r"<Asterisk-\d+-\d+-([^@<>]{1,80})-\d+@")
_ASTERISK_TEXT = re.compile(
    r"you were just (?P<how>left|forwarded) an? (?P<length>\d{1,3}:\d\d(?::\d\d)?) long message.{0,60}?in mailbox\s+"
    r"(?P<mailbox>[\w.@+-]{1,80})\s+from\s+(?P<caller>[^,\n]{0,120}),\s+on\s+(?P<date>[^\n]{6,60})",
    re.DOTALL,
)
_ORIGINAL = re.compile(
    r'originally sent by\s+"?(?P<name>[^"<\n]{0,120}?)"?\s*<(?P<number>[^<>\n]{1,40})>\s*on\s+(?P<date>[^)\n]{6,60})'
)
_FREESWITCH_SUBJECT = re.compile(r'from\s+"?(?P<name>[^<>]{0,120}?)"?\s*<(?P<number>[^<>]{1,40})>')

Tell = Callable[[Notice, Tree | None, str], Voicemail]


def read(notice: Notice, tree: Tree | None, region: str) -> Heard | None:
    """The voicemail that header fields or the structure prove, or None."""
    for name, sign, tell in _SOURCES:
        if (reason := sign(notice, tree)) is not None:
            return Heard("voicemail", f"{name}: {reason}", tell(notice, tree, region), sure=True)
    return None


def _content_class(notice: Notice) -> str:
    return notice.value("content-class").lower().removeprefix("urn:content-class:")


# --- the signs: why a mail is a voicemail of this family, or None --------------------------------------------------


_ASTERISK_FIELDS = ("x-asterisk-callerid", "x-asterisk-vm-caller-id-num", "x-asterisk-vm-message-num")


def _asterisk_sign(notice: Notice, tree: Tree | None) -> str | None:
    if any(name in notice.headers for name in _ASTERISK_FIELDS):
        return "X-Asterisk fields name the caller"
    return "the Message-ID is Asterisk's" if _ASTERISK_ID.match(notice.value("message-id")) else None


def _freeswitch_sign(notice: Notice, tree: Tree | None) -> str | None:
    if "x-voicemail-length" in notice.headers:
        return "X-Voicemail-Length"
    return None


def _exchange_sign(notice: Notice, tree: Tree | None) -> str | None:
    kind = _content_class(notice)
    if kind not in ("voice", "voice-ca", "voice-uc"):
        return None
    if telephone.is_number(notice.value("x-callingtelephonenumber")) or notice.audio:
        return f"Content-Class: {kind}"
    return None


def _standard_sign(notice: Notice, tree: Tree | None) -> str | None:
    if notice.value("message-context").lower() == "voice-message":
        return "Message-Context: voice-message (RFC 3458)"
    message = notice.message
    if message is not None and message.content_type == "multipart/voice-message":
        return "multipart/voice-message (RFC 3801)"
    if "voice version 2.0" in notice.value("mime-version").lower():
        return "MIME-Version: Voice Version 2.0 (RFC 3801)"
    if notice.audio and any(
        "voice=voice-message" in str(part.get("content-disposition", "")).lower() for part in _parts(tree)
    ):
        return "Content-Disposition: voice=Voice-Message (RFC 3801)"
    return None


def _parts(tree: Tree | None) -> list[Tree]:
    return list(tree.walk()) if tree is not None else []


# --- the sources: what each family says, and where ------------------------------------------------------------------


def _asterisk(notice: Notice, tree: Tree | None, region: str) -> Voicemail:
    default = next((found for text in notice.texts if (found := _ASTERISK_TEXT.search(text))), None)
    given = {
        "caller": notice.value("x-asterisk-vm-caller-id-num") or notice.value("x-asterisk-callerid"),
        "caller_name": notice.value("x-asterisk-vm-caller-id-name") or notice.value("x-asterisk-calleridname"),
        "duration": notice.value("x-asterisk-vm-duration"),
        "mailbox": notice.value("x-asterisk-vm-extension"),
    }
    if default:
        given |= {
            "duration": given["duration"] or default["length"],
            "mailbox": default["mailbox"],
            "left_at": default["date"],
        }
        given["who"] = default["caller"]
        if default["how"] == "forwarded" and (original := _ORIGINAL.search(notice.texts[0])):
            # The fields speak of the colleague who forwarded it.
            given |= {"caller": original["number"], "caller_name": original["name"], "left_at": original["date"]}
    if not given["mailbox"] and (found := _ASTERISK_ID.match(notice.value("message-id"))):
        given["mailbox"] = found[1]
    call = details.read(given, notice, provider="asterisk", region=region).call
    urgent = notice.value("x-asterisk-vm-flag").lower() == "urgent" or "new urgent" in notice.subject.lower()
    left = _epoch(notice.value("x-asterisk-vm-orig-time"))
    if default:
        call = replace(call, transcript=None)
    elif notice.texts and not notice.labels[0].counted and not words.VOICE.search(notice.texts[0]):
        call = _spoken(call, notice)  # nothing but speech: an admin's own mail command
    return replace(call, left_at=left or call.left_at, urgent=urgent)


def _freeswitch(notice: Notice, tree: Tree | None, region: str) -> Voicemail:
    who = _FREESWITCH_SUBJECT.search(notice.subject)
    given = {
        "caller": who["number"] if who else notice.local,
        "caller_name": who["name"] if who else notice.name,
        "duration": notice.value("x-voicemail-length"),
    }
    call = details.read(given, notice, provider="freeswitch", region=region).call
    return replace(call, urgent=notice.value("x-priority").startswith("1"))


def _exchange(notice: Notice, tree: Tree | None, region: str) -> Voicemail:
    given = {
        "caller": notice.value("x-callingtelephonenumber"),
        "caller_name": notice.value("x-voicemessagesendername"),
        "duration": notice.value("x-voicemessageduration"),
    }
    return _spoken(details.read(given, notice, provider="exchange", region=region).call, notice)


def _standard(notice: Notice, tree: Tree | None, region: str) -> Voicemail:
    local = notice.local.removeprefix("voice=")
    message = notice.message
    to = message.to[0].address.partition("@")[0].removeprefix("voice=") if message and message.to else ""
    media = re.search(r"d_voice=(\d{1,5})sec", notice.value("x-cns-media-size"))
    given = {
        "caller": local if telephone.is_number(local) else notice.value("x-cns-originator-phone-number"),
        "caller_name": notice.name,
        "duration": notice.value("content-duration") or (media[1] if media else "") or _part_duration(tree),
        "mailbox": to if telephone.is_number(to) else "",
    }
    return _spoken(details.read(given, notice, provider="vpim", region=region).call, notice)


def _spoken(call: Voicemail, notice: Notice) -> Voicemail:
    """Where no label says which words are the call's, what is left of the text is."""
    if call.transcript is not None or not notice.texts or any(one.transcript_at for one in notice.labels):
        return call
    return replace(call, transcript=transcript.unlabelled(notice.texts[0]))


def _part_duration(tree: Tree | None) -> str:
    lengths = (str(value)[:40] for part in _parts(tree) if (value := part.get("content-duration")) is not None)
    return next(lengths, "")


def _epoch(value: str) -> datetime | None:
    if not value.isdecimal() or len(value) > 11:
        return None
    return datetime.fromtimestamp(int(value), UTC)


_SOURCES: tuple[tuple[str, Callable[[Notice, Tree | None], str | None], Tell], ...] = (
    ("Asterisk", _asterisk_sign, _asterisk),
    ("FreeSWITCH", _freeswitch_sign, _freeswitch),
    ("Exchange", _exchange_sign, _exchange),
    ("standard", _standard_sign, _standard),
)
