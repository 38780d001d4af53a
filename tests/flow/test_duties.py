"""Who is there: on call, standing in, to own a new case; and what agents say of themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from office import NOON, a_desk

from mailproc.config import Agent, Customer, Team
from mailproc.config.model import RotaTable
from mailproc.core.case import Case, State
from mailproc.flow import duties
from mailproc.flow.desk import Desk
from mailproc.policy.rota import Absence
from mailproc.store import cases, rotas
from mailproc.store.store import Store, open_store
from mailproc.store.transaction import Transaction

T = TypeVar("T")
ZONE = "Europe/Berlin"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# NOON is Monday 9 March 2026, 17:00 in Berlin: bob's turn since 9:00.
AGENTS = (
    Agent(name="alice", address="alice@example.com", timezone=ZONE, products=("shop",), languages=("de", "en")),
    Agent(name="bob", address="bob@example.com", timezone=ZONE, deputy="carol", languages=("en", "pt-BR")),
    Agent(name="carol", address="carol@example.com", timezone=ZONE, products=("Shop", "bank"), languages=("pt",)),
    Agent(name="lead", address="lead@example.com", timezone=ZONE),
)
ROTA = RotaTable(members=("alice", "bob", "carol"), start=date(2026, 3, 2), timezone=ZONE)


def desk(rota: RotaTable | None = ROTA, **team: Any) -> Desk:
    usual = {"members": ("alice", "bob", "carol"), "team_lead": ("lead",), "rota": "support" if rota else ""}
    config = a_desk().config.model_copy(
        update={
            "agents": AGENTS,
            "teams": {"support": Team(**{**usual, **team})},
            "rotas": {"support": rota} if rota else {},
            "customers": (Customer(name="Customer", products=("bank",)),),
        }
    )
    return replace(a_desk(), config=config)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


THURSDAY = (at("2026-03-12 09:00"), at("2026-03-13 09:00"))


class Desks:
    """A desk, its store, and who says what."""

    def __init__(self, desk: Desk, store: Store) -> None:
        self.desk, self.store = desk, store

    def does(self, work: Callable[..., T], *facts: Any) -> T:
        return self.store.transact(lambda tx: work(self.desk, tx, *facts))

    def says(self, form: Callable[..., duties.Answer], name: str, words: str, now: datetime = NOON) -> duties.Answer:
        agent = self.desk.agents_by_name[name]
        return self.store.transact(lambda tx: form(words, agent, self.desk, tx, now))

    def on_call(self, moment: datetime = NOON) -> tuple[str, ...]:
        return self.does(duties.on_call_now, "support", moment)

    def owner(self, **facts: Any) -> str | None:
        return self.does(duties.assignee, Case(number=1, mailbox="support", opened=NOON, **facts), NOON)

    def gives(self, *owners: str, state: State = State.OPEN) -> None:
        def work(tx: Transaction) -> None:
            for owner in owners:
                number = cases.open_number(tx)
                cases.insert(tx, Case(number=number, mailbox="support", opened=NOON, owner=owner, state=state), None)

        self.store.transact(work)

    def absent(self, name: str, length: timedelta = DAY) -> None:
        self.store.transact(lambda tx: rotas.add_absence(tx, Absence(name, NOON - HOUR, NOON + length)))


@pytest.fixture
def store() -> Iterator[Store]:
    one = open_store("sqlite://")
    yield one
    one.close()


@pytest.fixture
def desks(store: Store) -> Desks:
    return Desks(desk(), store)


# On call


def test_EIO_2_the_rota_says_who_is_on_call_and_the_list_stays(store: Store):
    assert Desks(desk(), store).on_call() == ("bob",)
    assert Desks(desk(on_call=("lead", "bob")), store).on_call() == ("bob", "lead")
    assert Desks(desk(None, on_call=("lead",)), store).on_call() == ("lead",)
    assert Desks(desk(None), store).on_call() == ()
    assert Desks(desk(), store).does(duties.on_call_now, "nobody", NOON) == ()


def test_who_is_away_is_replaced_in_the_list_as_well(store: Store):
    found = Desks(desk(None, on_call=("bob", "lead")), store)
    found.absent("bob")
    found.absent("lead")
    assert found.on_call() == ("carol", "lead")


def test_EIO_6_the_next_to_page_is_neither_on_call_nor_passed_nor_away(desks: Desks):
    assert desks.does(duties.next_on_call, "support", NOON) == ("carol",)
    assert desks.does(duties.next_on_call, "support", NOON, ["carol"]) == ("alice",)
    desks.absent("alice")
    assert desks.does(duties.next_on_call, "support", NOON, ["carol"]) == ()


def test_without_a_rota_nobody_is_next(store: Store):
    assert Desks(desk(None, on_call=("lead",)), store).does(duties.next_on_call, "support", NOON) == ()


# Away


def test_away_until_a_moment_puts_the_deputy_of_the_configuration_in(desks: Desks):
    answer = desks.says(duties.away, "bob", "until wed 9:00")
    assert answer == duties.Answer(
        "away until Wed 11 March 2026 09:00 CET; carol stands in for you",
        done=True,
        tells=(duties.Told("carol", "stands_in", ((NOON, at("2026-03-11 09:00")),)),),
    )
    assert desks.on_call() == ("carol",)
    assert desks.on_call(at("2026-03-11 08:59")) == ("carol",)
    assert desks.on_call(at("2026-03-11 09:00")) == ("bob",)
    assert desks.does(duties.stand_in, "bob", NOON) == "carol"
    assert desks.does(duties.away_now, NOON) == {"bob": "carol"}


def test_away_with_a_deputy_of_ones_choice(desks: Desks):
    assert "alice stands in" in desks.says(duties.away, "bob", "until mon 9:00 deputy Alice@example.com").text
    assert desks.on_call() == ("alice",)


def test_away_off_ends_it_at_once(desks: Desks):
    desks.says(duties.away, "bob", "until fri 9:00")
    assert desks.says(duties.away, "bob", "off", NOON + HOUR).text == "you are back"
    assert desks.on_call(NOON + HOUR) == ("bob",)
    assert desks.on_call(NOON) == ("carol",)


def test_who_stood_in_hears_that_the_agent_is_back(desks: Desks):
    desks.says(duties.away, "bob", "until fri 9:00")
    answer = desks.says(duties.away, "bob", "off", NOON + HOUR)
    assert answer.tells == (duties.Told("carol", "stood_down", ((NOON + HOUR, at("2026-03-13 09:00")),)),)
    assert desks.says(duties.away, "bob", "off", NOON + HOUR) == duties.Answer("you were not away", done=True)


def test_without_a_deputy_whoever_is_on_call_instead_hears_of_it(desks: Desks):
    answer = desks.says(duties.away, "alice", "from 2026-03-29 9:00 until 2026-04-01 9:00")
    # alice has the week from 23 March, carol the one before, bob the one after: who is next takes over.
    spans = ((at("2026-03-29 09:00"), at("2026-03-30 09:00")),)
    assert answer.tells == (duties.Told("bob", "on_call", spans),)
    back = desks.says(duties.away, "alice", "off", NOON + HOUR)
    assert back.tells == (duties.Told("bob", "off_call", spans),)
    assert desks.says(duties.away, "lead", "until fri 9:00").tells == (), "is in no rota, and has no deputy"


def test_away_from_a_day_to_come(desks: Desks):
    answer = desks.says(duties.away, "bob", "from wed until fri 9:00")
    assert answer.text.startswith("away from Wed 11 March 2026 00:00 CET until Fri 13 March 2026 09:00 CET; carol")
    assert [desks.on_call(NOON + days * DAY) for days in (0, 2, 4)] == [("bob",), ("carol",), ("bob",)]
    assert desks.says(duties.away, "bob", "off").text == "you will not be away"
    assert desks.on_call(NOON + 2 * DAY) == ("bob",)


def test_back_from_one_absence_the_next_one_stays(desks: Desks):
    desks.says(duties.away, "bob", "from fri until sat 9:00")
    desks.says(duties.away, "bob", "until tomorrow 9:00")
    assert desks.says(duties.away, "bob", "off", NOON + HOUR).text == "you are back"
    assert desks.on_call(at("2026-03-13 12:00")) == ("carol",)


def test_what_is_said_last_of_the_present_counts(desks: Desks):
    desks.says(duties.away, "bob", "until fri 9:00")
    desks.says(duties.away, "bob", "until tomorrow 9:00")
    assert desks.on_call(at("2026-03-11 12:00")) == ("bob",)


def test_away_without_a_deputy_says_so(desks: Desks):
    answer = desks.says(duties.away, "alice", "until fri 9:00")
    assert answer.text.endswith("nobody stands in for you: you have no deputy who is there")
    assert desks.does(duties.stand_in, "alice", NOON) == "alice"


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("", "until when? write"),
        ("until", "until when? write"),
        ("until soon", "not a time that can be read"),
        ("until 2 business days", "not a moment"),
        ("until 2026-03-01 9:00", "is past"),
        ("from fri until wed", "not after fri"),
        ("until fri deputy dave", "dave: no other agent; there are alice, carol, lead"),
        ("until fri deputy bob", "bob: no other agent"),
        ("from never until fri", "never: not a time"),
    ],
)
def test_an_away_that_cannot_be_read_changes_nothing(desks: Desks, words: str, problem: str):
    answer = desks.says(duties.away, "bob", words)
    assert problem in answer.text
    assert not answer.done
    assert desks.on_call() == ("bob",)


def test_an_out_of_office_answer_counts_as_away_once(desks: Desks):
    until = NOON + DAY
    assert desks.store.transact(lambda tx: duties.noted_absent(tx, "bob", until, NOON))
    assert not desks.store.transact(lambda tx: duties.noted_absent(tx, "bob", until - HOUR, NOON + HOUR))
    assert desks.on_call(NOON + HOUR) == ("carol",)
    assert desks.on_call(until) == ("bob",)


# Swaps


def test_one_day_is_handed_over_from_handover_to_handover(desks: Desks):
    answer = desks.says(duties.swap, "bob", "thu with alice")
    assert answer == duties.Answer(
        "alice is on call from Thu 12 March 2026 09:00 CET until Fri 13 March 2026 09:00 CET",
        done=True,
        tells=(duties.Told("alice", "on_call", (THURSDAY,)),),
    )
    assert desks.on_call(at("2026-03-12 08:59")) == ("bob",)
    assert desks.on_call(at("2026-03-12 09:00")) == ("alice",)
    assert desks.on_call(at("2026-03-13 09:00")) == ("bob",)


def test_a_date_is_understood_and_who_is_not_on_call_takes_over(desks: Desks):
    assert desks.says(duties.swap, "alice", "2026-03-12 with bob").done
    assert desks.on_call(at("2026-03-12 12:00")) == ("alice",)


def test_this_week_is_what_is_left_of_the_turn(desks: Desks):
    answer = desks.says(duties.swap, "bob", "this week with carol")
    assert answer.text == "carol is on call from Mon 9 March 2026 17:00 CET until Mon 16 March 2026 09:00 CET"
    assert desks.on_call(NOON) == ("carol",)
    assert desks.on_call(NOON - HOUR) == ("bob",)


def test_next_week_and_several_days(desks: Desks):
    assert desks.says(duties.swap, "carol", "next week with alice").done
    assert desks.on_call(at("2026-03-16 09:00")) == ("alice",)
    assert desks.says(duties.swap, "bob", "tue until thu with alice").done
    days = [desks.on_call(at(f"2026-03-{day} 12:00")) for day in ("10", "11", "12")]
    assert days == [("alice",), ("alice",), ("bob",)]


def test_a_swap_can_be_swapped_back(desks: Desks):
    desks.says(duties.swap, "bob", "thu with alice")
    assert desks.says(duties.swap, "bob", "thu with alice").done
    assert desks.on_call(at("2026-03-12 12:00")) == ("bob",)


def test_a_lead_hands_over_what_others_have(desks: Desks):
    assert desks.says(duties.swap, "lead", "thu with alice").tells == (
        duties.Told("alice", "on_call", (THURSDAY,)),
        duties.Told("bob", "off_call", (THURSDAY,)),
    )
    assert desks.on_call(at("2026-03-12 12:00")) == ("alice",)


@pytest.mark.parametrize(
    ("name", "words", "problem"),
    [
        ("bob", "", "write"),
        ("bob", "thu", "write"),
        ("bob", "with alice", "write"),
        ("bob", "thu with dave", "dave: no other agent"),
        ("bob", "someday with alice", "not a day to come"),
        ("bob", "2026-03-01 with alice", "not a day to come"),
        ("alice", "thu with carol", "bob is on call then"),
        ("bob", "thu with lead", "in no rota together"),
    ],
)
def test_a_swap_that_cannot_be_is_told_and_changes_nothing(desks: Desks, name: str, words: str, problem: str):
    answer = desks.says(duties.swap, name, words)
    assert problem in answer.text
    assert not answer.done
    assert desks.on_call(at("2026-03-12 12:00")) == ("bob",)


def test_nobody_takes_over_who_is_away_then(desks: Desks):
    desks.says(duties.away, "alice", "until fri 9:00")
    assert desks.says(duties.swap, "bob", "thu with alice").text == "thu: alice is away then"


def test_an_override_is_not_swapped_away(store: Store):
    override = {"from": "2026-03-12 09:00", "until": "2026-03-13 09:00", "member": "bob", "because": "fair"}
    found = Desks(desk(RotaTable.model_validate({**ROTA.model_dump(exclude={"overrides"}), "overrides": (override,)})),
                  store)  # fmt: skip
    answer = found.says(duties.swap, "bob", "thu with alice")
    assert answer.text == "thu: the configuration names bob for that time (fair); it is changed there"
    assert found.on_call(at("2026-03-12 12:00")) == ("bob",)


# Assignment


def test_nobody_owns_a_new_case_unless_the_team_says(desks: Desks):
    assert desks.owner() is None


def test_by_rota_it_is_who_is_on_call(store: Store):
    found = Desks(desk(assign="rota"), store)
    assert found.owner() == "bob"
    found.absent("bob")
    assert found.owner() == "carol"


def test_by_product_it_is_who_knows_the_cases_own_or_the_customers(store: Store):
    found = Desks(desk(assign="product"), store)
    assert found.owner(product="bank") == "carol"
    assert found.owner(product="shop") == "alice"
    assert found.owner(customer="Customer") == "carol"
    assert found.owner(product="rocket") is None
    assert found.owner() is None


def test_by_language_this_very_form_of_it_comes_first(store: Store):
    found = Desks(desk(assign="language"), store)
    assert [found.owner(language=one) for one in ("de", "de-AT", "pt-br", "pt", "fr", "")] == [
        "alice", "alice", "bob", "carol", None, None,
    ]  # fmt: skip


def test_by_turns_it_is_who_has_the_fewest_cases_in_hand(store: Store):
    found = Desks(desk(assign="turns"), store)
    assert found.owner() == "alice"
    found.gives("alice", "bob", "bob")
    assert found.owner() == "carol"
    found.gives("carol", "carol")
    assert found.owner() == "alice"
    found.gives(*["alice"] * 2)
    assert found.owner() == "bob"
    found.gives(*["bob"] * 9, state=State.RESOLVED)
    found.gives(*["bob"] * 9, state=State.CLOSED)
    assert found.owner() == "bob"


def test_who_is_away_gets_no_new_case_and_the_deputy_does_if_all_are(store: Store):
    found = Desks(desk(assign="language"), store)
    found.absent("alice")
    assert found.owner(language="en") == "bob"
    found.absent("bob")
    assert found.owner(language="en") == "carol"
    found.absent("carol")
    assert found.owner(language="en") is None
