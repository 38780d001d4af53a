"""What a customer's mail asks for: its commands as events, and what a mistaken one was most likely meant to be."""

from __future__ import annotations

from mailproc.core.case import Case, Person
from mailproc.core.decide import parts
from mailproc.core.effects import Notice
from mailproc.core.events import (
    Consented,
    CustomerClosed,
    CustomerReopened,
    CustomerWrote,
    EscalationRequested,
    Event,
    SeverityWished,
    StatusAsked,
    UpdatesStopped,
)
from mailproc.flow import files, incidents
from mailproc.flow.desk import Desk
from mailproc.flow.find_case import answered
from mailproc.flow.gate import closed
from mailproc.flow.mail import Mail
from mailproc.flow.senders import sender_facts
from mailproc.mail import commands
from mailproc.mail.answers import answer
from mailproc.mail.courtesy import is_courtesy
from mailproc.mail.grammar import speak
from mailproc.mail.message import Command
from mailproc.mail.verbs import CUSTOMER_VERBS, VERBS
from mailproc.policy.model import Policy
from mailproc.store.transaction import Transaction

RUNNING_ONLY = frozenset({"severity", "escalate", "agree", "disagree"})
"""What means nothing on a case that is over: there, the words reopen it as any others do."""


def asked(mail: Mail) -> tuple[Command, ...]:
    """The commands of a customer's mail; other people's verbs stay text (CON-10)."""
    if not mail.sender or not mail.message.own_words:
        return ()
    return commands.split(mail.message.text, CUSTOMER_VERBS).commands


def person(mail: Mail) -> Person:
    """Who wrote it."""
    sender = mail.message.sender
    return Person(address=sender.address, name=sender.name) if sender else Person("")


def events(asked_for: tuple[Command, ...], mail: Mail, tx: Transaction, desk: Desk, case: Case) -> list[Event]:
    """What the mail does to its case, in its order; the words below go with the first command.

    Where no machine may answer the sender, commands are only words (R14).
    """
    if closed(mail, tx, mail.sender):
        return [_wrote(mail, tx, desk, case)]
    text = commands.split(mail.message.text, CUSTOMER_VERBS).text if asked_for else ""
    found: list[Event] = []
    for command in (one for one in asked_for if one.name != "help"):
        if event := _event(command, "" if found else text, mail, desk, case):
            found.append(incidents.known(event, tx, case))
        else:
            return [_wrote(mail, tx, desk, case, said=command.name)]
    return found or [_wrote(mail, tx, desk, case)]


def _event(command: Command, text: str, mail: Mail, desk: Desk, case: Case) -> Event | None:
    """What one command asks for; None where it asks for nothing that can be done, so that its words are passed on."""
    who = person(mail)
    before, behind = commands.cut(command.argument, "because")
    reason = _joined(behind or before, text)
    if parts.over(case) and command.name in RUNNING_ONLY:
        return None
    match command.name:
        case "status":
            return StatusAsked(who)
        case "stop-updates":
            return UpdatesStopped(who)
        case "severity":
            severity = level(before, desk, case)
            return SeverityWished(who, severity, _joined(behind, text)) if severity else None
        case "escalate":
            return EscalationRequested(who, reason, about=sender_facts(mail, desk))
        case "agree" | "disagree":
            return Consented(who, command.name == "agree", reason)
        case "close":
            return CustomerClosed(who, reason)
        case "reopen":
            return CustomerReopened(who, reason)
    return None


def _joined(*words: str) -> str:
    return "\n".join(one for one in words if one)


def level(said: str, desk: Desk, case: Case) -> str:
    """The id of the severity that somebody names, "" if it is none here."""
    name = " ".join(said.lower().split())
    return name if name in desk.policy(case).severities else desk.words[case.mailbox].get(name, "")


def _wrote(mail: Mail, tx: Transaction, desk: Desk, case: Case, said: str = "") -> CustomerWrote:
    text = mail.message.text
    letter = answered(mail, tx, desk)
    return CustomerWrote(
        sender=person(mail),
        text=text + files.remark(desk, mail.message),
        courtesy=is_courtesy(text),
        answer={"agree": "yes", "disagree": "no"}.get(said) or answer(text),
        answerable=not closed(mail, tx, mail.sender),
        about=sender_facts(mail, desk),
        answers=letter.template if letter and letter.case_number == case.number else "",
    )


def suggestion(mail: Mail, asked_for: tuple[Command, ...], desk: Desk, case: Case) -> str:
    """What the first line was most likely meant to be, if it is unmistakably a command and none that can be done."""
    if not mail.sender or not mail.message.own_words or parts.over(case):
        return ""
    wrong = next((one for one in asked_for if one.name == "severity"), None)
    if wrong and not level(commands.cut(wrong.argument, "because")[0], desk, case):
        return " / ".join(f"#severity {name} because …" for name in desk.policy(case).severities)
    first = next((line for line in mail.message.text.split("\n", 20) if line.strip()), "")
    said = speak(first, CUSTOMER_VERBS)
    meant = said is not None and said.sign == "#" and said.certain and not said.verb and said.near
    return f"#{said.near}" if said and meant else ""


def help_notice(mail: Mail, policy: Policy, meant: str = "") -> Notice:
    """The page of what customers can write; `meant` is what a mistaken first line was most likely meant to be."""
    because = "the customer wrote a command that there is not" if meant else "the customer asked for help"
    rows = [_row(name, policy) for name in sorted(CUSTOMER_VERBS)]
    about = {"commands": rows, "name": meant}
    return Notice(template="help", to=person(mail), answers=True, about=about, because=because)


def _row(name: str, policy: Policy) -> dict[str, str]:
    verb = VERBS[name]
    worst = next(iter(policy.severities))
    example = f"#severity {worst} because nobody can work" if name == "severity" else verb.example
    return {"form": verb.form, "help": verb.help, "example": example}
