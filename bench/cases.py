"""A database with many cases, as years of work leave it: most of them closed, each with its story and its mail."""

from __future__ import annotations

import contextlib
import io
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from mailproc.clock import SystemClock
from mailproc.core.case import Case, Person, State, Step
from mailproc.core.log import Entry
from mailproc.mail.message import Envelope
from mailproc.store import cases, inbound, log, notes, outbox, steps, threading
from mailproc.store.letters import LetterIn, Priority
from mailproc.store.store import open_store
from mailproc.store.tables import Outcome
from mailproc.store.transaction import Transaction

BLOCK = 1000
"""Cases that are written through the store; more are copies of these under other numbers, addresses and keys."""
RAW = (b"From: Jane Roe <jane@customer.example>\r\nSubject: The export fails\r\n\r\n" + b"It stops. " * 180) + b"\r\n"
NOTICE = b"Subject: [#1] The export fails\r\n\r\n" + b"We have received your request. " * 60 + b"\r\n"
WORDS = "It stops after the first hundred rows, without a message. " * 10
READERS = (("confirmation", "jane"), ("new_case", "alice"), ("new_case", "bob"), ("customer_reply", "jane"))
EVENTS = ("mail_in", "case", "clock", "clock", "mail_out", "mail_out", "mail_out", "mail_in", "case", "mail_out")
START = datetime(2024, 1, 1, 9, tzinfo=UTC)


COPIES = {
    "inbound": "id + :mails, received_at, source, :word || mail_from, rcpt_tos, peer, login, size, state, tries, "
    "retry_at, lower(hex(randomblob(32))), outcome, kind, reason, case_number + :cases, error, finished_at",
    "raw": "inbound_id + :mails, seq, data",
    "cases": "number + :cases, mailbox, state, severity, owner, :word || requester, customer, opened_at, due_at, "
    "touched_at, json_set(doc, '$.number', number + :cases, '$.requester.address', :word || requester), version",
    "mention": "lower(hex(randomblob(32))), case_number + :cases, ours, inbound_id, outbox_id + :letters",
    "participant": "case_number + :cases, :word || address",
    "step": "case_number + :cases, objective, step, occurrence, at, skipped",
    "log": "id + :lines, case_number + :cases, at, event, actor, proof, what",
    "note": "id + :cases, case_number + :cases, author, at, text",
    "outbox": "id + :letters, case_number + :cases, inbound_id, template, objective, :word || recipient, mail_from, "
    "'<' || :word || substr(message_id, 2), priority, automatic, answer, state, hold_reason, tries, not_before, "
    "claimed_until, epoch, uncertain, created_at, finished_at, error",
    "letter_body": "letter_id + :letters, data",
}
"""For each table how a row of the first block becomes one of a later block, column by column."""
FIRST = {"inbound": "id", "raw": "inbound_id", "cases": "number", "outbox": "id", "letter_body": "letter_id"}


def build(path: Path, count: int) -> None:
    """Fill a new database with `count` cases, in thousands: one in ten is open, and due in the weeks to come."""
    store = open_store(f"sqlite:///{path}")
    now = SystemClock().now()
    store.transact(partial(_fill, now))
    store.close()
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA synchronous = OFF")
        for block in range(1, count // BLOCK):
            with database:
                _copy(database, block)


def _copy(database: sqlite3.Connection, block: int) -> None:
    """The first block once more; what it has of each kind is the distance between two blocks."""
    letters, lines = BLOCK * len(READERS), BLOCK * len(EVENTS)
    steps_of = {"cases": BLOCK, "mails": BLOCK, "letters": letters, "lines": lines}
    given = {name: block * size for name, size in steps_of.items()} | {"word": f"k{block}."}
    last = {"outbox": letters, "letter_body": letters, "log": lines}
    for table, columns in COPIES.items():
        key = FIRST.get(table, "id" if table in ("log", "note") else "case_number")
        sql = f"INSERT INTO {table} SELECT {columns} FROM {table} WHERE {key} <= {last.get(table, BLOCK)}"
        database.execute(sql, {name: value for name, value in given.items() if f":{name}" in columns})
    for name, size in (("case", BLOCK), ("letter", letters)):
        database.execute("UPDATE counter SET value = value + ? WHERE name = ?", (size, name))


def _fill(now: datetime, tx: Transaction) -> None:
    for number in range(1, BLOCK + 1):
        _keep(tx, number, now)


def _keep(tx: Transaction, number: int, now: datetime) -> None:
    opened = START + timedelta(minutes=number % 500_000)
    case, is_open = _case(cases.open_number(tx), opened), number % 10 == 0
    if is_open:
        case_due = now + timedelta(days=20, minutes=number % 50_000)
        cases.insert(tx, case, case_due)
    else:
        cases.insert(tx, _closed(case), None)
    _mail(tx, case)
    threading.join(tx, case.number, case.requester.address)
    threading.mention(tx, case_number=case.number, message_id=case.message_id, ours=False)
    for template, reader in READERS:
        _letter(tx, case, template, f"{reader}{number}@customer.example")
    steps.mark(tx, case.number, sorted(case.told, key=lambda step: step.name), at=opened)
    entries = [Entry(opened, event, because="the first mail of a case", clause=("CON-2",)) for event in EVENTS]
    log.append(tx, case.number, entries)
    notes.add(tx, case_number=case.number, author="alice", at=opened, text="Looked at the log.")


def _case(number: int, opened: datetime) -> Case:
    return Case(
        number=number,
        mailbox="support",
        opened=opened,
        subject="The export fails",
        requester=Person(f"jane{number}@customer.example", "Jane Roe"),
        state=State.OPEN,
        severity="normal",
        owner="alice",
        language="en",
        opening=WORDS,
        message_id=f"<{number}.0@customer.example>",
        met={"confirmation": opened, "initial_response": opened},
        spoke=opened,
        told=frozenset(Step("update", "due", str(count)) for count in range(3)),
    )


def _closed(case: Case) -> Case:
    end = case.opened + timedelta(days=9)
    return replace(case, state=State.CLOSED, resolved=end, closed=end)


def _mail(tx: Transaction, case: Case) -> None:
    envelope = Envelope(case.requester.address, ("support@example.com",), "192.0.2.7")
    key = inbound.keep(
        tx, received_at=case.opened, source="smtp", envelope=envelope, raw=io.BytesIO(RAW), size=len(RAW)
    )
    inbound.finish(
        tx,
        key,
        outcome=Outcome.CASE,
        kind="request",
        reason="a new conversation",
        case_number=case.number,
        identity=threading.message_key(case.message_id),
        at=case.opened,
    )


def _letter(tx: Transaction, case: Case, template: str, recipient: str) -> None:
    key = outbox.reserve(tx)
    letter = LetterIn(
        id=key,
        message_id=f"<{key}.built@example.com>",
        recipient=recipient,
        mail_from=f"support+b{key}@example.com",
        template=template,
        priority=Priority.CONFIRMATION,
        created_at=case.opened,
        case_number=case.number,
        answer=template == "confirmation",
    )
    outbox.queue(tx, letter, NOTICE)
    tx.run(outbox.CLAIM, key=key, until=case.opened, unsure=0)
    outbox.sent(tx, key, 1, case.opened)
    threading.mention(tx, case_number=case.number, message_id=letter.message_id, ours=True, outbox_id=key)
