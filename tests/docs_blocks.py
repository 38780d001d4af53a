"""What is generated in the pages: tables of modules, verbs, settings, commands, templates, keys."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from docs_samples import sample_desk, sample_mails, told_story
from jinja2.filters import FILTERS
from pydantic import BaseModel
from pydantic_core import PydanticUndefined
from typer.testing import CliRunner

from mailproc.admin.read import read
from mailproc.cli.commands import application
from mailproc.cli.names import NAMES
from mailproc.config import Config, model
from mailproc.mail import facts, reading, verbs
from mailproc.mail.sandbox import filter_names
from mailproc.mail.templates import Templates
from mailproc.policy import (
    access,
    actions,
    calendars,
    call_back,
    consent,
    days_off,
    digests,
    durations,
    escalation,
    forms,
    incidents,
    lifecycle,
    matrix,
    notices,
    objectives,
    on_call,
    parse,
    plans,
    requests,
    roles,
    rules,
    trackers,
    types,
    vocabulary,
)
from mailproc.policy.durations import in_words
from mailproc.policy.model import Elapsed

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "mailproc"
MISSING = "…"

Kept = Mapping[str, str]
Row = tuple[str, ...]


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").replace(r"\|", "\0").split("|")]


def kept(block: str) -> Kept:
    """The last cell of each row of the tables in a block, by the first."""
    rows = [cells(line) for line in block.splitlines() if line.startswith("| ")]
    return {row[0]: row[-1].replace("\0", r"\|") for row in rows if row[-1] != MISSING}


def table(heads: Row, rows: Iterable[Row], words: Kept | None = None) -> str:
    """A table; with `words` it has one column more, filled from them by the first cell of each row."""
    whole = [(*(cell.replace("|", r"\|") for cell in row), *([] if words is None else [words.get(row[0], MISSING)]))
             for row in rows]  # fmt: skip
    return "".join(f"| {' | '.join(row)} |\n" for row in (heads, ("---",) * len(heads), *whole))


# The keys of JSON, gathered from samples.


def keys_of(samples: Iterable[Mapping[str, Any]], words: Kept) -> str:
    kinds: dict[str, dict[str, None]] = {}
    for sample in samples:
        _gather(sample, "", kinds)
    heads = list(dict.fromkeys(re.split(r"[.\[]", key)[0] for key in kinds))
    ordered = sorted(kinds.items(), key=lambda one: heads.index(re.split(r"[.\[]", one[0])[0]))
    rows = [(f"`{key}`", " or ".join(sorted(some, key=lambda kind: (kind == "null", kind)))) for key, some in ordered]
    return table(("key", "kind", "what it is"), rows, words)


def _gather(value: object, path: str, kinds: dict[str, dict[str, None]]) -> None:
    match value:
        case dict():
            if path:
                kinds.setdefault(path, {})["object"] = None
            for key, one in value.items():
                _gather(one, f"{path}.{key}" if path else key, kinds)
        case list():
            kinds.setdefault(path, {})["list"] = None
            for one in value:
                if isinstance(one, dict):
                    for key, inner in one.items():
                        _gather(inner, f"{path}[].{key}", kinds)
        case _:
            kinds.setdefault(path, {})[_kind(value)] = None


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str() if re.match(r"\d{4}-\d\d-\d\dT", value):
            return "time"
    return "text"


# What is generated, by the name in the page's mark.


def modules(_: Kept) -> str:
    folders = [path for path in sorted(PACKAGE.iterdir()) if (path / "__init__.py").exists()]
    top = table(("module", "holds"), [_module(path, PACKAGE) for path in sorted(PACKAGE.glob("*.py"))])
    return f"#### mailproc/\n{top}" + "".join(
        f"\n#### mailproc/{folder.name}/\n{_first(folder / '__init__.py')}\n\n"
        + table(("module", "holds"), [_module(path, folder) for path in sorted(folder.rglob("*.py")) if _told(path)])
        for folder in folders
    )


def _told(path: Path) -> bool:
    return path.name != "__init__.py" or path.parent.name == "decide"


def _module(path: Path, folder: Path) -> Row:
    name = path.relative_to(folder).as_posix().removesuffix(".py").replace("/__init__", "/")
    return f"`{name}`", _first(path)


def _first(path: Path) -> str:
    doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(doc.partition("\n\n")[0].partition("\n  ")[0].split())


def agent_verbs(_: Kept) -> str:
    return table(("write", "what it does", "for example", "also understood"), map(_verb, _verbs(verbs.AGENT_VERBS)))


def customer_verbs(_: Kept) -> str:
    rows = [_verb(verb)[:2] for verb in _verbs(verbs.CUSTOMER_VERBS)]
    return table(("a customer writes", "what it does"), rows)


def later_verbs(_: Kept) -> str:
    return ", ".join(f"`#{verb.name}`" for verb in verbs.VERBS.values() if not verb.available) + "\n"


def _verbs(some: Iterable[str]) -> list[verbs.Verb]:
    return [verb for verb in verbs.VERBS.values() if verb.name in some]


def _verb(verb: verbs.Verb) -> Row:
    form, then, rest = verb.form.partition(", then ")
    return f"`#{form}`{then}{rest}", verb.help, f"`{verb.example}`", " ".join(f"`#{word}`" for word in verb.synonyms)


def settings(words: Kept) -> str:
    rows = [row for one, path in _tables(Config, "") for row in _settings(one, path)]
    return table(("setting", "default", "what it says"), rows, words)


def _tables(whole: type[BaseModel], path: str) -> Iterator[tuple[type[BaseModel], str]]:
    """Every table of the configuration with the way it is written."""
    for name, field in whole.model_fields.items():
        found = re.findall(r"\w+\.model\.(\w+)", str(field.annotation))
        inner = getattr(model, found[0]) if found else None
        if inner is None or not issubclass(inner, BaseModel):
            continue
        shape = {"mailbox": ".NAME", "teams": ".NAME", "customers": ".NAME", "agents": "[]",
                 "rotas": ".NAME", "overrides": "[]"}.get(name, "")  # fmt: skip
        yield inner, f"{path}{name}{shape}"
        yield from _tables(inner, f"{path}{name}{shape}.")


def _settings(one: type[BaseModel], path: str) -> Iterator[Row]:
    for name, field in one.model_fields.items():
        if not re.search(r"config\.model\.", str(field.annotation)):
            yield f"`{path}.{field.alias or name}`", _default(field.get_default(call_default_factory=True))


def _default(value: object) -> str:
    match value:
        case _ if value is PydanticUndefined:
            return "must be there"
        case None:
            return "none"
        case timedelta():
            return f'`"{in_words(Elapsed(value))}"`'
        case Path():
            return f'`"{value}"`'
        case tuple():
            return f"`{json.dumps(list(value))}`"
    return f"`{json.dumps(value)}`"


def commands(_: Kept) -> str:
    return "\n".join(f"## mailproc {name}\n```\n{help_of(name)}```\n" for name in NAMES)


@lru_cache(maxsize=64)
def help_of(*arguments: str) -> str:
    ran = CliRunner().invoke(application(), [*arguments, "--help"], prog_name="mailproc", terminal_width=80)
    assert ran.exit_code == 0, ran.output
    return "".join(f"{line.rstrip()}\n" for line in ran.output.strip().splitlines())


def usage(_: Kept) -> str:
    return f"```\n{help_of()}```\n"


def notice_names(words: Kept) -> str:
    groups = (
        ("the customer", facts.CUSTOMER_NOTICES),
        ("agents", facts.STAFF_NOTICES),
        ("the operator", facts.OPERATOR_NOTICES),
    )
    rows = [(f"`{name}`", whom, ", ".join(shipped().languages(name))) for whom, names in groups for name in names]
    return table(("notice", "to", "languages", "when"), rows, words)


@lru_cache(maxsize=1)
def shipped() -> Templates:
    return Templates.load({path.name: path.read_text(encoding="utf-8") for path in (ROOT / "templates").glob("*.j2")})


def fact_names(words: Kept) -> str:
    names = [name for name in facts.DEFAULTS if name not in facts.PARTS]
    parts = [f"{owner}.{part}" for owner, some in facts.PARTS.items() for part in sorted(some)]
    return table(("fact", "what it is"), [(f"`{name}`",) for name in (*names, *parts)], words)


def filters(words: Kept) -> str:
    ours = [name for name in filter_names() if name not in FILTERS]
    others = _listed(name for name in filter_names() if name in FILTERS)
    return (
        table(("filter", "what it makes"), [(f"`{name}`",) for name in ours], words) + f"\nOf Jinja's own: {others}.\n"
    )


def policy_keys(words: Kept) -> str:
    return table(("key", "what it says"), [(f"`{key}`",) for key in every_policy_key()], words)


def every_policy_key() -> list[str]:
    """Every key that a policy file may have, with the table it stands in."""
    promise = [*matrix.PROMISE_KEYS]
    return [
        *(key for key in parse.KEYS if key not in ("calendars", "objectives", "severity", "notices", "waiting",
                                                   "rules", "consent", "types",
                                                   "reopening", "resolved", "updates", "clauses", "plan", "escalation",
                                                   "access", "forms", "call_back", "on_call", "escalation_requests",
                                                   "incidents", "trackers", "digests")),
        *(f"calendars.NAME.{key}" for key in calendars.KEYS),
        *(f"calendars.NAME.holidays.{key}" for key in days_off.KEYS),
        *(f"severity.NAME.{key}" for key in matrix.ROW_KEYS),
        "severity.NAME.OBJECTIVE",
        *(f"severity.NAME.OBJECTIVE.{key}" for key in promise),
        *(f"objectives.NAME.{key}" for key in objectives.KEYS),
        *(f"notices[].{key}" for key in notices.KEYS),
        *(f"waiting.{key}" for key in lifecycle.WAITING_KEYS),
        "reopening.within", "resolved.closes_after", "updates.starts",
        *(f"plan.NAME.{key}" for key in plans.KEYS if key not in ("severity", "objectives")),
        *(f"plan.NAME.severity.NAME.{key}" for key in plans.ROW_KEYS),
        "plan.NAME.severity.NAME.OBJECTIVE",
        *(f"plan.NAME.objectives.NAME.{key}" for key in plans.OBJECTIVE_KEYS),
        *(f"rules[].{key}" for key in actions.KEYS),
        *(f"rules[].then.{key}" for key in actions.ACTIONS),
        *(f"types.NAME.{key}" for key in types.KEYS),
        *(f"consent.{key}" for key in consent.KEYS),
        *(f"escalation.{key}" for key in escalation.KEYS),
        *(f"on_call.{key}" for key in on_call.KEYS),
        *(f"on_call.ladder[].{key}" for key in on_call.RUNG_KEYS),
        *(f"escalation_requests.{key}" for key in requests.KEYS),
        *(f"incidents[].{key}" for key in incidents.KEYS),
        *(f"trackers.NAME.{key}" for key in trackers.KEYS),
        *(f"digests[].{key}" for key in digests.KEYS),
        *(f"access.{key}" for key in access.KEYS),
        *(f"call_back.{key}" for key in call_back.KEYS),
        *(f"forms[].{key}" for key in forms.KEYS),
        *(f"forms[].fields.{key}" for key in forms.FIELDS),
        *(f"releases[].{key}" for key in lifecycle.RELEASE_KEYS),
        "clauses.ID",
    ]  # fmt: skip


def policy_words(words: Kept) -> str:
    rows = (
        ("objectives", objectives.BUILT_IN),
        ("`met_by`", objectives.MET_BY),
        ("roles", roles.ROLES),
        ("templates of notices", notices.TEMPLATES),
        ("units", (*durations.UNITS, *(f"business {unit}" for unit in ("minute", "hour", "day")))),
        ("events", vocabulary.EVENTS),
        ("states", vocabulary.STATES),
        ("facts of `case`", rules.CASE_FIELDS),
        ("facts of `sender`", rules.SENDER_FIELDS),
        ("filters", rules.FILTERS),
    )
    return table(("where", "the words", "note"), [(where, _listed(some)) for where, some in rows], words)


def _listed(some: Iterable[str]) -> str:
    return ", ".join(f"`{one}`" for one in some)


def log_events(words: Kept) -> str:
    told = re.compile(r'\blog\.(debug|info|warning|error)\("(\w+)"')
    found: dict[str, set[str]] = {"library": {"warning", "error"}, "log_lines_lost": {"error"}}
    for path in PACKAGE.rglob("*.py"):
        for match in told.finditer(path.read_text(encoding="utf-8").split('"""', 2)[-1]):
            found.setdefault(match[2], set()).add(match[1])
    rows = [(f"`{name}`", ", ".join(sorted(levels))) for name, levels in sorted(found.items())]
    return table(("event", "level", "what it means"), rows, words)


