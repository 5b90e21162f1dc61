"""What is followed over the months stands on a page: streaks, credits, triggers, and the levels that a ratchet would raise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.steps.ground_of_steps import AGREEMENT, person, small_engagement

TERMS = """  earn_back: {windows: 2}
  triggers: [{name: chronic, when: "missed(in_time, 2, 6)", right: terminate, use_within: P90D}]
"""


def page(client: Any, tmp_path: Path, text: str, role: str = "client_manager") -> str:
    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement

    made = small_engagement(tmp_path, with_agreement=False)
    adopt_agreement(made.engagement, text)
    client.force_login(person("Lan", made.client, role))
    assert (
        f"/e/{made.engagement.slug}/over-the-months"
        in client.get(f"/e/{made.engagement.slug}/statements").content.decode()
    )
    answer = client.get(f"/e/{made.engagement.slug}/over-the-months")
    assert answer.status_code == 200
    return str(answer.content.decode()).replace("\xa0", " ")


def test_streaks_credits_and_triggers_by_month(client: Any, tmp_path: Path) -> None:
    text = page(client, tmp_path, AGREEMENT.replace("pricing:", TERMS + "pricing:"))
    for words in (
        "Jan 2016 minimum missed; Feb 2016 minimum missed",
        "counts × 1.5",
        "lost: missed again in Feb 2016",
        "chronic",
        "held in Feb 2016",
    ):
        assert words in text, words
    assert "Levels that may rise" not in text, "the agreement has no ratchet"


def test_a_ratchet_says_what_it_proposes_why_and_leads_to_a_proposal(client: Any, tmp_path: Path) -> None:
    ratchet = AGREEMENT.replace(
        "expected: 95%\n    minimum: 90%", "expected: 50%\n    minimum: 40%\n    ratchet: {windows: 2}"
    )
    text = page(client, tmp_path, ratchet)
    assert "Levels that may rise" in text
    assert "2 windows above it in a row, Jan 2016 to Feb 2016" in text
    assert "/proposals/new" in text


def test_who_may_not_change_the_agreement_sees_it_without_the_door(client: Any, tmp_path: Path) -> None:
    ratchet = AGREEMENT.replace(
        "expected: 95%\n    minimum: 90%", "expected: 50%\n    minimum: 40%\n    ratchet: {windows: 9}"
    )
    text = page(client, tmp_path, ratchet, "auditor")
    assert "No ratchet proposes a new level" in text
    assert "/proposals/new" not in text
