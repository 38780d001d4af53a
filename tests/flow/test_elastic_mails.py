"""What the mails of elastic.toml say where the words are the promise (ELA-2, ELA-9, ELA-10, ELA-11, ELA-13)."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from office import body

from mailproc.admin.stories import load
from mailproc.store.letters import Letter

STORIES = Path(__file__).parents[1] / "scenarios"


def mails(story: str) -> list[tuple[Letter, str]]:
    """Every mail of a story with its text."""
    kept: list[Letter] = []
    found = load(STORIES / f"{story}.case")
    list(found.play(found.desk(composed=True), kept.append))
    read = [message_from_bytes(letter.data, policy=default) for letter in kept]
    return [(letter, body(mail)) for letter, mail in zip(kept, read, strict=True) if isinstance(mail, EmailMessage)]


def words(story: str, template: str, which: int = 0) -> str:
    return [text for letter, text in mails(story) if letter.template == template][which].replace("\r\n", "\n")


def test_ELA_11_the_confirmation_of_a_call_says_when_the_telephone_opens():
    text = words("ela_11_the_telephone_has_hours_of_its_own", "confirmation")
    assert "10 March, 09:00" in text, "when it opens"
    assert "09:30" in text, "by when somebody rings"


@pytest.mark.parametrize(
    ("story", "said"),
    [
        ("ela_9_enhancements_go_to_a_committee", "thank you for your suggestion"),
        ("ela_12_training", "thank you for asking us about training"),
    ],
)
def test_ELA_9_a_wish_is_thanked_for_and_promises_no_date(story: str, said: str):
    text = words(story, "enhancement_received")
    assert said in text
    assert "no date" in text


def test_ELA_10_an_empty_mail_to_the_status_address_lists_the_open_cases():
    assert "[#1]" in words("ela_10_the_state_by_mail", "status", 1)
    assert "[#2]" in words("ela_10_the_state_by_mail", "status", 2)


def test_ELA_13_the_customer_never_reads_who_opened_the_case():
    text = words("ela_13_the_account_manager_opens_a_case", "enhancement_received")
    assert "manager@example.com" not in text and "#for" not in text


def test_ELA_7_the_customer_reads_the_news_in_status_and_resolution():
    story = "ela_7_a_ticket_in_production_ends_the_case"
    assert "DEV-123: In Review" in words(story, "status")
    assert "A fix is being looked at." in words(story, "status")
    assert "It runs on the new hosts." in words(story, "resolution")
    assert "Once more." not in words(story, "resolution"), "an unchanged state was no news"
