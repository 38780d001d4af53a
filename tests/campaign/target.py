"""The daemon under test: a process like any other, started with the example's configuration, and killed."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAUNCHER = Path(__file__).with_name("launcher.py")
READY_WITHIN = 60.0
LOOK_EVERY = 0.01


class Target:
    """A folder with a configuration, and the daemon that lives in it."""

    def __init__(
        self,
        folder: Path,
        *,
        settings: Sequence[str] = (),
        arguments: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        tampered: bool = False,
        port: int | None = None,
    ) -> None:
        """`settings` are further "table.key=value"; `tampered`: by the launcher, which reads `environment`."""
        self.folder = folder
        self.port = free_port() if port is None else port
        self.database = folder / "var" / "mailproc.db"
        self.outbox = folder / "var" / "outbox"
        self.log = folder / "var" / "mail.log"
        self.errors = folder / "stderr"
        self.starts: list[float] = []
        self._settings = [f'intake.smtp.listen="127.0.0.1:{self.port}"', 'log.file="var/mail.log"', *settings]
        self._arguments = arguments
        self._environment = {**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})}
        self._program = [sys.executable, *([str(LAUNCHER)] if tampered else ["-m", "mailproc.cli"])]
        self._process: subprocess.Popen[bytes] | None = None
        if not (folder / "config.toml").exists():
            shutil.copytree(ROOT / "policies", folder / "policies")
            shutil.copy(ROOT / "config.example.toml", folder / "config.toml")

    def command(self, name: str, *arguments: str) -> list[str]:
        """A command line of mailproc on this configuration."""
        settings = [word for one in self._settings for word in ("--set", one)]
        return [*self._program, name, "--config", str(self.folder / "config.toml"), *settings, *arguments]

    def run(self, name: str, *arguments: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            self.command(name, *arguments),
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def start(self) -> None:
        """Start the daemon and return at once."""
        with self.errors.open("ab") as errors:
            self._process = subprocess.Popen(
                self.command("serve", *self._arguments), cwd=ROOT, env=self._environment, stdout=errors, stderr=errors
            )

    def wait_until_ready(self, seconds: float = READY_WITHIN) -> None:
        """Wait until it greets.  Raises RuntimeError if it ends instead, TimeoutError if it takes too long."""
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            if not self.alive:
                raise RuntimeError(f"the daemon ended with {self.code}: {self.said[-2000:]}")
            with (
                contextlib.suppress(OSError),
                socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as client,
            ):
                if client.recv(3) == b"220":
                    self.starts.append(time.monotonic() - begun)
                    return
            time.sleep(LOOK_EVERY)
        raise TimeoutError("the daemon does not greet")

    @property
    def pid(self) -> int:
        """The process's number."""
        assert self._process is not None
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Does it run?"""
        return self._process is not None and self._process.poll() is None

    @property
    def code(self) -> int | None:
        """How it ended, negative by a signal; None while it runs."""
        return self._process.poll() if self._process else None

    @property
    def said(self) -> str:
        """What it wrote to stderr, in all its lives."""
        return self.errors.read_text(encoding="utf-8", errors="replace") if self.errors.exists() else ""

    def kill(self) -> None:
        """kill -9, and wait for the end."""
        self.signal(signal.SIGKILL)
        self.wait(READY_WITHIN)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it still runs."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)

    def wait(self, seconds: float) -> int:
        """Its exit code, once it has ended.  Raises subprocess.TimeoutExpired."""
        assert self._process is not None
        return self._process.wait(seconds)

    def stop(self, seconds: float = 60) -> int:
        """SIGTERM; the exit code."""
        self.signal(signal.SIGTERM)
        return self.wait(seconds)

    def ask(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """Look into the database beside the daemon; nothing before it is there."""
        if not self.database.exists():
            return []
        address = f"{self.database.as_uri()}?mode=ro"
        try:
            with contextlib.closing(sqlite3.connect(address, uri=True, timeout=30)) as database:
                return database.execute(sql, values).fetchall()
        except sqlite3.OperationalError:  # it is being created, or the daemon was killed with its log half open
            return []

    def wait_for(self, sql: str, *values: object, seconds: float = 30) -> list[tuple[object, ...]]:
        """What the question finds, as soon as it finds something whose first value is true.  Raises TimeoutError."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            rows = self.ask(sql, *values)
            if rows and rows[0][0]:
                return rows
            time.sleep(LOOK_EVERY)
        raise TimeoutError(f"never true: {sql} {values}; stderr: {self.said[-2000:]}; {self.state()}")

    def wait_until_logged(self, word: str, seconds: float = 30, times: int = 1) -> None:
        """Wait until a word stands in the log, or stands there so many times.  Raises TimeoutError."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.log.exists() and self.log.read_text(encoding="utf-8", errors="replace").count(word) >= times:
                return
            time.sleep(LOOK_EVERY)
        raise TimeoutError(f"never logged: {word}; {self.state()}")

    def state(self) -> dict[str, object]:
        """How many mails, letters and cases stand where."""
        return {
            table: dict(self.ask(f"SELECT state, count(*) FROM {table} GROUP BY state"))  # type: ignore[arg-type]
            for table in ("inbound", "outbox", "cases")
        }


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
