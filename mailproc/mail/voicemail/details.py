"""What a notice says of the call, whoever sent it: by its labelled lines, its subject and its sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from mailproc.mail import telephone
from mailproc.mail.message import Voicemail
from mailproc.mail.voicemail import times, transcript, words
from mailproc.mail.voicemail.notice import Notice

FIELDS = ("who", "caller", "caller_name", "duration", "left_at", "mailbox", "transcript", "confidence", "urgent")
"""The groups that a rule's pattern may name; `who` is a number and a name in any order."""

_BY = (
    r"(?:from|left by|by|by caller|von|der nummer|de la part de|à partir de|du|de|des|del?|da|dal|van|från|fra|"
    r"od|ot|от|käyttäjältä|numerosta|kimden|"
    r"发自|来自|來自)"
)
_WHO = re.compile(
    rf"(?:{words.VOICE.pattern}|\bvm|\bmessage|\bcall|nachricht|caller|msg)\b.{{0,40}}?\s{_BY}\s*:?\s+(?P<who>\S.*)$",
    re.IGNORECASE,
)
_WHO_FIRST = re.compile(
    r"(?:^|[:\]]\s*)(?P<who>[^:\]]{2,80}?)\s+(?:has )?(?:left (?:you |us )?|sent (?:you |us )|hat (?:ihnen |dir |"
    r"eine )?|vous a laissé|a laissé|le ha dejado|ha lasciato|heeft )"
    r"|^(?P<who2>.{2,60}?)(?:様|さん)?(?:から|より)|来自(?P<who3>.{2,60}?)的",
    re.IGNORECASE,
)
_COLON = re.compile(rf"(?:{words.VOICE.pattern})[^:|]{{0,30}}(?::|\s[-–|])\s+(?P<who>\S.*)$", re.IGNORECASE)
_CUT = re.compile(
    r",?\s+(?:on|am|le|el|il|op|em|at|um|à|a las|alle|om|in (?:mail)?box|in your|for|to|für|an|pour|para|per|auf|"
    r"dated|received|via|with|which|lasting|that|has|hat)\s+(?=.*\d|mail|your|ext|.{0,40}$)"
    r"|\s*[,;|]\s+|\s+[-–]\s+(?=\d{1,2}:\d\d)|\s+\(?\d{1,3}:\d\d(?::\d\d)?\)?(?=\s|$)|\s*\((?:part |\d+ ?(?:s|"
    r"sec|min)|\d+:\d\d)|\s+\d{4}-\d\d-\d\d|\s+\d{1,2}[/.]\d{1,2}[/.]\d{2,4}",
    re.IGNORECASE,
)
_LENGTH = (
    r"\d{1,3}:\d\d(?::\d\d)?|\d{1,3}\s*h(?:ours?|rs?)?\s+\d{1,2}\s*m\w*\s+\d{1,2}\s*s\w*|\d{1,3}\s*(?:minut\w*|"
    r"min\.?|m|分|Min\.)[\s,.]*(?:and|und|et|y|e|en)?\s*\d{1,2}\s*(?:se[ck]\w*|s|秒|Sek\.)|"
    r"\d{1,5}[- ]?(?:se[ckg]\w*\.?|s\b|秒)|\d{1,3}[- ]?(?:minut\w*|min\b)"
)
_LONG = (
    re.compile(
        rf"(?:duration|length|long|lasting|dauer|länge|durée|duración|durata|duur|lengte|duração|時間)\s*(?:is|of|"
        rf"was|:|=|von|de)?\s*(?P<d>{_LENGTH})",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?P<d>{_LENGTH})[- ]*(?:\w+ )?(?:long|lang\w*|de (?:long|durée|duración)|di durata|in length|"
        rf"voice ?mail|voice ?message|message|nachricht|sprachnachricht|mensaje|messaggio|recording)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?:{words.VOICE.pattern}|message|recording)\s*[(\[]\s*(?P<d>{_LENGTH}|\d{{1,5}})\s*[)\]]",
        re.IGNORECASE,
    ),
)
_SUBJECT_LONG = (
    *_LONG,
    re.compile(rf"[(\[]\s*(?P<d>{_LENGTH})\s*[)\]]"),
    re.compile(r"(?:\s|[-–,])\s*(?P<d>\d\d:\d\d:\d\d)\s*$"),
    re.compile(r"[>)\d]\s*[-–,]\s*(?P<d>\d{1,3}:\d\d)\s*$|\s[-–|,]\s*(?P<e>\d{1,3}:\d\d)\s*$"),
    re.compile(r"^\s*(?P<d>\d{1,3}:\d\d)\s"),
    re.compile(r"(?P<d>\d{1,5}[- ]?(?:se[ck]\w*|秒))"),
)
_NOT_A_LENGTH = re.compile(r"\s*(?:[ap]\.?m\b|uhr|h\b|o'clock|[+-]\d{4}|gmt|utc|est|pst)", re.IGNORECASE)
_CONFIDENCE = re.compile(
    r"(?:confidence|accuracy|confiance|konfidenz|genauigkeit|信頼度)[^\d\n]{0,20}(\d{1,3}(?:[.,]\d{1,4})?)\s*%?|"
    r"(\d{1,3}(?:[.,]\d{1,2})?)\s*% (?:confiden|accura)",
    re.IGNORECASE,
)
_BOX = re.compile(
    r"(?:in (?:your )?(?:voice ?)?mail ?box|in box|mailbox|voicemail box|ext(?:ension)?\.?|nebenstelle|postfach|"
    r"buzón|boîte|extensión|casella|toestel|内線)\s*(?:#|nr\.?|no\.?|number)?\s*:?\s*(\d{1,12})\b",
    re.IGNORECASE,
)
_LANGUAGES = (
    ("ja", r"[\u3040-\u30ff]"),
    ("ko", r"[\uac00-\ud7af]"),
    ("zh", r"[\u4e00-\u9fff]{2}"),
    ("ru", r"[\u0400-\u04ff]{3}"),
    ("de", r"\b(?:sprachnachricht|anruf|anrufer|anrufbeantworter|nachricht von|neue nachricht|dauer|länge)\b"),
    ("fr", r"\b(?:vocale?|appelant|appel|durée|vous avez|messagerie)\b"),
    ("es", r"\b(?:mensaje|llamada|duración|buzón|usted)\b"),
    ("it", r"\b(?:messaggio|chiamata|chiamante|durata|segreteria)\b"),
    ("nl", r"\b(?:voicemailbericht|beller|bericht van|duur|nieuwe? (?:voicemail|bericht)|ingesproken)\b"),
    ("pt", r"\b(?:mensagem|chamada|duração|você)\b"),
    ("sv", r"röstmeddelande|meddelande från"),
    ("pl", r"wiadomość|połączenie"),
    ("tr", r"sesli|arayan"),
    ("fi", r"ääniviesti|soittaja"),
    ("da", r"talebesked|opkalder"),
    ("no", r"talemelding|innringer"),
)


