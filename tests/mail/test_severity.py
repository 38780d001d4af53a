"""What a customer declares (semantics.md, "Severity, said by the customer"; JEL-2): each way, their order, silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailproc.flow.loading import words
from mailproc.mail.answers import answer
from mailproc.mail.parse import parse
from mailproc.mail.severity import declared, declared_product, declared_type
from mailproc.policy.parse import parse as policy_of

POLICIES = Path(__file__).parents[2] / "policies"


def words_of(name: str) -> dict[str, str]:
    policy, problems = policy_of((POLICIES / f"{name}.toml").read_text(encoding="utf-8"), f"{name}.toml")
    assert policy is not None, problems
    return words(policy)


JELASTIC, CONCEAL = words_of("jelastic"), words_of("conceal")


def mail(subject: str = "It is down", text: str = "Please help.", **fields: str) -> bytes:
    head = {"From": "carol@customer.example", "To": "support@example.com", "Subject": subject}
    head |= {name.replace("_", "-"): value for name, value in fields.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"{lines}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()


@pytest.mark.parametrize(
    ("bytes_", "severity"),
    [
        # a subject tag
        (mail("[severity 1] It is down"), "1"),
        (mail("[Severity: 2] It is down"), "2"),
        (mail("[SEV 1] It is down"), "1"),
        (mail("[sev4] A colour is odd"), "4"),
        (mail("It is down [critical]"), "1"),
        (mail("Re: [ticket 12] [s2] It is down"), "2"),
        # in front, after any Re: and Fwd:
        (mail("Severity 1: it is down"), "1"),
        (mail("Re: Fwd: AW: sev 2: it is down"), "2"),
        (mail("[#12] critical: it is down"), "1"),
        # a line among the first five that are not empty
        (mail(text="Severity: 1\nIt is down."), "1"),
        (mail(text="Hello,\n\nit is down\n\nseverity: sev 2\n"), "2"),
        (mail(text="**Priority:** critical"), "1"),
        (mail(text="- severity = 4"), "4"),
        (mail(text="a\n\nb\n\nc\n\nd\n\nseverity: 1"), "1"),
        (mail(text="a\nb\nc\nd\ne\nseverity: 1"), None),
        # … with a remark behind the level
        (mail(text="Severity: 1 - all of our shops are down since the update of this morning, nothing helps"), "1"),
        (mail(text="severity: critical (nobody can work)"), "1"),
        (mail(text="severity: 2, I think"), "2"),
        (mail(text="severity: critical-looking"), None),
        (mail(text="priority: 1 - please hurry"), None),
        # a header, where the policy lists it
        (mail(X_Priority="1 (Highest)"), "1"),
        (mail(X_Priority="1"), "1"),
        (mail(Importance="High"), "1"),
        (mail(Priority="urgent"), "1"),
        (mail(X_Priority="5"), "4"),
        (mail(X_MSMail_Priority="High"), None),
        # "normal" in a header never, and what every mail program writes
        (mail(X_Priority="3 (Normal)"), None),
        (mail(X_Priority="3"), None),
        (mail(Importance="normal"), None),
        # a bare figure never
        (mail("[1] It is down"), None),
        (mail("1: it is down"), None),
        (mail(text="priority: 1"), None),
        (mail("[priority 1] It is down"), None),
        # words in a sentence never
        (mail("A critical question"), None),
        (mail(text="The severity is 1, I think."), None),
        # not said
        (mail(), None),
    ],
)
def test_JEL_2_every_way_to_say_it(bytes_: bytes, severity: str | None):
    assert declared(parse(bytes_), JELASTIC) == severity


@pytest.mark.parametrize(
    ("bytes_", "severity"),
    [
        (mail("[sev 4] sev 1: It is down", "severity: 2", X_Priority="1"), "4"),
        (mail("sev 2: It is down", "severity: 1", X_Priority="1"), "2"),
        (mail("It is down", "severity: 3", X_Priority="1"), "3"),
        (mail("[nonsense] It is down", "severity: who knows", X_Priority="1"), "1"),
    ],
)
def test_the_first_way_that_speaks_is_heard(bytes_: bytes, severity: str):
    assert declared(parse(bytes_), JELASTIC) == severity


@pytest.mark.parametrize("level", ["urgent", "high", "normal", "low"])
@pytest.mark.parametrize("form", ["[{}] x", "[severity {}] x", "[sev {}] x", "[sev{}] x", "{}: x", "Re: [{}] x"])
def test_a_label_severity_id_and_sev_id_always_count(level: str, form: str):
    assert declared(parse(mail(form.format(level))), CONCEAL) == level
    assert declared(parse(mail(form.format(level.upper()))), CONCEAL) == level


def test_a_header_that_the_policy_does_not_list_says_nothing():
    for fields in ({"X_Priority": "1"}, {"Importance": "high"}, {"Priority": "urgent"}):
        assert declared(parse(mail(**fields)), CONCEAL) is None


TYPES = {"enhancement": "enhancement", "feature request": "enhancement", "training": "training"}


@pytest.mark.parametrize(
    ("subject", "type_"),
    [
        ("[enhancement] A dark mode", "enhancement"),
        ("Re: [Feature Request] A dark mode", "enhancement"),
        ("[high] [training] For three people", "training"),
        ("Training: for three people", "training"),
        ("A feature request", ""),
        ("[enhancements] A dark mode", ""),
    ],
)
def test_ELA_9_a_subject_tag_says_the_type(subject: str, type_: str):
    assert declared_type(parse(mail(subject)), TYPES) == type_


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("Product: Backup\nIt is down.", "Backup"),
        ("Hello,\n\n*product:* MS SQL 2022.\n", "MS SQL 2022"),
        ("a\nb\nc\nd\ne\nproduct: Backup", ""),
        ("Our product: it is down" * 20, ""),
        ("the product is down", ""),
    ],
)
def test_a_line_says_the_product(text: str, product: str):
    assert declared_product(parse(mail(text=text))) == product


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Yes", "yes"),
        ("yes, that is fine", "yes"),
        ("Ja.", "yes"),
        ("I agree", "yes"),
        ("Agreed!", "yes"),
        ("Yes, I agree.", "yes"),
        ("Einverstanden, danke", "yes"),
        ("\n\nOui\n\nCarol", "yes"),
        ("No", "no"),
        ("Nein, es ist wieder langsam.", "no"),
        ("I don’t agree.", "no"),
        ("Nicht einverstanden", "no"),
        ("no - it is as bad as before", "no"),
        ("agree", "yes"),
        ("Disagree.", "no"),
        ("Yes that is fine with us", "yes"),
        ("Hi Alice,\n\nyes, we agree.\n\nCarol", "yes"),
        ("Hello team\nNo, please keep it", "no"),
        ("OK", "yes"),
        ("Okay, agreed", "yes"),
        ("Ok, we will look at it", None),
        ("Yes it is still down", None),
        ("Yes if you call me", None),
        ("I agree to severity 2", None),
        ("No it works now", None),
        ("Hi,\nI see.\nYes", None),
        ("Yes, but only if you call me", None),
        ("Ja, aber erst morgen", None),
        ("Yesterday it was slow", None),
        ("No problem, thanks", None),
        ("Not sure", None),
        ("I see.\nYes", None),
        ("", None),
    ],
)
def test_a_plain_yes_or_no_and_what_is_none(text: str, meant: str | None):
    assert answer(text) == meant
