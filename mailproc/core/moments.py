"""How a moment is said in a reason."""

from __future__ import annotations

from datetime import datetime


def said(moment: datetime) -> str:
    """A moment for a reason: to the second if it needs them, in UTC."""
    return f"{moment.isoformat(' ')[: 19 if moment.second else 16]} UTC"
