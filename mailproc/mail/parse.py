"""Raw bytes to a `Message`: mail-parser reads first, the standard package next, the bare header fields last."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import Message as Tree
from email.utils import parsedate_to_datetime
from functools import lru_cache

import mailparser
from mailparser import addresses as _parser_addresses
from mailparser import core as _parser_core
from mailparser import dates as _parser_dates
from mailparser import received as _parser_received
from mailparser import utils as _parser_utils

from mailproc.mail import address, forwarded, parts, quotes
from mailproc.mail.body import Body, body
from mailproc.mail.charsets import clamp_words, clean_line, clean_text, clean_value, decode, decode_words
from mailproc.mail.language import guess
from mailproc.mail.message import Address, Attachment, Message
from mailproc.mail.skeleton import Skeleton, body_offset, outline

SUBJECT_LIMIT = 500  # characters
FIELDS_READ = 20  # fields of one name that are read for addresses
IDS_LIMIT = 200  # Message-IDs of one field
REMEMBERED = 1_000  # characters of address fields that are read once for many mails
VALUES_LIMIT = 100  # values of one header name
_PEOPLE = ("to", "cc", "reply-to")
_FIRST_FIELDS = frozenset((*_PEOPLE, "date"))
_ID = re.compile(r"<[^<>\s]{1,990}>")
_FORWARD = re.compile(r"(?i)\s*(?:fwd?|wg|tr|rv|enc|i|vs|doorst|vb|转发|轉寄|fs|videresendt)\s*:")

for _module in (_parser_addresses, _parser_core, _parser_dates, _parser_received, _parser_utils):
    if (_log := getattr(_module, "log", None)) is not None:
        _log.disabled = True  # it repeats what hostile mails say


class _FirstReading(mailparser.MailParser):  # type: ignore[misc]
    """mail-parser as far as the header fields, which is all that it is asked for here."""

    def parse(self) -> _FirstReading:
        self._reset()
        return self


@dataclass(frozen=True, slots=True)
class _First:
    """mail-parser's word on who is addressed, and on when."""

    people: mailparser.MailParser
    short: bool  # its address fields are few enough to be kept at hand
    date: datetime | None
    date_defects: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A message with what it was read from: its outline, and its tree or None where no parser could build one."""

    message: Message
    skeleton: Skeleton
    tree: Tree | None


def parse(raw: bytes) -> Message:
    """The mail that these bytes say; never raises (R3).  What could not be read is named in `defects`."""
    return understand(raw).message


def heading(raw: bytes) -> tuple[datetime | None, tuple[Address, ...]]:
    """The date, and the addresses of To and Cc, as `parse` reads them, in a fifth of its time; never raises (R3)."""
    whole = outline(raw[: body_offset(raw)])
    fields = tuple((name, value) for name, value in whole.fields if name in ("to", "cc", "date"))
    skeleton = replace(whole, fields=fields)
    if all(value.isascii() for _, value in fields):
        first = _first(((name, value.decode("ascii")) for name, value in fields), [])
    else:
        tree, _ = _tree(skeleton)
        first = _first_reading(tree, []) if tree is not None else None
    return _date(first, _headers(skeleton)), (*_addresses(first, skeleton, "to"), *_addresses(first, skeleton, "cc"))


def understand(raw: bytes) -> Parsed:
    """The mail and its tree; never raises (R3)."""
    skeleton = outline(raw)
    headers = _headers(skeleton)
    tree, defects = _tree(skeleton)
    try:
        message = _message(raw, skeleton, headers, tree, defects)
    except Exception as error:  # R3: understanding never fails, whatever a sender thinks of
        defects.append(f"unreadable: {type(error).__name__}")
        message = _minimal(skeleton, headers, defects)
    return Parsed(message=message, skeleton=skeleton, tree=tree)


def attachment_bytes(raw: bytes, attachment: Attachment) -> bytes:
    """The decoded bytes of one attachment of `parse(raw)`.  Raises LookupError if the mail has no such part."""
    skeleton = outline(raw)
    tree, _ = _tree(skeleton)
    for index, part in parts.leaves(tree) if tree is not None else ():
        if index == attachment.part:
            cut = parts.cut_of(part, skeleton.cuts)
            return parts.content(part) if cut is None else b"".join(parts.pieces(raw, cut))
    raise LookupError(f"no part {attachment.part} in this mail")


def _tree(skeleton: Skeleton) -> tuple[Tree | None, list[str]]:
    try:
        return parts.tree(skeleton), []
    except Exception as error:  # RecursionError and what else hostile structure provokes in the standard package
        return None, [f"structure unreadable: {type(error).__name__}"]


def _headers(skeleton: Skeleton) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, value in skeleton.fields:
        values = found.setdefault(name, [])
        if len(values) < VALUES_LIMIT or name == "received":
            values.append(clean_value(decode_words(decode(value)), 8_192))
    return {name: tuple(values) for name, values in found.items()}


def _raw_values(skeleton: Skeleton, name: str) -> tuple[str, ...]:
    """The field's values with their encoded words unread: what they decode to is never syntax (RFC 2047 §6.2)."""
    return tuple(clamp_words(decode(value)) for key, value in skeleton.fields if key == name)[:FIELDS_READ]


