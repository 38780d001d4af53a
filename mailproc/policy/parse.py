"""A policy file's text read into a policy, or into every problem with it at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import PurePath
from typing import Any

from mailproc.policy.access import read_access
from mailproc.policy.actions import read_rules
from mailproc.policy.calendars import read_calendars
from mailproc.policy.call_back import read_call_back
from mailproc.policy.consent import read_consent
from mailproc.policy.digests import read_digests
from mailproc.policy.escalation import read_escalation
from mailproc.policy.forms import read_forms
from mailproc.policy.incidents import read_incidents
from mailproc.policy.lifecycle import CLOSES_AFTER, REOPENING_WITHIN, read_releases, read_waiting, read_within
from mailproc.policy.locate import locate
from mailproc.policy.matrix import Terms, read_common, read_severities
from mailproc.policy.model import Policy, Severity
from mailproc.policy.notices import read_notices
from mailproc.policy.objectives import read_objectives
from mailproc.policy.on_call import read_on_call
from mailproc.policy.plans import all_promised, read_default_plan, read_plans
from mailproc.policy.requests import read_requests
from mailproc.policy.source import Section, Source, no_files
from mailproc.policy.trackers import read_trackers
from mailproc.policy.types import read_types

KEYS = (
    "title",
    "calendar",
    "default_severity",
    "confirmation",
    "calendars",
    "objectives",
    "severity",
    "notices",
    "waiting",
    "reopening",
    "resolved",
    "releases",
    "updates",
    "plan",
    "default_plan",
    "escalation",
    "access",
    "forms",
    "call_back",
    "rules",
    "consent",
    "types",
    "offers_severities",
    "on_call",
    "escalation_requests",
    "incidents",
    "trackers",
    "digests",
    "clauses",
)
_AT_LINE = re.compile(r" \(at line (\d+), column (\d+)\)")


def parse(text: str, filename: str, files: Callable[[str], str] = no_files) -> tuple[Policy | None, tuple[str, ...]]:
    """The policy that a TOML text holds, or None and every problem with it.

    Each problem is "file:line: key: what is wrong; what would be right".  Never raises.  `filename` names the file in
    problems; its stem is the policy's name.  `files` gives the text of a file that the policy names, as it names it; it
    may raise OSError or ValueError.
    """
    text = text.removeprefix("\ufeff")  # some editors put a byte order mark first
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        return None, (_syntax_problem(error, filename, text),)
    source = Source(filename, locate(text), files=files)
    policy = _read(Section(source, table), PurePath(filename).stem, text)
    problems = source.sorted_problems()
    return (None if problems else policy), problems


def _read(file: Section, name: str, text: str) -> Policy:
    """Read every table; what a problem leaves out has a stand-in, so that the rest is still checked."""
    file.known(KEYS)
    terms = _read_terms(file)
    common = read_common(file, terms)
    severities = read_severities(file, terms, common)
    file.section("updates").known(("starts",))
    plans = read_plans(file, terms)
    policy = Policy(
        name=name,
        title=_required(file, "title", '"Example support"'),
        calendar=terms.calendar,
        default_severity=_read_default(file, severities),
        calendars=terms.calendars,
        severities=severities,
        objectives=terms.objectives,
        confirmation=common.get("confirmation"),
        notices=read_notices(file, terms, all_promised(severities, plans)),
        waiting=read_waiting(file, terms),
        releases=read_releases(file),
        update_starts=terms.objectives["update"].starts,
        reopening_within=read_within(file, "reopening", "within", REOPENING_WITHIN),
        resolved_closes_after=read_within(file, "resolved", "closes_after", CLOSES_AFTER),
        plans=plans,
        default_plan=read_default_plan(file, plans),
        rules=read_rules(file, terms, severities, file.named("types")),
        consent=read_consent(file),
        types=read_types(file, terms, severities),
        offers_severities=file.flag("offers_severities"),
        requests=read_requests(file),
        on_call=read_on_call(file),
        escalation=read_escalation(file),
        incidents=read_incidents(file),
        trackers=read_trackers(file),
        digests=read_digests(file),
        access=read_access(file),
        forms=read_forms(file),
        call_back=read_call_back(file, terms),
        clauses=_read_clauses(file),
        digest=_digest(text, file.source.others),
        texts={file.source.filename: text, **file.source.others},
    )
    _check_clauses(file, policy.clauses)
    return policy


def _digest(text: str, others: Mapping[str, str]) -> str:
    """It changes with the policy's own text and with that of each file that it names."""
    whole = sha256(text.encode(errors="surrogatepass"))
    for name, content in sorted(others.items()):
        whole.update(f"\0{name}\0{len(content)}\0{content}".encode(errors="surrogatepass"))
    return whole.hexdigest()


def _read_terms(file: Section) -> Terms:
    calendars = read_calendars(file)
    calendar = _required(file, "calendar", '"always", or the name of a table such as [calendars.support]')
    if not calendar or not file.refers("calendar", calendar, calendars, "calendar"):
        calendar = next((name for name in calendars if name != "always"), "always")
    return Terms(calendars=calendars, calendar=calendar, objectives=read_objectives(file))


def _required(file: Section, key: str, example: str) -> str:
    if key not in file:
        file.missing(key, example)
        return ""
    return file.text(key)


def _read_default(file: Section, severities: Mapping[str, Severity]) -> str:
    name = _required(file, "default_severity", f'"{next(iter(severities), "normal")}"')
    if name and severities:
        file.refers("default_severity", name, severities, "severity")
    return name


def _read_clauses(file: Section) -> dict[str, str]:
    section = file.section("clauses")
    return {name: section.text(name) for name in section}


def _check_clauses(file: Section, clauses: Mapping[str, str]) -> None:
    """Where a file lists its clauses, it cites no other."""
    if "clauses" in file:
        _check_citations(file, clauses, file.table)


def _check_citations(file: Section, clauses: Mapping[str, str], value: Any, path: tuple[str | int, ...] = ()) -> None:
    """Look for `clause` in every table below `value`."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        if key == "clause" and path[:1] != ("clauses",):
            for name in inner if isinstance(inner, list) else [inner]:
                if isinstance(name, str):
                    file.refers((*path, key), name, clauses, "clause of [clauses]")
        else:
            _check_citations(file, clauses, inner, (*path, key))


def _syntax_problem(error: Exception, filename: str, text: str) -> str:
    """Where the text stops being TOML, and why."""
    told = str(error)
    found = _AT_LINE.search(told)
    line = int(found[1]) if found else text.count("\n") + 1 if "end of document" in told else 1
    if isinstance(error, tomllib.TOMLDecodeError):
        what = _AT_LINE.sub("", told).replace(" (at end of document)", "")
    else:
        what = "a value is nested too deeply" if isinstance(error, RecursionError) else "a figure is too long"
    return f'{filename}:{line}: {what[:1].lower()}{what[1:]}; write TOML, such as key = "value"'
