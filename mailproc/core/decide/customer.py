"""What follows from a customer's later mails, and from robots that write in their name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mailproc.core import effects as e
from mailproc.core.case import Case, State
from mailproc.core.decide import parts
from mailproc.core.events import CustomerWrote, RobotWrote, StatusAsked, UpdatesStopped
from mailproc.policy.model import Policy


def wrote(case: Case, event: CustomerWrote, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """A participant's mail reaches who works on the case; it ends waiting, and reopens what was over (R7)."""
    courtesy = parts.over(case) and (event.courtesy or event.answer == "yes")
    if not courtesy:
        yield from _moves(case, event, now)
    yield e.Notice(
        template="customer_mail",
        to="owner",
        text=event.text,
        with_files=True,
        about={
            "sender": event.sender.name or event.sender.address,
            "courtesy": courtesy,
        },
        because="the customer wrote" + (", a courtesy that changes nothing" if courtesy else ""),
    )


def _moves(case: Case, event: CustomerWrote, now: datetime) -> Iterator[e.Effect]:
    match case.state:
        case State.WAITING:
            yield from parts.moved(case, event, now, "the customer answered")
            yield from parts.resumed(case, now, "the customer answered")
        case State.RESOLVED | State.CLOSED:
            because = f"the customer wrote to a {case.state.value} case"
            yield from parts.moved(case, event, now, because)
            yield from parts.unresolved(case, now, because)
            if case.answerable:
                yield e.Notice(template="reopened", to=event.sender, answers=True, because=because)
        case State.RELIEVED if event.answer == "no":
            because = "the customer says that the relief does not hold"
            yield e.TakeBack("relief", because=because)
            yield e.MoveTo(State.OPEN, now, because=because)


def asked_status(case: Case, event: StatusAsked, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """The customer is told how the case stands (CON-10)."""
    yield e.Notice(
        template="status",
        to=event.sender,
        answers=True,
        because="the customer asked for the status",
        clause=tuple(id for id in ("CON-10",) if id in policy.clauses),
    )


def stopped_updates(case: Case, event: UpdatesStopped, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """Regular updates end, and the one who holds the case hears of it (CON-6)."""
    promise = policy.promises(case.severity).get("update")
    because = "the customer wants no more updates"
    yield e.StopUpdates(because=because, clause=promise.clause if promise else ())
    yield e.Notice(
        template="customer_mail",
        to="owner",
        text=because,
        about={"sender": event.sender.address},
        because=because,
    )


def robot_wrote(case: Case, event: RobotWrote, policy: Policy, now: datetime) -> Iterator[e.Effect]:
    """A robot's mail becomes a note: no state, no owner, no clock changes (R17)."""
    yield e.KeepNote(
        author=event.sender,
        text=event.text,
        because=f"{event.kind} from {event.sender}: noted only",
    )
