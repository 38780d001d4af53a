"""Finding mails on the disk: files, folders, Maildirs, mboxes."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailproc.admin import mbox
from mailproc.admin.mails import find
from mailproc.errors import UserError

MAIL = b"From: carol@customer.example\nSubject: one\n\nHello.\n"
SEPARATOR = b"From carol@customer.example Fri Mar  6 20:50:00 2026\n"


def _names(*given: Path | str, left_out: list[Path] | None = None) -> list[str]:
    others = [] if left_out is None else left_out
    return [one.file for one in find([str(name) for name in given], left_out=others.append)]


def test_a_folder_is_searched_in_the_order_of_names_and_other_files_are_told(tmp_path: Path) -> None:
    for name in ("b.eml", "a.txt", "deep/c.eml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(MAIL)
    (tmp_path / "README.txt").write_text("These are mails.\n\nFrom: nobody\n")
    (tmp_path / ".hidden").write_bytes(MAIL)
    others: list[Path] = []
    assert _names(tmp_path, left_out=others) == [str(tmp_path / name) for name in ("a.txt", "b.eml", "deep/c.eml")]
    assert others == [tmp_path / "README.txt"]


def test_what_a_link_no_longer_leads_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "gone.eml").symlink_to(tmp_path / "nowhere.eml")
    others: list[Path] = []
    assert _names(tmp_path, left_out=others) == []
    assert others == [tmp_path / "gone.eml"]


def test_a_file_that_is_named_is_read_whatever_it_looks_like(tmp_path: Path) -> None:
    path = tmp_path / "noise.bin"
    path.write_bytes(b"\x00\x01")
    assert [one.raw() for one in find([str(path)])] == [b"\x00\x01"]


def test_a_maildir_gives_new_and_read_mails_but_none_that_is_being_written(tmp_path: Path) -> None:
    for name in ("new/2.M1.host", "cur/1.M1.host:2,S", "tmp/3.M1.host", ".Sent/new/4.M1.host"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(MAIL)
    (tmp_path / ".Sent/cur").mkdir()
    (tmp_path / "dovecot.index").write_bytes(b"\x07\x03")
    names = [Path(name).name for name in _names(tmp_path)]
    assert names == ["1.M1.host:2,S", "2.M1.host", "4.M1.host"]


def test_a_mail_in_an_mbox_is_named_by_its_number_from_1(tmp_path: Path) -> None:
    path = tmp_path / "inbox.mbox"
    path.write_bytes(SEPARATOR + MAIL + b"\n" + SEPARATOR + MAIL.replace(b"one", b"two"))
    assert _names(path) == [f"{path}#1", f"{path}#2"]
    second = next(find([f"{path}#2"]))
    assert (second.file, second.raw()) == (f"{path}#2", MAIL.replace(b"one", b"two"))


@pytest.mark.parametrize("number", [0, 3])
def test_a_number_that_the_mbox_has_not_is_an_error_with_the_count(tmp_path: Path, number: int) -> None:
    path = tmp_path / "inbox.mbox"
    path.write_bytes(SEPARATOR + MAIL + b"\n" + SEPARATOR + MAIL)
    with pytest.raises(UserError, match=f"#{number}: no such mail; the file has 2"):
        _names(f"{path}#{number}")


def test_a_lone_mail_behind_a_separator_line_keeps_its_files_name_unless_it_is_called_an_mbox(tmp_path: Path) -> None:
    for name in ("one.eml", "one.mbox", "inbox"):
        (tmp_path / name).write_bytes(SEPARATOR + MAIL)
    assert [Path(name).name for name in _names(tmp_path)] == ["inbox#1", "one.eml", "one.mbox#1"]
    assert next(find([str(tmp_path / "one.eml")])).raw() == MAIL


@pytest.mark.parametrize("name", ["nothing.eml", "nothing.mbox#1", "-"])
def test_a_name_that_is_nothing_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="no such file or folder"):
        _names(tmp_path / name)


def test_a_dash_is_the_standard_input() -> None:
    assert [(one.file, one.raw()) for one in find(["-"], stdin=lambda: MAIL)] == [("-", MAIL)]


@pytest.mark.parametrize(
    ("body", "mails"),
    [
        (b"Hello.\n\nFrom now on it works.\nBye.\n", 1),
        (b"Hello.\n\nFrom 10:30 it works.\nBye.\n", 1),
        (b"Hello.\nFrom carol@customer.example Fri Mar  6 20:50:00 2026\nSubject: x\n", 1),
        (b"Hello.\n\n" + SEPARATOR + b"Subject: two\n\nBye.\n", 2),
    ],
    ids=["a sentence", "a sentence with a time", "no empty line before it", "a separator"],
)
def test_only_a_separator_line_cuts_an_mbox(tmp_path: Path, body: bytes, mails: int) -> None:
    path = tmp_path / "inbox.mbox"
    path.write_bytes(SEPARATOR + b"Subject: one\n\n" + body)
    assert len(mbox.spans(path)) == mails


def test_quoted_separators_in_a_body_come_back_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "inbox.mbox"
    path.write_bytes(SEPARATOR + b"Subject: one\n\n>From here\n>>From there\n>Fromage\n\n" + SEPARATOR + MAIL)
    assert mbox.read(path, mbox.spans(path)[0]) == b"Subject: one\n\nFrom here\n>From there\n>Fromage\n"


@pytest.mark.parametrize(
    "data", [b"From ", b"From x\n", SEPARATOR, SEPARATOR + b"\n", b"From x", SEPARATOR + SEPARATOR]
)
def test_a_broken_mbox_is_still_read(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "broken.mbox"
    path.write_bytes(data)
    assert [one.raw() for one in find([str(path)])]
