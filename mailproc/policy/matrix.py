"""The support matrix of a policy file: its severities, and what each promises."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from mailproc.policy.durations import cadence, duration, in_words
from mailproc.policy.hours import Calendar
from mailproc.policy.model import Commitment, Objective, Promise, Severity, Target
from mailproc.policy.roles import refers_to_roles
from mailproc.policy.source import Section

ROW_KEYS = ("label", "means", "said_as", "resolution", "escalate_by", "clause")
PROMISE_KEYS = ("within", "every", "agreed_interval", "during", "clause", "calendar", "open", "closed")
NAME = re.compile(r"\w[\w.+-]*")
WRITTEN_PROMISE = '"4 hours" or { within = "4 hours", clause = "…" }'


@dataclass(frozen=True, slots=True)
class Terms:
    """What a promise may refer to: the file's calendars, the one it runs on by default, its objectives."""

    calendars: Mapping[str, Calendar]
    calendar: str
    objectives: Mapping[str, Objective]


def read_common(file: Section, terms: Terms) -> dict[str, Promise]:
    """The promises that hold for every severity: the confirmation, and each objective with `within`."""
    found = {}
    if "confirmation" in file:
        found["confirmation"] = read_promise(file, "confirmation", "confirmation", terms)
    for name, section in file.named("objectives").items():
        if "within" not in section:
            continue
        if name in found:
            section.wrong("within", "the confirmation is promised above; keep one of the two")
        found[name] = read_promise(section, "within", name, terms)
    return {name: promise for name, promise in found.items() if promise is not None}


def read_severities(file: Section, terms: Terms, common: Mapping[str, Promise]) -> dict[str, Severity]:
    """Every severity by its id, in the order of the file: the most severe first."""
    sections = file.named("severity")
    if not sections:
        file.wrong("severity", "the matrix is empty; add a table such as [severity.urgent] for each severity")
    for name in sections:
        if not NAME.fullmatch(name):
            file.wrong(("severity", name), f'"{name}" cannot name a severity; write one word such as [severity.urgent]')
    found = {
        name: _read_severity(section, name, rank, terms, common)
        for rank, (name, section) in enumerate(sections.items())
    }
    _check_words(file, found)
    return found


def read_promise(section: Section, key: str, objective: str, terms: Terms) -> Promise | None:
    """The promise that a key makes for an objective, as a sentence or as a table; None if it has a problem."""
    value = section.table[key]
    if not isinstance(value, str | dict):
        section.wrong(key, f"is neither a sentence nor a table; write {WRITTEN_PROMISE}")
        return None
    recurs = objective == "update"
    said = {("every" if recurs else "within"): value} if isinstance(value, str) else value
    path = (*section.path, key)
    table = Section(section.source, said, path)
    if isinstance(value, str):
        target = _read_target(section, key, objective)
        return None if target is None else _promise(table, objective, terms, target, None, value.strip())
    table.known(PROMISE_KEYS)
    return _read_table(table, objective, terms)


def _read_table(table: Section, objective: str, terms: Terms) -> Promise | None:
    """A promise that is written as a table: its target under `every`, `within`, or `open` with `closed`."""
    recurs = objective == "update"
    allowed = ("every",) if recurs else ("within",)
    given = tuple(key for key in ("within", "every", "open", "closed") if key in table)
    if allowed[0] in given and len(given) > 1:
        other = next(key for key in given if key != allowed[0])
        table.wrong(other, f"goes not with {allowed[0]}; keep one of the two")
        return None
    if given == ("open", "closed") and not recurs:
        target, closed = _read_target(table, "open", objective), _read_target(table, "closed", objective)
        if target is None or closed is None:
            return None
        text = f"{table.text('open')} ({table.text('closed')} outside hours)"
        return _promise(table, objective, terms, target, closed, text)
    if given != allowed:
        right = 'every = "4 hours"' if recurs else 'within = "4 hours", or open = "…" and closed = "…"'
        table.wrong(given[0] if given else (), f"does not say how long; write {right}")
        return None
    target = _read_target(table, given[0], objective)
    if target is None:
        return None
    text = table.text(given[0])
    if recurs and in_words(target) in text and not text.startswith("every"):
        text = f"every {text}"
    return _promise(table, objective, terms, target, None, text)


