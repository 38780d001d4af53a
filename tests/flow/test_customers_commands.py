"""What customers can write, under the policy of Jelastic: commands, mistakes; who is turned away (JEL-6, R14, R21)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

import pytest
from office import CAROL, HOUR, KEYS, ROOT, Office, a_desk, body, holding

from mailproc.config import Customer, Mailbox
from mailproc.core.case import State
from mailproc.flow.desk import Desk
from mailproc.flow.loading import load
from mailproc.store import inbound

SAM = "sam@stranger.example"
HOSTED = "dev@hosted.example"
DAY = timedelta(days=1)


@lru_cache(maxsize=4)
def jelastic(*, listed: bool = True) -> Desk:
    """The desk with the policy of Jelastic; `listed`: whether it lists customers at all."""
    customers = (
        Customer(name="Customer", domains=("customer.example",), timezone="Europe/Kyiv"),
        Customer(name="Hosted", domains=("hosted.example",), entitled=False, hoster="Example Hosting"),
    )
    usual = a_desk().config
    box = Mailbox(addresses=("support@example.com",), policy=ROOT / "policies" / "jelastic.toml", brand="Example")
    config = usual.model_copy(update={"mailbox": {"support": box}, "customers": customers if listed else ()})
    return load(config, KEYS)


@pytest.fixture
def office() -> Iterator[Office]:
    one = Office(desk=jelastic())
    yield one
    one.close()


def in_reply(office: Office, template: str, to: str = CAROL) -> dict[str, str]:
    """The fields of an answer to the latest mail of this template, at its signed address."""
    letter = office.last(template, to)
    return {"To": str(letter["Reply-To"]), "In_Reply_To": str(letter["Message-ID"]), "Subject": "Re: printers"}


def answers(office: Office, text: str, template: str = "confirmation", sender: str = CAROL) -> inbound.Inbound:
    fields = in_reply(office, template)
    return office.takes(office.mail(sender, text, **fields), to=[fields["To"]], mail_from=sender)


def links(office: Office, template: str, to: str = CAROL) -> list[str]:
    """The bodies of the ready replies in a mail."""
    found = re.findall(r"body=([^>\s]+)", body(office.last(template, to)))
    return [unquote(one).strip() for one in found]


# --- JEL-2: the confirmation ------------------------------------------------------------------------------------------


def test_JEL_2_the_confirmation_says_the_severity_and_offers_the_others_by_one_click_each(office: Office):
    office.customer("The panel is slow.")
    assert "we have taken it as severity 3" in body(office.last("confirmation", CAROL))
    assert links(office, "confirmation")[:3] == [f"#severity {one} because" for one in "124"]


def test_JEL_2_the_click_asks_for_it_and_an_agent_takes_it(office: Office):
    office.customer("The panel is slow.")
    row = answers(office, "#severity 1 because\n\nAll sites are down now.")
    assert row.outcome == "case"
    assert (office.case().severity, office.templates(CAROL)) == ("3", ["confirmation"])
    assert "#severity 1 because" in links(office, "task", "alice@example.com")
    office.agent("#severity 1 because they say so", notice="task")
    assert office.case().severity == "1"
    assert "severity_changed" in office.templates(CAROL)


# --- JEL-3: yes and no ------------------------------------------------------------------------------------------------


def ask(office: Office) -> None:
    office.customer("The panel is slow.")
    office.agent("We are looking at it.")
    office.agent("#severity 4 because it is a blemish")


@pytest.mark.parametrize(("said", "severity"), [("Yes", "4"), ("#agree", "4"), ("No", "3"), ("#disagree", "3")])
def test_JEL_3_the_answer_to_the_proposal_is_done(office: Office, said: str, severity: str):
    ask(office)
    assert links(office, "severity_proposal") == ["#agree", "#disagree"]
    answers(office, said, "severity_proposal")
    assert (office.case().severity, office.case().proposal) == (severity, None)


def test_JEL_3_yes_below_another_mail_of_ours_is_no_consent(office: Office):
    ask(office)
    answers(office, "Yes", "customer_reply")
    assert (office.case().severity, office.case().proposal is not None) == ("3", True)


def test_JEL_3_a_stranger_agrees_to_nothing(office: Office):
    ask(office)
    office.customer("#agree", sender=SAM, Subject="Re: [#1] printers")
    assert (office.case().severity, office.case().proposal is not None) == ("3", True)


def test_a_decline_of_the_agents_change_is_told_with_the_reason(office: Office):
    office.customer("The panel is slow.")
    office.agent("#severity 4 because it is a blemish")
    assert "once a person has answered the customer" in body(office.last("transcript"))


# --- commands ---------------------------------------------------------------------------------------------------------


def test_help_is_answered_and_changes_nothing(office: Office):
    office.customer("The panel is slow.")
    row = answers(office, "#help")
    assert (row.outcome, office.case().state) == ("command", State.NEW)
    text = body(office.last("help", CAROL))
    assert all(word in text for word in ("stop-updates", "agree", "escalate", "#severity 1 because"))
    assert "assign" not in text


def test_help_without_a_case_opens_none(office: Office):
    assert office.customer("#help").outcome == "command"
    assert office.templates(CAROL) == ["help"]


@pytest.mark.parametrize(
    ("wrong", "meant"), [("#statsu", "#status"), ("#escalte please", "#escalate"), ("#severity banana", "#severity 1")]
)
def test_a_mistaken_command_in_the_first_line_is_passed_on_and_answered_with_a_suggestion(
    office: Office, wrong: str, meant: str
):
    office.customer("The panel is slow.")
    office.sleeps(HOUR)
    answers(office, f"{wrong}\n\nThank you")
    assert f"Did you mean {meant}" in body(office.last("help", CAROL))
    assert office.templates("alice@example.com")[-1] == "customer_mail"


@pytest.mark.parametrize(
    "text", ["Hello\n#statsu", "# Status of the panel", "#1 is still slow", "/statsu", "#take", "#panel is slow"]
)
def test_what_only_looks_like_a_command_is_a_customers_text(office: Office, text: str):
    office.customer("The panel is slow.")
    answers(office, text)
    assert office.templates(CAROL) == ["confirmation"]
    assert office.case().owner is None


def test_several_commands_are_done_in_their_order(office: Office):
    ask(office)
    answers(office, "#agree\n#stop-updates\n\nThat suits us.", "severity_proposal")
    assert (office.case().severity, office.case().updates_stopped) == ("4", True)


def test_close_and_reopen(office: Office):
    office.customer("The panel is slow.")
    answers(office, "#close\n\nWe found it.")
    assert office.case().state is State.CLOSED
    assert office.templates(CAROL)[-1] == "closing"
    answers(office, "#reopen\n\nIt is back.")
    assert office.case().state is State.OPEN


@pytest.mark.parametrize("text", ["#severity 1 because it is back", "#escalate because it is back", "#disagree"])
def test_on_a_case_that_is_over_such_commands_are_words_and_reopen_it(office: Office, text: str):
    office.customer("The panel is slow.")
    office.agent("#resolve\n\nIt is quick again.")
    answers(office, text, "resolution")
    assert office.case().state is State.OPEN


def test_the_resolution_asks_and_yes_is_counted(office: Office):
    office.customer("The panel is slow.")
    office.agent("#resolve\n\nIt is quick again.")
    assert links(office, "resolution") == ["yes", "no"]
    answers(office, "yes", "resolution")
    counted = [one.what.get("what") for one in office.story() if one.what.get("effect") == "Count"]
    assert (counted, office.case().state) == (["solved"], State.RESOLVED)


def test_R14_a_command_of_whom_no_machine_may_answer_is_only_text(office: Office):
    office.customer("The panel is slow.")
    before = len(office.sent)
    fields = in_reply(office, "confirmation")
    office.customer("#close", sender="noreply@customer.example", **fields)
    assert office.case().state is not State.CLOSED
    assert [one for one in office.sent[before:] if one.recipient == "noreply@customer.example"] == []


# --- JEL-6: who is turned away ----------------------------------------------------------------------------------------


def declined(office: Office) -> list[inbound.Inbound]:
    return office.read(inbound.listing, outcome="declined", limit=10)


def test_JEL_6_one_polite_word_and_the_mail_is_kept_and_listed(office: Office):
    row = office.customer("My environment does not start.", sender=SAM)
    assert (row.outcome, row.case_number, office.templates()) == ("declined", None, ["not_entitled"])
    assert "Please ask your hosting provider." in body(office.last("not_entitled", SAM))
    assert [one.id for one in declined(office)] == [row.id]
    assert b"does not start" in office.read(inbound.raw, row.id)
    entry = next(one for one in office.story(None) if one.event == "declined")
    assert entry.clause == ("JEL-6",)


def test_JEL_6_the_hoster_is_named_where_it_is_known(office: Office):
    office.customer("My environment does not start.", sender=HOSTED)
    assert "Example Hosting" in body(office.last("not_entitled", HOSTED))


def test_JEL_6_nobody_is_told_twice_within_a_week(office: Office):
    for wait in (timedelta(0), HOUR, 6 * DAY):
        office.sleeps(wait)
        office.customer("My environment does not start.", sender=SAM)
    assert office.templates(SAM) == ["not_entitled"]
    office.sleeps(DAY)
    office.customer("My environment does not start.", sender=SAM)
    assert office.templates(SAM) == ["not_entitled", "not_entitled"]
    assert len(declined(office)) == 4


@pytest.mark.parametrize("sender", ["noreply@stranger.example", "mailer-daemon@stranger.example"])
def test_R14_no_robot_is_told(office: Office, sender: str):
    office.customer("A disk is full.", sender=sender)
    assert office.templates() == []


def test_JEL_6_customers_are_let_in_and_so_is_everybody_where_none_are_listed(office: Office):
    assert office.customer("The panel is slow.").outcome == "case"
    open_to_all = Office(desk=jelastic(listed=False))
    try:
        assert open_to_all.customer("The panel is slow.", sender=SAM).outcome == "case"
    finally:
        open_to_all.close()


def test_JEL_6_whoever_is_on_a_case_is_never_turned_away(office: Office):
    office.customer("The panel is slow.")
    office.agent("We are looking at it.")
    none_left = tuple(replace_entitled(one) for one in office.desk.config.customers)
    office.desk = replace(office.desk, config=office.desk.config.model_copy(update={"customers": none_left}))
    office.rounds.desk = office.desk
    assert answers(office, "It is still slow.", "customer_reply").case_number == 1


def replace_entitled(customer: Customer) -> Customer:
    return customer.model_copy(update={"entitled": False})


def test_a_mail_with_no_valid_sender_is_a_case_that_is_not_answered(office: Office):
    row = office.takes(office.mail("", "My environment does not start."), mail_from=SAM)
    assert (row.outcome, office.templates(SAM)) == ("case", [])


def test_under_hold_the_redirect_waits_for_review(office: Office):
    held = Office(desk=holding(jelastic()))
    try:
        held.customer("My environment does not start.", sender=SAM)
        assert held.templates(SAM) == []
    finally:
        held.close()


# --- JEL-4: what is offered -------------------------------------------------------------------------------------------


def test_JEL_4_a_capped_case_is_offered_nothing_above_the_cap(office: Office):
    office.customer("Severity: 1\n\nOur MS SQL server is down for all users.")
    text = body(office.last("confirmation", CAROL))
    assert "You asked for severity 1; we have taken 2: Severity 1 is not available" in " ".join(text.split())
    assert links(office, "confirmation")[:2] == ["#severity 3 because", "#severity 4 because"]
    assert office.case().declared == "1"


# --- types and owners by rule -----------------------------------------------------------------------------------------

TYPED = """
[types.wish]
label      = "Wish"
said_as    = ["feature request"]
objectives = []
route      = ["team_lead"]
template   = "enhancement_received"
clause     = "JEL-1"

