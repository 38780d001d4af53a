"""Every promise of a store, whatever the database behind it; a database's own file says how to make one."""

from __future__ import annotations

import io
from dataclasses import fields, replace
from datetime import UTC, timedelta, timezone

import pytest
from samples import ENVELOPE, NOW, after, finish, keep, open_case, queue

from mailproc.core.case import Person, State, Step
from mailproc.core.log import Entry
from mailproc.errors import StoreError
from mailproc.store import cases, held, inbound, log, meta, notes, outbox, seen, steps, suppressed, threading
from mailproc.store.inbound import CHUNK, Inbound
from mailproc.store.letters import Letter
from mailproc.store.store import Store
from mailproc.store.tables import (
    CASE_STATES,
    HeldRow,
    InboundRow,
    InboundState,
    LetterRow,
    LetterState,
    NoteRow,
    Outcome,
    table,
)
from mailproc.store.transaction import Transaction


class Broken(io.RawIOBase):
    """A mail whose bytes cannot be read to the end."""

    def __init__(self) -> None:
        self.left = 1

    def read(self, size: int = -1) -> bytes:
        if self.left == 0:
            raise OSError("the spool is gone")
        self.left -= 1
        return b"x" * 10


class TransactionTests:
    """One commit, whole or not at all."""

    def test_what_was_written_is_there_after_the_commit(self, store: Store) -> None:
        key = store.transact(keep)
        assert store.read(lambda tx: inbound.get(tx, key)) is not None

    def test_nothing_stays_of_work_that_fails(self, store: Store) -> None:
        def work(tx: Transaction) -> None:
            keep(tx)
            raise ValueError("no")

        with pytest.raises(ValueError, match="no"):
            store.transact(work)
        assert store.read(lambda tx: inbound.oldest_waiting(tx)) is None

    def test_a_savepoint_undoes_its_own_part_only(self, store: Store) -> None:
        def work(tx: Transaction) -> None:
            meta.put(tx, "first", "1")
            with pytest.raises(StoreError), tx.savepoint():
                meta.put(tx, "second", "2")
                tx.run(meta.GET, name="x")
                tx.run(inbound.KEEP_RAW, inbound_id=99, seq=0, data=b"of no mail")
            meta.put(tx, "third", "3")

        store.transact(work)
        assert [store.read(lambda tx, key=key: meta.get(tx, key)) for key in ("first", "second", "third")] == [
            "1",
            None,
            "3",
        ]

    def test_work_that_swallows_an_error_is_not_committed(self, store: Store) -> None:
        def work(tx: Transaction) -> None:
            meta.put(tx, "before", "1")
            with pytest.raises(StoreError):
                tx.run(inbound.KEEP_RAW, inbound_id=99, seq=0, data=b"of no mail")
            with pytest.raises(StoreError):
                meta.put(tx, "after", "1")

        with pytest.raises(StoreError):
            store.transact(work)
        assert store.read(lambda tx: meta.get(tx, "before")) is None
        store.transact(lambda tx: meta.put(tx, "later", "1"))
        assert store.read(lambda tx: meta.get(tx, "later")) == "1"

    def test_a_transaction_inside_a_transaction_is_refused(self, store: Store) -> None:
        with pytest.raises(RuntimeError, match="hand the open one along"):
            store.transact(lambda tx: store.transact(keep))

    def test_moments_come_back_aware_and_in_utc(self, store: Store) -> None:
        abroad = NOW.astimezone(timezone(timedelta(hours=-5)))
        key = store.transact(lambda tx: keep(tx, at=abroad))
        mail = store.read(lambda tx: inbound.get(tx, key))
        assert mail is not None
        assert (mail.received_at, mail.received_at.tzinfo) == (NOW, UTC)

    def test_a_moment_without_a_zone_is_refused(self, store: Store) -> None:
        with pytest.raises(ValueError, match=r"(?i)naive|timezone|aware"):
            store.transact(lambda tx: keep(tx, at=NOW.replace(tzinfo=None)))

    @pytest.mark.parametrize(
        ("row", "record", "but"),
        [
            (InboundRow, Inbound, set()),
            (LetterRow, Letter, {"data"}),
            (HeldRow, held.Held, set()),
            (NoteRow, notes.Note, set()),
        ],
    )
    def test_a_record_has_each_column_of_its_table(self, row: type, record: type, but: set[str]) -> None:
        assert {field.name for field in fields(record)} - but == {column.name for column in table(row).columns}

    def test_the_states_that_the_database_allows_are_those_of_the_core(self) -> None:
        assert set(CASE_STATES) == {state.value for state in State}