def json_read(words: Kept) -> str:
    return keys_of([reading.to_json(read(raw, sample_desk()), "mail.eml") for raw in sample_mails()], words)


def json_simulate(words: Kept) -> str:
    return keys_of(told_story()[0], words)


def json_case(words: Kept) -> str:
    return keys_of(told_story()[1], words)


def json_cases(words: Kept) -> str:
    return keys_of(told_story()[2], words)


def json_explain(words: Kept) -> str:
    found = [{key: one for key, one in each.items() if key in ("decided", "log")} for each in told_story()[3]]
    for one in found:
        for entry in one["log"]:
            entry["what"] = {}
    return keys_of(found, words)


BLOCKS: Mapping[str, Callable[[Kept], str]] = {
    "modules": modules,
    "agent-verbs": agent_verbs,
    "customer-verbs": customer_verbs,
    "later-verbs": later_verbs,
    "settings": settings,
    "usage": usage,
    "commands": commands,
    "notices": notice_names,
    "facts": fact_names,
    "filters": filters,
    "policy-keys": policy_keys,
    "policy-words": policy_words,
    "log-events": log_events,
    "json-read": json_read,
    "json-simulate": json_simulate,
    "json-case": json_case,
    "json-cases": json_cases,
    "json-explain": json_explain,
}
