"""One notice as it would go out: written by the road that all mail takes, into a database that nobody keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

from mailproc.admin.samples import OPENED, Sample, furnished, notice, samples
from mailproc.core.case import Case
from mailproc.core.clocks import clocks
from mailproc.errors import UserError
from mailproc.flow.desk import Desk
from mailproc.flow.outgoing import Outgoing, queue
from mailproc.mail.facts import WRITTEN
from mailproc.mail.templates import TemplateFailed, Templates
from mailproc.store import outbox
from mailproc.store.store import Store, open_store
from mailproc.store.tables import LetterState
from mailproc.store.transaction import Transaction

NOW = OPENED + timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Preview:
    """A notice as its reader would get it; `html` is "" for a notice without a page."""

    recipient: str
    subject: str
    text: str
    html: str
    raw: bytes


def preview(template: str, language: str, desk: Desk, case: Case | None = None, now: datetime = NOW) -> Preview:
    """The notice on a sample case, or on `case` as it is at `now`; `language` "" is the reader's own.

    Raises UserError if there is no such template, or if it fails.
    """
    _known(template, language, desk, case)
    whole = furnished(desk, language)
    chosen = case or samples(whole)[0].case
    if language:
        chosen = replace(chosen, language=language)
    store = open_store("sqlite://")
    try:
        return _taken_apart(*_written(store, template, language or chosen.language or "en", whole, chosen, now))
    except TemplateFailed as failed:
        raise UserError(f"{failed.name}: fails: {failed.why}") from failed
    finally:
        store.close()


def _known(template: str, language: str, desk: Desk, case: Case | None) -> None:
    templates = desk.templates[case.mailbox if case else next(iter(desk.templates))]
    there = templates.languages(template)
    if not there:
        names = ", ".join(name for name in sorted(WRITTEN) if templates.languages(name))
        raise UserError(f"{template}: no such template; there are {names}")
    if language and language not in there:
        raise UserError(f"{template}: not written in {language}; there are {', '.join(there)}")


def _written(store: Store, template: str, language: str, desk: Desk, case: Case, now: datetime) -> tuple[str, bytes]:
    rules = desk.policy(case)
    outgoing = Outgoing(case=case, policy=rules, clocks=clocks(case, rules), now=now)

    def work(tx: Transaction) -> tuple[str, bytes]:
        queue(tx, desk, outgoing, [notice(template, language, desk, case)])
        letters = outbox.listing(tx, (LetterState.WAITING, LetterState.HELD), limit=1)
        if not letters:
            raise UserError(f"{template}: nobody would get it: {case.unanswerable or 'the case has no mail address'}")
        return letters[-1].recipient, outbox.body(tx, letters[-1].id)

    return store.transact(work)


def _taken_apart(recipient: str, raw: bytes) -> Preview:
    # Our own composing wrote these bytes: the standard parser meets nothing hostile in them.
    message = message_from_bytes(raw, policy=policy.default)
    if not isinstance(message, EmailMessage):
        raise TypeError("the standard parser gave an unexpected kind of message")
    parts = {kind: message.get_body((kind,)) for kind in ("plain", "html")}
    shown = {kind: part.get_content().replace("\r\n", "\n") if part else "" for kind, part in parts.items()}
    return Preview(
        recipient=recipient, subject=str(message["Subject"]), text=shown["plain"], html=shown["html"], raw=raw
    )


def failures(desk: Desk) -> list[str]:
    """What goes wrong when each notice in each language is written for each sample case, as `file:line: key: what`."""
    whole = furnished(replace(desk, composed=True))
    languages = {one for each in desk.templates.values() for name in WRITTEN for one in each.languages(name)}
    desks = {one: furnished(whole, one) for one in sorted(languages)}
    found: dict[str, None] = {}
    store = open_store("sqlite://")
    try:
        for mailbox in _distinct(desk):
            for sample in samples(whole, mailbox):
                found.update(dict.fromkeys(_failing(store, desks, sample)))
    finally:
        store.close()
    return list(found)


def _distinct(desk: Desk) -> list[str]:
    """The names of the mailboxes whose policy or templates are not those of one before."""
    seen: list[tuple[str, Templates]] = []
    found = []
    for name in desk.config.mailbox:
        kind = (desk.policies[name].digest, desk.templates[name])
        if kind not in seen:
            seen.append(kind)
            found.append(name)
    return found


def _failing(store: Store, desks: Mapping[str, Desk], sample: Sample) -> Iterator[str]:
    templates = next(iter(desks.values())).templates[sample.case.mailbox]
    for template in WRITTEN:
        for language in templates.languages(template):
            case = replace(sample.case, language=language)
            try:
                _written(store, template, language, desks[language], case, NOW)
            except TemplateFailed as failed:
                why = f"fails on {sample.name}: {failed.why}"
                yield f"{failed.name}:1: {template}: {why}; see mailproc preview {template}"
