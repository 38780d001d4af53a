"""What a development tracker's mail tells: of which ticket, its new state, the news in words (ELA-7)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import regex  # type: ignore[import-untyped]

from mailproc.mail.message import Message

SUBJECT, LINES, LINE = 2000, 200, 500
"""Characters of a subject, lines of a text and characters of a line that are looked at: the text may be hostile."""
SECONDS = 0.1
"""How long a pattern of the policy may look through one text; one that takes longer finds nothing."""
WORDS, STATE = 2000, 60
"""Characters of the news and of a state that are kept."""

_KINDS = (
    ("jira", ("x-jira-fingerprint", "x-atlassian-token", "x-jira-issue-key")),
    ("github", ("x-github-reason", "x-github-sender", "x-gitea-reason", "x-forgejo-reason")),
    ("gitlab", ("x-gitlab-project", "x-gitlab-project-path", "x-gitlab-issue-iid", "x-gitlab-mergerequest-iid")),
    ("redmine", ("x-redmine-issue-id", "x-redmine-project")),
    ("bugzilla", ("x-bugzilla-reason", "x-bugzilla-type", "x-bugzilla-id", "x-bugzilla-status")),
)
_KEY = re.compile(r"(?<![\w-])[A-Z][A-Z0-9_]{1,15}-[1-9]\d{0,8}(?![\w-])")
_GITHUB = re.compile(
    r"\[([\w.-]{1,100}/[\w.-]{1,100})\].{0,1500}\((?:issue |pr |pull request )?#(\d{1,9})\)", re.IGNORECASE
)
_GITHUB_ID = re.compile(r"<([\w.-]{1,100}/[\w.-]{1,100})/(?:issues?|pulls?|pull|issue)/(\d{1,9})[/@]")
_GITLAB = re.compile(r"\(([#!])(\d{1,9})\)")
_NUMBER = re.compile(r"(?:#|\[?\bbug )(\d{1,9})", re.IGNORECASE)
_STATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^\W{0,5}status(?: was)? changed from .{1,80}? to (?P<state>[^.]{1,60})",
        r"^\W{0,5}(?:the )?status (?:was )?(?:changed|set|moved) to:? (?P<state>[^.]{1,60})",
        r"^.{0,80}\b(?:changed|moved|set) (?:the )?status (?:from .{1,80}? )?to:? (?P<state>[^.]{1,60})",
        r"^\W{0,5}status ?\|[^|]{0,80}\|(?P<state>[^|]{1,60})",
        r"^\W{0,5}status ?: ?.{0,80}?(?:→|->|=>|⇒) ?(?P<state>.{1,60})",
        r"^\W{0,5}status ?: ?(?P<state>[^(→>]{1,60})(?: ?\(was.{0,80})?$",
        r"^(?P<state>closed|reopened|merged) (?:\[?#\d|[\w.-]+/[\w.-]+#\d)",
        r"^(?:the )?(?:issue|merge request|pull request)(?: [#!]\d+)? was (?P<state>closed|reopened|merged)\b",
        r"^\W{0,5}(?:issue|bug|merge request) [#!]?\d* ?(?:has been|is now) (?P<state>[\w ]{1,60})$",
    )
)
_IN_SUBJECT = re.compile(r"#\d{1,9}\] ?\((?P<state>[^()]{1,60})\)")
_RULE = re.compile(r"[-_=*]{5,} ?$")
_FOOTER = re.compile(
    r"-- ?$|—$|you (?:are receiv|receiv|got )|reply to this e-?mail|view it on|to unsubscribe|unsubscribe|"
    r"this (?:message|mail|e-?mail) (?:was|is) |(?:view issue\W{1,5})?add comment$|"
    r"configure (?:bug|issue|e-?mail|mail|notif)|manage your |"
    r"get jira notif",
    re.IGNORECASE,
)
_TICKET = r"(?:an? |the )?(?:issue|bug|ticket|[A-Z][A-Z0-9_]{1,15}-\d{1,9}|\[?#\d{1,9})"
_FRAME = re.compile(
    r"^\W{0,5}\[? ?https?://\S{1,400} ?\]?$|"
    r"^(?:issue|bug|ticket|task|feature|support)\b.{0,80}\bhas been (?:updated|reported|created|edited)\b|"
    rf"^.{{0,80}}\b(?:updated|commented on|changed|resolved|transitioned|created|closed|reopened) "
    rf"{_TICKET}\b.{{0,80}}$|"
    r"^.{0,80}\b(?:wrote|changed|commented|left a comment)\b.{0,60}:$|^(?:---+ )?comment #\d+ from .{1,200}$|"
    r"^\W{0,5}(?:status|assignee|priority|resolution|target version|fix version/?s?|% done|due date|category|severity|"
    r"labels?|milestone|key|issue type|reporter|components?|"
    r"what|url|project)\b {0,40}(?:[:|]|changed|set|deleted).{0,300}$|"
    r"^(?:closed|reopened|merged) \[?(?:[\w./-]{1,200})?#\d.{0,200}$|"
    r"^[\w-]{1,80} left a comment \([\w./-]{1,200}#\d{1,9}\)$|"
    r"^(?:the )?(?:issue|merge request|pull request)(?: [#!]\d+)? was .{1,200}$|^@[\w-]+ .{0,60}:$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class News:
    """One ticket's news.  `references` are the ways in which people write the ticket, the usual one first.

    `state` is "" where the mail tells none; `text` are the words of the mail without its frame.
    """

    kind: str  # jira, github, gitlab, redmine, bugzilla; "" for another
    references: tuple[str, ...]
    state: str
    text: str


def kind_of(message: Message) -> str:
    """Which tracker's notice it is by its headers, "" for none that we know."""
    return next((kind for kind, names in _KINDS if any(name in message.headers for name in names)), "")


