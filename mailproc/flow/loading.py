"""From a configuration to a desk: policies, templates and keys are read, every problem of every file told at once."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from mailproc.config import Config, Mailbox
from mailproc.errors import UserError
from mailproc.flow import voicemail_rules
from mailproc.flow.desk import Desk
from mailproc.mail.automatic import Own
from mailproc.mail.templates import Templates
from mailproc.mail.tokens import Signer
from mailproc.policy.model import Policy
from mailproc.policy.parse import parse

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
"""The notices that come with mailproc; a mailbox's own folder replaces them one file at a time."""


def load(config: Config, keys: Mapping[str, bytes], *, simulated: bool = False, composed: bool = True) -> Desk:
    """The desk of this configuration.

    `keys` sign reply addresses, the first signs.  Raises UserError with the problems of all policies and templates.
    """
    problems: list[str] = []
    policies = {name: read_policy(mailbox.policy, problems) for name, mailbox in config.mailbox.items()}
    templates = {name: _templates(mailbox, problems) for name, mailbox in config.mailbox.items()}
    telephones = voicemail_rules.load(config.voicemail.rules, problems)
    if problems:
        raise UserError("The configuration cannot be used:", tuple(dict.fromkeys(problems)))
    whole = {name: policy for name, policy in policies.items() if policy}
    return Desk(
        config=config,
        policies=whole,
        templates=templates,
        signer=Signer(keys),
        own=_own(config),
        simulated=simulated,
        composed=composed,
        words={name: words(policy) for name, policy in whole.items()},
        telephones=telephones,
    )


def read_policy(path: Path, problems: list[str]) -> Policy | None:
    """The policy of a file, and of those that it names beside it; None where there are problems, which are added."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{path}:1: policy: cannot be read: {error}; name a policy file in UTF-8")
        return None
    policy, found = parse(text, str(path), beside(path))
    problems.extend(found)
    return policy


def read_again(texts: Mapping[str, str]) -> Policy | None:
    """The policy that was read from these texts by file, the policy's own first; None if it cannot be read any more."""
    if not texts:
        return None
    (name, text), *_ = texts.items()

    def read(other: str) -> str:
        if other not in texts:
            raise FileNotFoundError(other)
        return texts[other]

    return parse(text, name, read)[0]


def beside(path: Path) -> Callable[[str], str]:
    """Reads the text of a file by its path from the folder that holds `path`.  Raises OSError or UnicodeDecodeError."""

    def read(name: str) -> str:
        found = path.parent / name
        if found.exists() and not found.is_file():  # a pipe would never end
            raise IsADirectoryError(errno.EISDIR, "it is no plain file", name)
        return found.read_text(encoding="utf-8")

    return read


def _templates(mailbox: Mailbox, problems: list[str]) -> Templates:
    files = dict(_files(TEMPLATES, problems))
    own = dict(_files(mailbox.templates, problems)) if mailbox.templates else {}
    if mailbox.templates and not mailbox.templates.is_dir():
        problems.append(f"{mailbox.templates}:1: templates: no such folder; leave it out to use the shipped notices")
    templates = Templates.load(files | own)
    # The shipped ones alone are held by tests; reading them through at each start would cost half a second.
    if own:
        problems.extend(f"{mailbox.templates}/{problem}" for problem in templates.problems())
    return templates


def _files(folder: Path, problems: list[str]) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.glob("*.j2")):
        try:
            yield path.name, path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"{path}:1: template: cannot be read: {error}; save it as UTF-8")


def _own(config: Config) -> Own:
    addresses = frozenset(address for box in config.mailbox.values() for address in box.all_addresses)
    return Own(
        addresses=addresses,
        id_domains=frozenset(address.rpartition("@")[2] for address in addresses),
        loop_marks=addresses,
    )


def words(policy: Policy) -> dict[str, str]:
    """What customers may say for each severity, in lower case (semantics.md, Severity, said by the customer)."""
    said: dict[str, str] = {}
    for severity in policy.severities.values():
        forms = (severity.label, *severity.said_as, *(f"{word} {severity.id}" for word in ("severity", "sev")))
        glued = (form.replace(" ", "") for form in severity.said_as if form.lower().startswith("sev"))
        said |= {form.lower(): severity.id for form in (*forms, f"sev{severity.id}", *glued)}
    return said
