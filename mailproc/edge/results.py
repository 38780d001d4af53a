"""What became of a mail at a border: values, not exceptions, so that each caller must say what it does with each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Accepted:
    """The mail is kept durably.  `id` is the name under which the keeper knows it, for the log and the reply."""

    id: str = ""


@dataclass(frozen=True, slots=True)
class Delivered:
    """The other side has taken the mail.  `reply` is what it said, "" for a folder."""

    reply: str = ""


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not now: try again later.  `uncertain`: the other side may have taken the mail all the same."""

    reason: str = ""
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Never.  `fault` says whose doing it is: the recipient's address, or what we sent and how we are set up.

    Where a listener answers with it, `reason` is what the sender reads.
    """

    reason: str = ""
    fault: Literal["address", "us"] = "address"


Acceptance = Accepted | Deferred | Refused
Outcome = Delivered | Deferred | Refused
