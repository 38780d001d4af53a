"""A plain yes or no to a question of ours, in the languages of the notices."""

from __future__ import annotations

_YES = frozenset(("yes", "yep", "yeah", "ja", "oui", "sí", "si", "はい", "y"))
_NO = frozenset(("no", "nope", "nein", "non", "いいえ", "n"))
_ENDS = ".,;:!。、！ \t"


def answer(text: str) -> str | None:
    """ "yes" or "no" if the first line of `text` says that and nothing else before a sign or its end; else None."""
    first = next((line for line in text.split("\n", 20) if line.strip()), "")[:80].strip().casefold()
    word = first.split(",")[0].split(".")[0].strip(_ENDS)
    return "yes" if word in _YES else "no" if word in _NO else None
