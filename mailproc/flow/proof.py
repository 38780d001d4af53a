"""How far a program's mail can be trusted to come from where it says: forms, trackers (OWN-1, ELA-7)."""

from __future__ import annotations

from ipaddress import ip_address

from mailproc.flow.desk import Desk
from mailproc.flow.mail import Mail


def proved(mail: Mail, desk: Desk) -> str:
    """How the sender of this mail is known, in words; "" if it is not: anybody can write any address into From.

    Known is who logged in, and what a program on this machine hands over itself: a mail that another server passed on
    through this machine has a Received field, and may come from anywhere.
    """
    if not mail.message.sender:
        return ""
    if desk.simulated:
        return "simulated"
    if mail.envelope.login:
        return f"logged in as {mail.envelope.login}"
    if _loopback(mail.envelope.peer) and not mail.message.headers.get("received"):
        return "handed over on this machine"
    return ""


def _loopback(peer: str) -> bool:
    try:
        return ip_address(peer.strip("[]").removeprefix("IPv6:")).is_loopback
    except ValueError:
        return False
