"""The outbound URL: each form, and a sentence for each mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailproc.edge.maildir import Maildir
from mailproc.edge.outbound import outbound_for, smarthost_address
from mailproc.edge.smtp_client import Smarthost, SmarthostAddress
from mailproc.errors import UserError


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("smtp://relay.example", SmarthostAddress("relay.example", 25, "offered")),
        ("smtp://127.0.0.1:2526", SmarthostAddress("127.0.0.1", 2526, "offered")),
        ("smtp://[::1]:2526", SmarthostAddress("::1", 2526, "offered")),
        ("smtp://relay.example?starttls", SmarthostAddress("relay.example", 25, "required")),
        ("smtp://relay.example/?starttls=never", SmarthostAddress("relay.example", 25, "never")),
        ("smtp://desk@relay.example", SmarthostAddress("relay.example", 587, "required", "desk")),
        ("smtp://desk@relay.example?starttls=offered", SmarthostAddress("relay.example", 587, "required", "desk")),
        ("smtp://d%40x.example@relay.example", SmarthostAddress("relay.example", 587, "required", "d@x.example")),
        ("smtps://desk@relay.example", SmarthostAddress("relay.example", 465, "implicit", "desk")),
    ],
)
def test_a_smarthost_url_is_read(url: str, address: SmarthostAddress) -> None:
    assert smarthost_address(url) == address


def test_each_scheme_has_its_courier() -> None:
    assert isinstance(outbound_for("smtp://relay.example"), Smarthost)
    folder = outbound_for("maildir:var/outbox")
    assert isinstance(folder, Maildir)
    assert folder.path == Path("var/outbox")
    absolute = outbound_for("maildir:///var/mail/out")
    assert isinstance(absolute, Maildir)
    assert absolute.path == Path("/var/mail/out")


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", "no such place"),
        ("relay.example:25", "no such place"),
        ("http://relay.example", "no such place"),
        ("smtp://", "no such place"),
        ("smtp://relay.example/path", "no such place"),
        ("smtp://relay.example:smtp", "Port could not be cast"),
        ("smtp://relay.example?tls=1", 'unknown option "tls"'),
        ("smtp://relay.example?starttls=perhaps", 'starttls="perhaps" is unknown'),
        ("smtp://desk@relay.example?starttls=never", "would show the password"),
        ("smtp://desk@relay.example", "outbound.password: missing"),
        ("maildir:", "names no folder"),
    ],
)
def test_a_url_that_means_nothing_is_a_problem(url: str, problem: str) -> None:
    with pytest.raises(UserError, match=r"^outbound\.") as caught:
        outbound_for(url)
    assert problem in str(caught.value)


@pytest.mark.parametrize("url", ["smtp://desk:hunter2@relay.example", "http://desk:hunter2@relay.example"])
def test_a_password_in_the_url_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(UserError) as caught:
        outbound_for(url)
    assert "hunter2" not in str(caught.value)
