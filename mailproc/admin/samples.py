"""Made-up cases under the real policy, and the notices that could come of them, for previews and checks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from mailproc.config import Agent
from mailproc.core.case import Case, Pause, Person, Progress, State
from mailproc.core.effects import Notice
from mailproc.flow.desk import Desk
from mailproc.mail import samples as words
from mailproc.mail.facts import CUSTOMER_NOTICES, OPERATOR_NOTICES
from mailproc.policy.model import Policy

OPENED = datetime(2026, 3, 6, 21, 20, tzinfo=UTC)
NUMBER = 1042
LONG_SUBJECT = "The nightly export stops after ten minutes, and nobody has changed anything " * 5
ANSWERS = frozenset(
    {"confirmation", "status", "reopened", "was_this_you"}
    | {"declined_escalation", "not_entitled", "enhancement_received"}
)
"""Notices that answer a mail at once."""

_SOMEBODY = Agent(name="alice", address="alice@example.com")
_OPERATOR = "operator@example.com"


@dataclass(frozen=True, slots=True)
class Sample:
    """A made-up case, and what is special about it."""

    name: str
    case: Case


def samples(desk: Desk, mailbox: str = "") -> list[Sample]:
    """The sample cases of a mailbox, the first one if none is named: their severities and promises are its policy's."""
    name = mailbox or next(iter(desk.config.mailbox))
    plain = _plain(desk.policies[name], name)
    stranger = Person(address="ann@customer.example", name="Ann Example")
    return [
        Sample("a customer", plain),
        Sample("a sender who is not verified", replace(plain, verified=False, spoke=None)),
        Sample("no subject", replace(plain, subject="", requester=replace(stranger, name=""))),
        Sample("a very long subject", replace(plain, subject=LONG_SUBJECT.strip())),
        Sample("a German customer", replace(plain, language="de", subject="Der nächtliche Export bricht ab")),
        Sample("a voicemail", _voicemail(plain)),
        Sample("a case that waits", _waiting(plain)),
        *(Sample(f"severity {one}", replace(plain, severity=one)) for one in desk.policies[name].severities),
    ]


def _plain(policy: Policy, mailbox: str) -> Case:
    return Case(
        number=NUMBER,
        mailbox=mailbox,
        opened=OPENED,
        subject="Nightly export stops",
        requester=Person(address="ann@customer.example", name="Ann Example"),
        state=State.OPEN,
        severity=policy.default_severity,
        customer="Customer Example",
        language="en",
        opening="Since this morning the nightly export stops after ten minutes.",
        verified=True,
        message_id="<sample@customer.example>",
        spoke=OPENED + timedelta(minutes=30),
        progress=Progress(text="We found the machine that runs out of memory.", at=OPENED + timedelta(minutes=30)),
    )


def _voicemail(plain: Case) -> Case:
    """A known caller: one without an address gets no mail, but a call."""
    return replace(
        plain,
        kind="voicemail",
        subject="Voicemail from Ann Example",
        requester=replace(plain.requester, phone="+12025550100"),
        message_id="",
    )


def _waiting(plain: Case) -> Case:
    pause = Pause(start=OPENED + timedelta(hours=1), until=None, why="waiting")
    return replace(plain, state=State.WAITING, pauses=(pause,))


def furnished(desk: Desk, language: str = "") -> Desk:
    """The desk with somebody in every role, so that each notice has a reader; all of them read `language` if given."""
    config = desk.config
    agents = config.agents or (_SOMEBODY,)
    customers = config.customers
    if language:
        agents = tuple(agent.model_copy(update={"language": language}) for agent in agents)
        customers = tuple(one.model_copy(update={"language": language}) for one in customers)
    operator = (
        config.operator if config.operator.addresses else config.operator.model_copy(update={"addresses": (_OPERATOR,)})
    )
    changed = config.model_copy(update={"agents": agents, "customers": customers, "operator": operator})
    return replace(desk, config=changed, hold=False)


def notice(template: str, language: str, desk: Desk, case: Case) -> Notice:
    """The notice of that template on that case, with made-up facts of its own in the reader's language."""
    policy = desk.policy(case)
    made_up = words.sample(template, language)
    about = {"number": 1, **made_up["note"], "commands": made_up["commands"]}
    levels = list(policy.severities)
    for key, level in (("old", levels[-1]), ("new", levels[0])):
        if key in about:
            about[key] = level  # the flow turns a policy's id into its label
    if "severities" in about:
        others = (level for name, level in policy.severities.items() if name != case.severity)
        about["severities"] = tuple({"label": level.label, "means": level.means} for level in others)
    return Notice(
        template=template,
        to=_reader(template, desk),
        objective=_objective(template, policy, case),
        about=about,
        answers=template in ANSWERS,
        text=made_up["text"],
        because=made_up["because"],
        clause=(),
    )


def _reader(template: str, desk: Desk) -> str:
    if template in CUSTOMER_NOTICES:
        return "customer"
    return "operator" if template in OPERATOR_NOTICES else desk.config.agents[0].name


def _objective(template: str, policy: Policy, case: Case) -> str:
    if template in ("confirmation", "update", "action_plan"):
        return template
    if template in ("at_risk", "breach", "escalation", "page"):
        return next((name for name in policy.promises(case.severity) if name != "confirmation"), "")
    return "update" if template == "update_due" else ""
