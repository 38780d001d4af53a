"""Letters and a smarthost that is away, or says no."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from campaign.target import free_port
from house import MONDAY, Sink, listening, living, mail

from mailproc.store import outbox
from mailproc.store.tables import LetterState
from mailproc.store.transaction import Transaction

CAROL = "carol@customer.example"


async def test_a_smarthost_that_was_away_gets_the_same_bytes_under_the_same_message_id(tmp_path: Path) -> None:
    port = free_port()
    async with living(tmp_path, 'outbound.first_retry="10 seconds"', smarthost=port) as house:
        await house.send(mail("The export fails"))
        await house.until(_tried)
        [letter] = house.letters("confirmation")
        assert letter.state is LetterState.WAITING
        assert letter.tries == 1
        assert not letter.uncertain
        before = house.body(letter)
        async with listening(Sink(port)) as sink:
            await house.move(MONDAY + timedelta(minutes=1))
            assert sink.got(CAROL) == [before]
            assert re.findall(rb"(?im)^message-id: (.+)\r$", before) == [letter.message_id.encode()]
            assert {one.state for one in house.letters()} == {LetterState.SENT}


def _tried(tx: Transaction) -> bool:
    letters = outbox.listing(tx, tuple(LetterState))
    return bool(letters) and all(one.tries for one in letters)


async def test_a_smarthost_that_stays_away_is_asked_less_and_less_often(tmp_path: Path) -> None:
    settings = ('outbound.first_retry="1 minute"', 'outbound.longest_retry="30 minutes"')
    async with living(tmp_path, *settings, smarthost=free_port()) as house:
        await house.send(mail("The export fails"))
        await house.until(_tried)
        waits = []
        for _ in range(8):
            [letter] = house.letters("confirmation")
            waits.append(letter.not_before - house.clock.now())
            await house.move(letter.not_before)
        assert all(later > sooner for sooner, later in pairwise(waits[:5]))
        assert max(waits) <= timedelta(minutes=30)
        assert len(house.letters("confirmation")) == 1


async def test_CON_3_R17_a_confirmation_refused_for_good_alarms_and_ends_automatic_mail(tmp_path: Path) -> None:
    async with listening(Sink(refuses={CAROL})) as sink, living(tmp_path, smarthost=sink.port) as house:
        await house.send(mail("[urgent] Nobody can log in"))
        await house.rest()
        [confirmation] = house.letters("confirmation")
        assert confirmation.state is LetterState.FAILED
        assert "550" in confirmation.error
        assert sink.got("ops@example.com"), "the operator hears of it"
        assert {one.recipient for one in house.letters("task")} == {"alice@example.com", "bob@example.com"}
        # Two days of clocks: the team is reminded, the dead address hears nothing more.
        await house.move(MONDAY + timedelta(days=2))
        assert [one.template for one in house.letters() if one.recipient == CAROL] == ["confirmation"]
        assert len(sink.got("ops@example.com")) == 1


async def test_R17_an_alarm_that_is_refused_raises_no_alarm(tmp_path: Path) -> None:
    async with (
        listening(Sink(refuses={CAROL, "ops@example.com"})) as sink,
        living(tmp_path, smarthost=sink.port) as house,
    ):
        await house.send(mail("The export fails"))
        await house.rest()
        assert [one.state for one in house.letters("operator_alarm")] == [LetterState.FAILED]


async def test_a_letter_whose_case_cannot_be_read_is_not_sent_again(tmp_path: Path) -> None:
    port = free_port()
    async with living(tmp_path, smarthost=port) as house:
        await house.send(mail("The export fails"))
        await house.until(_tried)
        house.store.transact(lambda tx: tx.connection.exec_driver_sql("UPDATE cases SET doc = '[]'"))
        async with listening(Sink(port)) as sink:
            house.clock.set(MONDAY + timedelta(minutes=2))
            house.daemon.wake()
            await house.until(lambda tx: not outbox.counts(tx)["waiting"] and not outbox.counts(tx)["sending"])
            house.clock.set(MONDAY + timedelta(minutes=30))
            await house.send(mail("Another one", sender="dana@client.example", number=2))
            await house.until(lambda tx: outbox.answers(tx, "dana@client.example", MONDAY))
            await house.until(lambda tx: not outbox.counts(tx)["waiting"] and not outbox.counts(tx)["sending"])
            assert len(sink.got(CAROL)) == 1
            assert len(sink.got("dana@client.example")) == 1
            [letter] = house.letters("confirmation", 1)
            assert letter.state is LetterState.SENT
