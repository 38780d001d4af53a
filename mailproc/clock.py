"""The time of day: the only module that reads it."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Whatever can say what time it is: the system's clock, or one that a test or the simulator sets."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


class SetClock:
    """A clock that stands still until it is moved: for the simulator, the demo and the tests."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """The moment that was set last, in UTC."""
        return self._now

    def set(self, moment: datetime) -> None:
        """Move to `moment`, forward or backward."""
        self._now = moment.astimezone(UTC)


def stopwatch() -> float:
    """Seconds on a clock that never goes backward, for measuring lengths, never for dates."""
    return time.monotonic()