class InboundTests:
    """Accepted mails (R1, R2, R4)."""

    def test_R1_a_mail_comes_back_as_it_went_in(self, store: Store) -> None:
        key = store.transact(lambda tx: keep(tx, b"\x00\xff\r\n.\r\n"))
        mail = store.read(lambda tx: inbound.get(tx, key))
        assert mail == Inbound(
            id=key,
            received_at=NOW,
            source="smtp",
            mail_from=ENVELOPE.mail_from,
            rcpt_tos=list(ENVELOPE.rcpt_tos),
            peer="192.0.2.7",
            login="carol",
            size=7,
            state=InboundState.WAITING,
            tries=0,
            retry_at=NOW,
            identity=None,
            outcome=None,
            kind="",
            reason="",
            case_number=None,
            error="",
            finished_at=None,
        )
        assert store.read(lambda tx: inbound.raw(tx, key)) == b"\x00\xff\r\n.\r\n"

    @pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7])
    def test_R1_a_mail_of_any_size_is_kept_whole(self, store: Store, size: int) -> None:
        data = bytes(index % 251 for index in range(size))
        key = store.transact(lambda tx: keep(tx, data))
        assert store.read(lambda tx: inbound.raw(tx, key)) == data

    def test_R1_a_mail_that_cannot_be_read_to_the_end_is_not_kept(self, store: Store) -> None:
        def work(tx: Transaction) -> None:
            inbound.keep(tx, received_at=NOW, source="smtp", envelope=ENVELOPE, raw=Broken(), size=20)

        with pytest.raises(OSError, match="spool"):
            store.transact(work)
        assert store.read(inbound.counts) == {"waiting": 0}

    def test_an_unknown_source_is_refused(self, store: Store) -> None:
        with pytest.raises(StoreError):
            store.transact(
                lambda tx: inbound.keep(
                    tx, received_at=NOW, source="fax", envelope=ENVELOPE, raw=io.BytesIO(b""), size=0
                )
            )

    def test_the_null_return_path_is_not_an_unknown_one(self, store: Store) -> None:
        def work(tx: Transaction, mail_from: str | None) -> str | None:
            envelope = replace(ENVELOPE, mail_from=mail_from)
            key = inbound.keep(tx, received_at=NOW, source="pipe", envelope=envelope, raw=io.BytesIO(b""), size=0)
            mail = inbound.get(tx, key)
            assert mail is not None
            return mail.mail_from

        assert store.transact(lambda tx: work(tx, "")) == ""
        assert store.transact(lambda tx: work(tx, None)) is None

    def test_mails_wait_in_the_order_in_which_they_came(self, store: Store) -> None:
        late = store.transact(lambda tx: keep(tx, at=after(seconds=2)))
        early = store.transact(lambda tx: keep(tx, at=after(seconds=1)))
        waiting = store.read(lambda tx: inbound.waiting(tx, after(seconds=5), 10))
        assert [mail.id for mail in waiting] == [early, late]
        assert [mail.id for mail in store.read(lambda tx: inbound.waiting(tx, after(seconds=5), 1))] == [early]

    def test_a_failed_mail_waits_until_its_next_try(self, store: Store) -> None:
        key = store.transact(keep)
        store.transact(lambda tx: inbound.fail(tx, key, error="boom", at=NOW, retry_at=after(minutes=1)))
        assert store.read(lambda tx: inbound.waiting(tx, after(seconds=59), 10)) == []
        [mail] = store.read(lambda tx: inbound.waiting(tx, after(minutes=1), 10))
        assert (mail.tries, mail.error) == (1, "boom")
        assert store.read(inbound.next_try) == after(minutes=1)
        assert store.read(inbound.oldest_waiting) == NOW

    def test_R2_a_mail_without_a_next_try_is_quarantined_and_can_be_taken_out(self, store: Store) -> None:
        key = store.transact(keep)
        store.transact(lambda tx: inbound.fail(tx, key, error="boom", at=NOW, retry_at=None))
        [mail] = store.read(inbound.quarantined)
        assert (mail.state, mail.outcome, mail.error) == ("quarantined", "quarantined", "boom")
        assert store.read(lambda tx: inbound.waiting(tx, after(days=1), 10)) == []
        assert store.transact(lambda tx: inbound.retry(tx, key, after(days=1)))
        [mail] = store.read(lambda tx: inbound.waiting(tx, after(days=1), 10))
        assert (mail.tries, mail.outcome, mail.finished_at) == (0, None, None)
        assert not store.transact(lambda tx: inbound.retry(tx, key, NOW))

    def test_R2_a_dropped_mail_is_ignored_and_its_bytes_stay(self, store: Store) -> None:
        key = store.transact(lambda tx: keep(tx, b"spam"))
        store.transact(lambda tx: inbound.fail(tx, key, error="boom", at=NOW, retry_at=None))
        assert store.transact(lambda tx: inbound.drop(tx, key, NOW))
        assert not store.transact(lambda tx: inbound.drop(tx, key, NOW))
        [mail] = store.read(lambda tx: inbound.listing(tx, outcome="ignored", limit=5))
        assert (mail.id, mail.state) == (key, "done")
        assert store.read(lambda tx: inbound.raw(tx, key)) == b"spam"

    def test_R2_each_outcome_is_counted(self, store: Store) -> None:
        def work(tx: Transaction) -> None:
            for outcome in Outcome:
                finish(tx, keep(tx), outcome=outcome)
            keep(tx)

        store.transact(work)
        assert store.read(inbound.counts) == {"waiting": 1, **{outcome.value: 1 for outcome in Outcome}}

    def test_an_unknown_outcome_is_refused(self, store: Store) -> None:
        key = store.transact(keep)
        with pytest.raises(ValueError, match="lost"):
            store.transact(lambda tx: finish(tx, key, outcome="lost"))

    def test_R4_the_first_mail_with_an_identity_is_found(self, store: Store) -> None:
        first, second = store.transact(lambda tx: (keep(tx), keep(tx)))
        assert store.read(lambda tx: inbound.seen_before(tx, "same")) is None
        store.transact(lambda tx: finish(tx, first, identity="same"))
        store.transact(lambda tx: finish(tx, second, identity="same", outcome="duplicate"))
        mail = store.read(lambda tx: inbound.seen_before(tx, "same"))
        assert mail is not None
        assert (mail.id, mail.case_number) == (first, 1)

    def test_R4_an_identity_stays_when_the_bytes_are_shed(self, store: Store) -> None:
        key = store.transact(keep)
        store.transact(lambda tx: finish(tx, key, identity="same"))
        store.transact(lambda tx: inbound.shed(tx, key))
        assert store.read(lambda tx: inbound.raw(tx, key)) == b""
        assert store.read(lambda tx: inbound.seen_before(tx, "same")) is not None

    def test_a_try_is_counted_before_it_is_made(self, store: Store) -> None:
        key = store.transact(keep)
        store.transact(lambda tx: inbound.tried(tx, key))
        [mail] = store.read(lambda tx: inbound.waiting(tx, NOW, 1))
        assert mail.tries == 1

    def test_a_finished_mail_does_not_fail_any_more(self, store: Store) -> None:
        key = store.transact(keep)
        store.transact(lambda tx: finish(tx, key))
        store.transact(lambda tx: inbound.fail(tx, key, error="late", at=NOW, retry_at=None))
        [mail] = store.read(lambda tx: inbound.of_case(tx, 1))
        assert (mail.outcome, mail.error, mail.tries) == ("case", "", 0)


