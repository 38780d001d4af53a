"""When a list is due: its days and its hour by the wall clock of its reader (ELA-5, ELA-8)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from mailproc.policy.hours import Calendar
from mailproc.policy.model import Digest
from mailproc.policy.rota import first_instant

DAY = timedelta(days=1)


def last_and_next(digest: Digest, zone: ZoneInfo, calendar: Calendar, now: datetime) -> tuple[datetime, datetime]:
    """The last moment (UTC) up to `now` at which the list was due in `zone`, and the first one after it.

    An hour that the clock leaps over is due at the leap, one that comes twice the first time.  `calendar` says which
    day is the last working day of a week.
    """
    for before, after in pairwise(_moments(digest, zone, calendar, now)):
        if before <= now < after:
            return before, after
    raise OverflowError(f"no day on which {digest.template} is due")


def _moments(digest: Digest, zone: ZoneInfo, calendar: Calendar, now: datetime) -> Iterator[datetime]:
    """Every such moment from well before `now` on."""
    if not digest.days:
        yield from _of_weeks(digest, zone, calendar, now)
        return
    day = now.astimezone(zone).date() - 9 * DAY
    for _ in range(20):
        if day.weekday() in digest.days:
            yield first_instant(datetime.combine(day, digest.at), zone)
        day += DAY


def _of_weeks(digest: Digest, zone: ZoneInfo, calendar: Calendar, now: datetime) -> Iterator[datetime]:
    """The hour on the last working day of each week: a holiday at its end moves it forward."""
    closing = now - 60 * DAY
    for _ in range(30):
        closing = calendar.last_working_day(closing)
        # What closes at midnight was open on the day before.
        day = (closing.astimezone(calendar.zone) - timedelta(seconds=1)).date()
        yield first_instant(datetime.combine(day, digest.at), zone)
