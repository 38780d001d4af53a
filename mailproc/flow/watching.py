"""The files that the desk was read from: has one of them changed since?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from mailproc.config import Config
from mailproc.policy.model import Policy

SETTLED_NS = 2_000_000_000
"""A file that was written so short a time before it was looked at may be written again within the same tick."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a file looked like: nanoseconds and bytes from its entry, SHA-256 of its content.

    `sure`: it had not been written for a while when it was read, so the same entry means the same content.
    """

    time: int
    size: int
    digest: bytes
    sure: bool


Marks = Mapping[Path, Mark | None]  # None: not there


class Watch:
    """Looks at the files now and then; a change counts once the files look the same at two looks in a row.

    So a file that is being written is not read half.  `look` says whether there is something new since `note`.
    """

    def __init__(self, config: Config, now: float) -> None:
        self._paths: tuple[Path, ...] = ()
        self._folders: tuple[Path, ...] = ()
        self._noted: Marks = {}
        self._seen: Marks = {}
        self.follow(config, {})
        self.note(now)

    def follow(self, config: Config | None, policies: Mapping[str, Policy], *, besides: float = 0) -> None:
        """Watch the files of this configuration and its policies from now on.

        `besides`, in seconds since 1970: the files of before as well, and what the new ones hold at that moment is
        known.  Without it, a file that was not watched before is news.
        """
        paths, folders = tuple(_paths(config, policies)), tuple(_folders(config))
        self._paths = tuple(dict.fromkeys((*self._paths, *paths))) if besides else paths
        self._folders = tuple(dict.fromkeys((*self._folders, *folders))) if besides else folders
        if besides:
            self._noted = {**self._marks(besides), **self._noted}

    def note(self, now: float) -> None:
        """What the files hold at this moment, in seconds since 1970, is known: it is about to be read."""
        self._noted = self._seen = self._marks(now)

    def look(self, now: float) -> bool:
        """Is there a change that has settled?"""
        before, self._seen = self._seen, self._marks(now)
        content = _content(self._seen)
        known = {path: digest for path, digest in _content(self._noted).items() if path in self._seen}
        return content != known and content == _content(before)

    def _watched(self) -> Iterator[Path]:
        yield from self._paths
        for folder in self._folders:
            yield from sorted((*folder.glob("*.j2"), *folder.glob("*.toml")))

    def _marks(self, now: float) -> Marks:
        return {path: _mark(path, self._seen.get(path), now) for path in self._watched()}


def _mark(path: Path, known: Mark | None, now: float) -> Mark | None:
    try:
        entry = path.stat()
        if known and known.sure and (known.time, known.size) == (entry.st_mtime_ns, entry.st_size):
            return known
        sure = entry.st_mtime_ns + SETTLED_NS < now * 1_000_000_000
        return Mark(entry.st_mtime_ns, entry.st_size, sha256(path.read_bytes()).digest(), sure)
    except OSError:
        return None


def _content(marks: Marks) -> dict[Path, bytes]:
    return {path: mark.digest for path, mark in marks.items() if mark}


def _paths(config: Config | None, policies: Mapping[str, Policy]) -> Iterable[Path]:
    if config is None:
        return
    yield from (path.absolute() for path in config.files)
    for name, mailbox in config.mailbox.items():
        yield mailbox.policy
        policy = policies.get(name)
        if policy:
            yield from (mailbox.policy.parent / other for other in policy.texts if other != str(mailbox.policy))


def _folders(config: Config | None) -> Iterable[Path]:
    if config is None:
        return
    yield from (box.templates for box in config.mailbox.values() if box.templates)
    if config.voicemail.rules:
        yield config.voicemail.rules
