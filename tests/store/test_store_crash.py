"""What was answered is there, whenever the process is killed."""

from __future__ import annotations

import random
from pathlib import Path

from samples import NOW, run_child

from mailproc.store import inbound
from mailproc.store.store import open_store
from mailproc.store.transaction import Transaction

KILLS = 30


def tokens(tx: Transaction) -> list[str]:
    """What the mails say that are kept; each must be whole."""
    found = []
    for mail in inbound.waiting(tx, NOW, 1_000_000):
        data = inbound.raw(tx, mail.id)
        token = data[:11].decode("ascii")
        assert len(data) == mail.size
        assert data == token.encode("ascii") * (mail.size // 11)
        found.append(token)
    return found


def test_R1_what_was_answered_is_there_after_each_of_many_kills(tmp_path: Path) -> None:
    url, seed = f"sqlite:///{tmp_path / 'mailproc.db'}", random.randrange(1_000_000)
    answered = run_child("store_child.py", url, str(KILLS), str(seed)).split()
    store = open_store(url, thorough=True)
    kept = store.read(tokens)
    store.close()
    assert len({token[:4] for token in answered}) == KILLS, f"seed {seed}"
    assert set(answered) <= set(kept), f"seed {seed}"
    assert len(kept) == len(set(kept)), f"seed {seed}"
