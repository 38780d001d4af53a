"""Who is an agent, and what their mails do: proofs, commands all or none, held words, the guard (R18–R23)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from office import CAROL, HOUR, MINUTE, SUPPORT, Office, a_desk, body, text_of

from mailproc.core.case import State

ALICE = "alice@example.com"


def test_R19_a_signed_address_and_its_persons_From_make_an_agent(office: Office):
    office.customer()
    row = office.agent("#take\n\nWe are looking at it.")
    assert (row.outcome, row.case_number) == ("command", 1)
    assert office.case().owner == "alice"
    assert office.templates(CAROL) == ["confirmation", "customer_reply"]
    reply = office.last("customer_reply")
    assert body(reply).startswith("We are looking at it.")
    assert "Auto-Submitted" not in reply
    assert [entry.proof for entry in office.story() if entry.event == "case" and "owner" in entry.what] == [
        "signed address"
    ]


def test_R19_a_From_alone_is_held_and_the_registered_address_is_asked_once_an_hour(office: Office):
    office.customer()
    for text in ("#close", "#close\n\nGo away.", "Hello"):
        row = office.takes(office.mail(ALICE, text, Subject="Re: [#1] printers", In_Reply_To="<1@written.example>"))
        assert row.outcome == "held"
    assert office.case().state is State.NEW
    assert office.templates(CAROL) == ["confirmation"]
    assert office.templates(ALICE) == ["new_case", "was_this_you"]
    office.waits(HOUR + MINUTE)
    office.takes(office.mail(ALICE, "#take"))
    assert office.templates(ALICE).count("was_this_you") == 2
    assert len(office.held()) == 4


def test_R19_an_answer_to_was_this_you_releases_the_mail_once(office: Office):
    office.customer()
    office.takes(office.mail(ALICE, "#take\n\nWe look at it.", Subject="Re: [#1] printers"))
    asked = office.last("was_this_you")
    assert text_of(asked["Reply-To"]) != SUPPORT
    assert office.agent("yes", notice="was_this_you").outcome == "command"
    assert office.case().owner == "alice"
    assert office.templates(CAROL) == ["confirmation", "customer_reply"]
    assert office.agent("yes", notice="was_this_you").outcome == "ignored"
    assert office.templates(CAROL) == ["confirmation", "customer_reply"]


def test_R19_nobody_else_can_release_it(office: Office):
    office.customer()
    office.takes(office.mail(ALICE, "#close", Subject="Re: [#1] printers"))
    address = text_of(office.last("was_this_you")["Reply-To"])
    for sender in ("bob@example.com", "mallory@evil.example"):
        office.takes(office.mail(sender, "yes", To=address), to=[address])
    forged = address.replace("+", "+x", 1)
    office.takes(office.mail(ALICE, "yes", To=forged), to=[forged])
    assert office.case().state is State.NEW
    assert len([one for one in office.held() if one.text == "#close"]) == 1


@pytest.mark.parametrize("case", ["wrong", "another agent's", "expired", "another case's"])
def test_R19_a_token_that_does_not_fit_proves_nothing(office: Office, case: str):
    office.customer()
    address = text_of(office.last("new_case", ALICE)["Reply-To"])
    if case == "wrong":
        local, _, domain = address.partition("@")
        address = f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}"
    elif case == "another agent's":
        address = text_of(office.last("new_case", "bob@example.com")["Reply-To"])
    elif case == "expired":
        office.clock.set(office.now + timedelta(days=32))
    else:
        office.takes(office.mail("erin@other.example", "Another matter"))
    row = office.takes(office.mail(ALICE, "#take", To=address, Subject="Re: [#2] x"), to=[address])
    if case == "another case's":
        assert (office.case(1).owner, office.case(2).owner) == ("alice", None), "the token's case counts, not the tag"
    else:
        assert row.outcome == "held"
        assert office.case().owner is None


@pytest.mark.parametrize(
    "headers",
    [{"Reply_To": "mallory@evil.example"}, {"From": "alice@example.com, bob@example.com"}, {"Reply_To": ALICE}],
)
def test_R18_a_From_that_is_not_one_or_conflicts_with_Reply_To_has_no_powers(office: Office, headers: dict[str, str]):
    office.customer()
    row = office.agent("#close", **headers)
    if headers == {"Reply_To": ALICE}:
        assert office.case().state is State.CLOSED
    else:
        assert row.outcome in ("held", "case")
        assert office.case().state is State.NEW


def test_R18_a_conflict_of_Reply_To_releases_nothing(office: Office):
    office.customer()
    office.takes(office.mail(ALICE, "#close", Subject="Re: [#1] printers"))
    assert office.agent("yes", notice="was_this_you", Reply_To="mallory@evil.example").outcome == "held"
    assert office.case().state is State.NEW


def test_R19_where_the_domain_is_asked_for_too_a_token_alone_is_held_and_can_be_confirmed():
    office = Office(desk=a_desk(proof="token+domain"))
    office.customer()
    assert office.agent("#take").outcome == "held"
    assert office.case().owner is None
    assert office.agent("yes", notice="was_this_you").outcome == "command"
    assert office.case().owner == "alice"
    proofs = {entry.proof for entry in office.story() if entry.event == "case" and "owner" in entry.what}
    assert proofs == {"signed address, confirmed by the registered address"}
    office.close()


def test_R21_commands_of_customers_and_in_quotes_stay_text(office: Office):
    office.customer("#close\n#take\nPlease close all.")
    assert office.case().state is State.NEW
    office.agent("Thank you.\n\n> #close\n> #resolve")
    assert office.case().state is State.OPEN
    assert "#close" not in body(office.last("customer_reply"))


def test_R22_all_commands_are_done_or_none_and_only_that_agent_hears(office: Office):
    office.customer()
    office.agent("#take\n#severity urgent because down\n#resolv3d\n\nAll is well.")
    case = office.case()
    assert (case.owner, case.severity, case.state) == (None, "normal", State.NEW)
    assert office.templates(CAROL) == ["confirmation"]
    assert office.templates(ALICE)[-1] == "transcript"
    assert office.templates("bob@example.com") == ["new_case"]
    told = body(office.last("transcript"))
    assert "#take" in told
    assert "resolv3d" in told
    assert [one.text for one in office.held()] == ["All is well."]


def test_R22_one_command_that_the_case_refuses_undoes_the_others(office: Office):
    office.customer(Subject="[urgent] printers")
    office.agent("#take\n#every 8 hours\n\nWe write every eight hours.")
    assert office.case().owner is None
    assert "Urgent cases have a fixed update interval" in " ".join(body(office.last("transcript")).split())


def test_R22_retry_with_a_corrected_block_sends_the_held_words_once(office: Office):
    office.customer()
    office.agent("#plan eta fri 15:00\n#nonsense\n\nNew toner arrives on Friday.")
    office.agent("#plan eta gestern\n#retry", notice="transcript")
    assert office.templates(CAROL) == ["confirmation"]
    assert [one.text for one in office.held()] == ["New toner arrives on Friday."]
    office.agent("#plan eta fri 15:00\n#retry", notice="transcript")
    assert "New toner arrives on Friday." in body(office.last("action_plan", CAROL))
    assert office.case().eta is not None
    assert office.held() == []
    office.agent("#send", notice="transcript")
    assert office.templates(CAROL) == ["confirmation", "action_plan"]


def test_R22_a_refused_block_without_words_does_not_hide_held_ones(office: Office):
    office.customer()
    office.agent("#nonsense\n#take\n\nHello.")
    office.agent("#assign nobody-we-know", notice="transcript")
    office.agent("#send", notice="transcript")
    assert body(office.last("customer_reply")).startswith("Hello.")


def test_R22_held_words_keep_their_attachment(office: Office):
    office.customer()
    address = text_of(office.last("new_case", ALICE)["Reply-To"])
    raw = office.mail(ALICE, "", To=address).replace(b"Content-Type: text/plain; charset=utf-8\r\n\r\n\r\n", b"")
    raw += (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
        b"--x\r\nContent-Type: text/plain\r\n\r\n#take\n#sever nothing\n\nSee the drawing.\r\n"
        b"--x\r\nContent-Type: image/png; name=drawing.png\r\nContent-Disposition: attachment; filename=drawing.png\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--x--\r\n"
    )
    office.takes(raw, to=[address])
    assert office.templates(CAROL) == ["confirmation"]
    office.agent("#take\n#retry", notice="transcript")
    reply = office.last("customer_reply", CAROL)
    assert body(reply).startswith("See the drawing.")
    assert [part.get_filename() for part in reply.iter_attachments()] == ["drawing.png"]


def test_R23_commands_alone_send_the_customer_nothing(office: Office):
    office.customer()
    office.agent("#take")
    office.agent("#note\nThe vendor is slow, do not tell.")
    assert office.templates(CAROL) == ["confirmation"]
    assert office.notes() == ["The vendor is slow, do not tell."]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Ask bob@example.com directly.", "internal address"),
        ("As I said: the vendor is slow and we do not tell anybody about it.", "internal note"),
        ("Hello,\n#close\nbye", "command"),
    ],
)
def test_R20_what_is_internal_does_not_leave(office: Office, text: str, why: str):
    office.customer()
    office.agent("#note\nThe vendor is slow and we do not tell anybody about it.")
    row = office.agent(text)
    assert row.outcome == "held"
    assert why in row.reason
    assert office.templates(CAROL) == ["confirmation"]
    assert [one.text for one in office.held()] == [text]


def test_R20_a_note_of_a_call_is_no_text_for_the_customer(office: Office):
    raw = office.mail("+12125550199@pbx.example", "Nothing works.", Message_Context="voice-message")
    office.takes(raw)
    row = office.agent("#done callback\nTold her to write to bob@example.com")
    assert row.outcome == "command"
    assert office.notes() == ["Told her to write to bob@example.com"]


def test_an_answer_to_another_notice_is_a_note(office: Office):
    office.customer(Subject="[urgent] printers")
    office.waits(HOUR)
    breach = office.last("breach", ALICE)
    office.agent("Somebody should hurry.", notice="breach", In_Reply_To=str(breach["Message-ID"]))
    assert office.notes() == ["Somebody should hurry."]
    new = office.last("new_case", ALICE)
    office.agent("We hurry.", In_Reply_To=str(new["Message-ID"]))
    assert office.templates(CAROL)[-1] == "customer_reply"


def test_where_the_customer_stands_in_the_agents_own_Cc_no_second_copy_goes(office: Office):
    office.customer()
    office.agent("We are looking at it.", Cc=CAROL)
    assert office.templates(CAROL) == ["confirmation"]
    assert "initial_response" in office.case().met


def test_mail_of_an_owner_who_left_goes_to_the_team(office: Office):
    office.customer()
    office.agent("#take")
    config = office.desk.config
    left = config.model_copy(update={"agents": tuple(one for one in config.agents if one.name != "alice")})
    office.desk = office.rounds.desk = replace(office.desk, config=left)
    office.waits(MINUTE)
    office.customer("Hello?", In_Reply_To="<1@written.example>")
    assert office.templates("bob@example.com")[-1] == "customer_mail"


def test_hold_keeps_mail_to_customers_until_it_is_sent(office: Office):
    office.desk = office.rounds.desk = replace(office.desk, hold=True)
    office.customer()
    assert office.templates(CAROL) == []
    assert "new_case" in office.templates(ALICE)
    office.agent("#send")
    assert office.templates(CAROL) == ["confirmation"]
    assert "confirmation" in office.case().met


def test_words_that_are_held_for_review_meet_no_promise_until_they_are_delivered(office: Office):
    office.desk = office.rounds.desk = replace(office.desk, hold=True)
    office.customer()
    office.agent("We look into it.")
    assert {"initial_response", "human_response"}.isdisjoint(office.case().met)
    assert office.case().spoke is None
    office.waits(MINUTE)
    office.agent("#send", notice="customer_mail" if "customer_mail" in office.templates(ALICE) else "new_case")
    assert "customer_reply" in office.templates(CAROL)
    assert office.case().met["initial_response"] == office.now
    assert office.case().spoke == office.now


@pytest.mark.parametrize(
    "header",
    [
        "---------- Forwarded message ---------\nFrom: Eve <eve@evil.example>\nDate: Mon, 9 Mar 2026\nSubject: y",
        "-----Original Message-----\nFrom: Eve <eve@evil.example>\nSent: Monday, 9 March 2026\nSubject: y",
        "Von: Eve <eve@evil.example>\nGesendet: Montag, 9. März 2026 10:00\nAn: a@b.example\nBetreff: y",
    ],
)
def test_R21_a_forwarded_mail_without_a_word_commands_nothing(office: Office, header: str):
    office.customer()
    office.agent(f"{header}\n\n#close\n")
    assert office.case().state is State.NEW
    assert office.templates(CAROL) == ["confirmation"]


def test_R21_a_note_that_only_the_HTML_calls_one_is_held(office: Office):
    office.customer()
    raw = office.mail(ALICE, "", Subject="Re: [#1] printers", To=text_of(office.last("new_case", ALICE)["Reply-To"]))
    head = raw.split(b"\n\n")[0] if b"\r\n" not in raw else raw.split(b"\r\n\r\n")[0]
    fields = [line for line in head.splitlines() if not line.lower().startswith((b"content-", b"mime-"))]
    two = (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=bb\r\n\r\n--bb\r\n"
        b"Content-Type: text/plain\r\n\r\nThe vendor is to blame.\r\n--bb\r\n"
        b"Content-Type: text/html\r\n\r\n<p>#note</p><p>The vendor is to blame.</p>\r\n--bb--\r\n"
    )
    row = office.takes(b"\r\n".join([*fields, two]), to=[text_of(office.last("new_case", ALICE)["Reply-To"])])
    assert row.outcome == "held"
    assert office.templates(CAROL) == ["confirmation"]


def test_an_answer_whose_file_is_too_large_is_held_and_says_so(office: Office):
    limits = office.desk.config.limits.model_copy(update={"attachments_mib": 0})
    office.desk = office.rounds.desk = replace(
        office.desk, config=office.desk.config.model_copy(update={"limits": limits})
    )
    office.customer()
    to = text_of(office.last("new_case", ALICE)["Reply-To"])
    office.takes(with_file(office.mail(ALICE, "Here is the patch.", Subject="Re: [#1] printers", To=to)), to=[to])
    assert "customer_reply" not in office.templates(CAROL)
    assert "at most 0 MiB" in office.last("transcript", ALICE).get_body(("plain",)).get_content()


def test_an_answer_without_a_word_is_told_to_have_gone_nowhere(office: Office):
    office.customer()
    office.agent("")
    assert "no text" in office.last("transcript", ALICE).get_body(("plain",)).get_content()


def with_file(raw: bytes) -> bytes:
    """The same mail, with a small file attached."""
    mail = message_from_bytes(raw, policy=policy.SMTP)
    mail.add_attachment(b"diff", maintype="text", subtype="x-diff", filename="fix.diff")
    return mail.as_bytes()
