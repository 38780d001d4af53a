"""What no single key can tell: whether the tables of the configuration agree with each other and with the disk."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from mailproc.config.customers import Placed
from mailproc.config.duties import duties_disagree, duties_doubtful
from mailproc.config.model import Config, Customer
from mailproc.config.secret import has_variable, variable
from mailproc.config.source import shown
from mailproc.config.words import Loc
from mailproc.policy.source import meant

Finding = tuple[Loc, str]
SIGNED_LOCAL_PART = 20  # a signed reply address adds 44 octets, and RFC 5321 §4.5.3.1.1 allows 64
ROLES = ("members", "team_lead", "management", "account_manager", "cs_lead", "on_call", "committee")


def disagreements(config: Config) -> Iterator[Finding]:
    """Everything that keeps the daemon from running: where, and what is wrong."""
    yield from _mailboxes(config)
    yield from _agents(config)
    yield from _teams(config)
    yield from duties_disagree(config)
    yield from _files(config)
    yield from _passwords(config)
    yield from _listeners(config)


def doubts(config: Config) -> Iterator[Finding]:
    """Everything that is allowed, and yet worth a second look."""
    smtp, key = config.intake.smtp, config.security.key_file
    if not smtp and not config.intake.lmtp:
        yield ("intake",), "no mail can come in but by mailproc receive; add [intake.smtp] or [intake.lmtp]"
    if smtp and config.security.agent_proof == "token" and not _loopback(smtp.host):
        yield (
            ("security", "agent_proof"),
            f'"token" while intake.smtp listens on {smtp.host}: who reads an agent\'s mail can answer for him; '
            'write "token+domain", or listen on 127.0.0.1',
        )
    if key.exists() and key.stat().st_mode & 0o077:
        yield ("security", "key_file"), f"{shown(key)} can be read by others; chmod 600 it"
    yield from duties_doubtful(config)
    if not config.operator.addresses:
        yield ("operator", "addresses"), 'nobody hears of trouble; add one such as addresses = ["ops@example.com"]'


def customers_disagree(customers: Sequence[Placed], config: Config | None) -> Iterator[tuple[Placed, Loc, str]]:
    """Customers who claim the same thing, or an account manager who is no agent."""
    for key in ("name", "domains", "addresses"):
        seen: dict[str, str] = {}
        for placed in customers:
            for value in _claimed(placed[2], key):
                if value in seen:
                    whose = "stands here twice" if key == "name" else f"already belongs to {seen[value]}"
                    yield placed, (key,), f'"{value}" {whose}; give each customer their own'
                seen.setdefault(value, placed[2].name)
    for placed in customers:
        if placed[2].next_plan and placed[2].term_end is None:
            yield placed, ("next_plan",), "comes after a term, and there is none; add one such as term_end = 2026-12-31"
    names = {agent.name for agent in config.agents} if config else set()
    for placed in customers if config else ():
        manager = placed[2].account_manager
        if manager and manager not in names:
            yield placed, ("account_manager",), f'"{manager}" is no agent; {meant(manager, names)}'


def _claimed(customer: Customer, key: str) -> Iterable[str]:
    """What only one customer can have, each once."""
    match key:
        case "name":
            return (customer.name,)
        case "domains":
            return dict.fromkeys(customer.domains)
    return dict.fromkeys((*customer.addresses, *customer.owners))


def _mailboxes(config: Config) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for name, mailbox in config.mailbox.items():
        if mailbox.team not in config.teams:
            yield ("mailbox", name, "team"), f'"{mailbox.team}" is no team; {meant(mailbox.team, config.teams)}'
        for index, address in enumerate(mailbox.addresses):
            if address in seen:
                place: Loc = ("mailbox", name, "addresses", index)
                yield place, f'"{address}" already belongs to mailbox.{seen[address]}; give each mailbox its own'
            seen.setdefault(address, name)
        if (asked := mailbox.status_address) and seen.setdefault(asked, f"{name}.status_address") != (
            f"{name}.status_address"
        ):
            place = ("mailbox", name, "status_address")
            yield place, f'"{asked}" already belongs to mailbox.{seen[asked]}; give it an address of its own'
        if len(mailbox.address.rpartition("@")[0].encode()) > SIGNED_LOCAL_PART:
            yield (
                ("mailbox", name, "addresses", 0),
                f'"{mailbox.address}" is too long for signed reply addresses; '
                f"use at most {SIGNED_LOCAL_PART} characters before the @",
            )


def _agents(config: Config) -> Iterator[Finding]:
    names: set[str] = set()
    addresses: set[str] = set()
    ours = {address: name for name, mailbox in config.mailbox.items() for address in mailbox.all_addresses}
    for index, agent in enumerate(config.agents):
        if agent.name in names:
            yield ("agents", index, "name"), f'"{agent.name}" stands here twice; give each agent a name of their own'
        if agent.address in addresses:
            yield ("agents", index, "address"), f'"{agent.address}" stands here twice; an address proves one agent'
        if agent.address in ours:
            why = f'"{agent.address}" is an address of mailbox.{ours[agent.address]}'
            yield ("agents", index, "address"), f"{why}; mail to it would go round; give the agent's own address"
        names.add(agent.name)
        addresses.add(agent.address)
    for index, address in enumerate(config.operator.addresses):
        if address in ours:
            why = f'"{address}" is an address of mailbox.{ours[address]}; an alarm would become a case'
            yield ("operator", "addresses", index), f"{why}; give a person's address"


def _teams(config: Config) -> Iterator[Finding]:
    names = list(dict.fromkeys(agent.name for agent in config.agents))
    for team_name, team in config.teams.items():
        for role in ROLES:
            for index, name in enumerate(getattr(team, role)):
                if name not in names:
                    yield ("teams", team_name, role, index), f'"{name}" is no agent; {meant(name, names)}'


def _files(config: Config) -> Iterator[Finding]:
    smtp = config.intake.smtp
    for name, mailbox in config.mailbox.items():
        yield from _must_be(("mailbox", name, "policy"), mailbox.policy, Path.is_file, "a policy")
        yield from _must_be(("mailbox", name, "templates"), mailbox.templates, Path.is_dir, "a folder of templates")
    password = config.outbound.password_file
    yield from _must_be(("outbound", "password_file"), password, Path.is_file, "a file that holds the password")
    if smtp:
        yield from _must_be(("intake", "smtp", "tls_certificate"), smtp.tls_certificate, Path.is_file, "a PEM file")
        yield from _must_be(("intake", "smtp", "tls_key"), smtp.tls_key, Path.is_file, "a PEM file")


def _must_be(place: Loc, path: Path | None, test: Callable[[Path], bool], what: str) -> Iterator[Finding]:
    if path is not None and not test(path):
        yield place, f"{shown(path)} is not there; name {what} that can be read, from this file's folder"


def _passwords(config: Config) -> Iterator[Finding]:
    outbound = config.outbound
    if outbound.user and outbound.url.startswith("maildir:"):
        yield ("outbound", "user"), "a Maildir asks for no user; take it out"
    elif outbound.user and "@" in outbound.url:
        yield ("outbound", "user"), "the URL names a user as well; keep one of them"
    if outbound.logs_in and outbound.password_file is None and not has_variable("outbound"):
        yield ("outbound", "user"), f"no password for it; add password_file, or set {variable('outbound')}"
    if outbound.first_retry > outbound.longest_retry:
        yield ("outbound", "first_retry"), "longer than longest_retry; make it shorter"


def _listeners(config: Config) -> Iterator[Finding]:
    smtp = config.intake.smtp
    if smtp is None:
        return
    if (smtp.tls_certificate is None) != (smtp.tls_key is None):
        yield ("intake", "smtp", "tls_certificate"), "a certificate needs its key, and a key its certificate; set both"
    elif smtp.starttls == "required" and smtp.tls_certificate is None:
        yield ("intake", "smtp", "starttls"), "required without a certificate; set tls_certificate and tls_key as well"
    if smtp.connections_per_address > smtp.connections:
        yield ("intake", "smtp", "connections_per_address"), "more than connections; make it smaller"


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
