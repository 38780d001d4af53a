"""Signed addresses open for the person, the case and the time that they were made for, and for nothing else."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproc.mail.tokens import MAX_NUMBER, Kind, Signer, Token

SIGNER = Signer({"2026-03": b"k" * 32})
MAILBOX = "support@example.com"
EXPIRES = date(2026, 4, 5)
NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)
BOB = "bob@example.com"
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
kinds = st.sampled_from(list(Kind))
numbers = st.integers(0, MAX_NUMBER)


def extension(signer: Signer = SIGNER, kind: Kind = Kind.AGENT, number: int = 1042, person: str = BOB) -> str:
    address = signer.reply_address(MAILBOX, kind, number, person, EXPIRES)
    found = signer.extension_of(address, MAILBOX)
    assert found
    return found


@settings(deadline=None)
@given(kinds, numbers, st.emails())
def test_R19_a_signed_address_opens_for_its_person(kind: Kind, number: int, person: str) -> None:
    assert SIGNER.open(extension(kind=kind, number=number, person=person), person, NOW) == Token(
        kind, number, person.strip().lower(), EXPIRES
    )


@settings(deadline=None)
@given(kinds, numbers)
def test_R19_a_signed_local_part_stays_within_64_octets(kind: Kind, number: int) -> None:
    address = SIGNER.reply_address(MAILBOX, kind, number, BOB, EXPIRES)
    assert len(address.partition("@")[0].encode()) <= 64
    assert address.isascii()


def test_R19_a_relay_may_change_the_case_of_letters() -> None:
    address = SIGNER.reply_address(MAILBOX, Kind.AGENT, 7, "Bob@Example.com", EXPIRES).upper()
    found = SIGNER.extension_of(address, MAILBOX)
    assert found is not None
    assert SIGNER.open(found, BOB, NOW) is not None


def test_R19_a_token_opens_for_nobody_else() -> None:
    assert SIGNER.open(extension(), "ann@customer.example", NOW) is None


def test_R19_a_token_of_one_kind_is_not_one_of_another() -> None:
    for kind in set(Kind) - {Kind.AGENT}:
        assert SIGNER.open(kind.value + extension()[1:], BOB, NOW) is None


def test_R19_a_token_opens_on_its_last_day_and_not_after_it() -> None:
    last = datetime(2026, 4, 5, 23, 59, 59, tzinfo=UTC)
    assert SIGNER.open(extension(), BOB, last) is not None
    assert SIGNER.open(extension(), BOB, last + timedelta(seconds=1)) is None


def test_R19_an_older_key_still_opens_what_it_signed_and_a_removed_key_does_not() -> None:
    rotated = Signer({"2026-04": b"n" * 32, "2026-03": b"k" * 32})
    assert rotated.open(extension(), BOB, NOW) is not None
    assert SIGNER.open(extension(rotated), BOB, NOW) is None
    assert Signer({"2026-04": b"n" * 32}).open(extension(), BOB, NOW) is None


def test_R19_a_hundred_thousand_random_tokens_open_nothing() -> None:
    chance = random.Random(20260306)
    opened = 0
    for _ in range(100_000):
        made = chance.choice("acdrb") + "".join(chance.choices(LETTERS, k=37))
        opened += SIGNER.open(made, BOB, NOW) is not None
    assert opened == 0


@settings(deadline=None)
@given(kinds, numbers, st.integers(0, 36), st.sampled_from(LETTERS + "018."))
def test_R19_a_token_with_one_sign_changed_opens_nothing(kind: Kind, number: int, place: int, sign: str) -> None:
    good = extension(kind=kind, number=number)
    changed = good[:place] + sign + good[place + 1 :]
    if changed != good:
        assert SIGNER.open(changed, BOB, NOW) is None


def test_R19_every_single_bit_of_a_token_matters() -> None:
    good = extension()
    for place in range(1, len(good)):
        for bit in range(5):
            changed = good[:place] + LETTERS[LETTERS.index(good[place]) ^ (1 << bit)] + good[place + 1 :]
            assert SIGNER.open(changed, BOB, NOW) is None


@settings(deadline=None)
@given(st.text(max_size=80))
def test_R19_no_text_at_all_makes_opening_fail_with_an_error(text: str) -> None:
    assert SIGNER.open(text, BOB, NOW) is None
    assert SIGNER.is_ours(text, "example.com") is None


def test_an_address_of_another_mailbox_has_no_extension_of_ours() -> None:
    assert SIGNER.extension_of("sales+abc@example.com", MAILBOX) is None
    assert SIGNER.extension_of("support+abc@other.example", MAILBOX) is None
    assert SIGNER.extension_of(MAILBOX, MAILBOX) is None


def test_another_delimiter_serves_hosts_without_plus_addresses() -> None:
    dashed = Signer({"k": b"k" * 32}, delimiter="-")
    address = dashed.reply_address(MAILBOX, Kind.AGENT, 7, BOB, EXPIRES)
    assert address.startswith("support-a")
    assert dashed.open(dashed.extension_of(address, MAILBOX) or "", BOB, NOW) is not None


@settings(deadline=None)
@given(numbers)
def test_R16_a_message_id_is_the_same_at_every_retry_and_names_its_mail(number: int) -> None:
    made = SIGNER.message_id(number, "example.com")
    assert made == SIGNER.message_id(number, "example.com")
    assert SIGNER.is_ours(made, "Example.com") == number
    assert SIGNER.is_ours(made.strip("<>").upper(), "example.com") == number


def test_R6_a_message_id_that_we_did_not_make_is_not_ours() -> None:
    made = SIGNER.message_id(7, "example.com")
    assert SIGNER.is_ours(made, "other.example") is None
    assert SIGNER.is_ours(made.replace("@example.com", "@other.example"), "other.example") is None
    assert SIGNER.is_ours(made.replace("mp.", "mp.a"), "example.com") is None
    assert Signer({"x": b"x" * 32}).is_ours(made, "example.com") is None


def test_a_token_is_no_message_id_and_a_message_id_is_no_token() -> None:
    made = SIGNER.message_id(7, "example.com").strip("<>").partition("@")[0].removeprefix("mp.")
    assert all(SIGNER.open(kind.value + made, "", NOW) is None for kind in Kind)
    assert SIGNER.is_ours(f"<mp.{extension()[1:]}@example.com>", "example.com") is None


@pytest.mark.parametrize("keys", [{}, {"k": b"short"}])
def test_a_signer_without_a_good_key_cannot_be_made(keys: dict[str, bytes]) -> None:
    with pytest.raises(ValueError, match="signing key"):
        Signer(keys)


def test_a_mailbox_too_long_to_sign_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="too long for signed addresses"):
        SIGNER.reply_address(f"{'a' * 40}@example.com", Kind.AGENT, 1, BOB, EXPIRES)


def test_keys_do_not_show_in_a_signer_that_is_printed() -> None:
    assert "kkk" not in repr(SIGNER)
