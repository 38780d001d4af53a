"""What every test shares: tests that were skipped are told at the very end, where nobody overlooks them."""

from __future__ import annotations

import os
import re

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark for tests that need a real server, a browser or a database known."""
    config.addinivalue_line("markers", "service: needs a real server from `make services`; may not be skipped in CI")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """In CI, a test that needs a service fails where it would be skipped."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and item.get_closest_marker("service") and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: a service test may not be skipped in CI: {_reason(report.longrepr)}"


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Nothing may be printed after the skipped tests, so this comes after pytest's own last line."""
    skipped = getattr(config, "_skipped_tests", {})
    for reason, names in sorted(skipped.items()):
        print(f"SKIPPED {len(names)}: {reason.upper()}")
        for name in names:
            print(f"    {name}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Gather the skipped tests by their reason."""
    skipped: dict[str, list[str]] = {}
    for report in terminalreporter.stats.get("skipped", []):
        skipped.setdefault(_reason(report.longrepr), []).append(report.nodeid)
    config._skipped_tests = skipped  # type: ignore[attr-defined]


def _reason(told: object) -> str:
    text = told[2] if isinstance(told, tuple) and len(told) == 3 else told
    return re.sub(r"^Skipped: ", "", str(text))
