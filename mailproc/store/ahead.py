"""What comes next of everything that waits, asked in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from mailproc.store import cases, inbound, outbox
from mailproc.store.statement import Statement
from mailproc.store.transaction import Transaction

NEXT = Statement(
    sa.select(
        inbound.NEXT.clause.scalar_subquery(),
        cases.NEXT_DUE.clause.scalar_subquery(),
        *outbox.FIRST_OF_EACH,
        outbox.NEXT_EXPIRY,
    )
)


@dataclass(frozen=True, slots=True)
class Ahead:
    """The moments at which a mail, a letter, a case asks for work next; None where none does."""

    mail: datetime | None
    case: datetime | None
    letters: outbox.Front

    @property
    def letter(self) -> datetime | None:
        """When the first letter may go."""
        return min((one for one in self.letters if one), default=None)

    @property
    def first(self) -> datetime | None:
        """The earliest of them."""
        return min((one for one in (self.mail, self.letter, self.case) if one), default=None)


def ahead(tx: Transaction) -> Ahead:
    """What comes next, as `inbound.next_try`, `outbox.next_attempt` and `cases.next_due` say it one by one."""
    mail, case, *letters = tx.one(NEXT) or (None, None)
    return Ahead(mail, case, letters)
