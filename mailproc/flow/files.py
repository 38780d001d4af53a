"""The attachments that go along with a mail: an agent's to the customer, a customer's to the agents."""

from __future__ import annotations

from mailproc.flow.desk import Desk
from mailproc.mail.compose import File
from mailproc.mail.message import Message
from mailproc.mail.parse import attachment_bytes
from mailproc.store import seen
from mailproc.store.transaction import Transaction

MIB = 1024 * 1024


def too_large(desk: Desk, message: Message) -> list[str]:
    """The names and sizes of the attachments that do not go along, because they are more than is passed on."""
    room, left = desk.config.limits.attachments_mib * MIB, []
    for one in message.attachments:
        if one.size > room:
            left.append(f"{one.name} ({one.size / MIB:.1f} MiB)")
        else:
            room -= one.size
    return left


def remark(desk: Desk, message: Message) -> str:
    """What the agents are told of a customer's files that were left out; "" if all go along."""
    left = too_large(desk, message)
    return f"\n\n[kept with the case, too large to pass on: {', '.join(left)}]" if left else ""


def along(
    tx: Transaction, desk: Desk, case_number: int, message: Message, raw: bytes, *, again: bool = False
) -> tuple[File, ...]:
    """The files of a mail that the case has not seen, up to the configured size in all (R10).

    `again`: also what it has seen, but for logos inside the text: what an agent attaches is meant to go.
    """
    room = desk.config.limits.attachments_mib * MIB
    fresh = seen.add(tx, case_number, dict.fromkeys(one.digest for one in message.attachments))
    found = []
    for one in message.attachments:
        if (one.digest in fresh or (again and not one.inline)) and one.size <= room:
            room -= one.size
            found.append(File(name=one.name, type=one.type, data=attachment_bytes(raw, one), inline=one.inline))
    return tuple(found) if desk.composed else ()
