"""Voicemails: is a mail one or none, and who called, how long, with which words (R27)?"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mailproc.flow.voicemail_rules import shipped
from mailproc.mail.message import Envelope, Reading
from mailproc.mail.reading import CALLS, read

FILE = Envelope(mail_from=None)
OTHERS = ("spamassassin", "autoreply", "reply", "bounce_extra", "flufl", "threading")
"""Folders without any voicemail."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One labelled mail: how it was read, and the names of the fields that were read otherwise."""

    name: str
    reading: Reading
    label: dict[str, Any]
    wrong: tuple[str, ...]


_FIELDS: dict[str, Callable[[Reading], object]] = {
    "caller_number_e164": lambda one: one.voicemail.caller if one.voicemail else None,
    "caller_name": lambda one: one.voicemail.caller_name if one.voicemail else None,
    "duration_s": lambda one: one.voicemail.duration_s if one.voicemail else None,
    "transcript": lambda one: one.voicemail.transcript if one.voicemail else None,
    "transcript_confidence": lambda one: one.voicemail.confidence if one.voicemail else None,
    "mailbox": lambda one: one.voicemail.mailbox if one.voicemail else None,
    "has_audio": lambda one: bool(one.voicemail and one.voicemail.has_audio),
}


def judge(corpora: Path) -> list[Judged]:
    """Each labelled mail of the folder `voicemail/mails` below the corpora."""
    folder = corpora / "voicemail" / "mails"
    labels = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    meta = labels.pop("_meta")
    return [
        _judge(name, folder, label, meta["regions_by_file"].get(name, meta["default_region"]))
        for name, label in labels.items()
    ]


def _judge(name: str, folder: Path, label: dict[str, Any], region: str) -> Judged:
    found = read((folder / name).read_bytes(), FILE, region=region, telephones=shipped())
    if not label["is_voicemail"]:
        wrong = ("kind",) if found.kind in CALLS else ()
    else:
        wrong = tuple(field for field, told in _FIELDS.items() if told(found) != label[field])
        wrong += () if found.kind == "voicemail" else ("kind",)
    return Judged(name, found, label, wrong)


def elsewhere(corpora: Path) -> tuple[int, list[tuple[Path, str]]]:
    """How many mails of the other folders there are, and those that are taken for a voicemail."""
    paths = [path for name in OTHERS for path in sorted((corpora / name).rglob("*")) if path.is_file()]
    mails = [path for path in paths if path.suffix not in (".json", ".md")]
    kinds = ((path, read(path.read_bytes(), FILE, telephones=shipped()).kind) for path in mails)
    return len(mails), [(path, kind) for path, kind in kinds if kind in CALLS]


def measure(corpora: Path, *, misses: bool) -> None:
    """Print a table: voicemail or none, and each field of those that are one."""
    judged = judge(corpora)
    calls = [one for one in judged if one.label["is_voicemail"]]
    print("| what | mails | right |\n| --- | --- | --- |")
    _row("voicemail or none", judged, "kind")
    for field in _FIELDS:
        _row(field.replace("_", " "), calls, field)
    count, false = elsewhere(corpora)
    print(f"| no voicemail, of the other folders | {count} | {100 * (count - len(false)) / count:.1f} % |")
    for one in judged if misses else ():
        if one.wrong:
            print(f"{one.name}: {', '.join(one.wrong)}: {one.reading.kind}: {one.reading.reasons[0]}")
    for path, kind in false if misses else ():
        print(f"{path}: {kind}")


def _row(what: str, judged: list[Judged], field: str) -> None:
    right = sum(field not in one.wrong for one in judged)
    print(f"| {what} | {len(judged)} | {100 * right / len(judged):.1f} % |")
