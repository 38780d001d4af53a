"""`cases`, `case` and `explain`: what stands in the database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cli_place import MONDAY, Place, mail

QUEUE_KEYS = [
    "case", "state", "severity", "plan", "tier", "owner", "customer", "requester", "subject", "opened", "objective",
    "due", "broken",
]  # fmt: skip
HEADER_KEYS = [
    *QUEUE_KEYS, "mailbox", "kind", "language", "phone", "zone", "terms_until", "access", "message_id", "opening",
    "answerable", "unanswerable",
    "verified", "eta", "wait_until", "agreed", "updates_stopped", "relieved", "resolved", "closed", "related", "tags",
]  # fmt: skip
CASE_KEYS = [
    *HEADER_KEYS, "pauses", "participants", "tasks", "progress", "notes", "held", "mails_in", "mails_out", "clocks",
    "next",
]  # fmt: skip
CLOCK_KEYS = ["objective", "promise", "from", "clause", "state", "start", "due", "pauses", "met", "broken"]


@pytest.fixture
def full(place: Place) -> Place:
    """Four cases: the second is urgent and answered, the fourth is closed."""
    place.settle(
        mail("a question", number=1),
        mail("[urgent] down", number=2),
        mail("[low] a wish", number=3, sender="Dana <dana@client.example>"),
        mail("[urgent] solved", number=4, sender="eve@else.example"),
        mail("Re: [#2] down", number=5, sender="alice@example.com", text="#take\n#note\n\nThe disk is full."),
        mail("Re: [#2] down", number=6, sender="alice@example.com", text="We are looking."),
        mail("Re: [#4] solved", number=7, sender="alice@example.com", text="#close\n\nDone."),
    )
    return place


def test_the_queue_stands_in_working_order(full: Place) -> None:
    found = full.run("cases", "--json").json
    assert [(one["case"], one["severity"]) for one in found] == [(2, "urgent"), (1, "normal"), (3, "low")]
    assert [list(one) for one in found] == [QUEUE_KEYS] * 3
    assert found[0] | {"due": None} == {
        "case": 2,
        "state": "open",
        "severity": "urgent",
        "plan": "premier",
        "tier": 1,
        "owner": "alice",
        "customer": "Customer Example",
        "requester": {"address": "carol@customer.example", "name": "Carol"},
        "subject": "[urgent] down",
        "opened": "2026-03-09T14:01:00Z",
        "objective": "update",
        "due": None,
        "broken": [],
    }


def test_all_shows_closed_cases_and_owner_narrows(full: Place) -> None:
    assert [one["case"] for one in full.run("cases", "--json", "--all").json] == [2, 4, 1, 3]
    assert [one["case"] for one in full.run("cases", "--json", "--owner", "alice").json] == [2]
    assert [one["case"] for one in full.run("cases", "--json", "--owner", "").json] == [1, 3]


def test_the_queue_as_text_is_a_table_in_the_mailboxs_zone(full: Place) -> None:
    lines = full.run("cases").out.splitlines()
    assert lines[0].split() == ["case", "severity", "state", "owner", "due", "next", "opened", "from", "subject"]
    assert lines[1].startswith("#2    urgent    open   alice  update Mon 2026-03-09 11:05 EDT")
    assert lines[1].endswith("Customer Example     [urgent] down")


def test_a_case_is_told_whole(full: Place) -> None:
    [found] = full.run("case", "2", "--json").json
    assert list(found) == CASE_KEYS
    assert found["participants"] == ["carol@customer.example"]
    assert [(one["author"], one["text"]) for one in found["notes"]] == [("alice", "The disk is full.")]
    assert [one["id"] for one in found["mails_in"]] == [2, 5, 6]
    assert {"confirmation", "customer_reply", "new_case"} <= {one["template"] for one in found["mails_out"]}
    clocks = {one["objective"]: one for one in found["clocks"]}
    assert [list(one) for one in clocks.values()] == [CLOCK_KEYS] * len(clocks)
    assert (clocks["initial_response"]["state"], clocks["initial_response"]["met"]) == ("met", "2026-03-09T14:05:00Z")
    assert clocks["update"]["due"] == "2026-03-09T15:05:00Z"
    assert list(found["next"]) == ["at", "objective", "step", "to"]
    text = full.run("case", "2").out
    for part in ("Case 2: [urgent] down", "The disk is full.", "Mails out", "customer_reply", "Clocks now", "Next: "):
        assert part in text


def test_explain_tells_the_story_with_reasons_clauses_and_proof(full: Place) -> None:
    [found] = full.run("explain", "2", "--json").json
    assert list(found) == ["case", "decided", "log", "clocks", "next"]
    assert list(found["case"]) == HEADER_KEYS
    assert found["decided"]["severity"] == {
        "value": "urgent",
        "because": "the customer said so when the case was opened",
        "by": "",
    }
    assert found["decided"]["plan"]["because"] == "the plan of Customer Example in the customers file"
    assert found["decided"]["zone"]["value"] == "UTC"
    assert {clock["from"] for clock in found["clocks"]} == {"policy", "severity"}
    assert (found["decided"]["owner"]["value"], found["decided"]["owner"]["by"]) == ("alice", "alice")
    assert {tuple(line) for line in found["log"]} == {("at", "event", "what", "because", "clause", "actor", "proof")}
    started = next(line for line in found["log"] if line["what"].get("objective") == "initial_response")
    assert (started["clause"], started["what"]["due"]) == (["CON-5"], "2026-03-09T15:01:00Z")
    assert "simulated" in {line["proof"] for line in found["log"]}


def test_explain_as_text_is_in_the_mailboxs_zone(full: Place) -> None:
    text = full.run("explain", "2").out
    assert "Mon 2026-03-09 10:01 EDT  clock initial_response started, due Mon 2026-03-09 11:01 EDT" in text
    assert "    because the case was opened; 1 hour; CON-5" in text
    assert "met Mon 2026-03-09 10:05 EDT" in text
    assert "by alice (simulated)" in text


def test_a_severity_nobody_named_is_explained_by_the_default(full: Place) -> None:
    [found] = full.run("explain", "1", "--json").json
    assert found["decided"]["severity"]["because"] == "the policy's default, because the customer named none"


def test_what_broke_stays_told(place: Place) -> None:
    place.settle(mail("[urgent] down"))
    place.settle(at=MONDAY + timedelta(days=3))
    [line] = place.run("cases", "--json").json
    assert {"initial_response", "relief"} <= set(line["broken"])
    assert "! initial_response Mon 2026-03-09 11:00 EDT" in place.run("cases").out
    assert "broken" in place.run("explain", "1").out


@pytest.mark.parametrize("name", ["case", "explain"])
def test_a_case_that_is_not_there_ends_with_2(full: Place, name: str) -> None:
    ran = full.run(name, "99")
    assert (ran.code, ran.out, ran.err) == (2, "", "case 99: no such case; see mailproc cases --all\n")


@pytest.mark.parametrize("arguments", [("cases",), ("case", "1"), ("explain", "1"), ("quarantine",), ("outbox",)])
def test_looking_makes_no_database(place: Place, arguments: tuple[str, ...]) -> None:
    ran = place.run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "no such database" in ran.err
    assert not (place.folder / "mailproc.db").exists()
