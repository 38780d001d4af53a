"""Each clause of Elastio has a story that says so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.parametrize("clause", [f"EIO-{number}" for number in range(1, 9)])
def test_each_clause_of_elastio_has_a_story(clause: str):
    told = (path.read_text(encoding="utf-8") for path in HERE.glob("*.case"))
    assert any(re.search(rf"^# .*\b{clause}\b", text, re.M) for text in told)
