"""Development tickets (ELA-7): whose notices count, what they do to every case that waits, and what never gets out."""

from collections.abc import Iterator

import pytest
from elastic import OTHER, Elastic, elastic_desk
from office import HOUR, body

from mailproc.core.case import State

MOVED = "Bob Dev updated DEV-123:\n    Status: In Review\n\nA fix is being looked at.\n"
LIVE = "Bob Dev updated DEV-123:\n    Status: In Production\n\nIt runs on the new hosts.\n"
SUBJECT = "[JIRA] (DEV-123) Export stops"


@pytest.fixture
def office() -> Iterator[Elastic]:
    place = Elastic(elastic_desk())
    yield place
    place.close()


@pytest.fixture
def linked(office: Elastic) -> Elastic:
    """Two customers' cases wait for DEV-123, a third case for nothing."""
    office.customer("The export stops.", Subject="export")
    office.agent("#link DEV-123\n\nDevelopment works on it.")
    office.customer("Our export stops too.", sender=OTHER, Subject="our export")
    office.agent("#link dev-123")
    office.customer("The clock is wrong.", Subject="clock")
    return office


def test_ELA_7_a_move_is_public_news_on_every_linked_case_and_mailed_by_nobody_at_once(linked: Elastic):
    sent = len(linked.sent)
    row = linked.tracker(SUBJECT, MOVED)
    assert (row.outcome, row.case_number) == ("case", 1)
    news = [linked.case(number).progress for number in (1, 2, 3)]
    assert [one and one.text for one in news] == [
        "DEV-123: In Review\n\nA fix is being looked at.",
        "dev-123: In Review\n\nA fix is being looked at.",
        None,
    ]
    assert linked.templates(since=sent) == []
    facts = [entry for entry in linked.story(2) if entry.what.get("effect") == "SetTicket"]
    assert [(entry.because, entry.clause, entry.actor) for entry in facts] == [
        ("dev-123 is In Review now", ("ELA-7",), "jira@example.com")
    ]


def test_ELA_7_the_news_is_in_the_status_of_the_case_and_in_the_list_of_all(linked: Elastic):
    linked.tracker(SUBJECT, MOVED)
    linked.waits(HOUR)
    reply_to = str(linked.last("customer_reply", "carol@customer.example")["Reply-To"])
    linked.customer("#status", To=reply_to, Subject="Re: [#1] export")
    assert "A fix is being looked at." in body(linked.last("status"))
    linked.waits(HOUR)
    linked.customer("#status", Subject="how is it going?")
    assert "A fix is being looked at." in body(linked.last("status"))
    assert "clock" not in body(linked.last("status")), "an unverified sender's subject is not repeated"


def test_ELA_7_production_ends_every_linked_case_and_tells_each_customer_with_the_news(linked: Elastic):
    linked.tracker(SUBJECT, LIVE)
    assert [linked.case(number).state for number in (1, 2, 3)] == [State.RESOLVED, State.RESOLVED, State.NEW]
    for to in ("carol@customer.example", OTHER):
        mail = linked.last("resolution", to)
        assert "It runs on the new hosts." in body(mail)
        assert "In Production" in body(mail)
        assert mail["Auto-Submitted"] == "auto-generated", "no person wrote it"
    assert linked.told("task")[-1] in ("alice", "bob")


def test_ELA_7_the_same_state_and_the_same_words_are_told_once(linked: Elastic):
    linked.tracker(SUBJECT, MOVED)
    first = linked.case().progress
    linked.waits(HOUR)
    linked.tracker(SUBJECT, MOVED.replace("A fix", "The fix"))
    assert linked.case().progress == first, "the state is known: no second news"
    linked.tracker(SUBJECT, "Ann wrote:\n\nWe wait for a review.\n")
    second = linked.case().progress
    assert second is not None and second.text == "DEV-123:\n\nWe wait for a review."
    linked.waits(HOUR)
    linked.tracker(SUBJECT, "Ann wrote:\n\nWe wait for a review.\n")
    assert linked.case().progress == second


def test_ELA_7_a_case_that_waits_goes_on_waiting_until_production(linked: Elastic):
    linked.agent("#wait 3 days\n\nWhich version is it?", notice="new_case", To=_signed(linked, 1))
    assert linked.case(1).state is State.WAITING
    linked.tracker(SUBJECT, MOVED)
    assert linked.case(1).state is State.WAITING
    assert linked.case(1).paused is not None
    linked.tracker(SUBJECT, LIVE)
    assert linked.case(1).state is State.RESOLVED


def test_ELA_7_of_several_tickets_the_last_one_ends_the_case(linked: Elastic):
    linked.agent("#link DEV-200", To=_signed(linked, 1))
    linked.tracker(SUBJECT, LIVE)
    assert [linked.case(number).state for number in (1, 2)] == [State.OPEN, State.RESOLVED]
    linked.tracker("[JIRA] (DEV-200) Import", "Status: Deployed\n")
    assert linked.case(1).state is State.RESOLVED


@pytest.mark.parametrize(
    ("sender", "peer", "headers"),
    [
        ("jira@example.com", "203.0.113.9", {}),
        (
            "jira@example.com",
            "127.0.0.1",
            {"Received": "from mx.example.com by localhost; Mon, 9 Mar 2026"},
        ),
        ("jira@elsewhere.example", "127.0.0.1", {}),
    ],
)
def test_ELA_7_an_unproved_sender_does_nothing_and_is_listed(
    linked: Elastic, sender: str, peer: str, headers: dict[str, str]
):
    before = [linked.case(number) for number in (1, 2, 3)]
    sent = len(linked.sent)
    row = linked.tracker(SUBJECT, LIVE, sender=sender, peer=peer, **headers)
    assert row.outcome == "ignored" and row.case_number is None
    assert [linked.case(number) for number in (1, 2, 3)] == before
    assert linked.templates(since=sent) == []
    assert [entry.event for entry in linked.story(None)][-2:] == ["mail_in", "declined"]


def test_ELA_7_a_login_proves_a_sender_from_far_away(linked: Elastic):
    linked.tracker(SUBJECT, LIVE, peer="203.0.113.9", login="jira")
    assert linked.case().state is State.RESOLVED


def test_ELA_7_what_nobody_waits_for_and_what_names_no_ticket_is_listed(linked: Elastic):
    assert linked.tracker("[JIRA] (DEV-9) x", "Status: Done").reason == "DEV-9: no open case waits for it"
    assert "names no ticket" in linked.tracker("Weekly summary", "Nothing new.").reason
    linked.tracker(SUBJECT, LIVE)
    linked.waits(HOUR)
    assert linked.tracker(SUBJECT, MOVED).reason == "DEV-123: no open case waits for it", "both are resolved by now"


def test_R20_an_agents_address_in_a_trackers_words_does_not_reach_a_customer(linked: Elastic):
    linked.tracker(SUBJECT, "Status: In Production\n\nAsk alice@example.com for the rest.\n")
    mail = body(linked.last("resolution", "carol@customer.example"))
    assert "alice" not in mail
    assert "In Production" in mail


def test_ELA_7_a_second_link_to_the_same_ticket_is_refused(linked: Elastic):
    linked.agent("#link DEV-123", To=_signed(linked, 1))
    assert "linked to DEV-123 already" in body(linked.last("transcript"))
    assert linked.case(1).links == ("DEV-123",)


def _signed(office: Elastic, number: int) -> str:
    """Alice's signed address of a case."""
    from mailproc.mail.tokens import Kind

    expires = (office.now + 24 * HOUR).date()
    return office.desk.signer.reply_address("support@example.com", Kind.AGENT, number, "alice@example.com", expires)
