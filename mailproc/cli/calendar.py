"""`calendar`: what is open, what is closed, and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from mailproc.cli.commands import AsJson, Settings, command
from mailproc.cli.printing import facts, local, say, say_json, table

if TYPE_CHECKING:
    from mailproc.policy.days import Day
    from mailproc.policy.hours import Calendar, Span
    from mailproc.policy.model import Policy

Action = Annotated[str, typer.Argument(metavar="[show]", show_default=False, help="Show one calendar day by day.")]
Name = Annotated[str, typer.Argument(metavar="[NAME]", show_default=False, help="The calendar; else the policy's own.")]
From = Annotated[
    str | None, typer.Option("--from", metavar="DATE", show_default=False, help="The first day. Default: today.")
]
To = Annotated[
    str | None, typer.Option("--to", metavar="DATE", show_default=False, help="The last day. Default: 14 days in all.")
]
PolicyFile = Annotated[
    Path | None,
    typer.Option("--policy", metavar="FILE", show_default=False, help="Of this policy; no configuration is needed."),
]
OfMailbox = Annotated[
    str, typer.Option("--mailbox", metavar="NAME", show_default=False, help="Of this mailbox. Default: of all.")
]
Zone = Annotated[
    str,
    typer.Option(
        "--zone", metavar="ZONE", show_default=False, help="Of the customer, if it follows them; of the times."
    ),
]
At = Annotated[
    str | None, typer.Option("--at", metavar="TIME", show_default=False, help="Whether it is open then, in its zone.")
]
Add = Annotated[
    str | None, typer.Option("--add", metavar="LENGTH", show_default=False, help="When so much has passed since --at.")
]


@command("calendar", example="mailproc calendar show support --from 2026-12-21 --to 2027-01-03")
def calendar(
    settings: Settings,
    action: Action = "",
    name: Name = "",
    first: From = None,
    last: To = None,
    policy: PolicyFile = None,
    mailbox: OfMailbox = "",
    zone: Zone = "",
    at: At = None,
    add: Add = None,
    as_json: AsJson = False,
) -> int:
    """List the calendars; or show one day by day: when it is open, and why it is closed.

    Times are in the calendar's zone, or in that of --zone.  A calendar that follows the customer is shown for one of
    that zone, else of UTC.  With --add, such as "8 business hours", it says when a promise made at --at is due.
    """
    from mailproc.admin import calendar as calendars
    from mailproc.errors import UserError

    if action not in ("", "show"):
        raise UserError(f"calendar {action}: is no action; write mailproc calendar show {name or action}")
    policies = _policies(settings, policy, mailbox)
    if not action:
        return _list(policies, as_json=as_json)
    where = calendars.zone_of(zone) if zone else None
    found = calendars.bound(calendars.named(policies, name), where)
    if at is not None or add is not None:
        return _answer(found, where or found.zone, at, add, as_json=as_json)
    begin = calendars.day_of(first, "--from") if first else _today(found)
    end = calendars.day_of(last, "--to") if last else calendars.fortnight(begin)
    return _show(found, where or found.zone, begin, end, as_json=as_json)


def _policies(settings: Settings, path: Path | None, mailbox: str) -> Mapping[str, Policy]:
    from mailproc.admin import calendar as calendars
    from mailproc.errors import UserError

    if path and mailbox:
        raise UserError("--policy, --mailbox: take one of them")
    return {str(path): calendars.policy_at(path)} if path else calendars.policies_of(settings.load(), mailbox)


def _today(found: Calendar) -> date:
    from mailproc.clock import SystemClock

    return SystemClock().now().astimezone(found.zone).date()


def _list(policies: Mapping[str, Policy], *, as_json: bool) -> int:
    from mailproc.admin.calendar import listed

    found = list(listed(policies))
    if as_json:
        for one in found:
            say_json(one)
        return 0
    rows = (
        (
            one["policy"],
            f"{one['calendar']}{' (default)' if one['default'] else ''}",
            one["timezone"],
            f"any of {', '.join(one['union'])}" if one["union"] else one["open"],
            _length(timedelta(seconds=one["business_day_seconds"])),
        )
        for one in found
    )
    table(("policy", "calendar", "zone", "open", "business day"), rows)
    return 0


def _show(found: Calendar, zone: ZoneInfo, first: date, last: date, *, as_json: bool) -> int:
    from mailproc.admin.calendar import day_json, shown

    days = shown(found, first, last)
    if as_json:
        for one in days:
            say_json(day_json(one, found, zone))
        return 0
    union = bool(found.members)
    say(f"{found.name}, times in {zone.key}")
    table(("day", "open", "hours", "why"), (_row(one, zone, union=union) for one in days))
    return 0


def _row(one: Day, zone: ZoneInfo, *, union: bool) -> tuple[str, ...]:
    spans = ", ".join(_span(span, one.day, zone) for span in one.spans)
    whose = (f"{reason.calendar}: {reason.text}" if union else reason.text for reason in one.reasons)
    return f"{one.day:%a %Y-%m-%d}", spans or "closed", _length(one.length), "; ".join(whose)


def _span(span: Span, day: date, zone: ZoneInfo) -> str:
    """Local times with the offset: "08:00-20:00 -05:00", at both ends where it changes between them."""
    opens, closes = (moment.astimezone(zone) for moment in span)
    midnight = (closes.date() - day).days == 1 and not (closes.hour or closes.minute or closes.second)
    until = "24:00" if midnight else f"{closes:%H:%M}"
    ahead = "" if midnight else _ahead(closes, day)
    if opens.utcoffset() == closes.utcoffset():
        return f"{opens:%H:%M}{_ahead(opens, day)}-{until} {_offset(closes)}{ahead}"
    return f"{opens:%H:%M} {_offset(opens)}{_ahead(opens, day)} to {until} {_offset(closes)}{ahead}"


def _ahead(moment: datetime, day: date) -> str:
    """How many days a moment is away from the day that it is told of."""
    number = (moment.date() - day).days
    return f" ({number:+d} day{'s' if abs(number) > 1 else ''})" if number else ""


def _offset(moment: datetime) -> str:
    return f"{moment:%z}"[:3] + ":" + f"{moment:%z}"[3:5]


def _length(length: timedelta) -> str:
    minutes = int(length.total_seconds()) // 60
    return f"{minutes // 60}:{minutes % 60:02}" if minutes else "–"


def _answer(found: Calendar, zone: ZoneInfo, at: str | None, add: str | None, *, as_json: bool) -> int:
    """Whether it is open at a moment, and when a length of time from then on has passed."""
    from mailproc.admin.calendar import at_moment, due, moment_of
    from mailproc.clock import SystemClock

    moment = moment_of(at, zone) if at is not None else SystemClock().now()
    then = at_moment(found, moment)
    ends = due(found, moment, add) if add is not None else None
    if as_json:
        times = {key: value.astimezone(zone).isoformat() for key, value in then.items() if isinstance(value, datetime)}
        whole = {"calendar": found.name, **then, **times, "add": add, "due": ends and ends.astimezone(zone).isoformat()}
        say_json(whole)
        return 0
    opens, closes = (value if isinstance(value, datetime) else None for value in (then["opens"], then["closes"]))
    state = f"open until {local(closes, zone.key)}" if closes else "open, and never closes"
    if not then["open"]:
        state = f"closed until {local(opens, zone.key)}" if opens else "closed, and never opens"
    facts(((local(moment, zone.key), state), (f"+ {add}", f"due {local(ends, zone.key)}" if ends else "")))
    return 0
