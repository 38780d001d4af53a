"""What a telephone mail turned out to be."""

from __future__ import annotations

from dataclasses import dataclass

from mailproc.mail.message import Voicemail


@dataclass(frozen=True, slots=True)
class Heard:
    """The kind of a telephone mail, and why; `voicemail` where it is one, or may be.

    An empty kind: it looks like one and is none, and goes the usual way.  `sure`: by a standard or a rule.
    """

    kind: str  # voicemail, suspected_voicemail, fax, missed_call, phishing
    reason: str
    voicemail: Voicemail | None = None
    sure: bool = False
