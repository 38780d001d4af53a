"""The judge: reads ledger, database, Maildir and log of a daemon that has come to rest, and names what is broken.

It shares no code with the program: names of files, states and digests are worked out anew from what they are meant to
be.  Each invariant is one function; what it yields are sentences, empty where all is well.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from . import ledger
from .ledger import Sent

Row = sqlite3.Row
TOKEN = re.compile(rb"\AX-Token: (T\d{7})\r\n")
MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.IGNORECASE | re.MULTILINE)
ANSWERS_PER_10_MINUTES = 2
AT_MOST = 5
"""Sentences for one invariant: whoever reads them wants a beginning, not all."""


@dataclass(frozen=True, slots=True)
class Violation:
    """An invariant by its name, and where it does not hold."""

    invariant: str
    where: str


@dataclass
class Evidence:
    """Everything that is left of a campaign.  `files` are the Maildir's, by their name."""

    sent: dict[str, Sent]
    inbound: list[Row]
    raws: dict[int, bytes]
    cases: dict[int, Row]
    letters: list[Row]
    bodies: dict[int, bytes]
    files: dict[str, bytes]
    unsound: list[str]
    log: str
    now: str
    tokens: dict[int, str] = field(default_factory=dict)  # of each inbound row; "" if it has none

    @property
    def rows_of(self) -> dict[str, list[Row]]:
        """The inbound rows of each token."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.inbound:
            found[self.tokens[row["id"]]].append(row)
        return found

    @property
    def confirmations(self) -> dict[int, list[Row]]:
        """The confirmations of each case."""
        found: dict[int, list[Row]] = defaultdict(list)
        for letter in self.letters:
            if letter["template"] == "confirmation":
                found[letter["case_number"]].append(letter)
        return found


def gather(*, book: Path, database: Path, outbox: Path, logs: list[Path]) -> Evidence:
    """Read it all.  The daemon must have ended."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        ask = connection.execute
        raws: dict[int, bytes] = defaultdict(bytes)
        for row in ask("SELECT inbound_id, data FROM raw ORDER BY inbound_id, seq"):
            raws[row["inbound_id"]] += row["data"]
        unsound = [str(row[0]) for row in ask("PRAGMA integrity_check") if row[0] != "ok"]
        unsound += [f"a row of {row[0]} points nowhere" for row in ask("PRAGMA foreign_key_check")]
        evidence = Evidence(
            sent=ledger.read(book),
            inbound=ask("SELECT * FROM inbound ORDER BY id").fetchall(),
            raws=dict(raws),
            cases={row["number"]: row for row in ask("SELECT * FROM cases")},
            letters=ask("SELECT * FROM outbox ORDER BY id").fetchall(),
            bodies={row["letter_id"]: row["data"] for row in ask("SELECT * FROM letter_body")},
            files={path.name: path.read_bytes() for path in (outbox / "new").glob("*")},
            unsound=unsound,
            log="".join(path.read_text(encoding="utf-8", errors="replace") for path in logs if path.exists()),
            now=datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f"),
        )
    for row in evidence.inbound:
        found = TOKEN.match(evidence.raws.get(row["id"], b""))
        evidence.tokens[row["id"]] = found[1].decode("ascii") if found else ""
    return evidence


def check(evidence: Evidence) -> list[Violation]:
    """Every invariant that does not hold."""
    found: list[Violation] = []
    for invariant in INVARIANTS:
        name = invariant.__name__.replace("_", "-")
        some = list(invariant(evidence))
        found += [Violation(name, where) for where in some[:AT_MOST]]
        if len(some) > AT_MOST:
            found.append(Violation(name, f"and {len(some) - AT_MOST} more"))
    return found


def what_was_accepted_is_kept(of: Evidence) -> Iterator[str]:
    """R1: a mail that got its 250 has a row for each of them."""
    rows = of.rows_of
    for token, sent in of.sent.items():
        if len(rows.get(token, ())) < sent.results["acked"]:
            yield f"{token}: {sent.results['acked']} × 250, {len(rows.get(token, ()))} rows"


def what_is_kept_was_sent(of: Evidence) -> Iterator[str]:
    """R1: no more rows than attempts that may have been taken, and none of a mail that was refused or never sent."""
    for token, rows in of.rows_of.items():
        results = of.sent[token].results if token in of.sent else Counter[str]()
        if len(rows) > results["acked"] + results["unknown"]:
            yield f"{token or 'no token'}: {len(rows)} rows, {dict(results)}"


def every_mail_has_its_250(of: Evidence) -> Iterator[str]:
    """The clients do not rest before: a mail that never gets through is lost as well."""
    for token, sent in of.sent.items():
        if not sent.results["acked"]:
            yield f"{token}: {dict(sent.results)} {sent.refusals[:1]}"


