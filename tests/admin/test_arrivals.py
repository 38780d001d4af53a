"""When the mails of a simulation arrive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mailproc.admin.arrivals import EPOCH, arrange, distance, moment
from mailproc.admin.mails import Found
from mailproc.errors import UserError


def _found(*dates: str) -> list[Found]:
    return [Found(f"{n}.eml", lambda d=d: f"Date: {d}\nSubject: x\n\ntext".encode()) for n, d in enumerate(dates)]


def _times(*dates: str, spacing: timedelta | None = None) -> list[str]:
    arrivals = arrange(_found(*dates), spacing=spacing, ours=lambda _: ())
    return [f"{one.at:%Y-%m-%d %H:%M:%S}" for one in arrivals.mails]


FRIDAY = "Fri, 6 Mar 2026 19:50:00 -0500"
SATURDAY = "Sat, 7 Mar 2026 08:00:00 +0000"


def test_each_mail_arrives_at_its_date_in_utc() -> None:
    assert _times(SATURDAY, FRIDAY) == ["2026-03-07 08:00:00", "2026-03-07 00:50:00"]


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 1 Jan 3610 00:00:00 +0000", "Thu, 18 Jul 0102 20:51:35 +0000"])
def test_a_mail_without_a_believable_date_comes_a_second_after_the_one_before_it(date: str) -> None:
    assert _times(FRIDAY, date, date, SATURDAY) == [
        "2026-03-07 00:50:00",
        "2026-03-07 00:50:01",
        "2026-03-07 00:50:02",
        "2026-03-07 08:00:00",
    ]


def test_a_first_mail_without_a_date_comes_with_the_first_dated_one() -> None:
    assert _times("", FRIDAY) == ["2026-03-07 00:50:00", "2026-03-07 00:50:00"]


def test_mails_of_which_none_has_a_date_begin_at_a_fixed_day() -> None:
    assert _times("", "") == [f"{EPOCH:%Y-%m-%d %H:%M:%S}", f"{EPOCH + timedelta(seconds=1):%Y-%m-%d %H:%M:%S}"]


def test_a_spacing_ignores_dates_but_for_the_first_one() -> None:
    assert _times("", SATURDAY, FRIDAY, spacing=timedelta(minutes=1)) == [
        "2026-03-07 08:00:00",
        "2026-03-07 08:01:00",
        "2026-03-07 08:02:00",
    ]


def test_mails_without_a_date_are_counted_and_unreadable_files_are_told() -> None:
    def gone() -> bytes:
        raise FileNotFoundError(2, "No such file or directory")

    arrivals = arrange([*_found("", FRIDAY), Found("gone.eml", gone)], spacing=None, ours=lambda _: ())
    assert arrivals.undated == 1
    assert arrivals.unread == ("gone.eml: no such file or directory",)
    assert len(arrivals.by(datetime(2026, 3, 1, tzinfo=UTC)).mails) == 0


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-03-20", datetime(2026, 3, 20, 23, 59, 59, tzinfo=UTC)),
        ("2026-03-20T18:00:00+01:00", datetime(2026, 3, 20, 17, tzinfo=UTC)),
        ("2026-03-20T18:00:00Z", datetime(2026, 3, 20, 18, tzinfo=UTC)),
        ("2026-03-20 18:00", datetime(2026, 3, 20, 18, tzinfo=UTC)),
        ("2026-03-20T00:00:00Z", datetime(2026, 3, 20, tzinfo=UTC)),
    ],
)
def test_a_typed_moment_is_utc_and_a_day_lasts_to_its_end(text: str, at: datetime) -> None:
    assert moment(text) == at


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01"])
def test_what_is_no_moment_is_an_error_with_an_example(text: str) -> None:
    with pytest.raises(UserError, match='write "2026-03-20"'):
        moment(text)


def test_a_distance_is_a_length_of_plain_time() -> None:
    assert distance("1m") == timedelta(minutes=1)
    assert distance("2 hours") == timedelta(hours=2)
    for text in ("", "0m", "soon", "1 business day"):
        with pytest.raises(UserError, match="is no length of time"):
            distance(text)
