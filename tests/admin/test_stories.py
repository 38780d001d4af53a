"""The format of stories: what is understood, and what is wrong in it, said with its line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailproc.admin.stories import load, parse
from mailproc.admin.story_lines import line, said, told
from mailproc.errors import UserError

ROOT = Path(__file__).parents[2]
NEW_YORK = ZoneInfo("America/New_York")
HEAD = "policy policies/conceal.toml\nzone America/New_York\n"


def wrong(text: str) -> list[str]:
    return [problem.removeprefix(f"{ROOT}/a.case:") for problem in parse(text, f"{ROOT}/a.case")[1]]


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("Sat 2026-03-06 19:50  tick", "3: 2026-03-06 is a Fri, not a Sat; correct the day or the date"),
        ("Fri 2026-02-30 19:50  tick", "3: 2026-02-30 19:50: there is no such date"),
        ("Sun 2026-03-08 02:30  tick", "3: Sun 2026-03-08 02:30: this time does not occur in America/New_York"),
        ("Fri 2026-03-06 19:50  tick\nFri 2026-03-06 19:49  tick", "4: comes before the line above it"),
        ("Fri 2026-03-06 19:50  tick\nzone UTC", "4: zone: comes too late; put it above the first dated line"),
        ("zone Nowhere/At_All\nFri 2026-03-06 19:50  tick", "3: zone: Nowhere/At_All is no time zone"),
        ("policy no-such.toml\nFri 2026-03-06 19:50  tick", "3: policy: no-such.toml is not there"),
        (
            "Fri 2026-03-06 19:50  the customer sighs",
            '3: "the customer sighs" is not understood; write "customer writes',
        ),
        ("Fri 2026-03-06 19:50  zoe: #take", '3: "zoe: #take" is not understood'),
        ("Fri 2026-03-06 19:50  nothing until Monday", '3: "Monday" is no moment; write "nothing until Mon'),
        ("tomorrow: rain", '3: "tomorrow: rain" is no dated line; write "Fri 2026-03-06 19:50  customer writes'),
        ("", "1: nothing happens in it; add a dated line"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(lines: str, problem: str):
    assert any(told.startswith(problem) for told in wrong(HEAD + lines)), wrong(HEAD + lines)


def test_every_problem_is_told_at_once():
    assert len(wrong("Sat 2026-03-06 19:50  tick\nSun 2026-03-06 19:50  tick\nnonsense\n")) == 4


def test_a_story_that_is_wrong_or_not_there_is_an_error_for_the_user(tmp_path: Path):
    bad = tmp_path / "bad.case"
    bad.write_text("nonsense\n")
    with pytest.raises(UserError) as problems:
        load(bad)
    assert f"{bad}:1: " in str(problems.value) + "".join(problems.value.problems)
    with pytest.raises(UserError, match="cannot be read"):
        load(tmp_path / "none.case")


def test_a_story_without_a_policy_takes_the_one_it_is_given(tmp_path: Path):
    story, problems = parse("Fri 2026-03-06 19:50  customer writes hello\n", str(tmp_path / "a.case"))
    assert problems == ()
    with pytest.raises(UserError, match="policy: missing"):
        story.desk()
    events = list(story.play(story.desk(ROOT / "policies" / "conceal.toml")))
    assert [event["event"] for event in events[:2]] == ["mail_in", "case"]


def test_an_hour_that_comes_twice_is_told_apart_by_its_zone():
    both = [parse(f"{HEAD}Sun 2026-11-01 01:30 {name}  tick", f"{ROOT}/a.case")[0] for name in ("EDT", "EST")]
    assert [story.steps[0].at.hour for story in both] == [5, 6]
    assert [said(story.steps[0].at, NEW_YORK)[-3:] for story in both] == ["EDT", "EST"]
    assert said(datetime(2026, 3, 6, 12, tzinfo=UTC), NEW_YORK) == "Fri 2026-03-06 07:00"


def test_what_followed_before_is_left_out_and_comments_stay():
    text = f"# about\n{HEAD}\nFri 2026-03-06 19:50  tick\n    an old line\n# the end\n"
    story, _ = parse(text, f"{ROOT}/a.case")
    assert told(story, ()) == text.replace("    an old line\n", "")


def test_mails_of_one_moment_stand_each_under_its_own_sentence():
    text = f"{HEAD}Fri 2026-03-06 19:50  customer writes one\nFri 2026-03-06 19:50  customer writes anew two\n"
    story, _ = parse(text, f"{ROOT}/a.case")
    lines = told(story, story.play(story.desk())).splitlines()
    second = lines.index("Fri 2026-03-06 19:50  customer writes anew two")
    assert lines[3].startswith("    in: request")
    assert lines[second + 1].startswith("    #2 in: request")


def test_a_moment_stands_in_front_only_where_it_is_another():
    event = {"at": "2026-03-07T00:50:00Z", "event": "clock", "clock_state": "paused", "objective": "relief"}
    at = datetime(2026, 3, 7, 0, 50, tzinfo=UTC)
    assert line(event | {"case": 1}, NEW_YORK, at) == "clock relief paused"
    assert line(event | {"case": 7}, NEW_YORK, at.replace(minute=49)) == "Fri 2026-03-06 19:50  #7 clock relief paused"


def test_how_long_notices_wait_for_others_is_checked_as_the_configuration_does():
    _, problems = parse("bundle 5 fortnights\nFri 2026-03-06 19:50  tick\n", "a.case")
    assert len(problems) == 1 and problems[0].startswith('a.case:1: bundle: "5 fortnights" is not a duration')
    assert parse("bundle 0 minutes\nFri 2026-03-06 19:50  tick\n", "a.case")[1] == ()
