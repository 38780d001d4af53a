"""Timelines and their pictures: what is drawn where, for how long, and that no text becomes anything else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailproc.admin.axis import axis, folded, length, ticks
from mailproc.admin.clock_runs import Bar
from mailproc.admin.drawing import aligned
from mailproc.admin.figures import COUNTED
from mailproc.admin.markup import clean, document, element, markup, shortened
from mailproc.admin.picture import NARROW, WIDE, svg
from mailproc.admin.timeline import Timeline, timeline

START = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")
SVG = "{http://www.w3.org/2000/svg}"
HOUR = timedelta(hours=1)


def at(hours: float) -> datetime:
    return START + HOUR * hours


def line(hours: float, event: str, **rest: Any) -> dict[str, Any]:
    """One line as `simulate` prints it; `due` in hours."""
    if "due" in rest:
        rest["due"] = at(rest["due"]).isoformat().replace("+00:00", "Z")
    return {"at": at(hours).isoformat().replace("+00:00", "Z"), "event": event, **rest}


def clock(hours: float, objective: str, state: str, **rest: Any) -> dict[str, Any]:
    return line(hours, "clock", objective=objective, clock_state=state, **rest)


def opened(hours: float = 0) -> dict[str, Any]:
    return line(hours, "case", state="new", severity="high", tier=1)


def drawn(*lines: dict[str, Any], clocks: tuple[dict[str, Any], ...] = (), **rest: Any) -> Timeline:
    return timeline(lines, clocks, NEW_YORK, **rest)


def bars(picture: Timeline, objective: str) -> tuple[Bar, ...]:
    [lane] = [lane for lane in picture.lanes if lane.objective == objective]
    return lane.bars


# Clocks


def test_a_clock_runs_from_its_start_to_the_answer() -> None:
    picture = drawn(
        opened(),
        clock(0, "initial_response", "started", due=4, because="the case was opened; 4 hours"),
        clock(1, "initial_response", "stopped"),
    )
    [bar] = bars(picture, "initial_response")
    assert (bar.start, bar.end, bar.due, bar.state, bar.broken) == (at(0), at(1), at(4), "met", None)
    assert picture.lanes[0].promise == "4 hours"
    assert picture.lanes[0].standing == "met Mon 9 Mar 11:00:00"


def test_a_breach_stands_at_its_second_and_stays_told_after_the_answer() -> None:
    picture = drawn(
        opened(),
        clock(0, "relief", "started", due=4),
        line(4, "breach", objective="relief", due=4),
        clock(6, "relief", "stopped"),
    )
    [lane] = picture.lanes
    assert lane.breaches == (at(4),)
    assert (lane.bars[0].broken, lane.bars[0].end) == (at(4), at(6))
    assert lane.standing == "broken Mon 9 Mar 14:00:00"


def test_a_pause_is_a_part_of_the_run_and_moves_its_due_time() -> None:
    picture = drawn(
        opened(),
        clock(0, "relief", "started", due=8),
        clock(2, "relief", "paused"),
        clock(5, "relief", "resumed", due=11),
        clock(6, "relief", "stopped"),
    )
    [bar] = bars(picture, "relief")
    assert (bar.pauses, bar.due) == (((at(2), at(5)),), at(11))


def test_a_pause_that_lasts_goes_on_to_the_end() -> None:
    picture = drawn(opened(), clock(0, "relief", "started", due=8), clock(2, "relief", "paused"), opened(5))
    [bar] = bars(picture, "relief")
    assert (bar.state, bar.end, bar.pauses[0][0]) == ("paused", None, at(2))
    assert picture.lanes[0].standing == "paused"


def test_CON_6_each_update_begins_a_new_run() -> None:
    picture = drawn(
        opened(),
        clock(0, "update", "started", due=2),
        clock(2, "update", "changed", due=4),
        clock(4, "update", "changed", due=6),
        clock(5, "update", "stopped"),
    )
    found = [(bar.start, bar.end, bar.state) for bar in bars(picture, "update")]
    assert found == [(at(0), at(2), "met"), (at(2), at(4), "met"), (at(4), at(5), "stopped")]


def test_another_severity_moves_the_due_time_of_a_clock_and_not_its_start() -> None:
    picture = drawn(
        opened(),
        clock(0, "relief", "started", due=48, because="the case was opened; 2 days"),
        line(1, "case", severity="urgent"),
        clock(1, "relief", "changed", due=24),
        clocks=({"objective": "relief", "promise": "1 day", "clause": ["CON-7"]},),
    )
    [bar] = bars(picture, "relief")
    assert (bar.start, bar.due) == (at(0), at(24))
    assert (picture.lanes[0].promise, picture.lanes[0].clause) == ("1 day", ("CON-7",))
    assert [one.value for one in picture.bands["severity"]] == ["high", "urgent"]


@pytest.mark.parametrize(
    ("template", "objective", "state"),
    [
        ("closing", "initial_response", "stopped"),
        ("resolution", "initial_response", "met"),
        ("closing", "relief", "met"),
    ],
)
def test_a_response_that_nobody_gave_is_not_met_by_closing(template: str, objective: str, state: str) -> None:
    picture = drawn(
        opened(),
        clock(0, objective, "started", due=4),
        line(1, "case", state="closed"),
        clock(1, objective, "stopped"),
        line(1, "mail_out", template=template, to=["carol@customer.example"], subject="Closed"),
    )
    assert bars(picture, objective)[0].state == state


def test_what_the_case_says_of_a_clock_wins() -> None:
    lines = (opened(), clock(0, "initial_response", "started", due=4), line(1, "case", state="closed"),
             clock(1, "initial_response", "stopped"))  # fmt: skip
    told = {"objective": "initial_response", "promise": "4 hours", "clause": [], "met": lines[-1]["at"]}
    assert bars(drawn(*lines, clocks=(told,)), "initial_response")[0].state == "met"


def test_a_clock_that_runs_shows_its_due_time_unless_that_is_far_away() -> None:
    near = drawn(opened(), clock(0, "relief", "started", due=5), opened(4))
    far = drawn(opened(), clock(0, "relief", "started", due=500), opened(4))
    assert (near.last, near.end) == (at(4), at(5))
    assert at(4) < far.end < at(4.2)


# Mails and facts


def test_each_mail_stands_in_its_lane() -> None:
    out = {"to": ["x@customer.example"], "subject": "s"}
    picture = drawn(
        line(0, "mail_in", kind="request", **{"from": "carol@customer.example"}, subject="down"),
        line(1, "mail_in", kind="command", **{"from": "alice@example.com"}, subject="Re: down"),
        line(1, "mail_in", kind="auto_reply", **{"from": "carol@customer.example"}, subject="Out"),
        line(1, "mail_out", template="confirmation", **out),
        line(2, "mail_out", template="new_case", **out),
        line(2, "mail_out", template="breach", **out),
        line(3, "mail_out", template="page", **out),
    )
    kinds = {lane: [mark.kind for mark in marks] for lane, marks in picture.marks.items()}
    assert kinds == {
        "mails in": ["customer", "agent", "robot"],
        "to the customer": ["mail"],
        "to staff": ["mail", "escalation"],
        "pages": ["page"],
    }


def test_a_mark_tells_the_readers_time_and_utc() -> None:
    picture = drawn(line(0, "mail_in", kind="request", **{"from": "c@customer.example"}, subject="down", because="new"))
    told = picture.marks["mails in"][0].told
    assert told.startswith("Mon 2026-03-09 10:00:00 EDT (2026-03-09 14:00:00 UTC): mail in: request from")
    assert told.endswith(" – new")


def test_facts_last_until_they_change() -> None:
    picture = drawn(opened(), line(1, "case", state="open"), line(1, "case", owner="alice"), opened(3))
    assert [(one.value, one.start, one.end) for one in picture.bands["owner"]] == [
        ("nobody", at(0), at(1)),
        ("alice", at(1), picture.end),
    ]
    assert [one.value for one in picture.bands["state"]] == ["new", "open", "new"]


def test_lines_of_explain_and_of_simulate_give_the_same_timeline() -> None:
    flat = [opened(), clock(0, "relief", "started", due=4), line(4, "breach", objective="relief", due=4)]
    nested = [
        {"at": one["at"], "event": one["event"], "because": "", "clause": [], "actor": "", "proof": "",
         "what": {key: value for key, value in one.items() if key not in ("at", "event")}}
        for one in flat
    ]  # fmt: skip
    assert drawn(*flat) == drawn(*nested)


def test_a_timeline_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one record"):
        drawn()


# The axis


def test_the_axis_is_even_where_nothing_is_folded() -> None:
    points = [at(n) for n in range(11)]
    line = axis(points, at(0), at(10), 100, 600)
    assert line.folds == ()
    assert [line.x(at(n)) for n in (-1, 0, 5, 10, 11)] == [100, 100, 350, 600, 600]


def test_a_long_silence_is_folded_and_told_by_its_length() -> None:
    points = [at(0), at(0.1), at(0.5), at(1), at(1.5), at(140)]
    line = axis(points, at(0), at(140), 0, 1000)
    assert line.folds == ((at(1.5), at(140)),)
    assert line.x(at(1.5)) == pytest.approx(910)
    assert line.x(at(0.5)) == pytest.approx(910 / 3)
    assert length(line.folds[0]) == "5 d 18 h"


def test_equal_gaps_are_never_folded() -> None:
    assert folded([at(48 * n) for n in range(12)]) == ()
    assert folded([at(0), at(100)]) == ()


moments = st.lists(st.integers(0, 3_000_000), min_size=2, max_size=40, unique=True)


@given(moments, st.integers(0, 3_000_000))
def test_later_is_never_further_left_and_always_within(seconds: list[int], probe: int) -> None:
    points = sorted(START + timedelta(seconds=n) for n in seconds)
    line = axis(points, points[0], points[-1], 10, 350)
    places = [line.x(point) for point in points]
    assert places == sorted(places)
    assert places[0] == 10
    assert places[-1] == pytest.approx(350)
    assert 10 <= line.x(START + timedelta(seconds=probe)) <= 350.001


@given(moments, st.sampled_from(["UTC", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]))
def test_labels_stand_apart_outside_of_folds_and_at_even_times(seconds: list[int], name: str) -> None:
    points = sorted(START + timedelta(seconds=n) for n in seconds)
    line = axis(points, points[0], points[-1], 0, 1000)
    labels = ticks(line, ZoneInfo(name), 50)
    assert all(b.x - a.x >= 49.9 for a, b in pairwise(labels))
    for since, until in line.folds:
        assert not [label for label in labels if line.x(since) + 0.01 < label.x < line.x(until) - 0.01]
    assert all(label.time.endswith(("0", "5")) or len(label.time) == 5 for label in labels)


def test_labels_keep_to_the_clock_on_the_wall_over_its_change() -> None:
    start = datetime(2026, 3, 7, 5, 0, tzinfo=UTC)
    points = [start + HOUR * n for n in range(0, 73, 3)]
    labels = ticks(axis(points, points[0], points[-1], 0, 1000), NEW_YORK, 50)
    assert [label.time for label in labels if label.day] == ["00:00"] * 4
    assert {label.time for label in labels} <= {"00:00", "06:00", "12:00", "18:00"}


# The picture


FULL = (
    line(
        0, "mail_in", kind="request", **{"from": "c@customer.example"}, subject="<script>x</script> ]]> \x1b[2J \u202e"
    ),
    opened(),
    clock(0, "relief", "started", due=4),
    clock(1, "relief", "paused"),
    clock(2, "relief", "resumed", due=5),
    line(5, "breach", objective="relief", due=5),
    line(6, "mail_out", template="page", to=["bob@example.com"], subject="\ud800 \x00 down"),
    line(6, "case", owner='"><script>alert(1)</script>'),
)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_picture_is_xml_with_a_title_a_description_and_a_role(width: int) -> None:
    picture = drawn(*FULL, title="Case 1 </title> in time", closed={"relief": [(at(3), at(4))]})
    root = ET.fromstring(svg(picture, width=width, name="p"))
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "p-title p-desc")
    assert root.findtext(f"{SVG}title") == "Case 1 </title> in time"
    assert "relief broken Mon 9 Mar 15:00:00" in (root.findtext(f"{SVG}desc") or "")
    assert root.findall(f".//{SVG}script") == []
    classes = {name for one in root.iter() for name in (one.get("class") or "").split()}
    assert {"late", "run", "hatched", "closed", "due", "is-page", "is-customer", "is-breach"} <= classes
    assert {one.get("fill") for one in root.iter() if one.get("class") == "hatched"} == {"url(#p-pause)"}


def test_what_is_red_begins_where_the_promise_was_broken() -> None:
    picture = drawn(*FULL)
    root = ET.fromstring(svg(picture))
    [late] = [one for one in root.iter(f"{SVG}rect") if one.get("class") == "late"]
    [run] = [one for one in root.iter(f"{SVG}rect") if one.get("class") == "run"]
    ends = float(run.get("x") or 0) + float(run.get("width") or 0)
    assert float(late.get("x") or 0) == pytest.approx(ends, abs=1)
    told = [one.text for one in root.iter(f"{SVG}title")]
    assert "broken Mon 2026-03-09 15:00:00 EDT (2026-03-09 19:00:00 UTC)" in told


def test_marks_upon_each_other_are_one_sign_with_their_number() -> None:
    many = [line(n / 3600, "mail_in", kind="request", **{"from": f"{n}@x.example"}, subject="s") for n in range(15)]
    root = ET.fromstring(svg(drawn(*many, opened(40))))
    [sign] = [one for one in root.iter(f"{SVG}g") if "mark" in (one.get("class") or "").split()]
    assert [one.text for one in sign.iter(f"{SVG}text")] == ["15"]
    assert (sign.findtext(f"{SVG}title") or "").endswith("and 3 more")


def test_two_pictures_side_by_side_share_their_axis() -> None:
    first, second = drawn(opened(), opened(5)), drawn(opened(2), opened(9))
    one, two = aligned(first, second)
    assert (one.start, one.end) == (two.start, two.end) == (first.start, second.end)
    assert one.points == two.points


@given(st.lists(st.text(max_size=60), min_size=1, max_size=6))
def test_no_text_becomes_anything_else(texts: list[str]) -> None:
    lines = [line(n, "mail_in", kind="request", **{"from": text}, subject=text) for n, text in enumerate(texts)]
    lines += [line(n, "case", owner=text, state=text) for n, text in enumerate(texts)]
    text = svg(drawn(*lines, title=texts[0]))
    assert text.isascii()
    root = ET.fromstring(text)
    assert {one.tag.removeprefix(SVG) for one in root.iter()} <= {
        "svg", "title", "desc", "defs", "pattern", "path", "rect", "text", "g", "circle",
    }  # fmt: skip


@given(st.text())
def test_clean_text_can_stand_in_xml_and_turns_nothing(text: str) -> None:
    made = clean(text)
    assert ET.fromstring(markup(element("p", made))).text in (made, None)
    assert not set(made) & set("\x00\x1b\x7f\u202e\u2028\ud800\r\n\t")


def test_a_long_text_is_cut_after_it_was_cleaned() -> None:
    assert shortened("a \x1b\n b" + "c" * 1000, 12) == "a \\u001b bc…"


def test_a_page_forbids_itself_to_load_anything() -> None:
    page = document("T <b>", "p{}", element("p", "x"))
    assert "default-src 'none'" in page
    assert "<title>T &lt;b&gt;</title>" in page


def test_every_counted_figure_has_a_name_in_words() -> None:
    assert all(name.replace("_", "").isalpha() for name in COUNTED)
