"""What the signs of a voicemail would take for one and is none: faxes, missed calls, notices of the box, phishing."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Iterator

from mailproc.mail import telephone
from mailproc.mail.voicemail import details, words
from mailproc.mail.voicemail.heard import Heard
from mailproc.mail.voicemail.notice import Notice

_ACTIVE = re.compile(
    r"\.(?:s?html?|svg|zip|iso|img|lnk|jse?|vbs|exe|scr|hta|one|7z|rar|xhtml|mht|wsf|ps1|bat|cmd|jar)$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[\w.+-]+@((?:[\w-]+\.)+[a-z]{2,})", re.IGNORECASE)
_LINK = re.compile(r"https?://([^\s/?#\"'<>]{1,253})([^\s\"'<>]{0,500})", re.IGNORECASE)
_FAXED = re.compile(r"\.(?:pdf|tiff?)$", re.IGNORECASE)
_TOP = re.compile(r"\.(?:com|net|org|info|biz|co|edu|gov)\.(?=.*\.)")


def by_fields(notice: Notice) -> Heard | None:
    """By header fields and files: these stand before every sign of a voicemail."""
    kind = notice.value("content-class").lower().removeprefix("urn:content-class:")
    if notice.value("message-context").lower() == "fax-message" or kind in ("fax", "fax-ca"):
        return Heard("fax", "Message-Context or Content-Class says fax")
    if kind == "missedcall":
        return Heard("missed_call", "Content-Class says missed call")
    message = notice.message
    if message is not None and any(_ACTIVE.search(one.name) for one in message.attachments) and _talks(notice):
        return Heard("phishing", "talks of a voicemail and attaches a page or a program")
    if notice.value("x-callingtelephonenumber").upper().startswith("IPM."):
        return Heard("", "X-CallingTelephoneNumber holds a message class: an Outlook recall")
    about = notice.value("x-asterisk-vm-message-type").lower()
    if about not in ("", "message") or re.match(r"new greeting\b", notice.subject, re.IGNORECASE):
        return Heard("", "a notice of the telephone system itself")
    return None


def _talks(notice: Notice) -> bool:
    message = notice.message
    names = " ".join(one.name for one in message.attachments) if message else ""
    if words.VOICE.search(notice.subject) or re.search(
        r"(?:^|\W)(?:voice|audio|vm)[ _-]?(?:mail|msg|message|note)|\.(?:wav|mp3)\W{0,3}\.?\w{2,5}$",
        names,
        re.IGNORECASE,
    ):
        return not notice.by_person
    return not notice.by_person and any(
        words.NOTICE.match(text.strip()) or words.LEFT.search(text[:1_500]) for text in notice.texts
    )


def by_words(notice: Notice) -> Heard | None:
    """By subject and sender: where no standard and no rule knows the mail."""
    if notice.by_person:
        return None
    if not words.VOICE.search(notice.subject) and _says_so(notice):
        if words.MISSED.match(notice.subject):
            return Heard("missed_call", "its subject tells of a missed call")
        if words.FAX.match(notice.subject) and (_has_pages(notice) or notice.by_system):
            return Heard("fax", "its subject tells of a fax")
    if words.ABOUT_THE_BOX.search(notice.subject) and not notice.audio and not telephone.numbers(notice.subject):
        return Heard("", "a notice of the telephone system itself")
    return None


def _says_so(notice: Notice) -> bool:
    return (
        notice.by_system
        or bool(telephone.numbers(notice.subject))
        or telephone.is_withheld(details.who_of_subject(notice.subject))
    )


def _has_pages(notice: Notice) -> bool:
    return notice.message is not None and any(_FAXED.search(one.name) for one in notice.message.attachments)


def lures(notice: Notice) -> str:
    """Why a mail that tells of a voicemail is a lure; "" if it is none.  A mail that names the call lures nobody."""
    claimed = _ADDRESS.search(notice.name)
    if claimed and not _related(claimed[1].lower(), notice.domain):
        return "its sender's name is another's address"
    if _TOP.search(notice.domain):
        return "its sender's domain pretends to be another"
    if notice.audio:
        return ""
    hosts = list(_links(notice))
    for host, rest in hosts:
        if _names_the_reader(rest, notice):
            return f"its link to {host[:80]} names the reader"
    return ""


def leads_away(notice: Notice) -> str:
    """The host of a link to elsewhere, in a mail that has nothing of a call but the link; "" if there is none."""
    if notice.audio:
        return ""
    hosts = [host for host, _ in _links(notice)]
    if hosts and not any(_related(host, notice.domain) for host in hosts):
        return hosts[0][:80]
    return ""


def _links(notice: Notice) -> Iterator[tuple[str, str]]:
    raw = notice.markup + "\n".join(notice.texts)
    for found in list(_LINK.finditer(raw))[:50]:
        host = found[1].lower().rpartition("@")[2].partition(":")[0]
        if not host.endswith(("w3.org", "schemas.microsoft.com")):
            yield host, found[2]


def _related(host: str, domain: str) -> bool:
    """Do both stand under one name?  The last two labels, three where the last two are short ones such as co.uk."""
    return _home(host) == _home(domain)


def _home(host: str) -> str:
    labels = host.rstrip(".").split(".")
    short = (
        len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in ("co", "com", "net", "org", "ac", "gov", "or", "ne")
    )
    return ".".join(labels[-3 if short else -2 :])


def _names_the_reader(rest: str, notice: Notice) -> bool:
    readers = {one.address for one in notice.message.to} if notice.message else set()
    if any(one and one in rest.lower() for one in readers):
        return True
    for word in re.findall(r"[A-Za-z0-9_-]{12,200}={0,2}", rest):
        try:
            plain = b64decode(word.replace("-", "+").replace("_", "/") + "=" * (-len(word) % 4))
        except (Error, ValueError):
            continue
        if any(one.encode() in plain.lower() for one in readers if one):
            return True
    return False
