"""The clauses behind what no promise of a policy carries: that a mail opens a case, that the status is told by mail."""

from __future__ import annotations

from mailproc.policy.model import Policy

OPENING = ("CON-2", "OWN-1")
STATUS = ("CON-10", "ELA-10")
TERM = ("OWN-10",)
INCIDENT = ("EIO-8",)
DEVELOPMENT = ("ELA-7",)
VOICEMAIL = ("ELA-4",)
FOR = ("ELA-13",)
ACCOUNTS = ("ELA-5",)


def said_by(policy: Policy, clauses: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the clauses that this policy lists."""
    return tuple(clause for clause in clauses if clause in policy.clauses)
