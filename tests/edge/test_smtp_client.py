"""The smarthost client against a server that fails in each way at each step."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from edge_wire import Keeper, listening
from hypothesis import given
from hypothesis import strategies as st

from mailproc.edge.courier import Outgoing
from mailproc.edge.results import Deferred, Delivered, Outcome, Refused
from mailproc.edge.smtp_client import Smarthost, SmarthostAddress
from mailproc.edge.smtp_link import Phase, Timeouts, judge, on_the_wire

DROP, SILENCE = "drop", "silence"
FAST = Timeouts(connect=0.2, command=0.2, data=0.2, block=0.2, dot=0.2)
TEXT = b"Subject: x\r\n\r\nhello\r\n"


@dataclass
class Scripted:
    """An SMTP server that misbehaves on demand: a reply, DROP or SILENCE by verb ("" is the greeting, "." the end)."""

    script: dict[str, str] = field(default_factory=dict)
    once: bool = False  # only the first time
    offers: tuple[str, ...] = ("SIZE", "8BITMIME", "PIPELINING")
    commands: list[str] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)
    sessions: int = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One session."""
        self.sessions += 1
        try:
            await self.step("", "220 scripted", writer)
            while line := await reader.readline():
                await self.obey(line.decode().rstrip("\r\n"), reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def obey(self, line: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one command."""
        self.commands.append(line)
        verb = line.partition(" ")[0].upper()
        hello = "".join(f"250-{offer}\r\n" for offer in ("scripted", *self.offers)) + "250 HELP"
        usual = {"EHLO": hello, "DATA": "354 go ahead", "QUIT": "221 bye"}.get(verb, "250 ok")
        await self.step(verb, usual, writer)
        if verb == "DATA" and self.script.get("DATA") is None:
            self.texts.append(await reader.readuntil(b"\r\n.\r\n"))
            await self.step(".", "250 taken", writer)

    async def step(self, verb: str, usual: str, writer: asyncio.StreamWriter) -> None:
        """Say the usual thing, or what the script wants."""
        action = (self.script.pop if self.once else self.script.get)(verb, usual)
        if action == DROP:
            raise ConnectionResetError
        if action == SILENCE:
            await asyncio.Event().wait()
        writer.write(action.encode("latin-1") + b"\r\n")
        await writer.drain()


@contextlib.asynccontextmanager
async def smarthost(server: Scripted, **options: object) -> AsyncIterator[Smarthost]:
    """A client of `server`, and both gone afterwards."""
    tasks: set[asyncio.Task[None]] = set()

    def arrived(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.ensure_future(server(reader, writer)))

    listener = await asyncio.start_server(arrived, "127.0.0.1", 0)
    address = SmarthostAddress("127.0.0.1", listener.sockets[0].getsockname()[1])
    courier = Smarthost(address, timeouts=FAST, **options)  # type: ignore[arg-type]
    try:
        yield courier
    finally:
        await courier.close()
        listener.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def outcome_of(server: Scripted, data: bytes = TEXT) -> Outcome:
    """What becomes of one mail."""
    async with smarthost(server) as courier:
        return await courier.deliver("desk@support.example", "jane@customer.example", data)


STEPS = ["", "EHLO", "MAIL", "RCPT", "DATA", "."]


@pytest.mark.parametrize("verb", STEPS)
async def test_a_4xx_at_any_step_defers_for_certain(verb: str) -> None:
    server = Scripted({verb: "451 4.3.0 not now", "HELO": "451 not now"})
    outcome = await outcome_of(server)
    assert isinstance(outcome, Deferred)
    assert not outcome.uncertain
    assert "451" in outcome.reason


@pytest.mark.parametrize(
    ("verb", "fault"), [("MAIL", "us"), ("RCPT", "address"), ("DATA", "address"), (".", "address")]
)
async def test_a_5xx_at_mail_is_our_fault_and_later_the_address_s(verb: str, fault: str) -> None:
    outcome = await outcome_of(Scripted({verb: "550 5.1.1 no"}))
    assert isinstance(outcome, Refused)
    assert outcome.fault == fault
    assert "550 5.1.1 no" in outcome.reason


@pytest.mark.parametrize("verb", ["", "EHLO"])
async def test_a_5xx_before_the_mail_says_nothing_about_the_mail(verb: str) -> None:
    assert isinstance(await outcome_of(Scripted({verb: "554 go away", "HELO": "554 go away"})), Deferred)


async def test_a_server_that_wants_a_login_blames_no_address() -> None:
    assert (await outcome_of(Scripted({"RCPT": "530 5.7.0 log in first"}))) == Refused(
        "smarthost at RCPT: 530 5.7.0 log in first", fault="us"
    )


@pytest.mark.parametrize("fault", [DROP, SILENCE])
@pytest.mark.parametrize("verb", STEPS)
async def test_only_after_the_final_dot_is_a_loss_uncertain(verb: str, fault: str) -> None:
    outcome = await outcome_of(Scripted({verb: fault, "HELO": fault}))
    assert isinstance(outcome, Deferred)
    assert outcome.uncertain is (verb == ".")


@pytest.mark.parametrize(
    "garbage",
    [
        "xyz",
        "999 what",
        "25",
        "-12 minus",
        "600000",
        "250 " + "long" * 20_000,
        "\r\n".join(["250-on"] * 20_000),
        "\xff\xfe",
    ],
)
@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "."])
async def test_garbage_and_endless_replies_defer(verb: str, garbage: str) -> None:
    outcome = await outcome_of(Scripted({verb: garbage}))
    assert isinstance(outcome, Deferred)
    assert outcome.uncertain is (verb == ".")
    assert outcome.reason.isprintable()
    assert len(outcome.reason) < 500


async def test_a_drop_in_the_middle_of_a_long_text_is_certain() -> None:
    class Impatient(Scripted):
        async def obey(self, line: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await super().obey(line, reader, writer)
            if line.startswith("RCPT"):
                await reader.readline()
                writer.write(b"354 go\r\n")
                await reader.readexactly(100_000)
                raise ConnectionResetError

    outcome = await outcome_of(Impatient(), b"x: y\r\n\r\n" + b"z" * 30_000_000)
    assert isinstance(outcome, Deferred)
    assert not outcome.uncertain


async def test_an_answer_before_the_end_of_the_text_counts() -> None:
    class Hasty(Scripted):
        async def obey(self, line: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await super().obey(line, reader, writer)
            if line.startswith("RCPT"):
                await reader.readline()
                writer.write(b"354 go\r\n")
                await reader.readexactly(100_000)
                writer.write(b"552 5.3.4 far too big\r\n")
                while await reader.read(1_000_000):
                    pass

    outcome = await outcome_of(Hasty(), b"x: y\r\n\r\n" + b"z" * 30_000_000)
    assert outcome == Refused("smarthost at the text: 552 5.3.4 far too big", fault="address")


async def test_nobody_listening_defers() -> None:
    server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    outcome = await Smarthost(SmarthostAddress("127.0.0.1", port)).deliver("", "jane@customer.example", TEXT)
    assert isinstance(outcome, Deferred)
    assert not outcome.uncertain


async def test_one_connection_serves_many_mails_and_is_renewed_after_a_hundred() -> None:
    server = Scripted()
    async with smarthost(server, connections=1) as courier:
        for _ in range(101):
            assert isinstance(await courier.deliver("", "jane@customer.example", TEXT), Delivered)
    assert server.sessions == 2
    assert len(server.texts) == 101


async def test_a_connection_that_died_between_two_mails_is_replaced_unnoticed() -> None:
    server = Scripted()
    async with smarthost(server) as courier:
        assert isinstance(await courier.deliver("", "jane@customer.example", TEXT), Delivered)
        server.script, server.once = {"MAIL": DROP}, True
        assert isinstance(await courier.deliver("", "jane@customer.example", TEXT), Delivered)
    assert server.sessions == 2
    assert len(server.texts) == 2


async def test_a_refused_recipient_leaves_no_trace_for_the_next_mail() -> None:
    server = Scripted({"RCPT": "550 no"}, once=True)
    async with smarthost(server, connections=1) as courier:
        assert isinstance(await courier.deliver("", "jane@customer.example", TEXT), Refused)
        assert isinstance(await courier.deliver("", "joan@customer.example", TEXT), Delivered)
    assert server.sessions == 1
    verbs = [line.partition(" ")[0] for line in server.commands]
    assert verbs == ["EHLO", "MAIL", "RCPT", "RSET", "MAIL", "RCPT", "DATA", "QUIT"]


async def test_several_mails_travel_at_once_over_a_few_connections() -> None:
    server = Scripted()
    async with smarthost(server, connections=3) as courier:
        mails = [Outgoing("", f"{number}@customer.example", b"Subject: %d\r\n\r\n" % number) for number in range(20)]
        outcomes = await courier.deliver_many(mails)
    assert all(isinstance(outcome, Delivered) for outcome in outcomes)
    assert server.sessions == 3
    assert len(server.texts) == 20


async def test_a_delivery_report_is_asked_for_where_it_is_offered() -> None:
    server = Scripted(offers=("DSN",))
    async with smarthost(server) as courier:
        await courier.deliver("", "jane@customer.example", TEXT, dsn=True)
    assert "MAIL FROM:<> RET=HDRS" in server.commands
    assert "RCPT TO:<jane@customer.example> NOTIFY=FAILURE,DELAY" in server.commands


async def test_only_what_is_offered_is_used() -> None:
    server = Scripted(offers=())
    async with smarthost(server) as courier:
        await courier.deliver("", "jane@customer.example", "Subject: x\r\n\r\nä".encode(), dsn=True)
    assert "MAIL FROM:<>" in server.commands


async def test_smtputf8_is_used_for_an_address_that_needs_it_and_refused_without() -> None:
    server = Scripted(offers=("SMTPUTF8",))
    async with smarthost(server) as courier:
        assert isinstance(await courier.deliver("", "jürgen@customer.example", TEXT), Delivered)
    assert server.commands[1] == "MAIL FROM:<> SMTPUTF8"
    async with smarthost(Scripted()) as courier:
        outcome = await courier.deliver("", "jürgen@customer.example", TEXT)
    assert isinstance(outcome, Refused)
    assert outcome.fault == "address"


@pytest.mark.parametrize(
    "evil", ["a@b.example>\r\nRCPT TO:<c@d.example", "a@b.example> SIZE=0", "a b@c.example", "", "a"]
)
async def test_an_address_that_is_none_never_reaches_the_wire(evil: str) -> None:
    server = Scripted()
    async with smarthost(server) as courier:
        assert isinstance(await courier.deliver("", evil, TEXT), Refused)
        if evil:
            assert isinstance(await courier.deliver(evil, "jane@customer.example", TEXT), Refused)
    assert server.commands == []


async def test_a_text_full_of_line_ends_and_dots_arrives_as_one_mail() -> None:
    keeper = Keeper()
    data = b"Subject: x\n\n.\n.\r.\r\n..\r\n\n.\n\nend"
    async with listening(keeper) as listener:
        courier = Smarthost(SmarthostAddress("127.0.0.1", listener.port))
        assert isinstance(await courier.deliver("", "help@support.example", data), Delivered)
        await courier.close()
    assert keeper.texts == [b"Subject: x\r\n\r\n.\r\n.\r\n.\r\n..\r\n\r\n.\r\n\r\nend\r\n"]


@given(st.lists(st.sampled_from([b".", b"\r\n", b"\n", b"\r", b"a", b"\r\n.\r\n"])).map(b"".join))
def test_nothing_in_a_text_can_end_it_early(data: bytes) -> None:
    wire = b"\r\n" + on_the_wire(data) + b".\r\n"
    assert wire.find(b"\r\n.\r\n") == len(wire) - 5
    assert b"\n" not in wire.replace(b"\r\n", b"")
    assert b"\r" not in wire.replace(b"\r\n", b"")


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("code", [-1, 0, 100, 199, 221, 250, 299, 300, 354, 399, 421, 499, 500, 599, 600, 10_000])
def test_every_reply_at_every_step_means_something(phase: Phase, code: int) -> None:
    verdict = judge(phase, code, "words")
    if isinstance(verdict, Delivered):
        assert phase is Phase.DOT and 200 <= code < 300
    elif isinstance(verdict, Refused):
        assert 500 <= code < 600


async def test_stock_aiosmtpd_takes_our_mail() -> None:
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    taken: list[Envelope] = []

    class Handler:
        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
            taken.append(envelope)
            return "250 ok"

    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Handler(), hostname="stock", loop=loop), "127.0.0.1", 0)
    courier = Smarthost(SmarthostAddress("127.0.0.1", server.sockets[0].getsockname()[1]))
    assert isinstance(await courier.deliver("desk@support.example", "jane@customer.example", TEXT), Delivered)
    await courier.close()
    server.close()
    assert taken[0].mail_from == "desk@support.example"
    assert taken[0].rcpt_tos == ["jane@customer.example"]
    assert taken[0].content == TEXT
