"""A client that can stop in the middle of a mail, and mails handed over in one go."""

from __future__ import annotations

import socket

SUPPORT = "support@example.com"


class Talk:
    """An SMTP session, one line at a time."""

    def __init__(self, port: int, *, seconds: float = 30) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=seconds)
        self._read = self._socket.makefile("rb")
        self.listen()
        self.say("EHLO test.example")

    def __enter__(self) -> Talk:
        return self

    def __exit__(self, *_: object) -> None:
        self._read.close()
        self._socket.close()

    def say(self, line: str) -> str:
        """One command; the last line of the answer, "" if the other side hung up."""
        self.write(f"{line}\r\n".encode())
        return self.listen()

    def write(self, data: bytes) -> None:
        """Bytes, without waiting for an answer."""
        self._socket.sendall(data)

    def listen(self) -> str:
        """The last line of the next answer."""
        while True:
            try:
                line = self._read.readline().decode("ascii", "replace")
            except ConnectionResetError:
                return ""
            if line[3:4] != "-":
                return line.strip()

    def begin(self, *, sender: str = "carol@customer.example", to: str = SUPPORT) -> str:
        """Up to the point at which the mail's text is expected: the first answer that is no consent, or the 354."""
        for line in (f"MAIL FROM:<{sender}>", f"RCPT TO:<{to}>", "DATA"):
            answer = self.say(line)
            if answer[:3] not in ("250", "354"):
                return answer
        return answer


def hand_over(port: int, raw: bytes, *, sender: str = "carol@customer.example", to: str = SUPPORT) -> str:
    """Give one mail in; the last answer."""
    with Talk(port) as talk:
        answer = talk.begin(sender=sender, to=to)
        if not answer.startswith("354"):
            return answer
        talk.write(raw + b".\r\n")
        return talk.listen()
