"""The mails of a story: each a real one, which answers what its writer was sent before."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import Any

from mailproc.admin.story_desk import MAILBOX, PEOPLE
from mailproc.store.letters import Letter

ANSWERED = ("new_case", "customer_mail", "update_due")
"""The notices that an agent answers in order to write to the customer."""
_TAG = re.compile(r"^\[[^\]]*\]\s*")


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody writes: `how` is writes, commands, calls, fills in, out-of-office or bounce.

    `who` is a name, a number, or a form's address.

    In `text` a "|" breaks the line; an agent's commands end with ";".  `case` and `template` say what is answered,
    where it is not the latest.
    """

    who: str
    how: str
    text: str
    case: int | None = None
    template: str = ""
    anew: bool = False
    to: str = ""  # another address of ours than the usual one


class Postbag:
    """What went to and fro, so that each mail can answer the right one."""

    def __init__(self, keep: Callable[[Letter], None] | None = None) -> None:
        self._pass_on = keep
        self._letters: list[Letter] = []
        self._subjects: dict[int, str] = {}
        self._latest = 0

    def keep(self, letter: Letter) -> None:
        """A mail of ours goes out."""
        self._letters.append(letter)
        if self._pass_on:
            self._pass_on(letter)

    def heard(self, line: dict[str, Any]) -> None:
        """An event of the simulation: which cases there are, and what they are about."""
        if line["event"] == "mail_in" and line.get("case", 0) > self._latest:
            self._latest = line["case"]
            self._subjects[self._latest] = line.get("subject", "")

    def mail(self, said: Said, at: datetime, number: int) -> Callable[[], bytes]:
        """What makes the bytes of a mail when it arrives; `number` makes its Message-ID."""
        return lambda: self._written(said, at, number)

    def _written(self, said: Said, at: datetime, number: int) -> bytes:
        match said.how:
            case "writes":
                return self._letter_of(said, at, number)
            case "commands":
                return self._commands(said, at, number)
            case "calls":
                return _call(said, at, number)
            case "fills in":
                return _form(said, at, number)
            case "notifies":
                return _notice(said, at, number)
            case "bounce":
                return self._bounce(said, at, number)
            case _:
                return self._away(said, at, number)

    def _letter_of(self, said: Said, at: datetime, number: int) -> bytes:
        case = None if said.anew else said.case or self._latest or None
        text = _lines(said.text)
        mail = _mail(*PEOPLE[said.who], at, number)
        if case is None or said.who == "robot":
            mail["Subject"] = text.partition("\n")[0][:70] or "(no words)"
            text = _TAG.sub("", text)
        else:
            mail["Subject"] = f"Re: [#{case}] {_TAG.sub('', self._subjects.get(case, ''))}".strip()
            self._answer(mail, self._last_to(said, case) if said.who != "stranger" else None)
        if said.to:
            mail.replace_header("To", said.to)
        mail.set_content(text)
        return mail.as_bytes()

    def _commands(self, said: Said, at: datetime, number: int) -> bytes:
        case = said.case or self._latest
        mail = _mail(f"{said.who}@example.com", said.who.capitalize(), at, number)
        commands, text = _split(said.text)
        if said.anew:
            mail["Subject"] = _lines(text).partition("\n")[0][:70] or "(no words)"
        else:
            mail["Subject"] = f"Re: [#{case}] {self._subjects.get(case, '')}".strip()
            self._answer(mail, self._last_to(said, case))
        mail.set_content("\n".join((*commands, "", _lines(text))) if commands else _lines(text))
        return mail.as_bytes()

    def _away(self, said: Said, at: datetime, number: int) -> bytes:
        mail = _mail(*PEOPLE[said.who], at, number)
        mail["Subject"] = "Automatic reply: away"
        mail["Auto-Submitted"] = "auto-replied"
        self._answer(mail, self._last_to(said, self._latest))
        mail.set_content(_lines(said.text) or "I am away until Monday.")
        return mail.as_bytes()

    def _bounce(self, said: Said, at: datetime, number: int) -> bytes:
        """A delivery report (RFC 3464) about the last mail that this person was sent."""
        letter = self._last_to(said, self._latest)
        recipient = PEOPLE[said.who][0]
        report = MIMEMultipart("report", report_type="delivery-status", policy=SMTP, boundary=f"story-{number}")
        for name, value in _head("mailer-daemon@customer.example", "Mail system", at, number).items():
            report[name] = value
        report.replace_header("To", letter.mail_from if letter else MAILBOX)
        report["Subject"] = "Undelivered mail returned to sender"
        report["Auto-Submitted"] = "auto-replied"
        report.attach(MIMEText(_lines(said.text) or "The mail could not be delivered.", policy=SMTP))
        report.attach(_delivery_status(recipient))
        report.attach(MIMEText(f"Message-ID: {letter.message_id if letter else ''}\n", "rfc822-headers", policy=SMTP))
        return report.as_bytes()

    def _last_to(self, said: Said, case: int) -> Letter | None:
        """The latest mail of the case to whoever writes now; of an agent's, one whose answer goes to the customer."""
        person = PEOPLE.get(said.who, (f"{said.who}@example.com", ""))[0]
        templates = (said.template,) if said.template else ANSWERED if said.how == "commands" else ()
        found = (
            one
            for one in reversed(self._letters)
            if one.case_number == case and one.recipient == person and (not templates or one.template in templates)
        )
        return next(found, None)

    def _answer(self, mail: EmailMessage, letter: Letter | None) -> None:
        if letter:
            mail["In-Reply-To"] = mail["References"] = letter.message_id


