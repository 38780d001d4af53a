"""The small made-up desk that every story is played at: one mailbox, four agents, one customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from mailproc.config import Agent, Config, Customer, Mailbox, Operator, Outbound, Storage, Team
from mailproc.config.model import RotaTable
from mailproc.config.source import Source, lists_frozen, validated
from mailproc.flow.desk import Desk
from mailproc.flow.loading import load
from mailproc.policy.locate import Lines

MAILBOX = "support@example.com"
OPERATOR = "ops@example.com"
AGENTS = ("alice", "bob", "lead", "manager")
ROLES = ("members", "team_lead", "management", "account_manager", "cs_lead", "on_call", "committee")
STATUS = "status@example.com"
"""An empty mail to it asks how things stand."""
AUTHORISED = ("bob", "lead")
"""Who may look into a customer's data."""
PHONE = "+12125550100"
PEOPLE = {
    "customer": ("carol@customer.example", "Carol"),
    "colleague": ("dave@customer.example", "Dave"),
    "stranger": ("sam@stranger.example", "Sam"),
    "robot": ("noreply@robot.example", "Robot"),
}
"""Whoever writes in a story, with address and name; the first two belong to the customer."""
KEYS = {"story": b"a key that signs stories alone: 0"}


def story_desk(
    policy: Path,
    *,
    zone: str,
    plan: str = "",
    composed: bool = False,
    customer: Mapping[str, object] | None = None,
    rota: Sequence[str] = (),
    roles: Mapping[str, Sequence[str]] | None = None,
    zones: Mapping[str, str] | None = None,
    bundle: str = "0 minutes",
) -> Desk:
    """The desk of a story around a policy file; agents and the customer are in `zone`, those of `zones` elsewhere.

    `roles` says who holds a role of the team, where others do than usual.

    `customer` has keys of the customers file that are other than usual.  `rota` are agents who take turns in being on
    call, a week each from Monday at nine, the first in the first week of 2026.  Raises UserError.
    """
    config = Config(
        mailbox={
            "support": Mailbox(
                addresses=(MAILBOX,),
                status_address=STATUS,
                policy=policy.absolute(),
                brand="Example",
                timezone=zone,
            )
        },
        outbound=Outbound(url="maildir:var/outbox"),
        storage=Storage(url="sqlite:///var/story.db"),
        agents=tuple(
            Agent(
                name=name,
                address=f"{name}@example.com",
                timezone=(zones or {}).get(name, zone),
                may_access=name in AUTHORISED,
            )
            for name in AGENTS
        ),
        teams={
            "support": Team.model_validate(
                {
                    "members": ("alice", "bob"),
                    "team_lead": ("lead",),
                    "management": ("manager",),
                    "rota": "support" if rota else "",
                    "bundle": bundle,
                    **{role: tuple(names) for role, names in (roles or {}).items()},
                }
            )
        },
        rotas={"support": _rota(rota, zone)} if rota else {},
        customers=(Customer.model_validate({**_customer(zone, plan), **lists_frozen(customer or {})}),),
        operator=Operator(addresses=(OPERATOR,)),
    )
    return load(config, KEYS, simulated=True, composed=composed)


def _rota(members: Sequence[str], zone: str) -> RotaTable:
    return RotaTable(members=tuple(members), start=date(2026, 1, 5), timezone=zone)


def customer_problems(keys: Mapping[str, object]) -> tuple[str, ...]:
    """What is wrong with these keys of a customer, if anything is."""
    source = Source("", Lines({}))
    validated(Customer, {"name": "Customer", **keys}, source)
    return tuple(problem.partition(": ")[2] for problem in source.problems)


def bundle_problem(said: str) -> str:
    """What is wrong with this length of time for notices to wait, "bundle: …"; "" if nothing is."""
    source = Source("", Lines({}))
    validated(Team, {"members": AGENTS, "bundle": said}, source)
    return next((problem.partition(": ")[2] for problem in source.problems), "")


def _customer(zone: str, plan: str) -> dict[str, object]:
    return {
        "name": "Customer",
        "domains": ("customer.example",),
        "addresses": (PEOPLE["customer"][0],),
        "phones": (PHONE,),
        "timezone": zone,
        "plan": plan,
        "account_manager": "manager",
    }


def known_as(address: str) -> str:
    """The name that a story has for an address: "customer", an agent's name, "operator"; else the address."""
    names = {each: name for name, (each, _) in PEOPLE.items()}
    names |= {f"{name}@example.com": name for name in AGENTS} | {OPERATOR: "operator", MAILBOX: "support"}
    return names.get(address, address)
