"""How a moment is said in a reason."""

from __future__ import annotations

from datetime import datetime


def said(moment: datetime) -> str:
    """A moment for a reason: to the second if it needs them, in UTC."""
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC" if moment.second else "%Y-%m-%d %H:%M UTC")
