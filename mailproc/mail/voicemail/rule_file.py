"""A file of rules for telephone systems: its text read into rules whose own tests pass, or into every problem."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import phonenumbers
import regex  # type: ignore[import-untyped]

from mailproc.mail.message import Address, Voicemail
from mailproc.mail.voicemail import details
from mailproc.mail.voicemail.notice import Notice
from mailproc.mail.voicemail.rules import KINDS, SAMPLES, Pattern, Rule, compile_pattern
from mailproc.policy.locate import locate
from mailproc.policy.source import Section, Source, meant

KEYS = ("provider", "about", "sample", "region", "rule")
RULE_KEYS = ("kind", "audio", "labels", "when", "find", "test")
PLACES = ("subject", "from", "name", "text", "attached")
TEST_KEYS = ("subject", "from", "name", "text", "attached", "audio", "header", "expect", "region")
EXPECTED = ("caller", "caller_name", "duration_s", "mailbox", "transcript", "confidence", "urgent")
LONGEST_PATTERN = 2_000
_AT_LINE = re.compile(r" ?\(at line (\d+), column \d+\)")
_HEADER = re.compile(r"[a-z0-9-]{1,60}")


@dataclass(frozen=True, slots=True)
class Sample:
    """A test of a rule: a mail in short, and what the rule must find in it."""

    notice: Notice
    region: str
    expect: dict[str, Any]


def parse(text: str, filename: str) -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    """The rules of a TOML text, or none and every problem: "file:line: key: what is wrong; what would be right".

    Each rule is tried on its tests; one that fails its test is a problem.  Never raises.
    """
    text = text.removeprefix("\ufeff")
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        found = _AT_LINE.search(str(error))
        told = _AT_LINE.sub("", str(error))
        return (), (f"{filename}:{found[1] if found else 1}: toml: {told}; write TOML as in the shipped rules",)
    file = Section(Source(filename, locate(text)), table)
    rules = tuple(_rules(file))
    problems = file.source.sorted_problems()
    return (() if problems else rules), problems


def _rules(file: Section) -> Iterator[Rule]:
    file.known(KEYS)
    provider, sample, region = file.text("provider"), file.text("sample"), file.text("region")
    file.text("about")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", provider):
        file.wrong("provider", 'names no provider; write a short word such as provider = "asterisk"')
    if sample not in SAMPLES:
        file.wrong("sample", f'"{sample}" is not what a rule rests on; {meant(sample, SAMPLES)}')
    if region and region not in phonenumbers.SUPPORTED_REGIONS:
        file.wrong("region", f'"{region}" is no country; write two capital letters such as region = "DE"')
    tables = file.sections("rule")
    if not tables and "rule" not in file:
        file.missing("rule", '[[rule]] with when = { subject = "…" }')
    for table in tables:
        rule = _rule(
            table,
            Rule(provider, "voicemail", table.source.where(table.path).rpartition(":")[0], sample, (), region=region),
        )
        if rule is not None:
            yield rule


def _rule(table: Section, blank: Rule) -> Rule | None:
    """One rule, its tests run; None where it cannot be run."""
    before = len(table.source.problems)
    table.known(RULE_KEYS)
    kind = table.text("kind", "voicemail")
    if kind not in KINDS:
        table.wrong("kind", f'"{kind}" is no kind; {meant(kind, KINDS)}')
    # The texts come last: they cost the most.
    when = tuple(sorted(_when(table.section("when")), key=lambda one: one.place in ("text", "attached")))
    if not when:
        table.wrong(
            "when", 'says nothing; write what only these mails have, such as when = { subject = "^New voicemail" }'
        )
    rule = replace(
        blank,
        kind=kind,
        when=when,
        find=tuple(one for part in table.sections("find") if (one := _find(part))),
        audio=table.flag("audio") if "audio" in table else None,
        labels=table.flag("labels") if "labels" in table else True,
    )
    samples = [(part, _sample(part)) for part in table.sections("test")]
    if not samples:
        table.wrong("test", "missing; add a [[rule.test]] with a mail in short and what is expected of it")
    if len(table.source.problems) > before:
        return None
    for part, sample in samples:
        for problem in failures(rule, sample):
            part.wrong(("expect",), problem)
    return rule


def _when(section: Section) -> Iterator[Pattern]:
    section.known((*PLACES, "header"))
    for place in section:
        if place in PLACES and (pattern := _compiled(section, place)) is not None:
            yield Pattern(place, pattern)
    headers = section.section("header")
    for name in headers:
        if not _HEADER.fullmatch(name):
            headers.wrong(name, "is no header field; write its name in lower case")
        elif (pattern := _compiled(headers, name)) is not None:
            yield Pattern(f"header {name}", pattern)


def _find(section: Section) -> Pattern | None:
    section.known(("in", "pattern"))
    place = section.text("in")
    if place not in PLACES and not (place.startswith("header ") and _HEADER.fullmatch(place.removeprefix("header "))):
        section.wrong("in", f'"{place}" is no part of a mail; {meant(place, (*PLACES, "header x-name"))}')
    pattern = _compiled(section, "pattern")
    if pattern is None:
        return None
    unknown = [name for name in pattern.groupindex if name not in details.FIELDS]
    if unknown:
        section.wrong("pattern", f"(?P<{unknown[0]}>…) is no field of a voicemail; {meant(unknown[0], details.FIELDS)}")
    if not pattern.groupindex:
        section.wrong("pattern", "finds nothing by name; name a group such as (?P<caller>…)")
    return Pattern(place, pattern)


def _compiled(section: Section, key: str) -> Any:
    pattern = section.text(key)
    if not pattern:
        if key not in section:
            section.missing(key, "'…', a pattern")
        return None
    if len(pattern) > LONGEST_PATTERN:
        section.wrong(key, f"has {len(pattern)} characters; write no more than {LONGEST_PATTERN}")
        return None
    try:
        return compile_pattern(pattern)
    except (regex.error, RecursionError, OverflowError) as error:
        section.wrong(key, f"is no pattern: {error}; write a regular expression between '…'")
        return None


def _sample(section: Section) -> Sample:
    section.known(TEST_KEYS)
    expect = section.section("expect")
    expect.known(EXPECTED)
    headers = section.section("header")
    fields = {name.lower(): (headers.text(name),) for name in headers}
    text, attached = section.text("text"), section.text("attached")
    notice = Notice(
        subject=section.text("subject"),
        sender=Address(section.text("from"), section.text("name")),
        headers=fields,
        texts=lambda: (text,) if text else (),
        audio=section.flag("audio"),
        attached=lambda: attached,
    )
    return Sample(notice, section.text("region", "US"), dict(expect.table))


def failures(rule: Rule, sample: Sample) -> Iterator[str]:
    """What a rule makes otherwise of its own test; each key of a call that the test does not name may be anything."""
    if not rule.matches(sample.notice):
        yield "the rule does not match this mail; mend when, or the mail"
        return
    if rule.kind != "voicemail":
        return
    call = rule.read(sample.notice, sample.region).call
    for name, value in sample.expect.items():
        found = _told(call, name)
        if found != (None if value == "" else value):
            yield f"{name} is {_shown(found)}, not {_shown(value)}; mend the patterns of find, or what is expected"


def _told(call: Voicemail, name: str) -> Any:
    return getattr(call, name, None)


def _shown(value: object) -> str:
    return "nothing" if value in (None, "") else f'"{value}"' if isinstance(value, str) else str(value).lower()
