"""The rules for telephone systems as files: the shipped ones, and an admin's own folder, whose rules come first."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from mailproc.mail.voicemail.rule_file import parse
from mailproc.mail.voicemail.rules import Rule

SHIPPED = Path(__file__).resolve().parents[2] / "policies" / "voicemail"
"""The rules that come with mailproc; a file of the same name in the admin's folder takes the place of one."""


def load(folder: Path | None, problems: list[str]) -> tuple[Rule, ...]:
    """The rules of the admin's folder, then the shipped ones; what is wrong is added to `problems`."""
    if folder is None:
        return shipped()
    if not folder.is_dir():
        problems.append(f"{folder}:1: voicemail.rules: no such folder; leave it out to use the shipped rules alone")
        return shipped()
    own = tuple(_read(folder, problems))
    named = {path.name for path in folder.glob("*.toml")}
    return (*own, *(rule for rule in shipped() if _file(rule) not in named))


@lru_cache(maxsize=1)
def shipped() -> tuple[Rule, ...]:
    """The shipped rules; a test holds that there is no problem with them."""
    return tuple(_read(SHIPPED, []))


def _read(folder: Path, problems: list[str]) -> Iterator[Rule]:
    for path in sorted(folder.glob("*.toml")):
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"{path}:1: voicemail.rules: cannot be read: {error}; save it as UTF-8")
            continue
        rules, found = parse(text, str(path) if folder != SHIPPED else path.name)
        problems.extend(found)
        yield from rules


def _file(rule: Rule) -> str:
    return Path(rule.where.rpartition(":")[0]).name
