"""`quarantine` and `outbox`: what could not be understood or delivered."""

from __future__ import annotations

import pytest
from cli_place import MONDAY, Place, mail

from mailproc.store import inbound, outbox
from mailproc.store.store import open_store
from mailproc.store.transaction import Transaction


@pytest.fixture
def broken(place: Place) -> Place:
    """A mail in quarantine (2), a failed letter (1), a held one (2), one that waits (3)."""
    place.settle(mail("down"), deliver=False)
    place.run("receive", stdin=mail("poison \x1b[31m", number=2))

    def work(tx: Transaction) -> None:
        inbound.fail(tx, 2, error="RecursionError: too deep", at=MONDAY, retry_at=None)
        taken = outbox.claim(tx, MONDAY, 1, 60)
        outbox.refuse(tx, taken[0].id, taken[0].epoch, at=MONDAY, error="550 5.1.1 no such user")
        outbox.hold(tx, 2, "held for review")
        assert outbox.get(tx, 2) is not None

    store = open_store(f"sqlite:///{place.folder}/mailproc.db")
    try:
        store.transact(work)
    finally:
        store.close()
    return place


def test_the_quarantine_lists_what_and_why(broken: Place) -> None:
    [found] = broken.run("quarantine", "--json").json
    assert (found["id"], found["state"], found["error"]) == (2, "quarantined", "RecursionError: too deep")
    text = broken.run("quarantine").out
    assert text.splitlines()[0].split() == ["id", "received", "from", "bytes", "tries", "error"]
    assert "RecursionError: too deep" in text


def test_JEL_6_the_mails_that_were_turned_away_are_listed_with_the_reason(broken: Place) -> None:
    def work(tx: Transaction) -> None:
        done = {"outcome": "declined", "kind": "request", "case_number": None, "identity": "x", "at": MONDAY}
        inbound.finish(tx, 2, reason="rule: developers ask their hoster", **done)

    store = open_store(f"sqlite:///{broken.folder}/mailproc.db")
    try:
        store.transact(work)
    finally:
        store.close()
    [found] = broken.run("quarantine", "--declined", "--json").json
    assert (found["id"], found["outcome"], found["because"]) == (2, "declined", "rule: developers ask their hoster")
    assert "rule: developers ask their hoster" in broken.run("quarantine", "--declined").out
    assert broken.run("quarantine", "--json").json == []


def test_a_mail_in_quarantine_is_shown_safely_or_raw(broken: Place) -> None:
    shown = broken.run("quarantine", "--show", "2")
    assert "poison" in shown.out
    assert "\x1b" not in shown.out
    assert broken.run("quarantine", "--show", "2", "--raw").out.encode() == mail("poison \x1b[31m", number=2)
    assert broken.run("quarantine", "--show", "2", "--json").json[0]["id"] == 2


def test_a_mail_is_tried_again_once(broken: Place) -> None:
    ran = broken.run("quarantine", "--retry", "2")
    assert (ran.code, ran.out) == (0, "mail 2: will be tried again\n")
    assert broken.run("quarantine", "--json").json == []
    again = broken.run("quarantine", "--retry", "2")
    assert (again.code, again.out) == (1, "")
    assert again.err == "mailproc: mail 2: is not in quarantine but waiting\n"


def test_a_dropped_mail_keeps_its_bytes(broken: Place) -> None:
    assert broken.run("quarantine", "--drop", "2").code == 0
    assert broken.run("quarantine", "--json").json == []
    assert "poison" in broken.run("quarantine", "--show", "2").out


def test_only_what_is_in_quarantine_is_dropped(broken: Place) -> None:
    ran = broken.run("quarantine", "--drop", "1", "--drop", "99")
    assert ran.code == 1
    assert "mail 1: is not in quarantine but done" in ran.err
    assert "mail 99: no such mail" in ran.err


def test_the_outbox_lists_what_is_not_delivered(broken: Place) -> None:
    found = broken.run("outbox", "--json").json
    states = {one["id"]: one["state"] for one in found}
    assert (states[1], states[2]) == ("failed", "held")
    assert set(states.values()) <= {"waiting", "failed", "held"}
    text = broken.run("outbox").out
    assert "550 5.1.1 no such user" in text
    assert "held for review" in text


def test_letters_are_sent_again_released_and_dropped(broken: Place) -> None:
    ran = broken.run("outbox", "--retry", "1", "--release", "2")
    assert ran.code == 0
    assert "letter 1 to carol@customer.example: will be sent again" in ran.out
    assert {one["state"] for one in broken.run("outbox", "--json").json} == {"waiting"}
    assert broken.run("outbox", "--drop", "1").code == 0
    assert broken.run("outbox", "--json", "--all").json[0]["state"] == "dropped"


def test_what_is_not_in_that_state_is_told_and_ends_with_1(broken: Place) -> None:
    ran = broken.run("outbox", "--retry", "2", "--release", "1", "--drop", "77")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines() == [
        "mailproc: letter 2: did not fail: it is held",
        "mailproc: letter 77: no such letter",
        "mailproc: letter 1: is not held: it is failed",
    ]


def test_a_letter_is_shown_and_its_bytes_are_those_that_go_out(broken: Place) -> None:
    assert "[#1]" in broken.run("outbox", "--show", "1").out
    raw = broken.run("outbox", "--show", "1", "--raw").out
    assert raw.startswith("From: Example <support@example.com>\r\n")
    assert broken.run("outbox", "--show", "99").code == 2


def test_an_empty_list_is_no_error(place: Place) -> None:
    place.settle(mail("down"))
    ran = place.run("outbox")
    assert (ran.code, ran.out, ran.err) == (0, "", "nothing there\n")
    assert place.run("quarantine", "--json").out == ""
    assert len(place.run("outbox", "--all", "--json").json) >= 2
