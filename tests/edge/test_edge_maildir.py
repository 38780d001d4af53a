"""A folder as the end of the road: durable, each mail once, nothing changed but the envelope on top."""

from __future__ import annotations

import mailbox
import os
from pathlib import Path

import pytest

from mailproc.edge.courier import Outgoing
from mailproc.edge.maildir import Maildir, file_name, with_envelope
from mailproc.edge.results import Deferred, Delivered

MAIL = Outgoing("desk@support.example", "jane@customer.example", b"Message-ID: <1@support.example>\r\n\r\nhello\r\n")


def new(folder: Path) -> list[Path]:
    """What a reader finds."""
    return sorted((folder / "new").iterdir())


async def test_a_mail_arrives_with_its_envelope_on_top(tmp_path: Path) -> None:
    outcome = await Maildir(tmp_path / "deep" / "out").deliver(MAIL.envelope_from, MAIL.recipient, MAIL.data)
    assert outcome == Delivered()
    (file,) = new(tmp_path / "deep" / "out")
    assert file.read_bytes() == (
        b"Return-Path: <desk@support.example>\r\nX-Envelope-To: <jane@customer.example>\r\n" + MAIL.data
    )
    assert not list((tmp_path / "deep" / "out" / "tmp").iterdir())
    assert len(mailbox.Maildir(tmp_path / "deep" / "out")) == 1


def test_a_mail_delivered_again_replaces_itself(tmp_path: Path) -> None:
    for _ in range(3):
        assert Maildir(tmp_path).store([MAIL, MAIL]) == [Delivered(), Delivered()]
    assert len(new(tmp_path)) == 1


def test_a_crash_between_writing_and_moving_leaves_one_mail_after_the_next_try(tmp_path: Path) -> None:
    Maildir(tmp_path).store([])
    (tmp_path / "tmp" / file_name(MAIL)).write_bytes(b"half of it")
    assert Maildir(tmp_path).store([MAIL]) == [Delivered()]
    (file,) = new(tmp_path)
    assert file.read_bytes() == with_envelope(MAIL)


def test_the_same_mail_to_two_people_is_two_files(tmp_path: Path) -> None:
    Maildir(tmp_path).store([MAIL, Outgoing("", "joan@customer.example", MAIL.data)])
    assert len(new(tmp_path)) == 2


def test_mails_without_a_message_id_are_told_apart_by_their_text(tmp_path: Path) -> None:
    Maildir(tmp_path).store([Outgoing("", "a@customer.example", text) for text in (b"x: y\n\none", b"x: y\n\ntwo")])
    assert len(new(tmp_path)) == 2


def test_a_message_id_in_the_body_is_none() -> None:
    first, second = (Outgoing("", "a@customer.example", b"x: %d\n\nMessage-ID: <1@b>\n" % n) for n in (1, 2))
    assert file_name(first) != file_name(second)


def test_the_envelope_takes_on_the_line_ends_of_the_mail() -> None:
    assert with_envelope(Outgoing("", "a@b.example", b"x: y\n\nz\r\n")) == (
        b"Return-Path: <>\nX-Envelope-To: <a@b.example>\nx: y\n\nz\r\n"
    )


def test_an_address_cannot_add_headers() -> None:
    top = with_envelope(Outgoing("a@b\r\nBcc: x@y", "c@d\nX: y", b"x: y\n\n"))
    assert top.count(b"\n") == 4


def test_a_full_disk_defers_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    Maildir(tmp_path).store([])
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        outcomes = Maildir(tmp_path).store([MAIL])
    assert outcomes == [Deferred("folder: No space left on device")]
    assert not list((tmp_path / "tmp").iterdir())
    assert not new(tmp_path)


def test_a_folder_that_cannot_be_made_defers_each_mail(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    outcomes = Maildir(tmp_path / "file").store([MAIL, MAIL])
    assert len(outcomes) == 2
    assert all(isinstance(outcome, Deferred) and not outcome.uncertain for outcome in outcomes)


def test_a_folder_that_cannot_be_synced_is_uncertain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fsync

    def no_folders(handle: int) -> None:
        if Path(f"/proc/self/fd/{handle}").is_dir():
            raise OSError(5, "Input/output error")
        real(handle)

    monkeypatch.setattr(os, "fsync", no_folders)
    assert Maildir(tmp_path).store([MAIL]) == [Deferred("folder: Input/output error", uncertain=True)]


def test_each_file_is_synced_before_it_is_moved_and_the_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Maildir(tmp_path).store([])
    seen: list[str] = []
    sync, rename = os.fsync, Path.rename

    def syncing(handle: int) -> None:
        seen.append("sync " + Path(f"/proc/self/fd/{handle}").readlink().parent.name)
        sync(handle)

    def renaming(path: Path, target: Path) -> Path:
        seen.append("rename")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", syncing)
    monkeypatch.setattr(Path, "rename", renaming)
    Maildir(tmp_path).store([MAIL, Outgoing("", "joan@customer.example", MAIL.data)])
    assert seen == ["sync tmp", "sync tmp", "rename", "rename", f"sync {tmp_path.name}"]
