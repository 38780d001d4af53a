"""Delivery reports: RFC 3464 by the standard, older and odder ones by flufl.bounce."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import copy
from email import message_from_string
from email.message import Message as Tree

import flufl.bounce
from flufl.bounce import _scan as _flufl_scan

from mailproc.mail import address, parts
from mailproc.mail.charsets import clean_line, decode, decode_words
from mailproc.mail.message import Bounce, BouncedRecipient, Envelope, Message

_flufl_scan.log.disabled = True  # it writes a traceback for each mail that it cannot read

_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_SMTP = re.compile(r"(?:^|\D)([245])\d\d(?:\D|$)")
_ADDRESS = re.compile(r"[^\s<>;,\"()\[\]]{1,64}@[A-Za-z0-9.-]{1,253}")
_MESSAGE_ID = re.compile(rb"(?im)^[> \t]{0,8}message-id[ \t]*:\s*(<[^<>\s]{1,500}>)")
_DIAGNOSTIC = 500  # characters
_RECIPIENTS = 500
_BAD_NEWS = re.compile(
    r"(?:\W|^)(?:undeliver\w*|deliver\w* (?:status|fail\w*|delay\w*|problem|report|error)|mail (?:delivery|system|"
    r"status)|"
    r"returned? (?:mail|to sender|message)|returning|failure notice|non[- ]?deliver\w*|not delivered|unzustellbar|"
    r"nicht zugestellt|could not|fail(?:ed|ure)|delayed|bounce\w*|message status|error|echec|no se pudo|"
    r"warning)(?:\W|$)",
    re.IGNORECASE,
)
_SYSTEM = re.compile(
    r"(?:mailer-?daemon|postmaster|mail-?daemon|mdaemon|mmdf|mailsubsystem|microsoftexchange)|"
    r".*(?:mail delivery (?:sub)?system|mailer.daemon|postmaster)",
    re.IGNORECASE,
)
_ROBOT = re.compile(
    r"smtp|\bndr\b|bounce|admin|mail.?service|gateway|anti.?virus|mailer|daemon|system|scanner|imss|delivery|"
    r"notification",
    re.IGNORECASE,
)


def read(message: Message, tree: Tree | None, envelope: Envelope) -> Bounce | None:
    """The delivery report that this mail is, or None.  Whether it is about a mail of ours the store decides (R17)."""
    if tree is None:
        return None
    recipients = tuple(_by_standard(tree))
    if not recipients and _may_be_odd(message, envelope):
        recipients = tuple(_by_patterns(message, tree))
    if not recipients and not _is_report(message):
        return None
    return Bounce(recipients=_once(recipients), original_message_id=original_message_id(message, tree))


def _is_report(message: Message) -> bool:
    types = {message.content_type, *(a.type for a in message.attachments)}
    report = message.content_type == "multipart/report" and "delivery-status" in "".join(
        message.headers.get("content-type", ())
    )
    return report or "message/delivery-status" in types or "x-failed-recipients" in message.headers


def _by_standard(tree: Tree) -> Iterator[BouncedRecipient]:
    """Each per-recipient block of each message/delivery-status part (RFC 3464 §2.3)."""
    for part in tree.walk():
        if part.get_content_type() == "message/delivery-status":
            for block in _blocks(part):
                if (recipient := _recipient(block)) is not None:
                    yield recipient


def _blocks(part: Tree) -> Iterable[Tree]:
    payload = part.get_payload()
    if isinstance(payload, list):
        return [block for block in payload if isinstance(block, Tree)][: _RECIPIENTS * 2]
    texts = re.split(r"\n[ \t]*\n", str(payload).replace("\r\n", "\n"), maxsplit=_RECIPIENTS * 2)
    return [message_from_string(text.strip() + "\n\n") for text in texts]


def _recipient(block: Tree) -> BouncedRecipient | None:
    failed = _typed(block, "final-recipient")
    meant = _ADDRESS.search(_typed(block, "original-recipient")) or _ADDRESS.search(failed)
    action = _field(block, "action").strip().lower().partition(" ")[0]
    action = "failed" if action in ("failure", "error", "fail") else action
    status = _STATUS.search(_field(block, "status"))
    if not failed and not action:
        return None
    diagnostic = clean_line(decode_words(_typed(block, "diagnostic-code")), _DIAGNOSTIC)
    code = status[1] if status else ""
    if not code and (inner := _STATUS.search(diagnostic)):
        code = inner[1]
    return BouncedRecipient(
        address=(address.valid(meant[0]) or meant[0].lower()) if meant else clean_line(failed, 320),
        action=action[:40],
        status=code,
        permanent=_permanent(action, code, f"{_field(block, 'status')[:20]} {diagnostic}"),
        diagnostic=diagnostic,
    )


def _permanent(action: str, code: str, diagnostic: str) -> bool:
    """Failed for good: action failed with class 5, or with no class at all (RFC 3463 §2)."""
    if action != "failed":
        return False
    if code:
        return code.startswith("5")
    smtp = _SMTP.search(diagnostic[:60])
    return smtp is None or smtp[1] == "5"


def _field(block: Tree, name: str) -> str:
    value = block.get(name)
    return "" if value is None else str(value)[:4_000]


def _typed(block: Tree, name: str) -> str:
    """The value behind its type, as in `rfc822; user@example.com`."""
    value = _field(block, name)
    kind, mark, rest = value.partition(";")
    return rest.strip() if mark and "@" not in kind else value.strip()


def _may_be_odd(message: Message, envelope: Envelope) -> bool:
    """flufl.bounce finds failures where customers quote some: it is asked only about what a mail system sent."""
    if message.content_type == "multipart/report" or "x-failed-recipients" in message.headers:
        return True
    paths = [v.strip("<> ").lower() for v in message.headers.get("return-path", ())]
    null = envelope.mail_from == "" or any(path == "" or path.startswith("mailer-daemon") for path in paths)
    senders = [one.address.partition("@")[0] + " " + one.name for one in message.senders]
    if null or any(_SYSTEM.match(who) for who in senders):
        return True
    unwell = bool(_BAD_NEWS.match(message.subject)) and not message.in_reply_to
    return unwell and (not senders or any(_ROBOT.search(who) for who in senders))


def _by_patterns(message: Message, tree: Tree) -> Iterator[BouncedRecipient]:
    try:
        temporary, permanent = flufl.bounce.all_failures(_whole(message, tree))
    except Exception:
        temporary, permanent = frozenset(), frozenset()
    for found, final in ((permanent, True), (temporary, False)):
        for raw in sorted(found)[:_RECIPIENTS]:
            text = decode(bytes(raw)).strip("<> ")
            yield BouncedRecipient(
                address=address.valid(text) or clean_line(text.lower(), 320),
                action="failed" if final else "delayed",
                status="",
                permanent=final,
            )
    if not temporary and not permanent:
        yield from _by_field(message)


def _whole(message: Message, tree: Tree) -> Tree:
    """The tree with all its header fields: flufl.bounce asks for some, and stumbles over a mail without From."""
    whole = copy(tree)
    for name, values in message.headers.items():
        if tree.get(name) is None:
            whole[name] = values[0][:1_000]
    if whole.get("from") is None:
        whole["From"] = "nobody@invalid"
    return whole


def _by_field(message: Message) -> Iterator[BouncedRecipient]:
    for value in message.headers.get("x-failed-recipients", ()):
        for match in _ADDRESS.findall(value)[:_RECIPIENTS]:
            yield BouncedRecipient(address=match.lower(), action="failed", status="", permanent=True)


def _once(recipients: tuple[BouncedRecipient, ...]) -> tuple[BouncedRecipient, ...]:
    found: dict[str, BouncedRecipient] = {}
    for one in recipients:
        if one.address not in found or (one.permanent and not found[one.address].permanent):
            found[one.address] = one
    return tuple(found.values())[:_RECIPIENTS]


def original_message_id(message: Message, tree: Tree) -> str:
    """The Message-ID of the mail that came back: from the returned part, else from the text."""
    for part in tree.walk():
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"):
            found = _MESSAGE_ID.search(parts.content(part)[: 64 * 1024])
            if found is not None:
                return found[1].decode("ascii", "replace")
    for part in tree.walk():
        if part.get_content_maintype() == "text" and not part.is_multipart():
            found = _MESSAGE_ID.search(parts.content(part)[: 64 * 1024])
            if found is not None:
                return found[1].decode("ascii", "replace")
    return message.in_reply_to[0] if message.in_reply_to else ""
