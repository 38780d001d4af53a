"""R3: a mail that kills its reader, or makes it fail, is kept aside after three tries, and the others go on."""

from __future__ import annotations

import socket
from collections.abc import Callable

from campaign.target import Target
from house import mail
from wire import hand_over

Make = Callable[..., Target]
DEADLY = "Kaltstart"
CONFIRMED = "SELECT count(*) = ? FROM outbox WHERE template = 'confirmation' AND state = 'sent'"


def numbered(number: int, text: str = "It does not work.") -> bytes:
    return mail("The export fails", sender=f"c{number}@customer.example", number=number, text=text)


def test_R3_a_mail_that_kills_its_reader_is_put_in_quarantine_after_three_tries(target: Make) -> None:
    daemon = target(tampered=True, environment={"MAILPROC_DEADLY": DEADLY})
    daemon.start()
    daemon.wait_until_ready()
    # The mail is kept before it is read; whether its 250 goes out before it kills the reader is a race.
    assert hand_over(daemon.port, numbered(1, DEADLY))[:3] in ("250", "")
    deaths = 0
    while daemon.ask("SELECT state FROM inbound WHERE id = 1") != [("quarantined",)]:
        assert daemon.wait(30) == 139
        deaths += 1
        assert deaths <= 3, daemon.ask("SELECT state, tries, error FROM inbound")
        daemon.start()
        if deaths == 3:
            daemon.wait_until_ready()
    assert deaths == 3
    assert hand_over(daemon.port, numbered(2)).startswith("250")
    daemon.wait_for(CONFIRMED, 1)
    assert daemon.ask("SELECT state, outcome, tries FROM inbound ORDER BY id") == [
        ("quarantined", "quarantined", 3),
        ("done", "case", 0),
    ]
    listed = daemon.run("quarantine")
    assert "the daemon ended while reading it" in listed.stdout
    assert daemon.run("quarantine", "--show", "1", "--raw").stdout == numbered(1, DEADLY).decode().replace("\r\n", "\n")
    assert daemon.stop() == 0


def test_R3_a_crash_is_blamed_once_even_if_the_next_start_is_cut_short(target: Make) -> None:
    daemon = target(tampered=True, environment={"MAILPROC_DEADLY": DEADLY})
    daemon.start()
    daemon.wait_until_ready()
    # The mail is kept before it is read; whether its 250 goes out before it kills the reader is a race.
    assert hand_over(daemon.port, numbered(1, DEADLY))[:3] in ("250", "")
    assert daemon.wait(30) == 139
    # Starts that blame the mail but never come to read it: the port is taken.
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        blocked = target(daemon.folder, port=taken.getsockname()[1])
        for _ in range(3):
            assert blocked.run("serve").returncode == 2
    assert daemon.ask("SELECT state, tries FROM inbound") == [("waiting", 1)]


def test_R3_a_mail_whose_reader_fails_does_not_stop_the_next(target: Make) -> None:
    daemon = target(tampered=True, environment={"MAILPROC_POISON": DEADLY}, settings=["limits.tries=1"])
    daemon.start()
    daemon.wait_until_ready()
    assert hand_over(daemon.port, numbered(1, DEADLY)).startswith("250")
    assert hand_over(daemon.port, numbered(2)).startswith("250")
    daemon.wait_for(CONFIRMED, 1)
    daemon.wait_for("SELECT state = 'quarantined' FROM inbound WHERE id = 1")
    [(error,)] = daemon.ask("SELECT error FROM inbound WHERE id = 1")
    assert error == "RecursionError: poisoned"
    # The operator puts it back; the poison has gone.
    assert daemon.stop() == 0
    healed = target(daemon.folder)
    assert healed.run("quarantine", "--retry", "1").returncode == 0
    healed.start()
    healed.wait_for(CONFIRMED, 2)
    assert healed.stop() == 0
