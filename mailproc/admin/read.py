"""How mails on the disk are understood with this configuration, or with none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from mailproc.flow import voicemail_rules
from mailproc.flow.desk import Desk
from mailproc.mail import commands, reading, severity
from mailproc.mail.message import Envelope, Reading
from mailproc.mail.verbs import AGENT_VERBS

UNKNOWN = Envelope(mail_from=None)
"""Of a mail in a file nobody knows the envelope."""


def read(raw: bytes, desk: Desk | None) -> Reading:
    """How one mail is understood; never raises, needs no store.

    Without a desk there are no addresses of our own, no agents, and no words for a severity.
    """
    if desk is None:
        split = partial(commands.split, verbs=AGENT_VERBS)
        return reading.read(raw, UNKNOWN, split=split, telephones=voicemail_rules.shipped())
    first = next(iter(desk.words))
    found = reading.read(
        raw,
        UNKNOWN,
        desk.own,
        words=desk.words[first],
        agents=desk.agents.keys(),
        region=desk.config.voicemail.region,
        telephones=desk.telephones,
        split=lambda text: commands.split(text, AGENT_VERBS),
    )
    mailbox = addressed(found, desk)
    if mailbox in (None, first) or found.kind != "request":
        return found
    return replace(found, severity=severity.declared(found.message, desk.words[mailbox]))


def addressed(found: Reading, desk: Desk) -> str | None:
    """The name of the mailbox that To or Cc names; None if neither names one of ours."""
    for one in (*found.message.to, *found.message.cc):
        if base := desk.base(one.address):
            return desk.mailbox_names[base]
    return None


def recipients_of(desk: Desk) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    """Picks the envelope's recipients among header addresses, where they say which of several mailboxes is meant.

    Mail to the first mailbox, or to none that is named, needs no recipients for that.
    """
    default = next(iter(desk.config.mailbox))

    def pick(addresses: tuple[str, ...]) -> tuple[str, ...]:
        for address in addresses:
            base = desk.base(address)
            if base:
                return () if desk.mailbox_names[base] == default else (address,)
        return ()

    return pick
