"""The pages are true: what they list is what there is, their examples work, their links lead somewhere.

`UPDATE_DOCS=1 pytest tests/test_docs.py` writes the generated tables anew (docs_blocks.py).  Where the last column of a
table is a person's words, it is kept by the first one, and may not be missing.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docs_blocks import BLOCKS, MISSING, every_policy_key, help_of, kept, shipped

from mailproc import maillog
from mailproc.admin import receive as pipe
from mailproc.admin import stories, story_lines
from mailproc.cli import main
from mailproc.cli.names import NAMES
from mailproc.config import examine
from mailproc.demo import main as demo
from mailproc.mail.templates import Templates
from mailproc.policy.objectives import BUILT_IN
from mailproc.policy.parse import parse

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
CONCEAL = ROOT / "policies" / "conceal.toml"
EXAMPLE = ROOT / "config.example.toml"
UPDATE = os.environ.get("UPDATE_DOCS") == "1"
BLOCK = re.compile(r"<!-- generated: ([a-z-]+) -->\n(.*?)<!-- end -->\n", re.DOTALL)
FENCE = re.compile(r"^```([a-z]*)(?: ([^\n]*))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
RESERVED = re.compile(r"(?:.*\.)?(?:example|test|invalid|localhost|example\.(?:com|net|org))")
KNOWN_PAGES = {
    "keepachangelog.com",
    "semver.org",
    "jinja.palletsprojects.com",
    "toml.io",
    "holidays.readthedocs.io",
}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def fences(page: str, language: str) -> list[tuple[str, str]]:
    """The examples of a page in one language, each with what stands behind the language's name."""
    return [(each[2] or "", each[3]) for each in FENCE.finditer(text_of(page)) if each[1] == language]


# Generated tables


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_every_generated_table_is_fresh(path: Path):
    text = path.read_text(encoding="utf-8")
    fresh = BLOCK.sub(
        lambda mark: f"<!-- generated: {mark[1]} -->\n{BLOCKS[mark[1]](kept(mark[2]))}<!-- end -->\n", text
    )
    if UPDATE:
        path.write_text(fresh, encoding="utf-8")
    assert fresh == text, "stale: UPDATE_DOCS=1 pytest tests/test_docs.py writes it anew"


def test_every_table_that_can_be_generated_stands_on_one_page():
    marks = [mark[1] for path in PAGES for mark in BLOCK.finditer(path.read_text(encoding="utf-8"))]
    assert sorted(marks) == sorted(BLOCKS)


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_every_row_says_what_it_means(path: Path):
    rows = [line for line in path.read_text(encoding="utf-8").splitlines() if line.endswith(f"| {MISSING} |")]
    assert rows == []


# Links, commands, files


def anchors(path: Path) -> set[str]:
    heads = re.findall(r"^#+ (.*)$", FENCE.sub("", path.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_every_link_leads_somewhere(path: Path):
    for target in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", path.read_text(encoding="utf-8"))):
        file, _, anchor = target.partition("#")
        if target.startswith("https://"):
            assert target.split("/")[2] in KNOWN_PAGES, target
            continue
        found = (path.parent / file).resolve() if file else path
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), target


def test_the_first_page_leads_to_every_other():
    links = set(re.findall(r"\]\((docs/\w+\.md)\)", text_of("README.md")))
    assert links == {named(path) for path in PAGES if path.parent.name == "docs"}


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_every_command_line_is_one(path: Path):
    text = BLOCK.sub("", path.read_text(encoding="utf-8"))
    for line in re.findall(r"(?:^|`|&& |\$ |=)(?:[\w/.]*/)?mailproc ([a-z]+(?![\w=:])[^`\n|<#]*)", text, re.MULTILINE):
        words = line.split()
        assert words[0] in NAMES, line
        for option in re.findall(r"(?<!\S)--[a-z-]+", line):
            assert option in help_of(words[0]), line


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_every_file_that_is_named_is_there(path: Path):
    for name in re.findall(r"`((?:mailproc|tests|policies|templates|bench|docs)/[\w/.-]*\w)`", path.read_text("utf-8")):
        assert (ROOT / name).exists(), name


def test_every_program_that_measures_is_named():
    programs = [path for path in (ROOT / "bench").glob("*.py") if "__main__" in path.read_text(encoding="utf-8")]
    assert programs
    assert [named(path) for path in programs if named(path) not in text_of("docs/figures.md")] == []


def test_every_target_of_the_makefile_that_is_named_is_there():
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    text = "\n".join(path.read_text(encoding="utf-8") for path in PAGES)
    told = set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE))
    assert told <= targets
    assert {"demo", "test"} <= told


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_nobody_is_named_but_reserved_names(path: Path):
    text = path.read_text(encoding="utf-8")
    hosts = re.findall(r"[\w.+-]+@((?:[\w-]+\.)+[a-z]{2,})", text) + re.findall(r"https?://([\w.-]+)", text)
    assert [host for host in hosts if host not in KNOWN_PAGES and not RESERVED.fullmatch(host)] == []


