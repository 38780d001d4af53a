"""The secrets, which come from the environment or from files of their own, never from the configuration's text."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path

from mailproc.config.model import Config, Outbound
from mailproc.errors import UserError

KEY_BYTES = 32


def password(outbound: Outbound, environment: Mapping[str, str] | None = None) -> str:
    """The smarthost's password: the environment's `MAILPROC_OUTBOUND_PASSWORD`, else what `password_file` holds.

    "" where neither is set.  Raises UserError if the file cannot be read.
    """
    environment = os.environ if environment is None else environment
    if given := environment.get(variable("outbound")):
        return given
    if outbound.password_file is None:
        return ""
    try:
        return outbound.password_file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{outbound.password_file}: cannot be read as a password file: {error}") from error


def has_variable(table: str) -> bool:
    """Whether the environment holds the password of a table."""
    return bool(os.environ.get(variable(table)))


def variable(table: str) -> str:
    """The environment variable that holds the password of a table."""
    return f"MAILPROC_{table.upper()}_PASSWORD"


def signing_keys(config: Config) -> dict[str, bytes]:
    """The keys of `security.key_file` by name; the first signs, each verifies.  Made on the first call, mode 0600.

    A line of the file is a name and at least 32 hexadecimal digits: to change the key, put a new line on top.
    Raises UserError if the file can be neither read nor made, or says something else.
    """
    path = config.security.key_file
    try:
        if not path.exists():
            _create(path)
        lines = path.read_text("ascii").splitlines()
        keys = {name: bytes.fromhex(digits) for name, digits in (line.split() for line in lines if line.strip())}
    except OSError as error:
        raise UserError(f"{path}: the signing key cannot be read or made: {error.strerror}") from error
    except ValueError as error:
        raise UserError(f'{path}: not a signing key; each line is a name and hexadecimal digits: "k1 9f…"') from error
    if not keys or any(len(key) < KEY_BYTES // 2 for key in keys.values()):
        raise UserError(f"{path}: no key, or one that is too short; delete the file, and a new key is made")
    return keys


def secret(config: Config) -> bytes:
    """The key that signs, at least 16 bytes.  Raises UserError as `signing_keys` does."""
    return next(iter(signing_keys(config).values()))


def _create(path: Path) -> None:
    """Write a fresh key whole: whoever reads at the same moment sees all of it or nothing, and the first one wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}.", delete=False) as draft:
        draft.write(f"k1 {secrets.token_hex(KEY_BYTES)}\n")  # mkstemp: mode 0600 from its first moment
        draft.flush()
        os.fsync(draft.fileno())
    try:
        os.link(draft.name, path)
    except FileExistsError:
        pass
    finally:
        Path(draft.name).unlink()