@dataclass(frozen=True, slots=True)
class Details:
    """The call, and what of it was told in so many words: the evidence that there was one."""

    call: Voicemail
    told: frozenset[str]


def read(given: Mapping[str, str], notice: Notice, *, provider: str, region: str, labelled: bool = True) -> Details:
    """All of a call: what a rule `given`, first, then what the labels, the subject and the sentences say."""
    told = dict(given)
    for field, value in _found(notice) if labelled else ():
        if value and field == "who" and told.get(field) and _tells_more(value, told[field]):
            told["also"], told[field] = told[field], value
        elif value and not told.get(field):
            told[field] = value
    number, name = _caller(told, region, language(notice))
    words_said = told.get("transcript") or (labelled and transcript.said(notice.attached)) or None
    length = telephone.duration(told["duration"]) if told.get("duration") else None
    call = Voicemail(
        provider=provider,
        caller=number,
        caller_name=name,
        duration_s=length,
        left_at=_left_at(told.get("left_at", ""), notice),
        mailbox=_box(told.get("mailbox", "")),
        transcript=words_said,
        confidence=_share(told.get("confidence", "")) if words_said else None,
        has_audio=notice.audio,
        urgent=is_urgent(notice, told.get("urgent", "")),
    )
    known = {"caller": bool(number) or _withheld(told), "duration": length is not None, "transcript": bool(words_said)}
    return Details(call, frozenset(name for name, there in known.items() if there) | (told.keys() & {"mailbox"}))


