"""`read`: how mails are understood, and why."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_place import Place, mail

KEYS = [
    "file", "kind", "reasons", "from", "to", "cc", "subject", "date", "message_id", "in_reply_to", "references",
    "case_refs", "text", "quoted", "signature", "language", "attachments", "severity", "commands", "answerable",
    "bounce", "voicemail", "authentication", "defects",
]  # fmt: skip


def test_json_has_every_documented_key_of_every_mail(place: Place) -> None:
    place.mail("mails/1.eml", mail("[urgent] down"))
    place.mail("mails/2.eml", b"\x00\xff not much of a mail")
    ran = place.run("read", "--json", "mails")
    assert ran.code == 0
    assert [list(one) for one in ran.json] == [KEYS, KEYS]
    assert [one["file"] for one in ran.json] == ["mails/1.eml", "mails/2.eml"]


def test_it_works_without_a_configuration_and_knows_more_with_one(place: Place) -> None:
    path = place.mail("1.eml", mail("[urgent] down", sender="alice@example.com", text="#take\n\nOn it."))
    known = place.run("read", "--json", path).json[0]
    assert (known["kind"], known["severity"]) == ("command", None)
    (place.folder / "config.toml").unlink()
    unknown = place.run("read", "--json", path).json[0]
    assert (unknown["kind"], unknown["commands"]) == ("request", [{"name": "take", "argument": "", "line": 1}])


def test_severities_are_those_of_the_mailbox_that_is_addressed(place: Place) -> None:
    sales = (place.folder / "config.toml").read_text().split("[mailbox.sales]")[1].partition('policy = "')[2]
    other = place.folder / "other.toml"
    other.write_text(Path(sales.partition('"')[0]).read_text().replace('"critical"', '"burning"'))
    setting = f'mailbox.sales.policy="{other}"'
    for to, subject, severity in (
        ("support@example.com", "[critical] x", "urgent"),
        ("sales@example.com", "[burning] x", "urgent"),
        ("sales@example.com", "[critical] x", None),
        ("elsewhere@other.example", "[critical] x", "urgent"),
    ):
        path = place.mail("1.eml", mail(subject, to=to))
        assert place.run("read", "--json", path, "--set", setting).json[0]["severity"] == severity


def test_a_configuration_that_is_named_must_be_there(place: Place) -> None:
    path = place.mail("1.eml", mail("x"))
    assert place.run("read", path, "--config", "nothing.toml").code == 2


def test_a_mail_comes_from_standard_input(place: Place) -> None:
    ran = place.run("read", "--json", "-", stdin=mail("By pipe"))
    assert [(one["file"], one["subject"]) for one in ran.json] == [("-", "By pipe")]


def test_the_text_tells_one_mail_and_many_at_a_glance(place: Place) -> None:
    place.mail("mails/1.eml", mail("down", text="All is down.\nReally."))
    place.mail("mails/2.eml", mail("Out", more="Auto-Submitted: auto-replied\n"))
    one = place.run("read", "mails/1.eml").out
    assert one.startswith("mails/1.eml: request, answerable\n")
    assert "All is down.\n           Really." in one
    assert "In all" not in one
    both = place.run("read", "mails").out
    assert "In all: 2 mails" in both
    assert "never answered because" in both


def test_a_file_that_cannot_be_read_is_told_and_the_next_one_is_read(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = place.mail("mails/1.eml", mail("secret"))
    read_bytes = Path.read_bytes

    def refused(path: Path) -> bytes:
        if path.name == closed.name:
            raise PermissionError(13, "Permission denied")
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", refused)
    place.mail("mails/2.eml", mail("open"))
    ran = place.run("read", "--json", "mails")
    assert ran.code == 1
    assert [one["subject"] for one in ran.json] == ["open"]
    assert "mails/1.eml: permission denied" in ran.err


def test_a_bounce_is_shown_with_whom_it_is_about(place: Place) -> None:
    bounce = (
        "From: MAILER-DAEMON@mx.example\nTo: support@example.com\nSubject: failed\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\n\nfailed\n--b\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; dana@client.example\nAction: failed\n"
        "Status: 5.1.1\n\n--b--\n"
    )
    ran = place.run("read", place.mail("b.eml", bounce.encode()))
    assert ran.out.startswith("b.eml: bounce, never answered\n".replace("b.eml", str(place.folder / "b.eml")))
    assert "dana@client.example failed 5.1.1" in ran.out
