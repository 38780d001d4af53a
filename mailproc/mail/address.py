"""Addresses of a header, read strictly: one rule for what is a mailbox, in linear time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mailproc.mail.charsets import clean_line, decode_words
from mailproc.mail.message import Address

NAME_LIMIT = 200  # characters
FROM_LIMIT = 1_000  # characters of a From that may still be one mailbox
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\x80-\U0010ffff-]+"
_LOCAL = re.compile(rf'(?:{_ATOM}(?:\.{_ATOM})*|"[^"\\\x00-\x1f\x7f]+")')
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_PLAIN = re.compile(r"([A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+)@([A-Za-z0-9.-]+)")
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*+)"|([<>,;:()"\\])|([^<>,;:()"\\]+)', re.DOTALL)


@dataclass(slots=True)
class _Mailbox:
    phrase: str = ""
    spec: str | None = None  # what stood in angle brackets
    comment: str = ""
    quoted: bool = False
    broken: bool = False


def valid(spec: str) -> str | None:
    """The address in the form that is safe to compare, or None if `spec` is no RFC 5321 mailbox.

    Lower case throughout; the domain in IDNA A-labels.  Encoded words, domain literals, source routes and control
    characters are refused (RFC 2047 §5 (3) forbids encoded words in an address).
    """
    local, at, domain = spec.strip().rpartition("@")
    if not at or len(local) > 64 or len(domain) > 253 or "=?" in spec or not _LOCAL.fullmatch(local):
        return None
    if not local.isprintable() or (host := _host(domain)) is None:
        return None
    return f"{local.lower()}@{host}"


def _host(domain: str) -> str | None:
    domain = domain.rstrip(".").lower()
    if not domain.isascii():
        if any(len(label) > 63 for label in domain.split(".")):
            return None
        try:
            domain = domain.encode("idna").decode("ascii").lower()
        except UnicodeError:
            return None
    labels = domain.split(".")
    return domain if all(_LABEL.fullmatch(label) for label in labels) else None


def single(values: tuple[str, ...]) -> Address | None:
    """The one mailbox of the From fields, or None unless there is exactly one field with exactly one valid mailbox.

    RFC 5322 §3.6 allows one From; the shapes of CVE-2023-27043, groups and leftovers after the address are refused.
    """
    if len(values) != 1 or len(values[0]) > FROM_LIMIT:
        return None
    boxes = [box for box in _split(values[0]) if box.spec is not None or "@" in box.phrase or box.broken]
    if len(boxes) != 1:
        return None
    return _strict(boxes[0])


def every(values: tuple[str, ...], limit: int = 1_000) -> tuple[Address, ...]:
    """Each valid mailbox in these fields, in order, without repeats, at most `limit`."""
    found: dict[str, Address] = {}
    for value in values:
        for box in _split(value if value.count('"') < 100 else value[:FROM_LIMIT]):
            if (one := _lenient(box)) is not None:
                found.setdefault(one.address, one)
            if len(found) >= limit:
                return tuple(found.values())
    return tuple(found.values())


def _strict(box: _Mailbox) -> Address | None:
    spec = box.phrase if box.spec is None else box.spec
    address = None if box.broken or (box.spec is None and box.quoted) else valid(spec)
    if address is None:
        return None
    if box.spec is not None and "@" in box.phrase and not box.quoted and valid(box.phrase) not in (address, None):
        return None  # two addresses, one of them posing as a name
    return Address(address=address, name=_name(box))


def _lenient(box: _Mailbox) -> Address | None:
    spec = box.phrase if box.spec is None else box.spec
    address = valid(spec)
    return None if address is None else Address(address=address, name=_name(box))


def _name(box: _Mailbox) -> str:
    raw = box.phrase if box.spec is not None else box.comment
    return clean_line(decode_words(raw), NAME_LIMIT)


def _split(value: str) -> Iterator[_Mailbox]:
    plain = value.strip()
    if _PLAIN.fullmatch(plain):
        yield _Mailbox(phrase=plain)
        return
    box, depth, angle = _Mailbox(), 0, False
    for token in _TOKEN.finditer(value):
        quoted, mark, text = token.groups()
        if depth:
            depth += {"(": 1, ")": -1}.get(mark or "", 0)
            box.comment += (quoted or text or "") if depth else ""
        elif mark == "(":
            depth = 1
        elif mark in (",", ";") and not angle:
            yield _closed(box, depth, angle)
            box = _Mailbox()
        elif mark == ":" and not angle:
            box = _Mailbox(broken=True)  # RFC 5322 §3.4: a group is no single mailbox
        elif mark == "<" and box.spec is None and not angle:
            angle, box.spec = True, ""
        elif mark == ">" and angle:
            angle = False
        elif mark:
            box.broken = True
        else:
            _add(box, quoted, text or "", angle)
    yield _closed(box, depth, angle)


def _add(box: _Mailbox, quoted: str | None, text: str, angle: bool) -> None:
    if angle:
        box.spec = (box.spec or "") + (text if quoted is None else f'"{quoted}"')
    elif box.spec is not None:
        box.broken = box.broken or bool(text.strip() or quoted)
    else:
        box.quoted = box.quoted or quoted is not None
        box.phrase += text if quoted is None else re.sub(r"\\(.)", r"\1", quoted)


def _closed(box: _Mailbox, depth: int, angle: bool) -> _Mailbox:
    box.broken = box.broken or depth > 0 or angle
    box.phrase = box.phrase.strip()
    if box.spec is not None:
        box.spec = box.spec.strip()
    return box