def _tells_more(who: str, known: str) -> bool:
    """Has this a number where the other has none that could be dialled, and did not say why?"""
    return bool(telephone.numbers(who)) and not telephone.numbers(known) and not telephone.is_withheld(known)


def _found(notice: Notice) -> Iterator[tuple[str, str]]:
    """Raw values by field, the surest first."""
    for read_ in notice.labels:
        yield "who", _without_date(read_.values.get("caller", ""))
        yield "caller_name", telephone.caller_name(read_.values.get("name", "")) or ""
        for field in ("duration", "mailbox", "confidence"):
            yield field, read_.values.get(field, "")
        yield "left_at", read_.values.get("date", "")
        yield "urgent", read_.values.get("urgent", "")
        if read_.transcript_at is not None:
            yield "transcript", transcript.after(read_.lines, *read_.transcript_at) or ""
    yield "also", who_of_subject(notice.subject)
    yield "who", who_of_subject(notice.subject)
    yield "duration", _length(notice.subject, _SUBJECT_LONG)
    for text in notice.texts:
        yield "duration", _length(text[:4_000], _LONG)
        yield "who", _who_of_text(text)
        yield "who", found[0].strip() if (found := _NUMBER_LINE.search(text[:2_000])) else ""
        yield "mailbox", found[1] if (found := _BOX.search(text[:4_000])) else ""
        yield "confidence", (found[1] or found[2]) if (found := _CONFIDENCE.search(text[:8_000])) else ""
    yield "mailbox", found[1] if (found := _BOX.search(notice.subject)) else ""


def _without_date(caller: str) -> str:
    """The caller alone where one line tells of the moment or the length as well."""
    return _BEHIND.split(caller, maxsplit=1)[0]


_BEHIND = re.compile(r",?\s+on\s+(?=\w+day|\d|[A-Z][a-z]{2} \d)|,\s*(?=duration|length|\w+day)")


def who_of_subject(subject: str) -> str:
    """The part of a subject that names the caller, "" if none does."""
    for form in (_WHO, _WHO_FIRST, _COLON):
        if found := form.search(subject[:400]):
            text = next(value for value in found.groupdict().values() if value)
            if form is _COLON and not telephone.numbers(text):
                continue
            return _short(text)
    listed = telephone.numbers(subject)
    return listed[0] if listed else ""


def _short(text: str) -> str:
    """A caller without the date, the length and the box behind it; quoted and bracketed parts are never cut."""
    if quoted := re.match(r'\s*"[^"]{0,200}"\s*<[^<>]{1,60}>', text):
        return quoted[0]
    if bracketed := re.match(r"[^<>]{0,200}<[+\d][^<>]{1,40}>", text):
        return bracketed[0]
    return _CUT.split(text, maxsplit=1)[0].strip(" -–.!")


_TEXT_WHO = re.compile(
    rf"(?:{words.VOICE.pattern}|message|nachricht)\b[^.\n]{{0,60}}?\s(?:from|von|de la part de|de|da|van|från|"
    rf"fra)\s*:?\s+(?P<who>[^\n]{{2,120}})",
    re.IGNORECASE,
)


_NUMBER_LINE = re.compile(r"^[ \t]*(?:\+\d|\(\d|\d)[\d ().-]{6,20}\d[ \t]*$", re.MULTILINE)


def _who_of_text(text: str) -> str:
    found = _TEXT_WHO.search(text[:2_000])
    who = _short(found["who"].rstrip(" .")) if found else ""
    return who if found and (telephone.numbers(found["who"]) or telephone.is_withheld(who)) else ""


def _caller(told: Mapping[str, str], region: str, tongue: str) -> tuple[str | None, str | None]:
    who = told.get("who", "")
    number, name = split(who)
    if not telephone.caller_name(name) and not telephone.caller_name(told.get("caller_name", "")):
        name = _named_with(number, told.get("also", ""))
    number, name = told.get("caller") or number, told.get("caller_name") or name
    return telephone.e164(number, region, tongue), telephone.caller_name(name)


def _named_with(number: str, who: str) -> str:
    """The name that another part of the mail gives to the same number."""
    other, name = split(who)
    digits = re.sub(r"\D", "", number)
    same = digits.endswith(re.sub(r"\D", "", other)[-6:]) if other else True
    return name if same or not digits else ""


