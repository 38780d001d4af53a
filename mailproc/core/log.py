"""One line of a case's story: the same in the log, in `explain`, in `simulate`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was decided, and why.

    `event` is one of mail_in, mail_out, clock, breach, case, declined, step, note, command, alarm; `what` holds
    the further keys that apply (kind, template, to, subject, objective, due, clock_state, state, severity, plan, tier).
    `proof` says how the actor was known (R19).
    """

    at: datetime
    event: str
    because: str = ""
    clause: tuple[str, ...] = ()
    actor: str = ""
    proof: str = ""
    what: Mapping[str, Any] = field(default_factory=dict)
