"""What follows when a case is opened: the confirmation, the word to the team, the call-back for a caller."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mailproc.core import effects as e
from mailproc.core.case import Case, Task
from mailproc.core.clauses import OPENING, said_by
from mailproc.core.events import Opened
from mailproc.policy import promises
from mailproc.policy.model import Policy


def opened(case: Case, event: Opened, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """Confirm, tell the team, and give them a call-back to make where a caller left no address (CON-2, CON-3, R28)."""
    promise = policy.confirmation
    clause = promise.clause if promise else ()
    if case.answerable:
        yield e.Notice(
            template="confirmation",
            to="customer",
            objective="confirmation",
            answers=True,
            because="a new case is confirmed at once",
            clause=clause,
        )
    yield e.Notice(
        template="new_case",
        to="team",
        about={"reason": event.about, "voicemail": event.call},
        text=event.text,
        with_files=True,
        because="a new case is told to the team",
        clause=said_by(policy, OPENING),
    )
    if event.call_back:
        due = promises.due(promise, policy, case.opened) if promise else None
        because = "the caller left no mail address: a person must ring back"
        yield e.AddTask(Task(kind="call_back", due=due), because=because, clause=clause)
        yield e.Notice(
            template="task",
            to="team",
            about={"label": "call_back", "due": due, "voicemail": event.call},
            because=because,
            clause=clause,
        )
