"""The listener: a socket, the sessions on it, and its end."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import socket
import ssl
import stat
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from mailproc.edge.lmtp import MailprocLMTP
from mailproc.edge.smtp_limits import Gate, Limits
from mailproc.edge.smtp_service import Accept, Recipients, Service
from mailproc.edge.smtp_session import MailprocSMTP
from mailproc.errors import UserError

logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # aiosmtpd's own; ours is mailproc.maillog


@dataclass(frozen=True, slots=True)
class Place:
    """Where to listen: `host` and `port` (0: any free one), or the `path` of a Unix socket."""

    host: str = ""
    port: int = 0
    path: str = ""

    def __str__(self) -> str:
        if self.path:
            return f"unix:{self.path}"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def place(text: str, *, key: str = "intake.smtp.listen") -> Place:
    """Read "127.0.0.1:2525", "[::1]:25", ":25" (every address) or "unix:/run/x.sock"; else UserError naming `key`."""
    if text.startswith("unix:") and len(text) > len("unix:"):
        return Place(path=text.removeprefix("unix:"))
    host, colon, port = text.rpartition(":")
    if colon and port.isascii() and port.isdigit() and int(port) < 65536 and ("[" in host) == (":" in host):
        return Place(host=host.strip("[]"), port=int(port))
    raise UserError(f'{key}: "{text}" is no address to listen on; write "127.0.0.1:2525", "[::1]:2525" or "unix:/path"')


class Listener:
    """An open listening socket and its sessions."""

    def __init__(self, server: asyncio.Server, service: Service, where: Place) -> None:
        self._server = server
        self._service = service
        self._where = where

    @property
    def place(self) -> Place:
        """Where it really listens: the port is a real one even if 0 was asked for."""
        if self._where.path:
            return self._where
        name = self._server.sockets[0].getsockname()
        return Place(host=name[0], port=name[1])

    @property
    def port(self) -> int:
        """The port it really listens on."""
        return self.place.port

    @property
    def sessions(self) -> int:
        """How many sessions are open."""
        return len(self._service.sessions)

    async def drain(self, seconds: float) -> bool:
        """Stop: no new clients, 421 to those without a mail under way, up to `seconds` for the others, then the end.

        Returns whether all left in time.  A mail that is being committed when the time is up is committed all the
        same, as long as the event loop runs; its client will send it again.
        """
        self._server.close()
        self._remove_path()
        for session in list(self._service.sessions):
            session.stop()
        gone = await self._all_gone(seconds)
        for session in list(self._service.sessions):
            session.abort()
        await asyncio.sleep(0)
        return gone

    async def _all_gone(self, seconds: float) -> bool:
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while self._service.sessions:
            left = end - loop.time()
            if left <= 0:
                return False
            await asyncio.sleep(min(0.02, left))
        return True

    def _remove_path(self) -> None:
        if self._where.path:
            Path(self._where.path).unlink(missing_ok=True)


async def serve(
    accept: Accept,
    recipients: Recipients,
    *,
    listen: str,
    protocol: Literal["smtp", "lmtp"] = "smtp",
    hostname: str = "localhost",
    limits: Limits | None = None,
    storage_ok: Callable[[], bool] = lambda: True,
    tls: Callable[[], ssl.SSLContext] | None = None,
    implicit_tls: bool = False,
    tls_required: bool = False,
) -> Listener:
    """Listen in the running loop.

    `accept` is called once for each mail and must not return Accepted before the mail is durable.  `hostname` is how
    we introduce ourselves.  `tls` offers STARTTLS, with `tls_required` before any mail, or with `implicit_tls` starts
    each session encrypted.
    Raises UserError if the place cannot be had.
    """
    limits = limits or Limits()
    where = place(listen, key=f"intake.{protocol}.listen")
    service = Service(
        accept=accept,
        recipients=recipients,
        limits=limits,
        gate=Gate(limits),
        hostname=hostname,
        storage_ok=storage_ok,
        tls=tls,
        implicit_tls=implicit_tls and tls is not None,
        tls_required=tls_required and tls is not None,
    )
    session = MailprocLMTP if protocol == "lmtp" else MailprocSMTP
    loop = asyncio.get_running_loop()
    try:
        server = await _open(where, partial(session, service, loop))
    except OSError as error:
        raise UserError(_sorry(where, error, key=f"intake.{protocol}.listen")) from error
    return Listener(server, service, where)


async def _open(where: Place, make: Callable[[], MailprocSMTP]) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    if not where.path:
        return await loop.create_server(make, where.host or None, where.port, backlog=512)
    # bound by hand: what asyncio does with the file at the end differs between Python versions
    _remove_stale(where.path)
    bound = socket.socket(socket.AF_UNIX)
    try:
        bound.bind(where.path)
    except OSError:
        bound.close()
        raise
    return await loop.create_unix_server(make, sock=bound, backlog=512)


def _remove_stale(name: str) -> None:
    """Remove a socket file that nobody listens on any more."""
    try:
        if not stat.S_ISSOCK(Path(name).stat().st_mode):
            return
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_UNIX) as probe:
        if probe.connect_ex(name) == errno.ECONNREFUSED:
            Path(name).unlink(missing_ok=True)


def _sorry(where: Place, error: OSError, *, key: str) -> str:
    """One line: what is wrong, and what to do."""
    match error.errno:
        case errno.EADDRINUSE:
            return f"cannot listen on {where}: address already in use; stop the other program or change {key}"
        case errno.EACCES | errno.EPERM:
            return f"cannot listen on {where}: not permitted; give the right to use it or change {key}"
        case errno.EADDRNOTAVAIL:
            return f"cannot listen on {where}: this machine has no such address; change {key}"
        case None:
            return f"cannot listen on {where}: {error}; change {key}"
        case number:
            return f"cannot listen on {where}: {os.strerror(number).lower()}; change {key}"
