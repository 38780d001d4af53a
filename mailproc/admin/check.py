"""What is wrong with a configuration and everything that it names, found as the daemon would find it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mailproc.admin.storage import looking
from mailproc.clock import SystemClock
from mailproc.config import Config, examine, signing_keys
from mailproc.errors import StoreError, UserError
from mailproc.flow.desk import Desk
from mailproc.flow.loading import load as load_desk
from mailproc.flow.terms import reductions, unknown_plans
from mailproc.mail.facts import NAMES
from mailproc.mail.samples import sample
from mailproc.mail.templates import TemplateFailed, Templates
from mailproc.store.engine import database_path
from mailproc.store.terms import everybody

_NO_KEY = {"check": bytes(32)}  # the real key is made by the first start, not by a look at the files


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found: each error and warning is `file:line: key: what is wrong; what would be right`.

    `summary` says what there is, a line each; empty where errors were found.
    """

    errors: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()


def problems(config_path: Path, overrides: Sequence[str] = ()) -> Checked:
    """Read the configuration, its policies, templates and customers, and render every template on sample cases.

    Raises UserError only if there is no such file.
    """
    config, errors = examine(config_path, overrides)
    if config is None:
        return Checked(errors)
    found = [*errors, *_key_problems(config)]
    usable = _usable(config)
    try:
        desk = load_desk(usable, _NO_KEY) if usable else None
    except UserError as error:
        return Checked((*found, *map(_near, error.problems)), config.warnings)
    found += render_samples(desk) if desk else []
    warnings = (*config.warnings, *_plans(desk)) if desk else config.warnings
    return Checked(tuple(found), warnings, tuple(_summary(desk)) if desk and not found else ())


def _plans(desk: Desk) -> Iterator[str]:
    """What is doubtful with customers' plans: one that no policy has, one that is lowered within its term (OWN-10)."""
    for customer, problem in (*unknown_plans(desk), *reductions(desk, _paid(desk.config), SystemClock().now())):
        yield f"{desk.config.plan_of(customer)}: {problem}"


def _paid(config: Config) -> Mapping[str, tuple[str, date]]:
    """What the database remembers as paid; nothing while there is none that can be read."""
    path = database_path(config.storage.url)
    if path is None or not path.exists():
        return {}
    try:
        with looking(config) as store:
            return store.read(everybody)
    except (UserError, StoreError):
        return {}


def render_samples(desk: Desk) -> list[str]:
    """The problems met when each template in each language is rendered for a proved sender and for an unproved one."""
    distinct: list[Templates] = []
    for templates in desk.templates.values():
        if templates not in distinct:
            distinct.append(templates)
    return [problem for templates in distinct for problem in _rendering(templates)]


def _rendering(templates: Templates) -> Iterator[str]:
    for name in sorted(NAMES):
        for language in templates.languages(name):
            for verified in (True, False):
                try:
                    rendered = templates.render(name, language, sample(name, language, verified=verified))
                except TemplateFailed as failed:
                    yield f"{failed.name}:1: {name}: fails on a sample case: {failed.why}; see mailproc preview {name}"
                    break
                if rendered.fallback or not rendered.subject:
                    what = "fails on a sample case" if rendered.fallback else "has an empty subject on a sample case"
                    yield f"{name}.{language}.txt.j2:1: {name}: {what}; see mailproc preview {name}"
                    break


def _key_problems(config: Config) -> tuple[str, ...]:
    if not config.security.key_file.exists():
        return ()
    try:
        signing_keys(config)
    except UserError as error:
        return (_near(error.message),)
    return ()


def _usable(config: Config) -> Config | None:
    """The configuration with the mailboxes whose files are there: that the others' are missing is told already."""
    mailboxes = {
        name: mailbox
        for name, mailbox in config.mailbox.items()
        if mailbox.policy.is_file() and (mailbox.templates is None or mailbox.templates.is_dir())
    }
    return config.model_copy(update={"mailbox": mailboxes}) if mailboxes else None


def _near(problem: str) -> str:
    """A problem whose file is named as seen from the working directory."""
    return problem.removeprefix(f"{Path.cwd()}/")


def _summary(desk: Desk) -> Iterator[str]:
    for name, mailbox in desk.config.mailbox.items():
        policy, templates = desk.policies[name], desk.templates[name]
        languages = sorted({language for notice in NAMES for language in templates.languages(notice)})
        yield (
            f"mailbox {name}: {', '.join(mailbox.addresses)}; policy {policy.name} ({policy.title}) with "
            f"{_counted(len(policy.severities), 'severity', 'severities')}; notices in {', '.join(languages)}"
        )
    config = desk.config
    yield ", ".join(
        (
            _counted(len(config.agents), "agent", "agents"),
            _counted(len(config.teams), "team", "teams"),
            _counted(len(config.customers), "customer", "customers"),
        )
    )


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
