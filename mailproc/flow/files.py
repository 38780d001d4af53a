"""The attachments that go along with a mail: an agent's to the customer, a customer's to the agents."""

from __future__ import annotations

from mailproc.flow.desk import Desk
from mailproc.mail.compose import File
from mailproc.mail.message import Message
from mailproc.mail.parse import attachment_bytes
from mailproc.store import seen
from mailproc.store.transaction import Transaction

MIB = 1024 * 1024


def along(tx: Transaction, desk: Desk, case_number: int, message: Message, raw: bytes) -> tuple[File, ...]:
    """The files of a mail that this case has not seen before, up to the configured size in all (R10)."""
    room = desk.config.limits.attachments_mib * MIB
    fresh = seen.add(tx, case_number, dict.fromkeys(one.digest for one in message.attachments))
    found = []
    for one in message.attachments:
        if one.digest in fresh and one.size <= room:
            room -= one.size
            found.append(File(name=one.name, type=one.type, data=attachment_bytes(raw, one), inline=one.inline))
    return tuple(found) if desk.composed else ()
