"""The verbs of commands by mail: the table that the parser reads and that `help` prints."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from types import MappingProxyType


class Takes(Enum):
    """What may stand behind a verb on its line."""

    NOTHING = "nothing"
    OPTION = "option"  # a value, or nothing
    VALUE = "value"  # a value, always
    TEXT = "text"  # words, on the line or below the block
    WORDS = "words"  # words there or none at all


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: how it is written, what it does, who may say it.  `available`: whether this version carries it out."""

    name: str
    form: str
    help: str
    example: str
    takes: Takes
    synonyms: tuple[str, ...] = ()
    agents: bool = True
    customers: bool = False
    available: bool = True


_TABLE = (
    Verb("take", "take", "you own the case", "#take", Takes.NOTHING, ("own",)),
    Verb(
        "assign", "assign NAME or none", "hand the case to somebody", "#assign bob", Takes.VALUE, ("assignee", "owner")
    ),
    Verb(
        "note",
        "note, then text",
        "the whole mail stays internal",
        "#note asked the vendor",
        Takes.TEXT,
        ("internal", "private", "comment", "notes"),
    ),
    Verb(
        "progress",
        "progress, then text",
        "news for the customer, mailed at once",
        "#progress",
        Takes.TEXT,
        ("news", "update"),
    ),
    Verb(
        "plan", "plan eta WHEN, then text", "the action plan with its delivery time", "#plan eta fri 15:00", Takes.TEXT
    ),
    Verb(
        "every",
        "every INTERVAL until WHEN",
        "an interval for updates that the customer agreed",
        "#every 8 hours until fri",
        Takes.VALUE,
        ("interval",),
    ),
    Verb(
        "wait",
        "wait [TIME], then a question",
        "wait for the customer",
        "#wait 3 days",
        Takes.OPTION,
        ("pending", "waiting"),
    ),
    Verb(
        "hold",
        "hold WHOM [until WHEN]",
        "wait for somebody else",
        "#hold vendor until mon",
        Takes.OPTION,
        ("on-hold", "onhold"),
    ),
    Verb(
        "relieved",
        "relieved, then text",
        "the service works again, by a workaround",
        "#relieved",
        Takes.WORDS,
        ("relief", "relieve", "workaround"),
    ),
    Verb(
        "resolve",
        "resolve, then text",
        "the cause is gone",
        "#resolve",
        Takes.WORDS,
        ("solved", "resolved", "solve", "fixed"),
    ),
    Verb(
        "close",
        "close, then text",
        "the case is over; without text its own mail goes out",
        "#close",
        Takes.WORDS,
        ("closed",),
        customers=True,
    ),
    Verb("reopen", "reopen, then text", "the case goes on", "#reopen", Takes.WORDS, ("open",), customers=True),
    Verb(
        "severity",
        "severity LEVEL because …",
        "change the severity",
        "#severity high because all users are affected",
        Takes.VALUE,
        ("priority", "sev", "prio"),
        customers=True,
    ),
    Verb(
        "escalate",
        "escalate because …",
        "up the ladder",
        "#escalate because we need a specialist",
        Takes.WORDS,
        ("escalation",),
        customers=True,
    ),
    Verb(
        "ack",
        "ack",
        "you saw it: no more pages until the next breach",
        "#ack",
        Takes.NOTHING,
        ("acknowledge", "acknowledged"),
    ),
    Verb(
        "tier",
        "tier N because …",
        "hand the case to another tier",
        "#tier 2 because it needs a specialist",
        Takes.VALUE,
    ),
    Verb("type", "type NAME or none", "what kind of case it is", "#type enhancement", Takes.VALUE),
    Verb("product", "product NAME", "what the case is about", "#product Backup", Takes.VALUE),
    Verb(
        "tag",
        "tag WORD … or -WORD",
        "words put on the case, or taken off",
        "#tag printing -network",
        Takes.VALUE,
        ("tags",),
    ),
    Verb("cc", "cc NAME …", "others hear of the case too", "#cc carol", Takes.VALUE),
    Verb("link", "link REFERENCE …", "development tickets that the case waits for", "#link DEV-123", Takes.VALUE),
    Verb(
        "request-access",
        "request-access because …",
        "look into the customer's data, for this case",
        "#request-access because the restore must be traced",
        Takes.VALUE,
        ("access",),
    ),
    Verb(
        "incident",
        "incident start TEXT or incident over TEXT",
        "a service incident begins or ends",
        "#incident start Mail is delayed",
        Takes.TEXT,
    ),
    Verb("away", "away until WHEN or off", "your deputy stands in for you", "#away until mon 9:00", Takes.VALUE),
    Verb("swap", "swap WHEN with NAME", "another takes your turn on call", "#swap fri with bob", Takes.VALUE),
    Verb("for", "for ADDRESS, then text", "open a case for somebody else", "#for jane@customer.example", Takes.VALUE),
    Verb("send", "send", "send a reply that is held", "#send", Takes.NOTHING, ("release",)),
    Verb("retry", "retry", "do a corrected block again", "#retry", Takes.NOTHING, ("again",)),
    Verb("status", "status", "where the case stands, by mail", "#status", Takes.OPTION, customers=True),
    Verb("done", "done TASK", "a task is done, such as a call back", "#done callback", Takes.OPTION, ("called",)),
    Verb("help", "help [VERB]", "this list", "#help wait", Takes.OPTION, ("commands",), customers=True),
    Verb("agree", "agree", "yes to what was asked", "#agree", Takes.WORDS, ("accept",), agents=False, customers=True),
    Verb(
        "disagree",
        "disagree",
        "no to what was asked",
        "#disagree",
        Takes.WORDS,
        ("reject",),
        agents=False,
        customers=True,
    ),
    Verb(
        "stop-updates",
        "stop-updates",
        "no more regular updates",
        "#stop-updates",
        Takes.NOTHING,
        ("stop-update",),
        agents=False,
        customers=True,
    ),
)