def split(who: str) -> tuple[str, str]:
    """The number and the name of "Ann (030) 123", "<030123>", "030123 - Ann", "Ann"."""
    who = re.sub(r"(?i)\btel:/{0,2}|\bsips?:", "", who.strip())
    if angled := re.search(r"<\s*([+＋]?[\d ().-]{2,24})(?:@[^<>]{0,80})?>", who):
        return angled[1], who[: angled.start()] or who[angled.end() :]
    if bracketed := re.search(r"\(\s*([+＋]?\d[\d .-]{2,24}\d)\s*\)\s*$", who):
        return bracketed[1], who[: bracketed.start()]
    if named := re.match(r"\s*([+＋]?[\d ./-]{2,24}\d)\s*\(([^()]{1,120})\)", who):
        return named[1], named[2]
    listed = telephone.numbers(who)
    if not listed:
        bare = re.match(r"\s*(\d{2,15})(?:\s*[-–(<]\s*(.+))?$", who)
        return (bare[1], bare[2] or "") if bare else ("", who)
    number = listed[0]
    at = who.find(number)
    name = who if at < 0 else f"{who[:at]} {who[at + len(number) :]}"
    name = re.sub(r"[(<\[]\s*[)>\]]|^[\s\-–:,<(]+|[\s\-–:,(<]+$", " ", name)
    return number, name


def _withheld(told: Mapping[str, str]) -> bool:
    return any(telephone.is_withheld(told.get(key, "")) for key in ("who", "caller") if told.get(key))


def _length(text: str, forms: tuple[re.Pattern[str], ...]) -> str:
    for form in forms:
        for found in form.finditer(text):
            value = next(one for one in found.groups() if one)
            if not _NOT_A_LENGTH.match(text, found.end(found.lastindex or 0)):
                return value
    return ""


def _box(text: str) -> str | None:
    text = text.strip().strip('"<> ')
    if found := re.search(r"(?:ext(?:ension)?\.?|nebenstelle|durchwahl)\s*#?\s*(\d{1,10})", text, re.IGNORECASE):
        return found[1]
    if number := re.match(r"\"?(\d{2,12})\b(?!@)(?=\W*(?:$|[\"(<,\s-]))", text):
        return number[1]
    return text[:80] or None


def _share(text: str) -> float | None:
    found = re.search(r"\d{1,3}(?:[.,]\d{1,6})?", text)
    value = float(found[0].replace(",", ".")) if found else -1.0
    if 1 < value <= 100:
        return round(value / 100, 4)
    return value if 0 <= value <= 1 else None


def _left_at(said: str, notice: Notice) -> datetime | None:
    """The moment that the notice tells, if it can be believed, else the mail's own date."""
    date = notice.message.date if notice.message else None
    zone = times.zone_of(notice.value("date"))
    told = (
        times.near(text, date, zone) for text in (said, notice.subject, *(one[:3_000] for one in notice.texts)) if text
    )
    return next((moment for moment in told if moment), date)


def is_urgent(notice: Notice, said: str = "") -> bool:
    """The caller's own flag: fields that telephone systems set, or a word of their subject; never words of the call."""
    if re.match(r"(?:urgent|high|hoch|1\b|yes|dringend|haute|alta)", said.strip(), re.IGNORECASE):
        return True
    if notice.value("x-priority").startswith("1") or notice.value("importance").lower() == "high":
        return True
    subject = re.split(rf"\s{_BY}\s", notice.subject, maxsplit=1)[0]
    marked = re.search(r"\b(?:urgent|dringend\w*|urgente)\b", subject, re.IGNORECASE)
    notices = words.VOICE.search(notice.subject) or words.NEW_IN_BOX.search(notice.subject)
    return notice.value("priority").lower() == "urgent" or bool(marked and notices)


def language(notice: Notice) -> str:
    """The language of the telephone system (BCP 47), by its own words: it may be another than the caller's."""
    text = f"{notice.subject}\n{notice.texts[0][:600] if notice.texts else ''}".lower()
    for name, sign in _LANGUAGES:
        if re.search(sign, text):
            return name
    return "en"
