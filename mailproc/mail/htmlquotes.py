"""The marks by which mail programs say in HTML that a part is quoted."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

Attributes = dict[str, str | None]
# Lines of attribution, and quotes that nobody writes into.
_LINES = "gmail_attr gmail_quote_attribution moz-cite-prefix yahoo-quoted-begin hotmail-quote-block zmail_extra_hr"
# Elements that hold the attribution and the quote; an answer may stand between the blockquotes in them.
_WHOLE = (
    "yahoo_quoted protonmail_quote zmail_extra ik_mail_quote tutanota_quote freebirdquote ntes-mailmaster-quote "
    "alimail-quote history_container missive_quote freshdesk_quote fairemail_quote spark_quote cm_quote bluemailquote "
    "mail-quote-collapse mailquote mailbird_quote titan-quote kmail-quote isreplycontent reply-intro"
)
_QUOTE_CLASSES = frozenset(_LINES.split())
_CONTAINERS = frozenset(_WHOLE.split())
_CONTAINER_NAMES = frozenset(("quote", "messagereplysection"))
_BELOW_IDS = frozenset(
    ("divrplyfwdmsg", "appendonsend", "mail-editor-reference-message-container", "olk_src_body_section")
)
_BELOW_CLASSES = frozenset(
    ("outlookmessageheader", "mail-editor-reference-message-container", "ms-outlook-mobile-reference-message")
)
_BORDER = re.compile(r"border-top\s*:\s*solid\s+#(?:e1e1e1|b5c4df)\s+1(?:\.0)?pt|border:none;border-top:solid", re.I)
_RENAMED = re.compile(r"(?:x_|ydp[0-9a-f]+|ox-[0-9a-f]+-)+")  # what programs put before the names of others
_CHILDREN = 500  # of a container that are searched for an answer


def quotes_below(attributes: Attributes, tag: str) -> bool:
    """Does an Outlook begin the old mail here, without an element around it?"""
    if tag == "div" and _BORDER.search((attributes.get("style") or "")[:2_000]):
        return True
    return not _BELOW_IDS.isdisjoint(_words(attributes, "id")) or not _BELOW_CLASSES.isdisjoint(
        _words(attributes, "class")
    )


def is_quote(tag: str, attributes: Attributes) -> bool:
    """Does the element quote for sure?  A blockquote that only indents may hold an answer; those that quote say so."""
    if tag == "blockquote":
        style = (attributes.get("style") or "")[:2_000].lower()
        if "border-left" in style or "border-inline-start" in style or "cite" in _words(attributes, "type"):
            return True
        named = set(_named(attributes)) - {"gmail_quote"}  # Gmail indents with it too
        return any("quote" in word or "cite" in word or "reply" in word for word in named)
    return not _QUOTE_CLASSES.isdisjoint(_words(attributes, "class"))


def is_container(attributes: Attributes) -> bool:
    """Is it an element in which a program put the whole old mail?"""
    return not _CONTAINERS.isdisjoint(_named(attributes)) or not _CONTAINER_NAMES.isdisjoint(_words(attributes, "name"))


def is_whole(node: LexborNode) -> bool:
    """Is all in this container quoted?  Not if words follow a blockquote in it: those are answers."""
    child, seen = node.child, False
    for _ in range(_CHILDREN):
        if child is None:
            return True
        if child.tag == "blockquote":
            seen = True
        elif seen and (child.text_content or child.text() or "").strip():
            return False
        child = child.next
    return False


def _named(attributes: Attributes) -> tuple[str, ...]:
    return (*_words(attributes, "class"), *_words(attributes, "id"))


def _words(attributes: Attributes, name: str) -> tuple[str, ...]:
    value = attributes.get(name)
    if not value:
        return ()
    words = value[:500].lower().split()
    return tuple(_RENAMED.sub("", word, count=1) if word.startswith(("x_", "ydp", "ox-")) else word for word in words)
