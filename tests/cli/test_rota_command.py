"""`rota`: who is on call, when and why, as a table, as JSON and for calendar programs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cli_place import Place, mail
from icalendar import Calendar

from mailproc.policy.rota import Absence, Swap
from mailproc.store import rotas
from mailproc.store.store import open_store

ROTA = """
[[agents]]
name = "bob"
address = "bob@example.com"
deputy = "alice"

[rotas.support]
members = ["alice", "bob"]
start = 2026-01-05
timezone = "Europe/Berlin"
overrides = [{ from = 2026-12-24, until = 2026-12-26, member = "bob", because = "as agreed" }]
"""
SPAN = ("--from", "2026-12-20", "--to", "2026-12-30")


def at(day: int, hour: int = 8) -> datetime:
    return datetime(2026, 12, day, hour, tzinfo=UTC)


@pytest.fixture
def turning(place: Place) -> Place:
    """A place with a rota of two."""
    with (place.folder / "config.toml").open("a") as file:
        file.write(ROTA)
    return place


def changed(place: Place) -> None:
    """Bob hands 20 December to alice, and is away on the 30th."""
    place.settle(mail("hello"))
    store = open_store(f"sqlite:///{place.folder}/mailproc.db")
    store.transact(lambda tx: rotas.add_swap(tx, "support", Swap(at(19), at(21), "alice", "bob"), at=at(1)))
    store.transact(lambda tx: rotas.add_absence(tx, Absence("bob", at(30, 0), at(31, 0))))
    store.close()


def test_without_a_database_the_rota_is_told_as_it_is_configured(turning: Place) -> None:
    ran = turning.run("rota", *SPAN)
    assert ran.code == 0
    assert ran.out.splitlines()[1:] == [
        "Rota support, Europe/Berlin",
        "  who    since                     until                     why",
        "  bob    Mon 2026-12-14 09:00 CET  Mon 2026-12-21 09:00 CET  it is bob's turn",
        "  alice  Mon 2026-12-21 09:00 CET  Thu 2026-12-24 09:00 CET  it is alice's turn",
        "  bob    Thu 2026-12-24 09:00 CET  Sat 2026-12-26 09:00 CET  as agreed",
        "  alice  Sat 2026-12-26 09:00 CET  Mon 2026-12-28 09:00 CET  it is alice's turn",
        "  bob    Mon 2026-12-28 09:00 CET  Mon 2027-01-04 09:00 CET  it is bob's turn",
    ]


def test_swaps_and_absences_that_were_told_by_mail_are_counted_in(turning: Place) -> None:
    changed(turning)
    found = turning.run("rota", "show", "support", *SPAN, "--json").json
    assert [list(one) for one in found] == [["rota", "member", "since", "until", "because", "now"]] * 6
    assert found[0] == {
        "rota": "support",
        "member": "alice",
        "since": "2026-12-19T08:00:00Z",
        "until": "2026-12-21T08:00:00Z",
        "because": "swapped by bob",
        "now": False,
    }
    assert [(one["member"], one["because"]) for one in found[-2:]] == [
        ("bob", "it is bob's turn"),
        ("alice", "bob is away, alice stands in"),
    ]


def test_now_comes_first_and_is_marked(turning: Place) -> None:
    found = turning.run("rota", "show", "--json").json
    assert [one["now"] for one in found] == [True] + [False] * (len(found) - 1)
    first, last = (datetime.fromisoformat(found[0]["since"]), datetime.fromisoformat(found[-1]["until"]))
    assert last - first >= timedelta(weeks=4)
    assert turning.run("rota").out.splitlines()[3].startswith("now  ")


def test_a_moment_is_exact_and_a_last_day_counts_whole(turning: Place) -> None:
    exact = turning.run("rota", "--from", "2026-12-20", "--to", "2026-12-21 09:00", "--json").json
    assert [one["member"] for one in exact] == ["bob"]
    whole = turning.run("rota", "--from", "2026-12-20", "--to", "2026-12-21", "--json").json
    assert [one["member"] for one in whole] == ["bob", "alice"]


def test_the_ics_file_has_each_shift_under_a_name_that_stays(turning: Place) -> None:
    before = Calendar.from_ical(turning.run("rota", "ics", "support", *SPAN).out)
    changed(turning)
    after = Calendar.from_ical(turning.run("rota", "ics", *SPAN).out)
    events = {event["uid"]: event for event in before.walk("VEVENT")}
    assert [str(event["summary"]) for event in events.values()] == [
        f"{name} is on call (support)" for name in ("bob", "alice", "bob", "alice", "bob")
    ]
    shift = next(iter(events.values()))
    assert (shift.start, shift.end) == (at(14), at(21))
    assert len(events) == 5
    same = {event.start: uid for uid, event in events.items()}
    assert [same[event.start] == event["uid"] for event in after.walk("VEVENT") if event.start in same] == [True] * 4


def test_an_ics_file_is_what_the_standard_asks_for(turning: Place) -> None:
    text = turning.run("rota", "ics", *SPAN).out
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
    assert text.endswith("END:VCALENDAR\r\n")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert text.count("DTSTAMP:") == text.count("UID:") == text.count("BEGIN:VEVENT") == 5


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("show", "suport"), '"suport" is no rota; did you mean "support"? known: support'),
        (("--from", "2026-13-01"), '"2026-13-01" is no date; write one such as 2026-12-24'),
        (("--from", "0001-01-01"), '"0001-01-01" is no date'),
        (("--to", "9999-12-31"), '"9999-12-31" is no date'),
        (("--from", "2026-12-24", "--to", "2026-12-20"), "--to: not after --from"),
        (("--from", "2026-12-24", "--to", "2126-12-20"), "more than ten years later"),
        (("draw",), "'draw' is not one of 'show', 'ics'"),
    ],
)
def test_wrong_use_is_told(turning: Place, arguments: tuple[str, ...], problem: str) -> None:
    ran = turning.run("rota", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert problem in ran.err


def test_without_a_rota_nothing_is_shown(place: Place) -> None:
    ran = place.run("rota")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "There is no rota; add [rotas.NAME] to the configuration.\n"


def test_of_several_rotas_one_must_be_named_for_ics(turning: Place) -> None:
    with (turning.folder / "config.toml").open("a") as file:
        file.write('[rotas.night]\nmembers = "alice"\nstart = 2026-01-05\n')
    assert turning.run("rota", "ics").err == "which rota? write one of support, night behind ics\n"
    assert turning.run("rota").out.count("Rota ") == 2
