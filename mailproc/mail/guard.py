"""The last look at a mail to a customer: what is internal does not leave (R20)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from mailproc.mail.grammar import CANDIDATE, speak
from mailproc.mail.verbs import canonical

NOTE_RUN = 40  # characters of a note that may not stand in a mail
_STRIDE = NOTE_RUN // 2
_NOTE_LIMIT = 100_000  # characters of one note that are compared
_NOTE_MEANT = re.compile(
    r"^[^\w\n]{0,20}[#\uff03\u266f\ufe5f][^\w\s]{0,10}(?:notes?|internal|private)(?![^\W_]|-[^\W_])",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTE = re.compile(r"^[>\s|]+", re.MULTILINE)


def refuses(
    text: str,
    *,
    verbs: Collection[str],
    internal: Collection[str],
    notes: Collection[str],
    public: Collection[str] = (),
) -> str | None:
    """Why `text` must not be sent to a customer, or None if it may.

    `internal` are agents' addresses, `notes` the case's internal texts; words that also stand in one of the `public`
    texts, such as the customer's own, give nothing away.
    """
    return _command(text, verbs) or _address(text, internal) or _note(text, notes, public)


def _command(text: str, verbs: Collection[str]) -> str | None:
    allowed = canonical(verbs)
    for start in CANDIDATE.finditer(text):
        line = text[start.start() :].partition("\n")[0]
        said = speak(line, allowed)
        if said and said.verb and said.certain:
            return f"it has a command line: {line.strip()[:80]}"
    if meant := _NOTE_MEANT.search(text):  # quoted, escaped, doubled: a note is a note
        line = text[meant.start() :].partition("\n")[0]
        return f"it has what looks like a command: {line.strip()[:80]}; write #note on the first line"
    return None


def _address(text: str, internal: Collection[str]) -> str | None:
    folded = text.lower()
    for address in internal:
        if (plain := address.lower()) in folded and re.search(rf"(?<![\w.+-]){re.escape(plain)}(?![\w-])", folded):
            return f"it has an internal address: {address}"
    return None


def _note(text: str, notes: Collection[str], public: Collection[str]) -> str | None:
    if not notes:
        return None
    sent, known = _flat(text), [_flat(each) for each in public]
    for note in notes:
        for run in _shared(_flat(note[:_NOTE_LIMIT]), sent):
            if not any(run in each for each in known):
                return f"it repeats an internal note: {run}"
    return None


def _shared(note: str, sent: str) -> Iterator[str]:
    """Runs of `NOTE_RUN` characters of `note` that stand in `sent`.

    Every such run holds one whole block of half its length at a multiple of that length, so only those are looked up.
    """
    for start in range(0, len(note) - _STRIDE + 1, _STRIDE):
        if note[start : start + _STRIDE] not in sent:
            continue
        for first in range(max(0, start - _STRIDE), start + 1):
            run = note[first : first + NOTE_RUN]
            if len(run) == NOTE_RUN and run in sent:
                yield run
                break


def _flat(text: str) -> str:
    return " ".join(_QUOTE.sub("", text).split()).casefold()
