"""The kinds of value that a setting may have, each checked as it is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated
from urllib.parse import quote, unquote, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from phonenumbers import SUPPORTED_REGIONS
from pydantic import AfterValidator, BeforeValidator, PlainValidator, ValidationInfo

from mailproc.mail.address import valid
from mailproc.policy.durations import timed
from mailproc.policy.model import Elapsed
from mailproc.policy.rota import handover, wrong_length

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")
_HOST_PORT = re.compile(r"(?:\[([0-9A-Fa-f:.%]+)\]|([A-Za-z0-9_.-]+)):(\d{1,5})")
_PHONE = re.compile(r"\+[1-9]\d{6,14}")  # E.164
_PHONE_SPACE = re.compile(r"[ ().-]")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_NONE_AT_ALL = re.compile(r"0 (?:second|minute|hour)s?")


def in_folder(folder: Path, value: str) -> Path:
    """A path of the file, seen from the folder that the file stands in."""
    return folder / Path(value).expanduser()


def split_listen(listen: str) -> tuple[str, int] | None:
    """The host and port of "host:port" or "[::1]:port"; None if it is neither."""
    found = _HOST_PORT.fullmatch(listen)
    if not found or int(found[3]) > 65535:
        return None
    return found[1] or found[2], int(found[3])


def _folder(info: ValidationInfo) -> Path:
    context = info.context or {}
    folder = context.get("folder", Path())
    return folder if isinstance(folder, Path) else Path()


def _path(value: object, info: ValidationInfo) -> object:
    if isinstance(value, Path):
        return _folder(info) / value
    if not isinstance(value, str):
        return value
    if not value.strip() or "\0" in value:
        raise ValueError("names no file; write a path, relative to this file's folder or absolute")
    return in_folder(_folder(info), value)


def _address(text: str) -> str:
    address = valid(text)
    if address is None:
        raise ValueError(f'"{text}" is not a mail address; write one such as "support@example.com"')
    return address


def _domain(text: str) -> str:
    domain = text.strip().lower()
    if not _DOMAIN.fullmatch(domain):
        raise ValueError(f'"{text}" is not a domain; write one such as "example.com", without an @')
    return domain


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ValueError, KeyError, OSError):
        zones = {zone.casefold(): zone for zone in available_timezones()}
        near = get_close_matches(text.casefold(), zones, n=1)
        hint = f'did you mean "{zones[near[0]]}"?' if near else 'write one such as "Europe/Berlin"'
        raise ValueError(f'"{text}" is not a time zone; {hint}') from None
    return text


def _language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise ValueError(f'"{text}" is not a language; write a code such as "en" or "pt-BR"')
    return text


def _region(text: str) -> str:
    if text not in SUPPORTED_REGIONS:
        raise ValueError(f'"{text}" is not a country; write its two capital letters, such as "US" or "DE"')
    return text


def _phone(text: str) -> str:
    number = _PHONE_SPACE.sub("", text)
    if not _PHONE.fullmatch(number):
        raise ValueError(f'"{text}" is not an international number; write one such as "+12125550100"')
    return number


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError(f'"{text}" is not a short name; use letters, digits, ".", "_" and "-"')
    return text


def _optional(check: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: check(text) if text else text


def _one_or_more(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _duration(value: object) -> object:
    if not isinstance(value, str):
        return value
    target = timed(value)
    if isinstance(target, str):
        raise ValueError(target)
    if not isinstance(target, Elapsed):
        raise ValueError(f'"{value}" runs on a calendar, and there is none here; write "30 minutes" or "5 days"')
    return target.length


def _window(value: object) -> object:
    return timedelta(0) if isinstance(value, str) and _NONE_AT_ALL.fullmatch(value.strip()) else _duration(value)


def _turn_length(length: timedelta) -> timedelta:
    if problem := wrong_length(length):
        raise ValueError(problem)
    return length


def _handover(text: str) -> str:
    found = handover(text)
    if isinstance(found, str):
        raise ValueError(found)
    return text


def _moment(value: object) -> date:
    if isinstance(value, date):  # and every datetime is one
        return _day(value)
    text = value if isinstance(value, str) else ""
    try:
        return _day(datetime.fromisoformat(text) if len(text) > len("2026-12-24") else date.fromisoformat(text))
    except ValueError:
        told = f'"{value}"' if isinstance(value, str) else "that"
        raise ValueError(f'{told} is not a moment; write "2026-12-24 09:00", or a date such as 2026-12-24') from None


def _day(day: date) -> date:
    if not 1970 <= day.year < 3000:
        raise ValueError(f"{day.isoformat()} is far from now; write one such as 2027-01-31")
    return day


def _listen(text: str) -> str:
    if split_listen(text) is None:
        raise ValueError(f'"{text}" is not a host and a port up to 65535; write "127.0.0.1:2525"')
    return text


def _listen_or_socket(text: str, info: ValidationInfo) -> str:
    if text.startswith("unix:") or "/" in text:
        return str(in_folder(_folder(info), text.removeprefix("unix:")))
    if split_listen(text) is None:
        raise ValueError(f'"{text}" is neither a host and a port nor a socket; write "127.0.0.1:2424" or "unix:/run/x"')
    return text


def _outbound(text: str, info: ValidationInfo) -> str:
    scheme, _, rest = text.partition(":")
    folder = unquote(rest.removeprefix("//"))
    if scheme == "maildir" and folder:
        return f"maildir:{quote(str(in_folder(_folder(info), folder)))}"
    _no_password(text)
    if scheme not in ("smtp", "smtps") or not _has_host(text):
        raise ValueError(f'"{text}" is no such place; write "smtp://host:25", "smtps://host:465" or "maildir:folder"')
    return text


def _database(text: str, info: ValidationInfo) -> str:
    _no_password(text)
    scheme, _, rest = text.partition("://")
    if scheme == "sqlite" and rest in ("", "/:memory:"):  # a mail that was answered 250 must be on a disk (R1)
        raise ValueError(f'"{text}" forgets everything at the end; name a file, such as "sqlite:///var/mailproc.db"')
    if scheme == "sqlite" and rest.startswith("/") and rest != "/" and "?" not in rest:
        return f"sqlite:///{in_folder(_folder(info), rest[1:])}"
    raise ValueError(f'"{text}" is no database that is supported; write one such as "sqlite:///var/mailproc.db"')


def _no_password(url: str) -> None:
    try:
        password = urlsplit(url).password
    except ValueError:
        return
    if password is not None:
        raise ValueError("holds a password; take it out: a password never stands in this file")


def _has_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0 and not parts.path.strip("/")
    except ValueError:
        return False


FilePath = Annotated[Path, BeforeValidator(_path)]
Address = Annotated[str, AfterValidator(_address)]
AddressOrNone = Annotated[str, AfterValidator(_optional(_address))]
Domain = Annotated[str, AfterValidator(_domain)]
Zone = Annotated[str, AfterValidator(_zone)]
ZoneOrUnknown = Annotated[str, AfterValidator(_optional(_zone))]
Language = Annotated[str, AfterValidator(_language)]
LanguageOrUnknown = Annotated[str, AfterValidator(_optional(_language))]
Languages = Annotated[tuple[Language, ...], BeforeValidator(_one_or_more)]
Name = Annotated[str, AfterValidator(_name)]
Names = Annotated[tuple[str, ...], BeforeValidator(_one_or_more)]
Addresses = Annotated[tuple[Address, ...], BeforeValidator(_one_or_more)]
Region = Annotated[str, AfterValidator(_region)]
Phones = Annotated[tuple[Annotated[str, AfterValidator(_phone)], ...], BeforeValidator(_one_or_more)]
Domains = Annotated[tuple[Domain, ...], BeforeValidator(_one_or_more)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
Window = Annotated[timedelta, BeforeValidator(_window)]  # a duration, or "0 minutes"
TurnLength = Annotated[timedelta, AfterValidator(_turn_length), BeforeValidator(_duration)]
Handover = Annotated[str, AfterValidator(_handover)]
Day = Annotated[date, AfterValidator(_day)]
Moment = Annotated[date, PlainValidator(_moment)]  # a date, or a datetime with or without an offset
Listen = Annotated[str, AfterValidator(_listen)]
ListenOrSocket = Annotated[str, AfterValidator(_listen_or_socket)]
OutboundUrl = Annotated[str, AfterValidator(_outbound)]
DatabaseUrl = Annotated[str, AfterValidator(_database)]
