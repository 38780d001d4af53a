"""Starts mailproc with a bug planted or a fault built in, as the campaign and the daemon's tests ask for by name.

MAILPROC_PLANT names a bug of `PLANTS`.  The other variables hold a word, and act when a mail with it is read:
MAILPROC_DEADLY ends the process, MAILPROC_POISON makes the reader raise, MAILPROC_SLOW lets it take a quarter of a
second.  The program itself knows none of these.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
import time
from collections.abc import Callable
from typing import Any

WINDOW = 0.15
"""Seconds by which a plant stretches the moment in which a kill shows it: a small campaign must be enough."""


def answer_before_commit() -> None:
    """Say 250 as soon as the mail is handed to the writer."""
    from mailproc.edge import reception
    from mailproc.edge.results import Accepted
    from mailproc.flow.intake import take_in
    from mailproc.store import inbound

    keep = inbound.keep

    def keep_slowly(tx: Any, **given: Any) -> int:
        time.sleep(WINDOW)
        return keep(tx, **given)

    def accept(self: Any, source: str) -> Any:
        async def answered(mail: Any) -> Accepted:
            take_in(
                self._writer,
                source=source,
                envelope=mail.envelope,
                raw=_copied(mail.raw),
                size=mail.size,
                at=self._clock.now(),
            ).add_done_callback(lambda _: self._arrived())
            return Accepted()

        return answered

    inbound.keep = keep_slowly
    reception.Reception.accept = accept  # type: ignore[method-assign]


def _copied(raw: Any) -> Any:
    import io

    return io.BytesIO(raw.read())


def new_message_id_for_each_attempt() -> None:
    """Give a letter another Message-ID each time it is sent."""
    from dataclasses import replace

    from mailproc.edge.maildir import Maildir

    store = Maildir.store

    def store_anew(self: Any, mails: Any) -> Any:
        renamed = [
            replace(
                one, data=re.sub(rb"(?im)^message-id:[^\r]*", b"Message-ID: <%d@x>" % secrets.randbits(64), one.data)
            )
            for one in mails
        ]
        return store(self, renamed)

    Maildir.store = store_anew  # type: ignore[method-assign]


def sent_before_delivery() -> None:
    """Write down that a letter was sent, and then send it."""
    from mailproc.flow.outbox import Report
    from mailproc.flow.rounds import Rounds

    claim = Rounds.claim

    def claim_and_mark(self: Any, limit: int = 100) -> Any:
        taken = claim(self, min(limit, 3))
        self.record((one, Report("delivered")) for one in taken)
        if taken:
            time.sleep(2 * WINDOW)
        return taken

    Rounds.claim = claim_and_mark  # type: ignore[method-assign]


def confirm_duplicates() -> None:
    """Take every copy of a mail for a new one."""
    from mailproc.store import inbound

    inbound.seen_before = lambda tx, identity: None


def drop_a_failing_mail() -> None:
    """Throw away a mail that cannot be understood; one in ten is made so."""
    from mailproc.flow import process
    from mailproc.store import inbound

    settle = process.settle

    def settle_or_fail(mail: Any, tx: Any, desk: Any, now: Any) -> Any:
        if mail.id % 10 == 3:
            raise ValueError("cannot be understood")
        return settle(mail, tx, desk, now)

    def failed(row: Any, error: Any, tx: Any, desk: Any, now: Any) -> None:
        inbound.shed(tx, row.id)
        tx._driver.execute("DELETE FROM inbound WHERE id = ?", (row.id,))

    process.settle = settle_or_fail
    process.failed = failed


def refuse_for_our_own_trouble() -> None:
    """Answer 554 where the database is busy."""
    from mailproc.edge import reception
    from mailproc.edge.results import Refused

    accept = reception.Reception.accept
    count = 0

    def refusing(self: Any, source: str) -> Any:
        kept = accept(self, source)

        async def answered(mail: Any) -> Any:
            nonlocal count
            count += 1
            return Refused("database is locked") if count % 15 == 0 else await kept(mail)

        return answered

    reception.Reception.accept = refusing  # type: ignore[method-assign]


def settle_and_confirm_apart() -> None:
    """Write the outcome of a mail in one transaction, and what follows from it in the next."""
    from mailproc.flow import process
    from mailproc.flow.rounds import Rounds
    from mailproc.store import inbound

    def settled(self: Any, row: Any) -> Any:
        raw = self.store.read(lambda tx: inbound.raw(tx, row.id))
        mail = process.understand(row, raw, self.desk)
        now = self.clock.now()

        def finish(tx: Any) -> None:
            inbound.finish(
                tx, row.id, outcome="case", kind="", reason="", case_number=None, identity=mail.identity, at=now
            )

        self.writer.submit(finish).result()
        time.sleep(WINDOW / 10)
        return self.writer.submit(lambda tx: process._route(mail, tx, self.desk))

    Rounds._settled = settled  # type: ignore[method-assign]


def damage_what_is_kept() -> None:
    """Lose the dot at the beginning of a line."""
    from mailproc.edge import smtp_data

    read = smtp_data.read_text

    async def damaged(wire: Any, *, limit: int, memory: int) -> Any:
        text = await read(wire, limit=limit, memory=memory)
        if isinstance(text, smtp_data.Text):
            import io

            data = text.raw.read().replace(b"\r\n.", b"\r\n")
            return smtp_data.Text(io.BytesIO(data), len(data))
        return text

    from mailproc.edge import smtp_session

    smtp_session.read_text = damaged  # type: ignore[attr-defined]


PLANTS: dict[str, Callable[[], None]] = {
    plant.__name__.replace("_", "-"): plant
    for plant in (
        answer_before_commit,
        new_message_id_for_each_attempt,
        sent_before_delivery,
        confirm_duplicates,
        drop_a_failing_mail,
        refuse_for_our_own_trouble,
        settle_and_confirm_apart,
        damage_what_is_kept,
    )
}


def deadly(word: bytes) -> None:
    """End the process, as a crash in a parser written in C would, while a mail with this word is read."""
    _before_reading(word, lambda: os._exit(139))


def poison(word: bytes) -> None:
    """Let the reader of a mail with this word raise."""

    def fail() -> None:
        raise RecursionError("poisoned")

    _before_reading(word, fail)


def slow(word: bytes) -> None:
    """Take time over a mail with this word."""
    _before_reading(word, lambda: time.sleep(0.25))


def _before_reading(word: bytes, act: Callable[[], None]) -> None:
    from mailproc.flow import process

    understand = process.understand

    def understanding(row: Any, raw: bytes, desk: Any) -> Any:
        if word in raw:
            act()
        return understand(row, raw, desk)

    process.understand = understanding


def main() -> int:
    """Plant what was asked for, then run the command line."""
    environment = os.environ
    if name := environment.get("MAILPROC_PLANT"):
        PLANTS[name]()
    if word := environment.get("MAILPROC_DEADLY"):
        deadly(word.encode())
    if word := environment.get("MAILPROC_POISON"):
        poison(word.encode())
    if word := environment.get("MAILPROC_SLOW"):
        slow(word.encode())
    from mailproc.cli import main as mailproc

    return mailproc()


if __name__ == "__main__":
    sys.exit(main())
