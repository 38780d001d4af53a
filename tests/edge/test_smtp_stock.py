"""What we rely on in aiosmtpd and asyncio without its being promised: if a new version changes it, this says so."""

from __future__ import annotations

import asyncio

from aiosmtpd.smtp import SMTP
from edge_wire import Keeper, OurAddresses

from mailproc.edge.smtp_data import Wire
from mailproc.edge.smtp_limits import Gate, Limits
from mailproc.edge.smtp_service import Service
from mailproc.edge.smtp_session import MailprocSMTP


def session(loop: asyncio.AbstractEventLoop) -> MailprocSMTP:
    """A session that is connected to nothing."""
    limits = Limits()
    service = Service(
        accept=Keeper().accept,
        recipients=OurAddresses(),
        limits=limits,
        gate=Gate(limits),
        hostname="mail.support.example",
        storage_ok=lambda: True,
    )
    return MailprocSMTP(service, loop)


async def test_a_session_has_every_attribute_that_the_stock_constructor_sets() -> None:
    loop = asyncio.get_running_loop()
    stock = SMTP(None, hostname="stock", loop=loop)
    assert vars(stock).keys() <= vars(session(loop)).keys()


async def test_two_sessions_share_nothing_that_one_of_them_may_change() -> None:
    loop = asyncio.get_running_loop()
    first, second = session(loop), session(loop)
    shared = {
        name
        for name, value in vars(first).items()
        if isinstance(value, list | dict | set) and value is vars(second)[name]
    }
    assert shared <= {"_handle_hooks"}
    assert first._handle_hooks == {}


async def test_every_verb_has_its_method_and_every_method_its_verb() -> None:
    names = {name.removeprefix("smtp_") for name in dir(MailprocSMTP) if name.startswith("smtp_")}
    assert names == set(MailprocSMTP.verbs)


async def test_bytes_put_back_are_read_first_and_discarded_ones_never() -> None:
    wire = Wire()
    wire.feed_data(b"second\n")
    wire.put_back(b"first\n")
    assert await wire.readline() == b"first\n"
    wire.discard()
    wire.feed_data(b"third\n")
    assert await wire.readline() == b"third\n"
