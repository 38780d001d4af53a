"""`serve --hold`: all is decided, customers' mail is kept until somebody has looked at it."""

from __future__ import annotations

import json
from collections.abc import Callable

from campaign.target import Target
from house import mail
from wire import hand_over

Make = Callable[..., Target]


def test_hold_keeps_customers_mail_until_it_is_released_and_lets_agents_mail_go(target: Make) -> None:
    daemon = target(arguments=["--hold"])
    daemon.start()
    daemon.wait_until_ready()
    assert hand_over(daemon.port, mail("The export fails")).startswith("250")
    daemon.wait_for("SELECT count(*) = 2 FROM outbox WHERE state = 'sent' AND template = 'new_case'")
    daemon.wait_for("SELECT count(*) = 1 FROM outbox WHERE state = 'held' AND template = 'confirmation'")
    assert len(list((daemon.outbox / "new").iterdir())) == 2
    [held] = [json.loads(line) for line in daemon.run("outbox", "--json").stdout.splitlines()]
    assert (held["template"], held["to"]) == ("confirmation", "carol@customer.example")
    assert held["held"]
    # A confirmation that is held is not a confirmation that was sent: the clock runs on.
    assert daemon.ask("SELECT json_extract(doc, '$.met.confirmation') FROM cases") == [(None,)]
    assert daemon.run("outbox", "--release", str(held["id"])).returncode == 0
    daemon.wait_for("SELECT state = 'sent' FROM outbox WHERE id = ?", held["id"])
    daemon.wait_for("SELECT json_extract(doc, '$.met.confirmation') FROM cases")
    assert len(list((daemon.outbox / "new").iterdir())) == 3
    again = daemon.run("outbox", "--release", str(held["id"]))
    assert again.returncode == 1
    assert "is not held" in again.stderr
    assert daemon.stop() == 0
