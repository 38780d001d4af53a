"""What makes two mails the same mail (R4)."""

from __future__ import annotations

import hashlib

from mailproc.mail.message import Message
from mailproc.mail.skeleton import body_offset


def identity(message: Message, raw: bytes) -> str:
    """SHA-256 in hex over Message-ID, sender and body: the same for a relay's retry, another for a stranger's reuse.

    The trace fields in the header differ between two copies of one mail; the bytes after the first empty line do not.
    """
    sha = hashlib.sha256()
    sender = message.sender.address if message.sender else "\n".join(message.headers.get("from", ()))
    for text in (message.message_id or _without_id(message), sender):
        data = text.encode("utf-8", "replace")
        sha.update(len(data).to_bytes(4, "big") + data)
    sha.update(memoryview(raw)[body_offset(raw) :])
    return sha.hexdigest()


def _without_id(message: Message) -> str:
    # Without a Message-ID the same words may well be said twice: when and under which subject tells such mails apart.
    return "\n".join((*message.headers.get("date", ()), message.subject))
