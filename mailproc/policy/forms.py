"""The [[forms]] of a policy file: web forms that mail in a person's name, and the labels of their fields (OWN-1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mailproc.policy.model import Form
from mailproc.policy.source import Section

KEYS = ("name", "senders", "fields", "call_back", "clause")
FIELDS = ("address", "name", "phone", "subject", "text", "severity", "product")
_SENDER = re.compile(r"(?:[^\s@]+@)?[^\s@.]+(?:\.[^\s@.]+)+")


def read_forms(file: Section) -> tuple[Form, ...]:
    """Every form of the file, in its order: the first whose sender it is reads a mail."""
    forms = tuple(_read_form(section) for section in file.sections("forms"))
    for index, form in enumerate(forms):
        for sender, owner in _taken(forms[:index]):
            if sender in form.senders and set(owner.fields.values()) == set(form.fields.values()):
                path = ("forms", index, "senders")
                file.wrong(path, f'"{sender}" sends the same fields as form "{owner.name}"; keep one of the two')
    return forms


def _taken(forms: tuple[Form, ...]) -> Iterator[tuple[str, Form]]:
    return ((sender, form) for form in forms for sender in form.senders)


def _read_form(section: Section) -> Form:
    section.known(KEYS)
    for key, example in (
        ("name", '"Application form"'),
        ("senders", '["forms@app.example.com"]'),
        ("fields", '{ address = "Email", text = "Description" }'),
    ):
        if not section.table.get(key, False):
            section.missing(key, example)
    fields = _read_fields(section.section("fields"))
    call_back = section.flag("call_back")
    if fields and not {"address", "phone"} & set(fields):
        section.wrong("fields", 'name neither the address nor the telephone of a person; add address = "Email"')
    elif fields and call_back and "phone" not in fields:
        section.wrong("fields", 'no number to ring back; add phone = "Telephone"')
    return Form(
        name=section.text("name"),
        senders=_read_senders(section),
        fields=fields,
        call_back=call_back,
        clause=section.texts("clause"),
    )


def _read_senders(section: Section) -> tuple[str, ...]:
    senders = tuple(one.casefold() for one in section.texts("senders"))
    for sender in senders:
        if not _SENDER.fullmatch(sender):
            section.wrong("senders", f'"{sender}" is neither an address nor a domain; write "forms@app.example.com"')
    return senders


def _read_fields(section: Section) -> Mapping[str, str]:
    section.known(FIELDS)
    found: dict[str, str] = {}
    for key in section:
        if key not in FIELDS:
            continue
        label = section.text(key).rstrip(" :：")
        if label.casefold() in (other.casefold() for other in found.values()):
            section.wrong(key, f'"{label}" is the label of another field already; each has its own')
        found[key] = label
    return found
