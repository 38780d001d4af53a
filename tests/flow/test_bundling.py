"""Notices to one agent within a window are one mail; who may wait, for how long, and what the agent can answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import lru_cache
from urllib.parse import unquote

import pytest
from office import CAROL, HOUR, MINUTE, NOON, SUPPORT, Office, a_desk, body, text_of

from mailproc.admin.cases import one as whole_case
from mailproc.config import Mailbox, Team
from mailproc.flow import due
from mailproc.flow.desk import Desk
from mailproc.flow.loading import load
from mailproc.flow.outbox import Report
from mailproc.store import bundles, log, outbox
from mailproc.store.letters import Letter
from mailproc.store.tables import LetterState
from mailproc.store.transaction import Transaction

ALICE = "alice@example.com"
SALES = "sales@example.com"
WINDOW = 5 * MINUTE
URGENT = "[urgent] Printers are down"
# An urgent case at NOON: at 45 minutes the owner hears twice, of its first answer and of its update.
WARNED = NOON + 45 * MINUTE


@lru_cache(maxsize=8)
def bundling(length: timedelta = WINDOW, sales: timedelta | None = None, german: bool = False) -> Desk:
    """The desk that serves conceal.toml; its team's notices wait so long, those of a second team for `sales`."""
    config = a_desk().config
    team = config.teams["support"]
    mailboxes, teams = dict(config.mailbox), {"support": team.model_copy(update={"bundle": length})}
    if sales is not None:
        policy = config.mailbox["support"].policy
        mailboxes["sales"] = Mailbox(addresses=(SALES,), policy=policy, brand="Sales", team="sales")
        teams["sales"] = Team(members=("alice",), team_lead=("lead",), bundle=sales)
    agents = tuple(one.model_copy(update={"language": "de"}) if german else one for one in config.agents)
    changed = config.model_copy(update={"mailbox": mailboxes, "teams": teams, "agents": agents})
    return load(changed, {"test": b"thirty-two bytes that sign tests"})


@pytest.fixture
def opened() -> Iterator[Callable[..., Office]]:
    places: list[Office] = []

    def place(desk: Desk) -> Office:
        places.append(Office(desk))
        return places[-1]

    yield place
    for one in places:
        one.close()


@pytest.fixture
def office(opened: Callable[..., Office]) -> Office:
    return opened(bundling())


def until(office: Office, moment: datetime) -> None:
    office.waits(moment - office.now)


def to_alice(office: Office) -> list[str]:
    """What alice was sent after the first words of her cases."""
    return [name for name in office.templates(ALICE) if name not in ("new_case", "transcript")]


def told(office: Office, number: int = 1) -> list[tuple[datetime, str, str]]:
    """When each notice to alice goes that may wait, by the story of its case, and how its reason ends."""
    return [
        (one.at, str(one.what["template"]), one.because.rpartition("; ")[2])
        for one in office.story(number)
        if one.event == "mail_out" and one.what["to"] == [ALICE] and one.what["template"] != "new_case"
    ]


def links(mail: EmailMessage) -> list[str]:
    return [unquote(line.strip(" <>")) for line in body(mail).splitlines() if line.strip().startswith("<mailto:")]


def test_without_the_key_each_notice_goes_at_its_second_by_itself(opened: Callable[..., Office]):
    place = opened(a_desk())
    place.customer(Subject=URGENT)
    until(place, WARNED)
    assert sorted(to_alice(place)) == ["at_risk", "update_due"]


def test_notices_within_the_window_of_the_first_are_one_mail_when_it_is_over(office: Office):
    office.customer(Subject=URGENT)
    until(office, NOON + 3 * MINUTE)
    office.customer(Subject="[urgent] The door is locked")
    until(office, WARNED + WINDOW - MINUTE)
    assert to_alice(office) == []
    until(office, WARNED + WINDOW)
    assert to_alice(office) == ["bundle"]
    mail = office.last("bundle", ALICE)
    assert str(mail["Subject"]).startswith("4 notices: [#1] ")
    assert str(mail["Subject"]).count("[#1]") == 2 == str(mail["Subject"]).count("[#2]")
    text = body(mail)
    assert text.index("===== 1/4  [#1]") < text.index("===== 3/4  [#2]")
    assert "a reply to this mail itself reaches no case" in text
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["In-Reply-To"] is None, "it belongs to the thread of no one case"


