"""The place in which the command line is tested."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from cli_place import CONFIG, Place, Ran

from mailproc.cli import main


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Place:
    """The command line in a folder of its own; `run` takes the arguments and, by `stdin`, the input."""
    (tmp_path / "config.toml").write_text(CONFIG.replace("{folder}", str(tmp_path)))
    monkeypatch.chdir(tmp_path)
    for name in ("MAILPROC_CONFIG", "SENDER", "RECIPIENT", "ORIGINAL_RECIPIENT", "EXTENSION"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: object, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capfdbinary.readouterr()
        code = main([str(argument) for argument in arguments])
        sys.stderr.flush()
        out, err = capfdbinary.readouterr()
        return Ran(code, out.decode(), err.decode())

    return Place(tmp_path, run)
