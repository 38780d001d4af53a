"""`preview`: one notice as it would go out."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_string
from email.policy import default

import pytest
from cli_place import Place, mail

from mailproc.admin.preview import failures, preview
from mailproc.admin.samples import samples
from mailproc.cli.desks import trial_desk
from mailproc.config import load
from mailproc.core.clocks import clocks
from mailproc.flow.desk import Desk
from mailproc.mail.facts import WRITTEN
from mailproc.mail.templates import Templates


@pytest.fixture
def desk(place: Place) -> Desk:
    return trial_desk(load(place.folder / "config.toml"), composed=True)


@pytest.mark.parametrize("template", WRITTEN)
def test_every_notice_can_be_looked_at_in_every_language(desk: Desk, template: str) -> None:
    shown = {language: preview(template, language, desk) for language in ("en", "de")}
    assert all(one.subject and one.text.strip() and one.raw for one in shown.values())
    if template != "operator_alarm":
        assert shown["en"].text != shown["de"].text


def test_the_mail_is_shown_as_text_html_raw_or_json(place: Place) -> None:
    whole = place.run("preview", "confirmation", "--language", "de")
    assert whole.out.startswith("To       ann@customer.example\nSubject  [#1042] ")
    text = place.run("preview", "confirmation", "--language", "de", "--text").out
    assert text.strip() in whole.out
    assert "Guten Tag" in text
    assert place.run("preview", "confirmation", "--html").out.startswith("<!DOCTYPE html>")
    raw = message_from_string(place.run("preview", "confirmation", "--raw").out, policy=default)
    assert (raw["To"], raw["Auto-Submitted"]) == ("Ann Example <ann@customer.example>", "auto-replied")
    assert list(place.run("preview", "confirmation", "--json").json[0]) == ["to", "subject", "text", "html"]


def test_a_real_case_can_be_taken(place: Place) -> None:
    place.settle(mail("[urgent] All printers are down"))
    shown = place.run("preview", "update", "--case", "1")
    assert shown.code == 0
    assert "carol@customer.example" in shown.out
    assert "All printers are down" in shown.out
    assert place.run("preview", "update", "--case", "9").code == 2


def test_nothing_is_kept_and_no_key_is_made(place: Place) -> None:
    place.run("preview", "confirmation")
    assert sorted(path.name for path in place.folder.iterdir()) == ["config.toml"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("bogus",), "bogus: no such template; there are access_request, "),
        (("confirmation", "--language", "fr"), "confirmation: not written in fr; there are de, en"),
        (("confirmation", "--raw", "--html"), "take one of them"),
    ],
)
def test_what_is_not_there_is_told(place: Place, arguments: tuple[str, ...], words: str) -> None:
    ran = place.run("preview", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err


def test_a_broken_template_is_named(place: Place) -> None:
    own = place.folder / "own"
    own.mkdir()
    (own / "update.en.txt.j2").write_text("Subject: x\n\n{{ case.number // 0 }}\n")
    ran = place.run("preview", "update", "--set", "mailbox.support.templates=own")
    assert ran.code == 2
    assert ran.err.startswith("update.en.txt.j2: fails: ZeroDivisionError")


def test_the_samples_are_cases_under_the_real_policy(desk: Desk) -> None:
    found = samples(desk)
    assert {"a customer", "no subject", "a very long subject", "a German customer", "a voicemail"} <= {
        one.name for one in found
    }
    assert all(clocks(one.case, desk.policy(one.case)) for one in found)
    assert {one.case.verified for one in found} == {True, False}


def test_no_shipped_notice_fails_on_any_sample(desk: Desk) -> None:
    assert failures(desk) == []


def test_a_notice_that_fails_on_one_sample_alone_is_found(desk: Desk) -> None:
    files = {"update.en.txt.j2": "Subject: x\n\n{{ 1 // (case.subject | length) }}\n"}
    broken = {name: Templates.load(files) for name in desk.templates}
    found = failures(replace(desk, templates=broken))
    assert len(found) >= 1
    assert all(one.startswith("update.en.txt.j2:1: update: fails on ") for one in found)
    assert "no subject" in found[0] or "not verified" in found[0]
