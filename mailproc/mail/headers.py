"""Header fields as they may leave the house: clean, 7-bit, folded."""

from __future__ import annotations

import re
import unicodedata
from binascii import b2a_base64
from collections.abc import Iterable, Iterator
from functools import lru_cache

from mailproc.mail.message import Address

LINE = 76  # characters; RFC 5322 §2.1.1 asks for 78 at most
MAX_TEXT = 250  # characters of a subject or a name
MAX_REFERENCES = 20

_UNPRINTABLE = re.compile(r"[^ -~]")
_SPACES = re.compile(r"\s+")
_WORD_SOURCE_BYTES = 39  # becomes 52 letters of base64, 64 with the frame: it fits behind "Subject: "
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")  # RFC 5322 §3.2.3, with spaces between
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9_.-]{1,253}|\[[A-Fa-f0-9.:IPv]{2,60}\])")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,240}>")
_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")


@lru_cache(maxsize=2048)
def clean(value: str, *, limit: int = MAX_TEXT) -> str:
    """`value` on one line: normalised, without control, bidirectional and invisible signs, cut at `limit` characters.

    A line break becomes a space, so that nothing can start a field of its own (CVE-2024-6923).
    """
    if _UNPRINTABLE.search(value):
        value = _SPACES.sub(" ", unicodedata.normalize("NFC", value[: 8 * limit]))
        value = "".join(sign for sign in value if unicodedata.category(sign)[0] != "C" or sign in "\u200c\u200d")
    return " ".join(value.split())[:limit].strip()


def address(value: str) -> str:
    """`value` if it can stand in a header and on an SMTP command as it is; else ValueError.

    A domain in letters of its own is written in A-labels; such a local part needs SMTPUTF8 and is refused.
    """
    local, at, domain = value.rpartition("@")
    if at and not domain.isascii():
        try:
            value = f"{local}@{domain.encode('idna').decode('ascii')}"
        except UnicodeError:
            raise ValueError(f"{clean(value)!r}: not a domain that mail can be sent to") from None
    if not _ADDRESS.fullmatch(value):
        raise ValueError(f"{clean(value)!r}: not an address that mail can be sent to")
    return value


def is_message_id(value: str) -> bool:
    """Whether `value` is one Message-ID, with its angle brackets, that is safe to send."""
    return _MESSAGE_ID.fullmatch(value) is not None


def text_field(name: str, value: str) -> str:
    """A field of free text, such as a subject."""
    return _folded(name, _text_words(clean(value), room=LINE - len(name) - 2))


def token_field(name: str, value: str) -> str:
    """A field of ASCII words, such as a keyword; ValueError if its name is not one of a header field."""
    shown = clean(value, limit=900)
    if not _FIELD_NAME.fullmatch(name):
        raise ValueError(f"{clean(name)!r}: not the name of a header field")
    if not shown.isascii():
        return text_field(name, value)
    return _folded(name, shown.split(" "))


def ids_field(name: str, ids: Iterable[str]) -> str:
    """A field of Message-IDs, each of them checked before."""
    return _folded(name, ids)


def address_field(name: str, mailbox: Address) -> str:
    """A field with one mailbox, its display name quoted or encoded as it needs."""
    return _folded(name, [*_phrase(clean(mailbox.name)), f"<{address(mailbox.address)}>"])


def references(ids: Iterable[str], last: str) -> tuple[str, ...]:
    """The Message-IDs for References: the first and the newest, at most 20, those not fit to send left out.

    `last` is the mail that is answered; it stands at the end (RFC 5322 §3.6.4).
    """
    known = dict.fromkeys(one for one in ids if is_message_id(one) and one != last)
    chain = [*known, last] if is_message_id(last) else [*known]
    return tuple(chain if len(chain) <= MAX_REFERENCES else [chain[0], *chain[1 - MAX_REFERENCES :]])


def _folded(name: str, words: Iterable[str]) -> str:
    line, lines = f"{name}:", []
    for word in words:
        if len(line) + 1 + len(word) > LINE and line != f"{name}:":
            lines.append(line)
            line = ""
        line = f"{line} {word}"
    return "\r\n".join((*lines, line))


def _text_words(value: str, room: int) -> list[str]:
    """`value` in words of a line each at most: as it is, or encoded where it is not plain ASCII (RFC 2047)."""
    plain = value.isascii() and "=?" not in value
    words = value.split(" ")
    if plain and max(map(len, words)) <= room:
        return words
    return list(_encoded(value))


def _phrase(name: str) -> list[str]:
    if not name:
        return []
    if not name.isascii() or "=?" in name or len(name) > LINE // 2:
        return list(_encoded(name))
    if _ATOMS.fullmatch(name):
        return name.split(" ")
    return ['"' + name.replace("\\", r"\\").replace('"', r"\"") + '"']


def _encoded(value: str) -> Iterator[str]:
    """`value` as encoded words of whole characters; the spaces between the words are not part of it (RFC 2047 §6.2)."""
    piece = b""
    for sign in value:
        raw = sign.encode("utf-8", errors="replace")
        if len(piece) + len(raw) > _WORD_SOURCE_BYTES:
            yield _word(piece)
            piece = b""
        piece += raw
    yield _word(piece)


def _word(piece: bytes) -> str:
    return f"=?utf-8?b?{b2a_base64(piece, newline=False).decode('ascii')}?="