def test_a_page_holds_all_of_them_too(office: Office):
    office.customer(Subject="[urgent] A <b> & c")
    until(office, WARNED + WINDOW)
    part = office.last("bundle", ALICE).get_body(("html",))
    assert part is not None
    page = str(part.get_content())
    assert [page.count(tag) for tag in ("<html", "<body", "</body>", "</html>", "<title>")] == [1] * 5
    assert page.count("<h2>") == 2
    assert "A &lt;b&gt; &amp; c" in page and "<b>" not in page


def test_each_notice_keeps_the_links_of_its_own_case(office: Office):
    office.customer(Subject=URGENT)
    until(office, NOON + MINUTE)
    office.customer(Subject="[urgent] The door is locked")
    until(office, WARNED + WINDOW)
    mail = office.last("bundle", ALICE)
    takes = [link for link in links(mail) if "#take" in link]
    assert {("[#1]" in link, "[#2]" in link) for link in takes} == {(True, False), (False, True)}
    second = next(link for link in takes if "[#2]" in link)
    signed = second.removeprefix("mailto:").partition("?")[0]
    assert office.takes(office.mail(ALICE, "#take", To=signed, Subject="Re: [#2]"), to=[signed]).outcome == "command"
    assert (office.case(1).owner, office.case(2).owner) == (None, "alice")


@pytest.mark.parametrize("text", ["I look at it.", "#ack", "#resolve\n\nIt works."])
def test_a_reply_to_the_mail_itself_does_nothing_and_says_so(office: Office, text: str):
    office.customer(Subject=URGENT)
    until(office, WARNED + WINDOW)
    case, mail = office.case(), office.last("bundle", ALICE)
    reply_to = text_of(mail["Reply-To"])
    sent = len(office.sent)
    row = office.takes(
        office.mail(ALICE, text, To=reply_to, Subject="Re: notices", In_Reply_To=str(mail["Message-ID"])), to=[reply_to]
    )
    assert row.case_number is None
    assert office.case() == case
    assert [letter.template for letter in office.sent[sent:]] == ["transcript"]
    assert "answer by a link of the one that you mean; nothing was done" in body(office.last("transcript", ALICE))


def test_what_needs_no_case_can_be_said_in_reply_to_it_all_the_same(office: Office):
    office.customer(Subject=URGENT)
    until(office, WARNED + WINDOW)
    mail = office.last("bundle", ALICE)
    reply_to = text_of(mail["Reply-To"])
    office.takes(office.mail(ALICE, "#help", To=reply_to, In_Reply_To=str(mail["Message-ID"])), to=[reply_to])
    assert office.templates(ALICE)[-1] == "help"


def test_one_that_stays_alone_is_the_usual_mail_later(office: Office):
    office.customer(Subject="[high] Printers are slow")
    until(office, NOON + 3 * HOUR)
    office.waits(WINDOW)
    assert to_alice(office) == ["at_risk"]
    mail = office.last("at_risk", ALICE)
    assert str(mail["Subject"]).startswith("[#1] High:")
    assert mail["In-Reply-To"] is not None
    reply_to = text_of(mail["Reply-To"])
    row = office.takes(office.mail(ALICE, "#take", To=reply_to, In_Reply_To=str(mail["Message-ID"])), to=[reply_to])
    assert row.case_number == 1 and office.case().owner == "alice"


def test_the_story_has_each_notice_with_its_own_reason_at_the_moment_of_the_mail(office: Office):
    office.customer(Subject=URGENT)
    until(office, WARNED + WINDOW)
    goes_at = WARNED + WINDOW
    assert told(office) == [
        (goes_at, "at_risk", "in one mail with whatever else comes until 2026-03-09 16:50 UTC"),
        (goes_at, "update_due", "in one mail with the others at 2026-03-09 16:50 UTC"),
    ]
    reasons = [one.because for one in office.story() if one.event == "mail_out" and one.what["to"] == [ALICE]]
    assert len(set(reasons)) == len(reasons)


