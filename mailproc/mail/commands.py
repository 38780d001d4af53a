"""The block of commands at the top of a mail, and what is wrong with it (R21)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from mailproc.mail.grammar import CANDIDATE, SIGNS, Spoken, plain, speak
from mailproc.mail.message import Command
from mailproc.mail.verbs import AGENT_VERBS, CUSTOMER_VERBS, VERBS, Takes, Verb, canonical, spoken

__all__ = ["AGENT_VERBS", "CUSTOMER_VERBS", "VERBS", "CommandBlock", "Problem", "Verb", "cut", "same_commands", "split"]

MAX_COMMANDS = 10
REPEATABLE = frozenset({"tag", "cc", "link", "done"})
"""Verbs of lists: a second line adds to the first."""
MAX_SCANNED_LINES = 200  # lines below the block that are looked at for commands in the wrong place
_WRAP = range(66, 81)  # columns at which clients break a long line
_SECOND = re.compile(r"#[a-z][\w-]*$", re.IGNORECASE)
_BANNER = re.compile(
    r"\s*[\[*<(]*(?:caution|warning|external|achtung|vorsicht|extern)\b[^\n]{0,80}\b(?:e-?mail|sender|external|absender)"
    r"|\s*\[external\]|\s*this (?:e-?mail|message) (?:originated|came|was sent) (?:from )?outside"
    r"|\s*you don['’]t often get e-?mail from|\s*diese (?:e-?mail|nachricht) (?:kommt|stammt) von außerhalb",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One line that cannot be carried out: `line` counts from 1, `said` is what stood there, `why` a whole sentence."""

    line: int
    said: str
    why: str


@dataclass(frozen=True, slots=True)
class CommandBlock:
    """What the top of a mail asks for.  While there are `problems` nothing may be done and nothing sent (R22)."""

    commands: tuple[Command, ...]
    text: str  # the mail without the block and the banner above it (R23)
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def split(text: str, verbs: Collection[str], banners: Sequence[re.Pattern[str]] = ()) -> CommandBlock:
    """Take the block of commands off the top of `text`, the new words of a mail without quotes and signature.

    `verbs` are the names that this sender may use, `banners` further patterns of lines to skip above the block.
    Never raises; each line that looks like a command and is none is a problem or a warning.
    """
    if SIGNS.isdisjoint(text) or not CANDIDATE.search(text):
        return CommandBlock((), text.strip())
    allowed = canonical(verbs)
    lines = text.split("\n")
    top = _top(lines, (_BANNER, *banners))
    first = speak(lines[top], allowed) if top < len(lines) else None
    if first is None or not _starts(first, lines[top + 1 :], allowed):
        return _checked_below(CommandBlock((), text.strip()), lines, 0, allowed)
    return _block(lines, top, allowed)


def cut(argument: str, word: str) -> tuple[str, str]:
    """`argument` before and behind a joining word such as "until" or "because"; the second is "" without it."""
    found = re.search(rf"(?:^|\s){re.escape(word)}\b[\s:]*", argument, re.IGNORECASE)
    return (argument[: found.start()].strip(), argument[found.end() :].strip()) if found else (argument.strip(), "")


def same_commands(text_block: CommandBlock, html_block: CommandBlock) -> bool:
    """Whether the text and the HTML of a mail ask for the same: a mail that speaks with two tongues is held (R21)."""
    return _asked(text_block) == _asked(html_block) and bool(text_block.problems) == bool(html_block.problems)


def _asked(block: CommandBlock) -> list[tuple[str, str]]:
    return [(command.name, "".join(command.argument.casefold().split())) for command in block.commands]


def _top(lines: list[str], banners: Sequence[re.Pattern[str]]) -> int:
    """The index of the first line that is neither blank nor a gateway's banner; a banner ends at a blank line."""
    index = 0
    while index < len(lines):
        line = plain(lines[index]).strip()
        if line and not any(banner.match(line) for banner in banners):
            return index
        index += 1
        while line and index < len(lines) and plain(lines[index]).strip() and not CANDIDATE.match(lines[index]):
            index += 1
    return index


def _starts(first: Spoken, rest: list[str], verbs: frozenset[str]) -> bool:
    """Whether a block begins here: with a verb, with what must have been meant as one, or above a line with a verb."""
    if first.verb:
        return True
    if first.near or (first.word in VERBS and first.sign == "#"):
        return True
    following = speak(rest[0], verbs) if rest and first.sign == "#" and first.certain else None
    return following is not None and bool(following.verb) and following.certain


