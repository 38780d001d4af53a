"""What the tests of the flow share: an office in memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from office import Office


@pytest.fixture
def office() -> Iterator[Office]:
    """An office that serves conceal.toml, on a Monday at noon in New York."""
    one = Office()
    yield one
    one.close()
