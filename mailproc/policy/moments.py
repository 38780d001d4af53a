"""The sentences for a point on a clock: "75% of relief", "30 minutes before update", "breach of action_plan"."""

from __future__ import annotations

import re
from datetime import timedelta

from mailproc.policy.durations import timed
from mailproc.policy.model import Elapsed, Moment

EXAMPLES = 'write "75% of relief", "30 minutes before update", "breach of relief" or "1 hour after breach of relief"'
_SHARE = re.compile(r"(\S+?) ?% of (\w+)")
_BREACH = re.compile(r"breach of (\w+)")
_BEFORE = re.compile(r"(.+) before (?:breach of )?(\w+)")
_AFTER = re.compile(r"(.+) after breach of (\w+)")


def moment(text: str) -> Moment | str:
    """The point on a clock that a sentence names, or the problem with it.

    The objective is taken as written: whether it exists is for the caller to say.
    """
    name = " ".join(text.split())
    if found := _SHARE.fullmatch(name):
        return _share(name, found[1], found[2])
    if found := _BREACH.fullmatch(name):
        return Moment(name=name, objective=found[1], offset=Elapsed(timedelta()))
    for pattern, before in ((_BEFORE, True), (_AFTER, False)):
        if found := pattern.fullmatch(name):
            offset = timed(found[1])
            return offset if isinstance(offset, str) else Moment(name, found[2], offset=offset, before=before)
    return f'"{text}" is no point on a clock; {EXAMPLES}'


def _share(name: str, figure: str, objective: str) -> Moment | str:
    percent = float(figure) if re.fullmatch(r"\d{1,3}(\.\d{1,3})?", figure) else 0.0
    if not 0 < percent <= 100:
        return f'"{figure}%" is no share of a clock; write a figure from 1% to 100%'
    return Moment(name=name, objective=objective, share=percent / 100)
