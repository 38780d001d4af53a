"""The values whose keys docs/json.md lists: what the commands say of a story in which nearly everything happens."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path
from typing import Any

from mailproc.admin import cases, explain, stories
from mailproc.admin.simulate import to_json
from mailproc.admin.story_mail import Postbag
from mailproc.clock import SetClock
from mailproc.flow.desk import Desk
from mailproc.flow.outbox import Report
from mailproc.flow.rounds import Rounds
from mailproc.mail.message import Envelope
from mailproc.store import inbound, log
from mailproc.store.store import Store, open_store
from mailproc.store.transaction import Transaction

CONCEAL = Path(__file__).resolve().parents[1] / "policies" / "conceal.toml"
STORY = """\
zone America/New_York
plan premier
Mon 2026-03-09 10:00  customer writes [high] All printers are down
Mon 2026-03-09 10:10  alice: #take; #plan eta in 4 hours; We replace the fuser.
Mon 2026-03-09 10:20  alice: #progress; The part has come.
Mon 2026-03-09 10:30  alice: #every 8 hours until fri
Mon 2026-03-09 10:40  alice: #note; The vendor is slow.
Mon 2026-03-09 10:50  alice: #serverity low; It prints now.
Mon 2026-03-09 10:55  alice: #retry
Mon 2026-03-09 10:57  alice: #serverity low; It prints now.
Mon 2026-03-09 11:00  alice: #wait 3 days; Which printer is it?
Mon 2026-03-09 11:20  alice: #reopen; The fuser is here.
Mon 2026-03-09 11:30  alice: #escalate because the fuser does not fit
Mon 2026-03-09 12:00  robot writes #status
Mon 2026-03-09 13:00  voicemail from nobody: Please call me back.
Mon 2026-03-09 13:10  alice on case 2: #done callback
Mon 2026-03-09 13:20  customer writes anew [urgent] Login down
Mon 2026-03-09 13:30  voicemail from nobody: Please call me back as well.
Mon 2026-03-09 13:40  customer writes anew [low] A wish for green paper
Mon 2026-03-09 13:50  alice on case 5: #wait 3 days; Which green?
Tue 2026-03-10 13:20  alice on case 3: #relieved; It works again.
Tue 2026-03-10 13:30  alice on case 3: #resolve; The disk is new.
Tue 2026-03-10 13:40  alice on case 3: #close
"""


class _Inline:
    """Does each piece of work at once, in one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self.tx = tx

    def submit(self, work: Callable[[Transaction], Any], *, urgent: bool = False) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(work(self.tx))
        return future


Samples = tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]


@lru_cache(maxsize=1)
def told_story() -> Samples:
    """What simulate, case, cases and explain say of a story in which nearly everything happens."""
    story, problems = stories.parse(STORY, "story.case")
    assert problems == ()
    store = open_store("sqlite://")
    try:
        with store.writing() as tx:
            return _played(story, store, tx)
    finally:
        store.close()


def _played(story: stories.Story, store: Store, tx: Transaction) -> Samples:
    desk, clock, postbag = story.desk(CONCEAL), SetClock(story.steps[0].at), Postbag()
    rounds, events, told = Rounds(store, _Inline(tx), desk, clock), [], 0
    for step in story.steps:
        clock.set(step.at)
        raw = postbag.mail(step.said, step.at, step.line)()
        told_sender = Envelope(mail_from="carol@customer.example" if step.line % 2 else None)
        inbound.keep(tx, received_at=step.at, source="file", envelope=told_sender, raw=io.BytesIO(raw), size=len(raw))
        _settle(rounds, postbag)
        for told, number, entry in log.tail(tx, told):  # noqa: B007, B020 - where to go on
            if entry.event not in ("note", "fact"):
                events.append(to_json(number, entry))
                postbag.heard(events[-1])
    numbers = range(1, 6)
    return (events, [cases.one(tx, desk, one) for one in numbers], cases.queue(tx, desk, over=True),
            [explain.explained(tx, desk, one) for one in numbers])  # fmt: skip


def _settle(rounds: Rounds, postbag: Postbag) -> None:
    """Let everything happen that is due, and every mail be delivered."""
    busy = True
    while busy:
        busy = bool(rounds.mails())
        letters = rounds.claim()
        for letter in letters:
            postbag.keep(letter)
        rounds.record((letter, Report("delivered")) for letter in letters)
        busy = bool(letters) or bool(rounds.clocks()) or busy


def sample_desk() -> Desk:
    """The desk at which mails are read: that of a story."""
    story, _ = stories.parse(STORY, "story.case")
    return story.desk(CONCEAL)


def sample_mails() -> Iterator[bytes]:
    """An answer with an attachment, an agent's commands, a severe request, a bounce, a voicemail, a mail of nobody."""
    mail = _mail("Carol <carol@customer.example>", "Re: [#7] Login down", "Nobody can log in.\n")
    mail["Cc"], mail["In-Reply-To"] = "dave@example.com", "<1@example.com>"
    mail.add_attachment(b"x", maintype="image", subtype="png", filename="screen.png")
    yield mail.as_bytes()
    yield _mail("alice@example.com", "Re: [#7] Login down", "#take\n\nWe see it too.\n").as_bytes()
    yield _mail("Carol <carol@customer.example>", "[urgent] Login down", "Nobody can log in.\n").as_bytes()
    story, _ = stories.parse("Mon 2026-03-09 10:00  bounce\n", "bounce.case")
    yield Postbag().mail(story.steps[0].said, story.steps[0].at, 1)()
    call = _mail("PBX <asterisk@pbx.example.com>", "[PBX]: New message 3 in mailbox 4001", "Please call me back.\n")
    call["Message-Context"], call["X-Asterisk-VM-Duration"] = "voice-message", "31"
    call["X-Asterisk-CallerID"], call["X-Asterisk-CallerIDName"] = "+12025550147", "Lee"
    call["X-Asterisk-VM-Mailbox"] = "4001"
    yield call.as_bytes()
    yield b"Subject: nobody wrote this\r\n\r\nHello\r\n"


def _mail(sender: str, subject: str, text: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "support@example.com", subject
    mail["Date"], mail["Message-ID"] = "Mon, 09 Mar 2026 10:00:00 -0400", "<2@customer.example>"
    mail.set_content(text)
    return mail
