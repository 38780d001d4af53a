"""Bytes to text: which charsets are believed, encoded words, and the cleaning of one-line texts."""

from __future__ import annotations

import binascii
import codecs
import re
from functools import lru_cache

_BELIEVED = [
    "utf-8",
    "us-ascii",
    "iso-8859-1",
    "iso-8859-2",
    "iso-8859-3",
    "iso-8859-4",
    "iso-8859-5",
    "iso-8859-6",
    "iso-8859-7",
    "iso-8859-8",
    "iso-8859-9",
    "iso-8859-10",
    "iso-8859-13",
    "iso-8859-14",
    "iso-8859-15",
    "iso-8859-16",
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "windows-1253",
    "windows-1254",
    "windows-1255",
    "windows-1256",
    "windows-1257",
    "windows-1258",
    "koi8-r",
    "koi8-u",
    "shift_jis",
    "cp932",
    "iso-2022-jp",
    "iso-2022-jp-2",
    "iso-2022-kr",
    "euc-jp",
    "euc-kr",
    "cp949",
    "gb2312",
    "gbk",
    "gb18030",
    "hz",
    "big5",
    "big5hkscs",
    "tis-620",
    "cp874",
    "utf-16",
    "utf-16le",
    "utf-16be",
    "utf-32",
    "utf-7",
    "cp437",
    "cp850",
    "cp852",
    "cp866",
    "macintosh",
    "mac-cyrillic",
]
_CODECS = frozenset(codecs.lookup(name).name for name in _BELIEVED)
# What senders write, and the superset that really decodes it.
_WIDER = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_WINDOWS = {f"cp-{n}": f"cp{n}" for n in range(1250, 1259)} | {"ansi_x3.110-1983": "cp1252", "x-unknown": "utf-8"}

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"(\?=)[ \t\r\n]+(?==\?)")
_Q_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")

_SPACES = dict.fromkeys([*range(0x09, 0x0E), 0x85, 0xA0, 0x2028, 0x2029], " ")
_CONTROLS = dict.fromkeys([*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0)])
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_UNSEEN = dict.fromkeys(
    [
        173,
        1564,
        6158,
        *range(8203, 8208),
        *range(8234, 8239),
        *range(8288, 8304),
        65279,
        *range(65529, 65532),
        *range(917504, 917632),
    ]
)
_LINE = _CONTROLS | _SURROGATES | _SPACES
_SEEN = _LINE | _UNSEEN
_BIDI = dict.fromkeys([0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_BODY = (
    {k: v for k, v in (_CONTROLS | _SURROGATES).items() if k != 0x0A}
    | _BIDI
    | {0x2028: "\n", 0x2029: "\n", 0x85: "\n", 0x0B: "\n", 0x0C: "\n", 0xFEFF: None}
)


@lru_cache(maxsize=256)
def believed(charset: str) -> str | None:
    """The codec for a charset that a sender named, or None where it is unknown, no text charset, or too slow.

    Only an allow-list is believed: `punycode` takes quadratic time, `hex` and `zlib` are no charsets at all.
    """
    name = charset.strip().strip("'\"").lower()[:40]
    try:
        codec = codecs.lookup(_WINDOWS.get(name, name)).name
    except (LookupError, ValueError):
        return None
    return _WIDER.get(codec, codec) if codec in _CODECS else None


def decode(data: bytes, charset: str = "") -> str:
    """Bytes of a body or header as text; never raises.  UTF-8 first where the named charset is not believed."""
    codec = believed(charset) if charset else None
    for attempt in ("utf-8", codec) if codec in (None, "utf-8") else (codec, "utf-8"):
        if attempt is None:
            continue
        try:
            return data.decode(attempt)
        except (UnicodeError, ValueError):
            continue
    fallback = codec if codec not in (None, "utf-8") else "cp1252"
    return data.decode(fallback, "replace")


def clamp_words(value: str) -> str:
    """The same header text with each encoded word's charset believed, or UTF-8 instead."""
    if "=?" not in value:
        return value
    return _WORD.sub(lambda m: m[0] if believed(m[1].split("*")[0]) else f"=?utf-8?{m[2]}?{m[3]}?=", value)


def decode_words(value: str) -> str:
    """A header's text with its encoded words read (RFC 2047), in linear time; what cannot be read stays as it is."""
    if "=?" not in value:
        return value
    pieces: list[str] = []
    held, held_charset, at = b"", "", 0
    value = _BETWEEN.sub(r"\1", value)  # RFC 2047 §6.2: white space between adjacent words is not shown
    for word in _WORD.finditer(value):
        charset = word[1].split("*")[0].lower()  # RFC 2231 §5: a language may follow the charset
        if held and (word.start() > at or charset != held_charset):
            pieces.append(decode(held, held_charset))
            held = b""
        pieces.append(value[at : word.start()])
        # Adjacent words are joined before decoding: some senders cut a character in two.
        held, held_charset, at = held + _word_bytes(word[2], word[3]), charset, word.end()
    if held:
        pieces.append(decode(held, held_charset))
    pieces.append(value[at:])
    return "".join(pieces)


def _word_bytes(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return _Q_HEX.sub(lambda m: bytes.fromhex(m[1].decode()), data.replace(b"_", b" "))
    try:
        return binascii.a2b_base64(data + b"=" * (-len(data) % 4))
    except (binascii.Error, ValueError):
        return data


def clean_line(text: str, limit: int) -> str:
    """One visible line: no control, bidi or zero-width characters, single spaces, at most `limit` characters."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()[:limit]
    return " ".join(text.translate(_SEEN).split())[:limit]


def clean_value(text: str, limit: int) -> str:
    """A header value without control characters; zero-width characters stay, so that a disguised tag stays one."""
    if text.isascii() and text.isprintable():
        return text.strip()[:limit]
    return text.translate(_LINE).strip()[:limit]


def clean_text(text: str) -> str:
    """A body: LF line ends, no control or bidi characters, tabs kept."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    table = {k: v for k, v in _BODY.items() if k != 0x09} if "\t" in text else _BODY
    return text.translate(table)
