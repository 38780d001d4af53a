"""Who hears of a notice besides those whom it is for: the policy's copies of escalations, whom agents brought in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from mailproc.core.case import Case
from mailproc.core.effects import Effect, Notice
from mailproc.policy.model import Policy

FOLLOWED = frozenset({"customer_mail", "at_risk", "breach", "escalation"})
"""The notices that whoever was brought in by `#cc` gets too (ELA-12)."""


def added(case: Case, policy: Policy, effects: Iterable[Effect]) -> Iterator[Effect]:
    """The effects, each notice with its copies behind it (ELA-5, ELA-12)."""
    for effect in effects:
        yield effect
        if isinstance(effect, Notice) and effect.template in FOLLOWED and not effect.copy:
            for reader in case.cc:
                yield replace(effect, to=reader, copy=True)
            if effect.template == "escalation":
                yield from _copies(policy, effect)


def _copies(policy: Policy, notice: Notice) -> Iterator[Notice]:
    clause = tuple(dict.fromkeys((*notice.clause, *policy.escalation.clause)))
    for role in policy.escalation.copies:
        if role != notice.to:
            yield replace(notice, to=role, copy=True, clause=clause)
