"""Encryption: STARTTLS and from the first byte, with certificates that are read anew for each session."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest
from edge_wire import Keeper, Talk, listening, talking

from mailproc.edge.results import Deferred, Delivered, Outcome
from mailproc.edge.smtp_client import Smarthost, SmarthostAddress


async def try_out(courier: Smarthost) -> Outcome:
    """Deliver one mail and close."""
    outcome = await courier.deliver("", "help@support.example", b"Subject: x\r\n\r\nhello\r\n")
    await courier.close()
    return outcome


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost that signs itself, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl program to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost "
        "-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -addext keyUsage=critical,digitalSignature,keyCertSign"
    )
    subprocess.run([*command.split(), "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True)
    return cert, key


class Certificates:
    """Makes a context for each session, and counts them."""

    def __init__(self, files: tuple[Path, Path]) -> None:
        self.files = files
        self.made = 0

    def __call__(self) -> ssl.SSLContext:
        """A new context."""
        self.made += 1
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.files)
        return context


def trusting(files: tuple[Path, Path]) -> ssl.SSLContext:
    """A client's context that trusts this certificate."""
    return ssl.create_default_context(cafile=files[0])


async def test_starttls_begins_the_conversation_anew(certificate: tuple[Path, Path]) -> None:
    keeper = Keeper()
    async with listening(keeper, tls=Certificates(certificate)) as listener, talking(listener) as talk:
        assert "STARTTLS" in await talk.say("EHLO c")
        assert await talk.say("MAIL FROM:<>", "STARTTLS") == "220 2.0.0 ready to start TLS"
        await talk.writer.start_tls(trusting(certificate), server_hostname="localhost")
        assert await talk.say("MAIL FROM:<>") == "503 5.5.1 say hello first"
        assert "STARTTLS" not in await talk.say("EHLO c")
        assert await talk.say("STARTTLS") == "502 5.5.1 not offered here"
        assert await talk.begin_mail() == "354 end data with <CR><LF>.<CR><LF>"
        talk.send(b"x" * 300_000 + b"\r\n")
        assert await talk.say(".") == "250 2.0.0 accepted"
        assert len(keeper.texts[0]) == 300_002


async def test_what_was_smuggled_in_behind_starttls_counts_for_nothing(certificate: tuple[Path, Path]) -> None:
    keeper = Keeper()
    async with listening(keeper, tls=Certificates(certificate)) as listener, talking(listener) as talk:
        await talk.say("EHLO c")
        talk.send(b"STARTTLS\r\nEHLO evil\r\nMAIL FROM:<evil@customer.example>\r\n")
        assert (await talk.heard()).startswith("220 ")
        await talk.writer.start_tls(trusting(certificate), server_hostname="localhost")
        assert await talk.say("RCPT TO:<help@support.example>") == "503 5.5.1 need MAIL first"
        assert await talk.say("MAIL FROM:<>") == "503 5.5.1 say hello first"


async def test_implicit_tls_speaks_first_when_encrypted(certificate: tuple[Path, Path]) -> None:
    keeper, certificates = Keeper(), Certificates(certificate)
    async with listening(keeper, tls=certificates, implicit_tls=True) as listener:
        for number in (1, 2):
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", listener.port, ssl=trusting(certificate), server_hostname="localhost"
            )
            talk = Talk(reader, writer)
            assert (await talk.heard()).startswith("220 ")
            assert "STARTTLS" not in await talk.say("EHLO c")
            assert await talk.say("QUIT") == "221 2.0.0 bye"
            writer.close()
            assert certificates.made == number


async def test_a_client_that_speaks_plainly_to_implicit_tls_is_cut_off(certificate: tuple[Path, Path]) -> None:
    settings = {"tls": Certificates(certificate), "implicit_tls": True}
    async with listening(Keeper(), **settings) as listener, talking(listener, greeted=False) as talk:
        talk.send(b"EHLO c\r\nMAIL FROM:<>\r\n")
        assert not (await talk.until_closed()).startswith(b"220")


@pytest.mark.parametrize("tls", ["required", "offered"])
async def test_the_smarthost_client_encrypts_where_it_is_offered(certificate: tuple[Path, Path], tls: str) -> None:
    keeper, certificates = Keeper(), Certificates(certificate)
    async with listening(keeper, tls=certificates) as listener:
        address = SmarthostAddress("localhost", listener.port, tls)  # type: ignore[arg-type]
        courier = Smarthost(address, tls_context=trusting(certificate))
        assert isinstance(await try_out(courier), Delivered)
        assert certificates.made == 1


async def test_the_smarthost_client_speaks_implicit_tls(certificate: tuple[Path, Path]) -> None:
    keeper = Keeper()
    async with listening(keeper, tls=Certificates(certificate), implicit_tls=True) as listener:
        address = SmarthostAddress("localhost", listener.port, "implicit")
        courier = Smarthost(address, tls_context=trusting(certificate))
        assert isinstance(await try_out(courier), Delivered)


async def test_a_certificate_that_nobody_vouches_for_is_not_accepted(certificate: tuple[Path, Path]) -> None:
    keeper = Keeper()
    async with listening(keeper, tls=Certificates(certificate)) as listener:
        outcome = await try_out(Smarthost(SmarthostAddress("localhost", listener.port)))
        assert isinstance(outcome, Deferred)
        assert "certificate verify failed" in outcome.reason
        assert keeper.mails == []


async def test_a_smarthost_without_tls_gets_no_password_and_no_mail() -> None:
    keeper = Keeper()
    async with listening(keeper) as listener:
        address = SmarthostAddress("localhost", listener.port, "offered", login="desk")
        outcome = await try_out(Smarthost(address, password="secret"))
        assert isinstance(outcome, Deferred)
        assert "STARTTLS" in outcome.reason
        assert keeper.mails == []


async def test_where_tls_is_required_no_mail_begins_without_it(certificate: tuple[Path, Path]) -> None:
    settings = {"tls": Certificates(certificate), "tls_required": True}
    async with listening(Keeper(), **settings) as listener, talking(listener) as talk:
        await talk.say("EHLO c")
        assert await talk.say("MAIL FROM:<>") == "530 5.7.0 must issue a STARTTLS command first"
        await talk.say("STARTTLS")
        await talk.writer.start_tls(trusting(certificate), server_hostname="localhost")
        await talk.say("EHLO c")
        assert (await talk.say("MAIL FROM:<>")).startswith("250")
