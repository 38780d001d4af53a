"""Whether a machine may answer a mail: the gate of R14, with what we know of the address from our own mail to it."""

from __future__ import annotations

from mailproc.flow.mail import Mail
from mailproc.store import suppressed
from mailproc.store.transaction import Transaction


def closed(mail: Mail, tx: Transaction, address: str) -> str:
    """Why no machine may answer this mail at `address`; "" if one may."""
    call = mail.reading.voicemail
    if call and mail.reading.kind != "voicemail":
        return "it may be a voicemail: a person must look at it first"
    if not mail.reading.answerable and (not call or call.forwarded):  # a caller is answered where they are known
        return "; ".join(mail.reading.reasons[1:] or mail.reading.reasons)
    dead = suppressed.why(tx, address)
    return f"mail to this address failed: {dead}" if dead else ""
