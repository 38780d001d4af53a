"""Each clock against an oracle that knows nothing but how to count minutes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from given import BOTH, CONCEAL, NEW_YORK, OPENED, a_case, after, happen, moment, opened
from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

from mailproc.core import effects as e
from mailproc.core import events as ev
from mailproc.core.case import Case, Pause, State
from mailproc.core.clocks import clocks, still_open_to
from mailproc.core.decide import decide
from mailproc.core.steps import next_due, planned
from mailproc.policy.model import Elapsed

MINUTE = timedelta(minutes=1)
PAUSING = replace(CONCEAL, waiting=replace(CONCEAL.waiting, pauses=("initial_response", "human_response", "relief")))
BERLIN = ZoneInfo("Europe/Berlin")


@cache
def open_in_new_york(minute: datetime) -> bool:
    local = minute.astimezone(NEW_YORK)
    return local.weekday() < 5 and 8 <= local.hour < 20


@cache
def open_in_berlin(minute: datetime) -> bool:
    local = minute.astimezone(BERLIN)
    if local.date() == date(2026, 3, 10) or local.weekday() == 6:
        return False
    if local.weekday() == 5:
        return 10 <= local.hour < 12
    return 9 <= local.hour < 12 or 13 <= local.hour < 18


def always(minute: datetime) -> bool:
    return True


HOURS = {
    "conceal": {
        "urgent": {"initial_response": (60, always), "relief": (720, open_in_new_york), "update": (60, always)},
        "high": {"initial_response": (240, always), "relief": (1440, open_in_new_york), "update": (240, always)},
        "normal": {"initial_response": (720, always), "update": (3 * 1440, always)},
        "low": {"initial_response": (1440, always)},
    },
    "rich": {
        "one": {"initial_response": (30, always), "relief": (300, open_in_berlin), "update": (120, open_in_berlin)},
        "two": {"initial_response": (180, open_in_berlin)},
    },
}
STOPS = {"conceal": {"initial_response", "update", "relief"}, "rich": {"initial_response", "update", "relief"}}


@dataclass
class Diary:
    """What happened, as somebody would write it down who has never seen a case."""

    policy: str
    opened: datetime
    severity: str
    waits: list[list[datetime | None]] = field(default_factory=list)
    answered: datetime | None = None
    news: list[datetime] = field(default_factory=list)

    def paused(self, minute: datetime) -> bool:
        return any(start <= minute and (end is None or minute < end) for start, end in self.waits)

    def due(self, start: datetime, length: int, is_open: Callable[[datetime], bool], stops: bool) -> datetime:
        left, minute = length, start
        while left:
            left -= is_open(minute) and not (stops and self.paused(minute))
            minute += MINUTE
        return minute

    def dues(self) -> Iterator[tuple[str, datetime]]:
        """Every clock that runs, with its due time."""
        waits = self.waits and self.waits[-1][1] is None
        for objective, (length, is_open) in HOURS[self.policy][self.severity].items():
            if (waits and objective in STOPS[self.policy]) or (objective == "initial_response" and self.answered):
                continue
            start = max([self.opened, *self.news]) if objective == "update" else self.opened
            yield objective, self.due(start, length, is_open, objective in STOPS[self.policy])
        if self.policy == "conceal" and not self.answered:
            yield "human_response", self.due(self.opened, 480, open_in_new_york, stops=False)


def happens(diary: Diary, case: Case, what: str, now: datetime) -> Case:
    """Let it happen to the case, and write it down."""
    levels = list(HOURS[diary.policy])
    waits = bool(diary.waits) and diary.waits[-1][1] is None
    match what:
        case "answer":
            event: ev.Event = ev.Replied("alice", "Hello")
            diary.answered = diary.answered or now
        case "wait":
            event = ev.Waited("alice")
            if waits:
                diary.waits[-1][1] = now
            diary.waits.append([now, None])
        case "write":
            event = ev.CustomerWrote(case.requester, "Hello?")
            if waits:
                diary.waits[-1][1] = now
        case "up" | "down":
            index = levels.index(case.severity) + (1 if what == "down" else -1)
            diary.severity = levels[index % len(levels)]
            event = ev.SeveritySet("alice", diary.severity)
        case _:
            event = ev.Tick()
    effects = decide(case, event, BOTH[diary.policy], now)
    diary.news += [one.at for one in effects if isinstance(one, e.UpdateSent | e.PersonSpoke)]
    return after(case, effects)


@settings(max_examples=80, deadline=None)
@for_any(
    name=st.sampled_from(sorted(BOTH)),
    start=st.integers(0, 14 * 1440),
    level=st.integers(0, 3),
    story=st.lists(
        st.tuples(st.integers(0, 1200), st.sampled_from(["answer", "wait", "write", "up", "down", "tick"])), max_size=7
    ),
)
def test_every_due_time_is_what_counting_minutes_gives(name: str, start: int, level: int, story: list[tuple[int, str]]):
    policy = BOTH[name]
    now = moment("2026-03-02 00:00") + start * MINUTE
    severity = list(policy.severities)[level % len(policy.severities)]
    diary = Diary(policy=name, opened=now, severity=severity)
    case = opened(policy, opened=now, severity=severity)
    for gap, what in (*story, (0, "tick")):
        now += gap * MINUTE
        case = happens(diary, case, what, now)
        # A wait that is longer than its reminders allow closes the case, and then no clock runs.
        if case.state is State.CLOSED:
            return
        running = {clock.objective: clock.due for clock in clocks(case, policy).values() if clock.runs}
        expected = dict(diary.dues())
        assert {objective: running.get(objective) for objective in expected} == expected


def dues(case: Case) -> dict[str, datetime | None]:
    return {clock.objective: clock.due for clock in clocks(case, CONCEAL).values()}


def test_a_working_week_that_passed_in_waiting_asks_for_no_update_of_a_low_case():
    case = opened(severity="low")
    case = happen(case, (ev.Waited("alice"), moment("2026-03-12 10:00")))
    case = happen(case, (ev.CustomerWrote(case.requester, "yes"), moment("2026-03-17 10:00")))
    assert dues(case)["update"] == moment("2026-03-20 20:00")


def test_a_date_that_a_sentence_gives_does_not_shift_and_breaks_when_time_counts_again():
    policy = BOTH["rich"]
    case = opened(policy, severity="two", answerable=False)
    assert clocks(case, policy)["relief"].due == datetime(2026, 3, 12, 17, tzinfo=UTC)
    case = happen(case, (ev.Waited("alice"), moment("2026-03-12 10:00")), policy=policy)
    back = moment("2026-03-13 07:00")
    case = happen(case, (ev.CustomerWrote(case.requester, "yes"), back), policy=policy)
    assert clocks(case, policy)["relief"].due == datetime(2026, 3, 12, 17, tzinfo=UTC)
    broken = [one for one in decide(case, ev.Tick(), policy, back) if isinstance(one, e.Break)]
    assert [(one.objective, one.at) for one in broken if one.objective == "relief"] == [("relief", back)]


def test_an_objective_that_starts_with_another_counts_from_when_that_was_met():
    policy = BOTH["rich"]
    case = opened(policy, severity="one")
    assert "second_look" not in clocks(case, policy)
    case = happen(case, (ev.Replied("alice", "Hello"), moment("2026-03-09 10:20")), policy=policy)
    assert clocks(case, policy)["second_look"].due == moment("2026-03-09 12:20")


@pytest.mark.parametrize(("state", "days", "joins"), [("closed", 14, True), ("closed", 15, False), ("open", 99, True)])
def test_R7_a_case_takes_mail_for_a_while_after_its_end(state: str, days: int, joins: bool):
    case = a_case(state=State(state), resolved=OPENED - timedelta(days=7), closed=OPENED)
    assert still_open_to(case, CONCEAL, OPENED + timedelta(days=days)) is joins


def test_R7_what_counts_is_the_last_end_of_several():
    case = a_case(state=State.RESOLVED, closed=OPENED, resolved=OPENED + timedelta(days=30))
    assert still_open_to(case, CONCEAL, OPENED + timedelta(days=40))


def test_the_next_moment_of_a_case_is_its_earliest_step():
    case = opened()
    assert planned(case, CONCEAL)[0].at == next_due(case, CONCEAL) == moment("2026-03-09 10:20")
    delivered = happen(case, (ev.Delivered("confirmation", case.requester.address, "confirmation"), OPENED))
    assert next_due(delivered, CONCEAL) == moment("2026-03-09 13:00")
    assert [one.at for one in planned(delivered, CONCEAL)] == sorted(one.at for one in planned(delivered, CONCEAL))


def test_a_case_that_is_closed_has_no_next_moment():
    assert next_due(happen(opened(), (ev.Closed("alice"), OPENED)), CONCEAL) is None


def test_a_pause_of_no_length_shifts_nothing():
    case = opened()
    paused = replace(case, pauses=(Pause(OPENED, OPENED, "waiting"),))
    assert dues(paused) == dues(case)


def test_an_hourly_clock_has_no_moment_before_its_beginning():
    case = opened(severity="normal")
    case = happen(case, (ev.IntervalAgreed("alice", "1 hour"), OPENED))
    ahead = [one for one in planned(case, CONCEAL) if one.rule and one.rule.on.objective == "update"]
    assert ahead == []
    assert clocks(case, CONCEAL)["update"].promise.target == Elapsed(timedelta(hours=1))


def test_a_pause_that_begins_when_the_time_is_over_spares_nothing():
    due = clocks(opened(), CONCEAL)["human_response"].due
    assert due is not None
    waits = happen(opened(), (ev.Waited(by="alice"), due))
    assert clocks(waits, PAUSING)["human_response"].due == due
    effects = list(decide(waits, ev.Tick(), PAUSING, due))
    assert [(one.objective, one.at) for one in effects if isinstance(one, e.Break)] == [("human_response", due)]
    assert clocks(after(waits, effects), PAUSING)["human_response"].state == "paused"


def test_a_pause_that_begins_a_second_earlier_spares_what_is_left():
    due = clocks(opened(), CONCEAL)["human_response"].due
    assert due is not None
    waits = happen(opened(), (ev.Waited(by="alice"), due - timedelta(seconds=1)))
    assert clocks(waits, PAUSING)["human_response"].state == "paused"
    assert not [one for one in decide(waits, ev.Tick(), PAUSING, due) if isinstance(one, e.Break)]
