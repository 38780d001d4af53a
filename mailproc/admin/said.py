"""Values as JSON says them: moments in RFC 3339, in UTC, to the second."""

from __future__ import annotations

from datetime import datetime


def stamp(moment: datetime | None) -> str | None:
    """A moment as RFC 3339 in UTC, to the second; None for none."""
    return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z") if moment else None
