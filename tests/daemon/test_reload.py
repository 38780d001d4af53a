"""Files that change while the daemon runs: all or nothing, said first, refused above a limit, nothing sent twice."""

from __future__ import annotations

import json
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from campaign.target import Target
from house import mail
from wire import hand_over

Make = Callable[..., Target]

BREACHES = """
    SELECT case_number, json_extract(what, '$.objective') FROM log WHERE event = 'breach'
    AND json_extract(what, '$.objective') = 'initial_response'
"""
HOUR, SECOND = 'initial_response = { within = "1 hour",', 'initial_response = { within = "1 second",'
UNWATCHED = "reload.watch=false"


def begin(target: Make, *settings: str, cases: int = 1) -> Target:
    """A daemon with so many open urgent cases."""
    daemon = target(settings=settings)
    daemon.start()
    daemon.wait_until_ready()
    for number in range(1, cases + 1):
        raw = mail(f"[urgent] Down {number}", sender=f"c{number}@customer.example", number=number)
        assert hand_over(daemon.port, raw, sender=f"c{number}@customer.example").startswith("250")
    daemon.wait_for(f"SELECT count(*) = {cases} FROM outbox WHERE template = 'confirmation' AND state = 'sent'")
    # What is promised within a second is late from now on.
    daemon.wait_for("SELECT max(opened_at) < strftime('%Y-%m-%d %H:%M:%f', 'now', '-1.1 seconds') FROM cases")
    return daemon


def save(path: Path, text: str) -> None:
    """Put a whole file in the place of another, as editors do."""
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(text)
    draft.rename(path)


def policy(daemon: Target) -> Path:
    return daemon.folder / "policies" / "conceal.toml"


def change(daemon: Target, old: str, new: str) -> None:
    text = policy(daemon).read_text()
    assert old in text
    save(policy(daemon), text.replace(old, new, 1))


def logged(daemon: Target, event: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in daemon.log.read_text().splitlines()]
    return [line for line in lines if line["event"] == event]


def reload(daemon: Target, *, times: int = 1) -> None:
    """SIGHUP, until that many reloads have an end."""
    daemon.signal(signal.SIGHUP)
    ended(daemon, times)


def ended(daemon: Target, times: int) -> None:
    daemon.wait_until_logged('"reload_ended"', times=times)


def test_at_SIGHUP_policy_and_customers_hold_for_open_cases_in_one_step_and_the_log_says_so_first(target: Make) -> None:
    daemon = begin(target, UNWATCHED)
    change(daemon, HOUR, SECOND)
    config = daemon.folder / "config.toml"
    save(config, config.read_text().replace('timezone = "America/New_York"', 'timezone = "Asia/Tokyo"', 1))
    reload(daemon)
    assert daemon.ask("SELECT json_extract(doc, '$.zone') FROM cases") == [("Asia/Tokyo",)]
    [ahead] = logged(daemon, "promises_change")
    assert (ahead["cases"], ahead["moved"], ahead["breaks"]) == (1, 1, {"initial_response": 1})
    assert ahead["first"] == [1]
    assert daemon.ask(BREACHES) == [(1, "initial_response")]
    told = Counter(daemon.ask("SELECT objective, recipient FROM outbox WHERE template = 'breach'"))
    assert {objective for objective, _ in told} == {"initial_response"}
    assert set(told.values()) == {1}
    # What changes while it is down holds at the next start, and is told just so.
    assert daemon.stop() == 0
    change(daemon, 'within = "8 business hours"', 'within = "1 second"')
    daemon.start()
    daemon.wait_until_ready()
    [_, ahead] = logged(daemon, "promises_change")
    assert (ahead["moved"], ahead["breaks"]) == (1, {"human_response": 1})
    assert len(daemon.ask(BREACHES)) == 1
    assert daemon.stop() == 0


def test_a_file_that_is_saved_is_taken_over_without_a_signal(target: Make) -> None:
    daemon = begin(target)
    change(daemon, HOUR, SECOND)
    ended(daemon, 1)
    assert len(daemon.ask(BREACHES)) == 1


def test_a_broken_file_changes_nothing_and_the_operator_hears_of_it_once(target: Make) -> None:
    daemon = begin(target, UNWATCHED)
    change(daemon, HOUR, 'initial_response = { within = "1 secnd",')
    reload(daemon)
    reload(daemon, times=2)
    [problem, again] = logged(daemon, "reload_problem")
    assert problem["problem"] == again["problem"]
    assert "conceal.toml:" in problem["problem"]
    daemon.wait_for("SELECT count(*) = 1 FROM outbox WHERE template = 'operator_alarm' AND state = 'sent'")
    assert daemon.ask(BREACHES) == []
    [alarm] = [text for path in daemon.outbox.glob("new/*") if "ops@example.com" in (text := path.read_text())]
    assert "conceal.toml:" in alarm
    assert hand_over(daemon.port, mail("Still there", number=9)).startswith("250")
    # Another problem is other news; once mended, the file is taken.
    save(policy(daemon), policy(daemon).read_text().replace("1 secnd", "1 scnd", 1))
    reload(daemon, times=3)
    daemon.wait_for("SELECT count(*) = 2 FROM outbox WHERE template = 'operator_alarm'")
    save(policy(daemon), policy(daemon).read_text().replace("1 scnd", "1 second", 1))
    reload(daemon, times=4)
    assert (1, "initial_response") in daemon.ask(BREACHES)


