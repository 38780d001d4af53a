"""The address in MAIL FROM and RCPT TO, read strictly: what we do not fully understand is no address."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ATOM = r"[^\s\x00-\x20\x7f<>()\[\]\\,;:@\".]+"
_LOCAL = rf'(?:{_ATOM}(?:\.{_ATOM})*|"(?:[^"\\\r\n\x00-\x1f\x7f]|\\[\x20-\x7e])*")'
_LABEL = r"[^\s\x00-\x2c\x2e\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f]+"
_DOMAIN = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9A-Fa-f:.IPvp]+\])"
_MAILBOX = re.compile(rf"{_LOCAL}@{_DOMAIN}")
_BARE = re.compile(r"(\S+)(?:\s+(.*))?", re.DOTALL)
_LIMIT = 254  # RFC 5321 §4.5.3.1.3: 256 octets with the brackets


@dataclass(frozen=True, slots=True)
class Path:
    """What a MAIL or RCPT command says: an address ("" for the null return path) and its parameters, upper case."""

    address: str
    parameters: dict[str, str]


def path(argument: str | None, keyword: str) -> Path | None:
    """Read `FROM:<a@b> SIZE=7` or `TO:<a@b>`; None if the words are not of that form.

    The address is only cut out here, not judged: see `is_mailbox`.  Brackets may be missing and a space may follow the
    colon, as many clients write it (RFC 5321 §4.1.1.2 would have neither).
    """
    if argument is None or argument[: len(keyword)].upper() != keyword:
        return None
    rest = argument[len(keyword) :].strip()
    if rest.startswith("<"):
        address, bracket, tail = _unbracket(rest)
        if not bracket:
            return None
    elif found := _BARE.fullmatch(rest):
        address, tail = found[1], found[2] or ""
    else:
        return None
    parameters = _parameters(tail)
    return None if parameters is None else Path(address, parameters)


def _unbracket(text: str) -> tuple[str, str, str]:
    """Cut `<address>` from the front; a closing bracket inside a quoted local part does not count."""
    quoted = escaped = False
    for at, letter in enumerate(text[1:], start=1):
        if escaped:
            escaped = False
        elif quoted and letter == "\\":
            escaped = True
        elif letter == '"':
            quoted = not quoted
        elif letter == ">" and not quoted:
            return text[1:at], ">", text[at + 1 :]
    return "", "", ""


def _parameters(tail: str) -> dict[str, str] | None:
    """`SIZE=7 BODY=8BITMIME` as a mapping, names and values upper case; None if one is malformed or said twice."""
    if not tail:
        return {}
    found: dict[str, str] = {}
    for word in tail.upper().split():
        name, equals, value = word.partition("=")
        if not name.replace("-", "").isalnum() or (equals and not value) or name in found:
            return None
        found[name] = value
    return found


def is_mailbox(address: str) -> bool:
    """Whether `address` is one whole mailbox: no source route, no comment, no encoded word, no control character."""
    if "=?" in address or not _MAILBOX.fullmatch(address):
        return False
    if address.isascii():
        return len(address) <= _LIMIT and _domain_decodes(address)
    try:
        return len(address.encode()) <= _LIMIT and _domain_decodes(address)
    except UnicodeEncodeError:  # not UTF-8 on the wire
        return False


def _domain_decodes(address: str) -> bool:
    """Whether the A-labels of the domain are any."""
    domain = address.rpartition("@")[2]
    if domain.isascii() and "xn--" not in domain.lower():
        return True
    try:
        domain.encode("idna").decode("idna")
    except UnicodeError:
        return False
    return True


def asks_to_relay(address: str) -> bool:
    """Whether the address asks us to send on to elsewhere (RFC 5321 §3.6.1, appendix C; the old % and ! forms)."""
    local = address.rpartition("@")[0]
    return address.startswith("@") or "%" in local or "!" in local or "@" in local
