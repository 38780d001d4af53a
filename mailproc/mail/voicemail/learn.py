"""A rule for a telephone system that no rule knows yet, proposed from one of its mails, with a test of that mail."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message as Tree

from mailproc.mail.message import Message, Voicemail
from mailproc.mail.voicemail import details, words
from mailproc.mail.voicemail.labels import field_of
from mailproc.mail.voicemail.notice import Notice, notice

_FIELD = {
    "caller": "who",
    "name": "caller_name",
    "duration": "duration",
    "mailbox": "mailbox",
    "date": "left_at",
    "confidence": "confidence",
}
_LABEL = re.compile(r"\s*([^:：\t=]{1,45}?)\s*(?:[:：]|\t)\s*(\S.*)$")
LONGEST = 4_000  # characters of the mail's text that its test holds


@dataclass(frozen=True, slots=True)
class Proposal:
    """The text of a rule file, and what the rule reads in the mail that it is made of."""

    text: str
    call: Voicemail


def propose(message: Message, tree: Tree | None, region: str) -> Proposal:
    """A rule for the mails of this mail's sender.  Its text is one that `rule_file.parse` takes without a problem."""
    one = notice(message, tree)
    seen = one.texts[0][:LONGEST].replace("\r", "").strip() if one.texts else ""
    short = _in_short(one, seen)
    call = details.read({}, short, provider=_provider(one), region=region).call
    lines = [
        f"# Made from one mail of {_plain(one.domain) or 'an unknown sender'}: compare others, mend the patterns.",
        f"provider = {_quoted(_provider(one))}",
        f"about    = {_quoted(_plain(one.name)[:80] or _provider(one))}",
        'sample   = "mail"',
        "",
        "[[rule]]",
        *_when(short),
        *_find(short, seen),
        "",
        "[[rule.test]]",
        *_test(short, seen, call, region),
    ]
    return Proposal("\n".join(lines) + "\n", call)


def _in_short(one: Notice, seen: str) -> Notice:
    """The mail as the rule's test gives it: what the test lacks, the rule must not need."""
    return Notice(
        subject=_plain(one.subject),
        sender=None if one.message is None else one.message.sender,
        headers={},
        texts=lambda: (seen,) if seen else (),
        audio=one.audio,
        attached=lambda: _plain(one.attached[:LONGEST]),
    )


def _provider(one: Notice) -> str:
    """The domain's own word: "phones" of calls@mail.phones.example."""
    labels = [label for label in one.domain.split(".") if re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", label)]
    return labels[-2] if len(labels) > 1 else "telephone-system"


def _when(one: Notice) -> Iterator[str]:
    parts = []
    if one.domain:
        local = re.escape(one.local) if not re.search(r"\d{3}", one.local) else r"[^@]+"
        parts.append(f"from = {_literal(f'^{local}@{re.escape(one.domain)}$')}")
    if fixed := _fixed_part(one.subject):
        parts.append(f"subject = {_literal(fixed)}")
    yield f"when = {{ {', '.join(parts) or 'subject = ' + _literal('.')} }}"
    if one.audio:
        yield "audio = true"


def _fixed_part(subject: str) -> str:
    """The part of a subject that every such mail has: the words for a voicemail, and what stands before them."""
    found = words.VOICE.search(subject) or words.NEW_IN_BOX.search(subject)
    if found is None:
        return ""
    before = subject[: found.start()]
    begin = (
        f"^{re.escape(before)}"
        if not re.search(r"\d|\"|<", before) and len(before) < 40 and not before.istitle()
        else ""
    )
    return f"{begin}{re.escape(found[0])}".replace("\\ ", " ")


def _find(one: Notice, seen: str) -> Iterator[str]:
    """A pattern for each labelled line whose label is known."""
    patterns = []
    told: set[str] = set()
    for line in seen.split("\n")[:200]:
        found = _LABEL.match(line)
        name = _FIELD.get(field_of(found[1]) or "") if found else None
        if found and name and name not in told:
            told.add(name)
            label = re.escape(found[1].strip(" *")).replace("\\ ", " ")
            patterns.append(
                f'  {{ in = "text", pattern = {_literal(f"^[ *]*{label}[ *]*[:：	][ *]*(?P<{name}>.+)$")} }},'
            )
        if found and field_of(found[1]) == "transcript":
            break
    if "who" not in told and (who := details.who_of_subject(one.subject)):
        before = one.subject[: one.subject.find(who)]
        last = re.search(r"[^\W\d_]+[ :]*$", before)
        if last:
            patterns.append(
                f'  {{ in = "subject", pattern = {_literal(rf"{re.escape(last[0].strip())}[ :]+(?P<who>.+)$")} }},'
            )
    if patterns:
        yield from ("find = [", *patterns, "]")


def _test(one: Notice, seen: str, call: Voicemail, region: str) -> Iterator[str]:
    if one.address:
        yield f"from = {_quoted(one.address)}"
    yield f"subject = {_quoted(one.subject)}" if one.subject else 'subject = "-"'
    if region != "US":
        yield f"region = {_quoted(region)}"
    if one.audio:
        yield "audio = true"
    if seen:
        yield f"text = {_quoted(_plain(seen, lines=True))}"
    if one.attached:
        yield f"attached = {_quoted(one.attached)}"
    yield f"expect = {{ {', '.join(_expected(call)) or 'urgent = false'} }}"


def _expected(call: Voicemail) -> Iterator[str]:
    for name in ("caller", "caller_name", "duration_s", "mailbox", "confidence", "transcript"):
        value = getattr(call, name)
        if value is not None:
            yield f"{name} = {_quoted(value) if isinstance(value, str) else value}"


def without_patterns(proposal: str) -> str:
    """The same rule without its own patterns: the labels alone."""
    return re.sub(r"^find = \[\n(?:  .*\n)*\]\n", "", proposal, flags=re.MULTILINE)


def _plain(text: str, *, lines: bool = False) -> str:
    kept = "\n\t" if lines else ""
    return "".join(letter for letter in text if letter in kept or (letter.isprintable() and letter != "\x7f"))


def _quoted(text: str) -> str:
    """A basic string of TOML, which JSON's strings are once no letter is beyond its sixteen bits."""
    return json.dumps(text, ensure_ascii=False)


def _literal(pattern: str) -> str:
    return f"'{pattern}'" if "'" not in pattern and "\n" not in pattern else _quoted(pattern)
