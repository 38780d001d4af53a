"""R1: the 250 follows the commit, and nothing that a client does undoes a commit that has begun."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from pathlib import Path

import pytest
import structlog
from edge_wire import Keeper, listening, talking

from mailproc.edge.results import Deferred
from mailproc.edge.smtp_limits import Limits
from mailproc.edge.smtp_server import Listener, place, serve
from mailproc.errors import UserError
from mailproc.mail.message import Envelope


async def all_gone(listener: Listener) -> None:
    """Give the loop turns until no session is left."""
    async with asyncio.timeout(10):
        while listener.sessions:
            await asyncio.sleep(0)


async def test_R1_no_250_before_the_keeper_has_the_mail() -> None:
    keeper = Keeper(held=True)
    async with listening(keeper) as listener, talking(listener) as talk:
        await talk.begin_mail()
        talk.send(b"text\r\n.\r\n")
        await keeper.entered.wait()
        reply = asyncio.ensure_future(talk.heard())
        for _ in range(50):
            await asyncio.sleep(0)
        assert not reply.done()
        keeper.go.set()
        assert await reply == "250 2.0.0 accepted"


async def test_R1_a_client_that_half_closes_after_the_dot_still_hears_250() -> None:
    keeper = Keeper(held=True)
    async with listening(keeper) as listener, talking(listener) as talk:
        await talk.begin_mail()
        talk.send(b"text\r\n.\r\nQUIT\r\n")
        talk.writer.write_eof()
        await keeper.entered.wait()
        keeper.go.set()
        assert await talk.until_closed() == b"250 2.0.0 accepted\r\n221 2.0.0 bye\r\n"
        await all_gone(listener)


async def test_R1_a_whole_session_sent_at_once_and_half_closed_is_answered_to_its_end() -> None:
    keeper = Keeper()
    async with listening(keeper) as listener, talking(listener) as talk:
        talk.send(b"HELO c\r\nMAIL FROM:<>\r\nRCPT TO:<help@support.example>\r\nDATA\r\nx\r\n.\r\n")
        talk.writer.write_eof()
        assert (await talk.until_closed()).splitlines()[-1] == b"250 2.0.0 accepted"
        assert keeper.texts == [b"x\r\n"]


async def test_R1_a_client_that_resets_during_the_commit_does_not_undo_it() -> None:
    keeper = Keeper(held=True)
    async with listening(keeper) as listener, talking(listener) as talk:
        await talk.begin_mail()
        talk.send(b"text\r\n.\r\n")
        await keeper.entered.wait()
        talk.reset()
        for _ in range(50):
            await asyncio.sleep(0)
        keeper.go.set()
        await asyncio.wait_for(keeper.committed.wait(), 10)
        await all_gone(listener)
        assert keeper.texts == [b"text\r\n"]


async def test_R1_a_client_that_leaves_in_the_middle_of_the_text_leaves_nothing() -> None:
    keeper = Keeper()
    async with listening(keeper) as listener, talking(listener) as talk:
        await talk.begin_mail()
        talk.send(b"half a mail\r\n.")
        talk.writer.write_eof()
        assert await talk.until_closed() == b""
        await all_gone(listener)
        assert keeper.mails == []


async def test_the_envelope_holds_what_the_client_said_and_the_null_sender_is_empty() -> None:
    keeper = Keeper()
    async with listening(keeper) as listener, talking(listener) as talk:
        await talk.say(
            "EHLO c", "MAIL FROM:<>", "RCPT TO:<A@support.example>", "RCPT TO:<b@support.example>", "DATA", "."
        )
    assert keeper.mails[0][0] == Envelope("", ("A@support.example", "b@support.example"), peer="127.0.0.1")


async def test_a_keeper_that_fails_shows_nothing_to_the_client_and_one_line_to_the_log() -> None:
    keeper = Keeper(answer=RuntimeError("password=hunter2"))
    async with listening(keeper) as listener, talking(listener) as talk:
        await talk.begin_mail()
        with structlog.testing.capture_logs() as logged:
            assert await talk.say(".") == "451 4.3.0 temporary local error, try again later"
    assert [(line["event"], line["error"]) for line in logged] == [("mail_not_kept", "RuntimeError")]
    assert "hunter2" not in json.dumps(logged)


async def test_the_reason_of_a_deferral_goes_to_the_log_only() -> None:
    keeper = Keeper(answer=Deferred("database is locked"))
    async with listening(keeper) as listener, talking(listener) as talk:
        await talk.begin_mail()
        with structlog.testing.capture_logs() as logged:
            assert "locked" not in await talk.say(".")
    assert logged[0]["reason"] == "database is locked"


async def test_draining_dismisses_the_idle_and_waits_for_the_busy() -> None:
    keeper = Keeper(held=True)
    async with listening(keeper) as listener, talking(listener) as idle, talking(listener) as busy:
        await idle.say("EHLO c")
        await busy.begin_mail()
        busy.send(b"text\r\n.\r\n")
        await keeper.entered.wait()
        drained = asyncio.ensure_future(listener.drain(10))
        assert await idle.heard() == "421 4.3.2 closing for a while, try again later"
        assert not drained.done()
        keeper.go.set()
        assert await busy.heard() == "250 2.0.0 accepted"
        assert await busy.heard() == "421 4.3.2 closing for a while, try again later"
        assert await drained


async def test_draining_without_time_cuts_off_but_lets_the_commit_finish() -> None:
    keeper = Keeper(held=True)
    async with listening(keeper) as listener, talking(listener) as talk:
        await talk.begin_mail()
        talk.send(b"text\r\n.\r\n")
        await keeper.entered.wait()
        assert not await listener.drain(0)
        assert await talk.until_closed() == b""
        keeper.go.set()
        await asyncio.wait_for(keeper.committed.wait(), 10)
        assert keeper.texts == [b"text\r\n"]


async def test_after_draining_nobody_is_let_in() -> None:
    async with listening(Keeper()) as listener:
        port = listener.port
        await listener.drain(0)
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)


async def test_too_many_clients_from_one_address_are_told_to_come_later() -> None:
    async with (
        listening(Keeper(), limits=Limits(per_address=2)) as listener,
        talking(listener),
        talking(listener) as second,
        talking(listener, greeted=False) as third,
    ):
        assert await third.heard() == "421 4.7.0 too many connections, try again later"
        assert await third.until_closed() == b""
        await second.say("QUIT")
        await second.until_closed()
        async with talking(listener) as fourth:
            assert await fourth.say("NOOP") == "250 2.0.0 ok"


async def test_too_many_clients_in_all_are_told_to_come_later() -> None:
    async with (
        listening(Keeper(), limits=Limits(connections=1)) as listener,
        talking(listener),
        talking(listener, greeted=False) as second,
    ):
        assert await second.heard() == "421 4.7.0 too many connections, try again later"


async def test_a_client_that_says_nothing_is_dismissed() -> None:
    async with listening(Keeper(), limits=Limits(idle=0.05)) as listener, talking(listener) as talk:
        assert await talk.heard() == "421 4.4.2 waited too long for you, try again later"
        assert await talk.until_closed() == b""


async def test_a_client_that_stops_in_the_text_is_dismissed() -> None:
    async with listening(Keeper(), limits=Limits(data_idle=0.05)) as listener, talking(listener) as talk:
        await talk.begin_mail()
        talk.send(b"and then")
        assert await talk.heard() == "421 4.4.2 waited too long for you, try again later"


async def test_a_commit_may_take_longer_than_a_client_may() -> None:
    keeper = Keeper(held=True)
    limits = Limits(idle=0.05, data_idle=0.05, lifetime=0.2)
    async with listening(keeper, limits=limits) as listener, talking(listener) as talk:
        await talk.begin_mail()
        talk.send(b".\r\n")
        asyncio.get_running_loop().call_later(0.4, keeper.go.set)
        assert await talk.heard() == "250 2.0.0 accepted"


async def test_a_busy_port_is_one_sentence_with_its_remedy() -> None:
    async with listening(Keeper()) as listener:
        with pytest.raises(UserError) as caught:
            await serve(Keeper().accept, None, listen=f"127.0.0.1:{listener.port}")  # type: ignore[arg-type]
    assert str(caught.value) == (
        f"cannot listen on 127.0.0.1:{listener_port(caught.value)}: address already in use; "
        "stop the other program or change intake.smtp.listen"
    )


def listener_port(error: UserError) -> str:
    """The port that the sentence names."""
    return str(error).partition("127.0.0.1:")[2].partition(":")[0]


@pytest.mark.parametrize("text", ["", "2525", "127.0.0.1", "127.0.0.1:smtp", "::1:25", "127.0.0.1:70000", "unix:"])
def test_a_place_that_is_none_is_a_problem(text: str) -> None:
    with pytest.raises(UserError, match=r"^intake\.lmtp\.listen: "):
        place(text, key="intake.lmtp.listen")


@pytest.mark.parametrize("text", ["127.0.0.1:2525", "[::1]:25", ":0", "localhost:0", "unix:/run/mailproc/lmtp"])
def test_a_place_reads_back_as_it_was_written(text: str) -> None:
    assert str(place(text)) == text


async def test_lmtp_over_a_unix_socket_replaces_a_stale_file_and_removes_its_own(tmp_path: Path) -> None:
    name = tmp_path / "lmtp.sock"
    for _ in range(2):
        keeper = Keeper()
        listener = await serve(keeper.accept, None, listen=f"unix:{name}", protocol="lmtp")  # type: ignore[arg-type]
        reader, writer = await asyncio.open_unix_connection(name)
        assert (await reader.readline()).startswith(b"220 ")
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        with pytest.raises(UserError, match="address already in use"):
            await serve(keeper.accept, None, listen=f"unix:{name}", protocol="lmtp")  # type: ignore[arg-type]
        await listener.drain(1)
        assert not name.exists()
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(str(name))
