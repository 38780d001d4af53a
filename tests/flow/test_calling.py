"""Who is called, and incidents that a lead declares by mail: the whole road (EIO-2, EIO-6, EIO-8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache

import pytest
from office import CAROL, HOUR, KEYS, MINUTE, ROOT, SUPPORT, Office, body

from mailproc.config import Agent, Config, Customer, Mailbox, Operator, Outbound, Security, Storage, Team
from mailproc.config.model import RotaTable
from mailproc.core.case import State
from mailproc.flow import incidents as flow_incidents
from mailproc.flow.desk import Desk
from mailproc.flow.loading import load
from mailproc.flow.rounds import Rounds
from mailproc.mail.tokens import Kind
from mailproc.policy.model import DeclaredIncident
from mailproc.store import incidents
from mailproc.store.inbound import Inbound
from mailproc.store.letters import Priority
from mailproc.store.writer import Writer

SAM = "sam@stranger.example"
NAMES = ("alice", "bob", "lead", "boss")


@lru_cache(maxsize=8)
def elastio(*, rota: bool = True, on_call: tuple[str, ...] = ()) -> Desk:
    """The desk that serves elastio.toml; by the rota alice is on call in the week of NOON, then bob."""
    config = Config(
        mailbox={"support": Mailbox(addresses=(SUPPORT,), policy=ROOT / "policies" / "elastio.toml", brand="Example")},
        outbound=Outbound(url="maildir:var/outbox"),
        storage=Storage(url="sqlite:///var/test.db"),
        agents=tuple(Agent(name=name, address=f"{name}@example.com") for name in NAMES),
        teams={
            "support": Team(
                members=("alice", "bob"),
                team_lead=("lead",),
                management=("boss",),
                on_call=on_call,
                rota="support" if rota else "",
            )
        },
        rotas={"support": RotaTable(members=("alice", "bob"), start=date(2026, 3, 9))} if rota else {},
        customers=(Customer(name="Customer", domains=("customer.example",), timezone="America/New_York"),),
        security=Security(agent_proof="token"),
        operator=Operator(addresses=("ops@example.com",)),
    )
    return load(config, KEYS)


@pytest.fixture
def office() -> Iterator[Office]:
    """An office that works by elastio.toml."""
    place = Office(elastio())
    yield place
    place.close()


def to_the_desk(office: Office, text: str, name: str = "lead") -> Inbound:
    """An agent's mail to the standing address that belongs to no case."""
    address = f"{name}@example.com"
    expires = (office.now + timedelta(days=30)).date()
    signed = office.desk.signer.reply_address(SUPPORT, Kind.DESK, 0, address, expires)
    return office.takes(office.mail(address, text, Subject="a word", To=signed), to=[signed])


def told(office: Office, name: str = "lead") -> str:
    """What the last transcript says."""
    return body(office.last("transcript", f"{name}@example.com"))


def called(office: Office) -> list[str]:
    return [letter.recipient.partition("@")[0] for letter in office.sent if letter.template == "page"]


def test_EIO_6_a_page_goes_before_all_other_mail_and_its_signed_address_ends_it(office: Office):
    office.customer("Nothing works!")
    assert called(office) == ["alice"]
    assert office.letter("page").priority == Priority.PAGE
    text = body(office.last("page"))
    assert "The service is severely impacted" in text
    assert "Nothing works!" in text
    assert "(EIO-3, EIO-2, EIO-6)" in text
    assert office.agent("#ack", notice="page").outcome == "command"
    office.waits(HOUR)
    assert called(office) == ["alice"]
    assert office.templates(CAROL)[:3] == ["confirmation", "escalated", "acknowledged"]


def test_EIO_6_a_later_page_says_what_is_overdue_and_names_no_time_that_is_past(office: Office):
    office.customer("Nothing works!")
    assert "acknowledge by" in str(office.last("page")["Subject"])
    office.waits(31 * MINUTE)
    assert "acknowledge by" not in str(office.last("page")["Subject"])
    text = body(office.last("page"))
    assert "(overdue)" in text
    assert "(running)" not in text


