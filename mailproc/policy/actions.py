"""The [[rules]] of a policy file: when something holds, what is done beside the rest."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from mailproc.policy.escalation import read_tier
from mailproc.policy.matrix import Terms
from mailproc.policy.model import Action, Condition, Rule, Severity
from mailproc.policy.on_call import PAGED
from mailproc.policy.roles import refers_to_roles
from mailproc.policy.rules import condition
from mailproc.policy.source import Section
from mailproc.policy.vocabulary import EVENTS, Words, words

KEYS = ("name", "when", "then", "clause")
ACTIONS = (
    "cap_severity",
    "set_severity",
    "set_type",
    "set_product",
    "tag",
    "page",
    "notify",
    "refuse_escalation",
    "redirect",
    "ask",
    "task",
    "tell",
    "tier",
    "assign",
)
ASKS = ("impact",)
TOLD = ("severity_capped", "escalated", "incident")
_TASK = re.compile(r"[a-z]+(?:_[a-z]+)*")


def read_rules(
    file: Section, terms: Terms, severities: Mapping[str, Severity], types: Collection[str]
) -> tuple[Rule, ...]:
    """Every rule of the file, in its order; one with a problem is left out."""
    sections = file.sections("rules")
    _check_names(sections)
    known = words(file, terms, severities, EVENTS)
    found = (_read_rule(section, terms, known, severities, types) for section in sections)
    return tuple(rule for rule in found if rule is not None)


def _check_names(sections: Collection[Section]) -> None:
    """What a rule did is told by its name, so no two have the same."""
    seen: set[str] = set()
    for section in sections:
        name = section.table.get("name")
        if isinstance(name, str) and name.strip() in seen:
            section.wrong("name", f'"{name.strip()}" is another rule already; give each a name of its own')
        elif isinstance(name, str):
            seen.add(name.strip())


def _read_rule(
    section: Section, terms: Terms, known: Words, severities: Mapping[str, Severity], types: Collection[str]
) -> Rule | None:
    section.known(KEYS)
    if "name" not in section:
        section.missing("name", '"Urgent outside hours"')
    name, clause = section.text("name"), section.texts("clause")
    when = _read_when(section, terms, known)
    then = _read_then(section, severities, types)
    if when is None or then is None:
        return None
    _check_reached(section, when.source, then)
    return Rule(name=name, when=when, then=then, clause=clause)


def _check_reached(section: Section, when: str, then: Action) -> None:
    """Some actions are done at one event alone: a rule that names others would never do them."""
    named = set(re.findall(r"['\"](\w+)['\"]", when)) & set(EVENTS) if "event" in when and "!=" not in when else set()
    if then.redirect and named and "received" not in named:
        section.wrong("then", "redirect is done before there is a case; ask for it at event == 'received'")
    elif not then.redirect and named == {"received"}:
        section.wrong("when", "there is no case yet, so nothing but redirect is done; write event == 'opened'")
    if then.ask and named and "opened" not in named:
        section.wrong("then", "ask stands in the confirmation; ask for it at event == 'opened'")


def _read_then(section: Section, severities: Mapping[str, Severity], types: Collection[str]) -> Action | None:
    if "then" not in section:
        section.missing("then", '{ notify = ["team_lead"] }')
        return None
    if not isinstance(section.table["then"], dict):
        section.wrong("then", 'is not a table; write one such as then = { notify = ["team_lead"] }')
        return None
    return _read_action(section.section("then"), severities, types)


def _read_when(section: Section, terms: Terms, known: Words) -> Condition | None:
    if "when" not in section:
        section.missing("when", "\"event == 'opened' and case.severity == 'urgent'\"")
        return None
    source = section.text("when")
    found = condition(source, "", terms.calendars, known) if source else ""
    if isinstance(found, str):
        if source:
            section.wrong("when", found.removeprefix(": "))
        return None
    return found


def _read_action(then: Section, severities: Mapping[str, Severity], types: Collection[str]) -> Action:
    then.known(ACTIONS)
    if not any(then.table.values()):
        then.wrong((), f"does nothing; name at least one of {', '.join(ACTIONS)}")
    for key in ("cap_severity", "set_severity"):
        _refers(then, key, severities, "severity")
    if "cap_severity" in then and then.text("cap_severity") == next(iter(severities), None):
        then.wrong("cap_severity", "is the most severe already, so it caps nothing; name one below it")
    if {"cap_severity", "set_severity"} <= set(then):
        then.wrong("cap_severity", "does not go with set_severity; keep one of the two")
    _refers(then, "set_type", types, "type; add a table such as [types.enhancement]")
    _refers(then, "ask", ASKS, "question that a confirmation can ask")
    _refers(then, "tell", TOLD, "template that a rule can send")
    return Action(
        cap_severity=then.text("cap_severity"),
        set_severity=then.text("set_severity"),
        set_type=then.text("set_type"),
        set_product=then.text("set_product"),
        tag=then.texts("tag"),
        page=_read_page(then),
        notify=refers_to_roles(then, "notify"),
        refuse_escalation=then.text("refuse_escalation"),
        redirect=then.flag("redirect"),
        ask=then.text("ask"),
        task=_read_task(then),
        tell=then.text("tell"),
        tier=read_tier(then),
        assign=then.text("assign"),
    )


def _refers(then: Section, key: str, known: Collection[str], what: str) -> None:
    if key in then and (name := then.text(key)):
        then.refers(key, name, known, what)


def _read_page(then: Section) -> str:
    roles = [role for role in then.texts("page") if then.refers("page", role, PAGED, "role that can be paged")]
    if len(roles) > 1:
        then.wrong("page", "names several roles; a page goes to one, and [on_call] says who is next")
    return roles[0] if roles else ""


def _read_task(then: Section) -> str:
    """The name of a task, as `#done NAME` can say it."""
    task = then.text("task")
    if task and not _TASK.fullmatch(task):
        then.wrong("task", f'"{task}" is no name of a task; write one word in lower case, such as "triage"')
    return task
