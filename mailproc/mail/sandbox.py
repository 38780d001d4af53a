"""The room in which templates run: no way out of it, and no way to fill it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any

from jinja2 import DictLoader, StrictUndefined, nodes, pass_context
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mailproc.mail import wording
from mailproc.mail.facts import PARTS

MAX_RANGE = 500
MAX_TEXT = 20_000  # characters that one expression may make
PIECES = 256  # of a template that are joined before its length is looked at
MAX_OUTPUT = 200_000  # characters of one rendered text

_FILTERS = frozenset(
    re.findall(
        r"\w+",
        "abs capitalize count d default e escape first float int items join last length list lower map max min "
        "reject rejectattr reverse round select selectattr sort string sum title trim truncate unique upper urlencode",
    )
)
# The only attributes of plain values that a template may reach; everything else of a dict is its items.
_ATTRIBUTES: Mapping[type, frozenset[str]] = {
    dict: frozenset({"items", "keys", "values", "get"}),
    str: frozenset({"lower", "upper", "title", "capitalize", "strip", "startswith", "endswith", "splitlines"}),
    list: frozenset(),
    tuple: frozenset(),
    datetime: frozenset({"year", "month", "day", "hour", "minute", "date", "weekday"}),
    date: frozenset({"year", "month", "day", "weekday"}),
    timedelta: frozenset({"days", "seconds", "total_seconds"}),
}


class FactsCode(CodeGenerator):
    """Compiles `case.number` to a plain look-up where the name is a fact and the part is one of its own.

    A third of the time of a mail would otherwise go into asking whether that attribute is safe; it is an item.
    """

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - named by Jinja
        """The look-up of one part of a name."""
        parts = PARTS.get(node.node.name, frozenset()) if isinstance(node.node, nodes.Name) else frozenset()
        if node.attr not in parts:
            super().visit_Getattr(node, frame)
            return
        self.visit(node.node, frame)
        self.write(f"[{node.attr!r}]")


class Room(ImmutableSandboxedEnvironment):
    """Jinja with plain values only, few filters, bounded loops, products and sums."""

    code_generator_class = FactsCode
    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def getattr(self, obj: Any, attribute: str) -> Any:
        """An item of a dict first: facts are dicts, and this is the hot path."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may reach `attr` of `obj`."""
        allowed = _ATTRIBUTES.get(type(obj))
        return attr in allowed if allowed is not None else bool(super().is_safe_attribute(obj, attr, value))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """An arithmetic operation, unless its result would be huge."""
        if not _bounded(operator, left, right):
            raise SecurityError(f"{operator}: the result would be too large")
        return super().call_binop(context, operator, left, right)


def room(files: Mapping[str, str]) -> Room:
    """An environment over `files`, name → text; nothing else can be included."""
    made = Room(
        loader=DictLoader(dict(files)),
        undefined=StrictUndefined,
        autoescape=lambda name: bool(name and name.endswith(".html.j2")),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.filters = {name: each for name, each in made.filters.items() if name in _FILTERS}
    made.filters |= {"when": _when, "span": _span, "label": _label, "quote": _quote}
    made.globals = {"range": _range}
    return made


def unbounded(tree: nodes.Template) -> list[tuple[int, str]]:
    """What in a template could grow without end: line numbers and sentences."""
    found: list[tuple[int, str]] = []
    for loop in tree.find_all(nodes.For):
        if loop.recursive:
            found.append((loop.lineno, "a recursive loop; write plain loops"))
        found += [(each.lineno, "text is collected in a loop; print it instead") for each in loop.find_all(_GROWING)]
    for macro in tree.find_all(nodes.Macro):
        calls = (call.node for call in macro.find_all(nodes.Call))
        if any(isinstance(each, nodes.Name) and each.name == macro.name for each in calls):
            found.append((macro.lineno, f"the macro {macro.name} calls itself; write a loop"))
    return sorted(set(found))


_GROWING: tuple[type[nodes.Node], ...] = (nodes.Concat, nodes.AssignBlock)


def _bounded(operator: str, left: Any, right: Any) -> bool:
    match operator:
        case "%":
            return not isinstance(left, str | bytes)  # a width in a format makes any length
        case "**":
            return abs(left) <= 10_000 and abs(right) <= 16 if _numbers(left, right) else False
        case "*":
            return True if _numbers(left, right) else _size(left) * _size(right) <= MAX_TEXT
    return True if _numbers(left, right) else _size(left) + _size(right) <= MAX_TEXT


def _numbers(*values: Any) -> bool:
    return all(isinstance(value, int | float) and abs(value) < 1e15 for value in values)


def _size(value: Any) -> int:
    if isinstance(value, str | bytes | list | tuple):
        return len(value)
    return abs(value) if isinstance(value, int) else 1


def _range(*bounds: int) -> range:
    asked = range(*bounds)
    if len(asked) > MAX_RANGE:
        raise SecurityError(f"range: {len(asked)} steps; at most {MAX_RANGE}")
    return asked


@pass_context
def _when(context: Context, value: datetime) -> str:
    return wording.moment(value, _reader(context, "timezone") or "UTC", context["language"])


@pass_context
def _span(context: Context, value: timedelta | str) -> str:
    """A length; one that a calendar counts, such as "1 business day", comes as a sentence and stays one."""
    return value if isinstance(value, str) else wording.span(value, context["language"])


@pass_context
def _label(context: Context, value: str) -> str:
    return wording.label(value, context["language"])


def _reader(context: Context, key: str) -> str:
    return str(context["reader"].get(key) or "")


def _quote(value: str) -> str:
    return wording.quoted(value)


Render = Callable[[Mapping[str, Any], bool], str]


def renderer(environment: Room, name: str) -> Render:
    """The template `name`, compiled: a function from facts to text, or to its beginning that has the first line.

    Raises what Jinja raises.
    """
    template = environment.get_template(name)
    shared = dict(environment.globals)

    def render(facts: Mapping[str, Any], first_line: bool) -> str:
        context = environment.context_class(environment, {**shared, **facts}, template.name, template.blocks)
        pieces = iter(template.root_render_func(context))
        if first_line:
            pieces = _to_line_end(pieces)
        text = ""
        while more := "".join(islice(pieces, PIECES)):
            text += more
            if len(text) > MAX_OUTPUT:
                raise SecurityError(f"the text is longer than {MAX_OUTPUT} characters")
        return text

    return render


def _to_line_end(pieces: Iterator[str]) -> Iterator[str]:
    for piece in pieces:
        yield piece
        if "\n" in piece:
            return


@lru_cache(maxsize=1)
def filter_names() -> tuple[str, ...]:
    """The filters that templates may use, sorted."""
    return tuple(sorted(room({}).filters))
