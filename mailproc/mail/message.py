"""A mail as a value: what its bytes say, before anybody decides what that means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox of a header.  `address` is lower case in the domain, IDNA A-labels, and safe to compare."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the SMTP client said; never the headers.  `mail_from` "" is the null return path; None: unknown (a file)."""

    mail_from: str | None
    rcpt_tos: tuple[str, ...] = ()
    peer: str = ""  # the client's address, "" for a pipe or a file
    login: str = ""  # who authenticated, "" if nobody


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a mail.  `part` is its index in `walk()` order; `digest` the SHA-256 of the decoded bytes, in hex."""

    name: str
    type: str
    size: int
    inline: bool
    digest: str
    part: int


@dataclass(frozen=True, slots=True)
class Message:
    """One mail, read.  Every field is safe: decoded, without control characters, bounded in length."""

    sender: Address | None  # None unless there is exactly one From with exactly one valid address
    senders: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    subject: str = ""
    date: datetime | None = None  # aware, UTC
    message_id: str = ""  # with its angle brackets; "" if missing
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()  # oldest first
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # lower-case name → every value, decoded
    content_type: str = "text/plain"
    text: str = ""  # what the sender wrote now (R11)
    quoted: str = ""
    signature: str = ""
    html_text: str | None = None  # the HTML part's own visible new text, where there are both parts (R21)
    language: str = ""  # BCP 47, "" if unsure
    attachments: tuple[Attachment, ...] = ()
    defects: tuple[str, ...] = ()
    forwarded: bool = False
    original: Address | None = None  # who wrote what was forwarded, by its header lines: an offer, no proof (R13)
    own_words: bool = True  # false: `text` is another's mail, passed on without a word: it commands nothing (R21)


@dataclass(frozen=True, slots=True)
class Command:
    """One `#verb argument` line; `line` is its number in the visible text, from 1."""

    name: str
    argument: str
    line: int


@dataclass(frozen=True, slots=True)
class BouncedRecipient:
    """One recipient of a delivery report (RFC 3464 §2.3)."""

    address: str
    action: str
    status: str
    permanent: bool
    diagnostic: str = ""


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery report, and the Message-ID of the mail it speaks of ("" if it quotes none)."""

    recipients: tuple[BouncedRecipient, ...]
    original_message_id: str = ""


@dataclass(frozen=True, slots=True)
class Voicemail:
    """A voicemail that a telephone system mailed us (R27)."""

    provider: str
    caller: str | None = None  # E.164 where the number allows it
    caller_name: str | None = None
    duration_s: int | None = None
    left_at: datetime | None = None
    mailbox: str | None = None
    transcript: str | None = None
    confidence: float | None = None
    has_audio: bool = False
    urgent: bool = False  # the caller's own flag
    forwarded: bool = False  # a person passed it on: that person wrote to us, not the telephone system


@dataclass(frozen=True, slots=True)
class Reading:
    """How one mail is understood, and why: the value behind `mailproc read`."""

    kind: str  # request reply command voicemail bounce receipt auto_reply bulk tracker loop complaint missed_call fax …
    reasons: tuple[str, ...]
    message: Message
    answerable: bool  # may an automatic answer be sent (R14)?
    case_refs: tuple[int, ...] = ()  # case tags of ours in the subject
    severity: str | None = None  # what the customer declared, as the policy's id
    commands: tuple[Command, ...] = ()
    bounce: Bounce | None = None
    voicemail: Voicemail | None = None
    authentication: Mapping[str, object] = field(default_factory=dict)
