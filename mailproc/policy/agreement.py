"""The policy as it holds for one case: that of the customer's plan, in their time zone, for its type."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache
from zoneinfo import ZoneInfo

from mailproc.policy.hours import calendar_in
from mailproc.policy.model import Policy, Severity

BOUND = 512
"""How many combinations of plan, zone and type are kept at hand."""


def agreed(policy: Policy, plan: str = "", zone: str = "", type: str = "") -> Policy:
    """What `policy` promises a case of this plan, zone (an IANA name) and type: case over customer over plan over
    severity over policy.

    A plan or type that the policy does not know changes nothing; a customer without a plan has `default_plan`.
    The same object for the same combination.
    """
    policy = policy.unbound or policy
    plan = plan if plan in policy.plans else policy.default_plan
    type = type if type in policy.types else ""
    zone = zone if _follows_customers(policy) else ""
    return _bound(policy, plan, zone, type) if plan or zone or type else policy


@lru_cache(maxsize=BOUND)
def _bound(policy: Policy, plan: str, zone: str, type: str) -> Policy:
    """Cached, because the clocks of a case are asked for many times; `plan` and `type` exist, or are empty."""
    chosen = policy.plans.get(plan)
    severities = chosen.severities if chosen else policy.severities
    calendars = policy.calendars
    if zone:
        calendars = {name: calendar_in(one, ZoneInfo(zone)) for name, one in calendars.items()}
    objectives = policy.types[type].objectives if type else None
    if objectives is not None:
        severities = _narrowed(severities, objectives)
    confirmation = severities[policy.default_severity].promises.get("confirmation") or policy.confirmation
    if objectives is not None and "confirmation" not in objectives:
        confirmation = None
    calendar = (chosen.calendar if chosen else "") or policy.calendar
    waiting, call_back = policy.waiting, policy.call_back
    # What "business days" run on is the plan's calendar, also here, unless the table names another.
    if waiting.calendar == policy.calendar:
        waiting = replace(waiting, calendar=calendar)
    if call_back and call_back.calendar == policy.calendar:
        call_back = replace(call_back, calendar=calendar)
    return replace(
        policy,
        calendar=calendar,
        waiting=waiting,
        call_back=call_back,
        calendars=calendars,
        severities=severities,
        confirmation=confirmation,
        variant="|".join((plan, zone, type)),
        unbound=policy,
    )


def _narrowed(severities: Mapping[str, Severity], objectives: Collection[str]) -> dict[str, Severity]:
    """The matrix with no promises but these (ELA-9)."""
    return {
        name: replace(one, promises={key: promise for key, promise in one.promises.items() if key in objectives})
        for name, one in severities.items()
    }


@lru_cache(maxsize=BOUND)
def _follows_customers(policy: Policy) -> bool:
    return any(calendar.moves for calendar in policy.calendars.values())
