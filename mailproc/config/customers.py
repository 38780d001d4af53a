"""The customers, read from the configuration or from a file of their own, CSV or TOML."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from mailproc.config.kinds import in_folder
from mailproc.config.model import Customer
from mailproc.config.source import Source, read_toml, shown, validated
from mailproc.config.words import Loc
from mailproc.policy.locate import Lines
from mailproc.policy.source import meant

LISTS = ("domains", "addresses", "owners", "phones", "products")
FLAGS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}

Placed = tuple[Source, Loc, Customer]  # a customer, and where it stands


def customers(table: object, source: Source, folder: Path) -> tuple[list[Placed], list[Source]]:
    """Every customer that can be read, and the files besides `source` that were read for it.

    `table` is what the configuration has under `customers`: a list of tables, or tables by name and `file`.
    """
    found = list(_tables(table, source, ("customers",)))
    name = table.get("file") if isinstance(table, dict) else None
    if name is None:
        return found, []
    if not isinstance(name, str) or not name.endswith((".csv", ".toml")):
        source.wrong(("customers", "file"), 'names no CSV or TOML file; write one such as "customers.csv"')
        return found, []
    path = in_folder(folder, name)
    try:
        more, file = _csv(path) if path.suffix == ".csv" else _toml(path)
    except OSError as error:
        why = error.strerror or "cannot be read"
        source.wrong(("customers", "file"), f"{shown(path)}: {why.lower()}; name a file that can be read")
        return found, []
    return found + more, [file]


def _tables(table: object, source: Source, at: Loc) -> Iterator[Placed]:
    """The customers of tables in a list, or by name, which is then the name unless another is given."""
    match table:
        case list():
            rows: list[tuple[Loc, object]] = [((*at, index), row) for index, row in enumerate(table)]
        case dict():
            rows = [
                ((*at, name), _named(name, row)) for name, row in table.items() if (*at, name) != ("customers", "file")
            ]
        case _:
            source.wrong(at, "not a table; write [customers.NAME] above the keys of each customer")
            return
    for key, row in rows:
        if isinstance(row, Mapping):
            yield from _customer(row, source, key)
        else:
            source.wrong(key, f"{key[-1]} is not a table; write [{'.'.join(map(str, key))}] above a customer's keys")


def _named(name: str, row: object) -> object:
    return {"name": name, **row} if isinstance(row, dict) else row


def _toml(path: Path) -> tuple[list[Placed], Source]:
    table, source = read_toml(path, shown(path))
    match table:
        case {"customers": list() as rows, **others} if not others:
            return list(_tables(rows, source, ("customers",))), source
    return list(_tables(table, source, ())), source


def _csv(path: Path) -> tuple[list[Placed], Source]:
    """The rows of a CSV file whose first line names the columns; ";" stands between the entries of a list."""
    source = Source(shown(path), Lines({}))
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        source.wrong_line(1, f"not UTF-8 at byte {error.start + 1}; save the file as UTF-8")
        return [], source
    records = _records(text, source)
    source.lines = Lines({(index,): line for index, (line, _) in enumerate(records)})
    return [one for index, (_, row) in enumerate(records) for one in _customer(_typed(row), source, (index,))], source


def _records(text: str, source: Source) -> list[tuple[int, dict[str, str]]]:
    """Each row with the line it ends on, by the names of its columns."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records = []
    try:
        columns = [column.strip().casefold() for column in next(reader, [])]
        if not _columns_are_known(columns, source):
            return []
        for fields in reader:
            if len(fields) == len(columns):
                records.append((reader.line_num, dict(zip(columns, fields, strict=True))))
            elif any(field.strip() for field in fields):
                counted = f"{len(fields)} fields where the first line names {len(columns)} columns"
                source.wrong_line(reader.line_num, f"{counted}; add or take away commas")
    except csv.Error as error:
        source.wrong_line(reader.line_num, f"not CSV: {error}; put quotes around a field with commas in it")
    return records


def _columns_are_known(columns: list[str], source: Source) -> bool:
    known = tuple(Customer.model_fields)
    for column in columns:
        if column not in known:
            source.wrong_line(1, f"{column or '(empty)'}: unknown column; {meant(column, known)}")
    if "name" not in columns:
        source.wrong_line(1, f"name: missing; begin the file with a line such as {','.join(known[:4])}")
    return "name" in columns and set(columns) <= set(known)


def _typed(row: Mapping[str, str]) -> dict[str, object]:
    """The fields of a row as TOML would have them; empty ones are left out, and what is wrong stays as it is."""
    return {column: _value(column, field.strip()) for column, field in row.items() if field.strip()}


def _value(column: str, field: str) -> object:
    if column in LISTS:
        return tuple(one.strip() for one in field.split(";") if one.strip())
    if Customer.model_fields[column].annotation is bool:
        return FLAGS.get(field.casefold(), field)
    if column == "term_end":
        with suppress(ValueError):
            return date.fromisoformat(field)
    return field


def _customer(row: Mapping[str, Any], source: Source, at: Loc) -> list[Placed]:
    customer, _ = validated(Customer, row, source, at)
    return [(source, at, customer)] if customer is not None else []
