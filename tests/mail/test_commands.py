"""Commands as agents' hands and clients write them; each file in commands/ is a mail, ====, and what it asks for."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproc.mail.commands import AGENT_VERBS, CUSTOMER_VERBS, VERBS, CommandBlock, cut, same_commands, split
from mailproc.mail.message import Command
from mailproc.mail.verbs import nearest, spoken

FILES = sorted((Path(__file__).parent / "commands").glob("*.txt"))


def told(block: CommandBlock) -> tuple[list[str], list[str], list[str]]:
    return (
        [f"{command.name} {command.argument}".strip() for command in block.commands],
        [f"{problem.line} {problem.why}" for problem in block.problems],
        [f"{warning.line} {warning.why}" for warning in block.warnings],
    )


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_R21_what_a_mail_asks_for_is_read_as_its_file_says(file: Path) -> None:
    body, _, expected = file.read_text(encoding="utf-8").partition("\n====\n")
    head, _, text = expected.partition("--\n")
    wanted = head.splitlines()
    commands, problems, warnings = told(block := split(body, AGENT_VERBS))
    assert commands == [line for line in wanted if line[0] not in "!?"]
    assert block.text == text.rstrip("\n")
    for found, sign in ((problems, "!"), (warnings, "?")):
        parts = [line[2:].partition(" ") for line in wanted if line[0] == sign]
        assert len(found) == len(parts), found
        for said, (line, _, words) in zip(found, parts, strict=True):
            assert said.startswith(f"{line} ")
            assert words in said


def test_there_are_mails_to_read() -> None:
    assert len(FILES) > 30


def test_R21_a_command_knows_its_line_in_the_mail() -> None:
    assert split("\n\n#take\n#note x", AGENT_VERBS).commands == (
        Command(name="take", argument="", line=3),
        Command(name="note", argument="x", line=4),
    )


@pytest.mark.parametrize(
    "line",
    [
        "#note",
        "#Note",
        "#NOTE:",
        "\uff03note",
        "\u266fnote",
        "*#note*",
        "**#note**",
        "_#note_",
        "• #note",
        "- #note",
        "1. #note",
        "2) #note",
        "/note",
        "# note",
        "#nteo",
        "#noet",
        "#notte",
        "#nots",
        "#internal",
        "#private",
        "\u200b#note",
        "#\u200bnote",
        "\u00a0#note",
        "* *#note",
    ],
)
def test_R23_however_note_is_written_its_text_never_passes_as_an_answer_to_the_customer(line: str) -> None:
    block = split(f"{line}\nThe customer is angry.", AGENT_VERBS)
    assert block.problems or [command.name for command in block.commands] == ["note"]


@pytest.mark.parametrize("verb", sorted(AGENT_VERBS))
def test_R21_every_example_of_the_table_is_itself_read_without_a_problem(verb: str) -> None:
    block = split(f"{VERBS[verb].example}\nSome words.", AGENT_VERBS)
    assert [command.name for command in block.commands] == [verb]
    assert block.problems == ()


def test_R24_no_word_means_two_verbs() -> None:
    words = [word for verb in VERBS.values() for word in (verb.name, *verb.synonyms)]
    assert len(words) == len(set(words))


def test_R24_a_customer_may_ask_for_the_status_and_nothing_of_the_agents() -> None:
    assert [command.name for command in split("#status", CUSTOMER_VERBS).commands] == ["status"]
    block = split("#take\nmine now", CUSTOMER_VERBS)
    assert block.commands == ()
    assert "not yours to use" in block.problems[0].why


def test_short_words_are_near_to_nothing() -> None:
    assert nearest("foo", AGENT_VERBS | {"for"}) is None
    assert nearest("bestdesk", AGENT_VERBS) is None


@pytest.mark.parametrize(("word", "meant"), [("nteo", "note"), ("serverity", "severity"), ("asign", "assign")])
def test_a_slip_is_near_to_what_was_meant(word: str, meant: str) -> None:
    assert nearest(word, AGENT_VERBS) == meant


def test_R21_a_mail_whose_parts_ask_for_different_things_is_told_apart() -> None:
    one, other = split("#close\nHello", AGENT_VERBS), split("Hello", AGENT_VERBS)
    assert not same_commands(one, other)
    assert same_commands(one, split("*#Close*\n\nHello", AGENT_VERBS))
    assert not same_commands(split("#wait 3 days", AGENT_VERBS), split("#wait 4 days", AGENT_VERBS))


def test_an_argument_is_cut_at_its_joining_word() -> None:
    assert cut("8 hours until fri", "until") == ("8 hours", "fri")
    assert cut("high because: all are down", "because") == ("high", "all are down")
    assert cut("high", "because") == ("high", "")
    assert cut("until fri", "until") == ("", "fri")


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("#/note close\n*1. \u200b\uff03\u00a0>abc"), max_size=80))
def test_R21_any_text_is_split_without_an_error_and_only_into_known_verbs(text: str) -> None:
    block = split(text, AGENT_VERBS)
    assert {command.name for command in block.commands} <= AGENT_VERBS
    lines = [each.line for each in block.commands] + [each.line for each in block.problems + block.warnings]
    assert all(1 <= line <= text.count("\n") + 1 for line in lines)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_R23_a_mail_that_has_no_command_line_is_handed_on_as_it_is(text: str) -> None:
    if not any(sign in text for sign in "#/\uff03\uff0f\u266f\ufe5f"):
        assert split(text, AGENT_VERBS) == CommandBlock((), text.strip())


@settings(deadline=None)
@given(st.sampled_from(sorted(spoken(AGENT_VERBS))), st.text(alphabet="\u200b\u00a0 *•-", max_size=4))
def test_R21_signs_that_clients_add_in_front_change_no_command(word: str, junk: str) -> None:
    named = [command.name for command in split(f"{junk}#{word} x\nwords", AGENT_VERBS).commands]
    assert named == [spoken(AGENT_VERBS)[word]]
