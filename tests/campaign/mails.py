"""The mails of a campaign: real ones from folders, or made up; each carries a token of its own in its first line."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

NO_MAILS = frozenset({".json", ".md", ".xml", ".out", ".png", ".py"})
NO_MAIL_NAMES = frozenset({"LICENSE", "NOTICE", "COPYING"})
_BARE_LF = re.compile(rb"(?<!\r)\n")
_FROM_LINE = re.compile(rb"(?:\A|\n\r?\n)From [^\r\n]*\r?\n")
CUSTOMERS = 60


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to send: the very bytes of its text, each line ended by CR LF, and the envelope's sender."""

    token: str
    data: bytes
    sender: str = "bounces@lists.example"


def token(number: int) -> str:
    """The name of a mail in the ledger and in its own first line."""
    return f"T{number:07d}"


def with_token(name: str, raw: bytes) -> bytes:
    """The mail as it is sent: the token on top, line ends as SMTP wants them, the rest untouched.

    A lone CR stays: it is text like any other.  What the mail says, and so what makes it this mail and no other (R4),
    lies below the line that is added.
    """
    data = _BARE_LF.sub(b"\r\n", raw)
    return f"X-Token: {name}\r\n".encode("ascii") + data + (b"" if data.endswith(b"\r\n") else b"\r\n")


def from_folders(folders: Iterable[Path]) -> list[Mail]:
    """Every file in the folders that may be a mail, in the order of their names; an mbox is taken apart."""
    raws = (raw for folder in folders for path in sorted(folder.rglob("*")) for raw in _raws(path))
    return [Mail(token(number), with_token(token(number), raw)) for number, raw in enumerate(raws, 1)]


def _raws(path: Path) -> Iterator[bytes]:
    if not path.is_file() or path.suffix.lower() in NO_MAILS or path.name in NO_MAIL_NAMES:
        return
    raw = path.read_bytes()
    if raw.startswith(b"From ") and (".mbox" in path.name or "mbox" in path.parent.name):
        yield from (part for part in _FROM_LINE.split(raw) if part)
    else:
        yield raw


def made(count: int, seed: int) -> list[Mail]:
    """Mails of our own making: customers, robots, relays' copies, big ones, broken ones; the same for the same seed."""
    dice = random.Random(seed)
    mails: list[Mail] = []
    for number in range(1, count + 1):
        kind = dice.choices(list(KINDS), weights=[weight for weight, _ in KINDS.values()])[0]
        sender = f"customer{dice.randrange(CUSTOMERS)}@customer{number % 7}.example"
        raw = KINDS[kind][1].format(number=number, sender=sender, words="The export stops halfway. " * 12, big=BIG)
        name = token(number)
        if kind == "copy" and mails:
            twin = dice.choice(mails).data.partition(b"\r\n")[2]  # as another relay brings it: another trace on top
            raw_bytes = b"Received: from relay.example by mx.example; Mon, 2 Mar 2026 09:00:00 +0000\r\n" + twin
        else:
            raw_bytes = raw.encode("utf-8", "surrogateescape")
        mails.append(Mail(name, with_token(name, raw_bytes), "" if kind == "robot" else sender))
    return mails


BIG = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3\n" * 6000
_PLAIN = """\
From: Customer <{sender}>
To: support@example.com
Subject: The export fails ({number})
Date: Mon, 02 Mar 2026 09:00:00 +0000
Message-ID: <{number}@customer.example>

{words}
.
..two dots
"""
_ROBOT = """\
From: Answering machine <{sender}>
To: support@example.com
Subject: Out of office
Message-ID: <robot{number}@customer.example>
Auto-Submitted: auto-replied

I am away. {number}
"""
_LIST = """\
From: News <{sender}>
To: support@example.com
Subject: News of the week
Message-ID: <list{number}@customer.example>
Precedence: bulk
List-Id: <news.customer.example>

News {number}.
"""
_NOREPLY = """\
From: noreply@customer.example
To: support@example.com
Subject: Alarm {number}
Message-ID: <alarm{number}@customer.example>

The disk of host {number} is full.
"""
_NAMELESS = """\
From: {sender}
Subject: No Message-ID here

Question {number}. {words}
"""
_BROKEN = """\
From: {sender}, other@customer.example
Subject: =?utf-8?q?broken
Content-Type: multipart/mixed; boundary=never

--nothing {number}
caf\udce9
"""
_LARGE = """\
From: {sender}
To: support@example.com
Subject: Log attached ({number})
Message-ID: <large{number}@customer.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

See the log. {number}
--b
Content-Type: application/octet-stream
Content-Disposition: attachment; filename=log.bin
Content-Transfer-Encoding: base64

{big}
--b--
"""
_AGENT = """\
From: alice@example.com
To: support@example.com
Subject: no proof {number}
Message-ID: <agent{number}@example.com>

#close
Mail {number} that alice did not send.
"""
KINDS = {
    "plain": (60, _PLAIN),
    "robot": (6, _ROBOT),
    "list": (4, _LIST),
    "noreply": (5, _NOREPLY),
    "nameless": (6, _NAMELESS),
    "broken": (4, _BROKEN),
    "large": (4, _LARGE),
    "agent": (4, _AGENT),
    "copy": (7, ""),
}
