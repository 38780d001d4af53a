"""Words of a call that sound urgent: a suggestion for the agents, for a machine wrote them down (R27)."""

from __future__ import annotations

import re

_URGENT = re.compile(
    r"\b(?:urgent(?:ly|e)?|emergency|asap|right away|immediately|(?:system|server|everything|network|site|"
    r"internet|production) (?:is|are) down|"
    r"(?:have|has) (?:all )?stopped|nobody can|no one can|can(?:'t|not) (?:work|ship|open|log ?in|access|"
    r"do anything)|(?:water|smoke|gas) |on fire|injured|stuck (?:in|open)|outage|"
    r"dringend|notfall|sofort|eilt|steht still|ausgefallen|nichts geht|"
    r"urgence|en panne|immédiatement|urgencia|no funciona nada|caído|emergenza|spoed|noodgeval)\b|"
    r"至急|緊急|大至急|紧急|긴급",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:not|no|isn't|nothing|nicht|kein\w*|pas|no es|non|niet)\W+(?:\w+\W+){0,2}$", re.IGNORECASE)


def urgent_words(text: str) -> str:
    """The first words of a transcript that sound urgent and are not denied, "" without any."""
    for found in _URGENT.finditer(text[:20_000]):
        if not _DENIED.search(text[max(0, found.start() - 40) : found.start()]):
            return found[0].strip()
    return ""
