"""The configuration: what an admin has set, read from a file and checked as a whole."""

from mailproc.config.model import (
    Agent,
    Config,
    Customer,
    Intake,
    Limits,
    LmtpIntake,
    Log,
    Mailbox,
    Operator,
    Outbound,
    Security,
    SmtpIntake,
    Storage,
    Team,
)
from mailproc.config.reading import examine, find, load
from mailproc.config.secret import password, secret, signing_keys
from mailproc.config.source import shown

__all__ = [
    "Agent",
    "Config",
    "Customer",
    "Intake",
    "Limits",
    "LmtpIntake",
    "Log",
    "Mailbox",
    "Operator",
    "Outbound",
    "Security",
    "SmtpIntake",
    "Storage",
    "Team",
    "examine",
    "find",
    "load",
    "password",
    "secret",
    "shown",
    "signing_keys",
]