_LATER_FOR_AGENTS = "merge split ask undo spam lang template snooze explain history find mine queue"


def _later(name: str) -> Verb:
    return Verb(name, name, "", "", Takes.OPTION, available=False)


VERBS: Mapping[str, Verb] = MappingProxyType(
    {verb.name: verb for verb in _TABLE} | {name: _later(name) for name in _LATER_FOR_AGENTS.split()}
)
AGENT_VERBS = frozenset(verb.name for verb in VERBS.values() if verb.agents and verb.available)
CUSTOMER_VERBS = frozenset(verb.name for verb in VERBS.values() if verb.customers and verb.available)

# What a hand that knows other desks writes: word → verb and the value that it stands for.
SHORT_FORMS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {level: ("severity", level) for level in ("urgent", "high", "medium", "normal", "low")}
)
STATUS_VALUES: Mapping[str, str] = MappingProxyType(
    {
        "solved": "resolve",
        "resolved": "resolve",
        "pending": "wait",
        "waiting": "wait",
        "open": "reopen",
        "closed": "close",
        "hold": "hold",
        "on-hold": "hold",
        "relieved": "relieved",
    }
)


@lru_cache(maxsize=64)
def spoken(verbs: frozenset[str]) -> Mapping[str, str]:
    """Every word that means one of `verbs`, with the verb's name."""
    words = {synonym: name for name, verb in VERBS.items() if name in verbs for synonym in verb.synonyms}
    short = {word: name for word, (name, _) in SHORT_FORMS.items() if name in verbs}
    return words | short | {name: name for name in verbs}


@lru_cache(maxsize=4096)
def nearest(word: str, verbs: frozenset[str]) -> str | None:
    """The word for a verb that `word` was most likely meant to be, or None if it is far from all.

    One slip in four letters, two in longer words, or the same letters in another order.
    """
    close = ((_slips(word, known), known) for known in spoken(verbs))
    near = [(slips, known) for slips, known in close if slips <= _allowed(word, known)]
    return min(near)[1] if near else None


def canonical(verbs: Collection[str]) -> frozenset[str]:
    """`verbs` as a set that can be looked up."""
    return verbs if isinstance(verbs, frozenset) else frozenset(verbs)


def _allowed(word: str, known: str) -> int:
    longest = max(len(word), len(known))
    return 0 if longest <= 3 else 1 if longest == 4 else 2


def _slips(word: str, known: str) -> int:
    """Edits from one word to the other; swapped neighbours count once, a mere shuffle not at all."""
    if abs(len(word) - len(known)) > 2:
        return 3
    if word[:1] == known[:1] and sorted(word) == sorted(known):
        return 0
    before: list[int] = []
    row = list(range(len(known) + 1))
    for i, letter in enumerate(word, start=1):
        before, last, row = row, before, [i]
        for j, other in enumerate(known, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if last and j > 1 and letter == known[j - 2] and word[i - 2] == other:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
