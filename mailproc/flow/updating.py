"""What was promised is another since the last run: every open case concerned is set right, each once (semantics.md)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from itertools import islice

from mailproc.core.case import Case
from mailproc.core.events import CustomerChanged, PolicyChanged
from mailproc.core.outlook import Impact, impact
from mailproc.errors import StoreError
from mailproc.flow import due, renewing, terms
from mailproc.flow.desk import Desk
from mailproc.flow.loading import read_again
from mailproc.flow.rounds import Writer
from mailproc.maillog import log
from mailproc.policy.agreement import agreed
from mailproc.policy.model import Policy
from mailproc.policy.terms import Term
from mailproc.store import cases, meta
from mailproc.store import terms as paid_terms
from mailproc.store.store import Store
from mailproc.store.transaction import Transaction

CUSTOMERS = "customers"
UNDER_WAY = "recounting"
"""While open cases are being set right: to what, and the last of them that is done."""
AT_ONCE = 256
BECAUSE_CUSTOMERS = "the customers file changed"


@dataclass(frozen=True)
class Change:
    """What is another than in the database: `mailboxes` by policy, with the policy until now where it is known.

    `numbers` are the open cases that have still to be set right; `aim` says what is to hold afterwards.
    """

    mailboxes: Mapping[str, Policy | None]
    customers: bool
    digests: Mapping[str, str]
    aim: str
    numbers: Sequence[int]

    def __bool__(self) -> bool:
        """Is anything to be written down?"""
        return bool(self.digests)

    def was(self, case: Case) -> Policy | None:
        """The policy as it held for a case until now, where that is known."""
        policy = self.mailboxes.get(case.mailbox)
        return agreed(policy, case.plan, case.zone, case.type) if policy else None


def change(tx: Transaction, desk: Desk) -> Change:
    """What this desk promises otherwise than the one that the database was left by."""
    wanted = {_key(name): policy.digest for name, policy in desk.policies.items()}
    wanted[CUSTOMERS] = renewing.digest(desk)
    aim = sha256(repr(sorted(wanted.items())).encode()).hexdigest()
    known = {key: meta.get(tx, key) for key in wanted}
    texts = {name: meta.get(tx, _text_key(name)) for name in desk.policies}
    to, _, done = (meta.get(tx, UNDER_WAY) or "").partition(" ")
    # Where an earlier change was cut off and this is another one, some cases stand between the two: all count anew.
    torn = bool(to) and to != aim
    digests = {key: digest for key, digest in wanted.items() if torn or known[key] != digest}
    untold = {_key(name): wanted[_key(name)] for name, text in texts.items() if text is None}
    changed = [name for name in desk.policies if _key(name) in digests and known[_key(name)]]
    numbers = _concerned(tx, desk, changed, customers=CUSTOMERS in digests)
    return Change(
        mailboxes={name: read_again(json.loads(texts[name] or "{}")) for name in changed},
        customers=CUSTOMERS in digests,
        digests=digests | untold,
        aim=aim,
        numbers=[number for number in numbers if to != aim or number > int(done)],
    )


def _concerned(tx: Transaction, desk: Desk, changed: Sequence[str], *, customers: bool) -> list[int]:
    if changed:
        return cases.all_open_numbers(tx)
    return cases.open_of_customers(tx, [one.name for one in desk.config.customers]) if customers else []


def settle(store: Store, writer: Writer, desk: Desk, now: datetime) -> int:
    """Set right what is another now; how many cases were looked at.

    Each case is set right once, in a transaction that also says so: after a crash, or a StoreError, which is raised, to
    call it again goes on where it ended.  Nothing else may be decided on the open cases meanwhile.
    """
    found = store.read(lambda tx: change(tx, desk))
    if not found:
        return 0
    if found.customers:
        writer.submit(lambda tx: renewing.remember(tx, desk, now)).result()
    for some in _parted(found.numbers):
        work = [(number, writer.submit(partial(_set_right, number, found, desk, now))) for number in some]
        for number, future in work:
            try:
                future.result()
            except StoreError:
                raise
            except Exception as error:  # one case that cannot be decided must not keep the others from their clocks
                log.error("case_failed", case=number, error=type(error).__name__, message=str(error))
    writer.submit(partial(_written, found, desk)).result()
    if found.numbers:
        log.info("promises_changed", cases=len(found.numbers), policies=len(found.mailboxes))
    return len(found.numbers)


def _set_right(number: int, found: Change, desk: Desk, now: datetime, tx: Transaction) -> None:
    case = cases.load(tx, number)
    if case is not None and case.mailbox in found.mailboxes:
        due.recount(case, tx, desk, now, found.was(case))
    elif case is not None and found.customers:
        terms.follow(case, tx, desk, now, BECAUSE_CUSTOMERS)
    meta.put(tx, UNDER_WAY, f"{found.aim} {number}")


def _written(found: Change, desk: Desk, tx: Transaction) -> None:
    for key, digest in found.digests.items():
        meta.put(tx, key, digest)
    for name, policy in desk.policies.items():
        meta.put(tx, _text_key(name), json.dumps(dict(policy.texts)))
    meta.put(tx, UNDER_WAY, "")


def _parted(numbers: Iterable[int]) -> Iterator[list[int]]:
    """The numbers, some at a time: many cases share a commit, and few are in memory."""
    left = iter(numbers)
    while some := list(islice(left, AT_ONCE)):
        yield some


def _key(mailbox: str) -> str:
    return f"policy {mailbox}"


def _text_key(mailbox: str) -> str:
    return f"policy text {mailbox}"


# The same, only looked at


def impacts(store: Store, desk: Desk, found: Change, now: datetime, numbers: Iterable[int]) -> Iterator[Impact]:
    """What `settle` would do to each of these cases, worked out on copies; they are read some at a time."""
    known = store.read(paid_terms.everybody)
    paid = {name: terms.term_of(one) for name, one in known.items()}
    paid |= dict(renewing.renewed(known, desk, now)) if found.customers else {}
    for some in _parted(numbers):
        for case in store.read(partial(_loaded, some)):
            one = _impact(case, desk, found, paid.get(case.customer), now)
            if one is not None:
                yield one


def _loaded(numbers: Sequence[int], tx: Transaction) -> list[Case]:
    return [case for case in (cases.load(tx, number) for number in numbers) if case]


def _impact(case: Case, desk: Desk, found: Change, paid: Term | None, now: datetime) -> Impact | None:
    """None where the case stays as it is, and where no policy is left for it: that is told apart."""
    event: PolicyChanged | CustomerChanged | None = None
    if case.mailbox not in desk.policies:
        return None
    policy = desk.policy(case)
    if case.mailbox in found.mailboxes:
        event = due.changed(case, desk, paid, now)
        return impact(case, event, found.was(case), policy, now)
    if found.customers:
        event = terms.news(case, desk, paid, now, BECAUSE_CUSTOMERS)
    return impact(case, event, policy, policy, now) if event else None
