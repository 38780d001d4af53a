"""What changes who is on call from one day to the next: absences of agents, swaps between them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import bindparam

from mailproc.policy.rota import Absence, Swap
from mailproc.store.desk_tables import AbsenceRow, SwapRow
from mailproc.store.statement import Statement, columns_of, insert
from mailproc.store.tables import IN_HAND, CaseRow, table
from mailproc.store.transaction import Transaction

ABSENCES = table(AbsenceRow)
SWAPS = table(SwapRow)
CASES = table(CaseRow)

ADD_ABSENCE = insert(ABSENCES, without=("id",))
ABSENCES_FROM = Statement(
    sa.select(*columns_of(ABSENCES, Absence))
    .where(ABSENCES.c.until > bindparam("at"))
    .order_by(ABSENCES.c.until, ABSENCES.c.id)
)
END = Statement(
    sa.update(ABSENCES)
    .where(
        ABSENCES.c.until > bindparam("at"), ABSENCES.c.since <= bindparam("begun"), ABSENCES.c.agent == bindparam("who")
    )
    .values(until=bindparam("now"))
)
ADD_SWAP = insert(SWAPS, without=("id",))
SWAPS_FROM = Statement(
    sa.select(SWAPS.c.id, *columns_of(SWAPS, Swap))
    .where(SWAPS.c.rota == bindparam("name"), SWAPS.c.until > bindparam("at"))
    .order_by(SWAPS.c.until, SWAPS.c.id)
)
IN_HANDS_OF = Statement(
    sa.select(sa.func.count()).select_from(CASES).where(CASES.c.owner == bindparam("agent"), sa.text(IN_HAND))
)


def add_absence(tx: Transaction, absence: Absence, *, why: str = "") -> None:
    """Note that somebody is away, beside what was noted before."""
    tx.run(
        ADD_ABSENCE,
        agent=absence.agent,
        since=absence.since,
        until=absence.until,
        deputy=absence.deputy,
        why=why,
    )


def end_absences(tx: Transaction, agent: str, at: datetime, *, begun: datetime) -> int:
    """Somebody's absences that began by `begun` last no longer than until `at`; how many that changed."""
    return tx.run(END, who=agent, at=at, now=at, begun=begun)


def absences(tx: Transaction, at: datetime) -> list[Absence]:
    """Every absence that lasts at a moment or begins later."""
    return [Absence(*row) for row in tx.all(ABSENCES_FROM, at=at)]


def add_swap(tx: Transaction, rota: str, swap: Swap, *, at: datetime) -> None:
    """Note that somebody takes over a stretch of a rota; the swap that was noted last wins."""
    tx.run(ADD_SWAP, rota=rota, since=swap.since, until=swap.until, member=swap.member, by=swap.by, at=at)


def swaps(tx: Transaction, rota: str, at: datetime) -> list[Swap]:
    """The swaps of a rota that hold at a moment or later, in the order in which they were noted."""
    return [Swap(*row[1:]) for row in sorted(tx.all(SWAPS_FROM, name=rota, at=at), key=lambda row: row[0])]


def in_hands_of(tx: Transaction, agent: str) -> int:
    """How many cases somebody works on: those they own that are neither resolved nor closed."""
    return int(tx.value(IN_HANDS_OF, agent=agent))
