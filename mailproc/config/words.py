"""What the checker found wrong with a table, told in words."""

from __future__ import annotations

import json
import types
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from mailproc.config.secret import variable
from mailproc.policy.source import meant

Loc = tuple[str | int, ...]

_KINDS = {
    "string_type": ("text", 'write it between quotes ("...")'),
    "int_type": ("a whole number", "write one without quotes, such as 35"),
    "bool_type": ("neither true nor false", "write true or false"),
    "date_type": ("a date", "write one such as 2027-01-31"),
    "path_type": ("a path", 'write it between quotes ("...")'),
    "time_delta_type": ("a length of time", 'write "30 minutes" or "5 days"'),
    "tuple_type": ("a list", 'write ["one", "two"]'),
    "dict_type": ("a table", "write [{key}.NAME] above its keys"),
    "model_type": ("a table", "write [{key}] above its keys"),
}


def in_words(error: ErrorDetails, root: type[BaseModel]) -> str:
    """ "what is wrong; what would be right" for one error of the checker."""
    loc, kind, limits = error["loc"], error["type"], error.get("ctx", {})
    key = str(loc[-1]) if loc else ""
    match kind:
        case "extra_forbidden":
            return unknown(key, loc, model_at(root, loc[:-1]))
        case "missing" | "too_short":
            return missing(key, field_at(root, loc))
        case "value_error":
            return str(limits.get("error", error["msg"]))
        case "literal_error":
            choices = str(limits["expected"]).replace("'", '"')
            return f"{shown(error['input'])} is none of the choices; write {choices}"
        case "greater_than_equal":
            return f"{shown(error['input'])} is too small; write at least {limits['ge']}"
        case "less_than_equal":
            return f"{shown(error['input'])} is too large; write at most {limits['le']}"
        case _ if kind in _KINDS:
            return _wrong_kind(kind, error["input"], loc)
    return f"{shown(error['input'])} does not fit: {error['msg'].lower()}; see config.example.toml"


def unknown(key: str, loc: Loc, model: type[BaseModel] | None) -> str:
    """What to say of a key that nobody knows: the nearest that is known, or where a password belongs."""
    if key == "password":
        return _no_password(loc, model)
    return f"unknown key; {meant(key, keys(model) if model else ())}"


def _no_password(loc: Loc, model: type[BaseModel] | None) -> str:
    why = "a password never stands in this file"
    if model is None or "password_file" not in model.model_fields:
        return f"{why}; take it out"
    return f'{why}; write password_file = "FILE", or set {variable(str(loc[-2]))}'


def missing(key: str, field: FieldInfo | None) -> str:
    """What to say of a key that must be there."""
    examples = (field.examples if field else None) or [""]
    match examples[0]:
        case {} as table if not table:
            return f"missing; add a table such as [{key}.support]"
        case {**pairs}:
            return f"missing; add [{key}] with {', '.join(f'{name} = {told(value)}' for name, value in pairs.items())}"
    return f"missing; add one such as {key} = {told(examples[0])}"


def told(value: object) -> str:
    """A value as TOML has it; JSON writes text, numbers, truth and lists the same way."""
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False, default=str)


def shown(value: object) -> str:
    """A wrong value, cut short."""
    text = told(value) if isinstance(value, str | int | float | bool | list | tuple) else _kind_of(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def model_at(root: type[BaseModel], loc: Loc) -> type[BaseModel] | None:
    """The class of the table at `loc`."""
    here: Any = root
    for part in loc:
        here = _step(here, part)
    return here if isinstance(here, type) and issubclass(here, BaseModel) else None


def keys(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a table by the keys that the file has for them: some of these are no names in Python."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def field_at(root: type[BaseModel], loc: Loc) -> FieldInfo | None:
    """What is known of the key at `loc`; None for an element of a list or a table."""
    model = model_at(root, loc[:-1]) if loc else None
    return keys(model).get(str(loc[-1])) if model else None


def _step(here: Any, part: str | int) -> Any:
    """The type of what `part` names within the type `here`."""
    if isinstance(here, type) and issubclass(here, BaseModel):
        field = here.model_fields.get(str(part))
        return _bare(field.annotation) if field else None
    arguments = get_args(here)
    if get_origin(here) is dict:
        return _bare(arguments[1])
    return _bare(arguments[0]) if get_origin(here) is tuple and isinstance(part, int) else None


def _bare(annotation: Any) -> Any:
    """A type without its `| None`."""
    if get_origin(annotation) in (Union, types.UnionType):
        return next(one for one in get_args(annotation) if one is not type(None))
    return annotation


def _wrong_kind(kind: str, value: object, loc: Loc) -> str:
    what, right = _KINDS[kind]
    negation = "" if what.startswith("neither") else "not "
    return f"{shown(value)} is {negation}{what}; {right.format(key='.'.join(map(str, loc)))}"


def _kind_of(value: object) -> str:
    match value:
        case Mapping():
            return "a table"
        case Sequence():
            return "a list"
    return str(value)
