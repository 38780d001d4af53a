"""An outgoing mail as bytes: the same bytes for the same draft, whenever and wherever it is composed."""

from __future__ import annotations

import hashlib
import re
from binascii import b2a_base64, b2a_qp
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Literal
from urllib.parse import quote

from mailproc.mail.headers import (
    address,
    address_field,
    clean,
    ids_field,
    is_message_id,
    references,
    text_field,
    token_field,
)
from mailproc.mail.message import Address

MAX_LINE = 900  # characters of a line that is sent as it is; SMTP allows 998 (RFC 5321 §4.5.3.1.6)
MAX_NAME = 120  # characters of a file's name

_ASCII_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # the same, for the many mails that need no more: faster
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,80}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_OWN_FIELDS = frozenset(
    ["from", "to", "cc", "bcc", "sender", "reply-to", "subject", "date", "message-id", "in-reply-to", "references",
     "auto-submitted", "x-auto-response-suppress", "x-loop", "mime-version",
     "content-language", "content-type", "content-transfer-encoding", "content-disposition"]
)  # fmt: skip
# What a mail program or a browser would run when somebody opens it: never sent under its own type.
_ACTIVE_TYPES = re.compile(
    r"(?:text|application|image)/(?:.*(?:html|xml|svg|script|flash|hta)|x-msdownload|x-sh)|message/|multipart/"
)
_ACTIVE_NAMES = re.compile(
    r"\.(?:html?|xhtml|shtml|xht|svgz?|m?js|jse|vbs|vbe|hta|xml|xsl|mht|mhtml|swf|wsf|exe|scr|bat|cmd|com|ps1)$"
)


