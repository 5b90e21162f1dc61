"""What a proposal does to numbers: nothing before its day, the new text from its day on; the replay that is attached."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.steps.agree.proposals.table import EASIER, MIDDLE, table
from tests.steps.ground_of_steps import AGREEMENT


def figures(engagement: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """(service level by month, statement by month) as the pages show them."""
    from giao.kernel.readings.models import KpiFigure, StatementFigure
    from giao.kernel.readings.queries import reading_for

    reading = reading_for(engagement)
    assert reading.ready, reading.error
    levels = {
        row.window: (row.value, row.state, row.n)
        for row in KpiFigure.objects.filter(reading=reading, group="")
    }
    money = {
        row.month: (row.fees, row.credit_total, row.total, row.closed)
        for row in StatementFigure.objects.filter(reading=reading)
    }
    return levels, money


def test_before_the_day_nothing_moves_and_from_the_day_the_new_text_counts(db: None, tmp_path: Path) -> None:
    desk = table(tmp_path)
    before_levels, before_money = figures(desk.engagement)
    assert {"2016-01", "2016-02", "2016-03"} == set(before_money)
    assert [before_money[month][3] for month in sorted(before_money)] == [True, True, False]
    desk.accept(desk.propose(EASIER, date(2016, 3, 1)))
    levels, money = figures(desk.engagement)
    for month in ("2016-01", "2016-02"):
        assert (levels[month], money[month]) == (before_levels[month], before_money[month])
        assert levels[month][1] == "minimum_default"
    # The cases of March were all started in March: under 24 hours all are in time, and nothing is credited.
    assert (before_levels["2016-03"][1], levels["2016-03"][1]) == ("minimum_default", "met")
    assert levels["2016-03"][0] == 1.0
    assert (before_money["2016-03"][1] > 0, money["2016-03"][1]) == (True, 0)


def test_a_clock_that_started_before_the_day_keeps_its_target(db: None, tmp_path: Path) -> None:
    """Every third case takes 20 hours; those that started before 10 March stay judged by 10 hours."""
    desk = table(tmp_path)
    at = datetime(2016, 3, 10, tzinfo=UTC)
    desk.accept(desk.propose(EASIER, at.date()))
    levels, _money = figures(desk.engagement)
    opened = [datetime(2016, 1, 4, 8, 0, tzinfo=UTC).timestamp() + 2 * 86_400 * n for n in range(40)]
    march = [
        (n, start)
        for n, start in enumerate(opened)
        if datetime(2016, 2, 29, 23, tzinfo=UTC).timestamp() < start + (20 if n % 3 == 0 else 5) * 3_600
        and start + (20 if n % 3 == 0 else 5) * 3_600 <= desk.engagement.as_of.timestamp()
    ]
    met = [n for n, start in march if n % 3 or start >= at.timestamp() - 3_600]
    assert 0 < len(met) < len(march)
    assert levels["2016-03"][2] == len(march)
    assert levels["2016-03"][0] == pytest.approx(len(met) / len(march))


def test_the_attached_replay_is_what_a_replay_by_hand_gives(db: None, tmp_path: Path) -> None:
    from giao.core.agreement.load import parse_agreement
    from giao.core.agreement.replay import replay
    from giao.kernel.engagements.queries import inputs_of
    from giao.kernel.ledger.reading import facts_of, log_of
    from giao.steps.agree.contracts.replaying import result_of
    from giao.steps.agree.proposals.replay_tables import closed_months

    desk = table(tmp_path)
    proposal = desk.propose(MIDDLE, date(2016, 5, 1))
    job = proposal.replay
    job.refresh_from_db()
    assert job.is_ready
    inputs = inputs_of([desk.engagement])[desk.engagement.pk]
    assert (job.agreement_hash, job.ledger_hash) == (inputs.agreement_hash, inputs.ledger_hash)
    log = log_of(desk.engagement)
    assert log is not None
    as_of = int(desk.engagement.as_of.timestamp()) * 1_000_000
    by_hand = replay(
        log, parse_agreement(AGREEMENT), parse_agreement(MIDDLE), facts=facts_of(desk.engagement), as_of=as_of
    )
    assert json.loads(json.dumps(result_of(by_hand))) == job.result
    assert [item.month for item in closed_months(job)] == ["2016-01", "2016-02"], "March is not closed"


def test_what_a_replay_was_computed_from_is_said_and_it_can_be_computed_again(
    client: Any, tmp_path: Path
) -> None:
    from giao.kernel.engagements.actions.record_decision import record_decisions

    desk = table(tmp_path)
    proposal = desk.propose()
    client.force_login(desk.people["client"])
    path = f"/e/{desk.engagement.slug}/proposals/{proposal.pk}"
    page = client.get(path).content.decode()
    proposal.replay.refresh_from_db()
    assert f"record {proposal.replay.ledger_hash[:12]}" in page
    assert "have changed since" not in page
    record_decisions(
        desk.engagement, None, [{"type": "giao.decision.close", "month": "2016-03", "by": "client"}], "x"
    )
    page = client.get(path).content.decode()
    assert "have changed since" in page
    first = proposal.replay_id
    assert client.post(path, {"act": "replay"}).status_code == 302
    proposal.refresh_from_db()
    assert proposal.replay_id != first
    assert "have changed since" not in client.get(path).content.decode()


def test_live_events_alone_are_a_record_to_replay(db: None, tmp_path: Path) -> None:
    """No file was ever imported: what came by the API is computed as well."""
    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
    from giao.kernel.ledger.accept import accept
    from giao.kernel.ledger.events import NewEvent
    from giao.kernel.ledger.sequence import sequence_all

    desk = table(tmp_path, with_log=False, with_agreement=False)
    desk.engagement.as_of = None
    desk.engagement.save()
    long, longer = (text.replace("end: 2017-12-31", "end: 2090-12-31") for text in (AGREEMENT, EASIER))
    adopt_agreement(desk.engagement, long)
    assert desk.propose(longer, date(2089, 1, 1)).replay is None, "there is nothing to compute from yet"
    events = []
    for case, day, hours in (("L1", 3, 5), ("L2", 10, 20), ("L3", 17, 20)):
        start = int(datetime(2016, 2, day, 9, tzinfo=UTC).timestamp()) * 1_000_000
        for at, activity in ((start, "Opened"), (start + hours * 3_600_000_000, "Resolved")):
            events.append(NewEvent("desk", f"{case}-{activity}", activity, at, case))
    accept(desk.engagement, events, "test", checked=True)
    sequence_all(desk.engagement.pk)
    job = desk.propose(longer, date(2089, 2, 1)).replay
    job.refresh_from_db()
    assert job.is_ready, job.error
    february = next(item for item in job.result["kpis"] if item["window"] == "2016-02")
    assert (february["actual"]["n"], february["draft"]["n"]) == (3, 3)
    assert (february["actual"]["state"], february["draft"]["state"]) == ("minimum_default", "met")


@pytest.mark.parametrize(
    "instant", ["2016-01-20", "2016-02-10", "2016-02-11", "2016-03-05", "2016-03-20", "2016-04-15"]
)
@pytest.mark.parametrize("decided", [False, True])
def test_what_counts_as_closed_is_what_the_statements_say(
    db: None, tmp_path: Path, instant: str, decided: bool
) -> None:
    from giao.kernel.engagements.actions.record_decision import record_decisions
    from giao.steps.agree.contracts.closed_months import closed_through

    desk = table(tmp_path)
    if decided:
        desk.engagement.as_of = datetime(2016, 3, 2, 12, tzinfo=UTC)
        desk.engagement.save()
        decision = {"type": "giao.decision.close", "month": "2016-02", "by": "client"}
        record_decisions(desk.engagement, None, [decision], "close")
    at = datetime.fromisoformat(instant).replace(hour=12, tzinfo=UTC)
    desk.engagement.as_of = at
    desk.engagement.save()
    _levels, money = figures(desk.engagement)
    closed = [month for month, row in money.items() if row[3]]
    through = closed_through(desk.engagement, at)
    assert (f"{through:%Y-%m}" if through else None) == (max(closed) if closed else None)
