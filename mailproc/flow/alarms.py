"""A mail to the operator that belongs to no case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mailproc.core.case import Case
from mailproc.core.effects import Notice
from mailproc.flow.desk import Desk
from mailproc.flow.outgoing import Outgoing, queue
from mailproc.store.transaction import Transaction


def alarm(tx: Transaction, desk: Desk, now: datetime, *, error: str, lines: Sequence[str], because: str) -> None:
    """Tell the operator, if there is one: `error` in one sentence, the rest in lines."""
    mailbox = next(iter(desk.config.mailbox))
    stand_in = Case(number=0, mailbox=mailbox, opened=now, severity=desk.policies[mailbox].default_severity)
    notice = Notice(
        template="operator_alarm", to="operator", about={"error": error, "lines": tuple(lines)}, because=because
    )
    queue(tx, desk, Outgoing(case=stand_in, policy=desk.policy(stand_in), clocks={}, now=now), [notice])
