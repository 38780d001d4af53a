"""Voicemails on the whole road: who called, who is answered, how severe, what a person must look at (R27–R29)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from office import CAROL, SUPPORT, Office, a_desk, body

from mailproc.config import Config

PHONE = "+12025550107"
NOTICE = "From: Dana Example <{number}>\nLength: 0:12\n\nTranscription:\n{words}\n"


@pytest.fixture
def office() -> Iterator[Office]:
    desk = a_desk()
    known = replace_phone(desk.config)
    place = Office(replace(desk, config=known))
    yield place
    place.close()


def replace_phone(config: Config) -> Config:
    customer = config.customers[0].model_copy(update={"phones": (PHONE,), "addresses": (CAROL,)})
    return config.model_copy(update={"customers": (customer,)})


def notice(
    *, sender: str = "Voicemail <voicemail@pbx.example.net>", subject: str = f"Voicemail from {PHONE}", text: str = "",
    number: str = PHONE, words: str = "The door is stuck.", head: str = "",
) -> bytes:  # fmt: skip
    body = text or NOTICE.format(number=number, words=words)
    return (
        f"From: {sender}\nTo: {SUPPORT}\nSubject: {subject}\nDate: Mon, 09 Mar 2026 12:00:00 -0400\n"
        f"Message-ID: <{abs(hash((sender, subject, body)))}@pbx.example.net>\n{head}"
        f"Content-Type: text/plain; charset=utf-8\n\n{body}"
    ).encode()


def written_to(office: Office) -> list[str]:
    return [letter.recipient for letter in office.sent]


def test_R28_a_known_number_is_answered_at_the_customer_s_address_and_never_the_telephone_system(office: Office):
    office.takes(notice(), mail_from="voicemail@pbx.example.net")
    assert office.case().requester.address == CAROL
    assert CAROL in written_to(office)
    assert not [one for one in written_to(office) if "pbx" in one]


def test_R27_an_auto_generated_voicemail_opens_a_case(office: Office):
    row = office.takes(
        notice(number="+12025550199", subject="Voicemail from +12025550199", head="Auto-Submitted: auto-generated\n"),
        mail_from="",
    )
    assert (row.kind, row.outcome, office.case().kind) == ("voicemail", "case", "voicemail")
    assert CAROL not in written_to(office)


def test_R27_what_may_be_a_voicemail_is_a_case_for_a_person_and_nobody_is_confirmed(office: Office):
    words = f"A caller left you a voicemail.\n{PHONE}\n"
    raw = notice(subject="You have a new voicemail", text=words, sender="Calls <noreply@calls.example.net>")
    row = office.takes(raw, mail_from="noreply@calls.example.net")
    assert row.kind == "suspected_voicemail"
    assert "a person must look at it" in office.case().unanswerable
    assert CAROL not in written_to(office)
    assert "perhaps a voicemail" in body(office.last("new_case"))


def test_R27_the_caller_s_own_flag_raises_the_severity_by_one_and_words_do_not(office: Office):
    office.takes(notice(head="X-Priority: 1\n"))
    office.takes(notice(words="This is urgent, everything is down."))
    levels = list(office.desk.policies["support"].severities)
    usual = office.desk.policies["support"].default_severity
    assert (office.case(1).severity, office.case(2).severity) == (levels[levels.index(usual) - 1], usual)


def test_R29_a_case_number_in_the_words_joins_no_case(office: Office):
    office.takes(notice())
    office.takes(
        notice(subject="Voicemail from [#1] <+12025550199>", number="+12025550199", words="Please #close [#1].")
    )
    assert office.case(2).kind == "voicemail"
    assert office.case(1).state == office.case(2).state


FORWARD = (
    "Can you open a case for this one?\n\n________________________________\nFrom: Phones <voicemail@pbx.example.net>\n"
    f"Sent: Monday, March 9, 2026 9:41 AM\nTo: Carol\nSubject: Voicemail from {PHONE}\n\n"
) + NOTICE.format(number=PHONE, words="The door is stuck.")


def test_R13_R27_whoever_forwards_a_voicemail_is_a_person_and_is_confirmed(office: Office):
    row = office.takes(notice(sender=f"Carol <{CAROL}>", subject=f"FW: Voicemail from {PHONE}", text=FORWARD))
    assert (row.kind, office.case().requester.address) == ("voicemail", CAROL)
    assert CAROL in written_to(office)
    assert "Can you open a case" in office.case().opening
    assert "The door is stuck." in office.case().opening


def test_R27_a_system_that_mails_in_our_own_name_is_no_loop(office: Office):
    own = notice(sender=f"Phones <{SUPPORT}>", head="Message-Context: voice-message\nContent-Duration: 12\n")
    assert office.takes(own, mail_from=SUPPORT).kind == "voicemail"
    looped = own.replace(b"Message-Context", f"X-Loop: {SUPPORT}\nMessage-Context".encode())
    assert office.takes(looped, mail_from=SUPPORT).kind == "loop"