def read(message: Message, *, name: str = "", reference: str = "", state: str = "", alone: bool = True) -> News | None:
    """The news of a notice; None if it names no ticket.  Never raises, and never looks for long.

    `reference` and `state` are the policy's own patterns, "" for those of the kind; `name` is what the policy calls the
    tracker, which makes "NAME#12" of a bare number; `alone`: no other tracker could mean the bare number.
    """
    kind, lines = kind_of(message), _lines(message)
    found = _found(reference, message, lines, "reference") if reference else ""
    references = _spelled(found, name, alone) if reference else tuple(_candidates(kind, message, lines, name, alone))
    if not references or not references[0]:
        return None
    moved = _found(state, message, lines, "state") if state else _state(kind, message, lines)
    return News(kind=kind, references=references, state=_clean(moved), text=_words(message.text))


def _lines(message: Message) -> list[str]:
    whole = "\n".join(part for part in (message.text, message.signature, message.quoted) if part)
    return [line[:LINE].strip() for line in whole[: LINES * LINE].split("\n", LINES)[:LINES]]


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> Any:
    return regex.compile(pattern, regex.MULTILINE)


def _found(pattern: str, message: Message, lines: Iterable[str], group: str) -> str:
    """What a policy's pattern takes out of the subject, else out of the text."""
    compiled = _compiled(pattern)
    for text in (message.subject[:SUBJECT], "\n".join(lines)):
        try:
            found = compiled.search(text, timeout=SECONDS)
        except TimeoutError:
            continue
        if found:
            taken = found[group] if group in compiled.groupindex else found[0]
            return _clean(taken or "")
    return ""


def _candidates(kind: str, message: Message, lines: list[str], name: str, alone: bool) -> Iterator[str]:
    match kind:
        case "github":
            yield from _of_github(message)
        case "gitlab":
            yield from _of_gitlab(message)
        case "redmine" | "bugzilla":
            told = _header(message, f"x-{kind}-issue-id") or _header(message, f"x-{kind}-id")
            found = _NUMBER.search(message.subject[:SUBJECT])
            number = told if told.isdecimal() else found[1] if found else ""
            yield from _spelled(number, name or kind, alone)
            project = _header(message, "x-redmine-project")
            if number and project:
                yield f"{project}#{number}"
        case _:
            texts = (_header(message, "x-jira-issue-key"), message.subject[:SUBJECT], *lines)
            yield from [found[0] for text in texts if (found := _KEY.search(text))][:1]


def _of_github(message: Message) -> Iterator[str]:
    ids = " ".join((message.message_id, *message.in_reply_to, *message.references[:5]))[:SUBJECT]
    found = _GITHUB.search(message.subject[:SUBJECT]) or _GITHUB_ID.search(ids)
    if found:
        yield f"{found[1]}#{found[2]}"
        yield f"{found[1].partition('/')[2]}#{found[2]}"


def _of_gitlab(message: Message) -> Iterator[str]:
    found = _GITLAB.search(message.subject[:SUBJECT])
    sign, number = (found[1], found[2]) if found else ("", "")
    for header, mark in (("x-gitlab-issue-iid", "#"), ("x-gitlab-mergerequest-iid", "!")):
        if _header(message, header).isdecimal():
            sign, number = mark, _header(message, header)
    path = _header(message, "x-gitlab-project-path") or _header(message, "x-gitlab-project")
    if number and path:
        yield f"{path}{sign}{number}"
        if "/" in path:
            yield f"{path.rpartition('/')[2]}{sign}{number}"


def _spelled(found: str, name: str, alone: bool) -> tuple[str, ...]:
    """A ticket's number as people write it; one that stands alone could be another tracker's."""
    if not found.lstrip("#").isdecimal():
        return (found,) if found else ()
    number = found.lstrip("#")
    bare = (f"#{number}", number, f"bug-{number}") if alone else ()
    return (*bare, f"{name}#{number}", f"{name}-{number}") if name else bare or (found,)


def _header(message: Message, name: str) -> str:
    return message.headers.get(name, ("",))[0].strip()[:200]


def _state(kind: str, message: Message, lines: Iterable[str]) -> str:
    if kind == "bugzilla" and (told := _header(message, "x-bugzilla-status")):
        return told
    found = _IN_SUBJECT.search(message.subject[:SUBJECT])
    in_lines = (match for line in lines for pattern in _STATES if (match := pattern.search(line)))
    first = next(in_lines, None) or found
    return first["state"] if first else ""


def _clean(state: str) -> str:
    return " ".join(state.split())[:STATE].strip(" .,;:*_`'\"[]|")


def _words(text: str) -> str:
    """What somebody wrote, without the tracker's own lines around it."""
    kept: list[str] = []
    for line in text.split("\n", LINES)[:LINES]:
        line = line[:LINE].strip()
        rule = _RULE.match(line)
        if _FOOTER.match(line) or (rule and any(kept)):
            break
        if not rule and not _FRAME.match(line):
            kept.append(line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()[:WORDS]
