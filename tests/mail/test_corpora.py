"""Real mails with labels: how much is understood.  Skipped, loudly, where the corpora are absent."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from understanding.reply import judge

from mailproc.mail.automatic import Own
from mailproc.mail.message import Envelope
from mailproc.mail.reading import read

BESIDE = Path(__file__).parents[2].parent / "shared" / "corpora"
CORPORA = Path(os.environ.get("MAILPROC_CORPORA", str(BESIDE)))
FILE = Envelope(mail_from=None)
pytestmark = pytest.mark.skipif(not CORPORA.is_dir(), reason=f"no corpora at {CORPORA}: set MAILPROC_CORPORA")


def labels(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CORPORA / name).read_text())
    return found


def test_R11_nearly_no_reply_loses_words_and_few_keep_a_quote() -> None:
    judged = judge(CORPORA)
    assert sum(bool(one.lost) for one in judged) / len(judged) <= 0.05
    assert sum(bool(one.astray) for one in judged) / len(judged) <= 0.04
    assert sum(bool(one.left) for one in judged) / len(judged) <= 0.09


def test_R14_each_labelled_automatic_mail_is_judged_right() -> None:
    wrong = []
    for name, label in labels("autoreply/labels.json").items():
        own = Own(addresses=frozenset({label["own_address"]} if "own_address" in label else ()))
        found = read((CORPORA / "autoreply" / name).read_bytes(), FILE, own)
        automatic = found.kind not in ("request", "reply")
        if label["is_auto"] not in (None, automatic) or label["no_autorespond"] not in (None, not found.answerable):
            wrong.append((name, found.kind, found.reasons))
    assert not wrong


def test_R17_bounces_name_their_recipients() -> None:
    right = count = 0
    for label in labels("flufl/labels.json").values():
        if not label["is_bounce"]:
            continue
        count += 1
        report = read((CORPORA / "flufl" / label["path"]).read_bytes(), FILE).bounce
        found = {one.address for one in report.recipients if one.permanent} if report else set()
        right += found == {one.lower() for one in label["permanent"]}
    assert right / count >= 0.95


def test_R14_mails_of_lists_are_bulk() -> None:
    kinds = [
        read((CORPORA / "spamassassin" / name).read_bytes(), FILE).kind
        for name, label in labels("spamassassin/labels.json")["files"].items()
        if label["label"] == "ham"
    ]
    assert kinds.count("bulk") / len(kinds) >= 0.95


@pytest.mark.parametrize("folder", ["adversarial", "odd", "threading", "voicemail/mails", "bounce_extra"])
def test_R3_each_mail_of_the_corpora_is_read(folder: str) -> None:
    paths = [path for path in sorted((CORPORA / folder).rglob("*")) if path.is_file() and path.suffix != ".json"]
    assert paths
    for path in paths:
        assert read(path.read_bytes(), FILE).kind