class CaseTests:
    """Cases and when they are due."""

    def test_numbers_begin_at_one_and_go_up_by_one(self, store: Store) -> None:
        assert store.transact(lambda tx: [open_case(tx).number for _ in range(3)]) == [1, 2, 3]

    def test_the_number_of_a_case_that_was_not_kept_is_given_to_the_next(self, store: Store) -> None:
        def work(tx: Transaction) -> None:
            open_case(tx)
            raise ValueError

        with pytest.raises(ValueError):
            store.transact(work)
        assert store.transact(open_case).number == 1

    def test_a_case_comes_back_as_it_went_in(self, store: Store) -> None:
        case = store.transact(open_case)
        assert store.read(lambda tx: cases.load(tx, case.number)) == case
        changed = replace(case, state=State.OPEN, owner="alice", severity="high", spoke=after(hours=1))
        store.transact(lambda tx: cases.save(tx, changed, after(hours=2), at=after(hours=1)))
        assert store.read(lambda tx: cases.load(tx, case.number)) == changed

    def test_a_case_that_is_not_there_is_none(self, store: Store) -> None:
        assert store.read(lambda tx: cases.load(tx, 404)) is None

    def test_two_cases_never_have_one_number(self, store: Store) -> None:
        case = store.transact(open_case)
        with pytest.raises(StoreError):
            store.transact(lambda tx: cases.insert(tx, case, None))

    def test_the_case_that_is_due_first_comes_first(self, store: Store) -> None:
        store.transact(lambda tx: [open_case(tx, due) for due in (after(hours=3), None, after(hours=1))])
        assert store.read(lambda tx: cases.due(tx, after(minutes=59), 10)) == []
        assert store.read(lambda tx: cases.due(tx, after(hours=1), 10)) == [3]
        assert store.read(lambda tx: cases.due(tx, after(hours=3), 10)) == [3, 1]
        assert store.read(lambda tx: cases.due(tx, after(hours=3), 1)) == [3]

    def test_the_next_due_moment_moves_with_the_cases(self, store: Store) -> None:
        assert store.read(cases.next_due) is None
        case = store.transact(lambda tx: open_case(tx, after(hours=3)))
        assert store.read(cases.next_due) == after(hours=3)
        store.transact(lambda tx: cases.set_due(tx, case.number, after(hours=1)))
        assert store.read(cases.next_due) == after(hours=1)
        store.transact(lambda tx: cases.save(tx, case, None))
        assert store.read(cases.next_due) is None

    def test_a_requester_is_found_in_any_case_of_letters(self, store: Store) -> None:
        store.transact(lambda tx: [open_case(tx), open_case(tx, state=State.CLOSED), open_case(tx)])
        store.transact(lambda tx: open_case(tx, requester=Person("dave@customer.example")))
        everything = store.read(lambda tx: cases.of_requester(tx, "CAROL@customer.example"))
        assert [case.number for case in everything] == [3, 2, 1]
        running = store.read(lambda tx: cases.of_requester(tx, "carol@customer.example", open_only=True))
        assert [case.number for case in running] == [3, 1]

    def test_the_queue_is_in_the_order_of_what_is_due(self, store: Store) -> None:
        def work(tx: Transaction) -> None:
            open_case(tx, None)
            open_case(tx, after(hours=2), owner="alice")
            open_case(tx, after(hours=1), owner="bob")
            open_case(tx, after(hours=1), state=State.CLOSED)

        store.transact(work)
        assert [case.number for case in store.read(cases.listing)] == [3, 2, 1]
        assert [case.number for case in store.read(lambda tx: cases.listing(tx, owner="alice"))] == [2]
        assert [case.number for case in store.read(lambda tx: cases.listing(tx, [State.CLOSED]))] == [4]
        assert store.read(cases.all_open_numbers) == [1, 2, 3]
        assert store.read(cases.counts) == {"new": 3, "closed": 1}