def test_the_transcript_on_the_first_page_is_what_the_demo_prints(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    try:
        assert demo(tmp_path / "demo") == 0
    finally:
        maillog.close()
    printed = capsys.readouterr().out.splitlines()
    lines = next(body for _, body in fences("README.md", "") if "◷" in body).splitlines()
    assert len(lines) == 12
    assert [line for line in lines if not any(one.startswith(line) for one in printed)] == []


# Policies


def merged(base: Any, more: Any) -> Any:
    """`base` with the tables of `more` laid over it; opening hours are taken whole."""
    if isinstance(base, dict) and isinstance(more, dict):
        laid = {key: value if key == "open" else merged(base.get(key), value) for key, value in more.items()}
        return base | laid
    return more


def as_toml(table: Mapping[str, Any]) -> str:
    return "".join(f"{json.dumps(key)} = {_value(value)}\n" for key, value in table.items())


def _value(value: Any) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{json.dumps(key)} = {_value(one)}" for key, one in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_value, value)) + "]"
        case date():
            return value.isoformat()
    return json.dumps(value, ensure_ascii=False)


def policy_examples() -> list[dict[str, Any]]:
    return [tomllib.loads(body) for _, body in fences("docs/policies.md", "toml")]


@pytest.mark.parametrize("number", range(len(policy_examples())))
def test_every_example_of_a_policy_is_accepted(number: int):
    whole, example = policy_examples()[0], policy_examples()[number]
    files = {"holidays.ics": "BEGIN:VCALENDAR\nEND:VCALENDAR\n"}
    policy, problems = parse(as_toml(merged(whole, example)), "example.toml", files.__getitem__)
    assert problems == ()
    assert policy is not None


def test_the_first_example_of_a_policy_is_whole():
    policy, problems = parse(fences("docs/policies.md", "toml")[0][1], "example.toml")
    assert problems == ()
    assert policy is not None


def paths(value: Any, path: str = "") -> Iterator[str]:
    """The keys of an example as the table of keys writes them."""
    yield path
    if isinstance(value, dict):
        for key, one in value.items():
            yield from paths(one, f"{path}.{_general(path, key)}" if path else key)
    elif isinstance(value, list):
        for one in value:
            if isinstance(one, dict):
                for key, inner in one.items():
                    yield from paths(inner, f"{path}[].{key}")


def _general(path: str, key: str) -> str:
    if path == "clauses":
        return "ID"
    if path in ("calendars", "severity", "objectives", "plan", "plan.NAME.severity", "plan.NAME.objectives", "types",
                "trackers"):  # fmt: skip
        return "NAME"
    rows = ("severity.NAME", "plan.NAME.severity.NAME")
    return "OBJECTIVE" if path in rows and key in BUILT_IN else key


def test_every_key_of_a_policy_has_an_example():
    shown = {path for example in policy_examples() for path in paths(example)}
    assert [key for key in every_policy_key() if key not in shown] == []


@pytest.mark.parametrize("policy", sorted(CONCEAL.parent.glob("*.toml")), ids=named)
def test_every_clause_is_said_in_the_words_of_its_file(policy: Path):
    file = " ".join(policy.read_text(encoding="utf-8").split())
    clauses = list(tomllib.loads(policy.read_text(encoding="utf-8"))["clauses"])
    prefix = clauses[0].partition("-")[0]
    rows = re.findall(rf"^\| ({prefix}-\d+) \| .*? \| (.*) \|$", text_of("docs/policies.md"), re.MULTILINE)
    assert [clause for clause, _ in rows] == clauses
    for _, said in rows:
        for snippet in re.findall(r"`([^`]+)`", said):
            assert " ".join(snippet.replace(r"\|", "|").split()) in file or not re.search(r"[=\[]", snippet), snippet


