"""What the store costs on this machine: fsync, accepting through the writer, and each statement of a mail.

    python bench/store.py [--cases 1000 100000] [--folder DIR]

The folder's disk decides: a disk in memory makes every fsync free, and the figures worthless.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mailproc.core.case import Case, Person, Step
from mailproc.core.log import Entry
from mailproc.mail.message import Envelope
from mailproc.store import cases, inbound, log, outbox, steps
from mailproc.store import threading as threads_of
from mailproc.store.letters import LetterIn
from mailproc.store.store import Store, open_store
from mailproc.store.transaction import Transaction
from mailproc.store.writer import Writer

NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)
ENVELOPE = Envelope("carol@customer.example", ("support@example.com",), "192.0.2.7")
RAW = b"x" * 3000
ENTRIES = [Entry(NOW, "mail_in", because="first mail", clause=("CON-2",), what={"kind": "request"}) for _ in range(4)]


def fsyncs(folder: Path, count: int = 500) -> float:
    """How often a second this disk makes 4 KiB durable."""
    with (folder / "fsync").open("wb", buffering=0) as file:
        start = time.perf_counter()
        for _ in range(count):
            file.write(RAW)
            os.fdatasync(file.fileno())
        return count / (time.perf_counter() - start)


def keep(tx: Transaction) -> int:
    """Accept a mail."""
    return inbound.keep(tx, received_at=NOW, source="smtp", envelope=ENVELOPE, raw=io.BytesIO(RAW), size=len(RAW))


def accepting(store: Store, threads: int, count: int) -> float:
    """Mails a second, each answered only after its commit."""
    writer = Writer(store)

    def work() -> None:
        for _ in range(count // threads):
            writer.submit(keep).result()

    workers = [threading.Thread(target=work) for _ in range(threads)]
    start = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    seconds = time.perf_counter() - start
    writer.stop()
    return count / seconds


def processing(tx: Transaction) -> int:
    """What a new mail writes after it was understood: a case with a confirmation and two notices; the case's number."""
    [mail] = inbound.waiting(tx, NOW, 1)
    inbound.raw(tx, mail.id)
    inbound.seen_before(tx, f"{mail.id:064d}")
    threads_of.case_of(tx, ["<a@customer.example>", "<b@customer.example>"], ours=True)
    case = Case(number=cases.open_number(tx), mailbox="support", opened=NOW, requester=Person("carol@customer.example"))
    cases.insert(tx, case, NOW + timedelta(hours=case.number % 100))
    threads_of.join(tx, case.number, "carol@customer.example")
    threads_of.mention(tx, case_number=case.number, message_id=f"<{mail.id}@c>", ours=False, inbound_id=mail.id)
    outbox.answers(tx, f"c{case.number}@customer.example", NOW - timedelta(days=1))
    for recipient in (f"c{case.number}@customer.example", "alice@example.com", "bob@example.com"):
        queue(tx, case.number, recipient)
    steps.mark(tx, case.number, [Step("confirmation", "sent", "1")], at=NOW)
    log.append(tx, case.number, ENTRIES)
    identity = f"{mail.id:064d}"
    inbound.finish(
        tx,
        mail.id,
        outcome="case",
        kind="request",
        reason="",
        case_number=case.number,
        identity=identity,
        at=NOW,
    )
    return case.number


def queue(tx: Transaction, number: int, recipient: str) -> None:
    """One letter of a case."""
    key = outbox.reserve(tx)
    message_id = f"<{key}@example.com>"
    letter = LetterIn(
        id=key,
        message_id=message_id,
        recipient=recipient,
        mail_from="",
        template="confirmation",
        priority=1,
        created_at=NOW,
        case_number=number,
        answer=True,
    )
    outbox.queue(tx, letter, RAW)
    threads_of.mention(tx, case_number=number, message_id=message_id, ours=True, outbox_id=key)


def sending(tx: Transaction) -> None:
    """Claim three letters and write down that they were sent."""
    for letter in outbox.claim(tx, NOW, 3, 60):
        outbox.sent(tx, letter.id, letter.epoch, NOW)


def microseconds(store: Store, work: Callable[[Transaction], object], count: int) -> float:
    """What one run costs inside a transaction."""

    def run(tx: Transaction) -> float:
        start = time.process_time()
        for _ in range(count):
            work(tx)
        return (time.process_time() - start) / count * 1e6

    return store.transact(run)


def per_mail(store: Store, count: int = 200) -> str:
    """The costs of a mail, step by step."""
    costs = [(work.__name__, microseconds(store, work, count)) for work in (keep, processing, sending)]
    return ", ".join(f"{name} {cost:.0f} µs" for name, cost in costs)


def fill(store: Store, number: int) -> None:
    """Make cases, by the same road, until there are that many."""
    while store.transact(lambda tx: [(keep(tx), processing(tx), sending(tx))[1] for _ in range(200)])[-1] < number:
        pass


def main() -> None:
    """Measure, and print a line for each figure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, nargs="*", default=[1000, 20000])
    parser.add_argument("--folder", type=Path, default=None)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=options.folder or Path.cwd()))
    try:
        store = open_store(f"sqlite:///{folder / 'bench.db'}")
        for threads, count in ((1, 500), (10, 3000), (50, 5000)):
            floor = fsyncs(folder)
            rate = accepting(store, threads, count)
            print(f"accept, {threads} at once: {rate:.0f} mails/s  (fsync alone: {floor:.0f}/s)")
        store.close()
        store = open_store(f"sqlite:///{folder / 'cases.db'}")
        for number in options.cases:
            fill(store, number)
            print(f"with {number} cases, CPU for each mail: {per_mail(store)}")
        store.close()
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