def _block(lines: list[str], top: int, verbs: frozenset[str]) -> CommandBlock:
    commands: list[Command] = []
    problems: list[Problem] = []
    index = top
    ended = False
    while index < len(lines) and len(commands) + len(problems) <= MAX_COMMANDS:
        if ended := plain(lines[index]).strip().lower() in {"#end", "/end"}:
            index += 1
            break
        said = speak(lines[index], verbs)
        if said is None or (said.sign == "/" and not said.verb and not said.near):
            break
        value, after = _unwrapped(lines, index, said.value)
        if problem := _refused(said, index + 1, lines[index], verbs):
            problems.append(problem)
        else:
            commands.append(Command(name=said.verb, argument=value, line=index + 1))
        index = after
    rest = "\n".join(lines[index:]).strip()
    problems += _misused(commands, rest)
    block = CommandBlock(tuple(commands), rest, tuple(problems))
    return _checked_below(block, lines, index, verbs, directly=bool(commands) and not ended)


def _unwrapped(lines: list[str], index: int, value: str) -> tuple[str, int]:
    """The whole value of a command whose line a client broke at its margin, and the index behind it."""
    while index + 1 < len(lines):
        line, below = lines[index].rstrip(), lines[index + 1].strip()
        word = below.partition(" ")[0]
        if not word or CANDIDATE.match(below) or len(line) > _WRAP.stop or len(line) + 1 + len(word) < _WRAP.start + 6:
            break
        if " " not in line.strip():
            break
        value, index = f"{value} {' '.join(plain(below).split())}".strip(), index + 1
    return value, index + 1


def _refused(said: Spoken, line: int, source: str, verbs: frozenset[str]) -> Problem | None:
    """Why this line of the block cannot be a command, or None if it can."""
    shown = source.strip()[:200]
    if said.verb and said.certain:
        return None
    if said.verb:
        return Problem(line, shown, f"a space stands behind the sign; write {said.sign}{said.word}")
    known = VERBS.get(said.word)
    if known is not None and not known.available:
        return Problem(line, shown, f"{said.word} is not available yet; write #help for what is")
    if known is not None:
        return Problem(line, shown, f"{said.word} is not yours to use; you can use {', '.join(sorted(verbs))}")
    if said.near:
        return Problem(line, shown, f"{said.word} is not a command; did you mean {said.sign}{said.near}?")
    return Problem(line, shown, f"{said.word} is not a command; leave a blank line above it if it is part of your text")


def _misused(commands: list[Command], text: str) -> Iterator[Problem]:
    """What is wrong with the commands as they stand: their forms, repeats, and pairs that contradict each other."""
    for command in commands:
        if why := _wrong_form(command, text):
            yield Problem(command.line, _shown(command), why)
    counted = Counter(command.name for command in commands if command.name not in REPEATABLE)
    twice = {name for name, count in counted.items() if count > 1}
    seen: set[str] = set()
    for command in commands:
        if command.name in twice & seen:
            yield Problem(command.line, _shown(command), f"{command.name} is said twice; say it once")
        seen.add(command.name)
    if "note" in seen and (public := seen & {"progress", "plan"}):
        last = next(command for command in reversed(commands) if command.name in public | {"note"})
        yield Problem(last.line, _shown(last), "the same text cannot be internal and public; send two mails")
    if len(commands) > MAX_COMMANDS:
        last = commands[MAX_COMMANDS]
        yield Problem(last.line, _shown(last), f"too many commands; at most {MAX_COMMANDS} in one mail")


def _wrong_form(command: Command, text: str) -> str:
    verb = VERBS.get(command.name)
    match verb.takes if verb else Takes.OPTION:
        case Takes.NOTHING if command.argument:
            return f"{command.name} takes nothing behind it; put your text below the block"
        case Takes.VALUE if not command.argument:
            return f"{command.name} needs a value, such as {verb.example if verb else ''}"
        case Takes.TEXT if not command.argument and not text:
            return f"{command.name} needs words: behind it or below the block"
    if _SECOND.match(command.argument):
        return "two commands on one line; give each its own"
    return ""


def _shown(command: Command) -> str:
    return f"#{command.name} {command.argument}".strip()[:200]


def _checked_below(
    block: CommandBlock, lines: list[str], start: int, verbs: frozenset[str], *, directly: bool = False
) -> CommandBlock:
    """`block` with what stands below it and looks like a command in the wrong place.

    `directly`: a command below nothing but blank lines was meant for the block.
    """
    problems, warnings = list(block.problems), list(block.warnings)
    for number, line in enumerate(lines[start : start + MAX_SCANNED_LINES], start=start + 1):
        said = speak(line, verbs)
        directly = directly and (not line.strip() or said is not None)
        if said is None or not (said.verb or said.near):
            continue
        internal = "note" in (said.verb, spoken(verbs).get(said.near)) and (said.certain or not said.value)
        if internal or (directly and said.verb and said.certain):
            problems.append(Problem(number, line.strip()[:200], _misplaced(said)))
        elif said.verb and said.certain:
            warnings.append(Problem(number, line.strip()[:200], f"not done: {_misplaced(said)}"))
    return replace(block, problems=tuple(problems), warnings=tuple(warnings))


def _misplaced(said: Spoken) -> str:
    word = said.word if said.verb else said.near
    return (
        f"commands stand together at the very top; put {said.sign}{word} on the first line, without a blank line above"
    )