def test_EIO_8_the_answer_to_a_command_outside_any_case_speaks_of_no_case(office: Office):
    to_the_desk(office, "#incident start Console is down mentioning console")
    assert "incident 1 is declared" in told(office)
    assert "The case is" not in told(office)
    assert "Clocks that run" not in told(office)


def test_EIO_6_while_the_daemon_is_down_no_pages_pile_up(office: Office):
    office.customer("Nothing works!")
    office.sleeps(5 * HOUR)
    assert called(office) == ["alice", "alice"]
    office.waits(15 * MINUTE)
    assert called(office) == ["alice", "alice", "bob"]
    assert office.templates(CAROL).count("update") == 0


def test_EIO_6_nobody_is_left_out_where_there_is_no_rota():
    listed = Office(elastio(rota=False, on_call=("boss",)))
    listed.customer("Nothing works!")
    listed.waits(31 * MINUTE)
    assert called(listed) == ["boss", "boss", "alice", "bob"], "who comes next is unknown, so the team is called"
    nobody = Office(elastio(rota=False))
    nobody.customer("Nothing works!")
    assert called(nobody) == ["alice", "bob"]
    listed.close()
    nobody.close()


def test_EIO_6_who_is_away_is_called_through_their_deputy(office: Office):
    assert to_the_desk(office, "#away until fri deputy boss", "alice").outcome == "command"
    assert "boss stands in for you" in told(office, "alice")
    office.customer("Nothing works!")
    assert called(office) == ["boss"]


def test_an_absence_that_cannot_be_read_is_answered_with_its_form(office: Office):
    to_the_desk(office, "#away until yesterweek", "alice")
    assert "yesterweek" in told(office, "alice")
    office.customer("Nothing works!")
    assert called(office) == ["alice"]


def test_EIO_1_outside_hours_the_confirmation_asks_for_patience_and_says_when_we_are_back(office: Office):
    office.customer("The charts have no title")
    assert "patience" not in body(office.last("confirmation"))
    office.sleeps(10 * HOUR)  # ten in the evening
    office.takes(office.mail("dave@customer.example", "The charts have no colours", Subject="colours"))
    text = body(office.last("confirmation"))
    assert "patience" in text
    assert "08:00" in text


def test_EIO_8_a_lead_declares_an_incident_beside_any_case(office: Office):
    row = to_the_desk(office, "#incident start Console is down mentioning console, dashboard\n\nWe are moving it.")
    assert (row.outcome, row.case_number) == ("command", None)
    assert "incident 1 is declared" in told(office)
    office.customer("Your console is down for everyone!", sender=SAM)
    assert office.case().incident == 1
    assert called(office) == []
    text = body(office.last("confirmation"))
    assert "Console is down" in text
    assert "We are moving it." in text
    office.customer("The charts have no title")
    assert office.case(2).incident == 0
    to_the_desk(office, "#incident over 1\n\nIt runs again.")
    assert "incident 1 is over; 1 open case is told" in told(office)
    assert office.templates(SAM) == ["confirmation", "incident"]
    assert "It runs again." in body(office.last("incident"))
    assert office.case().incident == 0
    office.waits(MINUTE)
    office.takes(office.mail("dave@customer.example", "The console is down for all", Subject="console"))
    assert called(office) == ["alice"]


def test_EIO_8_several_incidents_at_once_are_told_apart(office: Office):
    to_the_desk(office, "#incident start Console is slow mentioning console")
    to_the_desk(office, "#incident start Mails are late mentioning mails")
    office.customer("The mails come late", sender=SAM)
    office.customer("The console is slow")
    assert [office.case(number).incident for number in (1, 2)] == [2, 1]
    to_the_desk(office, "#incident over\n\nAll is well.")
    assert "which one? There are 1: Console is slow; 2: Mails are late" in told(office)
    to_the_desk(office, "#incident over mails are late: All are out.")
    assert "incident 2 is over" in told(office)
    assert [office.case(number).incident for number in (1, 2)] == [0, 1]
    assert body(office.last("incident")).count("All are out") == 1
    to_the_desk(office, "#incident over Thank you for waiting.")
    assert "incident 1 is over; 1 open case is told" in told(office)
    assert "Thank you for waiting" in body(office.last("incident"))
    to_the_desk(office, "#incident over")
    assert "no incident is declared" in told(office)


