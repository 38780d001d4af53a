"""How long a year of simulated cases takes on one core: at most six mails a case, in and out together.

Usage: python bench/year.py [--cases N]
A customer asks, an agent answers with #resolve: two mails in, four out, and the case closes by itself a week later.
The last tenth of the cases, with all others behind it, is set beside the first.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
YEAR = datetime(2025, 1, 1, tzinfo=UTC)
LENGTH = timedelta(days=365)
WHOLE = 20_000
GOAL = 120.0  # seconds for WHOLE cases
MOST = 6  # mails a case, in and out
SUBJECTS = ("The export fails", "A question about invoices", "Login takes a minute", "Kein Zugriff auf das Archiv")
WORDS = (
    "Hello,\n\nsince this morning the export of {n} rows stops after the first hundred, without any message.\n"
    "We have tried it with two browsers and from another network.  Please have a look at it.\n\n"
    "Kind regards\n-- \nJane Roe\nCustomer Example Ltd.\n"
)
ANSWER = (
    "#resolve\n\nHello Jane,\n\nthe export was held up by a job of the night, which we have ended.\n"
    "It runs through again; please tell us if it does not.\n\nAlice\n"
)
CONFIG = """
[mailbox.support]
addresses = ["support@example.com"]
policy    = "{policy}"
team      = "support"

[outbound]
url = "maildir:outbox"

[storage]
url = "sqlite:///mailproc.db"

[[agents]]
name    = "alice"
address = "alice@example.com"

[teams.support]
members   = ["alice"]
team_lead = ["alice"]
"""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail of the year."""

    at: datetime
    sender: str
    subject: str
    message_id: str
    text: str
    answers: str = ""

    def in_mbox(self) -> str:
        """With its separator line."""
        thread = f"In-Reply-To: {self.answers}\nReferences: {self.answers}\n" if self.answers else ""
        return (
            f"From bench {self.at:%a %b %d %H:%M:%S %Y}\nFrom: {self.sender}\nTo: Support <support@example.com>\n"
            f"Subject: {self.subject}\nDate: {format_datetime(self.at)}\nMessage-ID: {self.message_id}\n{thread}"
            f"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{self.text}\n"
        )


def mails(cases: int) -> Iterator[Mail]:
    """The mails of so many cases, spread over the year, not in order."""
    for index in range(cases):
        at = (YEAR + LENGTH * index / cases).replace(microsecond=0)
        jane = f"Jane Roe <jane{index}@customer{index % 997}.example>"
        first, subject = f"<{index}.1@customer.example>", SUBJECTS[index % len(SUBJECTS)]
        tagged = f"Re: [#{index + 1}] {subject}"
        yield Mail(at, jane, subject, first, WORDS.format(n=index))
        answered = at + timedelta(minutes=7 + index % 40)
        yield Mail(answered, "Alice <alice@example.com>", tagged, f"<{index}.2@example.com>", ANSWER, first)


def write(folder: Path, cases: int) -> None:
    """The configuration and the year's mbox."""
    (folder / "config.toml").write_text(CONFIG.format(policy=ROOT / "policies" / "conceal.toml"), encoding="utf-8")
    with (folder / "year.mbox").open("w", encoding="utf-8") as file:
        file.writelines(mail.in_mbox() for mail in mails(cases))


@dataclass(slots=True)
class Run:
    """What one run of `mailproc simulate` did, and when it opened each case, in seconds of its processor time."""

    seconds: float
    cpu: float
    opened: list[float]
    mails: int
    most: int


def simulate(folder: Path) -> Run:
    """`mailproc simulate` in a process of its own, on one core."""
    core = min(os.sched_getaffinity(0))
    command = [sys.executable, "-m", "mailproc.cli", "simulate", "--json", "--until", "2026-01-31", "year.mbox"]
    started = time.perf_counter()
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, text=True, preexec_fn=lambda: os.sched_setaffinity(0, {core})
    ) as child:
        opened, counts = _watched(child)
    if child.returncode:
        sys.exit(f"mailproc simulate ended with {child.returncode}")
    seconds = time.perf_counter() - started
    used = os.times()
    cpu = used.children_user + used.children_system
    return Run(seconds, cpu, opened, sum(counts.values()), max(counts.values(), default=0))


def _watched(child: subprocess.Popen[str]) -> tuple[list[float], dict[int, int]]:
    """The processor time at which each case was opened, and how many mails each case has."""
    opened: list[float] = []
    counts: dict[int, int] = {}
    assert child.stdout is not None
    for line in child.stdout:
        event = json.loads(line)
        case = event.get("case", 0)
        if event["event"] in ("mail_in", "mail_out"):
            counts[case] = counts.get(case, 0) + 1
        if case > len(opened):
            opened.append(_cpu(child.pid))
    return opened, counts


def _cpu(process: int) -> float:
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def main() -> None:
    """Print the figures; exit code 1 where the goal is missed."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    arguments.add_argument("--cases", type=int, default=2_000)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        write(Path(name), chosen.cases)
        run = simulate(Path(name))
    sys.exit(report(run, chosen.cases))


def report(run: Run, cases: int) -> int:
    """The table; 1 where the goal is missed."""
    tenth = max(1, len(run.opened) // 10)
    first, last = run.opened[tenth] - run.opened[0], run.opened[-1] - run.opened[-1 - tenth]
    whole = run.cpu * WHOLE / cases
    print(f"{cases:,} cases, {run.mails / cases:.1f} mails a case, {run.most} at the most")
    print(f"{run.seconds:.1f} s, {run.cpu:.1f} s of the processor: {cases / run.cpu:.0f} cases a second of it")
    print(f"{run.cpu / cases * 1000:.2f} ms of the processor a case")
    print(f"the last tenth costs {last / first if first else 0:.2f} times the processor time of the first")
    met = "met" if whole <= GOAL else "missed"
    print(f"{WHOLE:,} cases take {whole:.0f} s of the processor; goal: {GOAL:.0f} s, {met}")
    return 0 if whole <= GOAL and run.most <= MOST else 1


if __name__ == "__main__":
    main()