def test_every_story_on_a_page_tells_what_follows(tmp_path: Path):
    told = [(path, body) for path in PAGES for _, body in fences(named(path), "case")]
    assert told
    first = policy_examples()[0]
    (tmp_path / "policies").symlink_to(CONCEAL.parent)
    (tmp_path / "ours.toml").write_text(as_toml(first), encoding="utf-8")
    waiting = merged(first, {"waiting": {"pauses": ["initial_response"]}})
    (tmp_path / "waiting.toml").write_text(as_toml(waiting), encoding="utf-8")
    for path, body in told:
        story, problems = stories.parse(body, str(tmp_path / "story.case"))
        assert problems == ()
        played = story_lines.told(story, story.play(story.desk()))
        if UPDATE:
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace(f"```case\n{body}", f"```case\n{played}"), encoding="utf-8")
        assert UPDATE or played == body


def promised() -> list[tuple[str, str, str]]:
    """The promises of the page with when a case was opened and when they are due, in New York."""
    moment = r"(\w{3} \d{4}-\d\d-\d\d \d\d:\d\d)"
    return re.findall(rf"^\| `(.+?)` \| {moment} \| {moment} \|", text_of("docs/policies.md"), re.MULTILINE)


@pytest.mark.parametrize(("promise", "opened", "due"), promised())
def test_every_promise_is_due_when_the_page_says(promise: str, opened: str, due: str, tmp_path: Path):
    said = tomllib.loads(f"said = {promise}")["said"]
    recurs = "every" in said or (isinstance(said, str) and said.startswith(("every", "last")))
    whole = merged(policy_examples()[0], {"severity": {"urgent": {"update" if recurs else "relief": said}}})
    whole["releases"] = [{"date": date(2026, 4, 1), "name": "release"}, {"date": date(2026, 5, 1), "name": "another"}]
    (tmp_path / "ours.toml").write_text(as_toml(whole), encoding="utf-8")
    text = f"policy ours.toml\nzone America/New_York\n{opened}  customer writes [urgent] Nobody can work\n"
    story, problems = stories.parse(text, str(tmp_path / "story.case"))
    assert problems == ()
    told = story_lines.told(story, story.play(story.desk()))
    assert re.search(rf"clock {'update' if recurs else 'relief'} started, due {due}$", told, re.MULTILINE), told


def test_there_are_promises_of_every_kind_on_the_page():
    assert len(promised()) >= 18


# Settings, templates, JSON, exit codes


@pytest.mark.parametrize("example", [body for _, body in fences("docs/operator.md", "toml")])
def test_every_example_of_a_configuration_is_accepted(example: str, tmp_path: Path):
    whole = merged(tomllib.loads(EXAMPLE.read_text(encoding="utf-8")), tomllib.loads(example))
    whole["mailbox"]["support"]["policy"] = str(CONCEAL)
    (tmp_path / "config.toml").write_text(as_toml(whole), encoding="utf-8")
    _, problems = examine(tmp_path / "config.toml")
    assert [one for one in problems if " is not there; " not in one] == []


def test_every_example_of_a_template_is_accepted():
    examples = fences("docs/templates.md", "jinja")
    assert examples
    for name, body in examples:
        assert Templates.load({**shipped().files, name: body}).problems() == []


def test_the_page_on_json_has_every_key_of_check_and_preview(capsys: pytest.CaptureFixture[str]):
    page = text_of("docs/json.md")
    for command in (("check", "--json"), ("preview", "update", "--json")):
        assert main([*command, "--config", str(EXAMPLE)]) == 0
        keys = {key for line in capsys.readouterr().out.splitlines() for key in json.loads(line)}
        assert keys
        assert [key for key in keys if f"| `{key}` |" not in page] == []


def test_the_exit_codes_of_the_pipe_are_told():
    page = text_of("docs/operator.md")
    for code in (pipe.OK, pipe.NO_MAIL, pipe.NOT_OURS, pipe.TRY_AGAIN):
        assert f"| {code} |" in page
