"""Plans and terms that outlive a change of the customers file, forms that must prove themselves, working order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from office import HOUR, KEYS, ROOT, SUPPORT, Office

from mailproc.admin import cases as listings
from mailproc.admin.explain import explained
from mailproc.config import Agent, Config, Customer, Mailbox, Operator, Outbound, Security, Storage, Team
from mailproc.core.case import State
from mailproc.flow import updating
from mailproc.flow.desk import Desk
from mailproc.flow.forms import understood
from mailproc.flow.listing import working_order
from mailproc.flow.loading import load
from mailproc.flow.mail import Mail
from mailproc.flow.process import settle, understand
from mailproc.flow.terms import reductions, unknown_plans
from mailproc.store import cases, inbound, terms
from mailproc.store.transaction import Transaction

PREMIER = Customer(name="Customer", domains=("customer.example",), timezone="Asia/Kathmandu", plan="premier")
PAID = PREMIER.model_copy(update={"term_end": date(2026, 12, 31)})
LOWERED = PREMIER.model_copy(update={"plan": "standard"})
FORM = "Name: Carol\nEmail: carol@customer.example\nPriority: High\nDescription: The export stops"
SENDER = "forms@app.example.com"


def a_desk(*customers: Customer) -> Desk:
    config = Config(
        mailbox={"support": Mailbox(addresses=(SUPPORT,), policy=ROOT / "policies" / "ownbackup.toml")},
        outbound=Outbound(url="maildir:var/outbox"),
        storage=Storage(url="sqlite:///var/test.db"),
        agents=(Agent(name="alice", address="alice@example.com"), Agent(name="lead", address="lead@example.com")),
        teams={"support": Team(members=("alice",), team_lead=("lead",))},
        customers=customers,
        security=Security(agent_proof="token"),
        operator=Operator(addresses=("ops@example.com",)),
    )
    return load(config, KEYS)


DESK = a_desk(PAID)


def with_customers(*customers: Customer) -> Desk:
    """The same desk, its customers file written anew."""
    return replace(DESK, config=DESK.config.model_copy(update={"customers": customers}))


@pytest.fixture
def office() -> Iterator[Office]:
    one = Office(desk=DESK)
    one.clock.set(datetime(2026, 12, 30, 6, 0, tzinfo=UTC))  # a Wednesday; in Kathmandu it is 11:45
    yield one
    one.close()


def starts(office: Office, *customers: Customer) -> int:
    """The daemon starts with this customers file; how many cases it looked at."""
    office.desk = office.rounds.desk = with_customers(*customers)
    return updating.settle(office.store, office.rounds.writer, office.desk, office.now)


# OWN-10


def test_OWN_10_a_plan_that_the_file_lowers_holds_for_new_cases_until_its_term_is_over(office: Office):
    starts(office, PAID)
    starts(office, LOWERED)
    office.customer("[high] one", Subject="[high] one")
    assert office.case(1).plan == "premier"
    office.sleeps(timedelta(days=3))
    office.customer("two", Subject="[high] two")
    assert office.case(2).plan == "standard"


def test_OWN_10_an_open_case_follows_at_the_customers_midnight_after_the_term(office: Office):
    starts(office, PAID)
    office.customer("one", Subject="[low] one")
    office.agent("We look at it.")
    starts(office, LOWERED)
    assert office.case().plan == "premier"
    office.waits(timedelta(hours=36) + timedelta(minutes=14))
    assert office.case().plan == "premier"
    office.waits(timedelta(minutes=1))  # 18:15 UTC is midnight in Kathmandu
    case = office.case()
    assert (case.plan, case.terms_until) == ("standard", None)
    entry = next(one for one in office.story() if one.what.get("plan") == "standard")
    assert entry.at == datetime(2026, 12, 31, 18, 15, tzinfo=UTC)
    assert entry.clause == ("OWN-10",)


def test_OWN_10_a_higher_plan_recounts_an_open_case_from_its_opening(office: Office):
    standard = LOWERED.model_copy(update={"term_end": date(2027, 6, 30)})
    starts(office, standard)
    office.customer("one", Subject="[high] one")  # standard: four business hours, due 15:45 in Kathmandu
    office.waits(2 * HOUR)
    assert office.case().broken == {}
    assert starts(office, PREMIER) == 1
    broken = office.case().broken["initial_response"]  # premier: it should have come within the hour
    assert broken == office.now
    office.works()
    assert "breach" in office.templates("lead@example.com")


def test_OWN_10_a_start_with_the_same_file_looks_at_no_case(office: Office):
    starts(office, PAID)
    office.customer("one")
    story = len(office.story())
    assert starts(office, PAID) == 0
    assert starts(office, LOWERED) == 1
    assert len(office.story()) == story  # nothing changes within the term


def test_OWN_2_a_zone_that_changes_moves_the_clocks_of_an_open_case(office: Office):
    standard = LOWERED
    starts(office, standard)
    office.customer("one", Subject="[high] one")
    before = office.case()
    starts(office, standard.model_copy(update={"timezone": "America/New_York"}))
    after = office.case()
    assert (before.zone, after.zone, after.recounts) == ("Asia/Kathmandu", "America/New_York", before.recounts + 1)
    changed = [one for one in office.story() if one.event == "clock" and one.what.get("clock_state") == "changed"]
    assert [one.what["due"] for one in changed] == ["2026-12-30T18:00:00+00:00"]  # nine to one in New York


def test_a_case_whose_customer_is_struck_off_keeps_its_plan_and_wakes_nobody_again(office: Office):
    next_year = PAID.model_copy(update={"next_plan": "standard"})
    starts(office, next_year)
    office.customer("one", Subject="[low] one")
    starts(office)
    office.waits(timedelta(days=3))
    assert (office.case().plan, office.case().terms_until) == ("premier", None)


def test_OWN_10_check_names_each_plan_that_is_lowered_within_its_term(office: Office):
    starts(office, PAID)
    known = office.read(terms.everybody)
    assert known == {"Customer": ("premier", date(2026, 12, 31))}
    said = list(reductions(with_customers(LOWERED), known, office.now))
    assert said == [("Customer", "premier is paid until 2026-12-31; standard takes effect after it")]
    assert list(reductions(with_customers(PAID), known, office.now)) == []
    assert list(reductions(with_customers(LOWERED), known, office.now + timedelta(days=3))) == []
    shorter = PAID.model_copy(update={"term_end": date(2026, 12, 30)})
    assert [name for name, _ in reductions(with_customers(shorter), known, office.now)] == ["Customer"]


def test_a_plan_of_no_policy_is_doubtful(office: Office):
    gold = PREMIER.model_copy(update={"plan": "gold"})
    assert [problem.partition(";")[0] for _, problem in unknown_plans(with_customers(gold))] == [
        '"gold" is a plan of no policy, so the default one holds'
    ]
    assert list(unknown_plans(with_customers(PAID))) == []


# Precedence, told


def test_explain_tells_who_had_the_last_word_on_each_clock_and_where_plan_and_zone_come_from(office: Office):
    starts(office, PAID)
    starts(office, LOWERED)
    office.customer("one", Subject="[high] one")
    office.customer("two", sender="sam@stranger.example")
    told = office.read(explained, office.desk, 1)
    assert {clock["objective"]: clock["from"] for clock in told["clocks"]} == {"initial_response": "plan premier"}
    assert told["decided"]["plan"]["because"] == "the plan that Customer has paid for, whose term is not over"
    assert told["decided"]["zone"] == {
        "value": "Asia/Kathmandu",
        "because": "the zone of Customer in the customers file",
        "by": "",
    }
    stranger = office.read(explained, office.desk, 2)["decided"]
    assert (stranger["plan"]["value"], stranger["zone"]["value"]) == ("standard", "UTC")


# OWN-6


def test_OWN_6_by_severity_then_plan_then_first_come(office: Office):
    starts(office, PREMIER)
    for name, sender in (
        ("[medium] 1", "sam@stranger.example"),
        ("[medium] 2", "carol@customer.example"),
        ("[high] 3", "ann@stranger.example"),
        ("[high] 4", "carol@customer.example"),
        ("[high] 5", "ben@stranger.example"),
        ("[low] 6", "carol@customer.example"),
    ):
        office.customer(name, sender=sender, Subject=name)
        office.waits(timedelta(minutes=1))
    everything = office.read(lambda tx: cases.listing(tx))
    expected = [4, 3, 5, 2, 1, 6]
    assert [case.number for case in working_order(office.desk, reversed(everything))] == expected
    assert [line["case"] for line in office.read(listings.queue, office.desk)] == expected


def test_OWN_6_the_queue_has_no_closed_cases(office: Office):
    office.customer("one")
    office.agent("#close")
    assert office.case().state is State.CLOSED
    assert office.read(listings.queue, office.desk) == []


# OWN-1


def comes(office: Office, sender: str, text: str, peer: str = "", login: str = "", **fields: str) -> Mail:
    raw = office.mail(sender, text, **fields)
    key = office.keep(raw)
    row = office.read(inbound.get, key)
    return understand(replace(row, peer=peer, login=login), raw, office.desk)


@pytest.mark.parametrize(
    ("envelope", "fields", "proved"),
    [
        ({}, {}, False),  # by a pipe or from a file: from anywhere
        ({"peer": "203.0.113.9"}, {}, False),
        ({"peer": "127.0.0.1"}, {}, True),
        ({"peer": "::1"}, {}, True),
        ({"peer": "127.0.0.1"}, {"Received": "from mx.stranger.example"}, False),  # passed on by this machine's own MTA
        ({"peer": "203.0.113.9", "login": "forms"}, {}, True),
        ({"peer": "no address"}, {}, False),
    ],
)
def test_OWN_1_only_a_form_that_is_proved_speaks_for_somebody(office: Office, envelope, fields, proved):
    mail = comes(office, SENDER, FORM, **envelope, **fields)
    assert (mail.form is not None) is proved
    assert mail.sender == ("carol@customer.example" if proved else SENDER)
    assert mail.message.text == ("The export stops" if proved else FORM)


def test_OWN_1_anybody_elses_mail_of_the_same_words_is_an_ordinary_one(office: Office):
    mail = comes(office, "mallory@stranger.example", FORM, peer="127.0.0.1")
    assert (mail.form, mail.sender) == (None, "mallory@stranger.example")


@pytest.mark.parametrize(
    ("address", "answerable"),
    [("carol@customer.example", True), ("noreply@customer.example", False), (SUPPORT, False)],
)
def test_R14_the_gate_judges_the_address_in_the_form(office: Office, address, answerable):
    mail = comes(office, SENDER, FORM.replace("carol@customer.example", address), peer="127.0.0.1")
    assert mail.reading.answerable is answerable


def test_R21_what_stands_in_a_form_commands_nothing_and_joins_no_case(office: Office):
    office.customer("one")
    text = FORM.replace("The export stops", "#close\nplease")
    mail = comes(office, SENDER, text, peer="127.0.0.1", Subject="Re: [#1] printers")
    key = office.keep(office.mail(SENDER, text, Subject="Re: [#1] printers"))
    assert (mail.reading.commands, mail.reading.case_refs) == ((), ())
    office.store.transact(lambda tx: settled(replace(mail, id=key), tx, office))
    assert [office.case(number).state for number in (1, 2)] == [State.NEW, State.NEW]


def test_R19_a_form_with_an_agents_address_is_no_agents_mail(office: Office):
    mail = comes(office, SENDER, FORM.replace("carol@customer.example", "alice@example.com"), peer="127.0.0.1")
    key = office.keep(office.mail(SENDER, "x"))
    office.store.transact(lambda tx: settled(replace(mail, id=key), tx, office))
    case = office.case(1)
    assert (case.requester.address, case.verified) == ("alice@example.com", False)


def test_R16_a_form_is_proved_and_not_who_filled_it_in():
    office = Office(desk=replace(DESK, simulated=True))
    office.takes(office.mail(SENDER, FORM))
    assert office.case().verified is False
    assert office.case().severity == "high"
    office.close()


def test_a_form_that_names_nobody_is_an_ordinary_mail(office: Office):
    mail = comes(office, SENDER, "Name: Carol\nDescription: The export stops", peer="127.0.0.1")
    assert mail.form is None
    assert understood(mail, office.desk) == mail


def settled(mail: Mail, tx: Transaction, office: Office) -> None:
    settle(mail, tx, office.desk, office.now)
