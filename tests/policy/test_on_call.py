"""[on_call], [escalation_requests], [[incidents]]: what is read, what is refused, which mails an incident takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailproc.policy.incidents import any_of, distinctive
from mailproc.policy.model import Elapsed, EscalationRequests, Rung
from mailproc.policy.parse import parse
from policies import SMALL, read

LADDER = (
    '[on_call]\nladder = [{ to = "on_call", for = "15 minutes", repeat = 2 }, { to = "team_lead", for = "1 hour" }]\n'
)
INCIDENT = '[[incidents]]\nname = "Mail"\ntext = "We know it."\nmentioning = ["mail is late", "late mail"]\n'


def problems(text: str) -> tuple[str, ...]:
    return tuple(one.partition(": ")[2] for one in parse(SMALL + text, "small.toml")[1])


def test_EIO_6_a_ladder_has_roles_lengths_and_repeats():
    on_call = read(SMALL + LADDER + 'until = "acknowledged"\n').on_call
    assert on_call is not None
    assert on_call.ladder == (
        Rung("on_call", Elapsed(timedelta(minutes=15)), 2),
        Rung("team_lead", Elapsed(timedelta(hours=1)), 1),
    )


def test_EIO_5_without_a_table_customers_may_ask_and_with_one_it_is_as_it_says():
    assert read(SMALL).requests == EscalationRequests()
    table = '[escalation_requests]\nallowed = false\nonce_per = "event"\nnot_after = "acknowledged"\n'
    assert read(SMALL + table).requests == EscalationRequests(False, "event", "acknowledged")


def test_EIO_8_an_incident_of_the_file_may_have_a_beginning_and_an_end():
    (one,) = read(SMALL + INCIDENT + "since = 2026-03-09T10:00:00-04:00\nuntil = 2026-03-10\n").incidents
    assert one.since == datetime(2026, 3, 9, 14, tzinfo=UTC)
    assert one.until == datetime(2026, 3, 10, tzinfo=UTC)
    assert one.mentioning == ("mail is late", "late mail")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[on_call]\n", "on_call.ladder: missing; add one such as ladder = "),
        ("[on_call]\nladder = []\n", "on_call.ladder: missing"),
        ('[on_call]\nladder = ["on_call"]\n', "is not a list of tables"),
        (
            '[on_call]\nladder = [{ to = "oncall", for = "15 minutes" }]\n',
            '"oncall" is no role that can be paged; did you',
        ),
        ('[on_call]\nladder = [{ to = "owner", for = "15 minutes" }]\n', '"owner" is no role that can be paged'),
        ('[on_call]\nladder = [{ to = "on_call" }]\n', "on_call.ladder.for: missing"),
        ('[on_call]\nladder = [{ to = "on_call", for = "soon" }]\n', '"soon" is not a length of time'),
        ('[on_call]\nladder = [{ for = "1 hour" }]\n', "on_call.ladder.to: missing"),
        ('[on_call]\nladder = [{ to = "on_call", for = "1 hour", repeat = 0 }]\n', "is no number of pages"),
        (LADDER + 'until = "tomorrow"\n', '"tomorrow" is no end of a page'),
        (LADDER + "wait = 1\n", "on_call.wait: unknown key"),
        ("on_call = 3\n", "is not a table"),
        ('[escalation_requests]\nonce_per = "day"\n', '"day" is no limit of requests'),
        ('[escalation_requests]\nallowed = "yes"\n', "is neither true nor false"),
        ('[[incidents]]\nname = "Mail"\n', "incidents.text: missing"),
        ('[[incidents]]\nname = "Mail"\ntext = "x"\nmentioning = []\nsince = "soon"\n', "is no moment; write one with"),
        (INCIDENT + "since = 2026-03-10\nuntil = 2026-03-09\n", "is not after since"),
        (INCIDENT + "since = 2026-03-10T10:00:00\n", "is no moment; write one with its offset"),
        (INCIDENT + INCIDENT, '"Mail" is declared above already'),
    ],
)
def test_what_is_wrong_is_named_with_what_would_be_right(text: str, said: str):
    lead, _, rest = SMALL.partition("[calendars.office]")
    whole = f"{lead}{text}\n[calendars.office]{rest}" if text.startswith("on_call =") else SMALL + text
    found = parse(whole, "small.toml")[1]
    assert any(said in one for one in found), found
    assert all(one.startswith("small.toml:") for one in found)


@pytest.mark.parametrize(
    ("title", "text", "told"),
    [
        ("Mail is delayed", "Our mails are delayed since noon", True),
        ("Mail is delayed", "The mail server sends nothing", False),
        ("Mail is delayed", "A parcel is delayed", False),
        ("Restores from the London vault fail", "A restore from the vault in London is slow", True),
        ("Restores from the London vault fail", "Restores are slow", False),
        ("Die Konsole in Frankfurt ist langsam", "In Frankfurt ist die Konsole sehr langsam", True),
        ("Die Konsole in Frankfurt ist langsam", "In Frankfurt regnet es", False),
        ("Outage", "There is an outage", False),
        ("Problem with our service", "There is a problem with our service", False),
    ],
)
def test_EIO_8_a_title_alone_takes_only_mails_that_have_most_of_its_own_words(title: str, text: str, told: bool):
    assert distinctive(title).of({"subject": "Hello", "text": text}) is told


def test_EIO_8_of_named_phrases_each_is_enough_and_the_subject_counts():
    signs = any_of(["mail is late", "queue"])
    assert signs.of({"subject": "The queue", "text": ""})
    assert signs.of({"subject": "", "text": "My Mail is\nlate"})
    assert not signs.of({"subject": "queues", "text": "mail"})
    assert not any_of([]).of({"subject": "anything", "text": "at all"})


@given(st.text(max_size=120), st.text(max_size=120))
def test_any_title_can_be_given_and_any_mail_be_asked(title: str, text: str):
    signs = distinctive(title)
    assert signs.needed >= 2 or not signs.groups
    assert isinstance(signs.of({"subject": "", "text": text}), bool)
