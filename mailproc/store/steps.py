"""The steps of clocks that were told or skipped: each once, whatever restarts or races."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import bindparam

from mailproc.core.case import Step
from mailproc.store.statement import Statement, insert_if_new
from mailproc.store.tables import StepRow, table
from mailproc.store.transaction import Transaction

ROWS = table(StepRow)
MARK = insert_if_new(ROWS)
OF_CASE = Statement(
    sa.select(ROWS.c.objective, ROWS.c.step, ROWS.c.occurrence).where(ROWS.c.case_number == bindparam("key"))
)


def mark(
    tx: Transaction, number: int, steps: Sequence[Step], *, at: datetime, skipped: bool = False
) -> tuple[bool, ...]:
    """Write down that steps were told, or skipped.  For each step: False if it was written down before."""
    return tuple(
        tx.run(
            MARK,
            case_number=number,
            objective=step.objective,
            step=step.name,
            occurrence=step.occurrence,
            at=at,
            skipped=skipped,
        )
        == 1
        for step in steps
    )


def of_case(tx: Transaction, number: int) -> frozenset[Step]:
    """Every step of a case that was told or skipped."""
    return frozenset(Step(*row) for row in tx.all(OF_CASE, key=number))
