"""Several notices to one person as one mail: each keeps its words and its own links."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape

from mailproc.mail.templates import Rendered

LONGEST = 60
"""Characters of one notice's subject in the subject of all."""
MOST = 4
"""Subjects that the subject of all has room for."""
_HEAD = re.compile(r"(?is)\A.*?<body\b[^>]*>")
_TAIL = re.compile(r"(?is)</body\s*>.*\Z")
_TITLE = re.compile(r"(?is)<title>.*?</title>")
_WORDS: Mapping[str, tuple[str, str]] = {
    "en": (
        "{count} notices",
        "{count} notices in one mail. Answer each of them by its own links: what one says of your reply is meant of "
        "these, and a reply to this mail itself reaches no case.",
    ),
    "de": (
        "{count} Nachrichten",
        "{count} Nachrichten in einer Mail. Beantworten Sie jede über ihre eigenen Verweise: Was eine über Ihre "
        "Antwort sagt, gilt für diese; eine Antwort auf diese Mail selbst erreicht keinen Vorgang.",
    ),
}


def joined(parts: Sequence[Rendered], language: str) -> Rendered:
    """All notices in one, oldest first; as a page too if each of them is one.  `language` is the reader's."""
    counted, intro = (words.format(count=len(parts)) for words in _words(language))
    subject = f"{counted}: {_named([one.subject for one in parts])}"
    pages = [one.html for one in parts if one.html]
    html = _page(pages, parts, subject, intro) if len(pages) == len(parts) else None
    text = [intro]
    for place, one in enumerate(parts, start=1):
        text += [f"===== {place}/{len(parts)}  {one.subject}", one.text.strip()]
    return Rendered(subject=subject, text="\n\n".join(text) + "\n", html=html, language=language)


def _words(language: str) -> tuple[str, str]:
    return _WORDS.get(language.partition("-")[0].lower(), _WORDS["en"])


def _named(subjects: Sequence[str]) -> str:
    """The subjects, each cut to its beginning, as many as there is room for."""
    short = [one if len(one) <= LONGEST else f"{one[: LONGEST - 2].rstrip(' ,;:')} …" for one in subjects]
    return ", ".join(short[:MOST]) + (", …" if len(short) > MOST else "")


def _page(pages: Sequence[str], parts: Sequence[Rendered], subject: str, intro: str) -> str:
    """One page with the frame of the first and the contents of all."""
    frame = _HEAD.match(pages[0])
    begin = _TITLE.sub(lambda _: f"<title>{escape(subject)}</title>", frame[0], count=1) if frame else ""
    end = _TAIL.search(pages[0])
    contents = [f"<p>{escape(intro)}</p>\n"]
    for place, (one, page) in enumerate(zip(parts, pages, strict=True), start=1):
        title = f"<h2>{place}/{len(parts)}  {escape(one.subject)}</h2>\n"
        contents.append(f"<hr>\n{title}{_TAIL.sub('', _HEAD.sub('', page, count=1))}\n")
    return begin + "".join(contents) + (end[0] if end else "")
