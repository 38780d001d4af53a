"""A plain yes or no to a question of ours, in the languages of the notices."""

from __future__ import annotations

import re

_YES = frozenset(
    (
        *("yes", "yep", "yeah", "ja", "oui", "sí", "si", "はい", "y"),
        *("agree", "agreed", "i agree", "we agree", "i do agree", "we do agree", "i accept", "we accept", "accepted"),
        *("einverstanden", "ich bin einverstanden", "wir sind einverstanden", "ich stimme zu", "wir stimmen zu"),
        *("d'accord", "de acuerdo"),
    )
)
_FINE = frozenset(
    (
        *("ok", "okay", "fine", "all right", "alright", "sure", "go ahead", "sounds good", "👍", "✅"),
        *("in ordnung", "passt", "geht klar"),
    )
)
"""Said alone, or with a word of the kind behind it: "Ok, agreed".  "Ok, we look at it" agrees to nothing."""
_PASSING = """
i we do agree agreed accept yes ok okay fine please thanks thank you that that's this it it's is works for me us our
with by of course go ahead sure very much the can may change severity good sounds all right
ja das ist mir uns für recht bitte danke gern gerne einverstanden bin sind wir ich so passt ordnung in
"""
_FILLING = frozenset(_PASSING.split())
"""What may stand behind a yes before the next sign: "Yes that is fine with us"."""
_NO = frozenset(
    (
        *("no", "nope", "nein", "non", "いいえ", "n"),
        *("disagree", "disagreed", "i disagree", "we disagree", "no i disagree", "no we disagree", "no thanks"),
        *("i do not agree", "we do not agree", "i don't agree", "we don't agree", "no thank you", "not ok", "not okay"),
        *("no i do not agree", "no we do not agree", "no i don't agree", "no we don't agree", "not acceptable"),
        *("i cannot agree", "we cannot agree", "i can't agree", "we can't agree", "i do not accept"),
        *("not agreed", "nicht einverstanden", "ich bin nicht einverstanden", "wir sind nicht einverstanden"),
    )
)
_ENDS = ".,;:!。、！ \t"
_PARTS = re.compile(r"[,.;:!–—。、！]| - ")
_BUT = frozenset(("but", "only", "if", "except", "aber", "nur", "wenn", "falls", "mais", "pero"))
"""What makes a yes no answer: somebody must read it."""


_GREETING = re.compile(
    r"\s*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|hallo|liebe[rs]?|sehr geehrte[rs]?|moin|servus|"
    r"guten (?:morgen|tag|abend)|bonjour|hola|ciao)\b[^,!.:;\n]{0,40}(?:[,!.]|\n)",
    re.IGNORECASE,
)


def answer(text: str) -> str | None:
    """ "yes" or "no" if the first line below any greeting says that and nothing else before a sign; else None."""
    said_first = _GREETING.sub("", text[:2000], count=1) if _GREETING.match(text[:2000]) else text
    first = next((line for line in said_first.split("\n", 20) if line.strip()), "")[:80].strip().casefold()
    said, *rest = (part.strip(_ENDS).replace("’", "'") for part in _PARTS.split(first, maxsplit=1))
    behind = rest[0].split() if rest else []
    if said in _NO:
        return "no"
    if _is_yes(said):
        return None if _BUT & set(behind[:2]) else "yes"
    return "yes" if said in _FINE and set(behind) <= _FILLING else None


def _is_yes(said: str) -> bool:
    """A yes, alone or with nothing behind it that takes it back."""
    begun = next((yes for yes in _YES if said.startswith(f"{yes} ")), "")
    return said in _YES or bool(begun and set(said.split()) - set(begun.split()) <= _FILLING)
