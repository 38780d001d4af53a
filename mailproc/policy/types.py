"""The [types.NAME] tables of a policy file: kinds of cases with promises and readers of their own (ELA-9, ELA-12)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from mailproc.policy.matrix import NAME, Terms
from mailproc.policy.model import Severity, Type
from mailproc.policy.roles import refers_to_roles
from mailproc.policy.source import Section

KEYS = ("label", "objectives", "route", "template", "said_as", "clause")
TEMPLATES = ("confirmation", "enhancement_received")
"""The notices that may confirm a case."""
PLAIN = ("request", "voicemail", "none")
"""What a case is called that has no type."""


def read_types(file: Section, terms: Terms, severities: Mapping[str, Severity]) -> dict[str, Type]:
    """Every type by its id, in the order of the file."""
    found = {name: _read_type(section, name, terms) for name, section in file.named("types").items()}
    _check_words(file, found, severities)
    return found


def words(types: Mapping[str, Type]) -> dict[str, str]:
    """What customers may say for each type, in lower case: its id, its label, and what the file lists."""
    return {form: name for name, kind in types.items() for form in _forms(name, kind)}


def _forms(name: str, kind: Type) -> tuple[str, ...]:
    return tuple(dict.fromkeys(form.casefold() for form in (name, kind.label, *kind.said_as)))


def _read_type(section: Section, name: str, terms: Terms) -> Type:
    section.known(KEYS)
    if name.casefold() in PLAIN or name != name.casefold() or not NAME.fullmatch(name):
        section.wrong((), f'"{name}" cannot name a type; write a word in lower case other than {", ".join(PLAIN)}')
    template = section.text("template")
    if template:
        section.refers("template", template, TEMPLATES, "template that confirms a case")
    return Type(
        id=name,
        label=section.text("label", name.capitalize()),
        objectives=_read_objectives(section, terms.objectives) if "objectives" in section else None,
        route=refers_to_roles(section, "route"),
        template=template,
        said_as=tuple(word.casefold() for word in section.texts("said_as")),
        clause=section.texts("clause"),
    )


def _read_objectives(section: Section, known: Collection[str]) -> tuple[str, ...]:
    names = section.texts("objectives")
    return tuple(name for name in names if section.refers("objectives", name, known, "objective"))


def _check_words(file: Section, types: Mapping[str, Type], severities: Mapping[str, Severity]) -> None:
    """No word may declare two types, or a type and a severity."""
    said = ((one.id, word) for one in severities.values() for word in (one.label.casefold(), *one.said_as))
    owners = {word: f"severity {name}" for name, word in said}
    for name, kind in types.items():
        for word in _forms(name, kind):
            if owners.setdefault(word, f"type {name}") != f"type {name}":
                path = ("types", name, "said_as" if word in kind.said_as else "label")
                file.wrong(path, f'"{word}" already declares {owners[word]}; say it with another word')
