"""Notices to one agent within a window are one mail: the first opens it, the others join, then it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from mailproc.core.case import Case
from mailproc.flow.desk import Desk
from mailproc.flow.people import Reader
from mailproc.mail.bundle import joined
from mailproc.mail.compose import Draft, compose
from mailproc.mail.message import Address
from mailproc.mail.templates import Rendered
from mailproc.mail.tokens import Kind, expiry
from mailproc.store import bundles
from mailproc.store.bundles import Bundle, Part
from mailproc.store.transaction import Transaction

BUNDLED = frozenset({"at_risk", "breach", "escalation", "update_due", "task"})
"""Notices that may wait for others; pages, customers' mail and answers never do."""
OFF = timedelta(0)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A notice that may share its mail, and for how long it may wait for others."""

    part: Part
    reader: Reader
    window: timedelta


def waiting(desk: Desk, case: Case, template: str, reader: Reader, rendered: Rendered) -> Waiting | None:
    """The notice, if `[teams.NAME] bundle` of its mailbox's team lets it wait; None where it goes by itself."""
    if template not in BUNDLED or not reader.agent:
        return None
    team = desk.config.teams.get(desk.mailbox(case.mailbox).team)
    if team is None or team.bundle <= OFF:
        return None
    part = Part(
        case_number=case.number,
        mailbox=case.mailbox,
        template=template,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html or "",
    )
    return Waiting(part=part, reader=reader, window=team.bundle)


def join(tx: Transaction, desk: Desk, notice: Waiting, now: datetime) -> datetime | None:
    """Add the notice to the mail that waits for its reader; when that goes.  None where none waits.

    The mail is composed anew, in this same transaction and under its own Message-ID: nobody has seen it yet.
    """
    reader = notice.reader
    bundle = bundles.open_to(tx, reader.address, now)
    if bundle is None:
        return None
    parts = bundles.join(tx, bundle, reader.address, notice.part, now)
    if desk.composed:
        bundles.rewrite(tx, bundle.letter_id, compose(_draft(desk, reader, bundle, parts, now)))
    return bundle.goes_at


def _draft(desk: Desk, reader: Reader, bundle: Bundle, parts: list[Part], now: datetime) -> Draft:
    """It comes from the mailbox of the first, at whose domain its envelope is signed, and answers to no one case."""
    first = parts[0].mailbox
    ours, brand = desk.address(first), desk.mailbox(first).brand
    whole = joined(
        [Rendered(one.subject, one.text, one.html or None, reader.language) for one in parts], reader.language
    )
    expires = expiry(now, desk.config.security.reply_days)
    return Draft(
        sender=Address(address=ours, name=brand),
        recipient=Address(address=reader.address, name=reader.name),
        reply_to=desk.signer.reply_address(ours, Kind.DESK, 0, reader.address, expires),
        subject=whole.subject,
        text=whole.text,
        html=whole.html,
        message_id=bundle.message_id,
        date=now,
        automatic="auto-generated",
        loop_mark=ours,
        language=whole.language,
    )
