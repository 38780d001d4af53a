"""How one effect changes the facts of a case."""

from __future__ import annotations

from functools import singledispatch

from mailproc.core import effects as e
from mailproc.core.case import Case, State, Step, replace


@singledispatch
def evolve(effect: e.Effect, case: Case) -> Case:
    """The case after `effect`.  Effects that only reach people, such as notices, change nothing."""
    return case


@evolve.register
def _(effect: e.MoveTo, case: Case) -> Case:
    match effect.state:
        case State.RELIEVED:
            return replace(case, state=effect.state, relieved=effect.at)
        case State.RESOLVED:
            return replace(case, state=effect.state, resolved=effect.at, proposal=None)
        case State.CLOSED:
            return replace(case, state=effect.state, closed=effect.at, proposal=None)
        case State.OPEN:  # worked on again, so a relief that was given before does not stand any more
            return replace(case, state=effect.state, relieved=None)
        case _:
            return replace(case, state=effect.state)


@evolve.register
def _(effect: e.SetSeverity, case: Case) -> Case:
    return replace(case, severity=effect.severity, recounts=case.recounts + 1, agreed=None, proposal=None)


@evolve.register
def _(effect: e.SetOwner, case: Case) -> Case:
    return replace(case, owner=effect.owner)


@evolve.register
def _(effect: e.SetTier, case: Case) -> Case:
    return replace(case, tier=effect.tier)


@evolve.register
def _(effect: e.Meet, case: Case) -> Case:
    return replace(case, met={**case.met, effect.objective: effect.at})


@evolve.register
def _(effect: e.TakeBack, case: Case) -> Case:
    return replace(
        case,
        met={name: at for name, at in case.met.items() if name != effect.objective},
    )


@evolve.register
def _(effect: e.Break, case: Case) -> Case:
    return replace(case, broken={**case.broken, effect.objective: effect.at}, acknowledged=None)


@evolve.register
def _(effect: e.Begin, case: Case) -> Case:
    return replace(case, pauses=(*case.pauses, effect.pause))


@evolve.register
def _(effect: e.Resume, case: Case) -> Case:
    last = case.paused
    return replace(case, pauses=(*case.pauses[:-1], replace(last, until=effect.at))) if last else case


@evolve.register
def _(effect: e.PersonSpoke, case: Case) -> Case:
    return replace(case, spoke=effect.at, asked=None, told=_without_update_steps(case))


@evolve.register
def _(effect: e.Ask, case: Case) -> Case:
    return replace(case, asked=effect.at)


@evolve.register
def _(effect: e.UpdateSent, case: Case) -> Case:
    return replace(case, updated=effect.at, told=_without_update_steps(case))


@evolve.register
def _(effect: e.Agree, case: Case) -> Case:
    return replace(case, agreed=effect.agreed, updates_stopped=False)


@evolve.register
def _(effect: e.Publish, case: Case) -> Case:
    return replace(case, progress=effect.progress)


@evolve.register
def _(effect: e.SetEta, case: Case) -> Case:
    return replace(case, eta=effect.eta)


@evolve.register
def _(effect: e.SetWait, case: Case) -> Case:
    return replace(case, wait_until=effect.until)


@evolve.register
def _(effect: e.StopUpdates, case: Case) -> Case:
    return replace(case, updates_stopped=True)


@evolve.register
def _(effect: e.SetAcknowledged, case: Case) -> Case:
    return replace(case, acknowledged=effect.at)


@evolve.register
def _(effect: e.AddTask, case: Case) -> Case:
    return replace(case, tasks=(*case.tasks, effect.task))


@evolve.register
def _(effect: e.FinishTask, case: Case) -> Case:
    done = tuple(
        replace(task, done=effect.at) if task.kind == effect.kind and task.done is None else task for task in case.tasks
    )
    return replace(case, tasks=done)


@evolve.register
def _(effect: e.StopAnswering, case: Case) -> Case:
    return replace(case, answerable=False, unanswerable=effect.because)


@evolve.register
def _(effect: e.Propose, case: Case) -> Case:
    return replace(case, proposal=effect.proposal)


@evolve.register
def _(effect: e.Cap, case: Case) -> Case:
    case = replace(case, severity=effect.severity, recounts=case.recounts + 1, agreed=None, proposal=None)
    return replace(case, capped=effect.why)


@evolve.register
def _(effect: e.SetPage, case: Case) -> Case:
    return replace(case, page=effect.page)


@evolve.register
def _(effect: e.GrantRequest, case: Case) -> Case:
    return replace(case, requested=effect.at)


@evolve.register
def _(effect: e.JoinIncident, case: Case) -> Case:
    return replace(case, incident=effect.incident)


@evolve.register
def _(effect: e.Link, case: Case) -> Case:
    return replace(case, links=tuple(dict.fromkeys((*case.links, *effect.references))))


@evolve.register
def _(effect: e.SetTicket, case: Case) -> Case:
    others = (one for one in case.tickets if one.reference != effect.ticket.reference)
    return replace(case, tickets=(*others, effect.ticket))


@evolve.register
def _(effect: e.SetType, case: Case) -> Case:
    return replace(case, type=effect.type, recounts=case.recounts + 1)


@evolve.register
def _(effect: e.SetProduct, case: Case) -> Case:
    return replace(case, product=effect.product)


@evolve.register
def _(effect: e.SetTags, case: Case) -> Case:
    return replace(case, tags=effect.tags)


@evolve.register
def _(effect: e.SetCc, case: Case) -> Case:
    return replace(case, cc=effect.to)


@evolve.register
def _(effect: e.SetTerms, case: Case) -> Case:
    recounts = case.recounts + effect.anew
    return replace(case, plan=effect.plan, zone=effect.zone, terms_until=effect.until, recounts=recounts)


@evolve.register
def _(effect: e.SetTermsEnd, case: Case) -> Case:
    return replace(case, terms_until=effect.until)


@evolve.register
def _(effect: e.SetAccess, case: Case) -> Case:
    return replace(case, access=effect.access)


@evolve.register
def _(effect: e.Mark, case: Case) -> Case:
    return replace(case, told=case.told | {effect.step})


def _without_update_steps(case: Case) -> frozenset[Step]:
    # A new interval has steps of its own; the store keeps the old ones, so none can be told twice.
    return frozenset(step for step in case.told if step.objective != "update")