def _head(address: str, name: str, at: datetime, number: int) -> dict[str, str]:
    return {
        "From": formataddr((name, address)),
        "To": MAILBOX,
        "Date": format_datetime(at),
        "Message-ID": f"<line-{number}@{address.rpartition('@')[2]}>",
    }


def _mail(address: str, name: str, at: datetime, number: int) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    for field, value in _head(address, name, at, number).items():
        mail[field] = value
    return mail


def _call(said: Said, at: datetime, number: int) -> bytes:
    """A voicemail as a telephone system mails it (RFC 3458); an unknown caller has no number."""
    mail = _mail(f"{said.who or 'anonymous'}@pbx.example", "", at, number)
    mail["Subject"] = "Voice message"
    mail["Message-Context"] = "voice-message"
    mail.set_content(_lines(said.text) or "\n")
    return mail.as_bytes()


def _form(said: Said, at: datetime, number: int) -> bytes:
    """What a web form mails in somebody's name."""
    mail = _mail(said.who, "Web form", at, number)
    mail["Subject"] = "A form was filled in"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(_lines(said.text))
    return mail.as_bytes()


_TRACKERS = {
    "jira": "X-JIRA-FingerPrint",
    "notifications": "X-GitHub-Reason",
    "gitlab": "X-GitLab-Project",
    "redmine": "X-Redmine-Project",
    "bugzilla": "X-Bugzilla-Reason",
}


def _notice(said: Said, at: datetime, number: int) -> bytes:
    """What a development tracker mails: the subject first, then its lines; its kind is told by its address."""
    mail = _mail(said.who, "Tracker", at, number)
    subject, *lines = said.text.split("|")
    mail["Subject"] = subject.strip()
    mail["Auto-Submitted"] = "auto-generated"
    if field := _TRACKERS.get(said.who.partition("@")[0]):
        mail[field] = "story"
    mail.set_content("\n".join(line.strip() for line in lines))
    return mail.as_bytes()


def _delivery_status(recipient: str) -> MIMEMessage:
    whole, each = EmailMessage(policy=SMTP), EmailMessage(policy=SMTP)
    whole["Reporting-MTA"] = "dns; mx.customer.example"
    each["Final-Recipient"] = f"rfc822; {recipient}"
    each["Action"] = "failed"
    each["Status"] = "5.1.1"
    each["Diagnostic-Code"] = "smtp; 550 5.1.1 no such mailbox"
    part = MIMEMessage(whole, "delivery-status", policy=SMTP)
    part.set_payload([whole, each])
    return part


def _split(text: str) -> tuple[list[str], str]:
    """The commands in front, and the words behind them."""
    commands = []
    while text.lstrip().startswith("#"):
        command, _, text = text.partition(";")
        commands.append(command.strip())
    return commands, text.strip()


def _lines(text: str) -> str:
    return "\n".join(part.strip() for part in text.split("|"))
