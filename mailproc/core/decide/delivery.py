"""What follows when a mail of ours was taken, or cannot be delivered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mailproc.core import effects as e
from mailproc.core.case import Case
from mailproc.core.clocks import clocks
from mailproc.core.decide import parts
from mailproc.core.events import Delivered, DeliveryFailed
from mailproc.policy.model import Policy
from mailproc.policy.types import TEMPLATES

HELD_WORDS = "held words"
"""The objective of a mail with a person's words that was held for review: they count from their delivery."""
CONFIRMING = frozenset(TEMPLATES)
"""The mails that confirm a case: a type may have one of its own (ELA-9)."""


def delivered(case: Case, event: Delivered, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """A confirmation, or words that were held, count from the moment at which somebody else has them (CON-3)."""
    if event.template in CONFIRMING:
        yield from _confirmed(case, policy, now)
    elif event.objective == HELD_WORDS:
        yield from parts.words(case, policy, now, "an agent")


def _confirmed(case: Case, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """Also a case that was resolved before its confirmation was taken is confirmed, should it be reopened."""
    clock = clocks(case, policy).get("confirmation")
    if clock and clock.state != "met":
        yield e.Meet("confirmation", now, because="the confirmation was delivered", clause=clock.promise.clause)


def failed(case: Case, event: DeliveryFailed, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """The operator is alarmed, who holds the case is told, and a dead address no more automatic mail (R17, CON-3)."""
    because = f"the {event.template} mail cannot be delivered: {event.why}"
    about = {
        "recipient": event.recipient,
        "error": event.why,
        "template": event.template,
        "label": "undeliverable",
    }
    promise = policy.confirmation if event.template in CONFIRMING else None
    clause = promise.clause if promise else ()
    yield e.Notice(
        template="operator_alarm",
        to="operator",
        about=about,
        because=because,
        clause=clause,
    )
    if event.recipient != case.requester.address:
        return
    if case.answerable and event.dead:
        yield e.StopAnswering(because=f"mail to the customer is refused: {event.why}", clause=clause)
    yield e.Notice(template="task", to="owner", about=about, because=because, clause=clause)
