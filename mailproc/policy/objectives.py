"""The objectives of a policy: the built-in ones and those that its [objectives] add."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from mailproc.policy.model import Objective
from mailproc.policy.source import Section

KEYS = ("starts", "met_by", "within", "clause")
NAME = re.compile(r"[a-z]\w*")
STARTS = ("received", "opened")
MET_BY = ("agent_reply", "plan", "relief", "acknowledgement", "confirmation")
BUILT_IN = {
    objective.name: objective
    for objective in (
        Objective("confirmation", starts="received", met_by="confirmation"),
        Objective("initial_response"),
        Objective("update", met_by="update"),
        Objective("action_plan", met_by="plan"),
        Objective("relief", met_by="relief"),
        Objective("acknowledgement", starts="page", met_by="acknowledgement"),
        Objective("next_response", starts="customer_mail"),
    )
}


def read_objectives(file: Section) -> dict[str, Objective]:
    """Every objective by its name, the built-in ones first."""
    found = dict(BUILT_IN)
    sections = file.named("objectives")
    for name, section in sections.items():
        section.known(KEYS)
        if not NAME.fullmatch(name):
            section.wrong((), f'"{name}" cannot name an objective; write one word such as [objectives.human_response]')
        clause = section.texts("clause")
        if name in BUILT_IN:
            _refuse_redefinition(section, name)
            found[name] = replace(BUILT_IN[name], clause=clause)
        else:
            starts, met_by = section.text("starts", "opened"), section.text("met_by", "agent_reply")
            section.refers("met_by", met_by, MET_BY, "way to meet an objective")
            found[name] = Objective(name=name, starts=starts, met_by=met_by, clause=clause)
    found["update"] = replace(found["update"], starts=file.section("updates").text("starts", "opened"))
    _check_starts(file, found)
    return found


def _refuse_redefinition(section: Section, name: str) -> None:
    for key in ("starts", "met_by"):
        if key in section:
            where = "; write it in [updates]" if (name, key) == ("update", "starts") else "; leave it out"
            section.wrong(key, f"is fixed for a built-in objective{where}")


def _check_starts(file: Section, objectives: Mapping[str, Objective]) -> None:
    """Each objective must start with an event, or with another objective that in the end starts with one."""
    events = {*STARTS, *(one.starts for one in BUILT_IN.values())}
    names = set(objectives) - {"update"}
    for name, objective in objectives.items():
        path = ("updates", "starts") if name == "update" else ("objectives", name, "starts")
        if name in BUILT_IN and name != "update":
            continue
        if objective.starts not in STARTS:
            file.refers(path, objective.starts, names | set(STARTS), "event or objective that a clock can start with")
        seen = [name]
        while seen[-1] in objectives and objectives[seen[-1]].starts not in events:
            seen.append(objectives[seen[-1]].starts)
            if seen[-1] in seen[:-1]:
                file.wrong(path, f'never starts: {" waits for ".join(seen)}; let one of them start with "opened"')
                break
