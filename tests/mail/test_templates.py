"""Every notice in every language: what it says, that its two forms say the same, and that no template can do harm."""

from __future__ import annotations

import html
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproc.mail.commands import AGENT_VERBS, split
from mailproc.mail.facts import ANSWERS, BY_PERSONS, CUSTOMER_NOTICES, STAFF_NOTICES, WRITTEN
from mailproc.mail.guard import refuses
from mailproc.mail.samples import sample
from mailproc.mail.templates import TemplateFailed, Templates
from mailproc.mail.wording import moment, quoted, span

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
FILES = {file.name: file.read_text(encoding="utf-8") for file in sorted((ROOT / "templates").glob("*.j2"))}
TEMPLATES = Templates.load(FILES)
EVERY = [(notice, language) for notice in WRITTEN for language in ("en", "de")]


def rendered(text: str, **facts: Any) -> str:
    """What a `status` template with this body says, without its subject."""
    return Templates.load({"status.en.txt.j2": f"Subject: x\n\n{text}"}).render("status", "en", facts).text


def words(text: str) -> list[str]:
    """The words of a mail, in either of its forms."""
    text = re.sub(r"<mailto:[^>]*>", " ", text)
    if "<!DOCTYPE" in text:
        text = html.unescape(re.sub(r"<[^>]+>", " ", text.partition("</head>")[2]))
    return re.sub(r"^\s*(?:>|- )\s*", "", text, flags=re.MULTILINE).split()


