"""What the configuration says of rotas, and what it means."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from settings import loaded

from mailproc.config.rotas import rota
from mailproc.errors import UserError

BOB = '[[agents]]\nname = "bob"\naddress = "bob@example.com"\n'
ROTA = f'{BOB}[rotas.support]\nmembers = ["alice", "bob"]\nstart = 2026-01-05\ntimezone = "Europe/Berlin"\n'
DAY = timedelta(days=1)


def test_a_rota_of_weeks_handed_over_on_monday_is_the_usual_one(tmp_path: Path):
    found = rota("support", loaded(tmp_path, ROTA).rotas["support"])
    assert found.members == ("alice", "bob")
    assert (found.handover_day, found.handover, found.length) == (0, time(9), timedelta(weeks=1))
    assert found.zone.key == "Europe/Berlin"
    assert found.overrides == ()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ('"2026-12-24 10:30"', datetime(2026, 12, 24, 9, 30, tzinfo=UTC)),
        ("2026-12-24T10:30:00", datetime(2026, 12, 24, 9, 30, tzinfo=UTC)),
        ("2026-12-24T10:30:00+02:00", datetime(2026, 12, 24, 8, 30, tzinfo=UTC)),
        ("2026-12-24", datetime(2026, 12, 24, 8, tzinfo=UTC)),
        ('"2026-12-24"', datetime(2026, 12, 24, 8, tzinfo=UTC)),
    ],
)
def test_an_override_begins_by_the_clocks_of_the_rota_and_a_day_at_its_handover(
    tmp_path: Path, said: str, meant: datetime
):
    more = f'overrides = [{{ from = {said}, until = 2026-12-26, member = "bob", because = "snow" }}]\n'
    (one,) = rota("support", loaded(tmp_path, ROTA + more).rotas["support"]).overrides
    assert (one.since, one.member, one.why) == (meant, "bob", "snow")
    assert one.until == datetime(2026, 12, 26, 8, tzinfo=UTC)


def test_a_whole_rota_may_stand_in_a_file(tmp_path: Path):
    (tmp_path / "rota.toml").write_text(
        'members = ["alice"]\nstart = 2026-01-05\nlength = "1 day"\nhandover = "8:00"\n'
        '[[overrides]]\nfrom = 2026-12-24\nuntil = 2026-12-26\nmember = "alice"\n'
    )
    config = loaded(tmp_path, '[rotas.support]\nfile = "rota.toml"\n')
    assert config.rotas["support"].length == DAY
    assert len(config.rotas["support"].overrides) == 1


def test_overrides_of_a_file_come_to_those_of_the_table(tmp_path: Path):
    (tmp_path / "rota.toml").write_text('[[overrides]]\nfrom = 2027-12-24\nuntil = 2027-12-26\nmember = "alice"\n')
    more = 'overrides = [{ from = 2026-12-24, until = 2026-12-26, member = "bob" }]\nfile = "rota.toml"\n'
    config = loaded(tmp_path, ROTA + more)
    assert [one.member for one in config.rotas["support"].overrides] == ["bob", "alice"]


def test_what_never_works_is_a_warning(tmp_path: Path):
    config = loaded(tmp_path, f'{ROTA}[teams.days]\nmembers = "bob"\nassign = "product"\n')
    assert [one.partition(": ")[2] for one in config.warnings] == [
        'rotas.support: no team goes by it; add rota = "support" to a team',
        'teams.days.assign: no member has products; add some such as products = ["shop"] to an agent',
    ]


def test_a_setting_of_one_run_reaches_into_a_rota(tmp_path: Path):
    config = loaded(tmp_path, ROTA, "rotas.support.length=2 weeks", "teams.support.rota=support")
    assert config.rotas["support"].length == 14 * DAY
    assert config.teams["support"].rota == "support"


@pytest.mark.parametrize(("said", "length"), [("5 minutes", 5), ("1 hour", 60), ("0 minutes", 0), ("0 hours", 0)])
def test_notices_wait_for_others_as_long_as_the_team_says(tmp_path: Path, said: str, length: int):
    config = loaded(tmp_path, ROTA, "teams.support.rota=support", f"teams.support.bundle={said}")
    assert config.teams["support"].bundle == timedelta(minutes=length)


def test_a_warning_waits_for_no_longer_than_an_hour(tmp_path: Path):
    problems = {"61 minutes": "would keep warnings from people", "2 business hours": "runs on a calendar"}
    for said, problem in problems.items():
        with pytest.raises(UserError) as caught:
            loaded(tmp_path, ROTA, f"teams.support.bundle={said}")
        assert any("teams.support.bundle" in one and problem in one for one in caught.value.problems)