def _message(
    raw: bytes, skeleton: Skeleton, headers: Mapping[str, tuple[str, ...]], tree: Tree | None, defects: list[str]
) -> Message:
    if tree is None:
        return _minimal(skeleton, headers, defects)
    first = _first_reading(tree, defects)
    read = body(tree)
    visible = quotes.split(read.text)
    senders = _raw_values(skeleton, "from")
    subject = clean_line((headers.get("subject") or ("",))[0], SUBJECT_LIMIT)
    passed_on = visible.forwarded or bool(_FORWARD.match(subject))
    return Message(
        sender=address.single(senders),
        senders=address.every(senders),
        to=_addresses(first, skeleton, "to"),
        cc=_addresses(first, skeleton, "cc"),
        reply_to=_addresses(first, skeleton, "reply-to"),
        subject=subject,
        date=_date(first, headers),
        message_id=_message_id(headers),
        in_reply_to=_ids(headers, "in-reply-to"),
        references=_ids(headers, "references"),
        headers=headers,
        content_type=tree.get_content_type(),
        text=visible.text,
        quoted=visible.quoted,
        signature=visible.signature,
        html_text=None if read.html is None else quotes.split(read.html).text,
        language=guess(visible.text),
        attachments=_attachments(raw, skeleton, tree, read),
        defects=(*skeleton.defects, *defects, *_defects(first, tree)),
        forwarded=passed_on,
        original=forwarded.original(visible.quoted) if passed_on else None,
        own_words=visible.own and not read.indented,
    )


def _first_reading(tree: Tree, defects: list[str]) -> _First | None:
    """What mail-parser says of the tree's own header fields; the parts are read by `body` and `parts`, once."""
    return _first([(name, str(value)) for name, value in tree.items() if name in _FIRST_FIELDS], defects)


def _first(fields: Iterable[tuple[str, str]], defects: list[str]) -> _First | None:
    found: dict[str, list[str]] = {}
    for name, value in fields:
        values = found.setdefault(name, [])
        if len(values) < FIELDS_READ:
            values.append(value)
    people = tuple((name, value) for name in _PEOPLE for value in found.get(name, ()))
    try:
        # A desk's mail nearly always has the same To; what is long is rare, and not worth its memory.
        short = sum(len(value) for _, value in people) < REMEMBERED
        read = _remembered(people) if short else _parser(people)
        dates = [(value, _parser_dates.parse_mail_date(value)) for value in found.get("date", ())]
        wrong = (_parser_dates.date_diagnostics(one, value, "date", at) for at, (value, one) in enumerate(dates))
        return _First(
            people=read,
            short=short,
            date=dates[0][1].value if dates else None,
            date_defects=[one for each in wrong for one in each],
        )
    except Exception as error:  # it raises AttributeError, ValueError, TypeError on a few of ten thousand real mails
        defects.append(f"mail-parser failed: {type(error).__name__}")
        return None


def _parser(fields: tuple[tuple[str, str], ...]) -> mailparser.MailParser:
    top = Tree()
    for name, value in fields:
        top[name] = value
    top.set_payload("")
    return _FirstReading(top)


_remembered = lru_cache(maxsize=256)(_parser)


