"""A rule for a telephone system, made from one of its mails and tried before it is shown."""

from __future__ import annotations

from mailproc.errors import UserError
from mailproc.mail.message import Voicemail
from mailproc.mail.parse import understand
from mailproc.mail.voicemail.learn import propose, without_patterns
from mailproc.mail.voicemail.rule_file import parse


def learn(raw: bytes, file: str, region: str) -> tuple[str, Voicemail]:
    """The text of a rule file whose own test passes, and what it reads in this mail.

    `region` (ISO 3166) reads numbers without a country code.  Raises UserError where no rule can be made of the mail.
    """
    parsed = understand(raw)
    proposal = propose(parsed.message, parsed.tree, region)
    problems: tuple[str, ...] = ()
    for text in (proposal.text, without_patterns(proposal.text)):
        _, problems = parse(text, "rule.toml")
        if not problems:
            return text, proposal.call
    raise UserError(f"{file}: no rule can be made of this mail:", problems)
