"""The words of a call as the telephone system wrote them down, without the sentences that it puts around them (R29)."""

from __future__ import annotations

import re

from mailproc.mail.voicemail.labels import field_of
from mailproc.mail.voicemail.words import LEFT, NOT_TOLD

LONGEST = 20_000  # characters
_PLACEHOLDER = re.compile(
    r"\$\{[\w.-]{1,60}\}|\{\{.{0,60}\}\}|%%?[\w-]{1,40}%%?|\[?(?:n/?a|none|null|empty|pending|-+|—|\.+)\]?",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"[\s\[(<*_-]*(?:"
    r"(?:to|you can|you may) (?:listen|hear|play|access|manage|view|reply|call|unsubscribe|stop|change|retrieve|"
    r"delete|also|check|log)\b|"
    r"(?:please )?(?:click|tap|press)\b|dial (?:\*|\d|your|in)|log ?(?:in|on|into)\b|sign ?in\b|listen (?:to|"
    r"online|here|:|now)|listen$|"
    r"play (?:the )?(?:message|voice ?mail|recording|audio|it|now)|download|"
    r"you (?:are receiving|(?:have )?received this|are getting|can (?:listen|manage|reply|access))|"
    r"this (?:e-?mail|message|voice ?mail|notification|transcri\w+|is an? auto\w*) (?:\w+ ){0,3}(?:sent|"
    r"generated|automat\w*|contains|intended|created|was|has|expires|may)\b|"
    r"thank(?:s| you) for (?:using|choosing|your business)|thank you,?$|thanks[,!.]?$|please do(?: not|"
    r"n't) reply|do not reply|unsubscribe|"
    r"manage (?:your|this)|view (?:in|this|your|all|online|message)|open (?:the|in)\b.{0,40}(?:app|portal|browser)|"
    r"https?:|www\.|©|\(c\) \d|copyright|sent (?:by|from|via|with)\b|powered by|transcri\w+ (?:by|powered|"
    r"provided|courtesy)|"
    r"(?:the|a|an) (?:recording|audio|voice ?mail|voice message|message|original)\b.{0,40}(?:attach|enclosed|"
    r"available)|(?:audio|voice\w*|recording) (?:file )?attach|"
    r"see (?:the )?attach|attach(?:ed|ment)|rate (?:this|the)|was this|how (?:was|did)|(?:set ?up|edit|"
    r"change) (?:your )?(?:voice ?mail|notif|transcri)|notification settings|"
    r"(?:best |kind )?regards|sincerely|-- ?$|[-_=*]{3,}\s*$|your (?:account|\w+ team)\b.{0,40}$|privacy|"
    r"help ?cent|call (?:back|now)$|reply$|delete\b.{0,30}$|note:|disclaimer|"
    r"um (?:die|diese|ihre|den|sich)\b.{0,60}(?:anzuhören|abzuhören|anhören)|(?:nachricht )?(?:an|ab)hören|"
    r"diese (?:e-?mail|nachricht|mail)\b|bitte (?:antworten|nicht|klicken)|"
    r"(?:die|eine) (?:aufnahme|audiodatei|aufzeichnung|sprachnachricht)\b.{0,40}(?:anhang|angehängt|beigefügt)|"
    r"klicken|mit freundlichen|ihre? .{0,30}team|abmelden|"
    r"pour (?:écouter|consulter|accéder|vous)|cliquez|écouter|ce (?:message|courriel|mail)\b|ne pas répondre|"
    r"cordialement|"
    r"para (?:escuchar|oír|acceder)|haga clic|escuchar|este (?:mensaje|correo)\b|no responda|saludos|"
    r"per ascoltare|ascolta|questo messaggio|questa e-?mail|non rispondere|om .{0,40}(?:beluisteren|"
    r"te luisteren)|klik|beluister|deze e-?mail|met vriendelijke|"
    r"para ouvir|clique|esta mensagem|não responda|この(?:メール|メッセージは)|再生|"
    r"聞くには|本メール|点击|此邮件|이 메일"
    r")",
    re.IGNORECASE,
)
_STAMP = re.compile(
    r"\s*(?:[\[(]?\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?(?:\s*(?:-|–|-->|"
    r"to)\s*\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?)?[\])]?)\s*[-–:]?\s+"
)
_LINK = re.compile(r"\s*(?:[\[<(]?https?://\S{1,2000}[\]>)]?)\s*$")
_QUOTES = (("“", "”"), ('"', '"'), ("„", "“"), ("«", "»"), ("「", "」"), ("'", "'"), ("‘", "’"))