@pytest.mark.parametrize(("notice", "language"), EVERY)
def test_every_notice_says_what_its_golden_file_says(notice: str, language: str) -> None:
    said = TEMPLATES.render(notice, language, sample(notice, language))
    file = GOLDEN / f"{notice}.{language}.txt"
    found = f"Subject: {said.subject}\n\n{said.text}"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(found, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == found
    assert said.language == language
    assert not said.fallback


@pytest.mark.parametrize(("notice", "language"), EVERY)
def test_text_and_html_of_a_notice_say_the_same(notice: str, language: str) -> None:
    for verified in (True, False):
        said = TEMPLATES.render(notice, language, sample(notice, language, verified=verified))
        assert said.html is not None
        assert words(said.html) == words(said.text)


@pytest.mark.parametrize(("notice", "language"), EVERY)
def test_every_link_of_a_notice_stands_in_both_of_its_forms(notice: str, language: str) -> None:
    facts = sample(notice, language)
    said = TEMPLATES.render(notice, language, facts)
    for link in facts["links"]:
        assert f"<{link['href']}>" in said.text
        assert f'href="{html.escape(link["href"])}"' in (said.html or "")


@pytest.mark.parametrize(("notice", "language"), EVERY)
def test_a_notice_can_be_rendered_when_next_to_nothing_is_known(notice: str, language: str) -> None:
    facts = {"case": {"number": 7, "tag": "[#7]"}, "note": {"interval": timedelta(hours=1)}}
    said = TEMPLATES.render(notice, language, facts)
    assert said.subject.strip()
    assert "None" not in said.text
    assert words(said.html or "") == words(said.text)


@pytest.mark.parametrize(("notice", "language"), EVERY)
def test_R21_an_answer_above_a_quoted_notice_runs_none_of_its_words(notice: str, language: str) -> None:
    said = TEMPLATES.render(notice, language, sample(notice, language))
    block = split(said.text, AGENT_VERBS)
    assert (block.commands, block.problems, block.warnings) == ((), (), ())


@pytest.mark.parametrize(("notice", "language"), EVERY)
def test_the_html_of_a_notice_names_its_language_and_fetches_nothing(notice: str, language: str) -> None:
    page = TEMPLATES.render(notice, language, sample(notice, language)).html or ""
    assert f'<html lang="{language}">' in page
    assert 'name="color-scheme" content="light dark"' in page
    assert not re.search(r"https?:|<img|<script|<link|url\(|@import", page)


@pytest.mark.parametrize(("notice", "language"), EVERY)
def test_no_notice_guarantees_anything(notice: str, language: str) -> None:
    said = TEMPLATES.render(notice, language, sample(notice, language))
    assert not re.search(r"guarante|garantie|promise|versprech", said.subject + said.text, re.IGNORECASE)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("notice", CUSTOMER_NOTICES)
def test_R20_the_guard_lets_every_mail_to_a_customer_pass(notice: str, language: str) -> None:
    said = TEMPLATES.render(notice, language, sample(notice, language))
    assert refuses(said.text, verbs=AGENT_VERBS, internal=("bob@example.com",), notes=()) is None


@pytest.mark.parametrize("language", ["en", "de"])
def test_R16_a_confirmation_is_short(language: str) -> None:
    said = TEMPLATES.render("confirmation", language, sample("confirmation", language))
    assert len(said.text.encode()) + len((said.html or "").encode()) < 4096


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("notice", sorted({*CUSTOMER_NOTICES} - BY_PERSONS))
def test_R16_nothing_that_an_unverified_sender_chose_is_repeated(notice: str, language: str) -> None:
    facts = sample(notice, language, verified=False)
    facts["case"] |= {"subject": "CANARY", "phone": "CANARY", "customer": "CANARY"}
    facts["case"]["requester"] = {"name": "CANARY", "address": "canary@other.example"}
    facts["reader"] |= {"name": "CANARY"}
    if notice in ANSWERS:
        facts["text"] = "CANARY"
    said = TEMPLATES.render(notice, language, facts)
    assert "canary" not in f"{said.subject}{said.text}{said.html}".lower()


@pytest.mark.parametrize("state", ["met", "stopped", "paused", "broken", "skipped"])
def test_a_customer_reads_of_no_clock_that_does_not_run(state: str) -> None:
    facts = sample("update")
    assert "Tuesday 10 March" in TEMPLATES.render("update", "en", facts).text
    facts["clocks"] = [clock | {"state": state} for clock in facts["clocks"]]
    assert "Tuesday 10 March" not in TEMPLATES.render("update", "en", facts).text


@pytest.mark.parametrize("notice", ["new_case", "customer_mail"])
def test_agents_see_what_an_unverified_sender_wrote_and_that_it_is_unverified(notice: str) -> None:
    said = TEMPLATES.render(notice, "en", sample(notice, "en", verified=False))
    assert said.text.startswith("Since this morning")
    assert "Nightly export stops" in said.subject
    assert "unverified" in said.text


def test_CON_3_a_confirmation_says_number_severity_and_when_a_person_answers() -> None:
    text = TEMPLATES.render("confirmation", "en", sample("confirmation")).text
    for part in ("1042", "High", "Friday 6 March, 20:20 EST", "Monday 9 March, 16:20 EDT", "every 4 hours", "reply"):
        assert part in text


@pytest.mark.parametrize("notice", ["new_case", "at_risk", "breach", "update_due"])
def test_the_subject_of_a_notice_to_an_agent_says_case_severity_and_by_when(notice: str) -> None:
    subject = TEMPLATES.render(notice, "en", sample(notice)).subject
    assert subject.startswith("[#1042] High: ")
    assert "March" in subject


def test_the_shipped_templates_have_no_problem() -> None:
    assert TEMPLATES.problems() == []
    assert {file.partition(".")[0] for file in FILES} == {*WRITTEN, "base"}


def test_customers_and_agents_have_their_own_notices() -> None:
    assert not set(CUSTOMER_NOTICES) & set(STAFF_NOTICES)


@pytest.mark.parametrize(("asked", "got"), [("de-AT", "de"), ("de", "de"), ("fr", "en"), ("", "en"), ("en-GB", "en")])
def test_a_language_falls_back_to_the_nearest_that_is_written(asked: str, got: str) -> None:
    assert TEMPLATES.render("update", asked, sample("update", "en")).language == got
    assert TEMPLATES.languages("update") == ("de", "en")


def test_what_the_customer_wrote_is_never_markup_and_never_a_template() -> None:
    facts = sample("new_case") | {"text": "<script>alert(1)</script> {{ 7 * 7 }} {% for %}"}
    said = TEMPLATES.render("new_case", "en", facts)
    assert "<script>" not in (said.html or "")
    assert "{{ 7 * 7 }} {% for %}" in said.text


def test_a_broken_confirmation_goes_out_in_built_in_words() -> None:
    broken = Templates.load({"confirmation.en.txt.j2": "Subject: x\n\n{{ case.number / 0 }}"})
    said = broken.render("confirmation", "de", sample("confirmation"))
    assert said.fallback
    assert said.subject == "[#1042] We received your request"
    assert "1042" in said.text
    alarm = Templates.load({}).render("operator_alarm", "en", sample("operator_alarm"))
    assert alarm.fallback
    assert "could not be delivered" in alarm.text


def test_any_other_broken_template_says_which_and_why() -> None:
    broken = Templates.load({"update.en.txt.j2": "Subject: x\n\n{{ case.number / 0 }}"})
    with pytest.raises(TemplateFailed, match=r"update\.en\.txt\.j2: ZeroDivisionError"):
        broken.render("update", "en", sample("update"))
    with pytest.raises(TemplateFailed, match="TemplateNotFound"):
        broken.render("relief", "en", sample("relief"))


def test_the_facts_that_are_handed_in_stay_as_they_were() -> None:
    facts = sample("confirmation", verified=False)
    TEMPLATES.render("confirmation", "en", facts)
    assert facts == sample("confirmation", verified=False)


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("update.en.txt.j2", "Subject: x\n\n{% if %}", "update.en.txt.j2:3: syntax: "),
        ("update.en.txt.j2", "Subject: x\n\n{{ cse.tag }}", "update.en.txt.j2:3: cse: not a fact; did you mean case?"),
        (
            "update.en.txt.j2",
            "Subject: x\n\n\n{{ case.tg }}",
            "update.en.txt.j2:4: case.tg: not a fact; did you mean tag?",
        ),
        ("update.en.txt.j2", "Subject: x\n\n{{ 1|wen }}", "update.en.txt.j2:3: wen: not a filter; did you mean when?"),
        ("update.en.txt.j2", "Subject: x\n\n{{ note.duee }}", "note.duee: not a fact; did you mean due?"),
        ("update.en.txt.j2", "Subject: x\n\n{{ 1 is odder }}", "update.en.txt.j2:3: syntax: No test named"),
        ("update.en.txt.j2", "Hello", "update.en.txt.j2:1: subject: the first line is not a subject"),
        ("updaet.en.txt.j2", "Subject: x\n\n", "updaet.en.txt.j2:1: updaet: not a notice"),
        ("update.fr.html.j2", "<p>x</p>", "update.fr.html.j2:1: html: has no text beside it; add update.fr.txt.j2"),
        (
            "update.en.txt.j2",
            "Subject: x\n\n{% for a in range(9) %}{% set b = 'x' ~ a %}{% endfor %}",
            "update.en.txt.j2:3: loop: text is collected in a loop",
        ),
        (
            "update.en.txt.j2",
            "Subject: x\n\n{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
            "update.en.txt.j2:3: loop: the macro m calls itself",
        ),
    ],
)
def test_a_mistake_in_a_template_is_told_with_its_line_and_what_would_be_right(
    name: str, text: str, problem: str
) -> None:
    problems = [each for each in Templates.load({name: text}).problems() if "missing;" not in each]
    assert len(problems) == 1, problems
    assert problem in problems[0]


