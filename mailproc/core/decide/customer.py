"""What follows from a customer's later mails, and from robots that write in their name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mailproc.core import effects as e
from mailproc.core.case import Case, Person, State
from mailproc.core.clauses import STATUS, said_by
from mailproc.core.clocks import open_until
from mailproc.core.decide import access, consent, parts, ticks
from mailproc.core.events import (
    CustomerClosed,
    CustomerReopened,
    CustomerWrote,
    Event,
    RobotWrote,
    StatusAsked,
    UpdatesStopped,
)
from mailproc.core.evolve import evolve
from mailproc.policy.model import Policy


def wrote(case: Case, event: CustomerWrote, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """A participant's mail reaches who works on the case; it ends waiting, and reopens what was over (R7)."""
    courtesy = parts.over(case) and (event.courtesy or event.answer == "yes")
    because = "the customer wrote" + (", a courtesy that changes nothing" if courtesy else "")
    if not courtesy:
        yield from _moves(case, event, policy, now)
        yield from _awaits(case, policy, now)
    if consent.is_answer(case, event):
        yield from consent.replied(case, event, policy, now, event.answer == "yes")
        because = f"the customer {'agrees' if event.answer == 'yes' else 'does not agree'} to what was proposed"
    elif access.is_answer(case, event):
        yield from access.said_in_words(case, event, policy, now)
        because = f"the customer {'agrees' if event.answer == 'yes' else 'does not agree'} to the access to their data"
    if parts.over(case) and event.answer and event.answers in ("", "resolution"):
        yield from _solved(event)
    yield e.Notice(
        template="customer_mail",
        to="owner",
        text=event.text,
        with_files=True,
        about={
            "sender": event.sender.name or event.sender.address,
            "courtesy": courtesy,
        },
        because=because,
    )


def _awaits(case: Case, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """After the first answer each round of the customer's mails awaits one, where the policy says in what time."""
    promise = policy.promises(case.severity).get("next_response")
    if promise and case.spoke and case.asked is None:
        yield e.Ask(now, because="the customer wrote and awaits an answer", clause=promise.clause)


def _solved(event: CustomerWrote) -> Iterator[e.Effect]:
    """The answer to "was it solved?" is counted; a "no" reopens the case besides, as any other mail does."""
    yield e.Count(
        "solved" if event.answer == "yes" else "not solved",
        because=f"the customer says {event.answer} to whether it is solved",
    )


def _moves(case: Case, event: CustomerWrote, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    match case.state:
        case State.WAITING:
            yield from parts.heard(case, event, now)
        case State.RESOLVED | State.CLOSED:
            because = f"the customer wrote to a {case.state.value} case"
            yield from parts.moved(case, event, now, because)
            yield from parts.unresolved(case, now, because)
            if case.answerable and event.answerable:
                yield e.Notice(template="reopened", to=event.sender, answers=True, because=because)
        case State.RELIEVED if event.answer == "no" and not consent.is_answer(case, event):
            yield from _relief_taken_back(case, event, policy, now)


def _relief_taken_back(case: Case, event: Event, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """Relief is due again as if it had never been met; had it been due before, it breaks now (CON-7)."""
    because = "the customer says that the relief does not hold"
    for effect in (e.TakeBack("relief", because=because), e.MoveTo(State.OPEN, now, because=because)):
        yield effect
        case = evolve(effect, case)
    yield from ticks.recounted(case, event, policy, now)


def asked_status(case: Case, event: StatusAsked, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """The customer is told how the case stands (CON-10)."""
    yield from parts.heard(case, event, now)
    yield e.Notice(
        template="status",
        to=event.sender,
        answers=True,
        because="the customer asked for the status",
        clause=said_by(policy, STATUS),
    )


def stopped_updates(case: Case, event: UpdatesStopped, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """Regular updates end, and the one who holds the case hears of it (CON-6)."""
    promise = policy.promises(case.severity).get("update")
    because = "the customer wants no more updates"
    yield from parts.heard(case, event, now)
    yield e.StopUpdates(because=because, clause=promise.clause if promise else ())
    yield e.Notice(
        template="customer_mail",
        to="owner",
        text=because,
        about={"sender": event.sender.address},
        because=because,
    )


def closed(case: Case, event: CustomerClosed, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """The customer needs nothing more: the case ends, and who holds it hears of it."""
    because = "the customer closed the case"
    if case.state is State.CLOSED:
        return
    yield from parts.moved(case, event, now, because)
    if not (case.paused and case.paused.why == "resolved"):
        yield from parts.paused(case, now, "resolved", because)
    if case.answerable:
        about = {"until": open_until(policy, now)}
        yield e.Notice(template="closing", to=event.sender, answers=True, about=about, because=because)
    yield from _passed_on(event.sender, event.text or because, because)


def reopened(case: Case, event: CustomerReopened, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """The customer needs more: the case goes on, and who holds it hears of it."""
    because = "the customer reopened the case"
    yield from parts.moved(case, event, now, because)
    if parts.over(case) or case.state is State.WAITING:
        yield from parts.unresolved(case, now, because)
    if case.answerable and parts.over(case):
        yield e.Notice(template="reopened", to=event.sender, answers=True, because=because)
    yield from _passed_on(event.sender, event.text or because, because)


def _passed_on(sender: Person, text: str, because: str) -> Iterator[e.Effect]:
    about = {"sender": sender.name or sender.address}
    yield e.Notice(template="customer_mail", to="owner", text=text, about=about, because=because)


def robot_wrote(case: Case, event: RobotWrote, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """A robot's mail becomes a note: no state, no owner, no clock changes (R17)."""
    yield e.KeepNote(
        author=event.sender,
        text=event.text,
        because=f"{event.kind} from {event.sender}: noted only",
    )
