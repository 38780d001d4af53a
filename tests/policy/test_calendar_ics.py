"""iCalendar files of holidays: what they close, what is wrong with them, and that none of them can do harm."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailproc.policy.hours import Shut
from mailproc.policy.ics import read_ics
from mailproc.policy.parse import parse
from mailproc.policy.recurrence import Rule, TooMuchWork, occurrences
from policies import SMALL

WHOLE = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def ics(*events: str) -> str:
    inner = "".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{inner}END:VCALENDAR\n"


def closed(*events: str) -> dict[date, str]:
    found, problems = read_ics(ics(*events))
    assert problems == ()
    return dict(found.days)


def hours(*events: str) -> tuple[Shut, ...]:
    found, problems = read_ics(ics(*events))
    assert problems == ()
    assert found.days == {}
    return found.hours


def problem(*events: str) -> str:
    _, problems = read_ics(ics(*events))
    assert len(problems) == 1
    return f"{problems[0][0]}: {problems[0][1]}"


def test_an_event_of_whole_days_closes_each_of_them():
    name = "DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227\nSUMMARY:Year\\, end"
    assert closed(name) == dict.fromkeys([date(2026, 12, day) for day in (24, 25, 26)], "Year, end")


def test_without_an_end_it_is_one_day_and_a_duration_will_do():
    assert list(closed("DTSTART;VALUE=DATE:20261224")) == [date(2026, 12, 24)]
    assert len(closed("DTSTART;VALUE=DATE:20261224\nDURATION:P1W")) == 7


def test_a_yearly_event_recurs_until_the_end_of_the_century_but_not_on_the_days_taken_out():
    event = "DTSTART;VALUE=DATE:20261224\nRRULE:FREQ=YEARLY\nEXDATE;VALUE=DATE:20271224,20281224\nSUMMARY:Eve"
    days = closed(event)
    assert [day.year for day in days][:3] == [2026, 2029, 2030]
    assert max(days) == date(2100, 12, 24)


def test_a_file_of_an_old_program_that_counts_from_1601_is_read():
    assert min(closed("DTSTART;VALUE=DATE:16010101\nRRULE:FREQ=YEARLY")) == date(2000, 1, 1)


def test_an_occurrence_that_was_moved_or_cancelled_is_not_where_it_was():
    days = closed(
        "UID:1\nDTSTART;VALUE=DATE:20260105\nRRULE:FREQ=WEEKLY;COUNT=4\nSUMMARY:Inventory",
        "UID:1\nRECURRENCE-ID;VALUE=DATE:20260112\nDTSTART;VALUE=DATE:20260114\nSUMMARY:Inventory\\, later",
        "UID:1\nRECURRENCE-ID;VALUE=DATE:20260119\nDTSTART;VALUE=DATE:20260119\nSTATUS:CANCELLED",
    )
    assert days == {
        date(2026, 1, 5): "Inventory",
        date(2026, 1, 14): "Inventory, later",
        date(2026, 1, 26): "Inventory",
    }


def test_weekdays_with_and_without_a_figure_stand_side_by_side():
    days = closed("DTSTART;VALUE=DATE:20260601\nRRULE:FREQ=MONTHLY;BYDAY=1MO,FR;COUNT=6")
    assert [day.day for day in days] == [1, 5, 12, 19, 26, 3]


def test_a_cancelled_event_closes_nothing_and_further_dates_may_be_added():
    assert closed("DTSTART;VALUE=DATE:20260105\nSTATUS:CANCELLED") == {}
    assert len(closed("DTSTART;VALUE=DATE:20260105\nRDATE;VALUE=DATE:20260301,20260401")) == 3


def test_an_event_with_times_closes_these_hours_in_its_own_zone():
    (shut,) = hours("DTSTART;TZID=Europe/Berlin:20260506T140000\nDTEND;TZID=Europe/Berlin:20260506T160000")
    assert (shut.begins, shut.ends) == (datetime(2026, 5, 6, 12, tzinfo=UTC), datetime(2026, 5, 6, 14, tzinfo=UTC))
    (windows,) = hours("DTSTART;TZID=W. Europe Standard Time:20260506T140000\nDURATION:PT2H")
    assert windows.begins == shut.begins


def test_hours_without_a_zone_are_those_of_the_calendar():
    (shut,) = hours("DTSTART:20260506T140000\nDURATION:PT2H\nSUMMARY:All hands")
    assert shut == Shut(
        datetime.fromisoformat("2026-05-06T14:00"), datetime.fromisoformat("2026-05-06T16:00"), "All hands"
    )


def test_recurring_hours_stay_at_their_wall_time_over_a_clock_change():
    event = "DTSTART;TZID=Europe/Berlin:20260323T140000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;UNTIL=20260330T120000Z"
    assert [shut.begins.hour for shut in hours(event)] == [13, 12]


def test_times_in_the_file_that_name_a_zone_of_its_own_are_told():
    zone = "BEGIN:VTIMEZONE\nTZID:Ours\nBEGIN:STANDARD\nRRULE:FREQ=SECONDLY\nEND:STANDARD\nEND:VTIMEZONE\n"
    text = ics("DTSTART;TZID=Ours:20260506T140000\nDURATION:PT1H").replace("BEGIN:VEVENT", f"{zone}BEGIN:VEVENT")
    assert read_ics(text)[1] == (
        (10, 'DTSTART "Ours" is no time zone of the IANA list; write a place such as Europe/Berlin'),
    )


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ("SUMMARY:x", "3: DTSTART is missing; write one such as DTSTART;VALUE=DATE:20261224"),
        (
            "DTSTART;VALUE=DATE:20261224\nRRULE:FREQ=SECONDLY;COUNT=2000000000",
            '5: RRULE recurs "SECONDLY"; FREQ is one of DAILY, WEEKLY, MONTHLY, YEARLY',
        ),
        (
            "DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261224",
            "5: DTEND is not after DTSTART; the last day of an event is the day before its DTEND",
        ),
        (
            "DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20291224",
            "5: DTEND lets the event last more than a year; write a shorter one that recurs",
        ),
        (
            "DTSTART;VALUE=DATE:20261224\nDTEND:20261225T120000Z",
            "5: DTEND does not fit DTSTART; write both as days, or both as times of one kind",
        ),
        ("DTSTART:20261224T120000Z", "4: DTSTART has a time but the event has no end; add DTEND"),
        (
            "DTSTART;VALUE=DATE:20261224\nRRULE:FREQ=YEARLY;BYWEEKNO=20",
            "5: RRULE has a part that days off do not need: BYWEEKNO; known: FREQ, INTERVAL, COUNT, UNTIL, WKST, "
            "BYMONTH, BYMONTHDAY, BYYEARDAY, BYDAY, BYSETPOS",
        ),
        (
            "DTSTART;VALUE=DATE:20261224\nRRULE:FREQ=DAILY;BYDAY=2MO",
            "5: RRULE counts weekdays; a figure in BYDAY goes with FREQ=MONTHLY or FREQ=YEARLY alone",
        ),
        (
            "DTSTART;VALUE=DATE:20261224\nRRULE:FREQ=YEARLY;INTERVAL=0",
            "5: RRULE has an INTERVAL or COUNT below 1; leave it out for every one, without end",
        ),
        (
            "DTSTART;VALUE=DATE:20261344",
            "4: DTSTART cannot be read: Wrong date format 20261344; export the file anew",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(event: str, told: str):
    assert problem(event) == told


def test_a_file_that_is_no_calendar_or_ends_in_an_event_is_told():
    assert read_ics("<html>not found</html>")[1] == ((1, "is no iCalendar file; it would begin with BEGIN:VCALENDAR"),)
    assert read_ics("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261224\n")[1] == (
        (2, "the event has no end; close it with END:VEVENT"),
    )


def test_of_many_wrong_lines_the_first_are_told():
    _, problems = read_ics(ics(*["SUMMARY:x"] * 30))
    assert len(problems) == 11
    assert problems[-1][1] == "and 20 more of its lines are wrong; mend these first"


def test_rules_that_would_take_for_ever_are_given_up():
    event = "DTSTART;VALUE=DATE:16010101\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    assert read_ics(ics(*[event] * 8))[1][0][1] == "RRULE recurs too often; end it with COUNT or UNTIL"
    with pytest.raises(TooMuchWork):
        list(occurrences(Rule("DAILY"), datetime.fromisoformat("2026-01-01"), date(2026, 12, 31), iter(range(10))))


@st.composite
def rules(draw: st.DrawFn) -> str:
    frequency = draw(st.sampled_from(("DAILY", "WEEKLY", "MONTHLY", "YEARLY")))
    parts = [f"FREQ={frequency}"]
    figures = {
        "INTERVAL": st.integers(1, 5),
        "COUNT": st.integers(1, 30),
        "BYMONTH": st.integers(1, 12),
        "BYMONTHDAY": st.sampled_from((1, 2, 13, 24, 29, 30, 31, -1, -2, -31)),
        "BYSETPOS": st.sampled_from((1, 2, -1, -2)),
    }
    if frequency == "WEEKLY":
        del figures["BYSETPOS"]  # the other library lets the first week begin with the first day
    if frequency == "YEARLY":
        figures["BYYEARDAY"] = st.sampled_from((1, 60, 100, 366, -1, -306))
    for name in draw(st.sets(st.sampled_from(sorted(figures)), max_size=3)):
        many = name not in ("INTERVAL", "COUNT")
        values = draw(st.lists(figures[name], min_size=1, max_size=3 if many else 1, unique=True))
        parts.append(f"{name}={','.join(map(str, values))}")
    if draw(st.booleans()):
        # All with a figure or none: of a list with both, which RFC 5545 joins, the other library asks both at once.
        counted = frequency in ("MONTHLY", "YEARLY") and draw(st.booleans())
        nth = st.sampled_from(("1", "2", "-1")) if counted else st.just("")
        days = draw(st.lists(st.tuples(nth, st.sampled_from(DAYS)), min_size=1, max_size=3, unique=True))
        parts.append(f"BYDAY={','.join(map(''.join, days))}")
    if draw(st.booleans()):
        parts.append(f"WKST={draw(st.sampled_from(DAYS))}")
    if "COUNT" not in "".join(parts) and draw(st.booleans()):
        parts.append(f"UNTIL={draw(st.dates(date(2026, 1, 1), date(2040, 1, 1))):%Y%m%d}")
    return ";".join(parts)


@WHOLE
@given(rules(), st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_a_rule_falls_on_the_days_that_another_library_finds(rule: str, first: date):
    bound = rule if "UNTIL" in rule or "COUNT" in rule else f"{rule};UNTIL=20400101"
    ours = sorted(closed(f"DTSTART;VALUE=DATE:{first:%Y%m%d}\nRRULE:{bound}"))[:40]
    theirs = rrulestr(bound, dtstart=datetime.combine(first, datetime.min.time()))
    # It is asked for no more than that: where nothing follows, it would search until the year 9999.
    assert ours == [each.date() for each in islice(theirs, len(ours))]


@WHOLE
@given(
    st.binary(max_size=400), st.sampled_from(("", "DTSTART;VALUE=DATE:20261224\n", "RRULE:FREQ=", "EXDATE:", "UID:"))
)
def test_no_bytes_raise(raw: bytes, before: str):
    text = raw.decode("utf-8", errors="surrogateescape")
    for each in (text, ics(before + text), ics(f"DTSTART:20261224T120000\nDURATION:PT1H\n{before}{text}")):
        found, problems = read_ics(each)
        assert all(date(2000, 1, 1) <= day for day in found.days)
        assert all(line >= 1 and told for line, told in problems)


PIECES = (
    "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VALARM", "DTSTART:00010101T000000Z",
    "DTSTART;TZID=Pacific/Apia:99991231T235959", "DTSTART;VALUE=DATE:99991231",
    "DTEND:99991231T235959Z", "DURATION:-P1D",
    "DURATION:P99999999W", "RRULE:FREQ=YEARLY;COUNT=2147483647;INTERVAL=2147483647", "RRULE:FREQ=WEEKLY;UNTIL=00010101",
    "RRULE:FREQ=MONTHLY;BYSETPOS=0;BYDAY=5FR",
    "EXDATE;TZID=../../etc/passwd:20261224T000000", "RDATE:20261224T000000Z/PT1H",
    "RECURRENCE-ID:20261224T000000Z", "UID:1", "UID:1", " folded", "DTSTART;VALUE=PERIOD:20260101T000000Z/PT1H",
    "DTSTART;VALUE=DATE:20260101", "DTEND;VALUE=DATE:20260103", "RRULE:FREQ=YEARLY;BYMONTH=5L;RSCALE=HEBREW",
    "DTSTART:20260101T120000", "DTEND:20260101T120000Z", "DTSTART;TZID=Europe/Berlin:00010101T000000", "DURATION:PT1H",
    "STATUS:CANCELLED", "RRULE:FREQ=WEEKLY;UNTIL=99991231T235959Z", "RDATE:99991231T235959Z", "EXDATE:00010101T000000Z",
)  # fmt: skip


@WHOLE
@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_no_order_of_lines_raises(lines: list[str]):
    for whole in (lines, ["BEGIN:VEVENT", *lines, "END:VEVENT"]):
        found, problems = read_ics("\n".join(["BEGIN:VCALENDAR", *whole]))
        assert all(shut.begins < shut.ends for shut in found.hours)
        assert all(line >= 1 and told for line, told in problems)


# As a policy names it


HOURS = 'open     = { mon-fri = ["08:00-20:00"] }\n'
POLICY = SMALL.replace(HOURS, f'{HOURS}holidays = {{ file = ["off.ics"] }}\n')


def test_a_policy_names_files_beside_it_and_its_digest_covers_them():
    text = ics("DTSTART;VALUE=DATE:20260309\nSUMMARY:Founders' day")
    policy, problems = parse(POLICY, "small.toml", {"off.ics": text}.__getitem__)
    assert problems == ()
    assert policy is not None
    calendar = policy.calendars["office"]
    assert calendar.next_opening(datetime(2026, 3, 9, 15, tzinfo=UTC)) == datetime(2026, 3, 10, 12, tzinfo=UTC)
    other, _ = parse(POLICY, "small.toml", {"off.ics": text.replace("0309", "0310")}.__getitem__)
    again, _ = parse(POLICY, "small.toml", {"off.ics": text}.__getitem__)
    assert other is not None
    assert again is not None
    assert policy.digest == again.digest != other.digest


def test_a_bad_file_is_a_problem_at_the_line_of_the_policy():
    text = ics("DTSTART;VALUE=DATE:20260309\nRRULE:FREQ=HOURLY")
    assert parse(POLICY, "small.toml", {"off.ics": text}.__getitem__) == (
        None,
        (
            'small.toml:8: calendars.office.holidays.file: off.ics:5: RRULE recurs "HOURLY"; '
            "FREQ is one of DAILY, WEEKLY, MONTHLY, YEARLY",
        ),
    )


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (FileNotFoundError(2, "No such file"), "there is no such file; name one beside the policy"),
        (
            PermissionError(13, "Permission denied"),
            "cannot be read: permission denied; name an iCalendar file in UTF-8",
        ),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x"), "cannot be read: it is not UTF-8; name an iCalendar file"),
        (ValueError("embedded null byte"), "cannot be read: embedded null byte; name an iCalendar file"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_problem(error: Exception, told: str):
    def refuse(name: str) -> str:
        raise error

    policy, problems = parse(POLICY, "small.toml", refuse)
    assert policy is None
    assert len(problems) == 1
    assert told in problems[0]
    assert problems[0].startswith('small.toml:8: calendars.office.holidays.file: "off.ics"')


def test_a_policy_that_is_read_alone_has_no_files():
    _, problems = parse(POLICY, "small.toml")
    assert problems == (
        'small.toml:8: calendars.office.holidays.file: "off.ics": there is no such file; '
        'name one beside the policy, such as "holidays.ics"',
    )


def test_hours_off_never_close_an_exception():
    text = ics("DTSTART:20260309T080000\nDURATION:PT12H")
    shut = POLICY.replace('["off.ics"] }', '["off.ics"], open = { "2026-03-09" = ["10:00-12:00"] } }')
    policy, problems = parse(shut, "small.toml", {"off.ics": text}.__getitem__)
    assert problems == ()
    assert policy is not None
    monday = datetime(2026, 3, 9, tzinfo=ZoneInfo("America/New_York"))
    assert policy.calendars["office"].elapsed(monday, monday + timedelta(days=1)) == timedelta(hours=2)
