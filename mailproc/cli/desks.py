"""The desk of a command that only looks: real policies and templates, and a key that signs nothing real."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailproc.cli.commands import Settings
    from mailproc.config import Config
    from mailproc.flow.desk import Desk

KEYS = {"simulate": b"only for looking: signs nothing."}
"""Always the same, so that the same input gives the same output."""


def trial_desk(config: Config, *, composed: bool = False) -> Desk:
    """A desk for trying things out: senders count as authenticated; mails have bytes only if `composed`.

    Raises UserError with the problems of policies and templates.
    """
    from mailproc.flow.loading import load

    return load(config, KEYS, simulated=True, composed=composed)


def desk_if_any(settings: Settings) -> Desk | None:
    """The desk, or None where no configuration was named and there is no config.toml."""
    import os

    from mailproc.config.reading import VARIABLE

    named = settings.config or os.environ.get(VARIABLE) or settings.overrides
    return trial_desk(settings.load()) if named or settings.path.exists() else None
