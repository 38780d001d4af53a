"""What makes two mails the same mail (R4)."""

from __future__ import annotations

import hashlib

from mailproc.mail.message import Message
from mailproc.mail.skeleton import body_offset

_TRACE = (
    "received", "return-path", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-spam", "x-virus",
    "authentication-results", "arc-", "dkim-", "x-received", "x-sieve",
)  # fmt: skip
"""Fields that servers add on the way: two copies of one mail may differ in them."""


def identity(message: Message, raw: bytes) -> str:
    """SHA-256 in hex over Message-ID, sender and body: the same for a relay's retry, another for a stranger's reuse.

    The trace fields in the header differ between two copies of one mail; the bytes after the first empty line do not.
    """
    sha = hashlib.sha256()
    sender = message.sender.address if message.sender else "\n".join(message.headers.get("from", ()))
    for text in (message.message_id or _without_id(message), sender):
        data = text.encode("utf-8", "replace")
        sha.update(len(data).to_bytes(4, "big") + data)
    body = memoryview(raw)[body_offset(raw) :]
    # What has no header to speak of, or no body, is told apart by all of its bytes: nothing may be lost as a copy.
    sha.update(body if message.headers and body else raw)
    return sha.hexdigest()


def _without_id(message: Message) -> str:
    # Without a Message-ID the same words may well be said twice: what else stands in the header tells such mails apart.
    fields = ((name, values) for name, values in message.headers.items() if not name.startswith(_TRACE))
    return "\n".join(f"{name}: {value}" for name, values in sorted(fields) for value in values)
