"""Every story of this folder, played: what follows must stand in the file, word for word.

`UPDATE_STORIES=1 pytest tests/scenarios` writes what follows into the files; the difference is the review.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from mailproc.admin.stories import Story, load
from mailproc.admin.story_lines import told
from mailproc.flow.desk import Desk

HERE = Path(__file__).parent
CONCEAL = HERE.parents[1] / "policies" / "conceal.toml"
STORIES = sorted(HERE.glob("*.case"))
UPDATE = os.environ.get("UPDATE_STORIES") == "1"


DESKS: dict[object, Desk] = {}


def desk_of(story: Story) -> Desk:
    """The desk of a story; those around the same policy are one, since it takes a while to load its notices."""
    people = (story.customer, story.rota, story.roles, story.zones, story.bundle)
    key = (story.policy, story.zone, story.plan, str(people))
    if key not in DESKS:
        DESKS[key] = story.desk()
    return DESKS[key]


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_what_follows_is_what_the_story_tells(path: Path):
    story = load(path)
    events = list(story.play(desk_of(story)))
    arrived = sum(event["event"] == "mail_in" for event in events)
    assert arrived == sum(step.said is not None for step in story.steps), "a mail of the story could not be settled"
    text = told(story, events)
    if UPDATE:
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


CLAUSES = [*(f"CON-{number}" for number in range(1, 11)), *(f"ELA-{number}" for number in range(1, 14))]


@pytest.mark.parametrize("clause", CLAUSES)
def test_each_clause_has_a_story(clause: str):
    named = [path for path in STORIES if re.search(rf"^# .*\b{clause}\b", path.read_text(encoding="utf-8"), re.M)]
    assert named, f"no story says in a comment that it is about {clause}"


@pytest.mark.parametrize(
    ("copy", "line"), [("conceal-with-holidays", "holidays ="), ("conceal-with-releases", "{ date =")]
)
def test_a_copy_of_the_policy_differs_in_nothing_but_what_its_name_says(copy: str, line: str):
    def rest(path: Path) -> list[str]:
        return [each for each in path.read_text(encoding="utf-8").splitlines() if line not in each]

    assert rest(HERE / f"{copy}.toml") == rest(CONCEAL)
    assert (HERE / f"{copy}.toml").read_text(encoding="utf-8") != CONCEAL.read_text(encoding="utf-8")


def test_a_story_played_twice_tells_the_same_and_so_does_one_with_composed_mails():
    story = load(HERE / "con_7_relief.case")
    plain = list(story.play(story.desk()))
    assert plain == list(story.play(story.desk()))
    assert plain == list(story.play(story.desk(composed=True)))
