"""The whole road by real sockets: LMTP in, an agent's answer by the address that was given out."""

from __future__ import annotations

import asyncio
import smtplib
from email.message import EmailMessage
from pathlib import Path

from house import House, living, mail

from mailproc.store import cases, inbound
from mailproc.store.tables import LetterState, Outcome

ALICE, CAROL = "alice@example.com", "carol@customer.example"


def answer(notice: EmailMessage, text: str, number: int) -> bytes:
    """What a mail program writes when somebody presses Reply."""
    more = f"In-Reply-To: {notice['Message-ID']}\n"
    to = str(notice["Reply-To"])
    return mail(f"Re: {notice['Subject']}", sender=ALICE, to=to, text=text, number=number, more=more)


async def notice_of(house: House) -> EmailMessage:
    """What alice reads of a new case."""
    await house.send(mail("The export fails"))
    await house.rest()
    [notice] = house.arrived("new_case", ALICE)
    return notice


async def test_R19_an_agent_who_presses_reply_answers_the_customer(tmp_path: Path) -> None:
    async with living(tmp_path) as house:
        notice = await notice_of(house)
        reply = answer(notice, "#take\n\nWe see it too; it is repaired within the hour.", 2)
        await house.send(reply, sender=ALICE, to=str(notice["Reply-To"]).strip("<>"))
        await house.rest()
        [sent] = house.arrived("customer_reply", CAROL)
        body = sent.get_body(("plain",))
        assert body is not None
        assert "repaired within the hour" in body.get_content()
        assert "#take" not in sent.as_string()
        assert "alice@example.com" not in sent.as_string()
        assert str(sent["In-Reply-To"]) == "<1@customer.example>"
        case = house.store.read(lambda tx: cases.load(tx, 1))
        assert case is not None
        assert (case.owner, case.state.value) == ("alice", "open")


async def test_R19_the_same_words_from_another_address_reach_nobody(tmp_path: Path) -> None:
    async with living(tmp_path) as house:
        notice = await notice_of(house)
        forged = answer(notice, "#close\n\nForget it.", 2).replace(ALICE.encode(), b"mallory@elsewhere.example", 1)
        await house.send(forged, sender="mallory@elsewhere.example", to=str(notice["Reply-To"]).strip("<>"))
        await house.rest()
        assert house.letters("customer_reply") == []
        case = house.store.read(lambda tx: cases.load(tx, 1))
        assert case is not None
        assert case.state.value == "new"


async def test_lmtp_takes_a_mail_and_answers_for_each_recipient(tmp_path: Path) -> None:
    async with living(tmp_path, 'intake.lmtp.listen="127.0.0.1:0"') as house:
        port = house.daemon.listeners[1].port

        def handed() -> list[int]:
            with smtplib.LMTP("127.0.0.1", port, local_hostname="mta.example") as client:
                client.ehlo_or_helo_if_needed()
                client.mail(CAROL)
                codes = [client.rcpt("support@example.com")[0], client.rcpt("postmaster")[0]]
                client.putcmd("data")
                codes.append(client.getreply()[0])
                client.send(mail("By LMTP") + b".\r\n")
                return [*codes, client.getreply()[0], client.getreply()[0]]

        assert await asyncio.to_thread(handed) == [250, 250, 354, 250, 250]
        await house.rest()
        [row] = house.store.read(lambda tx: inbound.listing(tx, outcome=Outcome.CASE, limit=9))
        assert (row.source, row.rcpt_tos) == ("lmtp", ["support@example.com", "postmaster"])
        assert [one.state for one in house.letters("confirmation")] == [LetterState.SENT]


async def test_lmtp_by_a_unix_socket(tmp_path: Path) -> None:
    path = tmp_path / "lmtp.sock"
    async with living(tmp_path, f'intake.lmtp.listen="unix:{path}"') as house:

        def handed() -> dict[str, tuple[int, bytes]]:
            with smtplib.LMTP(str(path), local_hostname="mta.example") as client:
                return client.sendmail(CAROL, "support@example.com", mail("By a socket"))

        assert await asyncio.to_thread(handed) == {}
        await house.rest()
        assert len(house.letters("confirmation")) == 1
    assert not path.exists()
