"""The [plan.NAME] tables of a policy file: what a plan promises in place of the rest, and which plan comes first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mailproc.policy.matrix import Terms, read_common, read_promise, read_severities
from mailproc.policy.model import Plan, Promise, Severity
from mailproc.policy.roles import refers_to_roles
from mailproc.policy.source import Section

KEYS = ("label", "calendar", "severity", "objectives", "clause")
ROW_KEYS = ("means", "resolution", "escalate_by", "clause")
OBJECTIVE_KEYS = ("within", "clause")


def read_plans(file: Section, terms: Terms) -> dict[str, Plan]:
    """Every plan by its id, in the order of the file: the one that is worked on first comes first (OWN-6)."""
    sections = file.named("plan")
    return {name: _read_plan(file, section, name, rank, terms) for rank, (name, section) in enumerate(sections.items())}


def read_default_plan(file: Section, plans: Mapping[str, Plan]) -> str:
    """The plan of a customer without one: `default_plan`, which a file with plans must name."""
    if not plans:
        if "default_plan" in file:
            file.wrong("default_plan", "there are no plans; add a table such as [plan.standard], or leave this out")
        return ""
    if "default_plan" not in file:
        file.missing("default_plan", f'"{list(plans)[-1]}"')
        return ""
    name = file.text("default_plan")
    if name:
        file.refers("default_plan", name, plans, "plan")
    return name


def all_promised(severities: Mapping[str, Severity], plans: Mapping[str, Plan]) -> dict[str, Severity]:
    """The matrix with what any plan adds to it: what a notice may wait for."""
    return {
        name: replace(
            severity,
            promises={
                **{key: one for plan in plans.values() for key, one in plan.severities[name].promises.items()},
                **severity.promises,
            },
        )
        for name, severity in severities.items()
    }


def _read_plan(file: Section, section: Section, name: str, rank: int, terms: Terms) -> Plan:
    section.known(KEYS)
    calendar = section.text("calendar")
    if calendar and section.refers("calendar", calendar, terms.calendars, "calendar"):
        terms = replace(terms, calendar=calendar)
    # The whole matrix is read again on the plan's calendar; what is wrong with it was told already.
    again = replace(file, source=replace(file.source, problems={}))
    base = read_severities(again, terms, read_common(again, terms))
    source = f"plan {name}"
    common = {key: replace(one, source=source) for key, one in _objectives(section, terms).items()}
    rows = section.named("severity")
    for key in rows:
        section.refers(("severity", key), key, base, "severity")
    return Plan(
        id=name,
        label=section.text("label", name.capitalize()),
        calendar=calendar,
        severities={key: _overlaid(one, rows.get(key), common, terms, source) for key, one in base.items()},
        rank=rank,
        clause=section.texts("clause"),
    )


def _objectives(section: Section, terms: Terms) -> dict[str, Promise]:
    """What the plan promises for every severity: [plan.NAME.objectives.OBJECTIVE] with `within`."""
    found = {}
    for name, table in section.named("objectives").items():
        if section.refers(("objectives", name), name, terms.objectives, "objective"):
            table.known(OBJECTIVE_KEYS)
            if "within" not in table:
                table.missing("within", '"4 hours"')
            else:
                found[name] = read_promise(table, "within", name, terms)
    return {name: promise for name, promise in found.items() if promise is not None}


def _overlaid(
    severity: Severity, row: Section | None, common: Mapping[str, Promise], terms: Terms, source: str
) -> Severity:
    """The severity with what the plan says of it over what it says of all, and that over the matrix."""
    promises = {**severity.promises, **common}
    if row is None:
        return replace(severity, promises=promises)
    row.known((*ROW_KEYS, *terms.objectives))
    own = {key: read_promise(row, key, key, terms) for key in row if key in terms.objectives}
    promises |= {key: replace(one, source=source) for key, one in own.items() if one is not None}
    return replace(
        severity,
        means=row.text("means", severity.means),
        resolution=row.text("resolution", severity.resolution),
        escalate_by=refers_to_roles(row, "escalate_by") if "escalate_by" in row else severity.escalate_by,
        clause=row.texts("clause") or severity.clause,
        promises=promises,
    )
