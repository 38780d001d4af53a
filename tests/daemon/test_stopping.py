"""SIGTERM: no new mail, what is under way is finished, exit code 0, and the next start goes on where this one ended."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable
from pathlib import Path

from campaign.target import Target, free_port
from house import living, mail
from wire import Talk, hand_over

from mailproc.store import inbound, outbox
from mailproc.store.tables import LetterState

Make = Callable[..., Target]
DELIVERED = "SELECT count(*) = 3 FROM outbox WHERE state = 'sent'"


def running(daemon: Target) -> Target:
    daemon.start()
    daemon.wait_until_ready()
    return daemon


def test_a_mail_that_is_under_way_is_taken_and_worked_on_after_the_next_start(target: Make) -> None:
    daemon = running(target())
    raw = mail("The export fails")
    with Talk(daemon.port) as talk, Talk(daemon.port) as idle:
        assert talk.begin().startswith("354")
        talk.write(raw[:40])
        daemon.signal(signal.SIGTERM)
        assert idle.listen().startswith("421")  # who has no mail under way is sent away at once
        talk.write(raw[40:] + b".\r\n")
        assert talk.listen().startswith("250")
    assert daemon.wait(30) == 0
    assert daemon.ask("SELECT count(*) FROM inbound") == [(1,)]
    running(daemon).wait_for(DELIVERED)
    assert daemon.stop() == 0
    assert "Traceback" not in daemon.said


def test_letters_that_wait_are_sent_by_the_next_daemon_under_the_same_message_id(target: Make) -> None:
    nowhere = f"smtp://127.0.0.1:{free_port()}?starttls=never"
    away = target(settings=[f'outbound.url="{nowhere}"', 'outbound.first_retry="1 second"'])
    running(away)
    assert hand_over(away.port, mail("The export fails")).startswith("250")
    away.wait_for("SELECT count(*) = 3 FROM outbox WHERE tries > 0")
    letters = away.ask("SELECT id, message_id FROM outbox ORDER BY id")
    assert away.stop() == 0
    assert away.ask("SELECT DISTINCT state FROM outbox") == [("waiting",)]
    back = target(away.folder)
    running(back)
    back.wait_for(DELIVERED)
    assert back.ask("SELECT id, message_id FROM outbox ORDER BY id") == letters
    assert len(list((back.outbox / "new").iterdir())) == 3
    assert back.stop() == 0


async def test_a_client_that_stalls_in_the_middle_of_a_mail_does_not_hold_the_daemon_up(tmp_path: Path) -> None:
    async with living(tmp_path, patience=0.2) as house:
        with await asyncio.to_thread(Talk, house.port) as talk:
            assert (await asyncio.to_thread(talk.begin)).startswith("354")
            talk.write(b"Subject: half")
            await house.stop()
        assert house.store.read(inbound.counts) == {"waiting": 0}


async def test_a_smarthost_that_says_nothing_does_not_hold_the_daemon_up_for_ever(tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        async with living(tmp_path, smarthost=silent.getsockname()[1], patience=0.2) as house:
            await house.send(mail("The export fails"))
            await house.until(lambda tx: outbox.counts(tx)["sending"] == 3)
            await house.stop()
            assert house.store.read(outbox.counts)["sending"] == 3
    # The next daemon knows that no other lives: it does not wait for the claims to run out.
    async with living(tmp_path) as house:
        await house.rest()
        assert {(one.state, one.uncertain) for one in house.letters()} == {(LetterState.SENT, 1)}
        assert len(list((tmp_path / "outbox" / "new").iterdir())) == 3