def each_row_has_the_very_bytes(of: Evidence) -> Iterator[str]:
    """R1: what is kept is what was sent, to the byte."""
    for row in of.inbound:
        raw, sent = of.raws.get(row["id"], b""), of.sent.get(of.tokens[row["id"]])
        if sent is None or hashlib.sha256(raw).hexdigest() != sent.sha256 or row["size"] != len(raw):
            yield f"mail {row['id']} ({of.tokens[row['id']] or 'no token'}): {len(raw)} bytes, {row['size']} noted"


def each_mail_has_one_outcome(of: Evidence) -> Iterator[str]:
    """R2: nothing waits at the end, and each mail was settled."""
    for row in of.inbound:
        settled = row["state"] in ("done", "quarantined") and row["outcome"] and row["finished_at"]
        if not settled or (row["state"] == "quarantined") != (row["outcome"] == "quarantined"):
            yield f"mail {row['id']}: state {row['state']}, outcome {row['outcome']}, error {row['error']!r}"


def a_mail_is_settled_once(of: Evidence) -> Iterator[str]:
    """R4: of all copies of a mail one has an outcome of its own, the others are duplicates and name its case."""
    copies: dict[str, list[Row]] = defaultdict(list)
    for row in of.inbound:
        if row["identity"]:
            copies[row["identity"]].append(row)
    for rows in copies.values():
        first = [row for row in rows if row["outcome"] != "duplicate"]
        numbers = {row["case_number"] for row in rows}
        if len(first) != 1 or len(numbers) != 1:
            yield f"mails {[row['id'] for row in rows]}: {[row['outcome'] for row in rows]}, cases {numbers}"


def a_retried_mail_is_the_same_mail(of: Evidence) -> Iterator[str]:
    """R4: the rows of one token have one identity, so that a lost 250 opens no second case."""
    for token, rows in of.rows_of.items():
        if len({row["identity"] for row in rows if row["identity"]}) > 1:
            yield f"{token}: mails {[row['id'] for row in rows]} are taken for different ones"


def each_case_is_there_and_was_opened_by_one_mail(of: Evidence) -> Iterator[str]:
    """CON-2: a case that a mail names exists, no case is without a mail, numbers have no gap."""
    named = {row["case_number"] for row in of.inbound if row["case_number"]}
    for number in named ^ of.cases.keys():
        yield f"case {number}: {'named by a mail, but not there' if number in named else 'of no mail'}"
    if of.cases and max(of.cases) != len(of.cases):
        yield f"{len(of.cases)} cases, the last is number {max(of.cases)}"


def a_mail_without_case_has_none(of: Evidence) -> Iterator[str]:
    """R2: an outcome that says "case" names it."""
    for row in of.inbound:
        if row["outcome"] == "case" and row["case_number"] not in of.cases:
            yield f"mail {row['id']}: outcome case, number {row['case_number']}"


def no_case_is_confirmed_twice(of: Evidence) -> Iterator[str]:
    """CON-3: one confirmation a case, by the rows and by what reached the Maildir."""
    for number, letters in of.confirmations.items():
        if len(letters) > 1:
            yield f"case {number}: letters {[letter['id'] for letter in letters]}"
    cases = {letter["message_id"]: letter["case_number"] for some in of.confirmations.values() for letter in some}
    arrived = Counter(cases[message_id] for message_id in map(_message_id, of.files.values()) if message_id in cases)
    for number, count in arrived.items():
        if count > 1:
            yield f"case {number}: {count} files"


def each_answerable_case_is_confirmed(of: Evidence) -> Iterator[str]:
    """CON-3: sent, or put off by a budget (R15)."""
    for number, case in of.cases.items():
        if not json.loads(case["doc"])["answerable"]:
            continue
        letters = of.confirmations.get(number, [])
        if not any(letter["state"] == "sent" or _put_off(letter, of) for letter in letters):
            yield f"case {number}: {[(letter['id'], letter['state']) for letter in letters]}"


def no_case_behind_a_closed_gate_is_confirmed(of: Evidence) -> Iterator[str]:
    """R14."""
    for number in of.confirmations:
        if number not in of.cases or not json.loads(of.cases[number]["doc"])["answerable"]:
            yield f"case {number}"


def no_letter_waits(of: Evidence) -> Iterator[str]:
    """What was due has left."""
    for letter in of.letters:
        if letter["state"] not in ("sent", "held") and not _put_off(letter, of):
            yield f"letter {letter['id']} ({letter['template']}): {letter['state']}, {letter['error']!r}"


