"""Attachments that a case has already (R10)."""

from __future__ import annotations

from collections.abc import Iterable

from mailproc.store.statement import insert_if_new
from mailproc.store.tables import SeenRow, table
from mailproc.store.transaction import Transaction

ADD = insert_if_new(table(SeenRow))


def add(tx: Transaction, case_number: int, digests: Iterable[str]) -> frozenset[str]:
    """Write down that a case has these attachments, by SHA-256 in hex; gives back those that it did not have."""
    return frozenset(digest for digest in digests if tx.run(ADD, case_number=case_number, digest=digest) == 1)
