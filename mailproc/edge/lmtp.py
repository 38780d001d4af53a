"""LMTP (RFC 2033): SMTP that answers a mail once for each recipient."""

# ruff: noqa: N802 - aiosmtpd names the commands so

from __future__ import annotations

from typing import ClassVar

from mailproc.edge import replies
from mailproc.edge.smtp_session import MailprocSMTP


class MailprocLMTP(MailprocSMTP):
    """One LMTP session."""

    greeting: ClassVar[str] = "LMTP"
    verbs: ClassVar[tuple[str, ...]] = ("LHLO", *MailprocSMTP.verbs)

    async def smtp_LHLO(self, arg: str | None) -> None:
        """RFC 2033 §4.1: the greeting, in place of HELO and EHLO."""
        await super().smtp_EHLO(arg)

    async def smtp_HELO(self, arg: str | None) -> None:
        """Not in LMTP."""
        await self.push(replies.UNKNOWN_COMMAND_500)

    async def smtp_EHLO(self, arg: str | None) -> None:
        """Not in LMTP."""
        await self.push(replies.UNKNOWN_COMMAND_500)

    async def _answer(self, reply: str) -> None:
        """RFC 2033 §4.2: one reply for each recipient accepted.  They share their fate: one mail, one commit."""
        await super()._answer("\r\n".join([reply] * len(self.envelope.rcpt_tos)))