def test_EIO_8_only_who_leads_may_declare_one(office: Office):
    to_the_desk(office, "#incident start Console is down", "bob")
    assert "incidents are declared by a team lead" in told(office, "bob")
    assert office.read(incidents.running, "support") == []


def test_EIO_8_what_is_internal_stays_inside(office: Office):
    to_the_desk(office, "#incident start Console is down\n\nAsk bob@example.com for news.")
    assert "internal address" in told(office)
    assert office.read(incidents.running, "support") == []


@pytest.mark.parametrize("text", ["#incident", "#incident begin", "#incident maybe", "#incident over 7"])
def test_EIO_8_a_command_that_says_too_little_is_answered_and_does_nothing(office: Office, text: str):
    to_the_desk(office, text)
    assert office.templates("lead@example.com")[-1] in ("transcript", "help")
    assert office.read(incidents.running, "support") == []


def test_EIO_8_a_title_without_words_of_its_own_links_nothing_by_itself(office: Office):
    to_the_desk(office, "#incident start Outage\n\nWe work on it.")
    assert "no mail is linked by itself" in told(office)
    office.customer("There is an outage")
    assert office.case().incident == 0
    office.agent("#link INC-1", name="alice", notice="new_case")
    assert office.case().incident == 1
    assert office.templates(CAROL)[-1] == "incident"


def test_EIO_8_declared_on_a_case_it_takes_that_case_along(office: Office):
    office.customer("The console is down for everyone")
    office.agent("#ack", name="alice", notice="page")
    office.customer("It still is", In_Reply_To=str(office.last("confirmation")["Message-ID"]))
    case = office.case()
    office.agent("#link incident 1", name="alice", notice="new_case")
    assert "no such open incident" in told(office, "alice")
    assert office.case() == case
    signed = office.desk.signer.reply_address(
        SUPPORT, Kind.AGENT, 1, "lead@example.com", (office.now + timedelta(days=3)).date()
    )
    said = "#incident start The console is down\n\nWe move it."
    office.takes(office.mail("lead@example.com", said, To=signed), to=[signed])
    assert "mails with 2 of these words belong to it: console, down" in told(office)
    assert office.case().incident == 1
    assert office.case().state is State.OPEN


def test_EIO_8_a_later_mail_of_an_old_case_can_speak_of_it(office: Office):
    office.customer("The charts have no title")
    to_the_desk(office, "#incident start Console is down mentioning console\n\nWe move it.")
    office.customer("And the console is down", In_Reply_To=str(office.last("confirmation")["Message-ID"]))
    assert office.case().incident == 1
    assert called(office) == []
    assert office.templates(CAROL) == ["confirmation", "incident"]


def test_EIO_5_an_incident_is_one_event_for_all_its_cases():
    free = elastio()
    policy = replace(free.policies["support"], rules=(), digest="without rules")
    place = Office(replace(free, policies={"support": policy}))
    place.customer("The figures are wrong", sender=SAM)
    answer = {"In_Reply_To": str(place.last("confirmation", SAM)["Message-ID"])}
    place.customer("#escalate because the board meets", sender=SAM, **answer)
    assert called(place) == ["alice"]
    case = place.case()
    assert case.requested is not None
    to_the_desk(place, "#incident start Figures are wrong mentioning figures")
    place.customer("The figures, again", sender=SAM, **answer)
    assert place.case().incident == 1
    place.customer("The figures are wrong here too")
    known = str(place.last("confirmation", CAROL)["Message-ID"])
    place.customer("#escalate because of the figures", In_Reply_To=known)
    assert called(place) == ["alice"]
    assert place.templates(CAROL)[-1] == "declined_escalation"
    place.close()


def three(*ladder: tuple[str, int]) -> Office:
    """An office with three people in its rota, alice on call, and this ladder: whom, and how often; 15 minutes each."""
    desk = elastio()
    policy = desk.policies["support"]
    assert policy.on_call is not None
    rungs = tuple(replace(policy.on_call.ladder[0], to=to, repeat=repeat) for to, repeat in ladder)
    rota = RotaTable(members=("alice", "bob", "lead"), start=date(2026, 3, 9))
    return Office(
        replace(
            desk,
            config=desk.config.model_copy(update={"rotas": {"support": rota}}),
            policies={"support": replace(policy, on_call=replace(policy.on_call, ladder=rungs))},
        )
    )


