"""The choice of a courier by its URL."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from mailproc.edge.courier import Courier
from mailproc.edge.maildir import Maildir
from mailproc.edge.smtp_client import Smarthost, SmarthostAddress
from mailproc.errors import UserError

_FORMS = '"smtp://host:25", "smtps://login@host:465" or "maildir:folder"'


def outbound_for(
    url: str,
    *,
    password: str = "",
    hostname: str = "localhost",
    connections: int = 4,
    tls_context: ssl.SSLContext | None = None,
) -> Courier:
    """The courier for `outbound.url`: `smtp://[login@]host[:port][?starttls=never]`, `smtps://…` or `maildir:folder`.

    Other values of `starttls` are `required` (also by the bare word) and `offered`, which is the default.
    The login stands in the URL, the password never.  Raises UserError for a URL that means nothing or is not safe.
    """
    if url.startswith("maildir:"):
        return Maildir(_folder(url.removeprefix("maildir:")))
    address = smarthost_address(url)
    if address.login and not password:
        raise UserError(f"outbound.password: missing, and outbound.url names the login {address.login}; set it")
    return Smarthost(
        address,
        password=password,
        hostname=hostname,
        connections=connections,
        tls_context=tls_context,
    )


def _folder(text: str) -> Path:
    path = unquote(text.removeprefix("//"))
    if not path or "\0" in path:
        raise UserError(f'outbound.url: "maildir:{text}" names no folder; write "maildir:var/outbox"')
    return Path(path)


def smarthost_address(url: str) -> SmarthostAddress:
    """Read an `smtp://` or `smtps://` URL.  Raises UserError."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UserError(f"outbound.url: {error}; write {_FORMS}") from error
    if parts.scheme not in ("smtp", "smtps") or not host or parts.path.strip("/") or parts.fragment:
        raise UserError(f'outbound.url: "{_without_secret(parts)}" is no such place; write {_FORMS}')
    if parts.password is not None:
        raise UserError("outbound.url: holds a password; keep it out of the URL and set outbound.password")
    login = unquote(parts.username or "")
    tls = _tls(parts, login=bool(login))
    usual = 465 if tls == "implicit" else 587 if login else 25
    return SmarthostAddress(host=host, port=port or usual, tls=tls, login=login)


def _tls(parts: SplitResult, *, login: bool) -> Literal["implicit", "required", "offered", "never"]:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    wanted = options.pop("starttls", "offered") or "required"
    if options:
        raise UserError(f'outbound.url: unknown option "{next(iter(options))}"; there is starttls')
    if parts.scheme == "smtps":
        return "implicit"
    match wanted:
        case "never" if login:
            raise UserError("outbound.url: a login without TLS would show the password; leave out starttls=never")
        case "required" | "offered" | "never":
            return "required" if login else wanted
    raise UserError(f'outbound.url: starttls="{wanted}" is unknown; write required, offered or never')


def _without_secret(parts: SplitResult) -> str:
    """The URL as it may be shown."""
    if parts.password is None:
        return parts.geturl()
    return parts._replace(netloc=f"{parts.username}:***@{parts.hostname}").geturl()
