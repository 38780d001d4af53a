"""Mails on the disk: single files, folders of them, Maildirs and mboxes, found in an order that stays the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mailproc.admin import mbox
from mailproc.errors import UserError

STDIN = "-"
MAIL_ENDINGS = frozenset({".eml", ".mbox", ".mbx", ".msg"})
MBOX_ENDINGS = frozenset({"", ".mbox", ".mbx"})
HEAD = 16 * 1024  # bytes that tell whether a file in a folder is a mail

_NUMBERED = re.compile(r"(.+)#(\d{1,9})")
_KNOWN_FIELD = re.compile(
    rb"^(?:from|to|cc|subject|date|received|message-id|return-path|mime-version|content-type|delivered-to|sender|"
    rb"reply-to)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A mail and what it is called: its file, or FILE#n in an mbox.  `raw` may raise OSError."""

    file: str
    raw: Callable[[], bytes]


def find(
    names: Iterable[str], stdin: Callable[[], bytes] | None = None, left_out: Callable[[Path], None] = lambda _: None
) -> Iterator[Found]:
    """Every mail under these names, in the names' order; folders are searched in the order of their files' names.

    A name may be a file, a folder, a Maildir, an mbox, FILE#n for one mail of it, or "-" for `stdin`.  `left_out` is
    told of files in folders that look like no mail.  Raises UserError for a name that is nothing of this.
    """
    for name in names:
        if name == STDIN and stdin:
            yield Found(STDIN, stdin)
            continue
        try:
            yield from _named(name, left_out)
        except OSError as error:
            raise UserError(f"{name}: {(error.strerror or 'cannot be read').lower()}; name a file or folder") from error


def _named(name: str, left_out: Callable[[Path], None]) -> Iterator[Found]:
    path = Path(name)
    if path.is_dir():
        yield from _in_folder(path, left_out)
    elif path.exists():
        yield from _in_file(path)
    elif (numbered := _NUMBERED.fullmatch(name)) and Path(numbered[1]).is_file():
        yield _one_of(Path(numbered[1]), int(numbered[2]))
    else:
        raise UserError(f"{name}: no such file or folder; name .eml files, Maildirs or mboxes")


def _one_of(path: Path, number: int) -> Found:
    places = mbox.spans(path) if mbox.is_mbox(path) else []
    if not 1 <= number <= len(places):
        raise UserError(f"{path}#{number}: no such mail; the file has {len(places) or 1}, counted from 1")
    return Found(f"{path}#{number}", partial(mbox.read, path, places[number - 1]))


def _in_folder(folder: Path, left_out: Callable[[Path], None]) -> Iterator[Found]:
    if (folder / "cur").is_dir() and (folder / "new").is_dir():
        for path in sorted([*(folder / "cur").iterdir(), *(folder / "new").iterdir()], key=lambda one: one.name):
            if path.is_file() and not path.name.startswith("."):
                yield Found(str(path), path.read_bytes)
        inner = [one for one in folder.iterdir() if one.name not in ("cur", "new", "tmp") and one.is_dir()]
    else:
        inner = [one for one in folder.iterdir() if not one.name.startswith(".")]
    for path in sorted(inner):
        if path.is_dir() and not path.is_symlink():
            yield from _in_folder(path, left_out)
        elif path.is_file() and _looks_like_mail(path):
            yield from _in_file(path)
        else:
            left_out(path)


def _in_file(path: Path) -> Iterator[Found]:
    """One mail, or those of an mbox.  A lone mail behind a separator line is one of an mbox only if it is called so."""
    places = mbox.spans(path) if path.is_file() and mbox.is_mbox(path) else []
    if not places:
        yield Found(str(path), path.read_bytes)
    elif len(places) == 1 and path.suffix.lower() not in MBOX_ENDINGS:
        yield Found(str(path), partial(mbox.read, path, places[0]))
    else:
        for number, place in enumerate(places, start=1):
            yield Found(f"{path}#{number}", partial(mbox.read, path, place))


def _looks_like_mail(path: Path) -> bool:
    if path.suffix.lower() in MAIL_ENDINGS:
        return True
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError:
        return True  # reading it will say why not
    top = re.split(rb"\r?\n\r?\n", head.lstrip(b"\r\n"), maxsplit=1)[0]
    return head.startswith(b"From ") or bool(_KNOWN_FIELD.search(top))
