"""The MIME parts of a mail: the tree that the standard package builds, and each leaf's bytes, name and size."""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message as Tree

from mailproc.mail.charsets import believed, clamp_words, clean_line, decode_words
from mailproc.mail.skeleton import CUT, Cut, Skeleton

NAME_LIMIT = 255  # characters of a file's name
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:+-]{1,40})["']?\s*(?:;|$)""", re.IGNORECASE)
_EXTENDED = re.compile(r"""(\*\s*=\s*"?)([^'";\s]{1,40})(?=')""")
_READ = frozenset(
    [
        "from",
        "to",
        "cc",
        "reply-to",
        "subject",
        "date",
        "content-type",
        "content-transfer-encoding",
        "content-disposition",
        "content-id",
        "mime-version",
    ]
)
_PIECE = 1024 * 1024
_WHITE = b" \t\r\n"


def tree(skeleton: Skeleton) -> Tree:
    """The mail as a tree (compat32) with only the fields that its readers need, its charsets believed ones.

    Raises whatever the standard package raises on hostile input (RecursionError among others).
    """
    # Without the trace fields: they cost more to read than all the rest, and nobody asks for them.
    fields = [(name, value) for name, value in skeleton.fields if name in _READ]
    content_type = next((v for n, v in skeleton.fields if n == "content-type"), b"").lstrip().lower()
    if content_type.startswith((b"multipart/", b"message/")):
        head = b"".join(name.encode() + b": " + value + b"\n" for name, value in fields)
        root = message_from_bytes(head + b"\n" + skeleton.body)
    else:  # no structure: no need to walk over the lines
        root = Tree()
        for name, value in fields:
            root[name] = value.decode("ascii", "surrogateescape")
        root.set_payload(skeleton.body.decode("ascii", "surrogateescape"))
        if skeleton.cuts:
            root[CUT] = "0"
    for part in root.walk():
        _clamp(part)
    return root


def _clamp(part: Tree) -> None:
    for name in ("content-type", "content-disposition", "content-id"):
        value = part.get(name)
        if value is None:
            continue
        text = str(value)
        safe = _EXTENDED.sub(_believed_prefix, clamp_words(text[:8192]))
        if name == "content-type" and "charset" in safe.lower():
            named = _CHARSET.search(safe)
            if named is None or believed(named[1]) is None:
                safe = re.sub(r"charset", "x-charset", safe, flags=re.IGNORECASE)
        if safe != text:
            part.replace_header(name, safe)


def _believed_prefix(match: re.Match[str]) -> str:
    return match[0] if believed(match[2]) else match[1] + "utf-8"


def charset(part: Tree) -> str:
    """The part's charset if it is one that we believe, else ""."""
    named = _CHARSET.search(str(part.get("content-type", "")))
    return named[1] if named and believed(named[1]) else ""


def leaves(root: Tree) -> Iterator[tuple[int, Tree]]:
    """Each part that holds bytes, with its index in `walk()` order; a message inside a message is one leaf."""
    skip = 0
    for index, part in enumerate(root.walk()):
        if skip:
            skip -= 1
        elif not part.is_multipart():
            yield index, part
        elif index and part.get_content_maintype() == "message":
            skip = sum(1 for _ in part.walk()) - 1
            yield index, part


def content(part: Tree) -> bytes:
    """The part's bytes, decoded; of a message inside a message its own source."""
    if part.is_multipart():
        return b"".join(inner.as_bytes() for inner in part.get_payload() if isinstance(inner, Tree))
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        data = None
    if isinstance(data, bytes):
        return data
    return str(part.get_payload() or "").encode("utf-8", "surrogateescape")


def name(part: Tree) -> str:
    """The file's name as the sender gave it, made safe to show; "" without one.  Only the last path segment is kept."""
    try:
        given = part.get_filename()
    except (ValueError, LookupError, TypeError, AttributeError):
        given = None
    line = clean_line(decode_words(str(given)), 2 * NAME_LIMIT) if given else ""
    return re.split(r"[/\\]", line)[-1].strip(" .")[-NAME_LIMIT:] if line else ""


def cut_of(part: Tree, cuts: tuple[Cut, ...]) -> Cut | None:
    """The place in the raw mail from which this part's body was cut, or None if it is whole."""
    mark = part.get_all(CUT) if cuts else None
    number = str(mark[-1]).strip() if mark else ""
    if not (number.isascii() and number.isdecimal() and len(number) < 6):
        return None
    return cuts[int(number)] if int(number) < len(cuts) else None


def digest(part: Tree, raw: bytes, cuts: tuple[Cut, ...]) -> tuple[str, int]:
    """SHA-256 (hex) and size in bytes of the decoded part, read in pieces where it is large."""
    cut = cut_of(part, cuts)
    sha, size = hashlib.sha256(), 0
    for piece in [content(part)] if cut is None else pieces(raw, cut):
        sha.update(piece)
        size += len(piece)
    return sha.hexdigest(), size


def pieces(raw: bytes, cut: Cut) -> Iterator[bytes]:
    """A large part's decoded bytes, about a mebibyte at a time."""
    held = b""
    view = memoryview(raw)
    for at in range(cut.offset, cut.offset + cut.length, _PIECE):
        piece = bytes(view[at : min(at + _PIECE, cut.offset + cut.length)])
        if not cut.base64:
            yield piece
            continue
        held += piece.translate(None, _WHITE)
        whole = len(held) - len(held) % 4
        yield _base64(held[:whole])
        held = held[whole:]
    if held:
        yield _base64(held + b"=" * (-len(held) % 4))


def _base64(data: bytes) -> bytes:
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        return data
