"""Every clause of the five policies stands in its file, is told by a story, and breaks that story when it is gone.

For each clause the table below names a story about it and a change of the policy that breaks the promise: the shipped
text with a pattern replaced.  What follows must then be another thing.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailproc.admin.stories import load
from mailproc.admin.story_lines import told
from mailproc.core.case import Case
from mailproc.flow.listing import working_order
from mailproc.policy.parse import parse
from mailproc.store.letters import Letter

HERE = Path(__file__).parent
POLICIES = HERE.parents[1] / "policies"
FILES = {"CON": "conceal", "OWN": "ownbackup", "JEL": "jelastic", "EIO": "elastio", "ELA": "elastic"}
COUNTS = {"CON": 10, "OWN": 10, "JEL": 7, "EIO": 8, "ELA": 13}
CLAUSES = [f"{prefix}-{number}" for prefix, count in COUNTS.items() for number in range(1, count + 1)]
UNSPOKEN = ("CON-1", "OWN-2", "OWN-3", "OWN-6", "ELA-3")
"""Hours and orders: no mail or notice follows from them alone, so that none can name them."""
CITED = r"(?m)  \(([A-Z]+-\d+(?:, [A-Z]+-\d+)*)\)$"


@dataclass(frozen=True)
class Broken:
    """A story, and what to do to the policy: each match of `pattern` becomes `instead`.

    `seen` says where it shows: in what happens; in the words of the mails; or, where a promise is kept by the program
    whatever the policy says, only in that the clause is named.
    """

    story: str
    pattern: str
    instead: str
    seen: str = "happens"


BROKEN = {
    "CON-1": Broken("con_1_support_hours_in_summer_and_winter", r"08:00-20:00", "08:00-19:00"),
    "CON-2": Broken("con_2_one_case_per_conversation", r"(?m)^CON-2 .*\n", "", "named"),
    "CON-3": Broken(
        "con_3_confirmation", r'confirmation = \{ within = "30 minutes"', 'confirmation = { within = "31 minutes"'
    ),
    "CON-4": Broken("con_4_and_5_run_side_by_side", "8 business hours", "9 business hours"),
    "CON-5": Broken("con_4_and_5_run_side_by_side", r'(initial_response = \{ within = "\d+) hours?', r"\1 minutes"),
    "CON-6": Broken("con_6_mail_restarts_the_interval", r'every = "4 hours"', 'every = "5 hours"'),
    "CON-7": Broken("con_7_relief", r'(relief +)= .*"CON-7" }', r'\1= "9 business days"'),
    "CON-8": Broken("con_8_low_is_escalated_by_management_alone", r"(?m)^escalate_by.*\n", ""),
    "CON-9": Broken("con_9_resolve_close_reopen", r"(?m)^resolution.*\n", "", "worded"),
    "CON-10": Broken("con_10_status_by_mail", r"(?m)^CON-10 .*\n", "", "named"),
    "OWN-1": Broken("own_1_form", r"forms@app\.example\.com", "others@app.example.com"),
    "OWN-2": Broken("own_2_kathmandu", r'"customer"', '"UTC"'),
    "OWN-3": Broken("own_3_premier_at_any_hour", r'"always"', '"business"'),
    "OWN-4": Broken(
        "own_4_standard_over_a_clock_change",
        r'"4 business hours", clause = "OWN-4"',
        '"5 business hours", clause = "OWN-4"',
    ),
    "OWN-5": Broken(
        "own_5_premier_day_and_night", r'(every = "\d+) hours", clause = "OWN-5"', r'\1 days", clause = "OWN-5"'
    ),
    "OWN-7": Broken("own_7_recategorised", "agent decides", "customer agrees"),
    "OWN-8": Broken("own_8_reproducing", r'"7 business days"', '"8 business days"'),
    "OWN-9": Broken("own_9_access", r"from_tier = 2", "from_tier = 1"),
    "OWN-10": Broken("own_10_paid_term", r"(?m)^OWN-10 .*\n", "", "named"),
    "JEL-1": Broken(
        "jel_1_and_2_severity_as_the_customer_says_it", r'default_severity = "3"', 'default_severity = "4"'
    ),
    "JEL-2": Broken("jel_1_and_2_severity_as_the_customer_says_it", "offers_severities = true", "", "worded"),
    "JEL-3": Broken("jel_3_proposal_refused", r'"customer agrees"\n.*\n.*\n', '"agent decides"\n'),
    "JEL-4": Broken("jel_4_by_product", r'cap_severity = "2"', 'cap_severity = "3"'),
    "JEL-5": Broken("jel_5_first_answer", r'(initial_response = \{ within = "\d+) hours', r"\1 minutes"),
    "JEL-6": Broken("jel_6_redirect", "not sender.entitled", "not sender.known and sender.entitled"),
    "JEL-7": Broken("jel_7_impact", r'ask = "impact"', 'tag = ["impact"]', "worded"),
    "EIO-1": Broken("eio_1_both_sides_of_closing_time", r"08:00-21:00", "08:00-20:00"),
    "EIO-2": Broken("eio_2_urgent_matters", r"case\.severity == 'urgent'", "case.severity == 'normal'"),
    "EIO-3": Broken(
        "eio_3_five_conditions", r"message is claiming\(", "message is mentioning('zzz') and message is claiming("
    ),
    "EIO-4": Broken("eio_4_what_is_not_escalated", r'refuse_escalation = "[^"]*", ', ""),
    "EIO-5": Broken("eio_5_once_per_event", r"(?m)^once_per.*\nnot_after.*\n", ""),
    "EIO-6": Broken("eio_6_until_somebody_acknowledges", r'for = "15 minutes"', 'for = "20 minutes"'),
    "EIO-7": Broken("eio_7_updates_begin_with_the_acknowledgement", r'starts = "acknowledgement"', 'starts = "opened"'),
    "EIO-8": Broken("eio_8_a_declared_incident", r"(?m)^EIO-8 .*\n", "", "named"),
    "ELA-1": Broken("ela_1_the_severity_is_reviewed", r'task = "triage"', 'tag = ["triage"]'),
    "ELA-2": Broken("ela_2_urgent_outside_hours", r"calendars\.us_or_eu is closed", "calendars.us_or_eu is open"),
    "ELA-3": Broken("ela_3_daylight_saving_of_each_desk_in_spring", "America/Los_Angeles", "America/Phoenix"),
    "ELA-4": Broken("ela_4_a_voicemail_opens_a_case", r"(?m)^ELA-4 .*\n", "", "named"),
    "ELA-5": Broken("ela_5_the_account_manager_follows_the_cases", r'"account_summary"', '"hot_items"'),
    "ELA-6": Broken("ela_6_a_dialogue_to_reproduce", r'"10 business days"', '"11 business days"'),
    "ELA-7": Broken("ela_7_a_ticket_in_production_ends_the_case", r'"in production", ', ""),
    "ELA-8": Broken(
        "ela_8_escalations_and_hot_items", r'\["account_manager", "cs_lead"\]', '["team_lead", "management"]'
    ),
    "ELA-9": Broken(
        "ela_9_enhancements_go_to_a_committee", r'\["account_manager", "committee"\]', '["account_manager"]'
    ),
    "ELA-10": Broken("ela_10_the_state_by_mail", r"(?m)^ELA-10 .*\n", "", "named"),
    "ELA-11": Broken("ela_11_the_telephone_has_hours_of_its_own", r'calendar = "phone"', 'calendar = "eu"'),
    "ELA-12": Broken("ela_12_training", r'route      = \["account_manager"\]', 'route = ["committee"]'),
    "ELA-13": Broken("ela_13_the_account_manager_opens_a_case", r"(?m)^ELA-13 .*\n", "", "named"),
}


def text_of(clause: str) -> str:
    return (POLICIES / f"{FILES[clause[:3]]}.toml").read_text(encoding="utf-8")


def stories_of(clause: str) -> list[str]:
    """The stories that say in a comment that they are about a clause."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(HERE.glob("*.case"))}
    return [name for name, text in texts.items() if re.search(rf"^#.*\b{clause}\b", text, re.MULTILINE)]


