"""Any bytes are read, in bounded work and memory (R3)."""

from __future__ import annotations

import base64
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailproc.mail.identity import identity
from mailproc.mail.message import Envelope
from mailproc.mail.parse import attachment_bytes, parse
from mailproc.mail.quotes import split
from mailproc.mail.reading import read, to_json
from mailproc.mail.skeleton import KEEP, outline

SEEDS = sorted((Path(__file__).parent / "defects").glob("*.eml"))
HEAD = b"From: a@customer.example\r\nMessage-ID: <1@customer.example>\r\nSubject: x\r\n"
MEBIBYTE = 1024 * 1024


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.sampled_from(SEEDS), at=st.floats(0, 1), junk=st.binary(max_size=40), drop=st.integers(0, 60))
def test_R3_mutated_mails_never_raise(seed: Path, at: float, junk: bytes, drop: int) -> None:
    raw = seed.read_bytes()
    place = int(at * len(raw))
    to_json(read(raw[:place] + junk + raw[place + drop :], Envelope(mail_from="")), "x")


@settings(max_examples=150, deadline=None)
@given(raw=st.binary(max_size=400))
def test_R3_any_bytes_never_raise(raw: bytes) -> None:
    to_json(read(raw, Envelope(mail_from=None)), "x")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(["text", "> quoted", "", "On 1 Nov 2026, A <a@b.c> wrote:", "-- ", "From: a", "To: b"]))
)
def test_R11_no_line_of_a_body_is_ever_deleted(lines: list[str]) -> None:
    found = split("\n".join(lines))
    kept = "\n".join((found.text, found.quoted, found.signature)).split("\n")
    assert sorted(line.strip() for line in kept if line.strip()) == sorted(
        line.strip() for line in lines if line.strip()
    )


@pytest.mark.parametrize("body", [b"\r\n", b"x", b"\r\n--"])
def test_R3_a_large_text_costs_a_fraction_of_its_size(body: bytes) -> None:
    raw = HEAD + b"\r\n" + body * (24 * MEBIBYTE // len(body))
    tracemalloc.start()
    parse(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < len(raw) / 2
    assert len(outline(raw).body) <= KEEP + 1


def test_R3_a_large_attachment_is_cut_out_and_still_given_back_whole() -> None:
    data = bytes(range(256)) * 8192
    encoded = base64.encodebytes(data)
    head = b"Content-Type: multipart/mixed; boundary=zz\r\n\r\n--zz\r\n\r\nHello\r\n--zz\r\n"
    part = b"Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    raw = HEAD + head + part + encoded + b"\r\n--zz--\r\n"
    message = parse(raw)
    assert message.text == "Hello"
    assert len(outline(raw).body) < 1_000
    (one,) = message.attachments
    assert one.size == len(data)
    assert attachment_bytes(raw, one) == data


def test_R3_more_parts_or_deeper_nesting_than_anyone_sends_is_a_defect() -> None:
    many = HEAD + b"Content-Type: multipart/mixed; boundary=zz\r\n\r\n" + b"--zz\r\n\r\nx\r\n" * 1_500
    deep = HEAD + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(80))
    assert any("more than 1000 parts" in defect for defect in parse(many).defects)
    assert any("50 deep" in defect for defect in parse(deep).defects)


def test_R4_a_relay_s_retry_is_the_same_mail_and_a_stranger_s_reuse_another() -> None:
    raw = HEAD + b"\r\nHello"
    retry = b"Received: from relay.example\r\n" + raw
    reuse = raw + b" again"
    other = raw.replace(b"a@customer.example", b"b@customer.example")
    first = identity(parse(raw), raw)
    assert identity(parse(retry), retry) == first
    assert identity(parse(reuse), reuse) != first
    assert identity(parse(other), other) != first
