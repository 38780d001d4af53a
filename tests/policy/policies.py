"""The shipped policy, and small ones for tests that need another."""

from __future__ import annotations

from pathlib import Path

from mailproc.policy.model import Policy
from mailproc.policy.parse import parse

CONCEAL = Path(__file__).parents[2] / "policies" / "conceal.toml"

SMALL = """\
title            = "Small support"
calendar         = "office"
default_severity = "high"

[calendars.office]
timezone = "America/New_York"
open     = { mon-fri = ["08:00-20:00"] }

[severity.high]
initial_response = "4 business hours"
update           = "every 4 hours"
relief           = "next release"
action_plan      = "2 business days"
"""


def conceal() -> Policy:
    """The policy that the repository ships."""
    return read(CONCEAL.read_text(encoding="utf-8"), name="conceal.toml")


def read(text: str, name: str = "small.toml") -> Policy:
    """A policy without problems."""
    policy, problems = parse(text, name)
    assert policy is not None, "\n".join(problems)
    assert problems == ()
    return policy
