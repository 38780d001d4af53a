"""A development tracker's mail: news of a ticket on every open case that is linked to it, from proved senders alone."""

from __future__ import annotations

from mailproc.core.case import RUNNING, Case
from mailproc.core.events import TrackerMoved
from mailproc.flow.commit import Actor, commit
from mailproc.flow.desk import Desk
from mailproc.flow.mail import Mail, Outcome, arrived
from mailproc.flow.proof import proved
from mailproc.mail import guard, tracker
from mailproc.mail.tracker import News
from mailproc.mail.verbs import AGENT_VERBS
from mailproc.policy.model import Policy, Tracker
from mailproc.store import cases, links, notes
from mailproc.store.transaction import Transaction

PERSONS = frozenset({"request", "reply", "command", "voicemail", "suspected_voicemail"})
OTHERS = frozenset({"bounce", "receipt", "complaint", "loop"})
"""Kinds that no notice of a tracker has."""


def sends(mail: Mail, desk: Desk) -> bool:
    """Does the mail say that it is from a tracker of its mailbox's policy?"""
    if mail.reading.kind in OTHERS or mail.sender in desk.agents or mail.form:
        return False
    return _tracker_of(mail, desk.policies[mail.mailbox]) is not None


def _tracker_of(mail: Mail, policy: Policy) -> Tracker | None:
    """The tracker with this sender; a whole domain stands for its programs, not for the people who write from it."""
    names = {mail.sender}
    if mail.reading.kind not in PERSONS:
        names.add(mail.sender.rpartition("@")[2])
    return next((one for one in policy.trackers.values() if mail.sender and names & set(one.senders)), None)


def handle(mail: Mail, tx: Transaction, desk: Desk) -> Outcome:
    """Tell every open case that waits for the ticket; what cannot be trusted or placed is listed, and does nothing."""
    policy = desk.policies[mail.mailbox]
    source = _tracker_of(mail, policy)
    proof = proved(mail, desk)
    if source is None or not proof:
        return _ignored(mail, tx, "says that it is from a tracker, but its sender is not proved")
    news = _read(mail, source, policy)
    if news is None:
        return _ignored(mail, tx, f"a notice of the tracker {source.name} that names no ticket")
    found = _waiting(mail, news, tx, desk)
    if not found:
        return _ignored(mail, tx, f"{news.references[0]}: no open case waits for it")
    told = f"{news.references[0]}{f': {news.state}' if news.state else ''}"
    arrived(mail, tx, found[0].number, f"the tracker {source.name}, {proof}: {told}")
    for case in found:
        _tell(case, news, mail, tx, desk, proof)
    return Outcome("case", f"{told}, on case {', '.join(str(case.number) for case in found)}", found[0].number)


def _ignored(mail: Mail, tx: Transaction, why: str) -> Outcome:
    arrived(mail, tx, None, why)
    return Outcome("ignored", why)


def _read(mail: Mail, source: Tracker, policy: Policy) -> News | None:
    return tracker.read(
        mail.message,
        name=source.name,
        reference=source.reference,
        state=source.state,
        alone=len(policy.trackers) == 1,
    )


def _waiting(mail: Mail, news: News, tx: Transaction, desk: Desk) -> list[Case]:
    """The open cases linked to the ticket, of every mailbox whose policy has this tracker."""
    found = (cases.load(tx, number) for number in links.cases_of(tx, news.references))
    running = [case for case in found if case and case.state in RUNNING]
    return [case for case in running if _tracker_of(mail, desk.policy(case))]


def _tell(case: Case, news: News, mail: Mail, tx: Transaction, desk: Desk, proof: str) -> None:
    known = {one.casefold() for one in news.references}
    reference = next((one for one in case.links if one.casefold() in known), news.references[0])
    source = _tracker_of(mail, desk.policy(case))
    event = TrackerMoved(
        reference=reference,
        state=news.state,
        text="" if _internal(case, news.text, tx, desk) else news.text,
        solved=source is not None and news.state.casefold() in source.solved,
        clause=source.clause if source else (),
    )
    commit(case, event, tx, desk, mail.at, Actor(name=mail.sender, proof=proof, inbound=mail.id))


def _internal(case: Case, text: str, tx: Transaction, desk: Desk) -> str | None:
    """Why words of a tracker must not be read by a customer, if they must not (R20)."""
    internal = [note.text for note in notes.of_case(tx, case.number)]
    return guard.refuses(text, verbs=AGENT_VERBS, internal=desk.agents.keys(), notes=internal, public=(case.opening,))
