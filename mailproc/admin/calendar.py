"""The calendars of policies, for eyes and scripts: which there are, what one says of days and moments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mailproc.config import Config
from mailproc.errors import UserError
from mailproc.flow.loading import read_policy
from mailproc.policy.calendars import CUSTOMER
from mailproc.policy.days import Day, days
from mailproc.policy.durations import duration
from mailproc.policy.hours import Calendar, calendar_in
from mailproc.policy.model import LastWorkingDay, Policy
from mailproc.policy.promises import after
from mailproc.policy.source import meant
from mailproc.policy.week import week_in_words

MOST_DAYS = 3660


def policy_at(path: Path) -> Policy:
    """The policy of a file.  Raises UserError with every problem."""
    problems: list[str] = []
    policy = read_policy(path, problems)
    if policy is None:
        raise UserError("The policy cannot be used:", tuple(problems))
    return policy


def policies_of(config: Config, mailbox: str = "") -> dict[str, Policy]:
    """The policies of the mailboxes by their files, or of one mailbox.  Raises UserError."""
    if mailbox and mailbox not in config.mailbox:
        raise UserError(f"--mailbox {mailbox}: there is no such mailbox; {meant(mailbox, config.mailbox)}")
    chosen = [config.mailbox[mailbox]] if mailbox else config.mailbox.values()
    return {str(path): policy_at(path) for path in dict.fromkeys(box.policy for box in chosen)}


def listed(policies: Mapping[str, Policy]) -> Iterator[dict[str, Any]]:
    """Every calendar of these policies."""
    for path, policy in policies.items():
        for name, calendar in policy.calendars.items():
            yield {
                "policy": policy.name,
                "file": path,
                "calendar": name,
                "default": name == policy.calendar,
                "timezone": CUSTOMER if calendar.follows_customer else calendar.zone.key,
                "open": week_in_words(calendar.week),
                "union": [member.name for member in calendar.members],
                "business_day_seconds": int(calendar.business_day.total_seconds()),
            }


def named(policies: Mapping[str, Policy], name: str) -> Calendar:
    """The calendar of that name, or the first policy's own if it is empty.  Raises UserError."""
    name = name or next(iter(policies.values())).calendar
    found = next((policy.calendars[name] for policy in policies.values() if name in policy.calendars), None)
    if found is None:
        known = {known for policy in policies.values() for known in policy.calendars}
        raise UserError(f"calendar {name}: there is no such calendar; {meant(name, known)}")
    return found


def zone_of(text: str) -> ZoneInfo:
    """A time zone that somebody typed.  Raises UserError."""
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise UserError(f'--zone {text}: is no time zone of the IANA list; write one such as "Europe/Berlin"') from None


def bound(calendar: Calendar, zone: ZoneInfo | None) -> Calendar:
    """The calendar for a customer of that zone; one that follows nobody is the same anywhere."""
    return calendar_in(calendar, zone) if zone else calendar


def day_of(text: str, option: str) -> date:
    """A day that somebody typed.  Raises UserError."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UserError(f"{option} {text}: is no day; write one such as 2026-03-09") from None


def moment_of(text: str, zone: ZoneInfo) -> datetime:
    """A moment that somebody typed, in this zone unless it says otherwise; UTC.  Raises UserError."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UserError(f'--at {text}: is no moment; write "2026-03-09 16:00" or "2026-03-09T16:00-04:00"') from None


def shown(calendar: Calendar, first: date, last: date) -> list[Day]:
    """The days from first to last.  Raises UserError where these are no days to show."""
    if last < first:
        raise UserError(f"--to {last}: comes before --from {first}; write the later day behind --to")
    if (last - first).days >= MOST_DAYS or not 2 <= first.year <= last.year < 9999:
        raise UserError(f"--from {first} --to {last}: shows at most {MOST_DAYS} days; name fewer")
    return list(days(calendar, first, last))


def day_json(one: Day, calendar: Calendar, zone: ZoneInfo) -> dict[str, Any]:
    """A day as one object; times have the offset of the zone that they are read in."""
    return {
        "calendar": calendar.name,
        "timezone": calendar.zone.key,
        "day": one.day.isoformat(),
        "open": [{"from": _iso(opens, zone), "to": _iso(closes, zone)} for opens, closes in one.spans],
        "open_seconds": int(one.length.total_seconds()),
        "reasons": [{"kind": each.kind, "text": each.text, "calendar": each.calendar} for each in one.reasons],
    }


def at_moment(calendar: Calendar, at: datetime) -> dict[str, datetime | bool | None]:
    """Whether it is open then, and when that changes: None for never."""
    return {
        "at": at,
        "open": calendar.is_open(at),
        "opens": _next_opening(calendar, at),
        "closes": calendar.next_closing(at),
    }


def due(calendar: Calendar, start: datetime, length: str) -> datetime:
    """When a length of time that somebody typed has passed on this calendar.  Raises UserError."""
    target = duration(length)
    if isinstance(target, str):
        raise UserError(f"--add {length}: {target}")
    try:
        end = calendar.last_working_day(start, target.at) if isinstance(target, LastWorkingDay) else None
        end = end or after(start, target, calendar)
    except OverflowError as error:
        raise UserError(f"--add {length}: {error}; choose another calendar") from None
    if end is None:
        raise UserError(f'--add {length}: is no length of time; write one such as "8 business hours"')
    return end


def _next_opening(calendar: Calendar, at: datetime) -> datetime | None:
    try:
        return calendar.next_opening(at)
    except OverflowError:
        return None


def _iso(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds")


def fortnight(first: date) -> date:
    """The last of fourteen days."""
    return first + timedelta(days=13)
