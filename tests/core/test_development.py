"""What a ticket's move does to a case, as a decision (ELA-7); who is copied (ELA-5, ELA-12)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from given import CONCEAL as POLICY
from given import OPENED, a_case

from mailproc.core import effects as e
from mailproc.core import events as ev
from mailproc.core.case import Case, State, Task, Ticket
from mailproc.core.decide import ImpossibleEvent, decide
from mailproc.core.evolve import evolve

LATER = OPENED + timedelta(minutes=5)
MOVED = ev.TrackerMoved(reference="DEV-1", state="In Review", text="Nearly.", clause=("ELA-7",))
LIVE = replace(MOVED, state="Live", solved=True)


def after(case: Case, *events: ev.Event) -> Case:
    for event in events:
        for effect in decide(case, event, POLICY, LATER):
            case = evolve(effect, case)
    return case


@pytest.mark.parametrize("state", [State.RESOLVED, State.CLOSED])
def test_ELA_7_a_case_that_is_over_hears_nothing(state: State):
    case = a_case(state=state, links=("DEV-1",), resolved=OPENED, closed=OPENED)
    assert not [one for one in decide(case, LIVE, POLICY, LATER) if isinstance(one, e.Publish | e.Notice | e.MoveTo)]


@pytest.mark.parametrize("state", [State.NEW, State.OPEN, State.WAITING, State.HELD, State.RELIEVED])
def test_ELA_7_production_ends_a_case_in_any_state_and_a_move_changes_none(state: State):
    case = a_case(state=state, links=("DEV-1",), relieved=OPENED if state is State.RELIEVED else None)
    assert after(case, MOVED).state is state
    assert after(case, MOVED, LIVE).state is State.RESOLVED


def test_ELA_7_a_ticket_that_comes_back_holds_the_case_again():
    case = a_case(state=State.OPEN, links=("DEV-1", "DEV-2"))
    case = after(case, LIVE)
    assert case.tickets == (Ticket("DEV-1", "Live", "Nearly.", solved=True),)
    case = after(case, replace(MOVED, state="Reopened"), replace(LIVE, reference="DEV-2"))
    assert case.state is State.OPEN, "DEV-1 is at work again"


def test_ELA_7_nobody_is_written_to_where_no_machine_may():
    case = a_case(state=State.OPEN, links=("DEV-1",), answerable=False, unanswerable="a robot")
    told = [one.to for one in decide(case, LIVE, POLICY, LATER) if isinstance(one, e.Notice)]
    assert told == ["owner"]


def test_ELA_7_links_are_added_once_whatever_their_case_of_letters():
    case = after(a_case(state=State.OPEN), ev.LinkAdded(by="alice", references=("DEV-1", "DEV-2")))
    assert case.links == ("DEV-1", "DEV-2")
    case = after(case, ev.LinkAdded(by="alice", references=("dev-1", "DEV-3")))
    assert case.links == ("DEV-1", "DEV-2", "DEV-3")
    with pytest.raises(ImpossibleEvent, match="linked to DEV-3 already"):
        decide(case, ev.LinkAdded(by="alice", references=("DEV-3",)), POLICY, LATER)


def test_ELA_12_whom_an_agent_brought_in_hears_of_the_case_now_and_of_what_follows():
    event = ev.Copied(by="alice", to=("bob",))
    now = [one for one in decide(a_case(state=State.OPEN), event, POLICY, LATER) if isinstance(one, e.Notice)]
    assert [(one.template, one.to) for one in now] == [("new_case", "bob")]
    case = after(a_case(state=State.OPEN, owner="alice"), event)
    wrote = ev.CustomerWrote(sender=case.requester, text="Hello?")
    later = [one for one in decide(case, wrote, POLICY, LATER) if isinstance(one, e.Notice)]
    assert [(one.template, one.to, one.copy) for one in later] == [
        ("customer_mail", "owner", False),
        ("customer_mail", "bob", True),
    ]


def test_ELA_5_an_escalation_is_copied_with_the_clause_behind_it():
    policy = replace(
        POLICY,
        escalation=replace(
            POLICY.escalation, ladder=("cs_lead",), copies=("account_manager", "cs_lead"), clause=("ELA-5",)
        ),
    )
    event = ev.EscalationAsked(by="alice", reason="it takes too long")
    told = [one for one in decide(a_case(state=State.OPEN), event, policy, LATER) if isinstance(one, e.Notice)]
    assert [(one.to, one.copy, one.clause) for one in told if one.template == "escalation"] == [
        ("cs_lead", False, ("ELA-5",)),
        ("account_manager", True, ("ELA-5",)),
    ]


def test_ELA_1_setting_the_severity_reviews_it():
    case = a_case(state=State.OPEN, tasks=(Task(kind="triage", due=None),))
    case = after(case, ev.SeveritySet(by="alice", severity="urgent"))
    assert [task.done for task in case.tasks] == [LATER]
