"""The office that works by elastic.toml: a lead in California, an account manager in Berlin, lists by mail."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from office import KEYS, ROOT, SUPPORT, Office

from mailproc.config import Agent, Config, Customer, Mailbox, Operator, Outbound, Security, Storage, Team
from mailproc.flow.desk import Desk
from mailproc.flow.loading import load
from mailproc.mail.message import Envelope
from mailproc.policy.digests import when
from mailproc.policy.model import Digest
from mailproc.store import inbound, outbox
from mailproc.store.inbound import Inbound
from mailproc.store.transaction import Transaction

JIRA = "jira@example.com"
OTHER = "otto@other.example"
LOOPBACK = {"peer": "127.0.0.1"}


@lru_cache(maxsize=1)
def elastic_desk() -> Desk:
    """The desk that serves elastic.toml; loading it is slow, so it is shared."""
    zones = {"lead": "America/Los_Angeles", "manager": "Europe/Berlin"}
    names = ("alice", "bob", "lead", "manager", "other")
    config = Config(
        mailbox={
            "support": Mailbox(
                addresses=(SUPPORT,),
                policy=ROOT / "policies" / "elastic.toml",
                brand="Example",
                status_address="status@example.com",
            )
        },
        outbound=Outbound(url="maildir:var/outbox"),
        storage=Storage(url="sqlite:///var/test.db"),
        agents=tuple(
            Agent(name=one, address=f"{one}@example.com", timezone=zones.get(one, "UTC"), deputy="bob") for one in names
        ),
        teams={"support": Team(members=("alice", "bob"), cs_lead=("lead",), committee=("bob",), on_call=("bob",))},
        customers=(
            Customer(name="Customer", domains=("customer.example",), account_manager="manager"),
            Customer(name="Other", domains=("other.example",), account_manager="other"),
        ),
        security=Security(agent_proof="token"),
        operator=Operator(addresses=("ops@example.com",)),
    )
    return load(config, KEYS)


def with_lists(desk: Desk, *lists: tuple[str, str, str], zone: str = "UTC") -> Desk:
    """The desk with these lists alone (template, role, when), everybody in one zone."""
    found = []
    for template, role, at in lists:
        moment = when(at)
        assert not isinstance(moment, str)
        found.append(Digest(template=template, to=(role,), days=moment[0], at=moment[1], clause=("ELA-8",)))
    policies = {name: replace(policy, digests=tuple(found)) for name, policy in desk.policies.items()}
    agents = tuple(agent.model_copy(update={"timezone": zone}) for agent in desk.config.agents)
    return replace(desk, policies=policies, config=desk.config.model_copy(update={"agents": agents}))


class Elastic(Office):
    """An office with lists; its time begins on Monday 9 March 2026 at 16:00 UTC."""

    def works(self) -> None:
        """Do all there is to do now."""
        while self.rounds.mails() or self.delivers() or self.rounds.clocks() or self.rounds.lists():
            pass

    def waits(self, length: timedelta) -> None:
        """Time goes on from moment to moment, as for a daemon that runs."""
        end = self.now + length
        while True:
            moments = (
                self.rounds.next_due(),
                self.rounds.next_list(),
                self.read(outbox.next_attempt),
                self.read(inbound.next_try),
            )
            due = min((moment for moment in moments if moment), default=end)
            self.clock.set(min(end, max(due, self.now)))
            self.works()
            if self.now >= end:
                return

    def until(self, moment: str) -> None:
        """Time goes on until then, in UTC."""
        self.waits(datetime.fromisoformat(moment).replace(tzinfo=UTC) - self.now)

    def tracker(
        self, subject: str, text: str = "", sender: str = JIRA, peer: str = "127.0.0.1", login: str = "", **headers: str
    ) -> Inbound:
        """A notice of a tracker, handed over on this machine unless it says otherwise."""
        raw = self.mail(sender, text, Subject=subject, **{"X_JIRA_FingerPrint": "ab12", **headers})
        envelope = Envelope(mail_from=sender, rcpt_tos=(SUPPORT,), peer=peer, login=login)

        def work(tx: Transaction) -> int:
            return inbound.keep(
                tx, received_at=self.now, source="smtp", envelope=envelope, raw=io.BytesIO(raw), size=len(raw)
            )

        key = self.store.transact(work)
        self.works()
        row = self.read(inbound.get, key)
        assert row is not None
        return row

    def desk_address(self, name: str) -> str:
        """The standing signed address of an agent, which belongs to no case."""
        from mailproc.mail.tokens import Kind

        expires = (self.now + timedelta(days=30)).date()
        return self.desk.signer.reply_address(SUPPORT, Kind.DESK, 0, f"{name}@example.com", expires)

    def says(self, name: str, text: str, to: str = "", subject: str = "a dark mode") -> Inbound:
        """An agent writes beside any case, to their signed desk address unless another is named."""
        address = to or self.desk_address(name)
        sender = f"{name}@example.com"
        return self.takes(self.mail(sender, text, To=address, Subject=subject), to=[address], mail_from=sender)

    def told(self, template: str, since: int = 0) -> list[str]:
        """To whom mails of this template went, by name."""
        return [one.recipient.partition("@")[0] for one in self.sent[since:] if one.template == template]
