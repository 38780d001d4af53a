"""What the customers file says of a mail's sender, as rules may ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mailproc.core.facts import SENDER
from mailproc.flow.desk import Desk
from mailproc.flow.mail import Mail


def sender_facts(mail: Mail, desk: Desk) -> Mapping[str, Any]:
    """The facts of `core.facts.SENDER` for this sender.

    Where customers are listed, somebody who is not among them is not entitled; an empty list turns nobody away (JEL-6).
    """
    return facts_of(mail.sender, desk)


def facts_of(address: str, desk: Desk) -> Mapping[str, Any]:
    """The same for whoever has this address, "" for nobody who is known."""
    customer = desk.customer_at(address) if address else None
    if customer is None:
        return {**SENDER, "address": address, "entitled": not desk.config.customers}
    return {
        "address": address,
        "known": True,
        "entitled": customer.entitled,
        "owner": address in {one.lower() for one in customer.owners},
        "may_escalate": customer.may_escalate,
        "revoked_because": customer.revoked_because,
        "plan": customer.plan,
        "products": customer.products,
        "hoster": customer.hoster,
    }
