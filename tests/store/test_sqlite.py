"""SQLite, in a file and in memory, keeps every promise of a store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conformance import StoreTests

from mailproc.store.store import Store, open_store


class TestSQLiteFile(StoreTests):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        store = open_store(f"sqlite:///{tmp_path / 'mailproc.db'}")
        yield store
        store.close()


class TestSQLiteMemory(StoreTests):
    @pytest.fixture
    def store(self) -> Iterator[Store]:
        store = open_store("sqlite://")
        yield store
        store.close()
