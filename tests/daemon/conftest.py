"""A real daemon in a process and a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from campaign.target import Target


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Callable[..., Target]]:
    """Makes daemons that do not outlive the test; they take what `Target` takes."""
    made: list[Target] = []

    def make(folder: Path = tmp_path / "desk", **given: Any) -> Target:
        folder.mkdir(exist_ok=True)
        made.append(Target(folder, **given))
        return made[-1]

    yield make
    for one in made:
        if one.alive:
            one.kill()