def played(story: str, policy: Path | None = None, *, worded: bool = False) -> tuple[str, list[str]]:
    """What the story tells and, if asked for, the mails of it, around another policy than its own."""
    known = load(HERE / f"{story}.case")
    known = replace(known, policy=policy) if policy else known
    mails: list[str] = []

    def keep(letter: Letter) -> None:
        mails.append((letter.data or b"").decode("utf-8", "replace"))

    events = known.play(known.desk(composed=worded), keep if worded else None)
    return told(known, events), mails


def test_every_clause_of_the_five_policies_is_listed():
    assert len(CLAUSES) == 48
    assert set(BROKEN) | {"OWN-6"} == set(CLAUSES)


@pytest.mark.parametrize("clause", CLAUSES)
def test_it_stands_in_the_file_that_promises_it(clause: str):
    assert tomllib.loads(text_of(clause))["clauses"][clause]


@pytest.mark.parametrize("clause", [clause for clause in CLAUSES if clause != "OWN-6"])
def test_a_story_is_about_it(clause: str):
    assert BROKEN[clause].story in stories_of(clause), f"no story says in a comment that it is about {clause}"


@pytest.mark.parametrize("clause", [clause for clause in CLAUSES if clause not in UNSPOKEN])
def test_what_follows_in_a_story_names_it(clause: str):
    cited = {one for path in HERE.glob("*.case") for found in re.findall(CITED, path.read_text(encoding="utf-8"))
             for one in found.split(", ")}  # fmt: skip
    assert clause in cited