[[rules]]
name = "The boss looks after fires"
when = "event == 'opened' and message is mentioning('fire')"
then = { assign = "management" }
"""


@pytest.fixture
def typed(tmp_path: Path) -> Iterator[Office]:
    """An office under a policy with a type, and a rule that hands cases to a role."""
    file = tmp_path / "typed.toml"
    shipped = (ROOT / "policies" / "jelastic.toml").read_text(encoding="utf-8")
    file.write_text(shipped + TYPED, encoding="utf-8")
    config = jelastic().config
    box = config.mailbox["support"].model_copy(update={"policy": file})
    one = Office(desk=load(config.model_copy(update={"mailbox": {"support": box}}), KEYS))
    yield one
    one.close()


def test_ELA_9_a_type_by_subject_tag_has_its_own_confirmation_readers_and_promises(typed: Office):
    typed.customer("A dark mode, please.", Subject="[Feature Request] dark mode")
    assert typed.case().type == "wish"
    assert [(one.template, one.recipient) for one in typed.sent] == [
        ("enhancement_received", CAROL),
        ("new_case", "lead@example.com"),
    ]
    assert [one for one in typed.story() if one.event == "clock"] == []


def test_ELA_9_an_agent_gives_a_type_and_the_clocks_stop(typed: Office):
    typed.customer("A dark mode, please.")
    typed.agent("#type wish")
    assert typed.templates("lead@example.com") == ["new_case"]
    typed.waits(13 * HOUR)
    assert typed.case().broken == {}


def test_a_rule_hands_a_case_to_whoever_has_the_role(typed: Office):
    typed.customer("There is a fire.")
    assert typed.case().owner == "boss"
    assert typed.templates("boss@example.com") == ["task"]


def test_a_role_that_nobody_holds_leaves_the_case_with_the_team(typed: Office):
    team = typed.desk.config.teams["support"].model_copy(update={"management": ()})
    typed.desk = replace(typed.desk, config=typed.desk.config.model_copy(update={"teams": {"support": team}}))
    typed.rounds.desk = typed.desk
    typed.customer("There is a fire.")
    assert typed.case().owner in ("alice", "bob")