@pytest.mark.parametrize(
    ("ladder", "names"),
    [
        ([("on_call", 1), ("next_on_call", 1), ("next_on_call", 1)], "alice bob lead alice"),
        ([("on_call", 1), ("next_on_call", 2), ("next_on_call", 1)], "alice bob bob lead alice"),
        ([("on_call", 1), ("team_lead", 1), ("next_on_call", 1)], "alice lead bob alice"),
        ([("on_call", 1), ("next_on_call", 1)], "alice bob alice lead alice bob"),
        ([("next_on_call", 1)], "alice bob lead bob"),
    ],
)
def test_EIO_6_who_was_paged_already_is_not_next_while_others_are_left(ladder: list[tuple[str, int]], names: str):
    place = three(*ladder)
    place.customer("Nothing works!")  # the rule itself pages who is on call
    place.waits((len(names.split()) - 1) * 15 * MINUTE)
    assert called(place) == names.split()
    place.close()


def test_EIO_6_a_new_page_begins_with_the_next_again():
    place = three(("on_call", 1), ("next_on_call", 1), ("team_lead", 1))
    for _ in range(2):
        place.customer("Nothing works!", Subject="again")
        place.waits(15 * MINUTE)
        assert called(place)[-2:] == ["alice", "bob"]
        place.agent("#ack", name="bob", notice="page")
    place.close()


def with_incident(until: str) -> Office:
    """An office whose policy file declares an incident of the console up to a moment."""
    desk = elastio()
    one = DeclaredIncident(
        name="Console is down",
        text="We move it.",
        mentioning=("console",),
        until=datetime.fromisoformat(until),
        clause=("EIO-8",),
    )
    return Office(replace(desk, policies={"support": replace(desk.policies["support"], incidents=(one,))}))


def goes_on(place: Office, until: str) -> None:
    """Time goes on to a moment, with all that the daemon looks at."""
    end = datetime.fromisoformat(until)
    while place.now < end:
        place.rounds.lists()
        next_list = place.rounds.next_list()
        place.waits(min(end, next_list or end) - place.now)
    place.rounds.lists()
    place.works()


def incident_mails(place: Office, to: str) -> int:
    return place.templates(to).count("incident")


def test_EIO_8_when_the_time_of_an_incident_in_the_file_is_over_each_open_case_of_it_is_told_once():
    place = with_incident("2026-03-09T17:00+00:00")
    place.customer("The console is down")
    place.customer("The console is gone", sender=SAM, Subject="console")
    place.agent("#resolve\n\nIt is back for you.", name="alice", notice="new_case")
    place.customer("The charts have no title", sender="dave@other.example", Subject="charts")
    assert [place.case(number).incident for number in (1, 2, 3)] == [1, 1, 0]
    goes_on(place, "2026-03-09T16:59:59+00:00")
    assert place.case(1).incident == 1
    goes_on(place, "2026-03-09T17:00+00:00")
    over = place.letter("incident", CAROL)
    assert over.created_at == datetime.fromisoformat("2026-03-09T17:00+00:00")
    assert place.case(1).incident == 0
    assert [incident_mails(place, to) for to in (CAROL, SAM, "dave@other.example")] == [1, 0, 0]
    reason = next(one for one in place.story() if one.what.get("template") == "incident")
    assert (reason.because, reason.clause) == ("the incident Console is down is over", ("EIO-8",))
    Rounds(place.store, Writer(place.store), place.desk, place.clock).lists()
    place.works()
    place.customer("The console is down", sender="new@other.example", Subject="console again")
    assert place.case(4).incident == 0
    goes_on(place, "2026-03-09T19:00+00:00")
    assert incident_mails(place, CAROL) == 1
    place.close()


