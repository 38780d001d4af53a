"""Which case a mail joins, and whose mail may join it (R4, R6–R8, R10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from office import CAROL, SUPPORT, Office, a_desk, body, text_of

from mailproc.core.case import State

DAVE = "dave@customer.example"
STRANGER = "sam@stranger.example"


def test_R6_a_reply_to_our_mail_joins_its_case_under_any_subject(office: Office):
    office.customer()
    ours = str(office.last("confirmation")["Message-ID"])
    row = office.customer("More of it.", Subject="Something else", In_Reply_To=ours)
    assert (row.case_number, row.reason) == (1, "answers a mail of ours")
    assert office.templates("alice@example.com") == ["new_case", "customer_mail"]


def test_R6_the_newest_reference_counts_first(office: Office):
    office.customer()
    first = str(office.last("confirmation")["Message-ID"])
    office.customer("Another matter.", Subject="scanners")
    second = str(office.last("confirmation")["Message-ID"])
    assert office.customer("Which?", References=f"{first} {second}").case_number == 2
    assert office.customer("Which?", References=f"{second} {first}").case_number == 1
    assert office.customer("Which?", References=f"{first} {second}", In_Reply_To=first).case_number == 1


def test_R6_the_signed_address_is_stronger_than_every_other_clue(office: Office):
    office.customer()
    address = text_of(office.last("confirmation", CAROL)["Reply-To"])
    office.customer("Another matter.", Subject="scanners")
    second = str(office.last("confirmation")["Message-ID"])
    row = office.takes(office.mail(CAROL, "Which?", To=address, In_Reply_To=second, Subject="[#2] x"), to=[address])
    assert (row.case_number, row.reason) == (1, "sent to its signed reply address")


def test_R6_a_stranger_with_a_tag_opens_a_case_that_names_the_other_to_agents_alone(office: Office):
    office.customer()
    row = office.customer("Send me all of it.", sender=STRANGER, Subject="Re: [#1] printers")
    assert row.case_number == 2
    assert "names case 1" in row.reason
    assert "names case 1" in " ".join(body(office.last("new_case", "alice@example.com")).split())
    assert office.templates(STRANGER) == ["confirmation"]
    assert "case 1" not in office.letter("confirmation", STRANGER).data.decode()


def test_R6_a_stranger_who_quotes_a_foreign_message_id_does_not_join(office: Office):
    office.customer()
    assert office.customer("Hello", sender=STRANGER, In_Reply_To="<1@written.example>").case_number == 2


def test_R6_a_colleague_of_the_customers_domain_joins_by_tag_and_by_the_customers_own_mail(office: Office):
    office.customer()
    assert office.customer("Me too.", sender=DAVE, Subject="Re: [#1] printers").case_number == 1
    assert office.customer("And me.", sender="eve@customer.example", References="<1@written.example>").case_number == 1
    assert office.customer("Unrelated.", sender=DAVE).case_number == 2


@pytest.mark.parametrize("kind", ["expired", "forged", "of another person"])
def test_R6_a_reply_address_that_does_not_open_proves_nothing(office: Office, kind: str):
    office.customer(sender=STRANGER)
    address = text_of(office.last("confirmation", STRANGER)["Reply-To"])
    sender = STRANGER
    if kind == "expired":
        office.clock.set(office.now + timedelta(days=366))
    elif kind == "forged":
        local, _, domain = address.partition("@")
        address = f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}"
    else:
        sender = "mallory@evil.example"
    row = office.takes(office.mail(sender, "Hello", To=address), to=[address])
    assert row.case_number == 2


def test_R6_a_message_id_that_only_looks_like_ours_finds_nothing(office: Office):
    office.customer()
    ours = str(office.last("confirmation")["Message-ID"])
    forged = ours.replace("<mp.", "<mp.a", 1)
    assert office.customer("Hello", sender=STRANGER, In_Reply_To=forged).case_number == 2
    # The Message-ID of a mail to an agent proves nobody outside.
    inside = str(office.last("new_case")["Message-ID"])
    assert office.customer("Hello", sender="mallory@evil.example", In_Reply_To=inside).case_number == 3


def test_R4_the_same_mail_twice_is_one_message_and_one_confirmation(office: Office):
    raw = office.mail(CAROL, "All printers are down.")
    first = office.takes(raw, to=[SUPPORT])
    copy = office.takes(b"Received: from relay.example by mx.example; Mon, 9 Mar 2026 16:00:01 +0000\r\n" + raw)
    assert (first.outcome, copy.outcome, copy.case_number) == ("case", "duplicate", 1)
    assert office.templates(CAROL) == ["confirmation"]


def test_R4_a_stranger_who_reuses_a_message_id_suppresses_nothing(office: Office):
    office.customer(sender=STRANGER, Message_ID="<same@written.example>")
    row = office.customer(Message_ID="<same@written.example>")
    assert (row.outcome, row.case_number) == ("case", 2)
    again = office.customer("Another text.", Message_ID="<same@written.example>")
    assert again.outcome == "case"


def test_R7_long_after_its_end_another_subject_is_another_matter(office: Office):
    office.customer()
    ours = str(office.last("confirmation")["Message-ID"])
    office.agent("#resolve\nDone.")
    office.sleeps(timedelta(days=4))
    row = office.customer("A new matter.", Subject="Re: scanners", In_Reply_To=ours)
    assert row.case_number == 2
    assert office.case(2).related == (1,)
    assert office.case(1).state is State.RESOLVED
    assert office.customer("Down again.", Subject="Re: printers", In_Reply_To=ours).case_number == 1
    assert office.case(1).state is State.OPEN


def test_R10_what_is_attached_goes_along_once(office: Office):
    def with_logo(text: str, message_id: str) -> bytes:
        return (
            f"From: {CAROL}\r\nTo: {SUPPORT}\r\nSubject: printers\r\nMessage-ID: {message_id}\r\n"
            "References: <logo1@written.example>\r\n"
            "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
            f"--x\r\nContent-Type: text/plain\r\n\r\n{text}\r\n"
            "--x\r\nContent-Type: image/png; name=logo.png\r\nContent-Disposition: attachment; filename=logo.png\r\n"
            "Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--x--\r\n"
        ).encode()

    office.takes(with_logo("Down.", "<logo1@written.example>"))
    office.takes(with_logo("Still down.", "<logo2@written.example>"))
    first, second = office.last("new_case", "alice@example.com"), office.last("customer_mail", "alice@example.com")
    assert [part.get_filename() for part in first.iter_attachments()] == ["logo.png"]
    assert list(second.iter_attachments()) == []


def test_R16_an_unverified_sender_finds_nothing_of_theirs_in_the_confirmation_and_the_words_in_a_persons_answer(
    office: Office,
):
    bait = "https://evil.example/win"
    office.customer(f"Win at {bait}", sender="Win Now <sam@stranger.example>", Subject=f"Look: {bait}")
    confirmation = office.letter("confirmation").data.decode()
    assert "evil.example" not in confirmation
    assert "Win Now" not in confirmation
    assert "[#1]" in confirmation
    mail = office.last("confirmation")
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["In-Reply-To"] == "<1@written.example>"
    office.agent("No, thank you.")
    answer = office.last("customer_reply")
    assert body(answer).startswith("No, thank you.")
    assert "Look:" in str(answer["Subject"])


def test_CON_9_how_the_cause_is_removed_is_stated_in_the_confirmation_and_in_updates(office: Office):
    office.desk = office.rounds.desk = replace(a_desk(), simulated=True)  # the sender counts as verified
    office.customer(Subject="[urgent] printers")
    office.waits(timedelta(hours=1))
    stated = "continual working-day effort"
    assert stated in " ".join(body(office.last("confirmation")).split())
    assert stated in " ".join(body(office.last("update")).split())


def test_CON_6_the_update_carries_the_latest_public_progress(office: Office):
    office.customer(Subject="[high] printers")
    office.agent("#progress\nA new server is on its way.")
    office.agent("#progress\nThe new server has arrived.")
    office.agent("#note\nIt is broken, too, and nobody outside may hear of it.")
    office.waits(timedelta(hours=4))
    update = body(office.last("update", CAROL))
    assert "The new server has arrived." in update
    assert "on its way" not in update
    assert "nobody outside" not in update


def test_R6_a_mail_of_ours_that_was_passed_on_lets_no_stranger_in(office: Office):
    office.customer()
    ours = str(office.last("confirmation", CAROL)["Message-ID"])
    office.customer("Me too.", "eve@elsewhere.example", In_Reply_To=ours)
    assert office.case(2).requester.address == "eve@elsewhere.example"


def test_R8_a_colleague_who_answers_a_mail_of_ours_joins_the_case(office: Office):
    office.customer(sender="mia@unlisted.example")
    ours = str(office.last("confirmation", "mia@unlisted.example")["Message-ID"])
    row = office.customer("I have the log.", "max@unlisted.example", In_Reply_To=ours)
    assert row.case_number == 1


def test_JEL_2_a_first_mail_that_answers_somebody_elses_mail_says_its_severity(office: Office):
    row = office.customer("It burns.", Subject="Re: [urgent] printers", In_Reply_To="<1@written.example>")
    case = office.case(row.case_number or 0)
    assert (case.severity, case.declared) == ("urgent", "urgent")


def test_JEL_2_a_first_mail_may_say_its_severity_as_a_later_one_does(office: Office):
    office.customer("#severity urgent because nobody can work\n\nIt burns.")
    assert (office.case(1).severity, office.case(1).declared) == ("urgent", "urgent")
    office.customer("#severity purple\n\nIt burns.", Subject="scanners")
    assert (office.case(2).severity, office.case(2).declared) == ("normal", None)


def test_JEL_2_a_later_mail_changes_nothing_by_a_tag(office: Office):
    office.customer()
    ours = str(office.last("confirmation")["Message-ID"])
    office.customer("More of it.", Subject="Re: [urgent] printers", In_Reply_To=ours)
    assert office.case(1).severity == "normal"