def _read_target(section: Section, key: str, objective: str) -> Target | None:
    text = section.text(key)
    if not text:
        return None
    if objective != "update":
        target = duration(text)
    else:
        bare = key == "every" and not text.startswith("every") and text[:1].isdigit()
        target = cadence(f"every {text}" if bare else text)
    if isinstance(target, str):
        section.wrong(key, target)
        return None
    return target


def _promise(table: Section, objective: str, terms: Terms, target: Target, closed: Target | None, text: str) -> Promise:
    """The promise itself, with what its table adds to the target."""
    calendar = table.text("calendar", terms.calendar)
    if "calendar" in table:
        table.refers("calendar", calendar, terms.calendars, "calendar")
    if closed is not None and calendar in terms.calendars and terms.calendars[calendar].never_closes:
        table.wrong("closed", f'never holds: calendar "{calendar}" is always open; name another with calendar = "…"')
    during = table.text("during") or None
    if during is not None:
        table.refers("during", during, terms.calendars, "calendar")
    for key in ("agreed_interval", "during"):
        if key in table and objective != "update":
            table.wrong(key, "goes only with update; leave it out")
    return Promise(
        objective=objective,
        target=target,
        calendar=calendar,
        text=text,
        clause=table.texts("clause") or terms.objectives[objective].clause,
        recurs=objective == "update",
        agreed_interval=table.flag("agreed_interval"),
        during=during,
        closed_target=closed,
    )


def _read_severity(section: Section, name: str, rank: int, terms: Terms, common: Mapping[str, Promise]) -> Severity:
    section.known((*ROW_KEYS, *terms.objectives))
    own = {key: read_promise(section, key, key, terms) for key in section if key in terms.objectives}
    _check_resolution(section)
    return Severity(
        id=name,
        label=section.text("label", name.capitalize()),
        means=section.text("means"),
        said_as=tuple(word.casefold() for word in section.texts("said_as")),
        promises={
            **common,
            **{key: replace(promise, source="severity") for key, promise in own.items() if promise is not None},
        },
        resolution=section.text("resolution"),
        escalate_by=refers_to_roles(section, "escalate_by"),
        clause=section.texts("clause"),
        rank=rank,
    )


def _check_resolution(section: Section) -> None:
    """A resolution is a sentence (CON-9): a length of time there would never be counted."""
    target = duration(section.text("resolution")) if section.text("resolution") else Commitment("")
    if not isinstance(target, Commitment | str):
        section.wrong(
            "resolution", "is stated and never timed; promise a time as relief or as an objective of your own"
        )


def _check_words(file: Section, severities: Mapping[str, Severity]) -> None:
    """No word may declare two severities, and a bare figure declares none."""
    owners: dict[str, str] = {}
    for name, key, word in _words(severities):
        if owners.setdefault(word, name) != name:
            told = f'"{word}" already declares {owners[word]}; a word can mean one severity only'
            file.wrong(("severity", name, *key), told)
        if key == ("said_as",) and re.fullmatch(r"\W*\d+\W*", word):
            told = f'"{word}" is a bare figure, which is never read as a severity; write "sev {word}"'
            file.wrong(("severity", name, *key), told)


def _words(severities: Mapping[str, Severity]) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Each word with its severity and the key that says it: what nobody can change first, to blame what they can."""
    for name in severities:
        low = name.casefold()
        yield from ((name, (), word) for word in (f"severity {low}", f"sev {low}", f"sev{low}"))
    for name, severity in severities.items():
        if severity.label == name.capitalize():
            yield name, ("label",), severity.label.casefold()
    for name, severity in severities.items():
        yield name, ("label",), severity.label.casefold()
    for name, severity in severities.items():
        yield from ((name, ("said_as",), word) for word in severity.said_as)
