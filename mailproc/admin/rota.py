"""Who is on call and when, for people, scripts and calendar programs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from mailproc.admin.said import stamp
from mailproc.admin.storage import looking
from mailproc.config import Config
from mailproc.config.rotas import rota as rota_of
from mailproc.errors import UserError
from mailproc.flow.duties import with_deputies
from mailproc.policy.rota import Absence, Rota, Shift, Swap, first_instant, shifts
from mailproc.policy.source import meant
from mailproc.store import rotas
from mailproc.store.engine import database_path

LONGEST = timedelta(days=10 * 366)
Changes = tuple[Mapping[str, Sequence[Swap]], Sequence[Absence]]


def chosen(config: Config, name: str | None) -> list[Rota]:
    """The rota of that name, or all of them.  Raises UserError if there is none of that name."""
    if name is not None and name not in config.rotas:
        raise UserError(f'"{name}" is no rota; {meant(name, config.rotas)}')
    return [rota_of(one, table) for one, table in config.rotas.items() if name in (None, one)]


def changes(config: Config, since: datetime) -> Changes:
    """The swaps, by rota, and the absences from a moment on; none where there is no database yet."""
    path = database_path(config.storage.url)
    if path is None or not Path(path).exists():
        return {}, []
    with looking(config) as store:
        swaps = store.read(lambda tx: {name: rotas.swaps(tx, name, since) for name in config.rotas})
        away = store.read(lambda tx: rotas.absences(tx, since))
    return swaps, with_deputies(away, {agent.name: agent.deputy for agent in config.agents})


def span(rota: Rota, begin: str | None, end: str | None, now: datetime, usual: timedelta) -> tuple[datetime, datetime]:
    """The stretch that is asked for, in UTC: a day counts by the rota's zone and as a whole.

    From now, and `usual` long, where nothing else is said.  Raises UserError for what is no date and no moment.
    """
    since = _moment(rota, begin, last=False) if begin else now
    until = _moment(rota, end, last=True) if end else since + usual
    if not since < until <= since + LONGEST:
        raise UserError("--to: not after --from, or more than ten years later; write dates such as 2026-12-24")
    return since, until


def listed(rota: Rota, found: Changes, since: datetime, until: datetime, now: datetime) -> list[dict[str, Any]]:
    """The shifts of a stretch as facts.  Keys: rota, member, since, until, because, now (whether it lasts now)."""
    return [
        {
            "rota": rota.name,
            "member": one.member,
            "since": stamp(one.since),
            "until": stamp(one.until),
            "because": one.because,
            "now": one.since <= now < one.until,
        }
        for one in _shifts(rota, found, since, until)
    ]


def ics(rota: Rota, found: Changes, since: datetime, until: datetime, *, now: datetime, host: str) -> bytes:
    """The shifts of a stretch as an iCalendar file (RFC 5545).

    A shift keeps its UID for as long as it begins when it does, whoever has it: an import puts the new one in the place
    of the old.  `host` is a domain of ours and keeps UIDs apart from those of other desks.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//mailproc//rota//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"On call: {rota.name}")
    calendar.add("x-wr-timezone", rota.zone.key)
    for event in _events(rota, _shifts(rota, found, since, until), now, host):
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _events(rota: Rota, found: Iterable[Shift], now: datetime, host: str) -> Iterable[Any]:
    from icalendar import Event

    for one in found:
        event = Event()
        event.add("uid", _uid(rota, one, host))
        event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
        event.add("dtstart", one.since.astimezone(UTC))
        event.add("dtend", one.until.astimezone(UTC))
        event.add("summary", f"{one.member} is on call ({rota.name})")
        event.add("description", one.because)
        event.add("transp", "TRANSPARENT")  # being on call is no appointment that makes somebody busy
        yield event


def _uid(rota: Rota, shift: Shift, host: str) -> str:
    digest = hashlib.sha256(f"{rota.name}\0{shift.since.astimezone(UTC):%Y%m%dT%H%M%SZ}".encode()).hexdigest()
    return f"{digest[:32]}@{host}"


def _shifts(rota: Rota, found: Changes, since: datetime, until: datetime) -> list[Shift]:
    return shifts(rota, since, until, found[0].get(rota.name, ()), found[1])


def _moment(rota: Rota, said: str, *, last: bool) -> datetime:
    try:
        if len(said) <= len("2026-12-24"):
            day = date.fromisoformat(said) + timedelta(days=int(last))
            moment = first_instant(datetime.combine(day, datetime.min.time()), rota.zone)
        else:
            named = datetime.fromisoformat(said)
            moment = named.astimezone(UTC) if named.tzinfo else first_instant(named, rota.zone)
    except (ValueError, OverflowError):
        moment = datetime.max.replace(tzinfo=UTC)
    if not 1970 <= moment.year <= 3000:
        raise UserError(f'"{said}" is no date; write one such as 2026-12-24, or "2026-12-24 09:00"')
    return moment
