"""Which plan a customer has on a day: what the customers file says, and what was paid before it said so (OWN-10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from mailproc.policy.model import Plan

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Term:
    """A plan that is paid up to a day, this day included."""

    plan: str
    end: date


@dataclass(frozen=True, slots=True)
class Subscription:
    """What the customers file says of one customer: the plan, the last day that it is paid for, the plan after it."""

    plan: str = ""
    end: date | None = None
    next_plan: str = ""

    def on(self, day: date) -> str:
        """The plan that the file alone gives for a day; "" where it names none."""
        return self.next_plan if self.next_plan and self.end is not None and day > self.end else self.plan


def plan_on(
    day: date, said: Subscription, paid: Term | None, plans: Mapping[str, Plan], default: str
) -> tuple[str, str]:
    """The plan that holds on a day, and where it comes from: "customers file", "paid term" or "default".

    A plan that is paid for is not reduced before its term is over, whatever the file says by now.  Where the policy
    has no plans, the file's word is taken as it is.
    """
    named = said.on(day)
    if not plans:
        return named, "customers file" if named else "default"
    plan, source = (named, "customers file") if named in plans else (default, "default")
    if paid is not None and day <= paid.end and lower(plan, paid.plan, plans):
        return paid.plan, "paid term"
    return plan, source


def lower(plan: str, than: str, plans: Mapping[str, Plan]) -> bool:
    """Whether one plan is worth less than another, by the policy's order; unknown ones are not compared."""
    return plan in plans and than in plans and plans[plan].rank > plans[than].rank


def remembered(
    day: date, said: Subscription, paid: Term | None, plans: Mapping[str, Plan], default: str
) -> Term | None:
    """What is to be remembered as paid, on a day on which the file is read; None: nothing.

    A term that is not over stands unless the file now says a plan that is worth at least as much, or another end of the
    same plan: the file knows what was paid.  A plan that the file gives no end is not paid for any time.
    """
    now = Term(said.plan, said.end) if said.end is not None and said.plan and said.end >= day else None
    if paid is None or paid.end < day:
        return now
    if now is None or lower(now.plan if now.plan in plans else default, paid.plan, plans):
        return paid
    return now


def changes_after(moment: datetime, said: Subscription, paid: Term | None, zone: str) -> datetime | None:
    """The next instant (UTC) at which another plan may hold: the first midnight after a term, in the customer's zone.

    `zone` is an IANA name; "": UTC.
    """
    return min((one for one in _ends(said, paid, zone) if one > moment), default=None)


def day_in(zone: str, moment: datetime) -> date:
    """The day that it is for a customer; `zone` is an IANA name, "" for UTC."""
    return moment.astimezone(ZoneInfo(zone) if zone else UTC).date()


def _ends(said: Subscription, paid: Term | None, zone: str) -> Iterator[datetime]:
    for end in (said.end, paid.end if paid else None):
        if end is not None and end < date.max:
            # A midnight that the clocks skip begins where the day does: that is the same instant in UTC.
            yield datetime.combine(
                end + ONE_DAY, datetime.min.time(), tzinfo=ZoneInfo(zone) if zone else UTC
            ).astimezone(UTC)
