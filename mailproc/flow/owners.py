"""Who is meant where a rule hands a case to a role: the one who holds the role, by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from mailproc.core.case import Case
from mailproc.core.effects import Effect, SetOwner
from mailproc.flow.desk import Desk
from mailproc.flow.people import readers
from mailproc.store.transaction import Transaction


def named(effects: Iterable[Effect], desk: Desk, case: Case, tx: Transaction, at: datetime) -> Iterator[Effect]:
    """The effects, with an agent's name as the owner; a rule that names nobody we know hands the case to nobody."""
    for effect in effects:
        if isinstance(effect, SetOwner) and effect.owner and effect.owner not in desk.agents_by_name:
            holders = [one.agent for one in readers(desk, case, effect.owner, tx, at) if one.agent]
            if holders:
                yield replace(effect, owner=holders[0])
        else:
            yield effect