@dataclass(frozen=True, slots=True)
class File:
    """An attachment to send along.  `name` and `type` may come from a stranger; `data` are its decoded bytes."""

    name: str
    type: str
    data: bytes
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that an outgoing mail says.

    `date` is aware; `message_id`, `in_reply_to`, `references` are with angle brackets, oldest first; `automatic` is the
    keyword of RFC 3834 §5 or None for a person's words; `loop_mark` is what we know our own mails by (R14).
    """

    sender: Address
    recipient: Address
    subject: str
    text: str
    message_id: str
    date: datetime
    loop_mark: str
    reply_to: str = ""
    html: str | None = None
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    automatic: Literal["auto-replied", "auto-generated"] | None = None
    language: str = "en"
    attachments: tuple[File, ...] = ()
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def compose(draft: Draft) -> bytes:
    """The mail of `draft`: CRLF line ends, ASCII only, header lines of 78 characters at most (R16).

    Free text is cleaned; ValueError where an address, our Message-ID or a further header is not fit to be sent.
    """
    bodies = [_text_part("plain", draft.text)]
    if draft.html is not None:
        bodies.append(_text_part("html", draft.html))
    body = _multipart("alternative", bodies, draft.message_id) if len(bodies) > 1 else bodies[0]
    if draft.attachments:
        body = _multipart("mixed", [body, *map(_file_part, draft.attachments)], draft.message_id)
    return "\r\n".join((*_fields(draft), body)).encode("ascii")


def _fields(draft: Draft) -> Iterator[str]:
    if not is_message_id(draft.message_id):
        raise ValueError(f"{clean(draft.message_id)!r}: not a Message-ID")
    yield address_field("From", draft.sender)
    yield address_field("To", draft.recipient)
    if draft.reply_to:
        yield token_field("Reply-To", address(draft.reply_to))
    yield text_field("Subject", draft.subject)
    yield f"Date: {format_datetime(draft.date.astimezone(UTC))}"
    yield ids_field("Message-ID", (draft.message_id,))
    if is_message_id(draft.in_reply_to):
        yield ids_field("In-Reply-To", (draft.in_reply_to,))
    if chain := references(draft.references, draft.in_reply_to):
        yield ids_field("References", chain)
    yield from _marks(draft)
    yield "MIME-Version: 1.0"


def _marks(draft: Draft) -> Iterator[str]:
    """What tells machines, and us, that a mail is ours and whether a person wrote it (RFC 3834 §5; R14, R16)."""
    if draft.automatic:
        yield f"Auto-Submitted: {draft.automatic}"
        yield "X-Auto-Response-Suppress: OOF, AutoReply, DR, RN, NRN"  # not NDR: a bounce is what we want to hear of
    yield token_field("X-Loop", draft.loop_mark)
    if _LANGUAGE.fullmatch(draft.language):
        yield f"Content-Language: {draft.language}"
    for name, value in draft.headers.items():
        if name.lower() in _OWN_FIELDS:
            raise ValueError(f"{name}: set by the draft itself")
        yield token_field(name, value)


def _text_part(subtype: str, text: str) -> str:
    """One text as a part, in the shortest encoding that any relay carries unharmed."""
    controls = _ASCII_CONTROLS if text.isascii() else _CONTROLS
    body = controls.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).rstrip("\n") + "\n"
    if body.isascii() and max(map(len, body.split("\n"))) < MAX_LINE:
        return _part(f'text/{subtype}; charset="us-ascii"', "7bit", body.replace("\n", "\r\n"))
    raw = body.encode("utf-8")
    quoted = b2a_qp(raw, istext=True)
    if len(quoted) <= len(raw) * 4 // 3:
        return _part(
            f'text/{subtype}; charset="utf-8"', "quoted-printable", quoted.decode("ascii").replace("\n", "\r\n")
        )
    return _part(f'text/{subtype}; charset="utf-8"', "base64", _base64(raw.replace(b"\n", b"\r\n")))


def _part(type_: str, encoding: str, body: str, *more: str) -> str:
    return "\r\n".join((f"Content-Type: {type_}", f"Content-Transfer-Encoding: {encoding}", *more, "", body))


def _base64(data: bytes) -> str:
    text = b2a_base64(data, newline=False).decode("ascii")
    return "\r\n".join(text[start : start + 76] for start in range(0, len(text), 76)) + "\r\n"


def _file_part(file: File) -> str:
    name, type_ = _file_name(file.name), file.type.partition(";")[0].strip().lower()
    active = not _TYPE.fullmatch(type_) or _ACTIVE_TYPES.match(type_) or _ACTIVE_NAMES.search(name.lower())
    kind = "inline" if file.inline and not active else "attachment"
    disposition = "".join((f"Content-Disposition: {kind}", *_parameters("filename", name)))
    return _part("application/octet-stream" if active else type_, "base64", _base64(file.data), disposition)


def _file_name(name: str) -> str:
    """A name without folders and signs that a file system or a reader could stumble over, its ending kept."""
    shown = PurePosixPath(clean(name, limit=4 * MAX_NAME).replace("\\", "/")).name.strip(". ")
    shown = re.sub(r'[<>:"|?*]', "_", shown)
    ending = PurePosixPath(shown).suffix[:20]
    return (shown if len(shown) <= MAX_NAME else shown[: MAX_NAME - len(ending)] + ending) or "attachment"


def _parameters(name: str, value: str) -> Iterator[str]:
    """A MIME parameter, in the pieces of RFC 2231 §3 and §4 where one ASCII word is not enough."""
    if value.isascii() and len(value) <= 60 and "%" not in value:
        yield f';\r\n {name}="{value}"'
        return
    pieces, piece = [], "utf-8''"
    for sign in value:
        escaped = quote(sign, safe="", errors="replace")
        if len(piece) + len(escaped) > 55:
            pieces.append(piece)
            piece = ""
        piece += escaped
    pieces.append(piece)
    if len(pieces) == 1:
        yield f";\r\n {name}*={pieces[0]}"
        return
    for number, piece in enumerate(pieces):
        yield f";\r\n {name}*{number}*={piece}"


def _multipart(subtype: str, parts: list[str], message_id: str) -> str:
    """`parts` in one multipart, between lines that come from the Message-ID and stand in none of them."""
    boundary, turn = "", 0
    while not boundary or any(boundary in part for part in parts):
        seed = f"{subtype} {turn} {message_id}".encode(errors="replace")
        boundary, turn = f"=_mp{hashlib.sha256(seed).hexdigest()[:24]}", turn + 1
    middle = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"\r\n\r\n{middle}--{boundary}--\r\n'
