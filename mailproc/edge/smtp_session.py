"""The commands of an SMTP session, and what a mail needs to pass."""

# ruff: noqa: N802 - aiosmtpd names the commands so

from __future__ import annotations

import contextlib
from typing import ClassVar

from mailproc.edge import replies
from mailproc.edge.results import Acceptance, Accepted, Deferred, Refused
from mailproc.edge.smtp_address import Path, asks_to_relay, is_mailbox, path
from mailproc.edge.smtp_connection import Connection
from mailproc.edge.smtp_data import NoText, Text, read_text
from mailproc.edge.smtp_service import ReceivedMail
from mailproc.mail.message import Envelope
from mailproc.maillog import log


class MailprocSMTP(Connection):
    """One SMTP session (RFC 5321)."""

    verbs: ClassVar[tuple[str, ...]] = (
        *("HELO", "EHLO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT"),
        *("STARTTLS", "HELP", "VRFY", "EXPN", "AUTH"),
    )

    async def smtp_HELO(self, hostname: str | None) -> None:
        """RFC 5321 §4.1.1.1, the old form."""
        if not self._greeted(hostname, extended=False):
            await self.push(replies.SYNTAX_501)
            return
        await self.push(f"250 {self._service.hostname}")

    async def smtp_EHLO(self, hostname: str | None) -> None:
        """RFC 5321 §4.1.1.1, with what we offer."""
        if not self._greeted(hostname, extended=True):
            await self.push(replies.SYNTAX_501)
            return
        offers = ["PIPELINING", f"SIZE {self._service.limits.size}", "8BITMIME", "SMTPUTF8"]
        if self._service.tls is not None and not self._encrypted:
            offers.append("STARTTLS")
        lines = [self._service.hostname, *offers]
        await self.push("".join(f"250-{line}\r\n" for line in lines) + "250 ENHANCEDSTATUSCODES")

    def _greeted(self, hostname: str | None, *, extended: bool) -> bool:
        if not hostname:
            return False
        self._set_rset_state()
        self.session.host_name = hostname
        self.session.extended_smtp = extended
        return True

    async def smtp_RSET(self, arg: str | None) -> None:
        """Forget the mail that was begun."""
        self._set_rset_state()
        await self.push(replies.SYNTAX_501 if arg else replies.OK_250)

    async def smtp_NOOP(self, arg: str | None) -> None:
        """Nothing."""
        await self.push(replies.OK_250)

    async def smtp_HELP(self, arg: str | None) -> None:
        """A hint."""
        await self.push(replies.HELP_214)

    async def smtp_VRFY(self, arg: str | None) -> None:
        """Nothing is told about addresses (RFC 5321 §7.3)."""
        await self.push(replies.CANNOT_VERIFY_252 if arg else replies.SYNTAX_501)

    async def smtp_EXPN(self, arg: str | None) -> None:
        """There are no lists."""
        await self.push(replies.NOT_OFFERED_502)

    async def smtp_AUTH(self, arg: str | None) -> None:
        """Nobody logs in here."""
        await self.push(replies.NOT_OFFERED_502)

    async def smtp_QUIT(self, arg: str | None) -> None:
        """Good-bye."""
        self._leave(replies.BYE_221)

    async def smtp_STARTTLS(self, arg: str | None) -> None:
        """RFC 3207: encrypt from here on, and begin anew."""
        if self._service.tls is None or self._encrypted:
            await self.push(replies.NOT_OFFERED_502)
        elif arg:
            await self.push(replies.SYNTAX_501)
        else:
            await self.push(replies.READY_FOR_TLS_220)
            await self._start_tls()

    async def smtp_MAIL(self, arg: str | None) -> None:
        """Who sends, and whether we want to hear more."""
        said = path(arg, "FROM:")
        await self.push((said and self._sender_refusal(said)) or self._begin(said))

    def _sender_refusal(self, said: Path) -> str | None:
        if not self.session.host_name:
            return replies.NEED_HELLO_503
        if self._service.tls_required and not self._encrypted:
            return replies.NEED_TLS_530  # RFC 3207 §4
        if self.envelope.mail_from is not None:
            return replies.NESTED_SENDER_503
        if said.parameters and (wrong := self._parameter_refusal(said.parameters)):
            return wrong
        if said.address and not is_mailbox(said.address):
            return replies.MALFORMED_SENDER_553
        if not said.address.isascii() and "SMTPUTF8" not in said.parameters:
            return replies.NEED_SMTPUTF8_553
        return None if self._service.storage_ok() else replies.STORAGE_LOW_452

    def _parameter_refusal(self, parameters: dict[str, str]) -> str | None:
        """RFC 1870 (SIZE), RFC 6152 (BODY), RFC 6531 (SMTPUTF8)."""
        if not self.session.extended_smtp or not parameters.keys() <= {"SIZE", "BODY", "SMTPUTF8"}:
            return replies.UNKNOWN_PARAMETER_555
        size = parameters.get("SIZE", "0")
        if not (size.isascii() and size.isdigit() and len(size) <= 20) or parameters.get("SMTPUTF8"):
            return replies.SYNTAX_501
        if parameters.get("BODY", "7BIT") not in ("7BIT", "8BITMIME"):
            return replies.SYNTAX_501
        return replies.TOO_BIG_552 if int(size) > self._service.limits.size else None

    def _begin(self, said: Path | None) -> str:
        if said is None:
            return replies.SYNTAX_501 if self.session.host_name else replies.NEED_HELLO_503
        self.envelope.mail_from = said.address
        self.envelope.smtp_utf8 = "SMTPUTF8" in said.parameters
        return replies.SENDER_OK_250

    async def smtp_RCPT(self, arg: str | None) -> None:
        """To whom: only to us."""
        await self.push(self._recipient_refusal(arg) or replies.RECIPIENT_OK_250)

    def _recipient_refusal(self, arg: str | None) -> str | None:
        """Why not, or None and the recipient is noted.  All unknown addresses get the same answer."""
        if self.envelope.mail_from is None:
            return replies.NEED_SENDER_503
        said = path(arg, "TO:")
        if said is None or not said.address:
            return replies.SYNTAX_501
        if said.parameters:
            return replies.UNKNOWN_PARAMETER_555
        if len(self.envelope.rcpt_tos) >= self._service.limits.recipients:
            return replies.TOO_MANY_RECIPIENTS_452
        refusal = self._address_refusal(said.address)
        if refusal is None:
            self.envelope.rcpt_tos.append(said.address)
        return refusal

    def _address_refusal(self, address: str) -> str | None:
        if asks_to_relay(address):
            return replies.NO_RELAY_550
        if not is_mailbox(address) and address.lower() != "postmaster":  # RFC 5321 §4.5.1
            return replies.MALFORMED_RECIPIENT_553
        if not address.isascii() and not self.envelope.smtp_utf8:
            return replies.NEED_SMTPUTF8_553
        return None if self._service.recipients.known(address) else replies.UNKNOWN_RECIPIENT_550

    async def smtp_DATA(self, arg: str | None) -> None:
        """The mail itself: answered 250 only when it is kept (R1)."""
        if refusal := self._data_refusal(arg):
            await self.push(refusal)
            return
        self._pace.data_starts(self.loop.time())
        self._watch()
        await self.push(replies.GO_AHEAD_354)
        limits = self._service.limits
        match await read_text(self._wire, limit=limits.size, memory=limits.memory):
            case NoText(lost=True):
                self._leave(replies.TOO_BIG_552)
            case NoText("too big"):
                await self._answer(replies.TOO_BIG_552)
            case NoText():
                await self._answer(replies.STORAGE_LOW_452)
            case Text() as text:
                self._commands = 0
                await self._answer(await self._hand_over(text))

    def _data_refusal(self, arg: str | None) -> str | None:
        if self.envelope.mail_from is None:
            return replies.NEED_SENDER_503
        if not self.envelope.rcpt_tos:
            return replies.NEED_RECIPIENT_503
        return replies.SYNTAX_501 if arg else None

    async def _answer(self, reply: str) -> None:
        """Answer a mail and be ready for the next.  LMTP answers once for each recipient."""
        self._set_post_data_state()
        with contextlib.suppress(ConnectionError):  # the mail is kept, whether or not the client waits to hear so
            await self.push(reply)

    async def _hand_over(self, text: Text) -> str:
        """Give the mail to its keeper and wait, however long that takes."""
        self._pace.wait_for_us()
        envelope = Envelope(
            mail_from=self.envelope.mail_from,
            rcpt_tos=tuple(self.envelope.rcpt_tos),
            peer=self._peer,
        )
        try:
            with text.raw:
                return self._reply_to(await self._service.accept(ReceivedMail(envelope, text.raw, text.size)))
        except Exception as error:
            log.error("mail_not_kept", peer=self._peer, error=type(error).__name__)
            return replies.LOCAL_ERROR_451

    def _reply_to(self, result: Acceptance) -> str:
        match result:
            case Accepted():
                return replies.ACCEPTED_250
            case Deferred(reason):
                log.warning("mail_deferred", peer=self._peer, reason=reason)
                return replies.LOCAL_ERROR_451
            case Refused(reason):
                return replies.refused_554(reason)
