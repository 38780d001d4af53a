"""A case's story with its reasons: who decided what, by which clause, and how each clock stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mailproc.admin import cases
from mailproc.admin.clocks import next_step, standing
from mailproc.admin.said import stamp
from mailproc.core.case import Case
from mailproc.core.log import Entry
from mailproc.flow.desk import Desk
from mailproc.flow.terms import Terms, terms_now
from mailproc.store import log
from mailproc.store.transaction import Transaction


def explained(tx: Transaction, desk: Desk, number: int) -> dict[str, Any]:
    """Everything behind a case: case (as `cases.header`), decided, log, clocks, next.

    `decided` tells for severity, plan, zone, owner and state: value, because, by.  Each line of `log` has at, event,
    what, because, clause, actor, proof.  Raises UserError if there is no such case.
    """
    case = cases.loaded(tx, number)
    policy = desk.policy(case)
    story = log.of_case(tx, number)
    return {
        "case": cases.header(case, desk),
        "decided": _decided(case, story, terms_now(tx, desk, case)),
        "log": [_line(entry) for entry in story],
        "clocks": standing(case, policy),
        "next": next_step(case, policy),
    }


_PLAN = {
    "customers file": "the plan of {} in the customers file",
    "paid term": "the plan that {} has paid for, whose term is not over",
    "default": "the default: the customers file names no plan of this policy for {}",
}


def _line(entry: Entry) -> dict[str, Any]:
    return {
        "at": stamp(entry.at),
        "event": entry.event,
        "what": {key: _moment(value) if key == "due" else value for key, value in entry.what.items()},
        "because": entry.because,
        "clause": list(entry.clause),
        "actor": entry.actor,
        "proof": entry.proof,
    }


def _moment(value: str) -> str | None:
    return stamp(datetime.fromisoformat(value))


def _decided(case: Case, story: Sequence[Entry], terms: Terms) -> dict[str, dict[str, Any]]:
    """For each fact of the case, the last line that set it; what the opening set has its own reason."""
    found = {}
    for key, value in (
        ("severity", case.severity),
        ("plan", case.plan),
        ("zone", case.zone or "UTC"),
        ("owner", case.owner),
        ("state", case.state.value),
    ):
        setting = [entry for entry in story if entry.event == "case" and key in entry.what]
        last = setting[-1] if setting else None
        opening = last is None or (last is next(entry for entry in story if entry.event == "case"))
        found[key] = {
            "value": value,
            "because": _at_opening(key, case, terms) if opening or last is None else last.because,
            "by": "" if opening or last is None else last.actor,
        }
    return found


def _at_opening(key: str, case: Case, terms: Terms) -> str:
    match key:
        case "severity" if case.declared:
            return "the customer said so when the case was opened"
        case "severity":
            return "the policy's default, because the customer named none"
        case "plan" if case.customer:
            return _PLAN.get(terms.source, _PLAN["default"]).format(case.customer)
        case "plan":
            return "the default: the sender belongs to no known customer"
        case "zone" if case.zone:
            return f"the zone of {case.customer} in the customers file"
        case "zone":
            return "the default: the customers file names none"
        case "owner":
            return "nobody has taken it"
        case _:
            return "a new case"
