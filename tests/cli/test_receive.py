"""`receive`: a mail server's pipe, answered with exit codes."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from cli_place import MONDAY, Place, mail

from mailproc.store import inbound
from mailproc.store.store import open_store


def _kept(place: Place) -> list[tuple[inbound.Inbound, bytes]]:
    if not (place.folder / "mailproc.db").exists():
        return []
    store = open_store(f"sqlite:///{place.folder}/mailproc.db", readonly=True)
    try:
        return store.read(
            lambda tx: [(row, inbound.raw(tx, row.id)) for row in inbound.waiting(tx, MONDAY.replace(year=2100), 100)]
        )
    finally:
        store.close()


def test_R1_a_mail_is_kept_raw_with_its_envelope_before_the_exit_code_says_so(place: Place) -> None:
    raw = mail("down", text="ä ✓\x00")
    ran = place.run("receive", "--from", "Carol@Customer.Example", "--to", "support@example.com", stdin=raw)
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    [(row, kept)] = _kept(place)
    assert kept == raw
    assert (row.mail_from, row.rcpt_tos, row.source) == ("carol@customer.example", ["support@example.com"], "pipe")
    assert row.size == len(raw)


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"hello there\n", b" folded: nothing\n", b"\x00\x00"])
def test_what_is_no_mail_is_65(place: Place, raw: bytes) -> None:
    ran = place.run("receive", stdin=raw)
    assert ran.code == 65
    assert ran.err.startswith("550 5.6.0")
    assert _kept(place) == []


def test_a_mail_over_the_limit_is_65_and_one_at_the_limit_is_kept(place: Place) -> None:
    head = mail("big").partition(b"Hello")[0]
    most = 1024 * 1024
    exact = head + b"x" * (most - len(head))
    assert place.run("receive", stdin=exact + b"x").code == 65
    assert _kept(place) == []
    assert place.run("receive", stdin=exact).code == 0
    assert _kept(place)[0][1] == exact


@pytest.mark.parametrize(
    ("options", "to", "code", "recipients"),
    [
        (["--to", "nobody@else.example"], "support@example.com", 67, None),
        (["--to", "nobody@else.example", "--to", "sales@example.com"], "x@y.example", 0, ["sales@example.com"]),
        (["--to", "Support+Tag@EXAMPLE.com"], "x@y.example", 0, ["support+tag@example.com"]),
        (["--to", "supportx@example.com"], "support@example.com", 67, None),
        ([], "nobody@else.example", 67, None),
        ([], "x@y.example, Sales <sales@example.com>", 0, ["sales@example.com"]),
        ([], "undisclosed-recipients:;", 0, ["support@example.com"]),
    ],
)
def test_only_recipients_of_ours_are_taken(
    place: Place, options: list[str], to: str, code: int, recipients: list[str] | None
) -> None:
    assert place.run("receive", *options, stdin=mail("x", to=to)).code == code
    assert [row.rcpt_tos for row, _ in _kept(place)] == ([recipients] if recipients else [])


def test_the_mail_servers_own_fields_win_over_to_and_cc(place: Place) -> None:
    raw = mail("x", to="sales@example.com", more="Delivered-To: support@example.com\n")
    assert place.run("receive", stdin=raw).code == 0
    assert _kept(place)[0][0].rcpt_tos == ["support@example.com"]


@pytest.mark.parametrize(
    ("environment", "recipients"),
    [
        ({"RECIPIENT": "sales@example.com"}, ["sales@example.com"]),
        ({"RECIPIENT": "support@example.com", "EXTENSION": "c7"}, ["support+c7@example.com", "support@example.com"]),
        (
            {"ORIGINAL_RECIPIENT": "support@example.com", "RECIPIENT": "support@host.internal.example"},
            ["support@example.com"],
        ),
    ],
    ids=["rewritten", "with an extension", "as it came"],
)
def test_the_environment_of_a_mail_server_tells_the_envelope(
    place: Place, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], recipients: list[str]
) -> None:
    monkeypatch.setenv("SENDER", "dana@client.example")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert place.run("receive", stdin=mail("x", to="x@y.example")).code == 0
    row = _kept(place)[0][0]
    assert (row.mail_from, row.rcpt_tos) == ("dana@client.example", recipients)


def test_the_null_return_path_is_not_an_unknown_one(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.run("receive", "--from", "", stdin=mail("null", number=1))
    place.run("receive", "--from", "<>", stdin=mail("null", number=2))
    monkeypatch.setenv("SENDER", "MAILER-DAEMON")
    place.run("receive", stdin=mail("null", number=3))
    monkeypatch.delenv("SENDER")
    place.run("receive", stdin=mail("unknown", number=4))
    assert [row.mail_from for row, _ in _kept(place)] == ["", "", "", None]


def test_a_separator_line_of_an_mbox_is_no_part_of_the_mail(place: Place) -> None:
    raw = mail("x")
    place.run("receive", stdin=b"From dana@client.example  Fri Mar  6 20:50:00 2026\n" + raw)
    [(row, kept)] = _kept(place)
    assert (row.mail_from, kept) == ("dana@client.example", raw)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--config", "nothing.toml"),
        ("--set", "limits.tries=0"),
        ("--set", "storage.url=sqlite:////proc/nothing/mailproc.db"),
        ("--bogus",),
        ("--to",),
        ("superfluous",),
    ],
    ids=" ".join,
)
def test_trouble_of_ours_is_75_so_that_the_mail_server_keeps_the_mail(place: Place, arguments: tuple[str, ...]) -> None:
    ran = place.run("receive", *arguments, stdin=mail("x"))
    assert ran.code == 75
    assert ran.err
    assert "Traceback" not in ran.err


def test_a_damaged_database_is_75(place: Place) -> None:
    (place.folder / "mailproc.db").write_bytes(b"this is no database" * 100)
    ran = place.run("receive", stdin=mail("x"))
    assert ran.code == 75
    assert "is not a SQLite database" in ran.err


def test_an_unexpected_error_is_75(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no such thing")

    monkeypatch.setattr("mailproc.admin.receive.receive", broken)
    ran = place.run("receive", stdin=mail("x"))
    assert (ran.code, ran.err.count("\n")) == (75, 1)


def test_a_database_that_somebody_reads_meanwhile_takes_the_mail(place: Place) -> None:
    assert place.run("receive", stdin=mail("one", number=1)).code == 0
    reader = sqlite3.connect(Path(place.folder / "mailproc.db"), isolation_level=None)
    try:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM inbound").fetchone() == (1,)
        assert place.run("receive", stdin=mail("two", number=2)).code == 0
    finally:
        reader.close()
    assert len(_kept(place)) == 2


def test_what_was_received_becomes_a_case(place: Place) -> None:
    place.run("receive", "--from", "carol@customer.example", stdin=mail("down"))
    place.settle()
    assert [one["subject"] for one in place.run("cases", "--json").json] == []
    place.settle(at=MONDAY.replace(year=2100))
    assert [one["subject"] for one in place.run("cases", "--json").json] == ["down"]