@pytest.mark.parametrize(("later", "mails"), [(MINUTE * 4, 1), (MINUTE * 5, 2), (MINUTE * 6, 2)])
def test_what_comes_at_the_very_end_of_the_window_opens_another(office: Office, later: timedelta, mails: int):
    office.customer(Subject=URGENT)
    until(office, NOON + later)
    office.customer(Subject="[urgent] The door is locked")
    until(office, WARNED + 12 * MINUTE)
    assert to_alice(office) == ["bundle"] * mails


def test_pages_new_cases_and_customers_mail_never_wait(office: Office):
    office.customer(Subject=URGENT)
    assert office.templates(ALICE) == ["new_case"]
    office.customer("Still down.", In_Reply_To=str(office.last("confirmation")["Message-ID"]))
    assert office.templates(ALICE) == ["new_case", "customer_mail"]
    office.agent("#take")
    assert office.templates(ALICE)[-1] == "transcript"


def test_the_message_id_stays_while_others_join(office: Office):
    office.customer(Subject=URGENT)
    until(office, NOON + MINUTE)
    office.customer(Subject="[urgent] The door is locked")
    until(office, WARNED)
    first = office.read(bundles.open_to, ALICE, office.now)
    until(office, WARNED + 2 * MINUTE)
    assert office.read(bundles.open_to, ALICE, office.now) == first
    assert first is not None and len(office.read(bundles.parts, first.letter_id)) == 4
    until(office, WARNED + WINDOW)
    assert str(office.last("bundle", ALICE)["Message-ID"]) == first.message_id


def test_a_transaction_that_fails_leaves_the_mail_as_it_was(office: Office):
    office.customer(Subject=URGENT)
    until(office, NOON + MINUTE)
    office.customer(Subject="[urgent] The door is locked")
    until(office, WARNED)
    bundle = office.read(bundles.open_to, ALICE, office.now)
    assert bundle is not None

    def state() -> tuple[object, ...]:
        parts = office.read(bundles.parts, bundle.letter_id)
        return office.read(outbox.body, bundle.letter_id), parts, office.read(log.last_id), office.case(2)

    def dies(tx: Transaction) -> None:
        due.tick(2, tx, office.desk, office.now)
        assert len(bundles.parts(tx, bundle.letter_id)) == 4
        raise InterruptedError

    before = state()
    office.clock.set(WARNED + MINUTE)
    with pytest.raises(InterruptedError):
        office.store.transact(dies)
    assert state() == before
    until(office, WARNED + WINDOW)
    assert to_alice(office) == ["bundle"]
    assert "4/4" in body(office.last("bundle", ALICE))


def test_nothing_joins_a_mail_that_was_claimed_or_may_have_left(office: Office):
    office.customer(Subject=URGENT)
    until(office, NOON + 6 * MINUTE)
    office.customer(Subject="[urgent] The door is locked")
    office.smarthost = lambda letter: Report("deferred", "busy", uncertain=True)
    until(office, WARNED + WINDOW)
    tried = office.read(outbox.listing, [LetterState.WAITING])
    first = next(one for one in tried if one.recipient == ALICE and one.template == "bundle")
    assert first.tries == 1 and first.not_before > office.now
    assert office.read(bundles.open_to, ALICE, office.now) is None
    until(office, WARNED + 6 * MINUTE)
    assert len(office.read(bundles.parts, first.id)) == 2
    office.smarthost = lambda letter: Report("delivered")
    office.waits(HOUR)
    mails = [letter for letter in office.sent if letter.recipient == ALICE and letter.template == "bundle"]
    assert {letter.id for letter in mails} >= {first.id}
    assert len({letter.id for letter in mails}) == len(mails) > 1


