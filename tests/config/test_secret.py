"""Where the secrets come from, and who can read them."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from settings import loaded

from mailproc.config import password, secret, signing_keys
from mailproc.errors import UserError


def test_the_signing_key_is_made_once_and_for_the_owner_only(tmp_path: Path):
    config = loaded(tmp_path)
    first = secret(config)
    assert len(first) == 32
    assert secret(config) == first
    assert (tmp_path / "var" / "secret.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret.key"]


def test_all_who_ask_first_at_the_same_moment_get_one_key(tmp_path: Path):
    config, found = loaded(tmp_path), []
    start = threading.Barrier(8)

    def ask() -> None:
        start.wait()
        found.append(secret(config))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_a_new_key_on_top_signs_and_the_old_one_still_verifies(tmp_path: Path):
    config = loaded(tmp_path)
    old = secret(config)
    path = config.security.key_file
    path.write_text(f"k2 {'ab' * 32}\n{path.read_text()}\n")
    assert signing_keys(config) == {"k2": bytes.fromhex("ab" * 32), "k1": old}
    assert secret(config) == bytes.fromhex("ab" * 32)


@pytest.mark.parametrize("text", ["", "k1\n", "k1 xyz\n", "k1 abcd\n", "k1 é\n", "hunter2"])
def test_a_key_file_that_is_none_is_told_without_its_text(tmp_path: Path, text: str):
    config = loaded(tmp_path)
    config.security.key_file.parent.mkdir()
    config.security.key_file.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=r"secret\.key: .+; ") as caught:
        secret(config)
    assert "hunter2" not in str(caught.value)


def test_a_key_file_that_others_can_read_is_a_warning(tmp_path: Path):
    config = loaded(tmp_path)
    secret(config)
    assert loaded(tmp_path).warnings == ()
    config.security.key_file.chmod(0o644)
    assert "can be read by others" in loaded(tmp_path).warnings[0]


def test_the_environment_s_password_wins_over_the_file_s(tmp_path: Path):
    (tmp_path / "outbound.password").write_text("from the file\n")
    outbound = loaded(tmp_path, "", "outbound.password_file=outbound.password").outbound
    assert password(outbound, {}) == "from the file"
    assert password(outbound, {"MAILPROC_OUTBOUND_PASSWORD": "from outside"}) == "from outside"
    assert password(loaded(tmp_path).outbound, {}) == ""


def test_a_password_in_the_environment_is_enough_for_a_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MAILPROC_OUTBOUND_PASSWORD", "from outside")
    outbound = loaded(tmp_path, "", "outbound.url=smtps://mail.example.com", "outbound.user=desk@example.com").outbound
    assert outbound.login_url == "smtps://desk%40example.com@mail.example.com"


def test_a_password_file_that_went_away_is_told(tmp_path: Path):
    (tmp_path / "outbound.password").touch()
    outbound = loaded(tmp_path, "", "outbound.password_file=outbound.password").outbound
    (tmp_path / "outbound.password").unlink()
    with pytest.raises(UserError, match=r"outbound\.password: cannot be read"):
        password(outbound, {})
