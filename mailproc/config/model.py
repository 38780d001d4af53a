"""What an admin sets, as frozen values: one class per table of the configuration file."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from mailproc.config.kinds import (
    Address,
    Addresses,
    AddressOrNone,
    DatabaseUrl,
    Day,
    Domains,
    Duration,
    FilePath,
    Handover,
    Language,
    LanguageOrUnknown,
    Languages,
    Listen,
    ListenOrSocket,
    Moment,
    Name,
    Names,
    OutboundUrl,
    Phones,
    Region,
    TurnLength,
    Window,
    Zone,
    ZoneOrUnknown,
    split_listen,
)

MIB = 1024 * 1024


class Table(BaseModel):
    """A table of the file: nothing in it that is not known, nothing that changes later."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Mailbox(Table):
    """`[mailbox.NAME]`: the addresses that customers write to, and what stands behind them.

    The first address is the From of all mail.  Without `templates` the built-in ones are used.
    """

    addresses: Annotated[Addresses, Field(min_length=1, examples=[["support@example.com"]])]
    policy: Annotated[FilePath, Field(examples=["policies/conceal.toml"])]
    team: str = "support"
    status_address: AddressOrNone = ""  # an empty mail to it is answered with the sender's open cases (ELA-10)
    templates: FilePath | None = None
    signature: str = ""
    brand: str = ""
    language: Language = "en"
    timezone: Zone = "UTC"

    @property
    def address(self) -> str:
        """The address that mail to customers comes from."""
        return self.addresses[0]

    @property
    def all_addresses(self) -> tuple[str, ...]:
        """Every address that belongs to it, in lower case."""
        asked = (self.status_address,) if self.status_address else ()
        return tuple(address.lower() for address in (*self.addresses, *asked))


class SmtpIntake(Table):
    """`[intake.smtp]`: the listener for mail by SMTP."""

    listen: Annotated[Listen, Field(examples=["127.0.0.1:2525"])]
    hostname: str = "localhost"
    max_size: Annotated[int, Field(ge=1, le=1024)] = 35  # MiB of one mail
    connections: Annotated[int, Field(ge=1, le=100_000)] = 500
    connections_per_address: Annotated[int, Field(ge=1, le=100_000)] = 50
    tls_certificate: FilePath | None = None
    tls_key: FilePath | None = None
    starttls: Literal["optional", "required"] = "optional"

    @property
    def host(self) -> str:
        """The address to listen at, without brackets."""
        return (split_listen(self.listen) or ("", 0))[0]

    @property
    def port(self) -> int:
        """The TCP port; 0: any that is free."""
        return (split_listen(self.listen) or ("", 0))[1]

    @property
    def max_bytes(self) -> int:
        """The size of the largest mail that is taken, in bytes."""
        return self.max_size * MIB


class LmtpIntake(Table):
    """`[intake.lmtp]`: the listener for mail by LMTP; `listen` is "host:port" or the absolute path of a socket."""

    listen: Annotated[ListenOrSocket, Field(examples=["127.0.0.1:2424"])]
    hostname: str = "localhost"
    max_size: Annotated[int, Field(ge=1, le=1024)] = 35  # MiB of one mail

    @property
    def socket(self) -> Path | None:
        """The path of the UNIX socket; None for a TCP port."""
        return None if split_listen(self.listen) else Path(self.listen)

    @property
    def host_port(self) -> tuple[str, int] | None:
        """The TCP address; None for a UNIX socket."""
        return split_listen(self.listen)

    @property
    def max_bytes(self) -> int:
        """The size of the largest mail that is taken, in bytes."""
        return self.max_size * MIB


class Intake(Table):
    """`[intake]`: the ways by which mail comes in."""

    smtp: SmtpIntake | None = None
    lmtp: LmtpIntake | None = None


class Outbound(Table):
    """`[outbound]`: where mail goes out, and how long delivery is tried."""

    url: Annotated[OutboundUrl, Field(examples=["maildir:var/outbox"])]
    user: str = ""
    password_file: FilePath | None = None
    hello: str = "localhost"
    first_retry: Duration = timedelta(minutes=1)
    longest_retry: Duration = timedelta(hours=1)
    expires: Duration = timedelta(days=5)

    @property
    def login_url(self) -> str:
        """`url` with the user in it, as `edge.outbound.outbound_for` takes it."""
        scheme, _, rest = self.url.partition("://")
        return f"{scheme}://{quote(self.user, safe='')}@{rest}" if self.user else self.url

    @property
    def logs_in(self) -> bool:
        """Whether the smarthost wants a password."""
        return bool(self.user) or (not self.url.startswith("maildir:") and urlsplit(self.url).username is not None)


class Storage(Table):
    """`[storage]`: the database."""

    url: Annotated[DatabaseUrl, Field(examples=["sqlite:///var/mailproc.db"])]


class Agent(Table):
    """`[[agents]]`: one person who answers customers."""

    name: Annotated[Name, Field(examples=["alice"])]
    address: Annotated[Address, Field(examples=["alice@example.com"])]
    timezone: Zone = "UTC"
    language: Language = "en"
    signature: str = ""
    deputy: str = ""  # an agent's name: stands in while this one is away
    products: Names = ()  # that this agent knows
    languages: Languages = ()  # that this agent speaks
    may_access: bool = False  # to customers' data, for one case at a time (OWN-9)


class Override(Table):
    """One of `overrides` of a rota: who is on call from then until then; a moment without an offset is the rota's."""

    since: Annotated[Moment, Field(alias="from", examples=["2026-12-24 09:00"])]
    until: Annotated[Moment, Field(examples=["2026-12-25 09:00"])]
    member: Annotated[str, Field(examples=["alice"])]
    because: str = ""


