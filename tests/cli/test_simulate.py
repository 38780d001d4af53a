"""`simulate`: real mails in virtual time, told in the order of time."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from cli_place import MONDAY, Place, mail

KEYS = {
    "at", "case", "event", "kind", "template", "to", "subject", "objective", "due", "clock_state", "state", "clause",
    "severity", "plan", "tier", "because", "owner", "from", "step",
}  # fmt: skip
EVENTS = {"mail_in", "mail_out", "clock", "breach", "case", "declined"}


@pytest.fixture
def story(place: Place) -> Path:
    """A customer's mail, an agent's answer, an out-of-office note."""
    place.mail("mails/1.eml", mail("[urgent] down", number=1))
    place.mail(
        "mails/2.eml",
        mail(
            "Re: [#1] down",
            number=2,
            sender="alice@example.com",
            at=MONDAY + timedelta(minutes=20),
            text="#take\n\nWe are looking.",
        ),
    )
    place.mail(
        "mails/3.eml", mail("Out", number=3, at=MONDAY + timedelta(hours=1), more="Auto-Submitted: auto-replied\n")
    )
    return place.folder / "mails"


def test_every_line_has_only_the_documented_keys_and_comes_in_the_order_of_time(place: Place, story: Path) -> None:
    lines = place.run("simulate", "--json", story).json
    assert {key for line in lines for key in line} <= KEYS
    assert {line["event"] for line in lines} <= EVENTS
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)
    assert all(line["at"].endswith("Z") for line in lines)
    assert None not in {value for line in lines for value in line.values() if not isinstance(value, list)}


def test_the_first_events_of_a_case_are_the_mail_the_case_its_clocks_and_its_notices(place: Place, story: Path) -> None:
    lines = place.run("simulate", "--json", story).json
    assert lines[0] == {
        "at": "2026-03-09T14:00:00Z",
        "case": 1,
        "event": "mail_in",
        "kind": "request",
        "to": ["support@example.com"],
        "subject": "[urgent] down",
        "from": "carol@customer.example",
        "because": "a mail that answers none",
    }
    assert {key: lines[1][key] for key in ("event", "state", "severity", "plan", "tier")} == {
        "event": "case",
        "state": "new",
        "severity": "urgent",
        "plan": "premier",
        "tier": 1,
    }
    confirmation = next(line for line in lines if line.get("template") == "confirmation")
    assert (confirmation["to"], confirmation["objective"], confirmation["clause"]) == (
        ["carol@customer.example"],
        "confirmation",
        ["CON-3"],
    )


def test_a_breach_is_told_at_the_very_second_and_not_where_the_promise_was_met(place: Place, story: Path) -> None:
    lines = place.run("simulate", "--json", story, "--until", "2026-03-12").json
    broken = {line["objective"]: line["at"] for line in lines if line["event"] == "breach"}
    assert "initial_response" not in broken
    assert broken["relief"] == "2026-03-10T14:00:00Z"  # one business day of 12 hours after Monday 10:00 in New York


def test_two_runs_give_the_same_bytes_and_the_same_mails(place: Place, story: Path) -> None:
    runs = [place.run("simulate", "--json", story, "--out", f"out{n}") for n in (1, 2)]
    assert runs[0].out == runs[1].out
    kept = [{path.name: path.read_bytes() for path in (place.folder / f"out{n}").iterdir()} for n in (1, 2)]
    assert kept[0] == kept[1]
    assert len(kept[0]) > 3


def test_out_keeps_each_mail_by_order_case_template_and_recipient(place: Place, story: Path) -> None:
    lines = place.run("simulate", "--json", story, "--out", "kept/mails").json
    names = sorted(path.name for path in (place.folder / "kept/mails").iterdir())
    assert names[0] == "000001-1-confirmation-carol@customer.example.eml"
    sent = [line for line in lines if line["event"] == "mail_out"]
    assert [name.split("-")[2] for name in names] == [line["template"] for line in sent]
    first = message_from_bytes((place.folder / "kept/mails" / names[0]).read_bytes(), policy=default)
    assert first["Subject"] == sent[0]["subject"]
    assert first["To"].addresses[0].addr_spec == "carol@customer.example"


def test_out_never_mixes_two_runs_in_one_folder(place: Place, story: Path) -> None:
    ran = place.run("simulate", story, "--out", story)
    assert (ran.code, ran.out) == (2, "")
    assert "holds" in ran.err
    assert len(list(story.iterdir())) == 3


def test_mails_after_until_are_left_out_and_counted(place: Place, story: Path) -> None:
    ran = place.run("simulate", "--json", story, "--until", "2026-03-09T14:30:00Z")
    assert [line["subject"] for line in ran.json if line["event"] == "mail_in"] == ["[urgent] down", "Re: [#1] down"]
    assert "left out, because later than 2026-03-09 14:30:00 UTC: 1" in ran.err
    assert max(line["at"] for line in ran.json) <= "2026-03-09T14:30:00Z"


def test_spacing_ignores_the_dates(place: Place, story: Path) -> None:
    lines = place.run("simulate", "--json", story, "--spacing", "1m").json
    arrived = [line["at"] for line in lines if line["event"] == "mail_in"]
    assert arrived == ["2026-03-09T14:00:00Z", "2026-03-09T14:01:00Z", "2026-03-09T14:02:00Z"]


def test_R15_a_confirmation_over_budget_is_told_when_it_goes(place: Place) -> None:
    for number in range(4):
        place.mail(
            f"mails/{number}.eml", mail(f"Number {number}", number=number, at=MONDAY + timedelta(seconds=number))
        )
    lines = place.run("simulate", "--json", "mails", "--until", "2026-03-10").json
    confirmed = [line["at"] for line in lines if line.get("template") == "confirmation"]
    assert confirmed[:2] == ["2026-03-09T14:00:00Z", "2026-03-09T14:00:01Z"]
    assert confirmed[2] == "2026-03-09T14:10:00Z"
    assert len(confirmed) == 4
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)


def test_mail_to_the_second_mailbox_goes_there(place: Place) -> None:
    path = place.mail("1.eml", mail("Prices", to="Sales <sales@example.com>"))
    lines = place.run("simulate", "--json", path, "--out", "out").json
    assert lines[0]["to"] == ["sales@example.com"]
    kept = next((place.folder / "out").glob("*confirmation*"))
    assert b"From: <sales@example.com>" in kept.read_bytes()


def test_the_real_signing_key_is_neither_read_nor_made(place: Place, story: Path) -> None:
    place.run("simulate", story, "--out", "out")
    assert not (place.folder / "secret.key").exists()
    assert not (place.folder / "mailproc.db").exists()


def test_the_text_is_a_timeline_with_a_sum_at_the_end(place: Place, story: Path) -> None:
    ran = place.run("simulate", story)
    lines = ran.out.splitlines()
    assert lines[0].startswith("2026-03-09 14:00:00      #1  mail in: request from carol@customer.example")
    assert "BREACH of relief, due 2026-03-10 14:00:00" in ran.out
    total = ran.out.partition("In all\n")[2]
    assert "mails in   3\n" in total
    assert "breaches" in total


def test_a_folder_without_mails_ends_with_1(place: Place) -> None:
    (place.folder / "empty").mkdir()
    ran = place.run("simulate", "--json", "empty")
    assert (ran.code, ran.out) == (1, "")
    assert "no mails" in ran.err


def test_a_story_is_told_with_the_lines_that_follow(place: Place) -> None:
    path = place.folder / "one.case"
    path.write_text("zone America/New_York\nMon 2026-03-09 10:00  customer writes [urgent] down\n")
    ran = place.run("simulate", path)
    assert ran.code == 0
    assert "customer writes [urgent] down\n    " in ran.out
    assert place.run("simulate", "--json", path).json[0]["event"] == "mail_in"


def test_stories_and_mails_are_not_mixed(place: Place, story: Path) -> None:
    ran = place.run("simulate", "one.case", story)
    assert ran.code == 2
    assert "cannot be mixed" in ran.err


def test_R17_a_robots_mail_that_belongs_to_no_case_is_declined_with_the_reason(place: Place, story: Path) -> None:
    lines = place.run("simulate", "--json", story).json
    at = next(index for index, line in enumerate(lines) if line.get("kind") == "auto_reply")
    assert (lines[at + 1]["event"], lines[at + 1]["at"]) == ("declined", "2026-03-09T15:00:00Z")
    assert "auto_reply" in lines[at + 1]["because"]
    assert "case" not in lines[at + 1]


def test_R4_a_second_copy_of_a_mail_is_declined(place: Place) -> None:
    for name in ("1.eml", "2.eml"):
        place.mail(f"mails/{name}", mail("down"))
    lines = place.run("simulate", "--json", "mails", "--until", "2026-03-09").json
    assert [line["event"] for line in lines if line["event"] in ("mail_in", "declined")] == [
        "mail_in",
        "mail_in",
        "declined",
    ]
    assert {line["case"] for line in lines if "case" in line} == {1}


@pytest.mark.parametrize("address", ["jdöe@customer.example", '"john doe"@customer.example'])
def test_R3_a_sender_whom_no_mail_reaches_gets_a_case_and_no_answer(place: Place, address: str) -> None:
    path = place.mail("1.eml", mail("down", sender=f"Jo <{address}>"))
    ran = place.run("simulate", "--json", path, "--out", "out", "--until", "2026-03-09")
    assert ran.err == ""
    assert {line["case"] for line in ran.json if "case" in line} == {1}
    assert {line["template"] for line in ran.json if line["event"] == "mail_out"} >= {"new_case"}
    assert address not in {to for line in ran.json if line["event"] == "mail_out" for to in line["to"]}
