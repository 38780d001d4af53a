"""Voicemails (R27–R29): known by standards, by rules and by several signs at once; what is none stays none."""

from __future__ import annotations

import pytest
from voicemails import NONE, SYSTEMS, UNKNOWN, Sent

from mailproc.flow.voicemail_rules import shipped
from mailproc.mail.automatic import Own
from mailproc.mail.message import Envelope, Reading
from mailproc.mail.reading import read

FILE = Envelope(mail_from=None)
DESK = Own(
    addresses=frozenset({"desk@example.com"}),
    id_domains=frozenset({"example.com"}),
    loop_marks=frozenset({"desk@example.com"}),
)


def reading(sent: Sent, own: Own = DESK) -> Reading:
    return read(sent.raw(), FILE, own, region=sent.region, telephones=shipped())


@pytest.mark.parametrize("sent", [*SYSTEMS, *UNKNOWN], ids=lambda sent: sent.what)
def test_R27_a_telephone_system_s_mail_has_caller_name_length_and_words(sent: Sent) -> None:
    found = reading(sent)
    call = found.voicemail
    assert found.kind == "voicemail", found.reasons
    assert call is not None
    assert (call.caller, call.caller_name, call.duration_s, call.transcript) == (
        sent.caller,
        sent.name,
        sent.seconds,
        sent.words,
    )
    assert call.has_audio == bool(sent.audio)
    assert {name: getattr(call, name) for name in sent.more} == sent.more


@pytest.mark.parametrize("sent", NONE, ids=lambda sent: sent.what)
def test_R27_what_only_looks_like_a_voicemail_is_none(sent: Sent) -> None:
    found = reading(sent)
    assert (found.kind, found.voicemail) == (sent.kind, None), found.reasons
