"""The desk: everything that was configured, checked and loaded, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from mailproc.config import Agent, Config, Customer, Mailbox
from mailproc.core.case import Case
from mailproc.mail.automatic import Own
from mailproc.mail.templates import Templates
from mailproc.mail.tokens import Signer
from mailproc.mail.voicemail import Rule
from mailproc.policy.agreement import agreed
from mailproc.policy.model import Policy


@dataclass(frozen=True)
class Desk:
    """What the flow knows beside the store: data, not a service.

    `simulated`: senders count as authenticated, and mails are decided but not composed unless `composed` is true.
    `hold`: mail to customers is decided and kept for review (`serve --hold`).
    """

    config: Config
    policies: Mapping[str, Policy]  # by mailbox name
    templates: Mapping[str, Templates]  # by mailbox name
    signer: Signer
    own: Own
    simulated: bool = False
    composed: bool = True
    hold: bool = False
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # mailbox → what customers say → severity
    telephones: tuple[Rule, ...] = ()  # the rules by which the mails of telephone systems are known (R27)

    def policy(self, case: Case) -> Policy:
        """The policy that the case's mailbox works by, as it holds for the case's plan, zone and type."""
        return agreed(self.policies[case.mailbox], case.plan, case.zone, case.type)

    def mailbox(self, name: str) -> Mailbox:
        """The mailbox of that name, or the first one if it was taken out of the configuration since."""
        return self.config.mailbox.get(name) or next(iter(self.config.mailbox.values()))

    def address(self, name: str) -> str:
        """The address that a mailbox writes from."""
        return self.mailbox(name).addresses[0]

    @cached_property
    def mailbox_names(self) -> Mapping[str, str]:
        """Every address of ours, lower case, with the name of its mailbox."""
        return {address: name for name, mailbox in self.config.mailbox.items() for address in mailbox.all_addresses}

    @cached_property
    def agents(self) -> Mapping[str, Agent]:
        """The agents by their lower-case address."""
        return {agent.address.lower(): agent for agent in self.config.agents}

    @cached_property
    def agents_by_name(self) -> Mapping[str, Agent]:
        """The agents by name."""
        return {agent.name: agent for agent in self.config.agents}

    def base(self, address: str) -> str | None:
        """The mailbox address that `address` belongs to, with or without an extension; None if it is not ours."""
        address = address.lower()
        if address in self.mailbox_names:
            return address
        local, _, domain = address.rpartition("@")
        stripped = f"{local.partition(self.signer.delimiter)[0]}@{domain}"
        return stripped if stripped in self.mailbox_names else None

    def roles(self, agent: str) -> frozenset[str]:
        """The roles that an agent has in any team."""
        return frozenset(
            role for team in self.config.teams.values() for role in _ROLES if agent in getattr(team, role, ())
        )

    def customer_at(self, address: str) -> Customer | None:
        """The customer whom an address belongs to: by the address itself, else by its domain."""
        address = address.lower()
        return self._by_address.get(address) or self._by_domain.get(address.rpartition("@")[2])

    def customer_named(self, name: str) -> Customer | None:
        """The customer of that name in the customers file."""
        return self._by_name.get(name)

    def customers_at_phone(self, number: str) -> tuple[Customer, ...]:
        """Every customer with this telephone number (E.164)."""
        return tuple(customer for customer in self.config.customers if number in customer.phones)

    @cached_property
    def _by_name(self) -> Mapping[str, Customer]:
        return {customer.name: customer for customer in self.config.customers}

    @cached_property
    def _by_address(self) -> Mapping[str, Customer]:
        return {address.lower(): one for one in self.config.customers for address in (*one.addresses, *one.owners)}

    @cached_property
    def _by_domain(self) -> Mapping[str, Customer]:
        return {domain.lower(): one for one in self.config.customers for domain in one.domains}


_ROLES = ("team_lead", "management", "account_manager", "cs_lead", "on_call", "committee")
