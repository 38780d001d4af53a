"""The command line of the campaign."""

from __future__ import annotations

import argparse
import os
import random
import sys
from pathlib import Path

from . import mails, same
from .launcher import PLANTS
from .run import Campaign, Verdict, kill9, place
from .target import ROOT

BESIDE = ROOT.parent / "shared" / "corpora"
MADE = 1000
CORPORA = Path(os.environ.get("MAILPROC_CORPORA", str(BESIDE)))


def main() -> int:
    """Run what was asked for; 1 if anything is broken."""
    parser = _arguments()
    arguments = parser.parse_args()
    if missing := [folder for folder in arguments.mails if not folder.is_dir()]:
        parser.error(f"no such folder: {missing[0]}")
    folders = arguments.mails or [CORPORA / name for name in ("spamassassin", "odd") if (CORPORA / name).is_dir()]
    if arguments.command == "simulate":
        return _simulate(folders)
    seed = arguments.seed if arguments.seed is not None else random.randrange(1_000_000)
    load = [] if arguments.made else mails.from_folders(folders)
    origin = f"from {', '.join(map(str, folders))}" if load else "of our own making"
    load = load or mails.made(arguments.made or MADE, seed)
    print(f"seed {seed}: {len(load)} mails {origin}")
    campaign = Campaign(
        mails=load[: arguments.at_most],
        kills=arguments.kills,
        sessions=arguments.sessions,
        seed=seed,
        plant=arguments.plant,
    )
    with place(arguments.folder, keep=arguments.keep) as folder:
        verdict = kill9(campaign, folder, tell=lambda text: print(f"  {text}", flush=True))
        if arguments.keep:
            print(f"kept in {folder}")
    return _tell(verdict)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.campaign", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    fight = commands.add_parser("kill9", help="kill the daemon while mails come in, and look whether any is lost")
    fight.add_argument("--kills", type=int, default=10)
    fight.add_argument("--sessions", type=int, default=10)
    fight.add_argument("--seed", type=int, default=None, help="the same seed kills at the same shares of the load")
    fight.add_argument("--mails", type=Path, nargs="*", default=[], help="folders; else MAILPROC_CORPORA, else made up")
    fight.add_argument("--made", type=int, default=0, metavar="N", help="make up so many mails instead")
    fight.add_argument("--at-most", type=int, default=None, help="only the first mails")
    fight.add_argument("--plant", choices=sorted(PLANTS), default="", help="a bug that must be found")
    fight.add_argument("--folder", type=Path, default=None, help="where to work; its disk decides what a sync means")
    fight.add_argument("--keep", action="store_true", help="leave database, Maildir, ledger and log there")
    again = commands.add_parser("simulate", help="simulate the same mails twice and compare the bytes")
    again.add_argument("--mails", type=Path, nargs="*", default=[])
    return parser


def _tell(verdict: Verdict) -> int:
    for name, value in verdict.figures.items():
        print(f"  {name:<32}{value:>10}")
    for violation in verdict.violations:
        print(f"VIOLATED {violation.invariant}: {violation.where}")
    print(f"{len(verdict.violations)} violations" if verdict.violations else "nothing lost, nothing twice")
    return 1 if verdict.violations else 0


def _simulate(folders: list[Path]) -> int:
    if not folders:
        print(f"no corpora at {CORPORA}: set MAILPROC_CORPORA", file=sys.stderr)
        return 1
    problems, said = same.differences(ROOT / "config.example.toml", folders)
    print("\n".join([*problems, said]))
    print("the two runs differ" if problems else "two runs, the same bytes")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
