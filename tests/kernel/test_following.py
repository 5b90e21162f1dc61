"""After new events a reading moves on from the last whole one: same rows, same figures, statements of the base."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest


@pytest.fixture(autouse=True)
def _afresh(django_ready: None) -> Any:
    from giao.kernel.readings.following import forget

    forget()
    yield
    forget()


def _rows(reading: Any) -> dict[str, list[tuple[Any, ...]]]:
    from giao.kernel.readings.compute import results_of

    results = results_of(reading)
    found = {}
    for name, frame in (("cases", results.cases), ("clocks", results.clocks), ("members", results.members)):
        rows = frame.with_columns(pl.col(pl.Enum).cast(pl.String)).collect()
        found[name] = sorted(rows.select(sorted(rows.columns)).rows(), key=repr)
    return found


def _figures(reading: Any) -> list[tuple[Any, ...]]:
    names = (
        "kpi",
        "window",
        "group",
        "n",
        "value",
        "state",
        "low",
        "high",
        "overdue_open",
        "misses",
        "position",
    )
    return sorted(reading.kpis.values_list(*names))


def _same_as_whole(engagement: Any, moved: Any) -> None:
    from giao.kernel.readings.compute import results_of
    from giao.kernel.readings.queries import reading_for

    assert moved.ready, moved.error
    assert moved.moved_from is not None
    whole = reading_for(engagement, whole=True)
    assert whole.ready, whole.error
    assert whole.moved_from is None
    assert (whole.as_of, whole.log_hash) == (moved.as_of, moved.log_hash)
    assert _rows(moved) == _rows(whole)
    assert _figures(moved) == _figures(whole)
    for name in ("open", "at_risk", "overdue", "kpis", "titles"):
        assert moved.figures[name] == whole.figures[name], name
    mine, theirs = results_of(moved).summary, results_of(whole).summary
    assert mine["kpis"] == theirs["kpis"]
    assert mine["clocks"] == theirs["clocks"]
    assert mine["log"]["cases"] == theirs["log"]["cases"]
    assert mine["log"]["events"] == theirs["log"]["events"]


def test_a_reading_moves_on_with_each_batch_of_events(db: None) -> None:
    from tests.kernel.ledger.ground import desk, event, recorded

    from giao.kernel.readings.queries import reading_for

    here = desk()
    recorded(here, *(event(number, "Opened", f"C{number}") for number in range(1, 8)))
    first = reading_for(here)
    assert first.ready
    assert first.moved_from is None
    recorded(here, event(20, "Resolved", "C1"), event(21, "Resolved", "C3"))
    _same_as_whole(here, reading_for(here))
    recorded(here, event(30, "Opened", "C9"), event(31, "Resolved", "C9"), event(5, "Resolved", "C4"))
    _same_as_whole(here, reading_for(here))


def test_the_newest_moved_reading_is_the_current_one_and_old_ones_go(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from tests.kernel.ledger.ground import desk, event, recorded

    from giao.kernel.engagements.places import in_data
    from giao.kernel.readings import prune
    from giao.kernel.readings.models import Reading
    from giao.kernel.readings.queries import reading_for

    here = desk()
    recorded(here, event(1), event(2, case="C2"))
    base = reading_for(here)
    moved = []
    for number in (3, 4, 5):
        recorded(here, event(number, "Resolved" if number < 5 else "Opened", f"C{number - 2}"))
        moved.append(reading_for(here))
    assert [one.moved_from_id for one in moved] == [base.pk] * 3
    assert Reading.objects.get(engagement=here, current=True) == moved[-1]
    monkeypatch.setattr(prune, "MOVED_FOR", timedelta(0))
    monkeypatch.setattr(prune, "KEPT", 0)
    monkeypatch.setattr(prune, "AT_LEAST", timedelta(0))
    assert prune.prune(here) == 2
    assert set(Reading.objects.filter(engagement=here)) == {base, moved[-1]}, (
        "the base of the current one stays"
    )
    assert in_data(moved[-1].folder).is_dir()
    assert not in_data(moved[0].folder).exists()


def test_a_fact_or_another_agreement_is_read_as_a_whole(db: None) -> None:
    from tests.kernel.ledger.ground import AGREEMENT, desk, event, recorded

    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
    from giao.kernel.readings.queries import reading_for

    here = desk()
    recorded(here, event(1), event(2, case="C2"))
    reading_for(here)
    recorded(here, event(3, "giao.fact.score", case=None, content={"name": "csat", "value": 4}))
    told = reading_for(here)
    assert told.ready, told.error
    assert told.moved_from is None
    recorded(here, event(4, "Resolved", "C1"))
    assert reading_for(here).moved_from == told
    adopt_agreement(here, "effective: 2026-06-01\n" + AGREEMENT.replace("90%", "80%"))
    other = reading_for(here)
    assert other.ready, other.error
    assert other.moved_from is None


def test_a_reading_in_the_past_is_always_whole(db: None) -> None:
    from datetime import UTC, datetime

    from tests.kernel.ledger.ground import desk, event, recorded

    from giao.kernel.readings.queries import reading_for

    here = desk()
    recorded(here, event(1), event(2, case="C2"))
    reading_for(here)
    recorded(here, event(3, "Resolved", "C1"))
    past = reading_for(here, datetime(2026, 1, 2, tzinfo=UTC))
    assert past.moved_from is None


def test_another_process_without_the_base_reads_the_whole(db: None) -> None:
    from tests.kernel.ledger.ground import desk, event, recorded

    from giao.kernel.readings.following import forget
    from giao.kernel.readings.queries import reading_for

    here = desk()
    recorded(here, event(1))
    reading_for(here)
    forget()
    recorded(here, event(2, "Resolved", "C1"))
    assert reading_for(here).moved_from is None


def test_a_live_reading_that_breaks_off_is_forgotten_and_the_whole_is_read(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.kernel.ledger.ground import desk, event, recorded

    from giao.core.agreement.live import LiveReading
    from giao.kernel.readings.queries import reading_for

    here = desk()
    recorded(here, event(1))
    reading_for(here)
    apply = LiveReading.apply

    def broken(self: LiveReading, *given: Any, **more: Any) -> Any:
        apply(self, *given, **more)
        raise MemoryError("in the middle")

    monkeypatch.setattr(LiveReading, "apply", broken)
    recorded(here, event(2, "Resolved", "C1"))
    whole = reading_for(here)
    assert whole.ready, whole.error
    assert whole.moved_from is None
    monkeypatch.undo()
    recorded(here, event(3, case="C2"))
    _same_as_whole(here, reading_for(here))