def _addresses(first: _First | None, skeleton: Skeleton, field: str) -> tuple[Address, ...]:
    if first is None:
        return address.every(_raw_values(skeleton, field))
    return (_known if first.short else _listed)(first.people, field.replace("-", "_"))


def _listed(people: mailparser.MailParser, field: str) -> tuple[Address, ...]:
    found: dict[str, Address] = {}
    for name, spec in getattr(people, field)[:1_000]:
        if (good := address.valid(spec)) is not None:
            found.setdefault(good, Address(address=good, name=clean_line(name, address.NAME_LIMIT)))
    return tuple(found.values())


_known = lru_cache(maxsize=3 * 256)(_listed)


def _date(first: _First | None, headers: Mapping[str, tuple[str, ...]]) -> datetime | None:
    value = first.date if first is not None else None
    if value is None and headers.get("date"):
        try:
            value = parsedate_to_datetime(headers["date"][0][:200])
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    if not isinstance(value, datetime):
        return None
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        return None


def _message_id(headers: Mapping[str, tuple[str, ...]]) -> str:
    values = headers.get("message-id", ())
    found = _ID.search(values[0]) if values else None
    return found[0] if found else (values[0].strip()[:998] if values else "")


def _ids(headers: Mapping[str, tuple[str, ...]], name: str) -> tuple[str, ...]:
    found = dict.fromkeys(match for value in headers.get(name, ()) for match in _ID.findall(value))
    return tuple(found)[-IDS_LIMIT:]


def _attachments(raw: bytes, skeleton: Skeleton, tree: Tree, read: Body) -> tuple[Attachment, ...]:
    return tuple(
        _attachment(raw, skeleton, index, part)
        for index, part in parts.leaves(tree)
        if index not in read.indexes
        if index or not _is_empty(part)
    )


def _is_empty(part: Tree) -> bool:
    return part.get_content_maintype() in ("text", "multipart") and not parts.name(part)


def _attachment(raw: bytes, skeleton: Skeleton, index: int, part: Tree) -> Attachment:
    digest, size = parts.digest(part, raw, skeleton.cuts)
    disposition = str(part.get("content-disposition", "")).strip().lower()
    kind = part.get_content_type()
    return Attachment(
        name=parts.name(part) or _own_name(index, kind),
        type=kind,
        size=size,
        inline=not disposition.startswith("attachment")
        and bool(part.get("content-id") or kind.startswith("text/") or disposition.startswith("inline")),
        digest=digest,
        part=index,
    )


def _own_name(index: int, kind: str) -> str:
    ending = {"message/rfc822": "eml", "text/html": "html", "text/calendar": "ics", "text/plain": "txt"}.get(kind)
    tail = ending or re.sub(r"[^a-z0-9]", "", kind.partition("/")[2])[:8] or "bin"
    return f"part-{index}.{tail}"


def _defects(first: _First | None, tree: Tree) -> list[str]:
    named = {type(defect).__name__ for part in tree.walk() for defect in part.defects}
    found = sorted(named)
    for kind in (first.people.address_header_defects, first.date_defects) if first is not None else ():
        found += [f"{defect.get('header', 'header')}: {defect.get('reason', 'malformed')}" for defect in kind[:10]]
    return [clean_line(text, 200) for text in dict.fromkeys(found)]


def _minimal(skeleton: Skeleton, headers: Mapping[str, tuple[str, ...]], defects: list[str]) -> Message:
    """What the header fields alone say, with the raw body as its text: for a mail that no parser can read (R3)."""
    senders = _raw_values(skeleton, "from")
    return Message(
        sender=address.single(senders),
        senders=address.every(senders),
        to=address.every(_raw_values(skeleton, "to")),
        cc=address.every(_raw_values(skeleton, "cc")),
        reply_to=address.every(_raw_values(skeleton, "reply-to")),
        subject=clean_line((headers.get("subject") or ("",))[0], SUBJECT_LIMIT),
        date=_date(None, headers),
        message_id=_message_id(headers),
        in_reply_to=_ids(headers, "in-reply-to"),
        references=_ids(headers, "references"),
        headers=headers,
        text=clean_text(decode(skeleton.body[: 64 * 1024])).strip("\n"),
        defects=(*skeleton.defects, *defects),
    )
