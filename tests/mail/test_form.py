"""What a web form mails: lines and tables, labels in any dress, the first of what is said twice (OWN-1)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailproc.mail.form import Filled, filled

FIELDS = {
    "address": "Email",
    "name": "Your name",
    "phone": "Phone",
    "subject": "Subject",
    "text": "Description",
    "severity": "Priority",
    "product": "Product",
}
WHOLE = Filled(
    address="jane@customer.example",
    name="Jane Doe",
    phone="+12125550147",
    subject="Export fails",
    text="It stops\n\nat record 12: no more",
    severity="High",
    product="Exporter",
)
LINES = """\
A form was filled in.

Your name: Jane Doe
Email: jane@customer.example
Phone: +1 (212) 555-0147
Company: Example Ltd
Subject: Export fails
Priority: High
Product: Exporter
Description: It stops

at record 12: no more
"""


@pytest.mark.parametrize(
    "text",
    [
        LINES,
        LINES.replace("Email: ", "Email:\t"),
        LINES.replace("\n", "\r\n").replace("\r", ""),
        LINES.replace("Email: ", "EMAIL："),
        LINES.replace("Email: ", "Email = "),
        LINES.replace("Email: ", "Email    "),
        LINES.replace("Email: ", "*Email:* "),
        LINES.replace("Email: jane", "| Email | jane").replace("customer.example\n", "customer.example |\n"),
        LINES.replace("Email: jane@customer.example", "Email\njane@customer.example"),
        LINES.replace("Email: jane@customer.example", "Email:\n\n  jane@customer.example"),
        LINES.replace("jane@customer.example", "<mailto:Jane@Customer.example>"),
        LINES.replace("jane@customer.example", "jane@customer.example <mailto:jane@customer.example>"),
    ],
)
def test_OWN_1_a_form_is_read_however_it_is_laid_out(text):
    assert filled(text, FIELDS) == WHOLE


def test_a_field_that_stands_there_twice_counts_once():
    found = filled(LINES + "Email: mallory@stranger.example\nPriority: Low\n", FIELDS)
    assert found is not None
    assert (found.address, found.severity) == ("jane@customer.example", "High")


def test_a_label_in_the_middle_of_a_line_is_text():
    found = filled("Email: jane@customer.example\nDescription: my Email: is broken, and Phone: too", FIELDS)
    assert found == Filled(address="jane@customer.example", text="my Email: is broken, and Phone: too")


@pytest.mark.parametrize("address", ["jane", "jane@", "@customer.example", "jane@-x-.example", "a b@-c", ""])
def test_whom_nobody_can_answer_or_ring_filled_in_nothing(address):
    assert filled(f"Email: {address}\nDescription: help", FIELDS) is None


def test_a_number_that_is_none_we_know_is_kept_as_it_was_written():
    found = filled("Phone: ext. 42\nDescription: ring me", FIELDS)
    assert found is not None
    assert found.phone == "ext. 42"


def test_an_address_hidden_behind_a_line_break_goes_nowhere():
    found = filled("Email: jane@customer.example\r\nBcc: all@stranger.example", FIELDS)
    assert found is not None
    assert found.address == "jane@customer.example"


@given(st.text(max_size=500))
def test_R3_no_text_is_too_odd(text):
    found = filled(text + "\nEmail: jane@customer.example\n" + text, FIELDS)
    assert found is None or "\n" not in found.address + found.name + found.phone + found.subject


def test_a_long_text_takes_no_longer_than_it_is_long():
    assert filled("Email: x@y.example\n" + " \t|" * 200_000 + "\n" + "Email : " * 50_000, FIELDS)
