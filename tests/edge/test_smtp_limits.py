"""How long a client is waited for, and how many are let in: rules over given times, without any clock."""

from __future__ import annotations

import dataclasses

import pytest

from mailproc.edge import replies
from mailproc.edge.smtp_limits import Gate, Limits, Pace

LIMITS = Limits(idle=300, data_idle=180, rate=100, rate_grace=60, lifetime=7200)


def test_a_client_that_commands_in_time_may_stay() -> None:
    pace = Pace(LIMITS, 0)
    for now in range(0, 7000, 299):
        pace.command(now)
        assert pace.overdue(now + 299) is None


def test_a_client_that_says_nothing_for_the_idle_time_may_not() -> None:
    pace = Pace(LIMITS, 0)
    pace.command(10)
    assert pace.overdue(309.9) is None
    assert pace.overdue(310) == replies.IDLE_421


def test_single_letters_of_a_command_are_no_progress() -> None:
    pace = Pace(LIMITS, 0)
    for now in range(0, 300, 20):
        pace.heard(now, 1)
    assert pace.overdue(300) == replies.IDLE_421


def test_a_slow_sender_is_kept_as_long_as_it_makes_progress() -> None:
    pace = Pace(LIMITS, 0)
    pace.data_starts(5)
    for now in range(5, 6000, 100):
        pace.heard(now, 10_500)
        assert pace.overdue(now + 99) is None


def test_a_sender_that_stops_is_dismissed() -> None:
    pace = Pace(LIMITS, 0)
    pace.data_starts(5)
    pace.heard(10, 1_000_000)
    assert pace.overdue(189.9) is None
    assert pace.overdue(190) == replies.IDLE_421


def test_a_sender_below_the_least_rate_is_dismissed_once_the_grace_is_over() -> None:
    pace = Pace(LIMITS, 0)
    pace.data_starts(0)
    for now in range(0, 61, 20):
        pace.heard(now, 1)
        assert pace.overdue(now) is None
    pace.heard(65, 1)
    assert pace.overdue(65) == replies.TOO_SLOW_421


def test_nobody_stays_for_ever() -> None:
    pace = Pace(LIMITS, 0)
    pace.command(7199)
    assert pace.overdue(7200) == replies.TOO_LONG_CONNECTED_421


def test_our_own_slowness_is_not_held_against_the_client() -> None:
    pace = Pace(LIMITS, 0)
    pace.data_starts(0)
    pace.wait_for_us()
    assert pace.overdue(100_000) is None


@pytest.mark.parametrize("data", [False, True])
def test_nothing_becomes_overdue_before_the_next_look(data: bool) -> None:
    pace = Pace(LIMITS, 0)
    if data:
        pace.data_starts(0)
        pace.heard(1, 2000)
    now = 1.0
    looks = 0
    while pace.overdue(now) is None:
        later = now + pace.look_again_in(now)
        assert pace.overdue(later - 0.02) is None
        now, looks = later, looks + 1
        assert looks < 5
    assert pace.overdue(now - 0.02) is None


def test_the_gate_counts_in_all_and_by_address() -> None:
    gate = Gate(dataclasses.replace(LIMITS, connections=3, per_address=2))
    assert [gate.enter("192.0.2.1"), gate.enter("192.0.2.1"), gate.enter("192.0.2.1")] == [True, True, False]
    assert [gate.enter("192.0.2.2"), gate.enter("192.0.2.3")] == [True, False]
    gate.leave("192.0.2.1")
    assert gate.enter("192.0.2.3")
    assert (gate.total, gate.open_from("192.0.2.1")) == (3, 1)


def test_the_gate_counts_an_ipv6_network_as_one_client() -> None:
    gate = Gate(dataclasses.replace(LIMITS, per_address=1))
    assert gate.enter("2001:db8::1")
    assert not gate.enter("2001:db8::ffff:2")
    assert gate.enter("2001:db8:0:1::1")
    assert gate.enter("fe80::1%eth0")
