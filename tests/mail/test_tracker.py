"""What trackers' notices tell: ticket, state and words, for the kinds that we know and by a policy's own patterns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailproc.mail import tracker
from mailproc.mail.message import Message
from mailproc.mail.parse import parse
from mailproc.mail.tracker import News


def notice(subject: str, text: str, **headers: str) -> Message:
    fields = {"From": "tracker@dev.example", "Subject": subject}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return parse(f"{head}\r\n{text}".replace("\n", "\r\n").encode())


def news(message: Message, **rule: str) -> News:
    found = tracker.read(message, **rule)
    assert found is not None
    return found


HEADERS = ("x-github-reason", "x-gitlab-project", "x-redmine-issue-id", "x-bugzilla-type", "x-nothing")
JIRA = """
     [ https://jira.dev.example/browse/DEV-123 ]

Bob Dev updated DEV-123:
-----------------------
    Status: In Production  (was: In Review)

The export runs on the new hosts.
We resolved the leak as well.

--
This message was sent by a program
"""
REDMINE = """Issue #123 has been updated by Bob Dev.

* Status changed from New to Resolved
* % Done changed from 0 to 100

Built and tested.

----------------------------------------
Bug #123: Export stops
https://redmine.dev.example/issues/123#change-4

* Author: Ann Example
* Status: Resolved
"""
BUGZILLA = """https://bugzilla.dev.example/show_bug.cgi?id=123

Bob Dev <bob@dev.example> changed:

           What    |Removed                     |Added
----------------------------------------------------------------------------
             Status|NEW                         |RESOLVED

--- Comment #3 from Bob Dev <bob@dev.example> ---
It is built.

--
You are receiving this mail because:
You are on the CC list for the bug.
"""


def test_ELA_7_jira_tells_key_state_and_comment_without_its_frame():
    found = news(notice("[JIRA] (DEV-123) Export stops", JIRA, X_JIRA_FingerPrint="ab12"))
    assert found == News(
        kind="jira",
        references=("DEV-123",),
        state="In Production",
        text="The export runs on the new hosts.\nWe resolved the leak as well.",
    )


@pytest.mark.parametrize(
    ("text", "state", "words"),
    [
        ("Closed #12 as completed via #14.\n\n-- \nReply to this email directly or view it on GitHub:\n", "Closed", ""),
        ("Reopened #12.\n\n-- \nReply to this email directly\n", "Reopened", ""),
        ("Merged #12 into main.\n\n-- \nReply to this email directly\n", "Merged", ""),
        (
            "@bob commented on this issue:\n\nA fix is in review.\n\n—\nReply to this email directly\n",
            "",
            "A fix is in review.",
        ),
    ],
)
def test_ELA_7_github_tells_repository_number_and_what_became_of_it(text: str, state: str, words: str):
    found = news(notice("Re: [acme/exporter] Export stops (Issue #12)", text, X_GitHub_Reason="subscribed"))
    assert (found.kind, found.state, found.text) == ("github", state, words)
    assert found.references == ("acme/exporter#12", "exporter#12"), "a bare number could be another repository's"


def test_ELA_7_github_is_known_by_its_message_id_too():
    message = notice(
        "Re: Export stops", "Closed #12.", X_GitHub_Sender="bob", References="<acme/exporter/issues/12@github.com>"
    )
    assert news(message).references == ("acme/exporter#12", "exporter#12")


def test_ELA_7_a_line_of_links_and_the_name_of_who_comments_are_frame():
    cloud = notice("(DEV-123) Export", "It streams now.\n\nView issue · Add comment", x_jira_fingerprint="1")
    hub = notice(
        "Re: [example/export] Export (Issue #12)",
        "ann left a comment (example/export#12)\n\nI can reproduce it.\n\n--\nReply to this email directly",
        x_github_reason="subscribed",
    )
    assert [news(one).text for one in (cloud, hub)] == ["It streams now.", "I can reproduce it."]


def test_ELA_7_gitlab_tells_issues_and_merge_requests_apart():
    headers = {"X_GitLab_Project": "exporter", "X_GitLab_Project_Path": "acme/exporter"}
    issue = notice(
        "Re: Exporter | Export stops (#12)", "Issue was closed by Bob Dev\n", **headers, X_GitLab_Issue_IID="12"
    )
    assert (news(issue).references, news(issue).state) == (("acme/exporter#12", "exporter#12"), "closed")
    merge = notice("Re: Exporter | Fix it (!5)", "Merge Request !5 was merged\n", **headers)
    assert (news(merge).references, news(merge).state) == (("acme/exporter!5", "exporter!5"), "merged")


def test_ELA_7_redmine_tells_its_number_in_all_spellings():
    message = notice(
        "[Exporter - Bug #123] (Resolved) Export stops", REDMINE, X_Redmine_Project="exporter", X_Redmine_Issue_Id="123"
    )
    found = news(message, name="red")
    assert (found.kind, found.state, found.text) == ("redmine", "Resolved", "Built and tested.")
    assert found.references == ("#123", "123", "bug-123", "red#123", "red-123", "exporter#123")


def test_ELA_7_bugzilla_tells_its_state_in_a_header_or_in_its_table():
    plain = news(notice("[Bug 123] Export stops", BUGZILLA, X_Bugzilla_Reason="CC"))
    assert (plain.kind, plain.state, plain.text) == ("bugzilla", "RESOLVED", "It is built.")
    assert plain.references[:2] == ("#123", "123")
    assert news(notice("[Bug 123] x", "", X_Bugzilla_Type="changed", X_Bugzilla_Status="VERIFIED")).state == "VERIFIED"


def test_ELA_7_a_bare_number_is_nobodys_where_two_trackers_could_mean_it():
    message = notice("[Bug 123] Export stops", BUGZILLA, X_Bugzilla_Reason="CC")
    found = tracker.read(message, name="bugs", alone=False)
    assert found is not None
    assert found.references == ("bugs#123", "bugs-123")


@pytest.mark.parametrize(
    "line",
    [
        "Status: Done",
        "Status: Open -> Done",
        "Status: In Review → Done",
        "* Status changed from Open to Done",
        "Status changed to Done.",
        "Bob changed the status to Done",
        "bob moved status from Open to: Done",
        "The status was set to Done",
        "status: Done (was Open)",
        "Status|Open|Done",
    ],
)
def test_ELA_7_a_state_is_read_from_the_usual_lines(line: str):
    assert news(notice("DEV-1 changed", f"Hello\n{line}\nMore words here.")).state == "Done"


def test_ELA_7_the_policys_own_patterns_decide_where_there_are_some():
    message = notice("Your ticket moved", "Ticket T900 (see DEV-1)\nState of work = live on all hosts;\nStatus: Done\n")
    found = news(message, reference=r"\bTicket (?P<reference>T\d+)\b", state=r"^State of work = (?P<state>[\w ]+)")
    assert (found.references, found.state) == (("T900",), "live on all hosts")
    assert tracker.read(message, reference=r"\bNO-\d+\b") is None, "what a pattern does not find is not guessed"
    assert news(message, name="ops", reference=r"\bT(?P<reference>\d+)\b").references == (
        "#900", "900", "bug-900", "ops#900", "ops-900",
    )  # fmt: skip


def test_ELA_7_one_ticket_a_mail_the_subjects_before_the_texts():
    assert news(notice("Re: DEV-7", "it blocks DEV-8 and DEV-9")).references == ("DEV-7",)
    assert news(notice("moved", "DEV-8 blocks DEV-9")).references == ("DEV-8",)
    assert tracker.read(notice("weekly mail", "nothing of that kind, utf-8 and RFC 5321")) is None


@pytest.mark.parametrize("pattern", [r"(a+)+$b", r"(?:a|a)*c", r"(.*)*x(?P<state>y)", r"(a|aa)+!(?P<reference>)"])
def test_ELA_7_a_pattern_that_would_look_for_ages_finds_nothing(pattern: str):
    message = notice("a" * 1900, "a" * 100_000)
    assert tracker.read(message, reference=pattern) is None


def test_ELA_7_only_the_first_lines_are_looked_at_and_kept():
    found = news(notice("DEV-1", "words here\n" * 5000 + "Status: Done\n"))
    assert found.state == ""
    assert len(found.text) <= tracker.WORDS


@given(subject=st.text(max_size=200), text=st.text(max_size=500), header=st.sampled_from(HEADERS))
def test_ELA_7_no_mail_makes_it_raise(subject: str, text: str, header: str):
    found = tracker.read(Message(sender=None, subject=subject, text=text, headers={header: (text,)}))
    assert found is None or (found.references and len(found.state) <= tracker.STATE)