def test_EIO_8_an_incident_whose_time_was_over_while_nothing_ran_ends_at_the_start():
    place = with_incident("2026-03-09T17:00+00:00")
    place.customer("The console is down")
    place.clock.set(datetime.fromisoformat("2026-03-10T09:00+00:00"))
    again = Rounds(place.store, Writer(place.store), place.desk, place.clock)
    assert again.lists() == 1
    place.works()
    assert incident_mails(place, CAROL) == 1
    assert again.lists() == 0 and again.next_list() is None
    place.close()


def test_EIO_8_after_a_crash_in_the_middle_only_the_others_are_told():
    place = with_incident("2026-03-09T17:00+00:00")
    place.customer("The console is down")
    place.customer("The console is gone", sender=SAM, Subject="console")
    place.clock.set(datetime.fromisoformat("2026-03-09T17:00+00:00"))
    found = place.read(flow_incidents.run_out, place.desk, place.now)
    place.store.transact(lambda tx: flow_incidents.leave(1, found[0], tx, place.desk, place.now))
    assert place.rounds.lists() == 1
    place.works()
    assert [incident_mails(place, to) for to in (CAROL, SAM)] == [1, 1]
    place.close()


def test_EIO_8_who_ended_it_before_by_mail_is_not_told_again():
    place = with_incident("2026-03-09T17:00+00:00")
    place.customer("The console is down")
    to_the_desk(place, "#incident over\n\nIt is back.")
    goes_on(place, "2026-03-09T18:00+00:00")
    assert incident_mails(place, CAROL) == 1
    place.close()


def test_EIO_8_whoever_declares_one_hears_which_open_cases_speak_of_it(office: Office):
    office.customer("The console is slow")
    office.customer("Our console is slow", sender=SAM, Subject="console")
    office.customer("The charts have no title", sender="dave@other.example", Subject="charts")
    office.customer("A console", sender="eve@other.example", Subject="one more")
    office.agent("#resolve\n\nDone.", name="alice", notice="new_case")
    to_the_desk(office, "#incident start Console is slow mentioning console")
    assert "2 open cases speak of it (#1, #2): #link incident 1 on each that belongs to it" in " ".join(
        told(office).split()
    )
    to_the_desk(office, "#incident start Charts without title mentioning charts")
    assert "1 open case speaks of it (#3): #link incident 2 on each" in " ".join(told(office).split())
    to_the_desk(office, "#incident start Mails are late mentioning mails")
    assert "speak" not in told(office)


def test_a_swap_is_told_to_whom_it_concerns_in_their_own_zone_and_language():
    desk = elastio()
    agents = tuple(
        one.model_copy(update={"timezone": "Europe/Berlin", "language": "de"}) if one.name == "bob" else one
        for one in desk.config.agents
    )
    place = Office(replace(desk, config=desk.config.model_copy(update={"agents": agents})))
    to_the_desk(place, "#swap thu with bob", "alice")
    mail = place.last("task", "bob@example.com")
    assert mail["Subject"] == "Sie haben Bereitschaft"
    text = body(mail)
    assert "- Donnerstag, 12. März, 10:00 Uhr MEZ bis Freitag, 13. März, 10:00 Uhr MEZ" in text
    assert 'alice wrote "#swap thu with bob"' in text
    assert "Von:" not in text and "Vorgang" not in text.split("Warum")[0].replace("Meine Vorgänge auflisten", "")
    assert place.templates("alice@example.com") == ["transcript"]
    place.close()


def test_a_swap_that_cannot_be_tells_nobody_else(office: Office):
    to_the_desk(office, "#swap thu with bob", "lead")
    assert office.templates("bob@example.com") == ["task"]
    to_the_desk(office, "#swap someday with bob", "alice")
    assert office.templates("bob@example.com") == ["task"]


def test_whoever_stands_in_hears_of_an_absence_and_of_its_end(office: Office):
    to_the_desk(office, "#away until fri 9:00 deputy boss", "alice")
    mail = office.last("task", "boss@example.com")
    assert mail["Subject"] == "You stand in for a colleague"
    assert "- Monday 9 March, 16:00 UTC until Friday 13 March, 09:00 UTC" in body(mail)
    to_the_desk(office, "#away off", "alice")
    assert office.last("task", "boss@example.com")["Subject"] == "You no longer stand in for a colleague"
    assert "bob@example.com" not in [letter.recipient for letter in office.sent]
