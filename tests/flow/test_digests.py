"""Lists by mail: at their reader's hour, once whoever runs, only the last after a gap, none where nothing is to say."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from elastic import OTHER, Elastic, elastic_desk, with_lists
from office import HOUR, body

from mailproc.flow import digests, duties
from mailproc.flow.rounds import Rounds
from mailproc.policy.rota import Absence
from mailproc.store import rotas
from mailproc.store.writer import Writer

DAY = timedelta(days=1)


@pytest.fixture
def office() -> Iterator[Elastic]:
    place = Elastic(elastic_desk())
    yield place
    place.close()


def opened(*lists: tuple[str, str, str]) -> Elastic:
    """An office with these lists, its first round done: Monday 9 March 2026, 16:00 UTC."""
    place = Elastic(with_lists(elastic_desk(), *lists))
    place.works()
    return place


def test_ELA_5_each_account_manager_reads_of_their_own_customers_by_their_own_clock(office: Elastic):
    office.customer("The export stops.", Subject="export")
    office.customer("Our import stops.", sender=OTHER, Subject="import")
    office.until("2026-03-16 07:59:59")
    assert office.told("account_summary") == []
    office.until("2026-03-16 08:00")  # nine o'clock in Berlin
    assert office.told("account_summary") == ["manager"]
    mail = body(office.last("account_summary"))
    assert "Customer, 1 open:" in mail and "export" in mail
    assert "import" not in mail, "what another account manager looks after"
    office.until("2026-03-16 09:00")  # nine o'clock in UTC
    assert office.told("account_summary") == ["manager", "other"]


def test_ELA_5_an_account_manager_asks_for_the_state_by_mail(office: Elastic):
    office.customer("The export stops.", Subject="export")
    row = office.says("manager", "#status")
    assert row.outcome == "command"
    assert office.told("account_summary") == ["manager"]
    assert "export" in body(office.last("account_summary"))
    assert office.says("other", "#status").outcome == "command"
    assert "No customer of yours has an open case." in body(office.last("account_summary"))


def test_any_other_agent_who_asks_for_the_state_reads_of_their_own_cases(office: Elastic):
    office.customer("The export stops.", Subject="export")
    office.agent("#take")
    office.says("alice", "#status")
    assert office.told("digest") == ["alice"]
    assert "export" in body(office.last("digest"))


def test_ELA_8_hot_items_are_urgent_escalated_or_late_and_no_others(office: Elastic):
    office.customer("[low] a", Subject="[low] a typing error")
    office.customer("b", Subject="[urgent] the urgent one")
    office.customer("c", sender=OTHER, Subject="the escalated one")
    office.waits(HOUR)
    office.agent("#escalate because it takes too long")
    office.until("2026-03-16 16:00")
    mail = body(office.last("hot_items", "lead@example.com"))
    assert "the urgent one" in mail and "the escalated one" in mail
    assert mail.index("the urgent one") < mail.index("the escalated one"), "in working order"
    assert "typing" not in mail


def test_ELA_9_the_committee_reads_of_open_wishes_the_oldest_first(office: Elastic):
    office.customer("a", Subject="[enhancement] a dark mode")
    office.waits(HOUR)
    office.customer("b", Subject="[urgent] nobody can work")
    office.customer("c", sender=OTHER, Subject="[training] three days")
    office.until("2026-03-16 09:00")
    mail = body(office.last("committee", "bob@example.com"))
    assert mail.index("dark mode") < mail.index("three days")
    assert "nobody can work" not in mail


def test_a_list_with_nothing_to_say_is_not_mailed():
    office = opened(("digest", "team", "mon-fri 08:00"), ("committee", "committee", "mon 09:00"))
    office.waits(14 * DAY)
    assert office.sent == []
    office.close()


def test_a_list_goes_once_though_two_daemons_look_and_one_begins_anew():
    office = opened(("digest", "team", "mon-fri 08:00"))
    office.customer("The export stops.", Subject="export")
    office.until("2026-03-10 08:00")
    assert office.told("digest") == ["alice", "bob"]
    other = Rounds(office.store, Writer(office.store), office.desk, office.clock)
    assert other.lists() == 0, "a second daemon finds them claimed"
    found = digests.all_due(office.desk, office.now)
    sent = [office.store.transact(lambda tx, one=one: digests.send(one, tx, office.desk, office.now)) for one in found]
    assert sent == [False, False], "whoever comes second at the same moment writes nothing"
    office.waits(HOUR)
    assert office.told("digest") == ["alice", "bob"]
    office.close()


def test_after_a_gap_only_the_last_list_goes_and_it_goes_once():
    office = opened(("digest", "team", "mon-fri 08:00"))
    office.customer("The export stops.", Subject="export")
    office.until("2026-03-10 07:00")
    office.sleeps(timedelta(days=3, hours=4))  # until Friday 11:00: four mornings were missed
    assert office.told("digest") == ["alice", "bob"]
    office.sleeps(HOUR)
    assert office.told("digest") == ["alice", "bob"]
    office.until("2026-03-16 08:00")
    assert office.told("digest") == ["alice", "bob", "alice", "bob"]
    office.close()


def test_a_reader_who_is_new_is_sent_nothing_of_the_time_before():
    office = opened()
    office.customer("The export stops.", Subject="export")
    office.rounds.desk = with_lists(elastic_desk(), ("digest", "team", "mon-fri 08:00"))
    office.works()
    assert office.told("digest") == [], "this morning's is not made up for"
    office.until("2026-03-10 08:00")
    assert office.told("digest") == ["alice", "bob"]
    office.close()


def test_a_clock_that_goes_backward_sends_nothing_again():
    office = opened(("digest", "team", "mon-fri 08:00"))
    office.customer("The export stops.", Subject="export")
    office.until("2026-03-11 08:30")
    count = len(office.told("digest"))
    office.clock.set(datetime(2026, 3, 10, 8, 30, tzinfo=UTC))
    office.rounds = Rounds(office.store, Writer(office.store), office.desk, office.clock)
    office.works()
    office.until("2026-03-11 08:30")
    assert len(office.told("digest")) == count == 4
    office.close()


def test_the_morning_has_ones_own_cases_those_of_nobody_and_those_of_whom_one_stands_in_for():
    office = opened(("digest", "team", "mon-fri 08:00"))
    office.customer("a", Subject="[urgent] of alice")
    office.agent("#take", name="alice")
    office.customer("b", Subject="[low] of nobody")
    away = Absence(agent="alice", since=office.now, until=office.now + 2 * DAY, deputy="bob")
    office.store.transact(lambda tx: rotas.add_absence(tx, away))
    assert office.store.read(lambda tx: duties.away_now(office.desk, tx, office.now)) == {"alice": "bob"}
    office.until("2026-03-10 08:00")
    assert office.told("digest") == ["bob"], "who is away gets none"
    mail = body(office.last("digest"))
    assert mail.index("Taken by nobody:") < mail.index("of nobody") < mail.index("of alice")
    assert "you stand in for them: alice" in mail
    assert "On call today: bob." in mail
    office.until("2026-03-12 08:00")
    assert office.told("digest")[-2:] == ["alice", "bob"], "back again"
    office.close()
