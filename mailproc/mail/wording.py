"""Moments, lengths and quotes in the words of a reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import get_day_names, get_month_names, get_timezone_name
from babel.units import format_unit

# Day, month and hour in the order of the language; others than these take the first.
_ORDER: Mapping[str, str] = {
    "en": "{day} {date} {month}, {hour} {zone}",
    "de": "{day}, {date}. {month}, {hour} Uhr {zone}",
    "nl": "{day} {date} {month}, {hour} uur {zone}",
}
_LABELS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "initial_response": "First answer",
        "human_response": "Answer by a person",
        "next_response": "Next answer",
        "update": "Update",
        "action_plan": "Action plan",
        "relief": "Working service",
        "confirmation": "Confirmation",
        "acknowledgement": "Acknowledgement",
        "new": "new",
        "open": "open",
        "waiting": "waiting for the customer",
        "held": "waiting for a third party",
        "relieved": "working again by a workaround",
        "resolved": "solved",
        "closed": "closed",
        "started": "running",
        "running": "running",
        "changed": "running",
        "resumed": "running",
        "paused": "paused",
        "stopped": "met",
        "met": "met",
        "broken": "overdue",
        "breached": "overdue",
        "skipped": "skipped",
        "call_back": "Call back",
        "undeliverable": "A mail cannot be delivered",
        "wait_over": "The wait is over",
        "assigned": "Assigned to you",
        "triage": "Review the severity",
        "severity_wish": "The customer asks for another severity",
        "proposal_lapsed": "No answer to the proposed severity",
        "proposal_refused": "The customer does not agree to the severity",
        "access": "Access to the customer's data",
        "incident": "Service incident",
        "tracker": "News from development",
        "on_call": "You are on call",
        "off_call": "You are no longer on call",
        "stands_in": "You stand in for a colleague",
        "stood_down": "You no longer stand in for a colleague",
        "yours": "Yours",
        "unowned": "Taken by nobody",
        "stood_in": "Of those whom you stand in for",
        "overdue": "Overdue",
        "due_today": "Due today",
        "enhancement": "Enhancement",
        "training": "Training",
    },
    "de": {
        "initial_response": "Erste Antwort",
        "human_response": "Antwort eines Menschen",
        "next_response": "Nächste Antwort",
        "update": "Zwischenstand",
        "action_plan": "Maßnahmenplan",
        "relief": "Lauffähiger Dienst",
        "confirmation": "Bestätigung",
        "acknowledgement": "Kenntnisnahme",
        "new": "neu",
        "open": "offen",
        "waiting": "wartet auf den Kunden",
        "held": "wartet auf Dritte",
        "relieved": "läuft behelfsweise wieder",
        "resolved": "gelöst",
        "closed": "geschlossen",
        "started": "läuft",
        "running": "läuft",
        "changed": "läuft",
        "resumed": "läuft",
        "paused": "steht",
        "stopped": "erfüllt",
        "met": "erfüllt",
        "broken": "überfällig",
        "breached": "überfällig",
        "skipped": "ausgelassen",
        "call_back": "Rückruf",
        "undeliverable": "Eine Mail ist unzustellbar",
        "wait_over": "Die Wartezeit ist um",
        "assigned": "Ihnen zugeteilt",
        "triage": "Dringlichkeit prüfen",
        "severity_wish": "Der Kunde wünscht eine andere Dringlichkeit",
        "proposal_lapsed": "Keine Antwort auf die vorgeschlagene Dringlichkeit",
        "proposal_refused": "Der Kunde ist mit der Dringlichkeit nicht einverstanden",
        "access": "Zugriff auf Daten des Kunden",
        "incident": "Störung",
        "tracker": "Neues aus der Entwicklung",
        "on_call": "Sie haben Bereitschaft",
        "off_call": "Sie haben keine Bereitschaft mehr",
        "stands_in": "Sie sind Vertretung",
        "stood_down": "Sie sind nicht mehr Vertretung",
        "yours": "Ihre eigenen",
        "unowned": "Von niemandem übernommen",
        "stood_in": "Von Kollegen, die Sie vertreten",
        "overdue": "Überfällig",
        "due_today": "Heute fällig",
        "enhancement": "Erweiterung",
        "training": "Schulung",
    },
}
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


@lru_cache(maxsize=8192)
def moment(value: datetime, timezone: str, language: str) -> str:
    """An aware moment as people say it where they are: "Friday 6 March, 20:20 EST".

    `timezone` is an IANA name (UTC is taken for one that is unknown), `language` a BCP 47 tag.
    """
    local = value.astimezone(_zone(timezone))
    days, months = _names(language)
    order = _ORDER.get(language.partition("-")[0].lower(), _ORDER["en"])
    return order.format(
        day=days[local.weekday()],
        date=local.day,
        month=months[local.month],
        hour=f"{local:%H:%M}",
        zone=_zone_name(timezone, local.tzname() or "UTC", local.replace(minute=0, second=0, microsecond=0), language),
    )


@lru_cache(maxsize=2048)
def span(length: timedelta, language: str) -> str:
    """A length of time in words, in its two largest units: "1 day 4 hours"."""
    seconds = abs(int(length.total_seconds()))
    parts: list[str] = []
    for unit, size in _UNITS:
        count, seconds = divmod(seconds, size)
        if count and len(parts) < 2:
            parts.append(format_unit(count, unit, length="long", locale=_locale(language)))
    return " ".join(parts) or format_unit(0, "minute", length="long", locale=_locale(language))


def label(name: str, language: str) -> str:
    """An objective, a case's state or a clock's in words; a policy's own name as it is written there, with spaces."""
    table = _LABELS.get(language.partition("-")[0].lower(), _LABELS["en"])
    plain = name.replace("_", " ")
    return table.get(name) or plain[:1].upper() + plain[1:]


def quoted(text: str) -> str:
    """`text` with "> " before each line."""
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())


@lru_cache(maxsize=256)
def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_") or "en")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


@lru_cache(maxsize=64)
def _names(language: str) -> tuple[Mapping[int, str], Mapping[int, str]]:
    locale = _locale(language)
    return dict(get_day_names("wide", locale=locale)), dict(get_month_names("wide", locale=locale))


@lru_cache(maxsize=1024)
def _zone_name(timezone: str, short: str, hour: datetime, language: str) -> str:
    """The zone's own short name in the language where it has one (MEZ), else the usual letters, else its distance."""
    named: str = get_timezone_name(hour, width="short", locale=_locale(language))
    if named.isalpha():
        return named
    return short if short[:1].isalpha() else f"UTC{short}"
