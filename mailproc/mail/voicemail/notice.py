"""A mail as the readers of telephone mails see it: subject, sender, fields, texts, files, each read when asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from email.message import Message as Tree
from functools import cached_property

from mailproc.mail import parts
from mailproc.mail.body import body
from mailproc.mail.charsets import clean_text, decode
from mailproc.mail.message import Address, Message
from mailproc.mail.message import Attachment as File
from mailproc.mail.voicemail import labels, words

LIMIT = 64 * 1024  # characters of a text that patterns see
_AUDIO_NAME = re.compile(
    r"\.(?:wav|wav49|gsm|mp3|m4a|mp4|aac|amr|ogg|oga|opus|webm|au|wma|3gp|vox|g72\d|ulaw|alaw)$",
    re.IGNORECASE,
)
_MAGIC = (b"RIFF", b"ID3", b"OggS", b"#!AMR", b".snd", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\x1aE\xdf\xa3")
_ATTACHED = re.compile(r"transcri|transkri|trascri|voice|message|msg|speech|\bvm", re.IGNORECASE)
_SPACE = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2007": " ", "\u200b": None, "\r": None})
_BANNER = re.compile(
    r"\s*(?:\[(?:external|ext|extern|extern[ae]|spam\??|caution|e)\]|(?:external|extern) ?:|\*+ ?(?:external|"
    r"spam) ?\*+)\s*:?",
    re.IGNORECASE,
)


class Notice:
    """One mail.  `texts` are its plain text and then its HTML's, the second only where both are there."""

    def __init__(
        self,
        *,
        subject: str,
        sender: Address | None,
        headers: Mapping[str, tuple[str, ...]],
        texts: Callable[[], tuple[str, ...]],
        audio: bool,
        attached: Callable[[], str] = str,
        markup: Callable[[], str] = str,
        message: Message | None = None,
    ) -> None:
        while banner := _BANNER.match(subject):
            subject = subject[banner.end() :]
        self.subject = subject.translate(_SPACE).strip()
        self.address = sender.address.lower() if sender else ""
        self.name = sender.name if sender else ""
        self.headers = headers
        self.audio = audio
        self.message = message
        self._texts = texts
        self._attached = attached
        self._markup = markup

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The mail's texts, without the spaces that only look like one."""
        return tuple(text.translate(_SPACE)[:LIMIT] for text in self._texts() if text)

    @cached_property
    def labels(self) -> tuple[labels.Labels, ...]:
        """The labelled lines of each text."""
        return tuple(labels.read(text) for text in self.texts)

    @cached_property
    def attached(self) -> str:
        """The text of an attached transcript, "" without one."""
        return self._attached()

    @cached_property
    def markup(self) -> str:
        """The HTML as it was written, for its links; "" without one."""
        return self._markup()

    @property
    def local(self) -> str:
        """The sender's address before the @."""
        return self.address.rpartition("@")[0]

    @property
    def domain(self) -> str:
        """The sender's address behind the @."""
        return self.address.rpartition("@")[2]

    def value(self, name: str) -> str:
        """The first value of a header field, "" without one."""
        values = self.headers.get(name, ())
        return values[0].strip() if values else ""

    @cached_property
    def by_system(self) -> bool:
        """Does the sender's name or address say that it is a telephone system, or a program at least?"""
        if self.value("auto-submitted").lower().startswith("auto-generated"):
            return True
        program = words.ROBOT.fullmatch(self.local) is not None
        return (
            program
            or any(words.SYSTEM.search(one) for one in (self.local, self.name))
            or bool(words.SYSTEM.search(self.domain))
        )

    @cached_property
    def by_person(self) -> bool:
        """Is it an answer, or written with a program that people write with?"""
        if words.ANSWER.match(self.subject) or "in-reply-to" in self.headers or "references" in self.headers:
            return True
        return any(words.CLIENT.search(self.value(name)) for name in ("x-mailer", "user-agent"))


def notice(message: Message, tree: Tree | None) -> Notice:
    """The mail as a notice."""
    return Notice(
        subject=message.subject,
        sender=message.sender or next(iter(message.senders), None),
        headers=message.headers,
        texts=lambda: _texts(message, tree),
        audio=any(sounds(one, tree) for one in message.attachments),
        attached=lambda: _attached(message, tree),
        markup=lambda: _markup(tree),
        message=message,
    )


def _texts(message: Message, tree: Tree | None) -> tuple[str, ...]:
    if tree is None:
        return (message.text,)
    read = body(tree)
    return (read.text,) if read.html is None else (read.text, read.html)


def _markup(tree: Tree | None) -> str:
    pages = (part for part in (tree.walk() if tree is not None else ()) if part.get_content_type() == "text/html")
    return "\n".join(decode(parts.content(part)[:LIMIT], parts.charset(part)) for part in list(pages)[:3])


def sounds(one: File, tree: Tree | None) -> bool:
    """Is this file a recording, by its type, or by its name and its first bytes?"""
    if one.type.startswith("audio/") or one.type == "application/ogg":
        return True
    loose = one.type in ("application/octet-stream", "video/mp4", "video/webm", "application/x-wav", "video/3gpp")
    return loose and bool(_AUDIO_NAME.search(one.name)) and _begins(tree, one.part)


def _begins(tree: Tree | None, index: int) -> bool:
    part = _part(tree, index)
    head = parts.content(part)[:16] if part is not None else b""
    return head.startswith(_MAGIC) or head[4:8] == b"ftyp"


def _part(tree: Tree | None, index: int) -> Tree | None:
    walked = enumerate(tree.walk() if tree is not None else ())
    return next((part for number, part in walked if number == index), None)


def _attached(message: Message, tree: Tree | None) -> str:
    for one in message.attachments:
        if one.type == "text/plain" and one.size < LIMIT and _ATTACHED.search(one.name):
            part = _part(tree, one.part)
            if part is not None:
                return clean_text(decode(parts.content(part), parts.charset(part))).strip()
    return ""
