"""One campaign, from the first mail to the verdict."""

from __future__ import annotations

import contextlib
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import checker
from .checker import Violation
from .ledger import Ledger
from .load import Load
from .mails import Mail
from .target import Target

LOOK_EVERY = 0.005
QUIET_WITHIN = 300.0
WORK_LEFT = """
SELECT (SELECT count(*) FROM inbound WHERE state = 'waiting')
     + (SELECT count(*) FROM outbox WHERE state = 'sending' OR (state = 'waiting' AND (tries > 0 OR
        not_before <= strftime('%Y-%m-%d %H:%M:%f', 'now'))))
     + (SELECT count(*) FROM cases WHERE due_at <= strftime('%Y-%m-%d %H:%M:%f', 'now'))
"""
SENT = "SELECT count(*) FROM outbox WHERE state = 'sent'"


@dataclass(frozen=True, slots=True)
class Campaign:
    """What is done to the daemon.

    `hang_ups`: the share of mails whose first 250 nobody hears; `late`: how many of the kills come when all mails are
    taken and letters leave, one in five if it is not said.
    """

    mails: list[Mail]
    kills: int = 10
    sessions: int = 10
    seed: int = 0
    hang_ups: float = 0.02
    plant: str = ""
    late: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of it.  `figures` by name, times in seconds."""

    violations: list[Violation]
    figures: dict[str, Any]


def kill9(campaign: Campaign, folder: Path, tell: Callable[[str], None] = lambda text: None) -> Verdict:
    """Send all mails to a daemon that is killed again and again; wait until it rests; judge."""
    target = Target(
        folder,
        settings=['log.level="info"'],
        environment={"MAILPROC_PLANT": campaign.plant} if campaign.plant else {},
        tampered=bool(campaign.plant),
    )
    book = folder / "ledger"
    started = time.monotonic()
    with _ledger(book, campaign.mails) as ledger, _running(target):
        problems = list(_fight(campaign, target, ledger, tell))
        code = target.stop()
    if code != 0:
        problems.append(Violation("the-daemon-ends-in-order", f"exit code {code}: {target.said[-500:]}"))
    logs = [target.log, target.errors]
    evidence = checker.gather(book=book, database=target.database, outbox=target.outbox, logs=logs)
    figures = {
        "seed": campaign.seed,
        "kills": campaign.kills,
        "sessions": campaign.sessions,
        **checker.figures(evidence),
        "seconds": round(time.monotonic() - started, 1),
        "ready after a kill, median s": round(statistics.median(target.starts), 2),
        "ready after a kill, longest s": round(max(target.starts), 2),
    }
    return Verdict(problems + checker.check(evidence), figures)


def _fight(campaign: Campaign, target: Target, ledger: Ledger, tell: Callable[[str], None]) -> Iterator[Violation]:
    """The load and the kills, then peace; yields what went wrong on the way."""
    dice = random.Random(campaign.seed)
    target.wait_until_ready()
    load = Load(
        campaign.mails,
        port=target.port,
        sessions=campaign.sessions,
        ledger=ledger,
        seed=campaign.seed,
        hang_ups=campaign.hang_ups,
    )
    load.start()
    for moment in _moments(dice, campaign):
        _until(lambda moment=moment: load.done >= moment * load.total or not target.alive)  # type: ignore[misc]
        if moment == 1.0:
            _letters_leave(target)
        time.sleep(dice.uniform(0, 0.25))
        if not target.alive:
            yield Violation("the-daemon-stays-up", f"ended with {target.code}: {target.said[-500:]}")
        target.kill()
        tell(f"killed at {load.done} of {load.total} mails: {target.state()}")
        target.start()
        if dice.random() > 0.2:  # else the next kill may come while it starts
            target.wait_until_ready()
    target.wait_until_ready()
    if not load.join(QUIET_WITHIN):
        yield Violation("every-mail-has-its-250", f"{load.total - load.done} mails are not taken")
    tell(f"all mails are taken: {target.state()}")
    if not _until(lambda: target.ask(WORK_LEFT) == [(0,)] or not target.alive):
        yield Violation("the-daemon-comes-to-rest", f"it did not within {QUIET_WITHIN:.0f} s: {target.state()}")
    if not target.alive:
        yield Violation("the-daemon-stays-up", f"ended with {target.code}: {target.said[-500:]}")


def _moments(dice: random.Random, campaign: Campaign) -> list[float]:
    """When to kill, as shares of the mails taken: most while they come in, one in five while the last are worked on."""
    late = campaign.kills // 5 if campaign.late is None else campaign.late
    return [*sorted(dice.uniform(0.01, 0.98) for _ in range(campaign.kills - late)), *[1.0] * late]


def _letters_leave(target: Target) -> None:
    """Wait until one more letter counts as sent, or there is nothing left to do."""
    before = target.ask(SENT)
    _until(lambda: target.ask(SENT) != before or target.ask(WORK_LEFT) == [(0,)] or not target.alive)


def _until(true: Callable[[], bool], seconds: float = QUIET_WITHIN) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(LOOK_EVERY)
    return False


@contextlib.contextmanager
def _ledger(path: Path, mails: list[Mail]) -> Iterator[Ledger]:
    book = Ledger(path)
    try:
        for mail in mails:
            book.mail(mail)
        book.sync()
        yield book
    finally:
        book.close()


@contextlib.contextmanager
def _running(target: Target) -> Iterator[None]:
    target.start()
    try:
        yield
    finally:
        if target.alive:
            target.kill()


@contextlib.contextmanager
def place(folder: Path | None, *, keep: bool) -> Iterator[Path]:
    """The folder that was named, or one of our own in var/: a disk in memory would prove nothing."""
    var = Path.cwd() / "var"
    var.mkdir(exist_ok=True)
    if folder is not None or keep:
        made = folder or Path(tempfile.mkdtemp(prefix="campaign-", dir=var))
        made.mkdir(parents=True, exist_ok=True)
        yield made.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="campaign-", dir=var) as name:
        yield Path(name)
