"""R1, R2, R4, CON-3 under kill -9: a small campaign; `make campaign` runs the big one."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from campaign import mails
from campaign.launcher import PLANTS
from campaign.run import Campaign, kill9


def test_R1_nothing_is_lost_or_done_twice_though_the_daemon_is_killed_three_times(tmp_path: Path) -> None:
    seed = random.randrange(1_000_000)
    campaign = Campaign(mails.made(60, seed), kills=3, sessions=6, seed=seed, hang_ups=0.1)
    verdict = kill9(campaign, tmp_path)
    assert verdict.violations == [], f"seed {seed}: {verdict.figures}"
    assert verdict.figures["acked"] == 60
    assert verdict.figures["confirmed"] > 0


CAUGHT_BY = {
    "answer-before-commit": "what-was-accepted-is-kept",
    "new-message-id-for-each-attempt": "what-arrived-was-decided",
    "sent-before-delivery": "what-was-sent-has-arrived-once",
    "confirm-duplicates": "a-mail-is-settled-once",
    "drop-a-failing-mail": "what-was-accepted-is-kept",
    "refuse-for-our-own-trouble": "our-trouble-is-temporary",
    "settle-and-confirm-apart": "each-case-is-there-and-was-opened-by-one-mail",
    "damage-what-is-kept": "each-row-has-the-very-bytes",
}
KILLS = {"answer-before-commit": (2, 0), "sent-before-delivery": (4, 4)}
"""How many kills, how many of them while letters leave; one early kill shows the others."""


@pytest.mark.parametrize("plant", PLANTS)
def test_the_campaign_finds_a_planted_bug(plant: str, tmp_path: Path) -> None:
    kills, late = KILLS.get(plant, (1, 0))
    campaign = Campaign(mails.made(40, 3), kills=kills, sessions=6, seed=3, hang_ups=0.1, plant=plant, late=late)
    verdict = kill9(campaign, tmp_path)
    assert CAUGHT_BY[plant] in {violation.invariant for violation in verdict.violations}
