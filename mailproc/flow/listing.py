"""The order in which cases are worked on, the same in every list, digest and queue (OWN-6)."""

from __future__ import annotations

from collections.abc import Iterable

from mailproc.core.case import Case
from mailproc.flow.desk import Desk


def working_order(desk: Desk, cases: Iterable[Case]) -> list[Case]:
    """The most severe first; among equals by the policy's order of plans; then who came first."""
    return sorted(cases, key=lambda case: (*_ranks(desk, case), case.opened, case.number))


def _ranks(desk: Desk, case: Case) -> tuple[int, int]:
    """Severity and plan; what the policy does not know any more is looked at first, a missing plan is the default."""
    policy = desk.policy(case)
    severity = policy.severities.get(case.severity)
    plan = policy.plans.get(case.plan) or policy.plans.get(policy.default_plan)
    return severity.rank if severity else -1, plan.rank if plan else 0
