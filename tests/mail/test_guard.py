"""What is internal does not leave in a mail to a customer."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproc.mail.commands import AGENT_VERBS
from mailproc.mail.guard import NOTE_RUN, refuses

NOTE = "The customer is on the old plan; do not tell them of the discount before the team lead has spoken to them."


def refused(text: str, notes: tuple[str, ...] = (NOTE,), public: tuple[str, ...] = ()) -> str | None:
    return refuses(text, verbs=AGENT_VERBS, internal=("bob@example.com",), notes=notes, public=public)


def test_R20_an_ordinary_answer_may_go() -> None:
    assert refused("Dear Ann,\n\nplease send us the log.\n# Steps\n1. stop\n2. start\nYour case is #1042.") is None


@pytest.mark.parametrize("text", ["#close", "Hello\n#note secret", "Hello\n * /assign bob", "Hi\n\uff03take"])
def test_R20_a_command_line_does_not_leave(text: str) -> None:
    assert "command line" in (refused(text) or "")


@pytest.mark.parametrize("text", ["ask bob@example.com", "Bob <BOB@Example.com>.", "mailto:bob@example.com"])
def test_R20_an_agents_address_does_not_leave(text: str) -> None:
    assert "internal address" in (refused(text) or "")


def test_R20_an_address_that_only_ends_or_begins_like_an_agents_may_go() -> None:
    assert refused("ask jim.bob@example.com or bob@example.community") is None


def test_R20_the_text_of_a_note_does_not_leave_however_it_is_wrapped_or_quoted() -> None:
    assert "internal note" in (
        refused("> do not tell them of the\n> discount before the team\n> lead has spoken") or ""
    )


@settings(deadline=None)
@given(st.integers(0, len(NOTE) - NOTE_RUN), st.text(max_size=30), st.text(max_size=30))
def test_R20_any_forty_characters_of_a_note_are_found(start: int, before: str, behind: str) -> None:
    run = NOTE[start : start + NOTE_RUN]
    if run == run.strip():
        assert refused(f"{before} {run} {behind}") is not None


def test_R20_fewer_words_in_common_give_nothing_away() -> None:
    assert refused("The customer is on the old plan, I fear.") is None


def test_R20_words_that_the_customer_wrote_first_may_be_repeated() -> None:
    words = "the nightly export stops after ten minutes with an error 500"
    assert refused(f"You wrote: {words}", notes=(f"Customer says {words}",)) is not None
    assert refused(f"You wrote: {words}", notes=(f"Customer says {words}",), public=(f"Hi, {words}!",)) is None


@pytest.mark.parametrize(
    "line",
    [
        "\\\\#note",
        "`#note`",
        "##note",
        '"#note"',
        "(#note)",
        "#\ufe0f\u20e3note",
        "#note\u2014not for them",
        "#note) x",
    ],
)
def test_R20_a_note_that_a_client_mangled_does_not_leave(line: str):
    assert refuses(f"{line}\n\nThe vendor is to blame.", verbs={"note"}, internal=(), notes=())


@pytest.mark.parametrize(
    "line", ["see issue #12", "#1234 is fixed", "#notebook is the model", "Note: restart it", "# a comment"]
)
def test_R20_what_is_no_note_leaves(line: str):
    assert refuses(f"{line}\n\nRegards", verbs={"note"}, internal=(), notes=()) is None
