"""How much one client, and all of them together, may ask of a listener."""

from __future__ import annotations

import ipaddress
from collections import Counter
from dataclasses import dataclass

from mailproc.edge import replies


@dataclass(frozen=True, slots=True)
class Limits:
    """The caps of one listener.  Sizes in bytes, times in seconds."""

    size: int = 35 * 1024 * 1024  # of one mail
    connections: int = 500  # at once, in all
    per_address: int = 50  # at once, from one client address (IPv6: one /64)
    commands: int = 250  # in a session without a mail accepted in between
    errors: int = 20  # 5xx replies in a session
    recipients: int = 100  # of one mail; RFC 5321 §4.5.3.1.8 asks for at least 100
    command_line: int = 2048  # octets of one command; RFC 5321 §4.5.3.1.4 asks for at least 512
    idle: float = 300.0  # between two commands; RFC 5321 §4.5.3.2.7 asks for at least 5 minutes
    data_idle: float = 180.0  # between two pieces of a mail
    rate: float = 128.0  # bytes a second that a mail must reach on average …
    rate_grace: float = 60.0  # … once this long has passed
    lifetime: float = 7200.0  # of a session
    handshake: float = 30.0  # of TLS
    memory: int = 256 * 1024  # of one mail kept in memory; what is larger goes to a temporary file


class Gate:
    """Counts the open sessions of a listener, in all and per client address."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._open: Counter[str] = Counter()
        self.total = 0

    def enter(self, address: str) -> bool:
        """Count one session more, unless that is one too many."""
        key = _neighbourhood(address)
        if self.total >= self._limits.connections or self._open[key] >= self._limits.per_address:
            return False
        self._open[key] += 1
        self.total += 1
        return True

    def leave(self, address: str) -> None:
        """Count one session less."""
        key = _neighbourhood(address)
        self.total -= 1
        self._open[key] -= 1
        if not self._open[key]:
            del self._open[key]

    def open_from(self, address: str) -> int:
        """How many sessions this address (IPv6: its /64) holds."""
        return self._open.get(_neighbourhood(address), 0)


def _neighbourhood(address: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 that a single IPv6 customer owns."""
    if ":" not in address:
        return address
    try:
        return str(ipaddress.ip_network((address.partition("%")[0], 64), strict=False))
    except ValueError:
        return address


class Pace:
    """Tells when a session has used up our patience.  All times are seconds on one clock that never goes back."""

    __slots__ = ("_data_since", "_heard", "_limits", "_patient", "_received", "_started")

    def __init__(self, limits: Limits, now: float) -> None:
        self._limits = limits
        self._started = now
        self._heard = now
        self._data_since: float | None = None
        self._received = 0
        self._patient = False

    def command(self, now: float) -> None:
        """A whole command came, or we answered one: the client's time starts anew."""
        self._heard = now
        self._data_since = None
        self._patient = False

    def data_starts(self, now: float) -> None:
        """From here on bytes of a mail are expected."""
        self._heard = self._data_since = now
        self._received = 0

    def heard(self, now: float, size: int) -> None:
        """`size` bytes came.  Only those of a mail count as progress: single letters of a command do not."""
        if self._data_since is not None:
            self._heard = now
            self._received += size

    def wait_for_us(self) -> None:
        """The mail is complete: however long we take now is not the client's fault."""
        self._patient = True

    def overdue(self, now: float) -> str | None:
        """The reply to close with, or None while all is well."""
        if self._patient:
            return None
        if now - self._started >= self._limits.lifetime:
            return replies.TOO_LONG_CONNECTED_421
        if self._data_since is None:
            return replies.IDLE_421 if now - self._heard >= self._limits.idle else None
        if now - self._heard >= self._limits.data_idle:
            return replies.IDLE_421
        late = now - self._data_since - self._limits.rate_grace
        return replies.TOO_SLOW_421 if late >= 0 and self._received < late * self._limits.rate else None

    def look_again_in(self, now: float) -> float:
        """Seconds until `overdue` could change by mere waiting, at least a little."""
        end = self._started + self._limits.lifetime
        if self._data_since is None:
            return max(min(self._heard + self._limits.idle, end) - now, 0.01)
        rate_ends = self._data_since + self._limits.rate_grace + self._received / max(self._limits.rate, 1e-9)
        return max(min(self._heard + self._limits.data_idle, rate_ends, end) - now, 0.01)