def test_a_missing_notice_is_told() -> None:
    problems = Templates.load({}).problems()
    assert len(problems) == len(WRITTEN)
    assert "relief.en.txt.j2:1: relief: missing; each notice needs an English text" in problems


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ case.__class__ }}",
        "{{ case.items.__globals__ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ lipsum.__globals__ }}",
        "{{ case['__class__']['__mro__'] }}",
        "{{ ('%s' % case)|attr('__class__') }}",
        "{{ case|attr('__class__') }}",
        "{{ '{0.__class__}'.format(case) }}",
        "{{ ''.join(['a']) }}",
        "{{ case.update({'number': 1}) }}",
        "{{ case.pop('number') }}",
        "{% include '/etc/passwd' %}",
        "{% include '../config.toml' %}",
        "{% import 'os' as os %}",
        "{{ 'a' * 10**9 }}",
        "{{ [1] * 999999 }}",
        "{{ 10 ** 10 ** 10 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ 'x'.ljust(999999999) }}",
        "{{ 'x'.center(999999999) }}",
        "{{ 'x'|center(999999999) }}",
        "{{ 'x'|indent(999999999) }}",
        "{{ range(10**9)|list }}",
        "{% for a in range(10**6) %}x{% endfor %}",
        "{% for a in range(500) %}{% for b in range(500) %}xxxx{% endfor %}{% endfor %}",
        "{{ case.opened.strftime('%999999999d') }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    ],
)
def test_a_template_reaches_nothing_but_its_facts_and_fills_nothing(text: str) -> None:
    with pytest.raises(TemplateFailed):
        rendered(text, case={"opened": datetime(2026, 3, 6, tzinfo=UTC)})


