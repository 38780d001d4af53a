"""Telephone numbers, callers' names and durations as telephone systems write them."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers

from mailproc.mail.charsets import clean_line

_WITHHELD = re.compile(
    r"[\W_]*(?:an? )?(?:anonym\w*|restricted|private(?: (?:number|caller|call))?|unavailable|"
    r"unknown\w*(?: (?:caller|number|name|sender))?|withheld|blocked|hidden(?: number)?|"
    r"no (?:caller ?id|number|name)\w*|out of area|"
    r"(?:(?:die |ihre )?(?:rufnummer|nummer|anrufer) )?(?:unbekannt\w*|unterdrückt\w*|nicht verfügbar)|"
    r"unbekannter anrufer|"
    r"(?:numéro |appel(?:ant)? )?(?:masqué|inconnu|privé|secret)|"
    r"(?:número |numero |llamada )?(?:desconocid[oa]|privad[oa]|ocult[oa]|anónim[oa])|"
    r"(?:numero |chiamante )?(?:sconosciuto|privato|anonimo|nascosto)|"
    r"(?:número )?(?:confidencial|não identificado|desconhecido)|onbekend\w*|afgeschermd|okänd|skjult|ukjent|ukendt|"
    r"zastrzeżony|nieznany|tuntematon|неизвест\w*|скрыт\w*|非通知|不明|通知不可能|公衆電話|未知|匿名|발신번호표시제한|"
    r"wireless caller|toll ?free(?: call)?|cell(?:ular)? phone|mobile caller|name (?:not )?(?:un)?available|"
    r"(?:caller )?(?:name|number|id) (?:unavailable|unknown|not available)|"
    r"suspected (?:spam|robocall)|scam likely|spam (?:risk|likely)|potential spam|robocall|telemarketer|"
    r"caller|user busy|unavailable name|null|n/?a|none|-+)(?:\s*[-,(<\[:;+\d].*)?",
    re.IGNORECASE,
)
# The withheld words spelt on a keypad, which look like numbers.
_KEYPAD = frozenset(("266696687", "7378742833", "86282452253", "8656696", "7748283", "2562533", "86569626"))
_SCHEME = re.compile(r"^(?:tel|sips?|callto):/{0,2}", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w#@.:/-])[+＋]?\(?\d(?:[\d().\-/\u2010-\u2015 ]{3,22})\d\)?(?![\w@:])(?!-\d)")
_LOOKS = re.compile(r"[+＋]?[\d ()./\u2010-\u2015-]{2,24}(?:\s*(?:x|ext\.?|extension|#)\s*\d{1,6})?", re.IGNORECASE)
_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?![\d:])")
_ISO = re.compile(r"PT(?:(\d{1,2})H)?(?:(\d{1,3})M)?(?:(\d{1,5})(?:\.\d+)?S)?$", re.IGNORECASE)
_PRIMES = re.compile(r"(?:(\d{1,3})\s*['′’]\s*)?(\d{1,5})\s*(?:[\"″”]|''|’’)$")
_JOIN = r"[\s.,]*(?:and|und|et|y|e|en|och|og|ja|i|и|&)?\s*"
_UNITS = re.compile(
    r"(?:(\d{1,3})\s*(?:hours?|hrs?|stunden?|std|heures?|horas?|or[ae]|uur|uren|timm[ae]r?|godz\w*|час\w*|h|時間|"
    r"小时|小時|시간)(?![a-z])"
    + _JOIN
    + r")?(?:(\d{1,3})\s*(?:minut\w*|min[sn]?|мин\w*|m|分钟|分鐘|分|분)(?![a-z])"
    + _JOIN
    + r")?(?:(\d{1,5})(?:[.,]\d{1,3})?\s*(?:second\w*|sekund\w*|segund\w*|secund\w*|"
    r"sec[so]?|sek|seg|seconden|сек\w*|s|秒钟|秒|초)(?![a-z]))?",
    re.IGNORECASE,
)
# Where a number with a trunk 0 may be at home, by the language of the mail that tells it: the first of a language is
# the likeliest.
_HOMES = {
    "de": ("DE", "AT", "CH"), "fr": ("FR", "BE", "CH"), "nl": ("NL", "BE"), "it": ("IT",), "ja": ("JP",), "sv": ("SE",),
    "en": ("GB", "AU", "IE", "NZ", "ZA"), "es": ("ES", "AR"), "pt": ("BR", "PT"), "fi": ("FI",), "tr": ("TR",),
    "ko": ("KR",), "zh": ("CN", "TW"), "ru": ("RU",), "pl": ("PL",), "da": ("DK",), "no": ("NO",), "cs": ("CZ",),
}  # fmt: skip


def e164(text: str, region: str, language: str = "") -> str | None:
    """The number in E.164, or None for withheld numbers, words, internal extensions and what cannot be a number.

    `region` (ISO 3166) reads a number without a country code; where it cannot be of there, the countries of `language`
    (BCP 47) are tried.
    """
    raw = unicodedata.normalize("NFKC", _SCHEME.sub("", text.strip().strip("\"'<> "))).partition("@")[0].strip()
    digits = re.sub(r"\D", "", raw)
    if not 7 <= len(digits) <= 22 or digits in _KEYPAD or len(raw) > 45 or _WITHHELD.fullmatch(raw):
        return None
    if re.search(r"[^\W\d_]", re.sub(r"(?i)\b(?:x|ext|extension)\b\.?(?=\s*\d)|x(?=\d)", "", raw)):
        return None
    return next((found for home in _regions(raw, region, language) if (found := _possible(raw, home))), None)


def _regions(raw: str, region: str, language: str) -> tuple[str, ...]:
    """Where the number may be at home, the likeliest first."""
    others = _HOMES.get(language.partition("-")[0].lower(), ("GB", "DE", "FR"))
    trunk = raw.lstrip("( ").startswith("0") and not raw.lstrip("( ").startswith(("00", "011"))
    # No number of North America begins with 0, though it may have as many digits as one.
    if trunk and phonenumbers.country_code_for_region(region) == 1:
        return others[:3]
    return (region, *others[:3]) if trunk else (region,)


def _possible(raw: str, region: str) -> str | None:
    for candidate in _written(raw, region):
        try:
            number = phonenumbers.parse(candidate, region)
        except phonenumbers.NumberParseException:
            continue
        # Only possible, not valid: numbers kept for films and tests are never valid, and still numbers.
        possible = phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
        if possible and len(str(number.national_number)) >= 5:
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None


def _written(raw: str, region: str) -> tuple[str, ...]:
    """The ways to read a number: as it stands, and with the + that its country code may have lost on the way."""
    digits = re.sub(r"\D", "", raw)
    american = phonenumbers.country_code_for_region(region) == 1
    if raw.startswith("+"):
        return (raw,)
    if raw.lstrip("( ").startswith("00") or (american and digits.startswith("011")):
        return (f"+{digits.removeprefix('011' if digits.startswith('011') and american else '00')}", raw)
    if raw.lstrip("( ").startswith("0"):
        return (raw,)
    # Without a trunk 0 a long number is of abroad, except where there is no trunk 0.
    return (raw, f"+{raw}") if american or len(digits) < 11 else (f"+{raw}", raw)


def is_number(text: str) -> bool:
    """Does this look like a telephone number, whatever its country?"""
    bare = _SCHEME.sub("", text.strip().strip("\"'")).partition("@")[0]
    return bool(_LOOKS.fullmatch(bare))


def is_withheld(text: str) -> bool:
    """Do these words say that there is no number, or no name?"""
    return bool(_WITHHELD.fullmatch(text.strip()[:200]))


def numbers(text: str) -> list[str]:
    """What looks like a telephone number in a short text, in its order; no dates, no times."""
    found = (match[0].strip() for match in _NUMBER.finditer(text[:2_000]))
    return [_balanced(one) for one in found if 7 <= len(re.sub(r"\D", "", one)) <= 16 and not _DATE.fullmatch(one)]


_DATE = re.compile(r"\(?\d{1,4}[./-]\d{1,2}[./-]\d{2,4}(?:[ _].*)?")


def _balanced(number: str) -> str:
    """ "(0302) 12" keeps its brackets, "(030212)" and "030212)" lose them."""
    if number.count("(") != number.count(")") or (number[0] == "(" and number[-1] == ")"):
        return number.replace("(", "").replace(")", "")
    return number


_AROUND = "\"'“”„«» <>:,;|–—"


def caller_name(text: str) -> str | None:
    """The caller's name as one line, None where the network had none to give or repeats the number."""
    name = clean_line(text, 200).strip(_AROUND).rstrip("-( ").strip()
    if not name or _WITHHELD.fullmatch(name) or is_number(name) or not re.search(r"[^\W\d_]", name):
        return None
    return name


def duration(text: str) -> int | None:
    """Seconds in "0:42", "00:01:03", "28 seconds", "1 min 34 sec", "PT1M3S" or "31"; None if there are none."""
    text = unicodedata.normalize("NFKC", text.strip().strip('"()[] '))[:60].strip()
    if clock := _CLOCK.match(text):
        return int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + int(clock[3])
    if re.fullmatch(r"\d{1,6}(?:\.\d{1,6})?", text):
        return int(float(text))
    if (primes := _PRIMES.match(text)) or (primes := _PRIMES.match(text + '"' if "'" in text else "")):
        return int(primes[1] or 0) * 60 + int(primes[2])
    for form in (_ISO, _UNITS):
        units = form.match(text)
        if units and any(units.groups()):
            return int(units[1] or 0) * 3600 + int(units[2] or 0) * 60 + int(units[3] or 0)
    return None
