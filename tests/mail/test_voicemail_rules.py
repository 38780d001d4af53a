"""Rules for telephone systems: the shipped ones hold, wrong ones are refused with their line, none can hang."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from voicemails import NONE, SYSTEMS, UNKNOWN, Sent

from mailproc.admin.voicemail import learn
from mailproc.flow import voicemail_rules
from mailproc.mail.message import Envelope
from mailproc.mail.reading import read
from mailproc.mail.voicemail.rule_file import parse

FILE = Envelope(mail_from=None)
WANTED = {
    "asterisk",
    "freepbx",
    "freeswitch",
    "fusionpbx",
    "3cx",
    "google-voice",
    "ringcentral",
    "zoom-phone",
    "voipms",
    "twilio",
    "dialpad",
    "teams-cloud-voicemail",
    "exchange",
    "cisco-unity-connection",
    "fritzbox",
    "placetel",
    "youmail",
    "grasshopper",
    "ooma",
    "broadworks",
}
HEAD = 'provider = "ours"\nsample = "mail"\n'
RULE = "[[rule]]\nwhen = { subject = '^Call$' }\n"
TEST = '[[rule.test]]\nsubject = "Call"\n'


@pytest.mark.parametrize("path", sorted(voicemail_rules.SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_R27_each_shipped_file_of_rules_passes_its_own_tests(path: Path) -> None:
    rules, problems = parse(path.read_text(encoding="utf-8"), path.name)
    assert problems == ()
    assert rules


def test_R27_each_named_provider_has_a_rule_that_says_what_it_rests_on() -> None:
    assert {rule.provider for rule in voicemail_rules.shipped()} >= WANTED
    assert {rule.provider for rule in voicemail_rules.shipped() if rule.sample == "none"} >= {"zoom-phone", "exchange"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x = [", "r.toml:1: toml: "),
        ('sample = "mail"\n' + RULE + TEST, "r.toml:1: provider: names no provider"),
        ('provider = "ours"\n' + RULE + TEST, 'r.toml:1: sample: "" is not what a rule rests on'),
        (HEAD, "r.toml:1: rule: missing"),
        (HEAD + 'regions = "DE"\n' + RULE + TEST, 'r.toml:3: regions: unknown key; did you mean "region"?'),
        (HEAD + 'region = "Germany"\n' + RULE + TEST, 'r.toml:3: region: "Germany" is no country'),
        (HEAD + "[[rule]]\n" + TEST, "r.toml:3: rule.when: says nothing"),
        (HEAD + RULE, "r.toml:3: rule.test: missing"),
        (HEAD + "[[rule]]\nwhen = { subject = '(' }\n" + TEST, "r.toml:4: rule.when.subject: is no pattern"),
        (
            HEAD + RULE + "find = [{ in = 'text', pattern = '(?P<number>.)' }]\n" + TEST,
            "r.toml:5: rule.find.pattern: (?P<number>…) is no field",
        ),
        (
            HEAD + RULE + "find = [{ in = 'body', pattern = '(?P<who>.)' }]\n" + TEST,
            'r.toml:5: rule.find.in: "body" is no part of a mail',
        ),
        (
            HEAD + RULE + "find = [{ in = 'text', pattern = 'x' }]\n" + TEST,
            "r.toml:5: rule.find.pattern: finds nothing by name",
        ),
        (HEAD + RULE + 'kind = "sms"\n' + TEST, 'r.toml:5: rule.kind: "sms" is no kind'),
        (
            HEAD + RULE + '[[rule.test]]\nsubject = "Other"\n',
            "r.toml:5: rule.test.expect: the rule does not match this mail",
        ),
        (
            HEAD + RULE + TEST + "expect = { duration_s = 3 }\n",
            "r.toml:7: rule.test.expect: duration_s is nothing, not 3",
        ),
        (HEAD + RULE + TEST + "expect = { length = 3 }\n", "r.toml:7: rule.test.expect.length: unknown key"),
    ],
)
def test_a_rule_with_a_mistake_is_refused_with_its_place(text: str, problem: str) -> None:
    rules, problems = parse(text, "r.toml")
    assert rules == ()
    assert any(one.startswith(problem) for one in problems), problems
    assert all("; " in one for one in problems)


def test_an_own_rule_comes_before_the_shipped_ones_and_a_file_of_the_same_name_takes_the_place_of_one(
    tmp_path: Path,
) -> None:
    (tmp_path / "ooma.toml").write_text(HEAD + RULE + TEST)
    problems: list[str] = []
    rules = voicemail_rules.load(tmp_path, problems)
    assert problems == []
    assert rules[0].provider == "ours"
    assert "ooma" not in {rule.provider for rule in rules}
    voicemail_rules.load(tmp_path / "none", problems)
    assert problems == [
        f"{tmp_path / 'none'}:1: voicemail.rules: no such folder; leave it out to use the shipped rules alone"
    ]


def test_a_pattern_that_would_never_end_ends() -> None:
    text = (
        HEAD
        + "[[rule]]\nwhen = { subject = '^Call$', text = '^(a+)+$' }\n"
        + '[[rule.test]]\nsubject = "Call"\ntext = "aa"\n'
    )
    rules, problems = parse(text, "r.toml")
    assert problems == ()
    mail = b"From: a@example.net\nSubject: Call\n\n" + b"a" * 50_000 + b"!\n"
    assert read(mail, FILE, telephones=rules).kind == "request"


@pytest.mark.parametrize("sent", [*SYSTEMS, *UNKNOWN, *NONE], ids=lambda sent: sent.what)
def test_R27_what_is_learnt_from_a_mail_is_a_rule_that_loads_and_knows_it(sent: Sent) -> None:
    text, _ = learn(sent.raw(), "mail", sent.region)
    rules, problems = parse(text, "learnt.toml")
    assert problems == ()
    assert len(rules) == 1


def test_R27_a_learnt_rule_reads_the_next_mail_of_the_same_system() -> None:
    first, second = (
        Sent(
            "",
            f"Rufmeldung {number}",
            "Anlage <box@pbx.example.net>",
            f"Anrufer: {number}\nDauer: {length}\n",
            region="DE",
        )
        for number, length in (("030 23125021", "0:12"), ("030 23125022", "1:05"))
    )
    rules, _ = parse(learn(first.raw(), "mail", "DE")[0], "learnt.toml")
    call = read(second.raw(), FILE, region="DE", telephones=rules).voicemail
    assert call is not None
    assert (call.caller, call.duration_s) == ("+493023125022", 65)


@pytest.mark.parametrize(
    "text",
    [
        "From: " * 20_000,
        "Transcript:\n" * 20_000,
        '"' * 60_000,
        "New voicemail from " * 5_000,
        "(" * 60_000,
        "1:" * 40_000,
        "a b c\t" * 12_000,
        "Caller: <" * 9_000,
    ],
    ids=lambda text: json.dumps(text[:12]),
)
def test_a_long_notice_is_read_in_little_time(text: str) -> None:
    mail = f"From: voicemail@pbx.example.net\nSubject: Voicemail from {text[:400]}\n\n{text}".encode()
    assert read(mail, FILE, telephones=voicemail_rules.shipped()).kind
