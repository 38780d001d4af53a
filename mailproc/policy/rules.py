"""The expression language of a policy: conditions over plain facts, compiled once in a sandbox."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, TypeVar

from jinja2 import TemplateError, nodes, pass_context
from jinja2.environment import TemplateExpression
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mailproc.policy.hours import Calendar
from mailproc.policy.model import Condition

CASE_FIELDS = (
    "number",
    "severity",
    "owner",
    "state",
    "plan",
    "customer",
    "tier",
    "type",
    "language",
    "subject",
    "opened",
)
MESSAGE_FIELDS = ("text", "subject")
NAMES = ("event", "case", "message", "calendars", "now")
TESTS = ("defined", "none")  # of the library's own, beside ours
FILTERS = ("length", "lower", "trim", "upper")
LONGEST = 2000  # characters of an expression

_Node = TypeVar("_Node", bound=nodes.Node)


def condition(source: str, where: str, calendars: Collection[str] | None = None) -> Condition | str:
    """The compiled condition, or the problem with it, which begins with `where` ("file:line: key").

    Its facts are plain: `event`, `case` and `message` (mappings), `calendars` (by name), `now`.  `calendars` are the
    names that exist; None leaves them unchecked.
    """
    if not source.strip() or len(source) > LONGEST:
        return f'{where}: is empty or longer than {LONGEST} characters; write one such as "not case.owner"'
    try:
        problem = _problem(source, calendars)
        if problem is not None:
            return f"{where}: {problem}"
        compiled = _ENVIRONMENT.compile_expression(source, undefined_to_none=False)
    except (TemplateError, SyntaxError, RecursionError, ValueError, OverflowError, MemoryError) as error:
        return f"{where}: {_unreadable(error)}"
    return Condition(source=source, holds=_Holds(compiled))


class _Holds:
    """A compiled expression as a plain question: one that breaks on the facts does not hold."""

    __slots__ = ("_compiled",)

    def __init__(self, compiled: TemplateExpression) -> None:
        self._compiled = compiled

    def __call__(self, facts: Mapping[str, Any]) -> bool:
        try:
            return bool(self._compiled(**facts))
        except Exception:  # an admin's expression may break in any way, and a mail must not suffer from it
            return False


def _problem(source: str, calendars: Collection[str] | None) -> str | None:
    """The first name in an expression that nothing has.  Raises TemplateError where it is no expression."""
    parser = Parser(_ENVIRONMENT, source, state="variable")
    tree = parser.parse_expression()
    if not parser.stream.eos:
        return 'more follows the expression; join its parts with "and" or "or"'
    used: list[tuple[str, str, Collection[str] | None]] = [
        *(("name", node.name, NAMES) for node in _all(tree, nodes.Name)),
        *(("test", node.name, _ENVIRONMENT.tests) for node in _all(tree, nodes.Test)),
        *(("filter", node.name, _ENVIRONMENT.filters) for node in _all(tree, nodes.Filter)),
        *(("field of case", name, CASE_FIELDS) for name in _fields(tree, "case")),
        *(("field of message", name, MESSAGE_FIELDS) for name in _fields(tree, "message")),
        *(("calendar", name, calendars) for name in _fields(tree, "calendars")),
    ]
    for kind, name, known in used:
        if known is not None and name not in known:
            return _unknown(kind, name, known)
    return None


def _all(tree: nodes.Expr, kind: type[_Node]) -> list[_Node]:
    """Every node of a kind, the root included."""
    return [*([tree] if isinstance(tree, kind) else []), *tree.find_all(kind)]


def _fields(tree: nodes.Expr, fact: str) -> list[str]:
    """The fields of this fact that the expression reads: `fact.name` or `fact["name"]`."""
    read = [node.attr for node in _all(tree, nodes.Getattr) if _names(node.node, fact)]
    items = [node for node in _all(tree, nodes.Getitem) if _names(node.node, fact)]
    return read + [str(node.arg.value) for node in items if isinstance(node.arg, nodes.Const)]


def _names(node: nodes.Node, fact: str) -> bool:
    return isinstance(node, nodes.Name) and node.name == fact


def _unknown(kind: str, name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, list(known), n=1)
    hint = f'did you mean "{near[0]}"? ' if near else ""
    return f'"{name}" is no {kind}; {hint}known: {", ".join(sorted(known))}'


def _unreadable(error: BaseException) -> str:
    """A sentence for an expression that cannot be read; a library's message ends without its full stop."""
    told = (str(error).splitlines() or [""])[0].rstrip(". ") or "it is nested too deeply"
    return f"is not an expression: {told}; write one such as \"case.severity == 'urgent' and not case.owner\""


def _mentioning(value: object, *phrases: str) -> bool:
    """Whether a text, or a message's text or subject, has one of the phrases as whole words, in upper or lower case."""
    pattern = _phrases(phrases)
    if isinstance(value, Mapping):
        return any(pattern.search(str(value.get(part) or "")) is not None for part in MESSAGE_FIELDS)
    return pattern.search(str(value or "")) is not None


@lru_cache(maxsize=256)
def _phrases(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Whole words: a letter or figure may stand neither before nor behind; any space or hyphen parts the words."""
    told = (r"[\s-]+".join(map(re.escape, re.split(r"[\s-]+", phrase.strip()))) for phrase in phrases if phrase.strip())
    return re.compile(rf"(?<!\w)(?:{'|'.join(told) or '(?!)'})(?!\w)", re.IGNORECASE)


@pass_context
def _open(context: Context, calendar: Calendar) -> bool:
    return calendar.is_open(context["now"])


@pass_context
def _closed(context: Context, calendar: Calendar) -> bool:
    return not calendar.is_open(context["now"])


def _sandbox() -> ImmutableSandboxedEnvironment:
    """An environment without globals, where tests know what a support desk asks."""
    environment = ImmutableSandboxedEnvironment()
    environment.globals.clear()
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    environment.tests = {name: environment.tests[name] for name in TESTS}
    environment.tests.update({"mentioning": _mentioning, "open": _open, "closed": _closed})
    return environment


_ENVIRONMENT = _sandbox()
