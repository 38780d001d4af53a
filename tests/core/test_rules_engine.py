"""[[rules]]: each that holds applies, once to what happened, in the file's order, and its name is the reason."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from given import CAROL, ROOT, a_case, after, happen, mails, policy_of
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproc.core import effects as e
from mailproc.core import events as ev
from mailproc.core.case import Case
from mailproc.core.decide import ImpossibleEvent, decide
from mailproc.policy.actions import ACTIONS
from mailproc.policy.model import Policy
from mailproc.policy.parse import parse

BASE = """
title = "rules"
calendar = "always"
default_severity = "low"
[severity.top]
initial_response = "1 hour"
[severity.high]
initial_response = "4 hours"
[severity.low]
initial_response = "8 hours"
[types.wish]
objectives = []
route = ["account_manager"]
template = "enhancement_received"
clause = "W"
"""
START = a_case().opened
HOUR = timedelta(hours=1)


def policy(*rules: tuple[str, str], clause: str = "R") -> Policy:
    told = "".join(
        f'[[rules]]\nname = "rule {number}"\nwhen = "{when}"\nthen = {{ {then} }}\nclause = "{clause}"\n'
        for number, (when, then) in enumerate(rules, start=1)
    )
    return policy_of(BASE + told, "rules.toml")


def opening(of: Policy, text: str = "", **facts: Any) -> tuple[Case, list[e.Effect]]:
    case = a_case(**{"severity": "low", "opening": text, **facts})
    effects = decide(case, ev.Opened(text), of, START)
    return after(case, effects), effects


def reasons(effects: list[e.Effect]) -> list[str]:
    return [one.because for one in effects if one.because.startswith("rule: ")]


@pytest.mark.parametrize(
    ("then", "fact", "value"),
    [
        ("cap_severity = 'low'", "severity", "low"),
        ("set_severity = 'high'", "severity", "high"),
        ("set_type = 'wish'", "type", "wish"),
        ("set_product = 'Backup'", "product", "Backup"),
        ("tag = ['vip', 'eu']", "tags", ("vip", "eu")),
        ("tier = 3", "tier", 3),
        ("assign = 'alice'", "owner", "alice"),
    ],
)
def test_what_a_rule_makes_of_a_case(then: str, fact: str, value: object):
    case, effects = opening(policy(("event == 'opened'", then)), severity="top")
    assert getattr(case, fact) == value
    assert set(reasons(effects)) == {"rule: rule 1"}
    assert all(one.clause == ("R",) for one in effects if one.because.startswith("rule: "))


@pytest.mark.parametrize(
    ("then", "mail"),
    [
        ("page = 'on_call'", ("page", "on_call")),
        ("notify = ['cs_lead']", ("escalation", "cs_lead")),
        ("task = 'triage'", ("task", "team")),
        ("tell = 'escalated'", ("escalated", "customer")),
        ("assign = 'alice'", ("task", "owner")),
        ("set_type = 'wish'", ("new_case", "account_manager")),
        ("set_type = 'wish'", ("enhancement_received", "customer")),
    ],
)
def test_whom_a_rule_tells(then: str, mail: tuple[str, str]):
    _, effects = opening(policy(("event == 'opened'", then)))
    assert mail in mails(effects)


def test_rules_apply_in_the_order_of_the_file_and_see_what_those_before_them_said():
    of = policy(
        ("message is mentioning('sql')", "set_product = 'SQL'"),
        ("case.product == 'SQL'", "cap_severity = 'high'"),
        ("case.severity == 'high'", "tag = ['second']"),
        ("case.severity == 'top'", "tag = ['never']"),
    )
    case, effects = opening(of, "our sql is down", severity="top")
    assert (case.product, case.severity, case.tags) == ("SQL", "high", ("second",))
    assert reasons(effects) == ["rule: rule 1", "rule: rule 2", "rule: rule 3"]


def test_a_rule_that_held_before_another_lowered_the_severity_still_sets_things_going():
    of = policy(("case.severity == 'top'", "notify = ['team_lead']"), ("event == 'opened'", "cap_severity = 'high'"))
    case, effects = opening(of, severity="top")
    assert case.severity == "high"
    assert ("escalation", "team_lead") in mails(effects)


def test_a_task_that_is_open_is_not_given_twice():
    of = policy(("event in ['opened', 'customer_wrote']", "task = 'triage'"))
    case, _ = opening(of)
    again = decide(case, ev.CustomerWrote(CAROL, "hello?"), of, START + HOUR)
    assert [task.kind for task in case.tasks] == ["triage"]
    assert not [one for one in again if isinstance(one, e.AddTask)]


# --- the events -------------------------------------------------------------------------------------------------------


def test_customer_wrote_reads_the_words_of_that_mail_and_its_sender():
    of = policy(
        ("event == 'customer_wrote' and message is mentioning('fire') and sender.owner", "notify = ['management']")
    )
    case, first = opening(of, "fire")
    told = decide(case, ev.CustomerWrote(CAROL, "fire!", about={"owner": True}), of, START + HOUR)
    assert ("escalation", "management") in mails(told)
    for silent in (ev.CustomerWrote(CAROL, "fire!"), ev.CustomerWrote(CAROL, "smoke", about={"owner": True})):
        assert ("escalation", "management") not in mails(decide(case, silent, of, START + HOUR))
    assert ("escalation", "management") not in mails(first)


def test_severity_changed_is_asked_after_every_change_but_that_of_the_opening():
    of = policy(("event == 'severity_changed' and case.severity == 'top'", "notify = ['management']"))
    case, first = opening(of, severity="top")
    assert ("escalation", "management") not in mails(first)
    low = happen(case, (ev.SeveritySet("alice", "low"), START + HOUR), policy=of)
    raised = decide(low, ev.SeveritySet("alice", "top"), of, START + HOUR)
    assert mails(raised).count(("escalation", "management")) == 1


def test_breach_names_its_objective_and_comes_once():
    of = policy(("event == 'breach' and objective == 'initial_response'", "tier = 2, notify = ['management']"))
    case, _ = opening(of)
    effects = decide(case, ev.Tick(), of, START + 8 * HOUR)
    assert mails(effects) == [("escalation", "management")]
    assert after(case, effects).tier == 2
    late = decide(after(case, effects), ev.Tick(), of, START + 20 * HOUR)
    assert mails(late) == []


def test_a_breach_that_was_missed_in_a_gap_is_reacted_to_before_anything_else_is_lost():
    of = policy(("event == 'breach'", "notify = ['management']"))
    case, _ = opening(of)
    effects = decide(case, ev.Replied("alice", "Sorry."), of, START + 9 * HOUR)
    assert mails(effects) == [("customer_reply", "customer"), ("escalation", "management")]


def test_a_rule_that_changes_the_severity_later_tells_the_customer_and_recounts():
    of = policy(("event == 'customer_wrote' and message is mentioning('fire')", "set_severity = 'top'"))
    case, _ = opening(of)
    effects = decide(case, ev.CustomerWrote(CAROL, "fire!"), of, START + 2 * HOUR)
    done = after(case, effects)
    assert done.severity == "top"
    assert "initial_response" in done.broken
    assert ("severity_changed", "customer") in mails(effects)


def test_two_rules_that_undo_each_other_come_to_an_end():
    of = policy(
        ("event in ['breach', 'severity_changed'] and case.severity == 'high'", "set_severity = 'low'"),
        ("event in ['breach', 'severity_changed'] and case.severity == 'low'", "set_severity = 'high'"),
    )
    case, _ = opening(of, severity="high")
    effects = decide(case, ev.Tick(), of, START + 9 * HOUR)
    assert len(reasons(effects)) <= 4


def test_a_condition_that_breaks_does_not_hold():
    case, effects = opening(policy(("case.tier / 0", "tier = 3"), ("case.owner.x.y", "tier = 4")))
    assert (case.tier, reasons(effects)) == (1, [])


# --- any file ---------------------------------------------------------------------------------------------------------

VALUES = st.one_of(
    st.sampled_from(["'low'", "'high'", "'wish'", "'on_call'", "['team_lead']", "true", "2", "'triage'", "'impact'"]),
    st.sampled_from(["''", "[]", "{}", "-1", "1.5", "1979-05-27", "'no such'", "[1]", "[['a']]", "'severity_capped'"]),
)
WHENS = st.one_of(
    st.sampled_from(["event == 'opened'", "true", "event == 'breach'", "case.severity == 'high'", "sender.known"]),
    st.sampled_from(["message is mentioning('x')", "case.tags", "1 / 0", "now", "objective", "calendars", "((", ""]),
    st.text(max_size=12),
)


def _quoted(text: str) -> str:
    escaped = "".join(sign if sign.isalnum() or sign in " .=()'/" else f"\\U{ord(sign):08x}" for sign in text)
    return f'"{escaped}"'


RULE = st.tuples(WHENS, st.dictionaries(st.sampled_from([*ACTIONS, "cap"]), VALUES, max_size=4)).map(
    lambda one: (
        f"when = {_quoted(one[0])}\nthen = {{ {', '.join(f'{key} = {value}' for key, value in one[1].items())} }}\n"
    )
)


@given(st.lists(RULE, max_size=4))
@settings(max_examples=150, deadline=None)
def test_no_rule_file_ever_raises_neither_when_it_is_read_nor_when_it_is_asked(rules: list[str]):
    text = BASE + "".join(f'[[rules]]\nname = "rule {number}"\n{one}' for number, one in enumerate(rules))
    of, problems = parse(text, "any.toml")
    assert all(problem.startswith("any.toml:") and "; " in problem for problem in problems)
    if of is None:
        return
    case, _ = opening(of, "x", severity="high")
    for event in (ev.CustomerWrote(CAROL, "x"), ev.SeveritySet("alice", "top"), ev.Tick()):
        with suppress(ImpossibleEvent):  # a severity that is there already, or above a cap
            case = happen(case, (event, START + 9 * HOUR), policy=of)
    assert case.severity in of.severities


def test_the_shipped_policies_name_every_rule_once():
    for path in (ROOT / "policies").glob("*.toml"):
        of = policy_of(path.read_text(encoding="utf-8"), path.name)
        assert len({rule.name for rule in of.rules}) == len(of.rules)