class ThreadingTests:
    """Which case a mail belongs to (R6)."""

    def test_R6_the_first_known_message_id_wins(self, store: Store) -> None:
        def work(tx: Transaction) -> None:
            threading.mention(tx, case_number=1, message_id="<a@example.com>", ours=True, outbox_id=1)
            threading.mention(tx, case_number=2, message_id="<b@example.com>", ours=True, outbox_id=2)

        store.transact(work)
        for asked, found in [
            (["<x@x>", "<b@example.com>", "<a@example.com>"], 2),
            (["<a@example.com>"], 1),
            (["a@example.com "], 1),
            (["<A@example.com>"], None),
            ([], None),
        ]:
            assert store.read(lambda tx, asked=asked: threading.case_of(tx, asked, True)) == found

    def test_R6_a_message_id_that_was_seen_is_not_one_that_we_issued(self, store: Store) -> None:
        store.transact(lambda tx: threading.mention(tx, case_number=1, message_id="<c@x>", ours=False, inbound_id=1))
        assert store.read(lambda tx: threading.case_of(tx, ["<c@x>"], True)) is None
        assert store.read(lambda tx: threading.case_of(tx, ["<c@x>"], False)) == 1

    def test_R7_of_two_linked_cases_the_later_is_talked_about(self, store: Store) -> None:
        for number in (4, 9, 9):
            store.transact(
                lambda tx, number=number: threading.mention(tx, case_number=number, message_id="<c@x>", ours=False)
            )
        assert store.read(lambda tx: threading.case_of(tx, ["<c@x>"], False)) == 9

    def test_R6_a_participant_joins_once_in_any_case_of_letters(self, store: Store) -> None:
        for address in ("Carol@customer.example", "carol@customer.example", "dave@customer.example"):
            store.transact(lambda tx, address=address: threading.join(tx, 1, address))
        assert store.read(lambda tx: threading.participants(tx, 1)) == {
            "carol@customer.example",
            "dave@customer.example",
        }
        assert store.read(lambda tx: threading.participants(tx, 2)) == frozenset()


