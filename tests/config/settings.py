"""A small configuration for tests, written into a folder of its own."""

from __future__ import annotations

from pathlib import Path

from mailproc.config import Config, load

REPOSITORY = Path(__file__).parents[2]
EXAMPLE = REPOSITORY / "config.example.toml"
SMALL = f"""
[mailbox.support]
addresses = ["support@example.com"]
policy = '{REPOSITORY / "policies" / "conceal.toml"}'

[intake.smtp]
listen = "127.0.0.1:2525"

[outbound]
url = "maildir:var/outbox"

[storage]
url = "sqlite:///var/mailproc.db"

[[agents]]
name = "alice"
address = "alice@example.com"

[teams.support]
members = "alice"

[operator]
addresses = "ops@example.com"
"""


def written(folder: Path, text: str = SMALL, more: str = "") -> Path:
    """The path of a configuration file with this text."""
    path = folder / "config.toml"
    path.write_text(text + more, encoding="utf-8")
    return path


def loaded(folder: Path, more: str = "", *overrides: str) -> Config:
    """The small configuration with more tables and with overrides."""
    return load(written(folder, more=more), overrides)
