"""The expression language of a policy: conditions over plain facts, compiled once in a sandbox."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, TypeVar

from jinja2 import TemplateError, nodes, pass_context
from jinja2.environment import TemplateExpression
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mailproc.policy.hours import Calendar
from mailproc.policy.model import Condition
from mailproc.policy.phrases import PARTS, claims, counts, mentions
from mailproc.policy.vocabulary import Words

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
    "declared",
    "product",
    "incident",
    "tags",
    "paged",
    "acknowledged",
    "answered",
)
SENDER_FIELDS = (
    "address",
    "known",
    "entitled",
    "owner",
    "may_escalate",
    "revoked_because",
    "plan",
    "products",
    "hoster",
)
MESSAGE_FIELDS = PARTS
NAMES = ("event", "objective", "case", "message", "sender", "calendars", "now")
TESTS = ("defined", "none")  # of the library's own, beside ours
PHRASED = ("mentioning", "claiming", "counting")
FILTERS = ("length", "lower", "trim", "upper")
LONGEST = 8000  # characters of an expression: lists of phrases are long

_Node = TypeVar("_Node", bound=nodes.Node)


def condition(
    source: str, where: str, calendars: Collection[str] | None = None, words: Words = MappingProxyType({})
) -> Condition | str:
    """The compiled condition, or the problem with it, which begins with `where` ("file:line: key").

    Its facts are plain: `event`, `case`, `sender` and `message` (mappings), `calendars` (by name), `now`, `objective`
    (of a breach).
    `calendars` are the names that exist; None leaves them unchecked.  `words` are those that a fact may be compared
    with, by the fact: what they are called, and which there are.
    """
    if not source.strip() or len(source) > LONGEST:
        return f'{where}: is empty or longer than {LONGEST} characters; write one such as "not case.owner"'
    try:
        problem = _problem(source, calendars, words)
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


def _problem(source: str, calendars: Collection[str] | None, words: Words) -> str | None:
    """The first name or word in an expression that nothing has.  Raises TemplateError where it is no expression."""
    parser = Parser(_ENVIRONMENT, source, state="variable")
    tree = parser.parse_expression()
    if not parser.stream.eos:
        return 'more follows the expression; join its parts with "and" or "or"'
    used: list[tuple[str, str, Collection[str] | None]] = [
        *(("name", node.name, NAMES) for node in _all(tree, nodes.Name)),
        *(("test", node.name, _ENVIRONMENT.tests) for node in _all(tree, nodes.Test)),
        *(("filter", node.name, _ENVIRONMENT.filters) for node in _all(tree, nodes.Filter)),
        *(("field of case", name, CASE_FIELDS) for name in _fields(tree, "case")),
        *(("field of sender", name, SENDER_FIELDS) for name in _fields(tree, "sender")),
        *(("field of message", name, MESSAGE_FIELDS) for name in _fields(tree, "message")),
        *(("calendar", name, calendars) for name in _fields(tree, "calendars")),
        *((words[fact][0], word, words[fact][1]) for fact, word in _compared(tree) if fact in words),
    ]
    for kind, name, known in used:
        if known is not None and name not in known:
            return _unknown(kind, name, known)
    if any(isinstance(node, nodes.Pow | nodes.Mul) for node in _all(tree, nodes.BinExpr)):
        return "multiplies, which no condition needs; compare with ==, !=, <, > or in"
    wordless = [node.name for node in _all(tree, nodes.Test) if node.name in PHRASED and not _phrases(node)]
    return f"\"{wordless[0]}\" needs phrases; write message is {wordless[0]}('down', 'outage')" if wordless else None


def _phrases(test: nodes.Test) -> bool:
    """Is a test asked about text alone, and about some?"""
    return bool(test.args) and all(isinstance(one, nodes.Const) and isinstance(one.value, str) for one in test.args)


def _compared(tree: nodes.Expr) -> Iterator[tuple[str, str]]:
    """Each fact that is compared with words, with each of these words."""
    for node in _all(tree, nodes.Compare):
        sides = [node.expr, *(operand.expr for operand in node.ops)]
        said = [str(one.value) for side in sides for one in _all(side, nodes.Const)]
        yield from ((fact, word) for side in sides for fact in _fact(side) for word in said)


def _fact(node: nodes.Node) -> list[str]:
    match node:
        case nodes.Name():
            return [node.name]
        case nodes.Getattr(node=nodes.Name(name=owner), attr=field):
            return [f"{owner}.{field}"]
    return []


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
    return f'"{name}" is no {kind}; {hint}known: {", ".join(filter(None, sorted(known)))}'


def _unreadable(error: BaseException) -> str:
    """A sentence for an expression that cannot be read; a library's message ends without its full stop."""
    told = (str(error).splitlines() or [""])[0].rstrip(". ") or "it is nested too deeply"
    return f"is not an expression: {told}; write one such as \"case.severity == 'urgent' and not case.owner\""


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
    environment.tests.update({"mentioning": mentions, "claiming": claims, "counting": counts})
    environment.tests.update({"open": _open, "closed": _closed})
    return environment


_ENVIRONMENT = _sandbox()