class RotaTable(Table):
    """`[rotas.NAME]`: who takes turns in being on call; or the file that says so (`mailproc.config.rotas`)."""

    members: Annotated[Names, Field(min_length=1, examples=[["alice", "bob"]])]
    start: Annotated[Day, Field(examples=[date(2026, 1, 5)])]
    timezone: Zone = "UTC"
    handover: Handover = "mon 09:00"
    length: TurnLength = timedelta(weeks=1)
    overrides: tuple[Override, ...] = ()
    file: FilePath | None = None


class Team(Table):
    """`[teams.NAME]`: who belongs to it and who holds which role, all by the names of agents."""

    members: Annotated[Names, Field(min_length=1, examples=[["alice", "bob"]])]
    team_lead: Names = ()
    management: Names = ()
    account_manager: Names = ()
    cs_lead: Names = ()
    on_call: Names = ()
    committee: Names = ()
    rota: str = ""  # the name of a rota: who is on call by it holds the role as well
    assign: Literal["none", "rota", "product", "language", "turns"] = "none"  # who owns a new case
    bundle: Window = timedelta(0)  # notices to one person within so long are one mail


class Customer(Table):
    """One customer of the customers file.  Empty means unknown; `account_manager` is an agent's name."""

    name: Annotated[str, Field(min_length=1, examples=["Example Ltd"])]
    domains: Domains = ()
    addresses: Addresses = ()
    owners: Addresses = ()
    phones: Phones = ()
    plan: str = ""
    term_end: date | None = None  # the last day of what is paid
    next_plan: str = ""  # the plan from the day after it
    timezone: ZoneOrUnknown = ""
    language: LanguageOrUnknown = ""
    account_manager: str = ""
    products: Names = ()
    entitled: bool = True
    may_escalate: bool = True
    revoked_because: str = ""  # why may_escalate is false (EIO-5)
    hoster: str = ""


class Limits(Table):
    """`[limits]`: how many automatic answers one address gets (R15), and other bounds."""

    answers_per_10_minutes: Annotated[int, Field(ge=0)] = 2
    answers_per_hour: Annotated[int, Field(ge=0)] = 3
    answers_per_day: Annotated[int, Field(ge=0)] = 10
    attachments_mib: Annotated[int, Field(ge=0, le=1024)] = 10  # passed on with one mail
    tries: Annotated[int, Field(ge=1, le=100)] = 3  # to understand a mail, before it is quarantined

    @property
    def attachments_bytes(self) -> int:
        """How much of attachments one mail carries on, in bytes."""
        return self.attachments_mib * MIB


class Security(Table):
    """`[security]`: what proves an agent (R19), and the key that signs reply addresses."""

    agent_proof: Literal["token", "token+domain"] = "token+domain"
    key_file: Annotated[FilePath, Field(validate_default=True)] = Path("var/secret.key")
    reply_days: Annotated[int, Field(ge=1, le=3650)] = 30  # that a signed reply address stays good


class Operator(Table):
    """`[operator]`: who hears that mailproc itself needs help."""

    addresses: Addresses = ()


class Log(Table):
    """`[log]`: the mail log; `file` None is stderr."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    file: FilePath | None = None
    format: Literal["json", "text"] = "json"


class Calls(Table):
    """`[voicemail]`: how the mails of telephone systems are read."""

    region: Region = "US"  # whose numbers stand without a country code
    rules: FilePath | None = None  # a folder with rules of your own, before the shipped ones


class Reload(Table):
    """`[reload]`: what happens when a file changes while the daemon runs."""

    watch: bool = True  # look at the files every few seconds; SIGHUP and `mailproc reload` work in any case
    limit: Annotated[int, Field(ge=0)] = 50  # notices that may go at once because of a change, unless it is forced


class Config(Table):
    """The whole configuration, checked.  Every path in it is absolute."""

    mailbox: Annotated[dict[str, Mailbox], Field(min_length=1, examples=[{}])]
    intake: Intake = Intake()
    outbound: Annotated[Outbound, Field(examples=[{"url": "maildir:var/outbox"}])]
    storage: Annotated[Storage, Field(examples=[{"url": "sqlite:///var/mailproc.db"}])]
    agents: tuple[Agent, ...] = ()
    teams: dict[str, Team] = Field(default_factory=dict)
    rotas: dict[str, RotaTable] = Field(default_factory=dict)
    customers: tuple[Customer, ...] = ()
    limits: Limits = Limits()
    security: Security = Security()
    operator: Operator = Operator()
    log: Log = Log()
    reload: Reload = Reload()
    voicemail: Calls = Calls()

    _path: Path = PrivateAttr(default=Path("config.toml"))
    _warnings: tuple[str, ...] = PrivateAttr(default=())
    _files: tuple[Path, ...] = PrivateAttr(default=())
    _places: dict[str, str] = PrivateAttr(default_factory=dict)

    @property
    def path(self) -> Path:
        """The file that this was read from."""
        return self._path

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that the configuration itself was read from: its own, those of customers and of rotas."""
        return (self._path, *self._files)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is allowed, and yet worth a second look: whole sentences of the form of a problem."""
        return self._warnings

    def plan_of(self, customer: str) -> str:
        """Where the plan of the customer of that name stands, as "file:line: plan"; for problems that others find."""
        return self._places.get(customer, f"{self._path}:1: customers.{customer}.plan")

    def agent(self, name: str) -> Agent | None:
        """The agent of that name."""
        return next((agent for agent in self.agents if agent.name == name), None)