@pytest.mark.parametrize("change", [outbox.hold, outbox.drop])
def test_nothing_joins_a_mail_that_the_operator_took_out(office: Office, change: Callable[..., bool]):
    office.customer(Subject=URGENT)
    until(office, WARNED)
    bundle = office.read(bundles.open_to, ALICE, office.now)
    assert bundle is not None
    argument = "wait" if change is outbox.hold else office.now
    assert office.store.transact(lambda tx: change(tx, bundle.letter_id, argument))
    assert office.read(bundles.open_to, ALICE, office.now) is None


def test_an_agent_of_two_teams_gets_one_mail_and_the_first_one_opens_the_window(opened: Callable[..., Office]):
    place = opened(bundling(WINDOW, 10 * MINUTE))
    place.customer(Subject=URGENT)
    until(place, NOON + MINUTE)
    sales = place.mail("dave@other.example", "Help", To=SALES, Subject="[urgent] An offer")
    place.takes(sales, to=[SALES], mail_from="dave@other.example")
    until(place, WARNED + WINDOW)
    assert to_alice(place) == ["bundle"]
    mail = place.last("bundle", ALICE)
    assert "4 notices" in str(mail["Subject"])
    assert text_of(mail["From"]) == SUPPORT
    assert {link.removeprefix("mailto:")[:5] for link in links(mail)} == {"suppo", "sales"}
    until(place, WARNED + 10 * MINUTE)
    assert to_alice(place) == ["bundle"]


def test_a_team_without_a_window_waits_for_nobody(opened: Callable[..., Office]):
    place = opened(bundling(WINDOW, timedelta(0)))
    sales = place.mail("dave@other.example", "Help", To=SALES, Subject="[urgent] An offer")
    place.takes(sales, to=[SALES], mail_from="dave@other.example")
    place.customer(Subject=URGENT)
    until(place, WARNED)
    assert sorted(to_alice(place)) == ["at_risk", "update_due"]
    until(place, WARNED + WINDOW)
    assert to_alice(place)[2:] == ["bundle"]


def test_the_mail_stands_with_each_of_its_cases(office: Office):
    office.customer(Subject=URGENT)
    office.customer(Subject="[urgent] The door is locked")
    until(office, WARNED + WINDOW)
    letter = office.letter("bundle", ALICE)
    assert letter.case_number is None and letter.automatic
    for number in (1, 2):
        mails = office.read(whole_case, office.desk, number)["mails_out"]
        assert [one["id"] for one in mails].count(letter.id) == 1


def test_a_mail_of_one_case_stays_that_cases(office: Office):
    office.customer(Subject=URGENT)
    until(office, WARNED + WINDOW)
    assert office.letter("bundle", ALICE).case_number == 1


def test_a_mail_that_is_refused_for_good_alarms_the_operator(office: Office):
    office.customer(Subject=URGENT)
    office.customer(Subject="[urgent] The door is locked")

    def refuses(letter: Letter) -> Report:
        return Report("refused", "no such user") if letter.template == "bundle" else Report("delivered")

    office.smarthost = refuses
    until(office, WARNED + WINDOW)
    assert "operator_alarm" in office.templates("ops@example.com")


def test_it_is_in_the_readers_language(opened: Callable[..., Office]):
    place = opened(bundling(german=True))
    place.customer(Subject=URGENT)
    until(place, WARNED + WINDOW)
    mail = place.last("bundle", ALICE)
    assert str(mail["Subject"]).startswith("2 Nachrichten: [#1] ")
    assert "erreicht keinen Vorgang" in body(mail)
    assert mail["Content-Language"] == "de"


def test_customers_mail_is_as_ever(office: Office):
    office.customer(Subject=URGENT)
    until(office, NOON + HOUR)
    assert office.templates(CAROL) == ["confirmation", "update"]


def test_in_a_simulation_nothing_is_composed_and_the_same_is_told(opened: Callable[..., Office]):
    place, real = opened(replace(bundling(), composed=False)), opened(bundling())
    for one in (place, real):
        one.customer(Subject=URGENT)
        until(one, NOON + 2 * HOUR)
    assert told(place) == told(real)
    assert place.letter("bundle", ALICE).data == b""
