"""Signed addresses and Message-IDs: proof that a mail answers one that we sent to one person."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

MAC_BYTES = 16  # 128 bits of HMAC-SHA-256
LOCAL_PART_OCTETS = 64  # RFC 5321 §4.5.3.1.1
MAX_NUMBER = 2**40 - 1
MESSAGE_ID_PREFIX = "mp."
_EPOCH = date(2020, 1, 1)
_LAST_DAY = 0xFFFF
_HEADER_BYTES = 3  # one for the key, two for the day of expiry
_MAX_EXTENSION = 64
_BASE32 = re.compile(r"[a-z2-7]+")
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_TO_DIGITS = str.maketrans(_LETTERS, "0123456789abcdefghijklmnopqrstuv")
_PAIRS = [one + other for one in _LETTERS for other in _LETTERS]


class Kind(StrEnum):
    """What a signed address lets its holder do.  The value is the first letter of the extension."""

    AGENT = "a"  # an agent, on one case (R19a)
    CUSTOMER = "c"  # a participant, on one case
    DESK = "d"  # an agent, on mail that belongs to no case; its number is 0
    RELEASE = "r"  # an agent, on one held mail
    BOUNCE = "b"  # nobody: the return path of one outbox mail; its person is ""


@dataclass(frozen=True, slots=True)
class Token:
    """A signed extension that was proved.  `expires` is the last day, in UTC, on which it opens."""

    kind: Kind
    number: int
    person: str
    expires: date


@dataclass(frozen=True)
class Signer:
    """Signs with the first key, verifies with every key: so a new key goes in front and the old one stays for a while.

    `keys` maps a key's name to its secret, at least 16 bytes.  `delimiter` stands between mailbox and extension.
    """

    keys: Mapping[str, bytes] = field(repr=False)
    delimiter: str = "+"

    def __post_init__(self) -> None:
        if not self.keys:
            raise ValueError("no signing key: give at least one")
        if weak := [name for name, key in self.keys.items() if len(key) < MAC_BYTES]:
            raise ValueError(f"signing key {weak[0]}: too short: use {MAC_BYTES} random bytes or more")

    def reply_address(self, mailbox: str, kind: Kind, number: int, person: str, expires: date) -> str:
        """`mailbox` with a signed extension, such as support+ai3w…@example.com.

        `number` is a case, a held mail or an outbox mail (0 at a desk); `person` the address that it is given to.
        Raises ValueError if the local part would pass 64 octets or the number or day does not fit.
        """
        local, at, domain = mailbox.rpartition("@")
        address = f"{local}{self.delimiter}{self._extension(kind, number, person, expires)}"
        if not at or len(address.encode()) > LOCAL_PART_OCTETS:
            raise ValueError(f"{mailbox}: too long for signed addresses: use at most 20 characters before the @")
        return f"{address}@{domain}"

    def open(self, extension: str, person: str, now: datetime) -> Token | None:
        """The token in `extension` if we signed it for `person` and it has not expired at `now`; else None."""
        folded = extension.lower()
        raw = _decode(folded[1:]) if folded[:1] in tuple(Kind) and len(folded) <= _MAX_EXTENSION else None
        if raw is None or len(raw) <= _HEADER_BYTES + MAC_BYTES:
            return None
        head, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
        signed = _reply_text(Kind(folded[0]), head, person)
        proved = [hmac.compare_digest(_mac(key, signed), mac) for key in self._named(head[0])]
        number = _number(head[_HEADER_BYTES:])
        expires = _EPOCH + timedelta(days=int.from_bytes(head[1:_HEADER_BYTES]))
        if not any(proved) or number is None or now.astimezone(UTC).date() > expires:
            return None
        return Token(Kind(folded[0]), number, _folded(person), expires)

    def extension_of(self, address: str, mailbox: str) -> str | None:
        """What stands between `mailbox` and its domain in `address`, or None if `address` is not of that mailbox."""
        local, _, domain = address.lower().rpartition("@")
        base, _, home = mailbox.lower().rpartition("@")
        prefix = base + self.delimiter
        return local[len(prefix) :] if domain == home and local.startswith(prefix) else None

    def message_id(self, number: int, domain: str) -> str:
        """The Message-ID of outbox mail `number`, with angle brackets: the same at every retry (R16)."""
        payload = _number_bytes(number)
        mac = _mac(next(iter(self.keys.values())), _id_text(payload, domain))
        return f"<{MESSAGE_ID_PREFIX}{_encode(payload + mac)}@{domain}>"

    def is_ours(self, message_id: str, domain: str) -> int | None:
        """The outbox number that `message_id` was made for, or None if we did not make it for `domain`."""
        local, _, home = message_id.strip().removeprefix("<").removesuffix(">").lower().rpartition("@")
        if home != domain.lower() or not local.startswith(MESSAGE_ID_PREFIX) or len(local) > _MAX_EXTENSION:
            return None
        raw = _decode(local.removeprefix(MESSAGE_ID_PREFIX))
        if raw is None or len(raw) <= MAC_BYTES:
            return None
        payload, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
        proved = [hmac.compare_digest(_mac(key, _id_text(payload, domain)), mac) for key in self.keys.values()]
        return _number(payload) if any(proved) else None

    def _extension(self, kind: Kind, number: int, person: str, expires: date) -> str:
        day = (expires - _EPOCH).days
        if not 0 <= day <= _LAST_DAY:
            raise ValueError(f"{expires}: cannot be signed: use a day between 2020 and 2199")
        name, key = next(iter(self.keys.items()))
        head = bytes([_key_byte(name)]) + day.to_bytes(2) + _number_bytes(number)
        return kind.value + _encode(head + _mac(key, _reply_text(kind, head, person)))

    def _named(self, key_byte: int) -> Iterator[bytes]:
        return (key for name, key in self.keys.items() if _key_byte(name) == key_byte)


@lru_cache(maxsize=16)
def expiry(now: datetime, days: int) -> date:
    """The last day on which an address that is signed now for so many days proves anything."""
    # A signature has room for the days from 2020 on: a simulation of older mail signs for the first of them.
    return max((now + timedelta(days=days)).date(), _EPOCH)


def _key_byte(name: str) -> int:
    return hashlib.sha256(name.encode()).digest()[0]


def _folded(person: str) -> str:
    return person.strip().lower()


def _reply_text(kind: Kind, head: bytes, person: str) -> bytes:
    return (
        b"reply address 1\0"
        + kind.value.encode()
        + bytes([len(head)])
        + head
        + _folded(person).encode(errors="replace")
    )


def _id_text(payload: bytes, domain: str) -> bytes:
    return b"message id 1\0" + payload + b"\0" + domain.lower().encode(errors="replace")


def _mac(key: bytes, text: bytes) -> bytes:
    return hmac.digest(key, text, "sha256")[:MAC_BYTES]


def _number_bytes(number: int) -> bytes:
    if not 0 <= number <= MAX_NUMBER:
        raise ValueError(f"{number}: cannot be signed: use a number from 0 to {MAX_NUMBER}")
    return number.to_bytes(max(1, (number.bit_length() + 7) // 8))


def _number(raw: bytes) -> int | None:
    number = int.from_bytes(raw)
    return number if number <= MAX_NUMBER and _number_bytes(number) == raw else None


def _encode(raw: bytes) -> str:
    """Base32 (RFC 4648) in small letters without padding, two letters at a time."""
    size = -(-len(raw) * 8 // 5)
    pairs = (size + 1) // 2
    value = int.from_bytes(raw) << (pairs * 10 - len(raw) * 8)
    return "".join([_PAIRS[value >> at & 1023] for at in range(pairs * 10 - 10, -1, -10)])[:size]


def _decode(text: str) -> bytes | None:
    """The bytes of `text`; None unless it is the one spelling that `_encode` has for them."""
    if not _BASE32.fullmatch(text):
        return None
    size, spare = divmod(5 * len(text), 8)
    value = int(text.translate(_TO_DIGITS), 32)
    if spare >= 5 or value & ((1 << spare) - 1):
        return None
    return (value >> spare).to_bytes(size)
