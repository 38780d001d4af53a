"""What a web form mails: the values of its fields, in lines or in a table (OWN-1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mailproc.mail.address import valid
from mailproc.mail.charsets import clean_line
from mailproc.mail.telephone import e164

LINES = 2_000
LONGEST_LABEL = 80
LONGEST_VALUE = 200
_FRONT = re.compile(r"[ \t|*_>•-]{0,8}")
_BEHIND = re.compile(r"[ \t*_]{0,4}(?:[:：=|\t]|[ \t]{2,})[ \t*_|]{0,8}")
_ALONE = re.compile(r"[ \t*_]{0,4}[:：]?[ \t*_|]{0,8}")
_ADDRESS = re.compile(r"[^\s<>()\[\]|,;:\"]{1,64}@[^\s<>()\[\]|,;:\"]{1,255}")


@dataclass(frozen=True, slots=True)
class Filled:
    """What somebody wrote into a form; "" where they left a field out.  `address` is one that mail can be sent to."""

    address: str = ""
    name: str = ""
    phone: str = ""  # E.164 if it can be told, else as it was written
    subject: str = ""
    text: str = ""
    severity: str = ""
    product: str = ""


def filled(text: str, fields: Mapping[str, str], region: str = "US") -> Filled | None:
    """The fields of a form's mail, by the labels that the policy gives; None where nobody can be answered or rung.

    `fields` maps our names (those of `Filled`) to the form's labels.  Of a field that stands there twice the first
    counts; `text` goes on to the next label that is known, every other field has one line.
    """
    said = _values(text, fields)
    found = Filled(
        address=_address(said.get("address", "")),
        name=_line(said.get("name", "")),
        phone=_phone(said.get("phone", ""), region),
        subject=_line(said.get("subject", "")),
        text=said.get("text", "").strip(),
        severity=_line(said.get("severity", "")),
        product=_line(said.get("product", "")),
    )
    return found if found.address or found.phone else None


def _values(text: str, fields: Mapping[str, str]) -> dict[str, str]:
    labels = {_plain(label): name for name, label in fields.items()}
    found: dict[str, list[str]] = {}
    lines: list[str] = []  # of the field that is being read; those of a field that stands there again lead nowhere
    for line in text.split("\n", LINES)[:LINES]:
        name, value = _labelled(line, labels)
        if name:
            lines = [value]
            found.setdefault(name, lines)
        else:
            lines.append(line.rstrip())
    return {name: "\n".join(lines) for name, lines in found.items()}


def _labelled(line: str, labels: Mapping[str, str]) -> tuple[str, str]:
    """The field that a line begins, and what stands behind its label; ("", "") for any other line."""
    front = _FRONT.match(line)
    rest = line[front.end() if front else 0 :]
    for label, value in _cuts(rest):
        if name := labels.get(_plain(label)):
            return name, value
    return "", ""


def _cuts(rest: str) -> Iterator[tuple[str, str]]:
    """The ways to see a label and a value in a line."""
    head = rest[:LONGEST_LABEL]
    for behind in _BEHIND.finditer(head):
        # Found again on the whole line, since what stands behind the label may be long.
        end = _BEHIND.match(rest, behind.start())
        yield rest[: behind.start()], rest[end.end() if end else behind.end() :].rstrip(" \t|")
    stripped = rest.rstrip(" \t|*_:：")
    if len(stripped) <= LONGEST_LABEL and _ALONE.fullmatch(rest, len(stripped)):
        yield stripped, ""


def _plain(label: str) -> str:
    return " ".join(label.casefold().rstrip(" :：*").split())


def _line(value: str) -> str:
    """The first line that says something."""
    first = next((line for line in value.split("\n") if line.strip()), "")
    return clean_line(first, LONGEST_VALUE).strip(" \t|*")


def _address(value: str) -> str:
    found = _ADDRESS.search(_line(value))
    return (valid(found[0].removeprefix("mailto:")) or "") if found else ""


def _phone(value: str, region: str) -> str:
    said = _line(value)
    return e164(said, region) or (said[:40] if any(letter.isdigit() for letter in said) else "")