@pytest.mark.parametrize("clause", BROKEN)
def test_its_story_breaks_without_it(clause: str, tmp_path: Path):
    broken = BROKEN[clause]
    text, changed = re.subn(broken.pattern, broken.instead, text_of(clause))
    assert changed, "the policy does not say that any more"
    if broken.seen == "named":
        text = re.sub(rf'"{clause}",? ?', "", re.sub(rf'(?m)^ *clause += "{clause}"\n', "", text))
    policy = tmp_path / f"{FILES[clause[:3]]}.toml"
    policy.write_text(text, encoding="utf-8")
    assert parse(text, policy.name)[1] == ()
    lines, mails = played(broken.story, policy, worded=broken.seen == "worded")
    expected = (HERE / f"{broken.story}.case").read_text(encoding="utf-8")
    match broken.seen:
        case "happens":
            assert re.sub(CITED, "", lines) != re.sub(CITED, "", expected)
        case "named":
            assert lines != expected
        case "worded":
            assert mails != played(broken.story, worded=True)[1]


def test_OWN_6_the_order_of_work_changes_with_the_order_of_the_plans(tmp_path: Path):
    opened = datetime(2026, 3, 9, 10, tzinfo=UTC)
    queue = [
        Case(1, "support", opened, severity="low", plan="premier"),
        Case(2, "support", opened, severity="high", plan="standard"),
        Case(3, "support", opened + timedelta(minutes=1), severity="high", plan="premier"),
        Case(4, "support", opened + timedelta(minutes=2), severity="high", plan="premier"),
    ]
    story = load(HERE / "own_2_kathmandu.case")
    other = tmp_path / "ownbackup.toml"
    swap = r"(?s)(\n\[plan\.premier\].*?)(\n\[plan\.standard\].*?)(\n\[\[notices)"
    other.write_text(re.sub(swap, r"\2\1\3", text_of("OWN-6"), count=1), encoding="utf-8")
    for policy, order in ((story.policy, [3, 4, 2, 1]), (other, [2, 3, 4, 1])):
        assert [case.number for case in working_order(replace(story, policy=policy).desk(), queue)] == order
