"""`#for` (ELA-13): all or nothing, proved agents alone; the customer is confirmed, the agent owns the case."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from elastic import Elastic, elastic_desk
from office import HOUR, body

from mailproc.core.case import State

JANE = "jane@customer.example"


@pytest.fixture
def office() -> Iterator[Elastic]:
    place = Elastic(elastic_desk())
    yield place
    place.close()


def test_ELA_13_the_customer_is_confirmed_and_the_agent_owns_the_case(office: Elastic):
    row = office.says("manager", f"#for {JANE}\n\nThey would like a dark mode.")
    case = office.case()
    assert (row.outcome, row.case_number) == ("command", 1)
    assert (case.owner, case.state, case.customer, case.requester.address) == ("manager", State.OPEN, "Customer", JANE)
    assert case.opening == "They would like a dark mode."
    assert office.told("confirmation") == ["jane"]
    assert "manager" not in body(office.last("confirmation")), "no agent is named"
    assert {entry.clause for entry in office.story() if entry.event == "case" and entry.what.get("state") == "new"} == {
        ("ELA-13",)
    }
    assert "a case for jane@customer.example" in body(office.last("transcript", "manager@example.com"))


def test_ELA_13_what_else_the_block_says_is_what_the_case_begins_with(office: Elastic):
    office.says("manager", f"#for {JANE}\n#type enhancement\n#severity low\n#link DEV-5\n\nA dark mode, please.")
    case = office.case()
    assert (case.type, case.severity, case.links) == ("enhancement", "low", ("DEV-5",))
    assert office.told("enhancement_received") == ["jane"]
    assert office.told("confirmation") == []
    assert sorted(set(office.told("new_case"))) == ["bob", "manager"], "the account manager and the committee"


def test_ELA_13_the_customers_answer_joins_the_case(office: Elastic):
    office.says("manager", f"#for {JANE}\n\nA dark mode, please.")
    reply_to = str(office.last("confirmation")["Reply-To"])
    office.waits(HOUR)
    office.customer("And a light one.", sender=JANE, To=reply_to, Subject="Re: a dark mode")
    assert office.told("customer_mail") == ["manager"]


@pytest.mark.parametrize(
    ("block", "why"),
    [
        ("#for carol\n\ntext", "is no mail address"),
        ("#for alice@example.com\n\ntext", "is one of ours"),
        ("#for support@example.com\n\ntext", "is one of ours"),
        (f"#for {JANE}", "nothing is said below it"),
        (f"#for {JANE}\n#for otto@other.example\n\ntext", "a mail opens one case"),
        (f"#for {JANE}\n#severity enormous\n\ntext", "is no severity here"),
        (f"#for {JANE}\n#away until fri\n\ntext", "not in a mail that opens a case"),
        (f"#for {JANE}\n#reopen\n\ntext", "nothing to reopen"),
        (f"#for {JANE}\n\nAsk bob@example.com", "internal address"),
    ],
)
def test_R22_one_line_that_cannot_be_done_opens_nothing(office: Elastic, block: str, why: str):
    assert office.says("manager", block).outcome == "held"
    assert why in body(office.last("transcript", "manager@example.com"))
    assert office.templates() == ["transcript"]
    office.customer("The first case.")
    assert office.case(1).opening == "The first case.", "no number was spent"


def test_R19_without_proof_nothing_is_opened(office: Elastic):
    row = office.says("manager", f"#for {JANE}\n\nA dark mode.", to="support@example.com")
    assert row.outcome == "held"
    assert office.templates() == ["was_this_you"]


def test_R19_one_proof_of_two_is_held_until_the_registered_address_says_yes():
    desk = elastic_desk()
    security = desk.config.security.model_copy(update={"agent_proof": "token+domain"})
    office = Elastic(replace(desk, config=desk.config.model_copy(update={"security": security})))
    assert office.says("manager", f"#for {JANE}\n\nA dark mode.").outcome == "held"
    assert office.templates() == ["was_this_you"]
    release = str(office.last("was_this_you")["Reply-To"])
    office.says("manager", "#send", to=release, subject="Re: was this you?")
    assert office.case().owner == "manager"
    assert office.told("confirmation") == ["jane"]
    office.close()


def test_an_address_that_is_dead_is_opened_without_a_confirmation(office: Elastic):
    from mailproc.store import suppressed

    office.store.transact(lambda tx: suppressed.add(tx, JANE, at=office.now, reason="550 no such user"))
    office.says("manager", f"#for {JANE}\n\nA dark mode.")
    assert office.told("confirmation") == []
    assert office.case().unanswerable == "mail to this address failed: 550 no such user"
