"""The body of a mail: which parts are its text, and that text as the sender saw it, before quotes are set aside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message as Tree

from mailproc.mail import parts
from mailproc.mail.charsets import clean_text, decode
from mailproc.mail.html import to_text

LIMIT = 256 * 1024  # characters of text that are read
_FLOWED = re.compile(r"format\s*=\s*\"?flowed", re.IGNORECASE)
_DELSP = re.compile(r"delsp\s*=\s*\"?yes", re.IGNORECASE)
_FLOW_DEPTH = re.compile(r">+")


_INDENTED = re.compile(r"(?:\s|&nbsp;|<(?!blockquote)[^<>]{0,2000}>){0,5000}(<blockquote[^<>]{0,2000}>)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Body:
    """What the text parts say: `html` is the HTML's own text where there is plain text too, else None."""

    text: str
    html: str | None
    indexes: frozenset[int]  # the parts that are the body, in walk() order
    indented: bool = False  # the text begins inside an HTML blockquote, which may be another's words


def body(root: Tree) -> Body:
    """The mail's text: plain text where there is some, else the HTML as text (R12)."""
    chosen = [(index, part) for index, part in parts.leaves(root) if _is_body(part)]
    one_of = _alternatives(root)
    chosen = list(_first_of_each(chosen, one_of))
    plain = [(i, p) for i, p in chosen if p.get_content_subtype() != "html"]
    html = [(i, p) for i, p in chosen if p.get_content_subtype() == "html"]
    text = "\n".join(_plain(part) for _, part in plain).strip("\n")[:LIMIT]
    markup = "\n".join(_markup(part) for _, part in html) if html else ""
    seen = clean_text(to_text(markup))[:LIMIT] if markup else None
    indexes = frozenset(index for index, _ in chosen)
    if not text.strip() and seen is not None:
        return Body(text=seen, html=None, indexes=indexes, indented=_indented(markup))
    return Body(text=text, html=seen, indexes=indexes)


def _indented(markup: str) -> bool:
    """Does the text begin inside a blockquote that does not say it quotes?  It stays, but commands nothing (R21)."""
    found = _INDENTED.match(markup[:20_000])
    return found is not None and "cite" not in found[1].lower() and "border-left" not in found[1].lower()


def _is_body(part: Tree) -> bool:
    main, _, subtype = part.get_content_type().partition("/")
    if main == "multipart":  # one whose parts cannot be found: all it has is text
        return not part.is_multipart()
    if main != "text" or subtype in ("calendar", "rtf", "rfc822-headers"):
        return False
    if subtype not in ("plain", "html", "enriched") and parts.name(part):
        return False
    disposition = part.get("content-disposition")
    if disposition is None:
        return not (part.get("content-type") and "name" in str(part["content-type"]).lower() and parts.name(part))
    return not str(disposition).strip().lower().startswith("attachment") and not parts.name(part)


def _alternatives(root: Tree) -> dict[int, int]:
    """For each part directly inside a multipart/alternative: the number of that alternative."""
    if not root.is_multipart():
        return {}
    inside: dict[int, int] = {}
    for number, part in enumerate(root.walk()):
        if part.get_content_type() == "multipart/alternative" and part.is_multipart():
            inside |= {id(child): number for child in part.get_payload()}
    return inside


def _first_of_each(chosen: list[tuple[int, Tree]], one_of: dict[int, int]) -> Iterator[tuple[int, Tree]]:
    """Of alternatives with the same type only the first: five hundred copies of a text are one text."""
    seen: set[tuple[int, str]] = set()
    for index, part in chosen:
        group = one_of.get(id(part))
        if group is not None:
            key = (group, part.get_content_subtype())
            if key in seen:
                continue
            seen.add(key)
        yield index, part


def _markup(part: Tree) -> str:
    return decode(parts.content(part), parts.charset(part))


def _plain(part: Tree) -> str:
    text = clean_text(decode(parts.content(part)[: 4 * LIMIT], parts.charset(part)))[:LIMIT]
    content_type = str(part.get("content-type", ""))
    if _FLOWED.search(content_type):
        return unflow(text, delete_space=bool(_DELSP.search(content_type)))
    return text


def unflow(text: str, *, delete_space: bool = False) -> str:
    """Text of format=flowed with its soft line breaks joined (RFC 3676 §4.1, §4.2)."""
    lines: list[str] = []
    open_depth = -1  # the quote depth of a line that flows into the next, -1 if none does
    for line in text.split("\n"):
        depth, content = _unquoted(line)
        fixed = content in ("-- ", "--")  # RFC 3676 §4.3: the signature line never flows
        flows = content.endswith(" ") and not fixed
        piece = content[:-1] if flows and delete_space else content
        if open_depth == depth and not fixed:
            lines[-1] += piece
        else:
            lines.append("> " * depth + piece if depth else piece)
        open_depth = depth if flows else -1
    return "\n".join(lines)


def _unquoted(line: str) -> tuple[int, str]:
    marks = _FLOW_DEPTH.match(line)
    depth = marks.end() if marks else 0
    content = line[depth:]
    return depth, content[1:] if content.startswith(" ") else content  # RFC 3676 §4.4: space-stuffing
