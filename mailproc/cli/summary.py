"""How mails were understood, as text: one by one, and many at a glance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mailproc.cli.printing import facts, heading, one_line, say, table

LINES = 12  # of a mail's text
MOST = 15  # defects in the table at the end


def print_reading(read: Mapping[str, Any]) -> None:
    """One mail: what it is, why, who wrote what."""
    answer = "answerable" if read["answerable"] else "never answered"
    say(f"{one_line(read['file'], limit=500)}: {read['kind']}, {answer}")
    facts(
        (f"  {name}", value)
        for name, value in (
            ("because", "; ".join(read["reasons"])),
            ("from", _person(read["from"])),
            ("to", _people(read["to"])),
            ("cc", _people(read["cc"])),
            ("subject", one_line(read["subject"])),
            ("date", read["date"] or ""),
            ("case", ", ".join(f"[#{number}]" for number in read["case_refs"])),
            ("severity", read["severity"] or ""),
            ("language", read["language"]),
            ("commands", "; ".join(f"#{one['name']} {one['argument']}".strip() for one in read["commands"])),
            ("attachments", "; ".join(_attachment(one) for one in read["attachments"])),
            ("bounce", _bounce(read["bounce"])),
            ("voicemail", _voicemail(read["voicemail"])),
            ("defects", "; ".join(read["defects"])),
            ("text", _excerpt(read["text"])),
        )
    )
    say()


def _person(one: Mapping[str, str] | None) -> str:
    if one is None:
        return "nobody that can be told"
    return one_line(f"{one['name']} <{one['address']}>" if one["name"] else one["address"])


def _people(people: Iterable[Mapping[str, str]]) -> str:
    return one_line(", ".join(_person(one) for one in people), limit=300)


def _attachment(one: Mapping[str, Any]) -> str:
    return f"{one['name']} ({one['type']}, {one['size']} bytes)"


def _bounce(report: Mapping[str, Any] | None) -> str:
    if report is None:
        return ""
    named = (f"{one['address']} {one['action']} {one['status']}" for one in report["recipients"])
    return "; ".join(named) or "names nobody"


def _voicemail(call: Mapping[str, Any] | None) -> str:
    if call is None:
        return ""
    caller = call["caller_name"] or call["caller"] or "an unknown caller"
    length = f", {call['duration_s']} s" if call["duration_s"] is not None else ""
    words = "" if call["transcript"] is None else f": {call['transcript'][:200]}"
    return f"{caller}{length} ({call['provider']}){words}"


def _excerpt(text: str) -> str:
    lines = [line if len(line) <= 200 else f"{line[:199]}…" for line in text.split("\n")[: LINES + 1]]
    return "\n".join([*lines[:LINES], "…"] if len(lines) > LINES else lines)


@dataclass
class Tally:
    """Many mails at a glance: kinds, why some are not answered, defects."""

    kinds: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    defects: Counter[str] = field(default_factory=Counter)
    unread: int = 0

    def add(self, read: Mapping[str, Any]) -> None:
        """Count one mail."""
        self.kinds[read["kind"]] += 1
        if not read["answerable"]:
            self.refused.update(dict.fromkeys(read["reasons"][1:] or read["reasons"], 1))
        self.defects.update(dict.fromkeys(read["defects"], 1))

    def print(self) -> None:
        """The tables, each with its most frequent entries first."""
        heading(f"In all: {self.kinds.total()} mails" + (f", {self.unread} unreadable" if self.unread else ""))
        for title, counts in (("kind", self.kinds), ("never answered because", self.refused), ("defect", self.defects)):
            if counts:
                say()
                shown = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
                table(("mails", title), ((str(count), name) for name, count in shown[:MOST]))
                if len(shown) > MOST:
                    say(f"       and {len(shown) - MOST} more")
