"""From a notice to letters in the outbox: readers, words, bytes, written in the transaction that decided them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mailproc.core.case import Case
from mailproc.core.clocks import Clock
from mailproc.core.decide.delivery import HELD_WORDS
from mailproc.core.effects import Notice
from mailproc.core.log import Entry
from mailproc.core.moments import said
from mailproc.flow import budget, bundling
from mailproc.flow.bundling import Waiting
from mailproc.flow.desk import Desk
from mailproc.flow.facts import facts
from mailproc.flow.people import Reader, held, readers
from mailproc.mail.compose import Draft, File, compose
from mailproc.mail.message import Address
from mailproc.mail.templates import Rendered
from mailproc.mail.tokens import Kind, expiry
from mailproc.policy.model import Policy
from mailproc.store import bundles, log, outbox
from mailproc.store.letters import LetterIn, Priority
from mailproc.store.transaction import Transaction

PRIORITY = {
    "page": Priority.PAGE,
    "operator_alarm": Priority.PAGE,
    "confirmation": Priority.CONFIRMATION,
    "enhancement_received": Priority.CONFIRMATION,
    "update": Priority.UPDATE,
    **dict.fromkeys(
        ("customer_reply", "action_plan", "relief", "resolution", "status", "transcript", "was_this_you"),
        Priority.ANSWER,
    ),
}
FOR_REVIEW = "held for review"
NO_BUDGET = "held: [limits] allows no automatic answers"
BOUNCE_DAYS = 30
CUSTOMER_DAYS = 365


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What the letters of one decision share.  `inbound` is the mail that was decided on, `files` its attachments."""

    case: Case
    policy: Policy
    clocks: Mapping[str, Clock]
    now: datetime
    inbound: int | None = None
    files: tuple[File, ...] = ()


def queue(tx: Transaction, desk: Desk, outgoing: Outgoing, notices: Sequence[Notice]) -> None:
    """Write each notice to the outbox, once for each reader: whoever is meant twice by the same news hears it once."""
    told: set[tuple[str, str, str, str]] = set()
    news_for: list[tuple[Notice, Reader]] = []
    for notice in notices:
        for reader in _meant(desk, outgoing, notice, tx):
            news = str(notice.about.get("label") or notice.about.get("condition") or "")
            key = (notice.template, notice.objective, news, reader.address.lower())
            if key not in told:
                told.add(key)
                news_for.append((notice, reader))
    if news_for:
        letters = zip(outbox.reserve_several(tx, len(news_for)), news_for, strict=True)
        entries = [_letter(tx, desk, outgoing, notice, reader, number) for number, (notice, reader) in letters]
        log.append(tx, outgoing.case.number or None, entries)


def _meant(desk: Desk, outgoing: Outgoing, notice: Notice, tx: Transaction) -> tuple[Reader, ...]:
    """The readers; a copy for a role that nobody holds goes to nobody."""
    if notice.copy and isinstance(notice.to, str):
        return held(desk, outgoing.case, notice.to, tx, outgoing.now)
    return readers(desk, outgoing.case, notice.to, tx, outgoing.now)


def _letter(tx: Transaction, desk: Desk, outgoing: Outgoing, notice: Notice, reader: Reader, number: int) -> Entry:
    case = outgoing.case
    domain = desk.address(case.mailbox).rpartition("@")[2]
    message_id = desk.signer.message_id(number, domain)
    address = reply_to(desk, outgoing, notice, reader) if desk.composed else ""
    known = facts(desk, outgoing, notice, reader, address)
    templates = desk.templates[case.mailbox]
    rendered = templates.render(notice.template, reader.language, known, subject_only=not desk.composed)
    shared = bundling.waiting(desk, case, notice.template, reader, rendered)
    if shared and (goes_at := bundling.join(tx, desk, shared, outgoing.now)):
        return _entry(notice, reader, rendered, goes_at, f"in one mail with the others at {said(goes_at)}")
    letter = _letter_in(tx, desk, outgoing, notice, reader, number, message_id, shared)
    data = b""
    if desk.composed:
        data = compose(_draft(desk, outgoing, notice, reader, rendered, message_id, address))
    outbox.queue(tx, letter, data)
    goes_at = letter.not_before or outgoing.now
    why = letter.hold_reason
    if shared:
        bundles.begin(tx, number, reader.address, goes_at, shared.part)
        why = f"in one mail with whatever else comes until {said(goes_at)}"
    elif goes_at > outgoing.now and not why:
        why = f"over the sender's budget, goes at {said(goes_at)}"
    return _entry(notice, reader, rendered, goes_at, why)


