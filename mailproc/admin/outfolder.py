"""A folder that keeps the mails of a simulation, one .eml file each, in the order in which they would have left."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count
from pathlib import Path

from mailproc.errors import UserError
from mailproc.store.letters import Letter

_UNSAFE = re.compile(r"[^A-Za-z0-9@._+-]+")


def keep_in(folder: Path) -> Callable[[Letter], None]:
    """Writes each letter that it is given into `folder`, as ORDER-CASE-TEMPLATE-RECIPIENT.eml.

    Raises UserError if the folder cannot be made, or holds something already: two runs in one folder tell nothing.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        taken = next(folder.iterdir(), None)
    except OSError as error:
        raise UserError(f"--out {folder}: {(error.strerror or 'cannot be made').lower()}; name a new folder") from error
    if taken:
        raise UserError(f"--out {folder}: holds {taken.name} already; name a new folder, or empty this one")
    order = count(1)

    def keep(letter: Letter) -> None:
        (folder / file_name(next(order), letter)).write_bytes(letter.data)

    return keep


def file_name(order: int, letter: Letter) -> str:
    """What a letter's file is called: its place, its case, its template, its recipient."""
    recipient = _UNSAFE.sub("_", letter.recipient)[:100].strip(".")
    return f"{order:06}-{letter.case_number or 0}-{letter.template}-{recipient}.eml"
