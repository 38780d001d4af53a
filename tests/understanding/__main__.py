"""The command line: each module beside this one measures one kind of mail, and is a subcommand by its name."""

from __future__ import annotations

import argparse
import os
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent
BESIDE = HERE.parents[2] / "shared" / "corpora"


def main() -> int:
    """Print the figures that were asked for; 1 if the corpora are absent."""
    names = sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))
    parser = argparse.ArgumentParser(prog="python -m tests.understanding", description=__doc__)
    parser.add_argument("name", choices=names)
    parser.add_argument("--misses", action="store_true", help="name each mail that is understood otherwise")
    arguments = parser.parse_args()
    corpora = Path(os.environ.get("MAILPROC_CORPORA", str(BESIDE)))
    if not corpora.is_dir():
        print(f"no corpora at {corpora}: set MAILPROC_CORPORA")
        return 1
    import_module(f"tests.understanding.{arguments.name}").measure(corpora, misses=arguments.misses)
    return 0


raise SystemExit(main())
