"""The walk of test_machine through a policy that pages: what must hold after every step holds there too."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from given import CAROL, OPENED, ROOT, a_case, policy_of
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
from test_machine import Walk

from mailproc.core import effects as e
from mailproc.core import events as ev
from mailproc.core.case import Case, Step
from mailproc.core.events import Event

ELASTIO = policy_of((ROOT / "policies" / "elastio.toml").read_text(encoding="utf-8"), "elastio.toml")
WORDS = st.sampled_from(["everything is down", "hackers! lock our account", "please", "no outage here"])


class Called(Walk):
    """Somebody is on call, customers ask for them, incidents begin and end."""

    @initialize(answerable=st.booleans(), urgent=st.booleans(), text=WORDS)
    def a_case_is_opened(self, answerable: bool, urgent: bool, text: str) -> None:
        self.policy, self.now = ELASTIO, OPENED
        self.marked: set[Step] = set()
        self.broken: list[str] = []
        self.called: list[datetime] = []
        severity = "urgent" if urgent else "normal"
        self.case = a_case(opened=self.now, severity=severity, declared=severity, answerable=answerable, opening=text)
        self.happens(ev.Opened(text=text))

    def looked_at(self, event: Event, effect: e.Effect, before: Case) -> None:
        if isinstance(effect, e.SetPage) and effect.page.count == 1:
            self.called = []
        if isinstance(effect, e.Notice) and effect.template == "page":
            assert not before.incident or isinstance(event, ev.Tick), "a known incident calls nobody"
            assert effect.clause, "each page names its clauses"
            self.called.append(self.now)
        # A page after an acknowledgement asks for another, which can be late again.
        if not (isinstance(effect, e.Break) and effect.objective == "acknowledgement"):
            super().looked_at(event, effect, before)

    @rule(text=WORDS, asks=st.booleans(), may=st.booleans())
    def something_urgent(self, text: str, asks: bool, may: bool) -> None:
        if asks:
            self.happens(ev.EscalationRequested(CAROL, text, about={"may_escalate": may}))
        else:
            self.happens(ev.CustomerWrote(CAROL, text))

    @rule(number=st.integers(1, 2), over=st.booleans())
    def an_incident(self, number: int, over: bool) -> None:
        one = ev.Incident(number, "Console", "We know it.")
        self.happens(ev.IncidentEnded(one, "It runs.") if over else ev.IncidentLinked(one))

    @invariant()
    def nobody_is_called_twice_within_a_quarter_of_an_hour(self) -> None:
        called = getattr(self, "called", [])
        assert all((later - at).total_seconds() >= 900 for at, later in pairwise(called))


Called.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestCalled = Called.TestCase