def test_a_file_that_is_saved_twice_in_a_row_ends_as_it_was_saved_last(target: Make) -> None:
    daemon = begin(target, UNWATCHED)
    change(daemon, HOUR, SECOND)
    daemon.signal(signal.SIGHUP)
    change(daemon, SECOND, 'initial_response = { within = "3 hours",')
    daemon.signal(signal.SIGHUP)
    ended(daemon, 1)
    daemon.wait_for(
        "SELECT count(*) FROM log WHERE event = 'clock' AND json_extract(what, '$.objective') = 'initial_response' "
        "AND json_extract(what, '$.clock_state') = 'changed' AND substr(json_extract(what, '$.due'), 1, 13) = "
        "(SELECT strftime('%Y-%m-%dT%H', opened_at, '+3 hours') FROM cases)"
    )


def test_more_notices_than_the_limit_are_refused_until_they_are_forced(target: Make) -> None:
    daemon = begin(target, UNWATCHED, "reload.limit=2", cases=3)
    change(daemon, HOUR, SECOND)
    asked = daemon.run("reload")
    assert asked.returncode == 1
    assert "mailproc reload --force" in asked.stderr
    assert daemon.ask(BREACHES) == []
    # To ask twice is not to force.
    daemon.signal(signal.SIGHUP)
    daemon.signal(signal.SIGHUP)
    daemon.wait_until_logged('"reload_refused"', times=2)
    assert daemon.ask(BREACHES) == []
    forced = daemon.run("reload", "--force", "--json")
    assert forced.returncode == 0, forced.stderr
    assert json.loads(forced.stdout)["done"] is True
    assert sorted(daemon.ask(BREACHES)) == [(number, "initial_response") for number in (1, 2, 3)]


def test_a_new_agent_and_a_new_way_out_need_no_restart_and_another_port_does(target: Make) -> None:
    daemon = begin(target, UNWATCHED)
    config = daemon.folder / "config.toml"
    text = config.read_text().replace('"maildir:var/outbox"', '"maildir:var/other"', 1)
    text = text.replace('address = "bob@example.com"', 'address = "robert@example.com"', 1)
    save(config, text.replace('hostname = "localhost"', 'hostname = "desk.example.com"', 1))
    reload(daemon)
    [problem] = logged(daemon, "reload_problem")
    assert "config.toml:" in problem["problem"]
    assert "intake.smtp.hostname" in problem["problem"]
    assert "restart" in problem["problem"]
    save(config, text.replace("[mailbox.support]", "[mailbox.sales]", 1))
    reload(daemon, times=2)
    assert "mailbox.support: is gone" in logged(daemon, "reload_problem")[-1]["problem"]
    save(config, text)
    reload(daemon, times=3)
    assert hand_over(daemon.port, mail("One more", number=7)).startswith("250")
    daemon.wait_for("SELECT count(*) = 1 FROM outbox WHERE recipient = 'robert@example.com' AND state = 'sent'")
    assert len(list((daemon.folder / "var" / "other" / "new").iterdir())) >= 3


def test_killed_in_the_middle_of_a_reload_each_case_is_set_right_once(target: Make) -> None:
    cases = 120
    daemon = begin(target, UNWATCHED, "reload.limit=100000", cases=cases)
    change(daemon, HOUR, SECOND)
    daemon.signal(signal.SIGHUP)
    daemon.wait_for("SELECT value FROM meta WHERE key = 'recounting'")
    daemon.kill()
    done = len(daemon.ask(BREACHES))
    assert 0 < done < cases
    daemon.start()
    daemon.wait_until_ready()
    daemon.wait_for("SELECT count(*) = 0 FROM outbox WHERE state NOT IN ('sent', 'held')")
    assert sorted(daemon.ask(BREACHES)) == [(number, "initial_response") for number in range(1, cases + 1)]
    told = Counter(daemon.ask("SELECT case_number, recipient FROM outbox WHERE template = 'breach'"))
    assert set(told.values()) == {1}
    assert {number for number, _ in told} == set(range(1, cases + 1))
    assert [one["cases"] for one in logged(daemon, "promises_changed")] == [cases - done]
    assert daemon.stop() == 0


def test_killed_in_the_middle_and_set_back_no_case_keeps_the_dues_of_the_policy_that_is_gone(target: Make) -> None:
    cases = 120
    daemon = begin(target, UNWATCHED, "reload.limit=100000", cases=cases)
    dues = daemon.ask("SELECT number, due_at FROM cases ORDER BY number")
    before = policy(daemon).read_text()
    change(daemon, HOUR, 'initial_response = { within = "9 hours",')
    daemon.signal(signal.SIGHUP)
    daemon.wait_for("SELECT value FROM meta WHERE key = 'recounting'")
    daemon.kill()
    save(policy(daemon), before)
    daemon.start()
    daemon.wait_until_ready()
    assert daemon.ask("SELECT number, due_at FROM cases ORDER BY number") == dues
    assert daemon.ask(BREACHES) == []
