"""Pages, their ladder, their acknowledgement, and what customers ask for (EIO-2 … EIO-8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from given import CAROL, ROOT, a_case, after, happen, mails, moment, policy_of

from mailproc.core import effects as e
from mailproc.core import events as ev
from mailproc.core.case import Case, Page
from mailproc.core.clocks import clocks
from mailproc.core.codec import dump, load
from mailproc.core.decide import decide
from mailproc.core.effects import Effect
from mailproc.core.steps import next_due, rung_of
from mailproc.policy.model import EscalationRequests

ELASTIO = policy_of((ROOT / "policies" / "elastio.toml").read_text(encoding="utf-8"), "elastio.toml")
OPENED = moment("2026-03-09 10:00")
MINUTE = timedelta(minutes=1)


def paged(text: str = "Nothing works", **facts: object) -> Case:
    """An urgent case for which somebody was paged as it was opened."""
    case = a_case(severity="urgent", declared="urgent", opening=text, opened=OPENED, **facts)
    return happen(case, (ev.Opened(text=text), OPENED), policy=ELASTIO)


def ticked(case: Case, minutes: float) -> tuple[Case, list[Effect]]:
    effects = decide(case, ev.Tick(), ELASTIO, OPENED + minutes * MINUTE)
    return after(case, effects), effects


def acked(case: Case, minutes: float) -> Case:
    return happen(case, (ev.Acknowledged("alice"), OPENED + minutes * MINUTE), policy=ELASTIO)


def wrote(case: Case, text: str, minutes: float) -> list[Effect]:
    return decide(case, ev.CustomerWrote(CAROL, text), ELASTIO, OPENED + minutes * MINUTE)


def asked(case: Case, minutes: float, reason: str = "please", **sender: object) -> list[Effect]:
    event = ev.EscalationRequested(CAROL, reason, about=sender)
    return decide(case, event, ELASTIO, OPENED + minutes * MINUTE)


def pages(effects: list[Effect]) -> list[tuple[str, str]]:
    return [mail for mail in mails(effects) if mail[0] == "page"]


def declined(effects: list[Effect]) -> list[str]:
    return [one.because for one in effects if isinstance(one, e.Decline)]


def test_EIO_6_the_ladder_is_climbed_rung_by_rung_and_from_its_foot_again():
    case, roles, moments = paged(), [], []
    for _ in range(7):
        due = next_due(case, ELASTIO)
        assert due is not None
        case, effects = ticked(case, (due - OPENED) / MINUTE)
        for _, role in pages(effects):
            roles.append(role)
            moments.append((due - OPENED) / MINUTE)
        while (more := next_due(case, ELASTIO)) and more <= due:
            case, _ = ticked(case, (due - OPENED) / MINUTE)
    assert moments == [15, 30, 45, 60, 75]
    assert roles == ["on_call", "next_on_call", "next_on_call", "team_lead", "on_call"]


def test_EIO_6_a_page_knows_its_rung_and_whether_it_repeats():
    on_call = ELASTIO.on_call
    assert on_call is not None
    assert [rung_of(on_call, page)[0] for page in range(1, 12)] == [1, 1, 2, 2, 3, 1, 1, 2, 2, 3, 1]


def test_EIO_6_a_page_names_the_time_to_acknowledge_by_only_while_it_is_to_come():
    def due(effects: list[Effect]) -> object:
        return next(one.about["due"] for one in effects if isinstance(one, e.Notice) and one.template == "page")

    case, effects = ticked(paged(), 15)
    assert due(effects) == OPENED + 30 * MINUTE
    _, effects = ticked(case, 30)
    assert due(effects) is None


def test_EIO_6_who_acknowledges_a_page_has_seen_every_condition_that_held_while_it_ran():
    words = "We have been hacked, please lock our account"
    case = happen(a_case(opening=words, opened=OPENED), (ev.Opened(text=words), OPENED), policy=ELASTIO)
    assert case.page is not None
    assert case.page.earlier == ("Critical accounts may be compromised",)
    case = acked(case, 5)
    assert pages(wrote(case, "I say it again: we were hacked, our account is compromised", 60)) == []
    late, effects = ticked(case, 240)
    assert pages(effects) == []
    assert pages(wrote(late, "Your console is down for everyone", 250)) == [("page", "on_call")]


def test_EIO_6_a_page_knows_when_the_role_on_call_itself_was_paged_last():
    case, _ = ticked(paged(), 15)
    later, _ = ticked(case, 30)
    assert later.page is not None
    assert later.page.called == OPENED + 15 * MINUTE
    assert load(dump(later)).page == later.page


def test_EIO_6_after_a_gap_there_is_one_page_and_the_next_counts_from_it():
    case, effects = ticked(paged(), 200)
    assert len(pages(effects)) == 1
    assert case.page is not None
    assert (case.page.count, case.page.last) == (2, OPENED + 200 * MINUTE)
    _, later = ticked(case, 214)
    assert pages(later) == []
    _, later = ticked(case, 215)
    assert pages(later) == [("page", "next_on_call")]


def test_EIO_6_the_clock_that_goes_backward_pages_nobody_again():
    case, _ = ticked(paged(), 15)
    _, effects = ticked(case, 3)
    assert effects == []


def test_EIO_6_an_acknowledgement_at_the_second_of_the_next_page_comes_first():
    case = acked(paged(), 15)
    _, effects = ticked(case, 15)
    assert pages(effects) == []
    assert case.met["acknowledgement"] == OPENED + 15 * MINUTE


def test_EIO_6_the_target_breaks_at_its_second_and_no_customer_hears_of_it():
    _, effects = ticked(paged(), 30)
    assert [one.objective for one in effects if isinstance(one, e.Break)] == ["initial_response", "acknowledgement"]
    assert [mail for mail in mails(effects) if mail[1] in ("customer", CAROL.address)] == []


def test_EIO_6_a_page_after_an_acknowledgement_is_a_new_occurrence_that_can_break_anew():
    case, _ = ticked(paged(), 30)
    first = case.broken["acknowledgement"]
    case = acked(case, 40)
    case = after(case, wrote(case, "Hackers did it, lock our account!", 50))
    clock = clocks(case, ELASTIO)["acknowledgement"]
    assert (clock.state, clock.due) == ("running", OPENED + 80 * MINUTE)
    case, effects = ticked(case, 80)
    assert [one.objective for one in effects if isinstance(one, e.Break)] == ["acknowledgement"]
    assert case.broken["acknowledgement"] > first
    case = acked(case, 90)
    assert clocks(case, ELASTIO)["acknowledgement"].state == "met"
    assert load(dump(case)) == case


def test_EIO_3_what_paged_already_does_not_page_again_and_something_else_does():
    case = paged()
    assert pages(wrote(case, "Everything is down!", 5)) == []
    case = acked(case, 10)
    case = after(case, wrote(case, "Everything is down!", 20))
    assert case.page is not None
    assert case.page.acknowledged is not None
    effects = wrote(case, "Our root account was hijacked", 30)
    assert pages(effects) == [("page", "on_call")]
    case = acked(after(case, effects), 31)
    assert pages(wrote(case, "Our root account was hijacked", 40)) == []


def test_EIO_3_a_case_that_was_over_since_can_page_anew():
    case = acked(paged(), 5)
    case = happen(case, (ev.Resolved("alice", "It is mended"), OPENED + 10 * MINUTE), policy=ELASTIO)
    assert pages(wrote(case, "No! Nothing works, again.", 60)) == [("page", "on_call")]


def test_EIO_6_a_case_that_is_over_pages_nobody_and_a_reopened_one_begins_no_old_page():
    case = happen(paged(), (ev.Resolved("alice", "It is mended"), OPENED + 10 * MINUTE), policy=ELASTIO)
    assert pages(ticked(case, 100)[1]) == []
    case = happen(case, (ev.Reopened("alice", ""), OPENED + 120 * MINUTE), policy=ELASTIO)
    assert pages(ticked(case, 300)[1]) == []


def test_EIO_6_a_sender_whom_no_machine_may_answer_is_told_nothing_and_still_pages():
    case = a_case(severity="urgent", declared="urgent", opened=OPENED, answerable=False)
    effects = decide(case, ev.Opened(text="Nothing works"), ELASTIO, OPENED)
    assert pages(effects) == [("page", "on_call")]
    assert not {"escalated", "confirmation"} & {template for template, _ in mails(effects)}


def test_EIO_7_updates_begin_with_the_acknowledgement():
    case = paged()
    assert "update" not in clocks(case, ELASTIO)
    case = acked(case, 7)
    assert clocks(case, ELASTIO)["update"].due == OPENED + 67 * MINUTE


def test_EIO_8_a_case_of_an_incident_pages_nobody_whoever_asks():
    incident = ev.Incident(3, "Console", "We know it.")
    case = a_case(severity="urgent", declared="urgent", opened=OPENED)
    effects = decide(case, ev.Opened(text="Nothing works", incident=incident), ELASTIO, OPENED)
    assert pages(effects) == []
    confirmation = next(one for one in effects if isinstance(one, e.Notice) and one.template == "confirmation")
    assert confirmation.about["incident"] == {"name": "Console", "text": "We know it."}
    case = after(case, effects)
    assert case.incident == 3
    assert pages(asked(case, 5)) == []
    assert declined(asked(case, 5)) == [
        "not escalated: it belongs to a service incident that our people work on already"
    ]


def test_EIO_8_the_end_is_told_once_and_frees_the_case():
    incident = ev.Incident(3, "Console", "We know it.")
    case = happen(a_case(severity="normal", opened=OPENED), (ev.IncidentLinked(incident), OPENED), policy=ELASTIO)
    effects = decide(case, ev.IncidentEnded(incident, "It runs."), ELASTIO, OPENED)
    assert mails(effects) == [("incident", "customer")]
    case = after(case, effects)
    assert case.incident == 0
    assert decide(case, ev.IncidentEnded(incident, "It runs."), ELASTIO, OPENED) == []


@pytest.mark.parametrize(
    ("facts", "sender", "why"),
    [
        ({"requested": OPENED}, {}, "it was escalated before"),
        ({"acknowledged": OPENED}, {}, "our people have acknowledged it already"),
        ({}, {"may_escalate": False}, "the right to ask for an escalation was withdrawn"),
        ({}, {"may_escalate": False, "revoked_because": "It was misused."}, "It was misused."),
        ({}, {"requested_for_event": True}, "it was escalated before"),
        ({"opening": "How do I add a user?"}, {}, "Questions, and resets"),
    ],
)
def test_EIO_5_why_a_request_is_declined(facts: dict[str, object], sender: dict[str, object], why: str):
    case = a_case(severity="normal", opened=OPENED, **facts)
    effects = asked(case, 10, "it matters to us", **sender)
    assert len(declined(effects)) == 1
    assert why in declined(effects)[0]
    assert ("declined_escalation", CAROL.address) in mails(effects)
    assert pages(effects) == []
    assert all(one.clause for one in effects if isinstance(one, e.Decline))


def test_EIO_5_a_request_is_granted_once_and_told_to_who_asked():
    case = a_case(severity="normal", opened=OPENED)
    effects = asked(case, 10, "the board meets at noon")
    assert pages(effects) == [("page", "on_call")]
    assert ("escalated", CAROL.address) in mails(effects)
    case = after(case, effects)
    assert case.requested == OPENED + 10 * MINUTE
    assert "alerted already" in declined(asked(case, 12))[0]


def test_EIO_5_without_limits_customers_may_ask_again():
    free = replace(ELASTIO, requests=EscalationRequests(), digest="free")
    case = acked(after(a_case(severity="normal", opened=OPENED), asked(a_case(severity="normal"), 10)), 12)
    event = ev.EscalationRequested(CAROL, "again", about={})
    assert pages(decide(case, event, free, OPENED + 20 * MINUTE)) == [("page", "on_call")]


def test_EIO_5_where_requests_are_not_allowed_each_is_declined():
    closed = replace(ELASTIO, requests=EscalationRequests(allowed=False, clause=("EIO-5",)), digest="closed")
    event = ev.EscalationRequested(CAROL, "again", about={})
    effects = decide(a_case(severity="normal"), event, closed, OPENED)
    assert declined(effects) == ["not escalated: escalations cannot be asked for by mail"]


def test_CON_8_a_customer_of_conceal_climbs_the_ladder_and_not_from_a_low_case():
    conceal = policy_of((ROOT / "policies" / "conceal.toml").read_text(encoding="utf-8"), "conceal.toml")
    event = ev.EscalationRequested(CAROL, "it matters", about={})
    effects = decide(a_case(severity="high", opened=OPENED), event, conceal, OPENED + MINUTE)
    assert ("escalation", "team_lead") in mails(effects)
    assert ("escalated", CAROL.address) in mails(effects)
    low = decide(a_case(severity="low", opened=OPENED), event, conceal, OPENED + MINUTE)
    assert declined(low) == ["not escalated: cases of severity Low are escalated at the discretion of management"]


def test_a_case_without_the_newest_fields_can_be_read():
    case = a_case(page=Page(at=OPENED, why="x", count=1, last=OPENED, earlier=("y",)))
    assert load(dump(case)) == case
    old = dump(case).replace(',"earlier":["y"]', "").replace('"earlier":["y"],', "")
    assert load(old).page == Page(at=OPENED, why="x", count=1, last=OPENED)
