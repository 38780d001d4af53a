"""The shipped policy of Jelastic: its figures, and what its rules make of the sentences that people write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailproc.core.case import Case
from mailproc.core.decide import rules
from mailproc.core.decide.rules import Happening
from mailproc.policy.model import BusinessDays, Elapsed, Policy
from mailproc.policy.parse import parse

FILE = Path(__file__).parents[2] / "policies" / "jelastic.toml"
NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def policy() -> Policy:
    found, problems = parse(FILE.read_text(encoding="utf-8"), "jelastic.toml")
    assert problems == ()
    assert found is not None
    return found


def test_JEL_1_and_JEL_5_are_four_severities_with_their_first_answer(policy: Policy):
    hours = {name: one.promises["initial_response"].target for name, one in policy.severities.items()}
    assert hours == {name: Elapsed(timedelta(hours=n)) for name, n in (("1", 2), ("2", 6), ("3", 12), ("4", 24))}
    assert all(one.means and {"JEL-1", "JEL-2"} <= set(one.clause) for one in policy.severities.values())
    assert (policy.default_severity, policy.calendar, policy.offers_severities) == ("3", "always", True)


def test_JEL_3_is_in_the_table_of_consent(policy: Policy):
    consent = policy.consent
    assert (consent.customer_agrees, consent.after_first_reply, consent.clause) == (True, True, ("JEL-3",))
    assert consent.lapses_after == BusinessDays(2)


def test_every_clause_of_jelastic_stands_in_the_file_and_is_cited(policy: Policy):
    text = FILE.read_text(encoding="utf-8")
    assert set(policy.clauses) == {f"JEL-{number}" for number in range(1, 8)}
    assert [clause for clause in policy.clauses if text.count(f'"{clause}"') == 0] == []


def held(policy: Policy, text: str, subject: str = "", declared: str = "1") -> set[str]:
    case = Case(
        number=1, mailbox="support", opened=NOW, severity=declared, declared=declared, subject=subject, opening=text
    )
    _, holding = rules.tried(case, policy, NOW, Happening("opened", text))
    return {clause for rule in holding for clause in rule.clause}


IMPACT = """
About 40 of our users cannot log in.
All users are locked out since this morning.
All our customers see an error page.
We are losing money by the minute.
Nobody can place an order.
Our whole company stands still.
1,200 end users are waiting.
80 % of the customers get a timeout.
30% of our clients are hit.
The shop is down, and it is the last weekend before the holidays.
We lose revenue of about 2000 EUR per hour.
Production is down.
Customers can't pay.
Our people cannot work.
This is business critical for us.
We risk a penalty in our contract.
Payroll runs tonight and depends on it.
The business impact: we have to send our staff home.
300 websites are offline.
All 12 environments do not start.
Impact: our web shop cannot take orders.
This blocks 12 developers from their release.
We lose about 2000 EUR with each of them.
None of our hosting customers gets in.
Unsere Kunden sehen nur eine Fehlerseite.
Etwa 50 Benutzer kommen nicht hinein.
Niemand kann mehr bestellen.
""".strip().splitlines()

NO_IMPACT = """
The panel is down.
My environment does not start.
I get error 502 when I open the dashboard.
Please help, it is urgent!!!
Nothing works any more.
The database server does not answer since 10:30.
Node 3 of 5 is red.
I tried it 20 times.
The certificate has expired.
Deployment fails with exit code 137.
How do I add a user?
It broke after the update to version 8.1 and I do not know why.
The load balancer returns 504 for every request.
We need this as soon as possible, thank you.
The disk is full, 100 % used.
SSH to the container ends at once.
The backup of last night is missing.
My node was migrated and the public IP is gone.
The log says: out of memory, killed process 4211.
Das Panel ist nicht erreichbar.
""".strip().splitlines()


@pytest.mark.parametrize("sentence", IMPACT)
def test_JEL_7_whoever_tells_the_impact_is_not_asked(policy: Policy, sentence: str):
    assert "JEL-7" not in held(policy, sentence)


@pytest.mark.parametrize("sentence", NO_IMPACT)
@pytest.mark.parametrize("declared", ["1", "2"])
def test_JEL_7_whoever_does_not_is_asked(policy: Policy, sentence: str, declared: str):
    assert "JEL-7" in held(policy, sentence, declared=declared)


@pytest.mark.parametrize("declared", ["3", "4"])
def test_JEL_7_asks_for_the_severe_ones_alone(policy: Policy, declared: str):
    assert "JEL-7" not in held(policy, "The panel is down.", declared=declared)


def test_JEL_7_reads_the_subject_too(policy: Policy):
    assert "JEL-7" not in held(policy, "Please help.", subject="All 300 users are locked out")


@pytest.mark.parametrize(
    "sentence",
    [
        "Our .NET application crashes.",
        "An ASP.NET site is down",
        "the MS-SQL node is gone",
        "the MSSQL cluster",
        "Microsoft SQL Server does not start",
        "we run dotnet core",
        "(.NET 8)",
    ],
)
def test_JEL_4_holds_for_what_speaks_of_net_or_ms_sql(policy: Policy, sentence: str):
    assert "JEL-4" in held(policy, sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "our site www.example.net is down",
        "the MySQL server is down",
        "PostgreSQL server is down",
        "all internet access is gone",
        "we cannot renew a .net domain",
        "the network is slow",
    ],
)
def test_JEL_4_leaves_what_only_looks_like_it(policy: Policy, sentence: str):
    assert "JEL-4" not in held(policy, sentence)


@pytest.mark.parametrize("product", [".NET", "ASP.NET", "MS SQL", "mssql", "Microsoft SQL 2022"])
def test_JEL_4_holds_for_a_product_whatever_the_words(policy: Policy, product: str):
    case = Case(number=1, mailbox="support", opened=NOW, severity="1", product=product, opening="It is down.")
    cap = rules.capped(case, policy, NOW, "1")
    assert cap is not None
    assert (cap.severity, cap.clause) == ("2", ("JEL-4",))


@pytest.mark.parametrize(
    ("entitled", "event", "away"), [(False, "received", True), (True, "received", False), (False, "opened", False)]
)
def test_JEL_6_turns_away_who_is_not_entitled_and_only_at_the_door(
    policy: Policy, entitled: bool, event: str, away: bool
):
    case = Case(number=0, mailbox="support", opened=NOW, severity="3")
    happening = Happening(event, "hello", {"entitled": entitled})
    assert any(rule.then.redirect for rule in rules.holding(case, policy, NOW, happening)) is away
