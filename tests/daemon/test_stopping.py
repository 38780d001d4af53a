"""SIGTERM: no new mail, what is under way is finished, exit code 0, and the next start goes on where this one ended."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable

from campaign.target import Target, free_port
from house import mail
from wire import Talk, hand_over

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


def test_a_client_that_stalls_in_the_middle_of_a_mail_does_not_hold_the_daemon_up(target: Make) -> None:
    daemon = running(target())
    with Talk(daemon.port) as talk:
        assert talk.begin().startswith("354")
        talk.write(b"Subject: half")
        assert daemon.stop(30) == 0
    assert daemon.ask("SELECT count(*) FROM inbound") == [(0,)]


def test_letters_that_wait_are_sent_by_the_next_daemon_under_the_same_message_id(target: Make) -> None:
    away = target(settings=[f'outbound.url="smtp://127.0.0.1:{free_port()}?starttls=never"'])
    running(away)
    assert hand_over(away.port, mail("The export fails")).startswith("250")
    away.wait_for("SELECT count(*) = 3 FROM outbox WHERE tries = 1")
    letters = away.ask("SELECT id, message_id FROM outbox ORDER BY id")
    assert away.stop() == 0
    assert away.ask("SELECT DISTINCT state FROM outbox") == [("waiting",)]
    back = target(away.folder)
    running(back)
    assert back.run("outbox", "--json").returncode == 0
    back.wait_for(DELIVERED, seconds=120)
    assert back.ask("SELECT id, message_id FROM outbox ORDER BY id") == letters
    assert len(list((back.outbox / "new").iterdir())) == 3
    assert back.stop() == 0


def test_a_smarthost_that_says_nothing_does_not_hold_the_daemon_up_for_ever(target: Make) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        daemon = running(target(settings=[f'outbound.url="smtp://127.0.0.1:{port}?starttls=never"']))
        assert hand_over(daemon.port, mail("The export fails")).startswith("250")
        daemon.wait_for("SELECT count(*) = 3 FROM outbox WHERE state = 'sending'")
        assert daemon.stop(45) == 0
    assert "Traceback" not in daemon.said
    again = running(target(daemon.folder))
    again.wait_for(DELIVERED)
    assert again.stop() == 0
