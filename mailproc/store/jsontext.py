"""How a JSON column is written: compact, and without a type that a reader could not know."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case Mapping():
            return dict(value)
        case set() | frozenset():
            return sorted(value)
        case _:
            return str(value)


dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode
"""The JSON text of a value: moments in RFC 3339, sets in order, whatever else is no JSON as its `str`."""