class OutboxTests:
    """Letters on their way."""

    def test_a_letter_is_claimed_with_its_bytes(self, store: Store) -> None:
        key = store.transact(lambda tx: queue(tx, b"the bytes", case_number=7, inbound_id=3, objective="confirmation"))
        [letter] = store.transact(lambda tx: outbox.claim(tx, NOW, 10, 60))
        assert (letter.id, letter.data, letter.case_number, letter.inbound_id) == (key, b"the bytes", 7, 3)
        assert (letter.state, letter.epoch, letter.claimed_until) == ("sending", 1, after(seconds=60))
        stored = store.read(lambda tx: outbox.get(tx, key))
        assert stored == replace(letter, data=b"")
        assert store.read(lambda tx: outbox.body(tx, key)) == b"the bytes"

    def test_a_claimed_letter_is_nobody_elses(self, store: Store) -> None:
        store.transact(queue)
        assert len(store.transact(lambda tx: outbox.claim(tx, NOW, 10, 60))) == 1
        assert store.transact(lambda tx: outbox.claim(tx, after(seconds=59), 10, 60)) == []

    def test_the_most_urgent_letter_goes_first_then_the_oldest(self, store: Store) -> None:
        def work(tx: Transaction) -> None:
            for priority, minutes in [(5, 0), (3, 2), (3, 1), (0, 9), (1, 3)]:
                queue(tx, priority=priority, created_at=after(minutes=minutes))

        store.transact(work)
        letters = store.transact(lambda tx: outbox.claim(tx, after(hours=1), 4, 60))
        assert [letter.id for letter in letters] == [4, 5, 3, 2]
        assert [letter.id for letter in store.transact(lambda tx: outbox.claim(tx, after(hours=1), 4, 60))] == [1]

    def test_a_letter_does_not_go_before_its_time(self, store: Store) -> None:
        store.transact(lambda tx: queue(tx, not_before=after(hours=1)))
        assert store.transact(lambda tx: outbox.claim(tx, after(minutes=59), 10, 60)) == []
        assert store.read(outbox.next_attempt) == after(hours=1)
        assert len(store.transact(lambda tx: outbox.claim(tx, after(hours=1), 10, 60))) == 1

    def test_a_sent_letter_is_done(self, store: Store) -> None:
        key = store.transact(queue)
        store.transact(lambda tx: outbox.claim(tx, NOW, 10, 60))
        assert store.transact(lambda tx: outbox.sent(tx, key, 1, after(seconds=1)))
        letter = store.read(lambda tx: outbox.get(tx, key))
        assert letter is not None
        assert (letter.state, letter.tries, letter.finished_at) == ("sent", 1, after(seconds=1))
        assert store.read(outbox.next_attempt) is None

    def test_a_deferred_letter_comes_back_the_same(self, store: Store) -> None:
        key = store.transact(lambda tx: queue(tx, b"same bytes"))
        [first] = store.transact(lambda tx: outbox.claim(tx, NOW, 10, 60))
        assert store.transact(
            lambda tx: outbox.defer(tx, key, 1, at=NOW, not_before=after(minutes=1), error="421 later", uncertain=True)
        )
        assert store.transact(lambda tx: outbox.claim(tx, after(seconds=59), 10, 60)) == []
        [again] = store.transact(lambda tx: outbox.claim(tx, after(minutes=1), 10, 60))
        assert (again.message_id, again.data) == (first.message_id, b"same bytes")
        assert (again.tries, again.epoch, again.uncertain, again.error) == (1, 2, 1, "421 later")

    def test_a_refused_letter_waits_for_a_person(self, store: Store) -> None:
        key = store.transact(queue)
        store.transact(lambda tx: outbox.claim(tx, NOW, 10, 60))
        assert store.transact(lambda tx: outbox.refuse(tx, key, 1, at=NOW, error="550 no such user"))
        assert store.transact(lambda tx: outbox.claim(tx, after(days=1), 10, 60)) == []
        assert [letter.error for letter in store.read(lambda tx: outbox.listing(tx, ["failed"]))] == [
            "550 no such user"
        ]
        assert store.transact(lambda tx: outbox.retry(tx, key, after(days=1)))
        assert len(store.transact(lambda tx: outbox.claim(tx, after(days=1), 10, 60))) == 1

    def test_a_worker_whose_claim_ran_out_changes_nothing(self, store: Store) -> None:
        key = store.transact(queue)
        store.transact(lambda tx: outbox.claim(tx, NOW, 10, 60))
        [second] = store.transact(lambda tx: outbox.claim(tx, after(seconds=60), 10, 60))
        assert (second.epoch, second.uncertain) == (2, 1)
        late = after(seconds=61)
        assert not store.transact(lambda tx: outbox.sent(tx, key, 1, late))
        assert not store.transact(lambda tx: outbox.defer(tx, key, 1, at=late, not_before=late, error=""))
        assert not store.transact(lambda tx: outbox.refuse(tx, key, 1, at=late, error=""))
        assert store.read(lambda tx: outbox.get(tx, key)) == replace(second, data=b"")
        assert store.transact(lambda tx: outbox.sent(tx, key, 2, late))
        assert not store.transact(lambda tx: outbox.sent(tx, key, 2, late))

    def test_a_daemon_that_starts_takes_over_every_claim_at_once(self, store: Store) -> None:
        store.transact(lambda tx: [queue(tx), queue(tx)])
        store.transact(lambda tx: outbox.claim(tx, NOW, 1, 3600))
        assert store.transact(lambda tx: outbox.expire_claims(tx, after(seconds=1))) == 1
        letters = store.transact(lambda tx: outbox.claim(tx, after(seconds=1), 10, 60))
        assert [(letter.id, letter.uncertain) for letter in letters] == [(1, 1), (2, 0)]

    def test_a_held_letter_goes_when_it_is_released(self, store: Store) -> None:
        key = store.transact(lambda tx: queue(tx, hold_reason="first day"))
        assert store.transact(lambda tx: outbox.claim(tx, NOW, 10, 60)) == []
        assert store.transact(lambda tx: outbox.release(tx, key, after(hours=1)))
        assert not store.transact(lambda tx: outbox.release(tx, key, after(hours=1)))
        [letter] = store.transact(lambda tx: outbox.claim(tx, after(hours=1), 10, 60))
        assert letter.hold_reason == ""

    def test_a_waiting_letter_can_be_held_and_a_sent_one_cannot(self, store: Store) -> None:
        key = store.transact(queue)
        assert store.transact(lambda tx: outbox.hold(tx, key, "over budget"))
        store.transact(lambda tx: outbox.release(tx, key, NOW))
        store.transact(lambda tx: outbox.claim(tx, NOW, 10, 60))
        store.transact(lambda tx: outbox.sent(tx, key, 1, NOW))
        assert not store.transact(lambda tx: outbox.hold(tx, key, "too late"))
        assert not store.transact(lambda tx: outbox.drop(tx, key, NOW))

    def test_a_dropped_letter_never_goes(self, store: Store) -> None:
        key = store.transact(queue)
        assert store.transact(lambda tx: outbox.drop(tx, key, NOW))
        assert store.transact(lambda tx: outbox.claim(tx, after(days=1), 10, 60)) == []
        assert not store.transact(lambda tx: outbox.release(tx, key, NOW))

    def test_letters_are_listed_and_counted_by_state(self, store: Store) -> None:
        store.transact(lambda tx: [queue(tx, case_number=5), queue(tx), queue(tx, hold_reason="x"), queue(tx)])
        store.transact(lambda tx: outbox.claim(tx, NOW, 1, 60))
        assert store.read(outbox.counts) == {"waiting": 2, "sending": 1, "held": 1, "failed": 0}
        assert [letter.id for letter in store.read(lambda tx: outbox.listing(tx, list(LetterState)))] == [1, 2, 3, 4]
        assert [letter.id for letter in store.read(lambda tx: outbox.listing(tx, ["waiting"], limit=1))] == [4]
        assert [letter.id for letter in store.read(lambda tx: outbox.of_case(tx, 5))] == [1]

    def test_two_letters_never_have_one_message_id(self, store: Store) -> None:
        store.transact(lambda tx: queue(tx, message_id="<same@example.com>"))
        with pytest.raises(StoreError):
            store.transact(lambda tx: queue(tx, message_id="<same@example.com>"))

    def test_R17_a_letter_is_found_by_its_message_id(self, store: Store) -> None:
        key = store.transact(queue)
        letter = store.read(lambda tx: outbox.by_message_id(tx, f"<{key}@example.com>"))
        assert letter is not None
        assert letter.id == key
        assert store.read(lambda tx: outbox.by_message_id(tx, "<forged@example.com>")) is None

    def test_R15_only_answers_that_go_count_for_a_budget(self, store: Store) -> None:
        def work(tx: Transaction) -> None:
            queue(tx, answer=True, created_at=after(minutes=-11))
            queue(tx, answer=True, created_at=after(minutes=-2), case_number=8, template="help")
            queue(tx, answer=True, created_at=after(minutes=-60), not_before=after(minutes=5))
            queue(tx, answer=False)
            queue(tx, answer=True, hold_reason="over budget")
            queue(tx, answer=True, recipient="dave@customer.example")
            outbox.drop(tx, queue(tx, answer=True), NOW)

        store.transact(work)
        since, who = after(minutes=-10), "carol@customer.example"
        assert store.read(lambda tx: outbox.answers(tx, who, since)) == [after(minutes=-2), after(minutes=5)]
        assert store.read(lambda tx: outbox.answers(tx, who, since, case_number=8)) == [after(minutes=-2)]
        errors = frozenset({"help"})
        assert store.read(lambda tx: outbox.answers(tx, who, since, templates=errors)) == [after(minutes=-2)]


