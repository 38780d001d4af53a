"""A walk of a case through anything that may happen to it, with what must hold after every step."""

from __future__ import annotations

from datetime import datetime, timedelta

from given import BOTH, CAROL, OPENED, a_case
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mailproc.core import effects as e
from mailproc.core import events as ev
from mailproc.core.case import RUNNING, Case, State, Step
from mailproc.core.clocks import clocks
from mailproc.core.codec import dump, load
from mailproc.core.decide import ImpossibleEvent, decide
from mailproc.core.events import Event
from mailproc.core.evolve import evolve
from mailproc.core.steps import next_due
from mailproc.policy.model import Policy

SECRET = "the vendor's password is swordfish"
WORDS = st.sampled_from(["", "We are looking at it."])
LENGTHS = st.sampled_from(["45 minutes", "6 hours", "2 business hours", "1 business day", "3 days"])
FAR = st.none() | st.sampled_from([timedelta(minutes=20), timedelta(hours=7), timedelta(days=3)])
STEPS = st.sampled_from([timedelta(seconds=1), timedelta(minutes=17), timedelta(hours=3), timedelta(days=2)])
BY_PERSONS = {"customer_reply", "action_plan", "relief", "resolution", "closing", "reopened", "update"}


class Walk(RuleBasedStateMachine):
    """Time goes on, people write, and each decision is looked at closely."""

    case: Case
    policy: Policy
    now: datetime

    @initialize(
        name=st.sampled_from(sorted(BOTH)),
        answerable=st.booleans(),
        reachable=st.booleans(),
        severity=st.integers(0, 3),
        late=st.timedeltas(timedelta(), timedelta(days=7)),
        call=st.booleans(),
    )
    def a_case_is_opened(
        self, name: str, answerable: bool, reachable: bool, severity: int, late: timedelta, call: bool
    ) -> None:
        self.policy = BOTH[name]
        levels = list(self.policy.severities)
        self.now = OPENED + late.__class__(seconds=int(late.total_seconds()))
        self.marked: set[Step] = set()
        self.broken: list[str] = []
        self.case = a_case(
            opened=self.now,
            severity=levels[severity % len(levels)],
            answerable=answerable and reachable,
            requester=CAROL if reachable else type(CAROL)("", phone="+12125550100"),
        )
        self.happens(ev.Opened(call_back=call and not reachable))

    def happens(self, event: Event) -> list[e.Effect]:
        """Let it happen, unless it is refused; whatever follows is checked, effect by effect."""
        try:
            effects = decide(self.case, event, self.policy, self.now)
        except ImpossibleEvent:
            assert isinstance(event, ev.AgentDid)
            return []
        assert effects == decide(self.case, event, self.policy, self.now), "the same twice is the same"
        for effect in effects:
            before, self.case = self.case, evolve(effect, self.case)
            self.looked_at(event, effect, before)
        return effects

    def looked_at(self, event: Event, effect: e.Effect, before: Case) -> None:
        match effect:
            case e.Mark(step=step):
                assert step not in self.marked, "each step is told once"
                self.marked.add(step)
            case e.Break(objective=objective, at=at, due=due):
                assert objective not in self.broken, "no promise breaks twice"
                assert objective not in before.met
                assert due <= at <= self.now
                self.broken.append(objective)
            case e.Meet(objective=objective):
                assert objective not in before.met
            case e.Notice():
                self.mail_looked_at(event, effect, before)
        assert effect.because or isinstance(effect, e.Notice), "each effect says why"

    def mail_looked_at(self, event: Event, mail: e.Notice, before: Case) -> None:
        assert mail.because
        if mail.to != "customer" and mail.to != CAROL:
            return
        assert SECRET not in repr(mail), "no note reaches a customer"
        asked = isinstance(event, ev.StatusAsked)  # its gate is that of the mail that asks, and the flow keeps it
        if not asked and not (mail.text and mail.template in BY_PERSONS):
            assert before.answerable, "no machine writes through a closed gate"
        if isinstance(event, ev.Tick):
            assert before.state in RUNNING or mail.template == "closing", "time writes nothing about what is over"
            assert mail.template in {"update", "waiting_reminder", "closing"}

    @rule(step=STEPS)
    def time_goes_on(self, step: timedelta) -> None:
        """To the next moment that matters, or to `step` later if that comes first."""
        due = next_due(self.case, self.policy)
        self.now = max(self.now, min(due, self.now + step) if due else self.now + step)
        self.ticks()

    @rule(days=st.integers(1, 9))
    def nothing_runs_for_days(self, days: int) -> None:
        self.now += timedelta(days=days)
        effects = self.ticks()
        updates = [one for one in effects if isinstance(one, e.Notice) and one.template == "update"]
        assert len(updates) <= 1, "after a gap one update makes good for all"

    def ticks(self) -> list[e.Effect]:
        update = clocks(self.case, self.policy).get("update")
        effects = self.happens(ev.Tick())
        sent = [one for one in effects if isinstance(one, e.UpdateSent)]
        assert not sent or (update and update.due and update.due <= self.now), "no update before its time"
        # A pause that ends at this moment can make a date felt that passed in it: the clock looks once more.
        if (due := next_due(self.case, self.policy)) and due <= self.now:
            effects += self.happens(ev.Tick())
        due = next_due(self.case, self.policy)
        assert due is None or due > self.now, "after a tick and another nothing is due any more"
        return effects

    @rule(text=st.sampled_from(["hello", "no"]), courtesy=st.booleans(), answerable=st.booleans())
    def the_customer_writes(self, text: str, courtesy: bool, answerable: bool) -> None:
        answer = "no" if text == "no" else None
        self.happens(ev.CustomerWrote(CAROL, text, courtesy=courtesy, answer=answer, answerable=answerable))
        assert self.case.state is not State.WAITING

    @rule(event=st.sampled_from([ev.StatusAsked(CAROL), ev.UpdatesStopped(CAROL)]))
    def the_customer_asks_for_something(self, event: Event) -> None:
        self.happens(event)
        assert self.case.state is not State.WAITING

    @rule()
    def a_robot_writes(self) -> None:
        self.ticks()
        before = self.case
        self.happens(ev.RobotWrote("robot@customer.example", "auto_reply", SECRET))
        assert self.case == before, "a robot changes nothing"

    @rule(dead=st.booleans(), template=st.sampled_from(["confirmation", "update", "new_case"]))
    def a_mail_of_ours_comes_back(self, dead: bool, template: str) -> None:
        self.happens(ev.DeliveryFailed(template, CAROL.address, "", "550 no", dead=dead))

    @rule(template=st.sampled_from(["confirmation", "operator_alarm"]))
    def a_mail_of_ours_is_taken(self, template: str) -> None:
        self.happens(ev.Delivered(template, CAROL.address, "confirmation"))

    @rule(text=WORDS, far=FAR, what=st.integers(0, 9))
    def an_agent_writes(self, text: str, far: timedelta | None, what: int) -> None:
        until = self.now + far if far else None
        self.happens(
            [
                ev.Replied("alice", text or "Hello"),
                ev.Progressed("alice", text),
                ev.Planned("alice", until or self.now + timedelta(days=1), text),
                ev.Waited("alice", text, until),
                ev.PutOnHold("alice", "vendor", until, text),
                ev.Relieved("alice", text),
                ev.Resolved("alice", text),
                ev.Closed("alice", text),
                ev.Reopened("alice", text),
                ev.TaskDone("alice", "call_back", text),
            ][what]
        )

    @rule(what=st.integers(0, 5), owner=st.sampled_from(["alice", "bob", None]))
    def an_agent_works_inside(self, what: int, owner: str | None) -> None:
        events = (
            ev.Noted("alice", SECRET),
            ev.Taken("alice"),
            ev.Assigned("alice", owner),
            ev.EscalationAsked("alice", "stuck", frozenset({"management"} if owner else ())),
            ev.Acknowledged("alice"),
            ev.TaskDone("bob", "call_back", SECRET),
        )
        self.happens(events[what])

    @rule(level=st.integers(0, 3))
    def an_agent_sets_the_severity(self, level: int) -> None:
        levels = list(self.policy.severities)
        self.happens(ev.SeveritySet("alice", levels[level % len(levels)], "because"))

    @rule(every=LENGTHS, far=FAR)
    def an_interval_is_agreed(self, every: str, far: timedelta | None) -> None:
        self.happens(ev.IntervalAgreed("alice", every, self.now + far if far else None))

    @rule()
    def the_policy_is_read_anew(self) -> None:
        self.happens(ev.PolicyChanged())
        due = next_due(self.case, self.policy)
        assert due is None or due > self.now

    @rule()
    def the_clock_goes_backward(self) -> None:
        """Nothing that was told is told again."""
        self.ticks()
        earlier, there = self.now - timedelta(hours=5), self.now
        self.now = earlier
        assert self.happens(ev.Tick()) == []
        self.now = there

    @invariant()
    def pauses_are_in_order(self) -> None:
        pauses = getattr(self, "case", a_case()).pauses
        assert all(pause.until is not None for pause in pauses[:-1])
        ends = [moment for pause in pauses for moment in (pause.start, pause.until) if moment]
        assert ends == sorted(ends)

    @invariant()
    def a_case_stands_still_exactly_while_it_waits_or_is_over(self) -> None:
        case = getattr(self, "case", a_case())
        assert (case.paused is not None) == (case.state not in {State.NEW, State.OPEN, State.RELIEVED})
        assert (case.state is State.RELIEVED) <= (case.relieved is not None)

    @invariant()
    def clocks_of_what_is_over_stand(self) -> None:
        case = getattr(self, "case", None)
        if case is not None and case.state not in RUNNING:
            assert not any(clock.counting for clock in clocks(case, self.policy).values())

    @invariant()
    def the_case_can_be_kept(self) -> None:
        case = getattr(self, "case", a_case())
        assert load(dump(case)) == case


Walk.TestCase.settings = settings(max_examples=70, stateful_step_count=25, deadline=None)
TestWalk = Walk.TestCase