def test_a_name_that_is_no_fact_fails_instead_of_leaving_a_gap() -> None:
    with pytest.raises(TemplateFailed, match="UndefinedError"):
        rendered("{{ nothing }}")


NEW_YEAR = datetime(2026, 1, 1, 1, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("timezone", "language", "said"),
    [
        ("America/New_York", "en", "Wednesday 31 December, 20:20 EST"),
        ("Europe/Berlin", "en", "Thursday 1 January, 02:20 CET"),
        ("Europe/Berlin", "de", "Donnerstag, 1. Januar, 02:20 Uhr MEZ"),
        ("Europe/Berlin", "de-AT", "Donnerstag, 1. Jänner, 02:20 Uhr MEZ"),
        ("Asia/Dubai", "en", "Thursday 1 January, 05:20 UTC+04"),
        ("UTC", "en", "Thursday 1 January, 01:20 UTC"),
        ("No/Where", "en", "Thursday 1 January, 01:20 UTC"),
        ("../../etc/passwd", "no language", "Thursday 1 January, 01:20 UTC"),
    ],
)
def test_a_moment_is_said_where_and_how_the_reader_lives(timezone: str, language: str, said: str) -> None:
    assert moment(NEW_YEAR, timezone, language) == said


@pytest.mark.parametrize(
    ("length", "language", "said"),
    [
        (timedelta(hours=8), "en", "8 hours"),
        (timedelta(hours=1), "de", "1 Stunde"),
        (timedelta(days=1, hours=4, minutes=5), "en", "1 day 4 hours"),
        (timedelta(days=-3), "de", "3 Tage"),
        (timedelta(0), "en", "0 minutes"),
        (timedelta(seconds=94), "en", "1 minute 34 seconds"),
    ],
)
def test_a_length_is_said_in_words(length: timedelta, language: str, said: str) -> None:
    assert span(length, language) == said


@settings(deadline=None)
@given(st.text(max_size=100))
def test_every_line_of_a_quote_is_marked(text: str) -> None:
    assert all(line.startswith(">") for line in quoted(text).splitlines())


@pytest.mark.parametrize("language", ["en", "de"])
def test_JEL_3_where_no_clock_runs_the_change_of_severity_announces_none(language: str) -> None:
    facts = sample("severity_changed", language) | {"clocks": [], "next_update": None, "resolution": ""}
    said = TEMPLATES.render("severity_changed", language, facts)
    assert "aim for" not in said.text and "Ziel" not in said.text
    assert said.html and "<ul>" not in said.html
