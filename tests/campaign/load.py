"""The clients: sessions that send every mail until each has its 250, whatever happens to the server."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator

from .ledger import Ledger
from .mails import Mail

PATIENCE = 30.0
MAILS_PER_CONNECTION = 25
AGAIN_AFTER = 0.02
"""Seconds before a client that was not let in knocks again."""
FINAL = ("550", "552", "553", "554")


class Load:
    """All mails of a campaign, and the threads that send them."""

    def __init__(
        self, mails: list[Mail], *, port: int, sessions: int, ledger: Ledger, seed: int, hang_ups: float
    ) -> None:
        """`hang_ups` is the share of mails whose client leaves right after the dot, at its first try."""
        self._port = port
        self._ledger = ledger
        self._lock = threading.Lock()
        dice = random.Random(seed)
        self._leaving = {mail.token for mail in mails if dice.random() < hang_ups}
        self._line = deque(mails)
        self._open = len(mails)
        self.total = len(mails)
        self.given_up = False
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(sessions)]

    @property
    def done(self) -> int:
        """How many mails need no further try."""
        return self.total - self._open

    def start(self) -> None:
        """Begin to send."""
        for thread in self._threads:
            thread.start()

    def join(self, seconds: float) -> bool:
        """Wait for the end; False if it did not come in time."""
        until = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        self.given_up = any(thread.is_alive() for thread in self._threads)
        return not self.given_up

    def _run(self) -> None:
        while self._open and not self.given_up:
            if not self._line:  # others have the last mails in hand; one may come back
                time.sleep(AGAIN_AFTER)
                continue
            try:
                with _Session(self._port) as session:
                    for _ in range(MAILS_PER_CONNECTION):
                        mail = self._take()
                        if mail is None or not self._attempt(session, mail):
                            break
            except OSError:
                time.sleep(AGAIN_AFTER)

    def _take(self) -> Mail | None:
        with contextlib.suppress(IndexError):
            return self._line.popleft()
        return None

    def _attempt(self, session: _Session, mail: Mail) -> bool:
        """Send one mail; whether the session may go on."""
        leaving = mail.token in self._leaving
        self._leaving.discard(mail.token)
        try:
            code, words = session.send(mail, leave=leaving)
        except OSError:
            self._ledger.said(mail.token, "unknown" if session.dotted else "unsent")
            self._back(mail)
            return False
        if code == "250":
            self._ledger.said(mail.token, "acked")
        else:
            self._ledger.said(mail.token, "refused", words)
        if code == "250" or code in FINAL:
            with self._lock:
                self._open -= 1
            return True
        self._back(mail)
        return False

    def _back(self, mail: Mail) -> None:
        self._line.append(mail)


class _Session:
    """One SMTP session that says only what it must, and knows whether the final dot was sent."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._read = self._socket.makefile("rb")
        self.dotted = False

    def __enter__(self) -> _Session:
        with self._closing_on_error():
            self._answer()
            self._say(b"EHLO campaign.example\r\n")
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up, without a word."""
        self._read.close()
        self._socket.close()

    @contextlib.contextmanager
    def _closing_on_error(self) -> Iterator[None]:
        try:
            yield
        except OSError:
            self.close()
            raise

    def send(self, mail: Mail, *, leave: bool) -> tuple[str, str]:
        """The code and the words of the last answer.  Raises OSError if the connection ends, `leave` or not."""
        self.dotted = False
        for command in (f"MAIL FROM:<{mail.sender}>", "RCPT TO:<support@example.com>", "DATA"):
            code, words = self._say(command.encode("ascii") + b"\r\n")
            if code not in ("250", "354"):
                return code, words
        stuffed = (b"\r\n" + mail.data).replace(b"\r\n.", b"\r\n..")[2:]
        self._socket.sendall(stuffed)
        self.dotted = True
        self._socket.sendall(b".\r\n")
        if leave:
            raise ConnectionAbortedError
        return self._answer()

    def _say(self, data: bytes) -> tuple[str, str]:
        self._socket.sendall(data)
        return self._answer()

    def _answer(self) -> tuple[str, str]:
        while True:
            line = self._read.readline()
            if not line.endswith(b"\n"):
                raise ConnectionResetError
            if line[3:4] != b"-":
                return line[:3].decode("ascii", "replace"), line.decode("ascii", "replace").strip()
