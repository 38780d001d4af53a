"""Telephone numbers, callers' names and durations as telephone systems write them."""

from __future__ import annotations

import re

import phonenumbers

from mailproc.mail.charsets import clean_line

_WITHHELD = re.compile(
    r"(?:anonymous|restricted|private|unavailable|unknown|withheld|blocked|no caller ?id|out of area|unbekannt|anonym|"
    r"rufnummer unterdrückt|unterdrückt|numéro masqué|masqué|inconnu|privé|desconocido|privado|oculto|sconosciuto|"
    r"非通知|不明|wireless caller|toll ?free call|name unavailable|suspected (?:spam|robocall)|scam likely|spam risk|"
    r"an unknown caller|cell phone|unavailable name)(?:\W.*)?",
    re.IGNORECASE,
)
# The withheld words spelt on a keypad, which look like numbers.
_KEYPAD = frozenset(("266696687", "7378742833", "86282452253", "8656696", "7748283"))
_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?!\d)")
_UNITS = re.compile(
    r"(?:(\d{1,3})\s*(?:hours?|stunden?|std|heures?|h|時間)\s*)?(?:(\d{1,3})\s*(?:minutes?|minuten?|mins?|m|分)\.?\s*)?"
    r"(?:(\d{1,5})\s*(?:seconds?|secondes?|sekunden?|segundos?|secs?|s|秒)\.?)?",
    re.IGNORECASE,
)


def e164(text: str, region: str) -> str | None:
    """The number in E.164, or None for withheld numbers, words, internal extensions and what cannot be a number."""
    raw = re.sub(r"^(?:tel|sip|sips):/{0,2}", "", text.strip().strip('"'), flags=re.IGNORECASE).partition("@")[0]
    digits = re.sub(r"\D", "", raw)
    if not 7 <= len(digits) <= 15 or digits in _KEYPAD or _WITHHELD.fullmatch(raw) or len(raw) > 40:
        return None
    for candidate in (raw, f"+{digits}"):
        try:
            number = phonenumbers.parse(candidate, region)
        except phonenumbers.NumberParseException:
            continue
        # Only possible, not valid: numbers kept for films and tests are never valid, and still numbers.
        if phonenumbers.is_possible_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None


def is_number(text: str) -> bool:
    """Does this look like a telephone number, whatever its country?"""
    bare = text.strip().partition("@")[0].removeprefix("tel:").removeprefix("sip:")
    return bool(re.fullmatch(r"\+?[\d ().-]{2,24}", bare))


def caller_name(text: str) -> str | None:
    """The caller's name as one line, None where the network had none to give or repeats the number."""
    name = clean_line(text, 200).strip("\"' ")
    if not name or _WITHHELD.fullmatch(name) or is_number(name):
        return None
    return name


def duration(text: str) -> int | None:
    """Seconds in "0:42", "00:01:03", "28 seconds", "1 min 34 sec" or "31"; None if there are none."""
    text = text.strip().strip('"')[:60]
    if clock := _CLOCK.match(text):
        return int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + int(clock[3])
    if text.isdecimal() and text.isascii():
        return int(text[:6])
    units = _UNITS.match(text)
    if units and any(units.groups()):
        return int(units[1] or 0) * 3600 + int(units[2] or 0) * 60 + int(units[3] or 0)
    return None
