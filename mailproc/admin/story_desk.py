"""The small made-up desk that every story is played at: one mailbox, four agents, one customer."""

from __future__ import annotations

from pathlib import Path

from mailproc.config import Agent, Config, Customer, Mailbox, Operator, Outbound, Storage, Team
from mailproc.flow.desk import Desk
from mailproc.flow.loading import load

MAILBOX = "support@example.com"
OPERATOR = "ops@example.com"
AGENTS = ("alice", "bob", "lead", "manager")
PHONE = "+12125550100"
PEOPLE = {
    "customer": ("carol@customer.example", "Carol"),
    "colleague": ("dave@customer.example", "Dave"),
    "stranger": ("sam@stranger.example", "Sam"),
    "robot": ("noreply@robot.example", "Robot"),
}
"""Whoever writes in a story, with address and name; the first two belong to the customer."""
KEYS = {"story": b"a key that signs stories alone: 0"}


def story_desk(policy: Path, *, zone: str, plan: str = "", composed: bool = False) -> Desk:
    """The desk of a story around a policy file; agents and the customer are in `zone`.  Raises UserError."""
    config = Config(
        mailbox={"support": Mailbox(addresses=(MAILBOX,), policy=policy.absolute(), brand="Example", timezone=zone)},
        outbound=Outbound(url="maildir:var/outbox"),
        storage=Storage(url="sqlite:///var/story.db"),
        agents=tuple(Agent(name=name, address=f"{name}@example.com", timezone=zone) for name in AGENTS),
        teams={"support": Team(members=("alice", "bob"), team_lead=("lead",), management=("manager",))},
        customers=(
            Customer(
                name="Customer",
                domains=("customer.example",),
                addresses=(PEOPLE["customer"][0],),
                phones=(PHONE,),
                timezone=zone,
                plan=plan,
                account_manager="manager",
            ),
        ),
        operator=Operator(addresses=(OPERATOR,)),
    )
    return load(config, KEYS, simulated=True, composed=composed)


def known_as(address: str) -> str:
    """The name that a story has for an address: "customer", an agent's name, "operator"; else the address."""
    names = {each: name for name, (each, _) in PEOPLE.items()}
    names |= {f"{name}@example.com": name for name in AGENTS} | {OPERATOR: "operator", MAILBOX: "support"}
    return names.get(address, address)
