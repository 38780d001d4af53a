"""The same mails simulated twice: two runs of one program must not differ by a byte."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from .target import ROOT


def simulated(config: Path, mails: Sequence[Path], hash_seed: str) -> subprocess.CompletedProcess[bytes]:
    """One run of `mailproc simulate --json`, with its own order of hashes.

    Mails come a minute apart: among real ones are dates from decades, and cases that nobody answers fill them all.
    """
    command = ["simulate", "--json", "--spacing", "1m", "--config", str(config)]
    return subprocess.run(
        [sys.executable, "-m", "mailproc.cli", *command, *map(str, mails)],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        check=False,
    )


def differences(config: Path, mails: Sequence[Path]) -> tuple[list[str], str]:
    """How two runs differ, in sentences; and the figures of the first."""
    first, second = (simulated(config, mails, seed) for seed in ("1", "2"))
    lines = first.stdout.splitlines()
    said = f"{len(lines)} lines, SHA-256 {hashlib.sha256(first.stdout).hexdigest()[:16]}"
    problems = [f"a run ended with {run.returncode}: {run.stderr[-500:]!r}" for run in (first, second)
                if run.returncode not in (0, 1) or b"Traceback" in run.stderr]  # fmt: skip
    if first.stdout != second.stdout:
        others = second.stdout.splitlines()
        pairs = zip(lines, others, strict=False)
        number, (one, other) = next(
            ((at, pair) for at, pair in enumerate(pairs, 1) if pair[0] != pair[1]), (len(lines), (b"", b"the length"))
        )
        problems.append(f"line {number}: {one[:200]!r} is {other[:200]!r} the second time")
    if not lines:
        problems.append("nothing was simulated")
    return problems, said
