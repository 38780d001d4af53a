"""HTML to the text that a reader sees, with quoted parts marked the way plain text marks them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from mailproc.mail.evidence import introduces, plain
from mailproc.mail.htmlquotes import is_container, is_quote, is_whole, quotes_below

LIMIT = 1024 * 1024  # characters of HTML that are read
LOOKS = 20  # containers of quotes that are searched for answers
OPEN = 2_000  # tags of one name that are never closed
TAGS = 20_000  # start of tags that are still worth a tree
QUOTE_BELOW = "\ue0ff"  # a line of this alone: everything below is quoted (taken out of what senders write)

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_APART = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "ul", "ol", "table"])
_NESTING = ("blockquote", "div", "span", "font", "table", "ul", "b", "i")
_UNSEEN = frozenset(
    [
        "head",
        "style",
        "script",
        "title",
        "template",
        "noscript",
        "iframe",
        "object",
        "svg",
        "math",
        "select",
        "textarea",
        "button",
    ]
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0+(?:px|pt|em|%)?\s*(?:;|!|$)"
    r"|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)|max-height\s*:\s*0(?:px)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]{0,10000}>")
_WHITE = re.compile(r"[ \t\r\n\f\u00a0\u202f]+")
_MANY = re.compile(r"\n{3,}")


def to_text(html: str) -> str:
    """The visible text: blocks on lines of their own, hidden nodes left out, nothing fetched (R12).

    Quoted parts get `> ` in front of each line; where a program quotes by putting all below a mark, the mark becomes a
    line of `QUOTE_BELOW`.  So one splitter serves both kinds of mail.
    """
    html = html[:LIMIT].replace(QUOTE_BELOW, "").replace("\x00", "")
    if html.count("<") > TAGS or _is_deep(html):
        return _plain(html)
    root = LexborHTMLParser(html).body
    if root is None:
        return _plain(html)
    writer = _Writer()
    _walk(root, writer)
    return writer.text()


def _is_deep(html: str) -> bool:
    """Are thousands of tags left open?  A parser of HTML takes quadratic time on those."""
    return any(html.count(f"<{tag}") - html.count(f"</{tag}") > OPEN for tag in _NESTING)


def _plain(html: str) -> str:
    """The text without a tree: for HTML with more tags than any reader would bear."""
    for name in ("script", "style"):
        html = "".join(_outside(html, name))
    return _MANY.sub("\n\n", _TAG.sub("\n", html)).strip()


def _outside(html: str, name: str) -> Iterator[str]:
    lower, at = html.lower(), 0
    if len(lower) != len(html):  # a few letters change their length
        lower = html
    while (start := lower.find(f"<{name}", at)) >= 0:
        yield html[at:start]
        end = lower.find(f"</{name}", start)
        if end < 0:
            return
        at = end
    yield html[at:]


class _Writer:
    """Collects lines; each has the depth of quoting at which it began."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.depth = 0
        self.pre = 0
        self.looks = LOOKS

    def write(self, text: str) -> None:
        """Add inline text, its white space as a browser shows it."""
        if self.pre:
            first, *rest = text.split("\n")
            self.line.append(first)
            for piece in rest:
                self.end_line()
                self.line.append(piece)
            return
        flat = _WHITE.sub(" ", text)
        if flat != " " or self.line:
            self.line.append(flat)

    def end_line(self, *, always: bool = True) -> None:
        """Close the current line; an empty one counts only if `always`."""
        text = "".join(self.line)
        text = text.rstrip() if self.pre else " ".join(text.split(" ")).strip()
        self.line = []
        if text or always:
            self.lines.append("> " * min(self.depth, 20) + text)

    def blank(self) -> None:
        """An empty line between blocks, one at most."""
        self.end_line(always=False)
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append("> " * min(self.depth, 20))

    def introduces(self) -> bool:
        """Do the last words so far introduce a quote, as "On DATE, NAME wrote:" does?"""
        last = "".join(self.line).strip() or next((line for line in reversed(self.lines[-3:]) if line.strip()), "")
        return introduces(plain(last))

    def text(self) -> str:
        """All lines, no more than one empty line between two."""
        self.end_line(always=False)
        return _MANY.sub("\n\n", "\n".join(line.rstrip() for line in self._without_empty_end())).strip("\n")

    def _without_empty_end(self) -> list[str]:
        end = len(self.lines)
        while end and not self.lines[end - 1].strip("> "):
            end -= 1
        return self.lines[:end]


def _walk(root: LexborNode, writer: _Writer) -> None:
    """Depth first without recursion: hostile mails nest deeper than Python's stack."""
    node: LexborNode | None = root
    closing: list[tuple[LexborNode, str, bool]] = []
    while node is not None:
        entered = _open(node, writer, closing)
        child = node.child if entered else None
        if child is not None:
            node = child
            continue
        if entered:
            _close(closing.pop(), writer)
        while node is not None and node.next is None:
            if not closing:
                return
            node = closing[-1][0]
            _close(closing.pop(), writer)
        node = node.next if node is not None and closing else None


def _open(node: LexborNode, writer: _Writer, closing: list[tuple[LexborNode, str, bool]]) -> bool:
    """Write what stands in front of the node's children; False if it has none to show."""
    tag = node.tag or ""
    if tag == "-text":
        writer.write(node.text_content or "")
        return False
    if tag == "br":
        writer.end_line()
        return False
    if tag.startswith(("-", "!")) or tag in _UNSEEN:
        return False
    attributes = node.attributes
    if attributes and _hidden(attributes):
        return False
    if attributes and quotes_below(attributes, tag):
        writer.end_line(always=False)
        writer.lines.append(QUOTE_BELOW)
    quoted = _quotes(node, tag, attributes, writer)
    _begin(tag, writer, quoted=quoted, href=attributes.get("href") if attributes else None)
    closing.append((node, tag, quoted))
    return True


def _quotes(node: LexborNode, tag: str, attributes: dict[str, str | None], writer: _Writer) -> bool:
    if tag != "blockquote" and not attributes:
        return False
    if is_quote(tag, attributes) or (tag == "blockquote" and not writer.depth and writer.introduces()):
        return True
    if not is_container(attributes):
        return False
    writer.looks -= 1  # whoever nests a thousand of them gets what is marked line by line
    return writer.looks < 0 or writer.depth > 0 or is_whole(node)


def _begin(tag: str, writer: _Writer, *, quoted: bool, href: str | None) -> None:
    if tag in _APART:
        writer.blank()
    elif tag in _BLOCKS or quoted:
        writer.end_line(always=False)
    elif tag in ("td", "th") and writer.line:
        writer.line.append("\t")
    writer.depth += quoted
    writer.pre += tag == "pre"
    if tag == "li":
        writer.line.append("- ")
    elif tag == "hr":
        writer.lines.append("> " * min(writer.depth, 20) + "---")


def _close(closed: tuple[LexborNode, str, bool], writer: _Writer) -> None:
    _, tag, quoted = closed
    if tag in _APART:
        writer.blank()
    elif tag in _BLOCKS or quoted:
        writer.end_line(always=False)
    writer.depth -= quoted
    writer.pre -= tag == "pre"


def _hidden(attributes: dict[str, str | None]) -> bool:
    style = attributes.get("style")
    return "hidden" in attributes or bool(style and _HIDDEN.search(style[:2_000]))
