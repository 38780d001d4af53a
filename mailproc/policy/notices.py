"""The [[notices]] of a policy file: who hears of a clock, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from mailproc.policy.escalation import read_tier
from mailproc.policy.matrix import Terms
from mailproc.policy.model import Commitment, Condition, Elapsed, Moment, NoticeRule, Promise, Severity
from mailproc.policy.moments import EXAMPLES, moment
from mailproc.policy.roles import refers_to_roles
from mailproc.policy.rules import condition
from mailproc.policy.source import Section
from mailproc.policy.vocabulary import Words, words

KEYS = ("on", "to", "template", "severities", "when", "tier", "deliver_in", "clause")
TEMPLATES = ("at_risk", "breach", "escalation", "update_due", "operator_alarm")


def read_notices(file: Section, terms: Terms, severities: Mapping[str, Severity]) -> tuple[NoticeRule, ...]:
    """Every notice of the file, in its order; one with a problem is left out."""
    known = words(file, terms, severities, ("tick",))
    found = (_read_notice(section, terms, severities, known) for section in file.sections("notices"))
    return tuple(notice for notice in found if notice is not None)


def _read_notice(section: Section, terms: Terms, severities: Mapping[str, Severity], known: Words) -> NoticeRule | None:
    section.known(KEYS)
    scope = tuple(
        name for name in section.texts("severities") if section.refers("severities", name, severities, "severity")
    )
    on, to = _read_moment(section, terms), refers_to_roles(section, "to")
    if "to" not in section or section.table["to"] == []:
        section.missing("to", '["owner"]')
    if on is None:
        return None
    _check_counted(section, on, [severities[name] for name in scope or severities])
    return NoticeRule(
        on=on,
        to=to,
        template=_read_template(section, on, to),
        severities=scope,
        when=_read_when(section, terms, known),
        tier=read_tier(section),
        deliver_in=_read_delivery(section, terms),
        clause=section.texts("clause"),
    )


def _read_moment(section: Section, terms: Terms) -> Moment | None:
    if "on" not in section:
        section.wrong("on", f"missing; {EXAMPLES}")
        return None
    text = section.text("on")
    on = moment(text) if text else None
    if isinstance(on, str):
        section.wrong("on", on)
        return None
    if on is None or not section.refers("on", on.objective, terms.objectives, "objective"):
        return None
    if on.objective == "update" and on.share is None and not on.before:
        section.wrong("on", 'an update is sent when it is due and cannot break; write "30 minutes before update"')
    return on


def _check_counted(section: Section, on: Moment, severities: Sequence[Severity]) -> None:
    """A notice needs a clock to wait for: somebody who is promised the objective, with a time."""
    if not severities:
        return
    promises = [severity.promises[on.objective] for severity in severities if on.objective in severity.promises]
    named = ", ".join(severity.id for severity in severities)
    if not promises and section.source.faulty(on.objective):
        return  # it is promised, by a sentence that cannot be read
    if not promises:
        section.wrong("on", f'no severity of {named} promises {on.objective}; add {on.objective} = "…" to one')
    elif not any(_has_clock(promise) for promise in promises):
        section.wrong("on", f"{on.objective} is promised without a time, so nothing counts; promise a duration")


def _has_clock(promise: Promise) -> bool:
    return not isinstance(promise.target, Commitment) or promise.closed_target is not None


def _read_template(section: Section, on: Moment, to: Sequence[str]) -> str:
    """The template that the file names, else the one for this kind of moment and reader."""
    if "template" in section:
        name = section.text("template")
        if name:
            section.refers("template", name, TEMPLATES, "template for a notice")
        return name
    if "operator" in to:
        return "operator_alarm"
    if on.share is not None:
        return "at_risk"
    if on.before:
        return "update_due" if on.objective == "update" else "at_risk"
    return "breach" if on.offset == Elapsed(timedelta()) else "escalation"


def _read_when(section: Section, terms: Terms, known: Words) -> Condition | None:
    source = section.text("when")
    if not source:
        return None
    found = condition(source, "", terms.calendars, known)
    if isinstance(found, str):
        section.wrong("when", found.removeprefix(": "))
        return None
    return found


def _read_delivery(section: Section, terms: Terms) -> str | None:
    name = section.text("deliver_in") or None
    if name is not None:
        section.refers("deliver_in", name, terms.calendars, "calendar")
    return name
