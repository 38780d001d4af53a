"""The queue in working order, and one case whole."""

from __future__ import annotations

from typing import Any

from mailproc.admin.clocks import next_due, next_step, standing
from mailproc.admin.said import stamp
from mailproc.core.case import Case, State
from mailproc.errors import UserError
from mailproc.flow.desk import Desk
from mailproc.flow.listing import working_order
from mailproc.store import bundles, cases, held, inbound, notes, outbox, threading
from mailproc.store.cases import OPEN
from mailproc.store.inbound import Inbound
from mailproc.store.letters import Letter
from mailproc.store.transaction import Transaction


def queue(tx: Transaction, desk: Desk, *, over: bool = False, owner: str | None = None) -> list[dict[str, Any]]:
    """The cases in working order: by severity, then by plan, then first come, first served (OWN-6).

    `over` adds the closed ones, `owner` narrows it to one agent's ("" for those of nobody).  Keys: case, state,
    severity, plan, tier, owner, customer, requester, subject, opened, objective and due (what is due next), broken.
    """
    found = cases.listing(tx, tuple(State) if over else OPEN)
    chosen = [case for case in found if owner is None or (case.owner or "") == owner]
    return [_line(case, desk) for case in working_order(desk, chosen)]


def one(tx: Transaction, desk: Desk, number: int) -> dict[str, Any]:
    """One case whole: what `header` gives, and pauses, participants, tasks, progress, notes, held, mails_in, mails_out,
    clocks, next.

    Raises UserError if there is none of this number.
    """
    case = loaded(tx, number)
    policy = desk.policy(case)
    return {
        **header(case, desk),
        "pauses": [{"start": stamp(one.start), "until": stamp(one.until), "why": one.why} for one in case.pauses],
        "participants": sorted(threading.participants(tx, number)),
        "tasks": [{"kind": one.kind, "due": stamp(one.due), "done": stamp(one.done)} for one in case.tasks],
        "progress": {"at": stamp(case.progress.at), "text": case.progress.text} if case.progress else None,
        "notes": [{"at": stamp(one.at), "author": one.author, "text": one.text} for one in notes.of_case(tx, number)],
        "held": [
            {"id": one.id, "at": stamp(one.at), "agent": one.agent, "why": one.why, "released": stamp(one.released_at)}
            for one in held.of_case(tx, number)
        ],
        "mails_in": [mail_in(row) for row in inbound.of_case(tx, number)],
        "mails_out": [mail_out(letter) for letter in _letters(tx, number)],
        "clocks": standing(case, policy),
        "next": next_step(case, policy),
    }


def _letters(tx: Transaction, number: int) -> list[Letter]:
    """The mails of a case, with those that hold notices of others too, oldest first."""
    return sorted((*outbox.of_case(tx, number), *bundles.of_case(tx, number)), key=lambda letter: letter.id)


def loaded(tx: Transaction, number: int) -> Case:
    """The case of that number.  Raises UserError if there is none."""
    case = cases.load(tx, number)
    if case is None:
        raise UserError(f"case {number}: no such case; see mailproc cases --all")
    return case


def header(case: Case, desk: Desk) -> dict[str, Any]:
    """What a case is: the keys of `queue`, and mailbox, kind, language, phone, message_id, opening, answerable, …"""
    return {
        **_line(case, desk),
        "mailbox": case.mailbox,
        "kind": case.kind,
        "language": case.language,
        "phone": case.requester.phone,
        "zone": case.zone or "UTC",
        "terms_until": stamp(case.terms_until),
        "access": _access(case),
        "message_id": case.message_id,
        "opening": case.opening,
        "answerable": case.answerable,
        "unanswerable": case.unanswerable,
        "verified": case.verified,
        "eta": stamp(case.eta),
        "wait_until": stamp(case.wait_until),
        "agreed": {"every": case.agreed.every, "until": stamp(case.agreed.until)} if case.agreed else None,
        "updates_stopped": case.updates_stopped,
        "relieved": stamp(case.relieved),
        "resolved": stamp(case.resolved),
        "closed": stamp(case.closed),
        "related": list(case.related),
        "tags": list(case.tags),
    }


def _access(case: Case) -> dict[str, Any] | None:
    """The leave to look into the customer's data: by, purpose, asked, granted, until; None: there is none (OWN-9)."""
    leave = case.access
    if leave is None:
        return None
    return {
        "by": leave.by,
        "purpose": leave.purpose,
        "asked": stamp(leave.at) if leave.asked else None,
        "granted": stamp(leave.granted),
        "until": stamp(leave.until),
    }


def mail_in(row: Inbound) -> dict[str, Any]:
    """A mail that came: its keys as they stand here; `size` is in bytes, `from` null where nobody told the sender."""
    return {
        "id": row.id,
        "at": stamp(row.received_at),
        "source": row.source,
        "from": row.mail_from,
        "to": list(row.rcpt_tos),
        "kind": row.kind,
        "state": row.state.value,
        "outcome": row.outcome.value if row.outcome else None,
        "because": row.reason,
        "tries": row.tries,
        "size": row.size,
        "error": row.error,
        "case": row.case_number,
    }


def mail_out(letter: Letter) -> dict[str, Any]:
    """A mail that was decided: its keys as they stand here; `held` says why it waits, `error` why it failed.

    `uncertain` counts the attempts after which nobody knows whether it left.
    """
    return {
        "id": letter.id,
        "at": stamp(letter.created_at),
        "case": letter.case_number,
        "template": letter.template,
        "objective": letter.objective,
        "to": letter.recipient,
        "message_id": letter.message_id,
        "state": letter.state.value,
        "held": letter.hold_reason,
        "not_before": stamp(letter.not_before),
        "finished": stamp(letter.finished_at),
        "tries": letter.tries,
        "uncertain": letter.uncertain,
        "error": letter.error,
    }


def _line(case: Case, desk: Desk) -> dict[str, Any]:
    objective, due = next_due(case, desk.policy(case))
    return {
        "case": case.number,
        "state": case.state.value,
        "severity": case.severity,
        "plan": case.plan,
        "tier": case.tier,
        "owner": case.owner,
        "customer": case.customer,
        "requester": {"address": case.requester.address, "name": case.requester.name},
        "subject": case.subject,
        "opened": stamp(case.opened),
        "objective": objective,
        "due": due,
        "broken": sorted(case.broken),
    }
