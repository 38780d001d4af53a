"""Machines that write to us, budgets of our own machine, delivery reports, poison (R3, R14–R17, CON-3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from office import CAROL, HOUR, MINUTE, SUPPORT, Office, body, with_limits

from mailproc.core.case import State
from mailproc.flow.outbox import Report
from mailproc.mail.automatic import Own
from mailproc.store import inbound, outbox, suppressed

OPS = "ops@example.com"


def report(office: Office, to: str, recipient: str, message_id: str, status: str = "5.1.1") -> bytes:
    """A delivery report (RFC 3464)."""
    action = "failed" if status.startswith("5") else "delayed"
    office.written += 1
    return (
        "From: mailer-daemon@mx.example\r\nSubject: Undelivered\r\n"
        f"To: {to}\r\nMessage-ID: <report{office.written}@mx.example>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n"
        "--x\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 {status} no such mailbox\r\n"
        f"--x\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\n--x--\r\n"
    ).encode()


def test_R17_a_report_to_our_bounce_address_suppresses_the_address_and_alarms(office: Office):
    office.customer()
    letter = office.letter("confirmation")
    row = office.takes(report(office, letter.mail_from, CAROL, ""), to=[letter.mail_from], mail_from="")
    assert row.outcome == "case"
    assert office.read(suppressed.why, CAROL) is not None
    assert office.templates(OPS) == ["operator_alarm"]
    assert office.templates("alice@example.com") == ["new_case", "task"]
    assert not office.case().answerable
    office.waits(timedelta(days=4))
    assert office.templates(CAROL) == ["confirmation"]


@pytest.mark.parametrize("what", ["of no mail of ours", "of another recipient", "that it is late", "forged address"])
def test_R17_a_report_that_proves_nothing_does_nothing(office: Office, what: str):
    office.customer()
    letter = office.letter("confirmation")
    to, recipient, message_id, status = letter.mail_from, CAROL, letter.message_id, "5.1.1"
    if what == "of no mail of ours":
        to, message_id = SUPPORT, "<mp.aaaaaaaaaaaaaaaaaaaaaaaaaaa@example.com>"
    elif what == "of another recipient":
        recipient = "someone@else.example"
    elif what == "that it is late":
        status = "4.4.1"
    else:
        to, message_id = letter.mail_from.replace("+b", "+bx"), ""
    before = office.case()
    row = office.takes(report(office, to, recipient, message_id, status), to=[to], mail_from="")
    assert row.outcome == "ignored"
    assert office.read(suppressed.why, CAROL) is None
    assert office.templates(OPS) == []
    assert office.case() == before


def test_R17_a_robots_answer_is_noted_and_changes_nothing(office: Office):
    office.customer()
    office.agent("#wait\nWhich floor is it?")
    before = office.case()
    ours = str(office.last("customer_reply")["Message-ID"])
    for headers in ({"In_Reply_To": ours}, {"Subject": "[#1] Automatic reply"}):
        row = office.customer("I am away.", Auto_Submitted="auto-replied", **headers)
        assert (row.outcome, row.case_number) == ("case", 1)
    assert office.notes() == ["I am away."] * 2
    assert office.case() == before
    assert office.customer("I am away.", Auto_Submitted="auto-replied").outcome == "ignored"
    assert office.customer("Buy!", sender="news@shop.example", Precedence="bulk").outcome == "ignored"


def test_R15_of_many_mails_in_ten_minutes_the_third_confirmation_is_put_off_and_not_lost(office: Office):
    for number in range(4):
        office.customer("Help!", Subject=f"matter {number}")
        office.waits(MINUTE)
    assert office.templates(CAROL) == ["confirmation"] * 2
    assert "too many answers to this address" in body(office.last("new_case", "alice@example.com"))
    office.waits(10 * MINUTE)
    assert office.templates(CAROL) == ["confirmation"] * 3
    office.waits(HOUR)
    assert office.templates(CAROL) == ["confirmation"] * 4
    assert all("confirmation" in office.case(number).met for number in (1, 2, 3, 4))


def test_R15_two_robots_set_against_each_other_fall_silent(office: Office):
    """A responder without any mark of one answers each of our mails at once."""
    office.customer(sender="robot@loop.example")
    answered = 0
    for _ in range(60):
        fresh = [one for one in office.sent if one.recipient == "robot@loop.example"][answered:]
        answered += len(fresh)
        for letter in fresh:
            office.customer("#status", sender="robot@loop.example", In_Reply_To=letter.message_id)
        office.waits(10 * MINUTE)
    assert answered <= 10


def test_R15_a_budget_of_zero_holds_every_automatic_answer_and_the_case_is_worked_on():
    office = Office(desk=with_limits(answers_per_10_minutes=0))
    row = office.customer()
    assert row.outcome == "case"
    assert office.templates(CAROL) == []
    held = office.read(outbox.listing, ["held"])
    assert [(one.template, one.hold_reason) for one in held] == [
        ("confirmation", "held: [limits] allows no automatic answers")
    ]
    assert "no confirmation" in " ".join(body(office.last("new_case", "alice@example.com")).split())
    office.agent("#take\n\nHello.")
    assert office.templates(CAROL) == ["customer_reply"]
    office.close()


def test_CON_3_while_the_smarthost_is_away_the_operator_is_alarmed_before_the_half_hour_is_over(office: Office):
    office.smarthost = lambda letter: Report("delivered" if letter.recipient == OPS else "deferred", "451 later")
    office.customer()
    office.waits(19 * MINUTE)
    assert office.templates(OPS) == []
    office.waits(MINUTE)
    assert office.templates(OPS) == ["operator_alarm"]
    assert office.case().broken == {}
    office.waits(10 * MINUTE)
    assert set(office.case().broken) == {"confirmation"}
    office.smarthost = lambda letter: Report("delivered")
    office.waits(HOUR)
    assert office.templates(CAROL) == ["confirmation"]
    assert "confirmation" in office.case().met


def test_CON_3_a_confirmation_refused_at_once_raises_the_alarm(office: Office):
    office.smarthost = lambda letter: Report(
        "refused" if letter.recipient == CAROL else "delivered", "550 no such user"
    )
    office.customer()
    assert office.templates(OPS) == ["operator_alarm"]
    assert office.templates("alice@example.com") == ["new_case", "task"]
    assert not office.case().answerable


def test_after_a_gap_each_case_gets_one_update_and_the_breaches_stand_at_their_seconds(office: Office):
    for number in range(3):
        office.customer(sender=f"c{number}@customer.example", Subject="[urgent] printers")
    opened = office.now
    office.sleeps(timedelta(hours=30))
    for number in range(3):
        assert office.templates(f"c{number}@customer.example") == ["confirmation", "update"]
        breaches = [entry for entry in office.story(number + 1) if entry.event == "breach"]
        assert next(entry.at - opened for entry in breaches) == HOUR
        skipped = [entry for entry in office.story(number + 1) if entry.what.get("clock_state") == "skipped"]
        assert skipped
    office.works()
    assert office.rounds.next_due() == office.now + 45 * MINUTE


def test_a_clock_that_goes_backward_sends_nothing_again(office: Office):
    office.customer(Subject="[urgent] printers")
    office.waits(HOUR)
    sent = len(office.sent)
    office.clock.set(office.now - 2 * HOUR)
    office.works()
    assert len(office.sent) == sent


def test_a_reply_that_came_in_while_nothing_ran_does_not_hide_the_breach(office: Office):
    office.customer(Subject="[urgent] printers")
    office.clock.set(office.now + 2 * HOUR)
    office.agent("We are looking at it.")
    breaches = [(entry.what["objective"], entry.at) for entry in office.story() if entry.event == "breach"]
    assert breaches == [("initial_response", office.now - HOUR)]
    assert "initial_response" in office.case().met


class Poisoned(Own):
    """Kills whoever reads a mail that answers the poisonous one."""

    def issued(self, message_id: str) -> bool:
        if "poison" in message_id:
            raise RecursionError("a mail that its reader cannot bear")
        return super().issued(message_id)


def test_R3_a_poisonous_mail_is_quarantined_after_three_tries_and_the_next_one_goes_on(office: Office):
    own = office.desk.own
    office.desk = office.rounds.desk = replace(office.desk, own=Poisoned(own.addresses, own.id_domains, own.loop_marks))
    key = office.keep(office.mail(CAROL, "Hello", In_Reply_To="<poison@written.example>"))
    row = office.customer("All printers are down.")
    assert row.outcome == "case"
    tries = [office.read(inbound.get, key).tries]
    office.waits(10 * MINUTE)
    poisoned = office.read(inbound.get, key)
    tries.append(poisoned.tries)
    assert tries == [1, 3]
    assert poisoned.outcome == "quarantined"
    assert "RecursionError" in poisoned.error
    assert [one.id for one in office.read(inbound.quarantined)] == [key]
    assert office.case(1).state is State.NEW


def test_R14_a_closed_gate_is_told_in_the_case_and_no_clock_of_the_confirmation_starts(office: Office):
    office.customer("Disk full", sender="no-reply@monitor.example")
    opening = next(entry for entry in office.story() if entry.event == "case")
    assert "no confirmation: the sender no-reply@… reads no answers" in opening.because
    clocks = {entry.what["objective"] for entry in office.story() if entry.event == "clock"}
    assert not {"confirmation", "update"} & clocks
    assert office.templates("no-reply@monitor.example") == []


def test_R14_a_status_that_may_not_be_answered_is_declined_and_says_why(office: Office):
    row = office.customer("#status", sender="no-reply@monitor.example")
    assert row.outcome == "declined"
    assert "reads no answers" in row.reason
    assert [entry.event for entry in office.story(None)] == ["mail_in", "declined"]
