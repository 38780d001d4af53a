"""Semantics, Clocks: after a gap one update a case and the furthest step of each clock; backward nothing again."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

from house import MONDAY, House, living, mail

MONTH = timedelta(days=30)


async def three_cases(house: House) -> None:
    for number, severity in enumerate(("urgent", "normal", "low"), 1):
        await house.send(mail(f"[{severity}] Something broke", sender=f"{severity}@customer.example", number=number))
    await house.rest()
    assert len(house.letters("confirmation")) == 3


def by_reader(house: House, *, after: int) -> Counter[tuple[object, ...]]:
    """How often each reader was told the same kind of news of a case, in letters newer than this one."""
    return Counter(
        (one.case_number, one.template, one.objective, one.recipient) for one in house.letters() if one.id > after
    )


async def test_a_clock_thirty_days_ahead_sends_one_update_a_case_and_no_storm(tmp_path: Path) -> None:
    async with living(tmp_path) as house:
        await three_cases(house)
        last = house.letters()[-1].id
        await house.move(MONDAY + MONTH)
        told = by_reader(house, after=last)
        updates = {key: count for key, count in told.items() if key[1] == "update"}
        assert {key[0] for key in updates} == {1, 2, 3}
        assert set(told.values()) == {1}, told
        await house.rest()
        assert by_reader(house, after=last) == told


async def test_a_clock_that_goes_back_says_nothing_twice(tmp_path: Path) -> None:
    async with living(tmp_path) as house:
        await three_cases(house)
        await house.move(MONDAY + MONTH)
        before = [one.id for one in house.letters()]
        house.clock.set(MONDAY + timedelta(hours=1))
        # A mail that comes now shows that the worker has looked at everything since.
        await house.send(mail("[low] One more", sender="fred@customer.example", number=9))
        await house.rest()
        new = [one for one in house.letters() if one.id not in before]
        assert {one.case_number for one in new} == {4}
        assert [one.recipient for one in new if one.template == "confirmation"] == ["fred@customer.example"]


async def test_after_going_back_the_clocks_go_on_when_their_time_comes_again(tmp_path: Path) -> None:
    async with living(tmp_path) as house:
        await three_cases(house)
        await house.move(MONDAY + MONTH)
        await house.move(MONDAY)
        last = house.letters()[-1].id
        await house.move(MONDAY + MONTH + timedelta(days=8))
        told = by_reader(house, after=last)
        assert {key[0] for key in told if key[1] == "update"} == {1, 2, 3}
        assert set(told.values()) == {1}, told
