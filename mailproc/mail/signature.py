"""Where a signature begins: the delimiter line, a telephone's "Sent from …", a disclaimer."""

from __future__ import annotations

import re

from mailproc.mail.evidence import plain
from mailproc.mail.signaturewords import BANNER, CLOSING, DISCLAIMER, SENT_FROM

LONGEST = 25  # lines below a delimiter that lacks its space
_DELIMITER = re.compile(r"--\u00a0?|__{1,2}|\u2014")
_LONG_RULE = re.compile(r"[_-]{20,}")
_LIST = re.compile(r"mailing list|mailman|unsubscribe|listinfo|listserv", re.IGNORECASE)
_SIGNED = re.compile(r"\s*(?:--?|/)([^\W\d_])[\w.']{0,20}(?: [^\W\d_][\w.']{0,20}){0,3}\s*")
_LEGAL = (
    "confiden", "vertraulich", "riservat", "vertrouwelijk", "disclaimer", "legal notice", "important notice",
    "before printing", "bestimmt", "privileged", "intended",
)  # fmt: skip
_NAMES = 6  # lines from the closing on
_TAIL = 4  # lines that may follow "Sent from my …"


def signature_at(lines: list[str]) -> int:
    """The index of the first line of the signature, `len(lines)` if there is none."""
    end = len(lines)
    for found in (_delimiter(lines), _disclaimer(lines), _footer(lines), _sealed(lines)):
        end = min(end, found)
    end = min(end, _sent_from(lines[:end]))
    return min(end, _closing(lines[:end]))


def _sealed(lines: list[str]) -> int:
    """The line where the OpenPGP signature of a signed text begins (RFC 9580 §7)."""
    return next((at for at, line in enumerate(lines) if line.startswith("-----BEGIN PGP SIGNATURE-----")), len(lines))


def banner_lines(lines: list[str]) -> int:
    """How many lines at the top are a server's warning that the mail came from outside, or OpenPGP's first lines."""
    at = 0
    while at < len(lines) and not lines[at].strip():
        at += 1
    if at == len(lines) or not (
        lines[at].startswith("-----BEGIN PGP SIGNED MESSAGE-----") or BANNER.match(" ".join(lines[at : at + 3])[:500])
    ):
        return 0
    while at < len(lines) and lines[at].strip():
        at += 1
    return at


def _footer(lines: list[str]) -> int:
    """A mailing list's footer: a long rule with a few lines that speak of the list."""
    for at in range(max(0, len(lines) - 15), len(lines)):
        if _LONG_RULE.fullmatch(lines[at].strip()) and _LIST.search(" ".join(lines[at + 1 : at + 6])[:600]):
            return at
    return len(lines)


def _closing(lines: list[str]) -> int:
    """A line that only greets, with at most a few short lines of name and place below it; or a lone `-Name`."""
    texts = [at for at, line in enumerate(lines) if line.strip()]
    for at in texts[1:][-_NAMES:]:
        below = [lines[i] for i in texts if i > at]
        if len(lines[at]) <= 50 and CLOSING.fullmatch(lines[at]) and all(len(line) <= 60 for line in below):
            return at
    if len(texts) > 1 and (name := _SIGNED.fullmatch(lines[texts[-1]])) and name[1].isupper():
        return texts[-1]
    return len(lines)


def _delimiter(lines: list[str]) -> int:
    for at, line in enumerate(lines):
        if line == "-- ":  # RFC 3676 §4.3
            return at
        if _DELIMITER.fullmatch(line.strip()) and len(lines) - at <= LONGEST and _lone(lines, at):
            return at
    return len(lines)


def _lone(lines: list[str], at: int) -> bool:
    """A bare `--` counts only as the last of its kind: two of them may frame a text."""
    return not any(_DELIMITER.fullmatch(line.strip()) for line in lines[at + 1 :])


def _sent_from(lines: list[str]) -> int:
    texts = [at for at, line in enumerate(lines) if line.strip()]
    for at in texts[-_TAIL:]:
        if len(lines[at]) < 200 and _is_device(lines[at]):
            return at
    return len(lines)


_LINK = re.compile(r"[<(\[]?\s{0,3}https?://\S{1,150}")
_DEVICE = re.compile(
    r"\b(?:my|meinem|meiner|mon|mi|meu|mijn|min|mio|moj\w+|mého|mojho|моего|мого|моя|el meu|mo[ij]ega?)\b|"
    r"i(?:phon|pad|pod|os\b)|android|outlook|samsung|galaxy|blackberry|windows|yahoo|mail|mobile|huawei|xiaomi|handy|"
    r"telefon|phone|device|tablet|gmx|web\.de|proton|tutanota|spark|airmail|k-9|smartphone|motorola|nokia|lg\b|htc|sony|"
    r"的|手机|手機|スマートフォン|ドコモ|携帯|아이폰|갤럭시|nine\b|postbox|superhuman|hey\b|teléfono|móvil|cellulare|celular|"
    r"mobil|puhelime|телефон|смартфон|מכשיר|هاتف|điện thoại",
    re.IGNORECASE,
)


def _is_device(line: str) -> bool:
    """A short line that names a device or a program: "Sent from my desk, I see …" is a sentence."""
    bare = _LINK.sub("", plain(line)).strip(" *_[(<->)].")
    lower = bare.lower()
    starts = lower.startswith(SENT_FROM) or lower.endswith(("から送信", "에서 보냄", "से भेजा गया", "'umdan gönderildi"))
    return starts and bool(_DEVICE.search(lower)) and len(bare.split()) <= 12 and "," not in bare


def _disclaimer(lines: list[str]) -> int:
    text = "\n".join(lines).lower()
    if not any(word in text for word in _LEGAL):
        return len(lines)
    for at, line in enumerate(lines):
        starts = at == 0 or not lines[at - 1].strip() or bool(re.fullmatch(r"[-_*=\s]{3,}", lines[at - 1]))
        if starts and at and len(line) < 4_000 and DISCLAIMER.match(" ".join(lines[at : at + 4])[:600]):
            return at
    return len(lines)