def said(text: str) -> str | None:
    """The words alone; None for an empty text and for one that only says why there are none."""
    paragraphs = _paragraphs(text[: 2 * LONGEST])
    whole = "\n\n".join(_joined(one) for one in paragraphs).strip()
    whole = _unquoted(whole)[:LONGEST]
    bare = whole.strip("[]() .*_")
    if not bare or _PLACEHOLDER.fullmatch(whole) or whole.startswith(("${", "{{{{")):
        return None
    return (
        None
        if len(whole) < 220 and NOT_TOLD.search(whole) and len(bare.split()) < 30 and _only_says_so(bare)
        else whole
    )


def _only_says_so(text: str) -> bool:
    """Are these the telephone system's words, and not a caller's who speaks of being unable to?"""
    found = NOT_TOLD.search(text)
    if found is None or (found.start() >= 60 and len(text) >= 120):
        return False
    return not _SPEAKER.search(text[: found.start()])


_SPEAKER = re.compile(r"\b(?:I|I'm|my|we|our|ich|wir|mein|je|nous)\b")


def after(lines: list[str], at: int, value: str) -> str | None:
    """The transcript whose label stands above line `at` with `value` behind it."""
    return said("\n".join([value, *lines[at:]]) if value else "\n".join(lines[at:]).lstrip("\n"))


def unlabelled(text: str) -> str | None:
    """What remains of a text without its labelled lines and the telephone system's own sentences."""
    lines = [line for line in text.split("\n") if not _wrapper(line)]
    return said("\n".join(lines))


def _wrapper(line: str) -> bool:
    bare = line.strip()
    label, colon, _ = bare.partition(":")
    if colon and len(label) < 45 and field_of(label):
        return True
    return bool(bare) and len(bare) < 160 and bool(_WRAPPER.match(bare) or (LEFT.search(bare) and len(bare) < 110))


_WRAPPER = re.compile(
    r"(?:click on attachment|you (?:have )?(?:just )?received an? (?:new )?(?:voice|urgent)|please (?:find|"
    r"see) (?:the )?attach|"
    r"voice ?(?:mail|message) from |the (?:audio|recording|message) is attached|dear .{0,60}|"
    r"hi(?: [\w .]{1,40})?,$|hello(?: [\w .]{1,40})?,$|voice ?(?:mail|message)\.?$|"
    r"(?:an|your) audio (?:recording|file)|attached is )",
    re.IGNORECASE,
)


def _paragraphs(text: str) -> list[list[str]]:
    """The paragraphs of speech, up to the first that is the telephone system's."""
    found: list[list[str]] = []
    for block in re.split(r"\n[ \t]*(?:\n[ \t]*)+", text.strip("\n")):
        lines = [line.strip() for line in block.split("\n") if line.strip()]
        if not lines:
            continue
        if found and (_FOOTER.match(lines[0]) or _is_label(lines[0])):
            break
        kept = _speech(lines, first=not found)
        if kept:
            found.append(kept)
        if len(kept) < len(lines):
            break
    return found


def _speech(lines: list[str], *, first: bool) -> list[str]:
    for at, line in enumerate(lines):
        ended = at == 0 or lines[at - 1].endswith((".", "!", "?", '"', "”", "。", ")", "]"))
        own = _LINK.match(line) or _is_label(line) or re.fullmatch(r"[-_=*]{3,}|-- ?", line)
        if (at or not first) and (own or (ended and len(line) < 120 and _FOOTER.match(line))):
            return lines[:at]
        if (
            not at
            and first
            and (own or re.fullmatch(r"(?:listen|download|click here|play)(?: .{0,30})?", line, re.IGNORECASE))
        ):
            return []
    return lines


def _is_label(line: str) -> bool:
    label, colon, _ = line.partition(":")
    return bool(colon) and len(label) < 40 and field_of(label) not in (None, "message", "mailbox", "name", "urgent")


def _joined(lines: list[str]) -> str:
    """Speech has no lines: they are joined, and the times of its pieces go."""
    stamped = [_STAMP.match(line) for line in lines]
    if all(stamped) or sum(map(bool, stamped)) >= 2:
        lines = [line[found.end() :] if found else line for line, found in zip(lines, stamped, strict=True)]
    text = lines[0]
    for line in lines[1:]:
        text += line if text[-1:] > "\u2e80" and line[:1] > "\u2e80" else f" {line}"
    return text


def _unquoted(text: str) -> str:
    for begin, end in _QUOTES:
        if len(text) > 2 and text.startswith(begin) and text.rstrip(".").endswith(end) and text.count(begin) <= 2:
            return text.rstrip(".").removeprefix(begin).removesuffix(end).strip()
    return text