class StoryTests:
    """Log, steps, notes, held mails, and the small facts."""

    def test_a_line_of_the_log_comes_back_as_it_went_in(self, store: Store) -> None:
        entries = [
            Entry(NOW, "mail_in", because="first mail", clause=("CON-2",), actor="carol", proof="none"),
            Entry(NOW, "mail_out", what={"template": "confirmation", "to": ["carol@customer.example"], "tier": 1}),
        ]
        store.transact(lambda tx: log.append(tx, 1, entries))
        store.transact(lambda tx: log.append(tx, None, [Entry(NOW, "alarm")]))
        store.transact(lambda tx: log.append(tx, 1, []))
        assert store.read(lambda tx: log.of_case(tx, 1)) == entries
        tail = store.read(lambda tx: log.tail(tx, 1))
        assert [(number, entry.event) for _, number, entry in tail] == [(1, "mail_out"), (None, "alarm")]
        assert store.read(log.last_id) == tail[-1][0]

    def test_moments_in_a_line_of_the_log_are_written_out(self, store: Store) -> None:
        store.transact(lambda tx: log.append(tx, 1, [Entry(NOW, "clock", what={"due": NOW, "state": State.NEW})]))
        [entry] = store.read(lambda tx: log.of_case(tx, 1))
        assert entry.what == {"due": NOW.isoformat(), "state": "new"}

    def test_the_log_of_a_span_ends_before_its_end(self, store: Store) -> None:
        lines = [Entry(after(hours=hour), "breach" if hour % 2 else "step") for hour in range(6)]
        store.transact(lambda tx: log.append(tx, 3, lines))
        found = store.read(lambda tx: log.between(tx, after(hours=1), after(hours=5), events=["breach"]))
        assert found == [(3, lines[1]), (3, lines[3])]

    def test_a_step_is_told_once(self, store: Store) -> None:
        one, two = Step("update", "due", "1"), Step("update", "due", "2")
        assert store.transact(lambda tx: steps.mark(tx, 1, [one], at=NOW)) == (True,)
        assert store.transact(lambda tx: steps.mark(tx, 1, [one, two], at=NOW, skipped=True)) == (False, True)
        assert store.transact(lambda tx: steps.mark(tx, 2, [one], at=NOW)) == (True,)
        assert store.read(lambda tx: steps.of_case(tx, 1)) == {one, two}

    def test_R20_a_note_stands_in_no_text_that_the_case_is_made_of(self, store: Store) -> None:
        case = store.transact(open_case)
        store.transact(lambda tx: notes.add(tx, case_number=case.number, author="alice", at=NOW, text="he is rude"))
        [note] = store.read(lambda tx: notes.of_case(tx, case.number))
        assert (note.author, note.text) == ("alice", "he is rude")
        assert store.read(lambda tx: cases.load(tx, case.number)) == case

    def test_R19_a_held_mail_is_released_once(self, store: Store) -> None:
        key = store.transact(
            lambda tx: held.add(
                tx,
                case_number=1,
                agent="alice",
                inbound_id=3,
                why="no token",
                text="#close",
                problems=["unknown verb"],
                at=NOW,
            )
        )
        [mail] = store.read(held.waiting)
        assert (mail.id, mail.problems, mail.released_at) == (key, ["unknown verb"], None)
        assert store.transact(lambda tx: held.release(tx, key, after(hours=1)))
        assert not store.transact(lambda tx: held.release(tx, key, after(hours=2)))
        assert store.read(held.waiting) == []
        [mail] = store.read(lambda tx: held.of_case(tx, 1))
        assert mail == store.read(lambda tx: held.get(tx, key))
        assert mail.released_at == after(hours=1)

    def test_R17_an_address_stays_suppressed_until_it_is_let_go(self, store: Store) -> None:
        assert store.transact(lambda tx: suppressed.add(tx, "Gone@customer.example", at=NOW, reason="5.1.1"))
        assert not store.transact(lambda tx: suppressed.add(tx, "gone@customer.example", at=NOW, reason="again"))
        assert store.read(lambda tx: suppressed.why(tx, "gone@CUSTOMER.example")) == "5.1.1"
        assert store.read(suppressed.listing) == [("gone@customer.example", NOW, "5.1.1")]
        assert store.transact(lambda tx: suppressed.remove(tx, "gone@customer.example"))
        assert store.read(lambda tx: suppressed.why(tx, "gone@customer.example")) is None

    def test_R10_an_attachment_is_new_once_for_each_case(self, store: Store) -> None:
        assert store.transact(lambda tx: seen.add(tx, 1, ["a", "b", "a"])) == {"a", "b"}
        assert store.transact(lambda tx: seen.add(tx, 1, ["b", "c"])) == {"c"}
        assert store.transact(lambda tx: seen.add(tx, 2, ["a"])) == {"a"}

    def test_a_fact_is_written_over_and_an_identity_is_not(self, store: Store) -> None:
        store.transact(lambda tx: meta.put(tx, "policy", "1"))
        store.transact(lambda tx: meta.put(tx, "policy", "2"))
        assert store.read(lambda tx: meta.get(tx, "policy")) == "2"
        assert store.transact(lambda tx: meta.once(tx, "instance", "a")) == "a"
        assert store.transact(lambda tx: meta.once(tx, "instance", "b")) == "a"


class StoreTests(TransactionTests, InboundTests, CaseTests, ThreadingTests, OutboxTests, StoryTests):
    """All of it, for one database."""
