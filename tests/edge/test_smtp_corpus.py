"""Dialogues and inputs that were made to break other servers, tried on ours."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from edge_wire import Keeper, Talk, talking

from mailproc.edge.smtp_limits import Limits
from mailproc.edge.smtp_server import Listener, serve

ROOT = Path(__file__).parent.parent.parent
CORPORA = Path(os.environ.get("MAILPROC_CORPORA", ROOT.parent / "shared" / "corpora"))
LABELS = CORPORA / "smtp" / "labels.json"

# where we answer otherwise, on purpose
ELSEWHERE = {
    "chasquid_util": "a command line, not a dialogue",
    "auth_": "AUTH is not offered",
    "bad_data_dot": "a bare line feed is kept as text, not refused; see dialogs/smuggling_*.smtp",
    "bad_data.cmy": "a mail is never refused for its headers (R3)",
    "line_too_long": "a long command is answered 500 with the session kept",
}


def corpus() -> dict[str, Any]:
    """The labelled corpus, or a skip that says what is missing."""
    if not LABELS.exists():
        pytest.skip(f"the SMTP corpus is not at {LABELS}; set MAILPROC_CORPORA to run it")
    labels: dict[str, Any] = json.loads(LABELS.read_text("utf-8"))
    return labels


def text_of(expression: str) -> str:
    """The value of a sum and product of literals, and of nothing else."""

    def value(node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=str() | int() as constant):
                return constant
            case ast.BinOp(left, ast.Add(), right):
                return value(left) + value(right)
            case ast.BinOp(left, ast.Mult(), right):
                return value(left) * value(right)
        raise ValueError(expression)

    result = value(ast.parse(expression, mode="eval").body)
    assert isinstance(result, str)
    return result


class Testserver:
    """The addresses that the dialogues write to."""

    __test__ = False

    def known(self, address: str) -> bool:
        """Whether it is one of them."""
        return address == "user@testserver"


async def play(listener: Listener, steps: list[list[str]]) -> None:
    """Go through one recorded dialogue; replies are compared by their class, the words are each server's own."""
    async with contextlib.AsyncExitStack() as clients:
        talk: Talk | None = None
        for sign, rest in steps:
            if sign == "tcp_connect":
                talk = await clients.enter_async_context(talking(listener, greeted=False))
                continue
            assert talk is not None
            match sign:
                case "close":
                    talk.writer.close()
                case "->":
                    talk.send(rest.encode() + b"\r\n")
                case "~>":
                    talk.send(text_of(rest).encode())
                case _:
                    reply = await talk.heard()
                    assert reply[:1] == rest[:1], f"{rest!r} wanted, {reply!r} heard"


async def test_recorded_dialogues_go_as_they_should() -> None:
    played = 0
    for name, steps in corpus()["dialogs"].items():
        if any(word in name for word in ELSEWHERE):
            continue
        keeper = Keeper()
        listener = await serve(
            keeper.accept, Testserver(), listen="127.0.0.1:0", limits=Limits(size=1024 * 1024, per_address=500)
        )
        await play(listener, steps)
        await listener.drain(0)
        played += 1
    assert played >= 9


@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["line feeds", "CR LF"])
async def test_inputs_from_a_fuzzer_get_codes_and_an_orderly_end(ending: str) -> None:
    inputs = [item["input"] for item in corpus()["fuzz"]]
    listener = await serve(Keeper().accept, Testserver(), listen="127.0.0.1:0")
    for text in inputs:
        async with talking(listener) as talk:
            talk.send(text.replace("\n", ending).encode())
            talk.writer.write_eof()
            heard = await talk.until_closed()
            assert heard
            assert all(re.match(rb"[2345]\d\d[ -]", line) for line in heard.splitlines())
    assert await listener.drain(1)
    assert len(inputs) == 11
