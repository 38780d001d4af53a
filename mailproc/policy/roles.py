"""Who a policy may name: the roles, and the check that a file names no other."""

from __future__ import annotations

from mailproc.policy.source import Section

ROLES = ("owner", "team_lead", "management", "account_manager", "cs_lead", "on_call", "committee", "operator")


def refers_to_roles(section: Section, key: str) -> tuple[str, ...]:
    """The roles that a key lists; notes each that does not exist."""
    names = section.texts(key)
    return tuple(name for name in names if section.refers(key, name, ROLES, "role"))