def what_was_sent_has_arrived_once(of: Evidence) -> Iterator[str]:
    """Each letter that counts as sent is one file, with the bytes that were decided."""
    for letter in of.letters:
        name, body = _file_name(letter), of.bodies.get(letter["id"], b"")
        data = of.files.get(name)
        if letter["state"] != "sent":
            if data is not None:
                yield f"letter {letter['id']}: arrived, but is {letter['state']}"
        elif data is None:
            yield f"letter {letter['id']} ({letter['template']}): sent, but not there"
        elif data != _envelope(letter) + body or not body:
            yield f"letter {letter['id']}: arrived with other bytes"


def what_arrived_was_decided(of: Evidence) -> Iterator[str]:
    """Each file of the Maildir is a letter of the outbox, by its name and by its Message-ID."""
    names = {_file_name(letter): letter["message_id"] for letter in of.letters}
    for name, data in of.files.items():
        if names.get(name) != _message_id(data):
            yield f"file {name}: Message-ID {_message_id(data)}"


def no_address_is_answered_too_often(of: Evidence) -> Iterator[str]:
    """R15: by the moments at which the answers were allowed to go."""
    answers: dict[str, list[datetime]] = defaultdict(list)
    for letter in of.letters:
        if letter["answer"] and letter["state"] not in ("held", "dropped"):
            answers[letter["recipient"]].append(datetime.fromisoformat(letter["not_before"]))
    for address, moments in answers.items():
        moments.sort()
        for first, later in zip(moments, moments[ANSWERS_PER_10_MINUTES:], strict=False):
            if later - first < timedelta(minutes=10):
                yield f"{address}: {ANSWERS_PER_10_MINUTES + 1} answers from {first} to {later}"
                break


def our_trouble_is_temporary(of: Evidence) -> Iterator[str]:
    """R1: no 5xx for a mail that was to be taken."""
    for token, sent in of.sent.items():
        for words in sent.refusals:
            if words.startswith("5"):
                yield f"{token}: {words}"


def the_database_is_sound(of: Evidence) -> Iterator[str]:
    """PRAGMA integrity_check and foreign_key_check."""
    yield from of.unsound


def the_log_has_no_error(of: Evidence) -> Iterator[str]:
    """Neither a traceback nor a line of level error: there was no trouble but kill -9."""
    for line in of.log.splitlines():
        if "Traceback" in line or re.search(r'"level": ?"error"', line):
            yield line[:300]


INVARIANTS: tuple[Callable[[Evidence], Iterator[str]], ...] = (
    what_was_accepted_is_kept,
    what_is_kept_was_sent,
    every_mail_has_its_250,
    each_row_has_the_very_bytes,
    each_mail_has_one_outcome,
    a_mail_is_settled_once,
    a_retried_mail_is_the_same_mail,
    each_case_is_there_and_was_opened_by_one_mail,
    a_mail_without_case_has_none,
    no_case_is_confirmed_twice,
    each_answerable_case_is_confirmed,
    no_case_behind_a_closed_gate_is_confirmed,
    no_letter_waits,
    what_was_sent_has_arrived_once,
    what_arrived_was_decided,
    no_address_is_answered_too_often,
    our_trouble_is_temporary,
    the_database_is_sound,
    the_log_has_no_error,
)


def _put_off(letter: Row, of: Evidence) -> bool:
    """Does it wait for a moment that has not come, and was never tried?"""
    return bool(letter["state"] == "waiting" and letter["not_before"] > of.now and letter["tries"] == 0)


def _message_id(data: bytes) -> str:
    found = MESSAGE_ID.search(data.partition(b"\r\n\r\n")[0])
    return found[1].decode("ascii", "replace") if found else ""


def _file_name(letter: Row) -> str:
    named = f"{letter['message_id']} {letter['recipient']}".encode()
    return f"{hashlib.sha256(named).hexdigest()[:40]}.mailproc"


def _envelope(letter: Row) -> bytes:
    return f"Return-Path: <{letter['mail_from']}>\r\nX-Envelope-To: <{letter['recipient']}>\r\n".encode()


def figures(of: Evidence) -> dict[str, Any]:
    """The campaign in numbers."""
    results = Counter[str]()
    for sent in of.sent.values():
        results.update(sent.results)
    states = Counter(letter["state"] for letter in of.letters)
    return {
        "mails": len(of.sent),
        "attempts": sum(results.values()),
        **{name: results[name] for name in ("acked", "unknown", "refused", "unsent")},
        "rows": len(of.inbound),
        **Counter(f"outcome {row['outcome']}" for row in of.inbound),
        "cases": len(of.cases),
        "confirmed": sum(letter["state"] == "sent" for some in of.confirmations.values() for letter in some),
        "put off by a budget": sum(_put_off(letter, of) for letter in of.letters),
        **{f"letters {state}": count for state, count in sorted(states.items())},
        "letters sent more than once": sum(letter["uncertain"] > 0 for letter in of.letters),
        "mails blamed for a crash": sum(row["tries"] > 0 for row in of.inbound),
        "files in the Maildir": len(of.files),
    }