def _letter_in(
    tx: Transaction,
    desk: Desk,
    outgoing: Outgoing,
    notice: Notice,
    reader: Reader,
    number: int,
    message_id: str,
    shared: Waiting | None,
) -> LetterIn:
    """The letter as it goes into the outbox, and when it may leave that."""
    case, automatic = outgoing.case, not _by_person(notice)
    reviewed = desk.hold and reader.kind == "customer"
    may_go = budget.earliest(tx, desk, reader.address, outgoing.now) if notice.answers else outgoing.now
    if shared:
        may_go = outgoing.now + shared.window
    return LetterIn(
        id=number,
        case_number=case.number or None,
        inbound_id=outgoing.inbound,
        template=notice.template,
        objective=HELD_WORDS if reviewed and not automatic else notice.objective,
        recipient=reader.address,
        mail_from=_return_path(desk, case, number, outgoing.now),
        message_id=message_id,
        priority=PRIORITY.get(notice.template, Priority.NOTICE),
        automatic=automatic,
        answer=notice.answers,
        hold_reason=NO_BUDGET if may_go is None else FOR_REVIEW if reviewed else "",
        not_before=may_go or outgoing.now,
        created_at=outgoing.now,
    )


def _entry(notice: Notice, reader: Reader, rendered: Rendered, at: datetime, why: str) -> Entry:
    what = {"template": notice.template, "to": [reader.address], "subject": rendered.subject}
    if notice.objective:
        what |= {"objective": notice.objective}
    because = f"{notice.because}; {why}" if why else notice.because
    return Entry(at=at, event="mail_out", because=because, clause=notice.clause, what=what)


def _draft(
    desk: Desk,
    outgoing: Outgoing,
    notice: Notice,
    reader: Reader,
    rendered: Rendered,
    message_id: str,
    address: str,
) -> Draft:
    case = outgoing.case
    mailbox = desk.mailbox(case.mailbox)
    outside = reader.kind == "customer"
    thread = (case.message_id,) if outside and case.message_id else (_thread_root(desk, case),) if case.number else ()
    return Draft(
        sender=Address(address=mailbox.addresses[0], name=mailbox.brand),
        recipient=Address(
            address=reader.address, name="" if outside and not (case.verified or case.spoke) else reader.name
        ),
        reply_to=address,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        message_id=message_id,
        date=outgoing.now,
        in_reply_to=thread[-1] if thread else "",
        references=thread,
        automatic=None if _by_person(notice) else "auto-replied" if notice.answers else "auto-generated",
        loop_mark=mailbox.addresses[0],
        language=rendered.language,
        attachments=outgoing.files if notice.with_files else (),
    )


def _by_person(notice: Notice) -> bool:
    # A person's words are no machine's, whatever frame they stand in (RFC 3834 §5).
    return bool(notice.text) and "by" in notice.about


def reply_to(desk: Desk, outgoing: Outgoing, notice: Notice, reader: Reader) -> str:
    """The signed address at which this reader's answer finds the case, and proves who answers (R6, R19a)."""
    case, mailbox = outgoing.case, desk.address(outgoing.case.mailbox)
    if notice.template == "was_this_you":
        kind, number, days = Kind.RELEASE, int(notice.about["number"]), desk.config.security.reply_days
    elif reader.agent:
        kind, number, days = (Kind.AGENT if case.number else Kind.DESK), case.number, desk.config.security.reply_days
    elif reader.kind == "customer" and case.number:
        kind, number, days = Kind.CUSTOMER, case.number, CUSTOMER_DAYS
    else:
        return mailbox
    expires = expiry(outgoing.now, days)
    return desk.signer.reply_address(mailbox, kind, number, reader.address, expires)


def _return_path(desk: Desk, case: Case, number: int, now: datetime) -> str:
    expires = expiry(now, BOUNCE_DAYS)
    return desk.signer.reply_address(desk.address(case.mailbox), Kind.BOUNCE, number, "", expires)


def _thread_root(desk: Desk, case: Case) -> str:
    # Agents never see the customer's Message-ID chain as their own: one root a case keeps their notices together.
    return f"<case-{case.number}.mailproc@{desk.address(case.mailbox).rpartition('@')[2]}>"
