"""What a customer declares of a case, in words that the policy knows: its severity, its type, its product."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mailproc.mail.message import Message
from mailproc.mail.thread import without_prefixes

LINES = 5  # non-empty lines in which a declaration may stand
_BRACKETED = re.compile(r"[\[［]([^\[\]［］]{1,60})[\]］]")
_FRONT = re.compile(r"(?:\s*[\[［][^\[\]［］]{0,60}[\]］])*\s*([^:：\[\]]{1,60}?)\s*[:：]")
_LINE = re.compile(r"[\s*_>#-]{0,6}(severity|priority)[\s*_]*[:：=][\s*_]*([^\n]{1,180}?)[\s*_.!]*$", re.IGNORECASE)
_REMARK = re.compile(r"\s*[(,;]|\s+[-–—]+\s")
_LABELLED = re.compile(r"\s*(severity|priority)(?:\s*[:=]\s*|\s+)(\S.{0,60}?)\s*", re.IGNORECASE)
_PRODUCT = re.compile(r"[\s*_>#-]{0,6}product[\s*_]*[:：=][\s*_]*([^\n]{1,60}?)[\s*_.!]*$", re.IGNORECASE)
_FIELDS = ("x-priority", "importance", "priority", "x-msmail-priority")


def declared(message: Message, words: Mapping[str, str]) -> str | None:
    """The id of the severity that the mail declares, or None: subject tag, `urgent:` in front, a line, a header.

    `words` maps what may be said, in lower case, to the policy's ids.  A bare digit says nothing, and a header speaks
    only where `words` lists it ("x-priority 1"), never as "normal".
    """
    if not words:
        return None
    return _in_tag(message, words) or _in_front(message, words) or _in_line(message, words) or _in_field(message, words)


def declared_type(message: Message, words: Mapping[str, str]) -> str:
    """The id of the type that the mail declares by a subject tag, or in front of its subject; "" if none.

    `words` maps what may be said, in lower case, to the policy's ids.
    """
    return (_in_tag(message, words) or _in_front(message, words) or "") if words else ""


def declared_product(message: Message) -> str:
    """What a `product:` line among the first five that are not empty says, else ""."""
    said = (_PRODUCT.match(line[:200]) for line in _first_lines(message))
    return next((found[1].strip() for found in said if found), "")


def _first_lines(message: Message) -> list[str]:
    return [line for line in message.text.split("\n", 60) if line.strip()][:LINES]


def _known(said: str, words: Mapping[str, str]) -> str | None:
    phrase = " ".join(said.lower().split())
    return None if not phrase or phrase.isdigit() else words.get(phrase)


def named(said: str, words: Mapping[str, str]) -> str | None:
    """The id of the level that `#severity` names, where a figure alone is one: "1", "severity 1", "critical"."""
    phrase = " ".join(said.lower().split())
    return words.get(phrase) or words.get(f"severity {phrase}")


def _in_tag(message: Message, words: Mapping[str, str]) -> str | None:
    for tag in _BRACKETED.findall(message.subject):
        if found := _known(tag, words) or _labelled(tag, words):
            return found
    return None


def _labelled(tag: str, words: Mapping[str, str]) -> str | None:
    """`[severity: high]` and `[priority high]` say what `[high]` says."""
    label = _LABELLED.fullmatch(tag)
    return (_known(label[2], words) or _numbered(label[1], label[2], words)) if label else None


def _in_front(message: Message, words: Mapping[str, str]) -> str | None:
    front = _FRONT.match(without_prefixes(message.subject))
    return _known(front[1], words) if front else None


def _in_line(message: Message, words: Mapping[str, str]) -> str | None:
    for line in _first_lines(message):
        said = _LINE.match(line[:200])
        if said is None:
            continue
        for level in (said[2], _REMARK.split(said[2], 1)[0]):
            if found := _known(level, words) or _numbered(said[1], level, words):
                return found
    return None


def _numbered(label: str, said: str, words: Mapping[str, str]) -> str | None:
    """`severity: 2` names a level as "severity 2" does; `priority: 2` is another desk's count and says nothing."""
    return words.get(f"severity {said.strip().lower()}") if label.lower() == "severity" else None


def _in_field(message: Message, words: Mapping[str, str]) -> str | None:
    for name in _FIELDS:
        for value in message.headers.get(name, ())[:1]:
            word = value.strip().lower().partition("(")[0].strip()
            if "normal" not in value.lower() and (found := words.get(f"{name} {word}")):
                return found
    return None
