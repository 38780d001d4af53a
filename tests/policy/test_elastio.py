"""elastio.toml: what it promises, and which words of customers escalate (EIO-3), are refused (EIO-4), or neither."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailproc.core.case import Case
from mailproc.core.decide.rules import Happening, holding
from mailproc.core.facts import SENDER
from mailproc.policy import promises
from mailproc.policy.model import Policy
from mailproc.policy.parse import parse

ROOT = Path(__file__).parents[2]
NEW_YORK = ZoneInfo("America/New_York")
IMPACT = "The service is severely impacted, and that is not known yet"
ATTACK = "A security attack, and the account must be locked down"
COMPROMISED = "Critical accounts may be compromised"
LOCKED_OUT = "An owner is completely locked out of the account"
RECOVERY = "The recovery of a mission-critical workload is failing"
ROUTINE = "Routine questions and resets"
NO_OWNER = "Locked out, but no owner of the account"
BACKUP = "Backups and recoveries without an outage"
WAITING = "Waiting for an answer"


def elastio() -> Policy:
    path = ROOT / "policies" / "elastio.toml"
    policy, problems = parse(path.read_text(encoding="utf-8"), "elastio.toml")
    assert problems == ()
    assert policy is not None
    return policy


ELASTIO = elastio()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


def held(text: str, *, owner: bool = False, subject: str = "", severity: str = "normal", incident: int = 0) -> set[str]:
    """The names of the rules that hold for a first mail with these words."""
    now = at("2026-03-09 10:00")
    case = Case(number=1, mailbox="support", opened=now, severity=severity, subject=subject, incident=incident)
    happening = Happening("opened", text, {**SENDER, "owner": owner})
    return {rule.name for rule in holding(case, ELASTIO, now, happening)}


ESCALATED = [
    (IMPACT, "Your console is down for everyone."),
    (IMPACT, "We have a complete outage since 8 o'clock"),
    (IMPACT, "No, the service is down again!"),
    (IMPACT, "We do not understand why the service is down."),
    (IMPACT, "Our whole site has stopped because your service is unavailable"),
    (IMPACT, "Nothing works.\nPlease help."),
    (IMPACT, "We are severely\nimpacted: all users are affected"),
    (IMPACT, "Total failure of the platform"),
    (IMPACT, "We can’t reach your service from any site"),
    (ATTACK, "We were hit by ransomware and need an immediate lockdown of our account"),
    (ATTACK, "There are hackers in our network, please freeze everything"),
    (ATTACK, "We are under attack! Lock our tenant, now"),
    (ATTACK, "An attacker is deleting backups: suspend all API access at once"),
    (ATTACK, "We found malware on the gateway. Block the account until we know more."),
    (COMPROMISED, "We suspect that our admin account has been compromised"),
    (COMPROMISED, "Somebody else logged in to the owner account last night"),
    (COMPROMISED, "There are suspicious logins in our console"),
    (COMPROMISED, "Our API keys were published: leaked credentials"),
    (COMPROMISED, "The root account might be hijacked"),
    (COMPROMISED, "unauthorised access to the administrator's account"),
    (RECOVERY, "The recovery of our mission-critical database keeps failing"),
    (RECOVERY, "We can't restore the production server: it is stuck at 40 %"),
    (RECOVERY, "Restoring our business-critical ERP aborted three times"),
    (RECOVERY, "failover of the production workload does not complete"),
]
OWNERS = [
    (LOCKED_OUT, "I am the owner and completely locked out of the account"),
    (LOCKED_OUT, "I can’t log in any more, and it is urgent"),
    (LOCKED_OUT, "unable to sign in with the owner's account; the password reset does not arrive"),
    (LOCKED_OUT, "We lost all access to our tenant"),
]
NOTHING_OF_IT = [
    "The charts of our report have no title",
    "There is no outage, but the page is a little slow",
    "We had no outage this month, thank you!",
    "The outage is over, everything runs again",
    "The outage of last week was resolved; please send a report",
    "It is not urgent: one widget shows the wrong colour",
    "We were not hacked; still, please lock the page for guests",
    "Is your product a protection against ransomware?",
    "No account was compromised, we only rotate the names of the API users",
    "The service isn't down, only the logo is missing",
    "nobody is locked in: the door of the office is open",
    "The restore test of our critical system went well",
    "We use your console for a disk that is completely full",
    "The recovery of the production database did not fail",
    "Thank you, it works",
]
REFUSED = [
    (ROUTINE, "How do I reset my password?"),
    (ROUTINE, "Please reset 2FA for a colleague"),
    (ROUTINE, "I have a question about the last invoice"),
    (ROUTINE, "Where is the documentation of the API?"),
    (NO_OWNER, "I am locked out"),
    (NO_OWNER, "I can't log in"),
    (BACKUP, "The backup of one laptop failed twice"),
    (BACKUP, "A restore is slower than last week, though it isn't related to an outage"),
    (BACKUP, "Snapshots of two servers are missing"),
    (WAITING, "I am still waiting for an answer"),
    (WAITING, "Any news?"),
    (WAITING, "It is taking too long, nobody has answered"),
]
CONDITIONS = {IMPACT, ATTACK, COMPROMISED, LOCKED_OUT, RECOVERY}


@pytest.mark.parametrize(("condition", "text"), ESCALATED)
def test_EIO_3_these_words_escalate_and_the_condition_has_its_name(condition: str, text: str):
    assert condition in held(text)


@pytest.mark.parametrize(("condition", "text"), ESCALATED)
def test_EIO_3_the_subject_counts_as_much(condition: str, text: str):
    assert condition in held("Please see above.", subject=text)


@pytest.mark.parametrize(("condition", "text"), OWNERS)
def test_EIO_3_an_owner_who_is_locked_out_escalates_and_nobody_else(condition: str, text: str):
    assert condition in held(text, owner=True)
    assert not CONDITIONS & held(text)


@pytest.mark.parametrize("text", NOTHING_OF_IT)
def test_EIO_3_and_these_words_do_not(text: str):
    assert not CONDITIONS & held(text, owner=True)


@pytest.mark.parametrize(("refusal", "text"), REFUSED)
def test_EIO_4_what_is_refused_and_why(refusal: str, text: str):
    names = held(text)
    assert refusal in names
    assert not CONDITIONS & names


def test_EIO_4_when_a_condition_and_a_refusal_both_hold_both_are_known():
    names = held("Your service is down, and the backup of our laptops with it; any news?")
    assert {IMPACT, WAITING} <= names
    assert BACKUP not in names


def test_EIO_8_the_impact_of_a_known_incident_is_none_that_escalates():
    assert not CONDITIONS & held("Your console is down for everyone", incident=1)


def test_EIO_2_urgent_matters_are_escalated_and_normal_ones_are_not():
    text = "The charts have no title"
    assert "An urgent matter" in held(text, severity="urgent")
    assert "An urgent matter" not in held(text)


@pytest.mark.parametrize(
    ("opened", "length"),
    [
        ("2026-03-07 08:00", timedelta(minutes=10)),
        ("2026-03-07 20:59:59", timedelta(minutes=10)),
        ("2026-03-07 21:00", timedelta(hours=4)),
        ("2026-03-08 07:59:59", timedelta(hours=4)),
        ("2026-07-04 12:00", timedelta(minutes=10)),
        ("2026-12-25 23:00", timedelta(hours=4)),
        ("2026-11-01 00:30", timedelta(hours=4)),
    ],
)
@pytest.mark.parametrize("severity", ["urgent", "normal"])
def test_EIO_1_the_first_answer_is_due_by_the_hour_of_the_opening(opened: str, length: timedelta, severity: str):
    start = at(opened).astimezone(ZoneInfo("UTC"))
    assert promises.due(ELASTIO.promises(severity)["initial_response"], ELASTIO, start) == start + length


def test_a_copy_of_the_policy_differs_in_nothing_but_an_incident():
    copy = (ROOT / "tests" / "scenarios" / "elastio-with-incident.toml").read_text(encoding="utf-8")
    own = (ROOT / "policies" / "elastio.toml").read_text(encoding="utf-8")
    before, _, after = own.partition("# [[incidents]]")
    assert copy.startswith(f"{before}[[incidents]]")
    assert copy.endswith(after.partition("\n\n")[2])
