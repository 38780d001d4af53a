"""Conversations with a listener, each in a file: `> ` what the client says, `< ` what we answer, `= ` what is kept."""

from __future__ import annotations

import ast
import asyncio
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from edge_wire import Keeper, Talk, listening, talking

from mailproc.edge.results import Acceptance, Accepted, Deferred, Refused
from mailproc.edge.smtp_limits import Limits

DIALOGS = sorted((Path(__file__).parent.parent / "dialogs").glob("*.smtp"))
ANSWERS: dict[str, Acceptance | Exception] = {
    "accepted": Accepted(),
    "deferred": Deferred("the disk sulks"),
    "refused": Refused("we do not take\r\n250 such mail"),
    "raises": RuntimeError("password=hunter2"),
}


def settings(lines: list[str]) -> tuple[dict[str, object], Keeper]:
    """What the `! name=value` lines ask for."""
    said = dict(word.split("=") for line in lines if line.startswith("! ") for word in line[2:].split())
    keeper = Keeper(answer=ANSWERS[said.pop("answer", "accepted")])
    room = said.pop("room", "yes") == "yes"
    options: dict[str, object] = {"protocol": said.pop("protocol", "smtp"), "storage_ok": lambda: room}
    assert said.keys() <= {field.name for field in fields(Limits)}
    options["limits"] = Limits(**{name: int(value) for name, value in said.items()})
    return options, keeper


def expected_lines(pattern: str) -> re.Pattern[str]:
    """`/…/` is a regular expression, everything else is meant literally."""
    if len(pattern) > 1 and pattern[0] == pattern[-1] == "/":
        return re.compile(pattern[1:-1])
    return re.compile(re.escape(pattern))


def steps(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """The lines that do something, with their numbers."""
    for number, line in enumerate(lines, start=1):
        if line and line[0] in "><=~." and not line.startswith("#"):
            yield number, line[0], line[2:]


async def play(talk: Talk, keeper: Keeper, lines: list[str]) -> None:
    """Go through a dialogue."""
    for number, sign, rest in steps(lines):
        match sign:
            case ">":
                talk.send(rest.encode("utf-8") + b"\r\n")
            case "~":
                talk.send(eval_bytes(rest))
            case "<":
                line = (await asyncio.wait_for(talk.reader.readline(), 10)).decode().rstrip("\r\n")
                assert expected_lines(rest).fullmatch(line), f"line {number}: wanted {rest!r}, heard {line!r}"
            case "=":
                assert keeper.mails[-1][1] == eval_bytes(rest), f"line {number}"
            case ".":
                assert await talk.until_closed() == b"", f"line {number}: the server has more to say"


def eval_bytes(text: str) -> bytes:
    """A Python bytes literal, perhaps times a number."""
    literal, _, times = text.partition(" * ")
    value = ast.literal_eval(literal)
    assert isinstance(value, bytes)
    return value * int(times or 1)


@pytest.mark.parametrize("file", DIALOGS, ids=lambda file: file.stem)
async def test_the_listener_answers_as_the_dialogue_says(file: Path) -> None:
    lines = file.read_text("utf-8").splitlines()
    options, keeper = settings(lines)
    async with listening(keeper, **options) as listener, talking(listener, greeted=False) as talk:
        await play(talk, keeper, lines)


def test_there_are_dialogues() -> None:
    assert len(DIALOGS) > 20
