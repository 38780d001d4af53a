"""`simulate --against` and the pages of `simulate` and `explain`: two policies on the same mails, cases as pictures."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from cli_place import MONDAY, ROOT, Place, mail

from mailproc.cli import comparing

FIXTURES = ROOT / "tests" / "admin" / "against"
OFTEN, SELDOM, MAILS = FIXTURES / "often.toml", FIXTURES / "seldom.toml", FIXTURES / "mails.mbox"
UNTIL = ("--until", "2026-03-10T02:00:00Z")
VOID = {"meta"}
FIGURES = [
    "mails_to_customers", "mails_to_staff", "pages", "mails_out_of_hours", "pages_out_of_hours", "breaches",
    "first_response_due", "severities",
]  # fmt: skip


class Nested(HTMLParser):
    """Reads a page, and sees that each element that is opened is closed in its turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read_page(text: str) -> Nested:
    """The page, which loads nothing, runs nothing and is well formed, as are its pictures as XML."""
    page = Nested()
    page.feed(text)
    page.close()
    assert page.open == []
    assert text.isascii()
    assert {"script", "link", "img", "iframe", "object", "base", "a", "image", "use"} & set(page.tags) == set()
    assert [name for name, _ in page.attributes if name in ("src", "href", "xlink:href") or name.startswith("on")] == []
    assert re.findall(r"@import|url\((?!#)", text) == []
    ids = [value for name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    for name, value in page.attributes:
        assert name != "aria-labelledby" or set((value or "").split()) <= set(ids)
    for picture in re.findall(r"<svg .*?</svg>", text, re.DOTALL):
        root = ET.fromstring(picture)
        assert root.get("aria-hidden") == "true" or root.get("role") == "img"
    return page


@pytest.fixture
def often(place: Place) -> Place:
    """The place with one mailbox under the policy of many updates."""
    text = (place.folder / "config.toml").read_text()
    (place.folder / "config.toml").write_text(text.replace(f"{ROOT}/policies/conceal.toml", str(OFTEN)))
    return place


def case(number: int, customers: int, staff: int, late: int, due: str, severity: str = "urgent") -> dict[str, Any]:
    return {
        "case": number,
        "mails_to_customers": customers,
        "mails_to_staff": staff,
        "pages": 0,
        "mails_out_of_hours": late,
        "pages_out_of_hours": 0,
        "breaches": {"initial_response": 1} if severity == "urgent" else {},
        "first_response_due": due,
        "severities": [severity],
    }


def test_each_case_is_counted_under_both_policies_to_the_mail(often: Place) -> None:
    """The office closes at 20:00 in New York, which is midnight UTC; an update at that second is out of hours."""
    ran = often.run("simulate", MAILS, *UNTIL, "--against", SELDOM, "--json")
    assert ran.code == 0, ran.err
    first, second, third, total = ran.json
    assert first == {
        "line": "case",
        "opened": "2026-03-09T14:00:00Z",
        "from": "carol@customer.example",
        "subject": "[urgent] down",
        "differs": ["mails_to_customers", "mails_out_of_hours", "first_response_due"],
        "configured": case(1, 7, 1, 2, "2026-03-09T18:00:00Z"),
        "other": case(1, 4, 1, 1, "2026-03-09T15:00:00Z"),
    }
    assert second["differs"] == []
    assert second["configured"] == second["other"] == case(2, 2, 2, 0, "2026-03-09T23:00:00Z", "normal")
    assert third["configured"] == case(3, 4, 1, 2, "2026-03-10T00:00:00Z")
    assert third["other"] == case(3, 2, 1, 1, "2026-03-09T21:00:00Z")
    whole = {"cases": 3, "mails_to_staff": 4, "pages": 0, "pages_out_of_hours": 0, "breaches": {"initial_response": 2}}
    whole["severities"] = {"normal": 1, "urgent": 2}
    assert total == {
        "line": "sum",
        "differing": 2,
        "configured": {
            "policies": {"support": str(OFTEN), "sales": str(OFTEN)},
            "mails_to_customers": 13,
            "mails_out_of_hours": 4,
            **whole,
        },
        "other": {
            "policies": {"support": str(SELDOM), "sales": str(SELDOM)},
            "mails_to_customers": 8,
            "mails_out_of_hours": 2,
            **whole,
        },
    }


def test_every_key_is_documented(often: Place) -> None:
    page = (ROOT / "docs" / "json.md").read_text(encoding="utf-8").partition("## simulate --against")[2]
    told = set(re.findall(r"^\| `([\w.]+)`", page.partition("\n## ")[0], re.MULTILINE))
    lines = often.run("simulate", MAILS, *UNTIL, "--against", SELDOM, "--json").json
    keys = {key for line in lines for key in line} | set(FIGURES) | {"case", "cases", "policies"}
    assert keys == told
    assert [key for key in lines[0]["configured"] if key != "case"] == FIGURES


def test_the_text_has_the_sums_and_a_line_for_each_case_that_differs(often: Place) -> None:
    out = often.run("simulate", MAILS, *UNTIL, "--against", SELDOM).out
    assert re.search(r"^ +often\.toml +seldom\.toml +difference$", out, re.MULTILINE)
    assert re.search(r"^mails to customers +13 +8 +-5$", out, re.MULTILINE)
    assert re.search(r"^breaches of initial response +2 +2$", out, re.MULTILINE)
    assert "Cases that differ: 2 of 3\n#1  2026-03-09 14:00:00 UTC  carol@customer.example  [urgent] down: " in out
    assert "mails to customers 7 → 4; mails out of hours 2 → 1; first response due 2026-03-09 18:00:00 UTC → " in out
    assert "A question" not in out
    assert "\x1b" not in out


def test_the_same_policy_makes_no_difference(often: Place) -> None:
    out = often.run("simulate", MAILS, *UNTIL, "--against", OFTEN).out
    assert out.endswith("Cases that differ: 0 of 3\n")


def test_a_policy_for_one_mailbox_leaves_the_others_as_they_are(often: Place) -> None:
    lines = often.run("simulate", MAILS, *UNTIL, "--against", f"sales={SELDOM}", "--json").json
    assert [line["differs"] for line in lines[:-1]] == [[], [], []]
    assert lines[-1]["other"]["policies"] == {"support": str(OFTEN), "sales": str(SELDOM)}
    lines = often.run("simulate", MAILS, *UNTIL, "--against", f"support={SELDOM}", "--json").json
    assert lines[-1]["differing"] == 2


def test_a_policy_with_problems_is_refused_with_all_of_them(often: Place) -> None:
    (often.folder / "bad.toml").write_text('title = "Bad"\nsevrity = 1\ncalendar = "nowhere"\n')
    ran = often.run("simulate", MAILS, "--against", "bad.toml", "--json")
    assert (ran.code, ran.out) == (1, "")
    assert len(ran.err.splitlines()) >= 2
    assert all(line.startswith("bad.toml:") for line in ran.err.splitlines())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--against", "nobody=seldom.toml"), "no mailbox nobody; there is support, sales"),
        (("--against", SELDOM, "--out", "kept"), "--out keeps the mails of one policy"),
        (("--against", SELDOM, "--html", "no/such/folder.html"), "--html no/such/folder.html: no such file"),
    ],
)
def test_what_cannot_be_done_ends_with_2(often: Place, arguments: tuple[object, ...], told: str) -> None:
    ran = often.run("simulate", MAILS, *UNTIL, *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err


def test_stories_are_not_compared(often: Place) -> None:
    ran = often.run("simulate", "one.case", "--against", SELDOM)
    assert ran.code == 2
    assert "not stories" in ran.err


def test_a_mail_on_stdin_is_read_once_for_all_runs(often: Place) -> None:
    lines = often.run("simulate", "-", *UNTIL, "--against", SELDOM, "--json", stdin=mail("[urgent] down")).json
    assert lines[0]["subject"] == "[urgent] down"
    assert (lines[0]["configured"]["mails_to_customers"], lines[0]["other"]["mails_to_customers"]) == (7, 4)


# Pages


def test_the_page_of_a_comparison_shows_the_sums_and_both_pictures_of_what_differs(often: Place) -> None:
    pages = []
    for name in ("one.html", "two.html"):
        assert often.run("simulate", MAILS, *UNTIL, "--against", SELDOM, "--html", name).code == 0
        pages.append((often.folder / name).read_text())
    assert pages[0] == pages[1]
    page = read_page(pages[0])
    assert page.tags.count("section") == 2
    assert page.tags.count("figure") == 4
    assert "often.toml against seldom.toml" in page.text
    assert "mails to customers 7 → 4" in page.text
    assert "A question" not in page.text
    assert "update: from Mon 2026-03-09 10:00:00 EDT (2026-03-09 14:00:00 UTC)" in page.text


def test_of_many_cases_the_first_are_drawn_and_the_page_says_so(often: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "PICTURES", 1)
    often.run("simulate", MAILS, *UNTIL, "--against", SELDOM, "--html", "compared.html")
    often.run("simulate", MAILS, *UNTIL, "--html", "cases.html")
    for name, told in (("compared", "2 of 3 cases differ; the first 1 are drawn"), ("cases", "3 cases; the first 1")):
        page = read_page((often.folder / f"{name}.html").read_text())
        assert told in page.text
        assert page.tags.count("section") == 1


def test_hostile_words_stay_words(often: Place) -> None:
    often.run("simulate", MAILS, *UNTIL, "--html", "cases.html")
    text = (often.folder / "cases.html").read_text()
    page = read_page(text)
    subject = "[urgent] </title><script>alert(1)</script> ]]> &amp; \"' [31m end"
    assert subject in page.text
    assert page.text.count("alert(1)") > 4
    assert page.tags.count("figure") == 3


def test_a_page_is_written_beside_the_same_events(often: Place) -> None:
    plain = often.run("simulate", MAILS, *UNTIL, "--json").out
    assert often.run("simulate", MAILS, *UNTIL, "--json", "--html", "cases.html").out == plain


def test_a_story_can_be_drawn(place: Place) -> None:
    path = place.folder / "one.case"
    path.write_text("zone America/New_York\nMon 2026-03-09 10:00  customer writes [urgent] down\n")
    ran = place.run("simulate", path, "--html", "story.html")
    assert ran.code == 0, ran.err
    assert "[urgent] down" in read_page((place.folder / "story.html").read_text()).text


@pytest.fixture
def broken(place: Place) -> Place:
    """A case that was answered in time, and whose relief and action plan broke."""
    place.settle(
        mail("[urgent] <b>down</b>", number=1),
        mail("Re: [#1] down", number=2, sender="alice@example.com", text="#take\n\nWe are looking."),
    )
    place.settle(at=MONDAY + timedelta(days=2))
    return place


def test_explain_draws_a_case_with_the_second_of_each_breach(broken: Place) -> None:
    ran = broken.run("explain", "1", "--html")
    assert ran.code == 0, ran.err
    assert ran.out == broken.run("explain", "1", "--html").out
    page = read_page(ran.out)
    assert "Case 1: [urgent] <b>down</b>" in page.text
    assert page.tags.count("svg") - len(re.findall(r'aria-hidden="true"', ran.out)) == 2
    assert "broken Tue 10 Mar 10:00:00" in page.text
    assert "broken Tue 2026-03-10 10:00:00 EDT (2026-03-10 14:00:00 UTC)" in page.text
    assert "met Mon 9 Mar 10:01:00" in page.text
    assert {"table", "caption", "dl"} <= set(page.tags)
    assert "BREACH of relief" in page.text


def test_explain_speaks_in_the_readers_zone(broken: Place) -> None:
    page = read_page(broken.run("explain", "1", "--html", "--zone", "Asia/Kathmandu").out)
    assert "broken Tue 10 Mar 19:45:00" in page.text
    assert "Asia/Kathmandu" in page.text
    assert "Mon 2026-03-09 19:45 +0545" in broken.run("explain", "1", "--zone", "Asia/Kathmandu").out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("1", "--html", "--json"), "take one of them"),
        (("1", "--zone", "Nowhere/AtAll"), "is no time zone"),
        (("9", "--html"), "case 9: no such case"),
    ],
)
def test_explain_refuses_what_it_cannot_draw(broken: Place, arguments: tuple[str, ...], told: str) -> None:
    ran = broken.run("explain", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err


def test_the_fixtures_differ_in_two_promises_alone() -> None:
    one, two = (Path(path).read_text().splitlines()[1:] for path in (OFTEN, SELDOM))
    assert sum(a != b for a, b in zip(one, two, strict=True)) == 2
