"""What a decided mail looks like: the values of the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from mailproc.store.tables import LetterState


class Priority(IntEnum):
    """Who goes first when many letters wait."""

    PAGE = 0
    CONFIRMATION = 1
    ANSWER = 2
    UPDATE = 3
    NOTICE = 4
    DIGEST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterIn:
    """A mail to be queued under an id that was reserved for it."""

    id: int
    message_id: str  # with its angle brackets; stays the same for each attempt
    recipient: str
    mail_from: str  # of the envelope; "" is the null return path
    template: str
    priority: int
    created_at: datetime
    not_before: datetime | None = None  # at once
    case_number: int | None = None
    inbound_id: int | None = None  # the mail that it answers
    objective: str = ""
    automatic: bool = True
    answer: bool = False  # an automatic answer to a mail: it counts for the recipient's budget (R15)
    hold_reason: str = ""  # not empty: it waits for a person to release it


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that was decided; moments are in UTC.  `data` is there only where it was asked for."""

    id: int
    case_number: int | None
    inbound_id: int | None
    template: str
    objective: str
    recipient: str
    mail_from: str
    message_id: str
    priority: int
    automatic: bool
    answer: bool
    state: LetterState
    hold_reason: str
    tries: int
    not_before: datetime
    claimed_until: datetime | None
    epoch: int
    uncertain: int
    created_at: datetime
    finished_at: datetime | None
    error: str
    data: bytes = b""
