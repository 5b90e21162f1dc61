"""What readers get: imported log, segments and tail are one log; files of facts and live facts are one set."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest


def _import(engagement: Any, rows: list[tuple[str, str, str]], tmp_path: Path, name: str = "desk.csv") -> Any:
    from giao.core.log import LogMapping, import_log
    from giao.kernel.engagements.actions.record_log import record_log
    from giao.kernel.engagements.places import folder_of
    from giao.kernel.identifiers import new_id

    file = tmp_path / name
    file.write_text("case,activity,time\n" + "".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    folder = folder_of(engagement, "logs") / f"{new_id()}.log"
    report = import_log(file, folder, LogMapping(case="case", activity="activity", time="time", zone="UTC"))
    return record_log(engagement, folder, report.hash, name)


ROWS = [
    ("C1", "Opened", "2026-01-01T10:00:00Z"),
    ("C1", "Resolved", "2026-01-02T10:00:00Z"),
    ("C2", "Opened", "2026-01-01T11:00:00Z"),
]


def test_without_live_events_the_log_is_the_import(db: None, tmp_path: Path) -> None:
    from tests.kernel.ledger.ground import desk

    from giao.kernel.ledger.reading import log_of

    here = desk()
    assert log_of(here) is None
    row = _import(here, ROWS, tmp_path)
    log = log_of(here)
    assert log is not None
    assert log.hash == row.hash


def test_live_events_stand_among_the_imported_ones_at_each_position(db: None, tmp_path: Path) -> None:
    from tests.kernel.ledger.ground import desk, event, recorded

    from giao.kernel.ledger.queries import position
    from giao.kernel.ledger.reading import log_of

    here = desk()
    _import(here, ROWS, tmp_path)
    before = position(here.pk)
    recorded(here, event(1, "Resolved", "C2"), event(2, "Opened", "C3"))
    assert [log.n_events for at in (before, before + 1, before + 2) if (log := log_of(here, at))] == [3, 4, 5]


def test_an_import_counts_from_its_position_and_until_it_is_undone(db: None, tmp_path: Path) -> None:
    from tests.kernel.ground import person
    from tests.kernel.ledger.ground import desk, event, recorded

    from giao.kernel.ledger.queries import position
    from giao.kernel.ledger.reading import log_of
    from giao.steps.identify.logs.actions.undo_log import undo_log

    here = desk()
    _import(here, ROWS, tmp_path)
    first = position(here.pk)
    second = _import(here, [*ROWS, ("C9", "Opened", "2026-01-01T12:00:00Z")], tmp_path, "next.csv")
    after = position(here.pk)
    recorded(here, event(1, "Opened", "C3"))
    undo_log(second, person("Lan", here.client))
    counts = [log.n_events for at in (first, after, None) if (log := log_of(here, at))]
    assert counts == [3, 4, 4], "the live event stays when an import is taken back"


@pytest.mark.parametrize("imported", [False, True])
def test_sealing_changes_no_log_and_the_tail_goes_on_over_it(
    db: None, tmp_path: Path, imported: bool
) -> None:
    from tests.kernel.ledger.ground import desk, event, recorded

    from giao.kernel.ledger.queries import position
    from giao.kernel.ledger.reading import forget_tails, ground_of, log_of
    from giao.kernel.ledger.sealing import seal, sweep

    here = desk()
    if imported:
        _import(here, ROWS, tmp_path)
    assert seal(here) is None
    chance = random.Random(7)
    events = [
        event(
            number,
            chance.choice(["Opened", "Resolved", "Called"]),
            f"C{chance.randrange(5)}",
            attributes={"amount": chance.randrange(100), "text": f"t{number % 3}", "claimant": "Lan"},
            occurred_us=1_767_268_800_000_000 + chance.randrange(4) * 1_000_000,
        )
        for number in range(40)
    ]
    recorded(here, *events[:25])
    row = seal(here)
    assert row is not None
    assert row.events == 25 + 3 * imported
    middle = position(here.pk)
    recorded(here, *events[25:])
    over = log_of(here)
    forget_tails()
    assert over is not None
    assert ground_of(here, position(here.pk)).after == middle
    again = seal(here)
    forget_tails()
    whole = log_of(here)
    assert again is not None
    assert whole is not None
    assert over.hash == whole.hash == again.hash
    from giao.kernel.ledger.models import Segment

    Segment.objects.filter(engagement=here).delete()
    forget_tails()
    plain = log_of(here)
    assert plain is not None
    assert plain.hash == over.hash, "from the ledger alone"
    assert sweep(here) == 2


def test_a_segment_over_an_import_that_was_undone_is_not_used(db: None, tmp_path: Path) -> None:
    from tests.kernel.ground import person
    from tests.kernel.ledger.ground import desk, event, recorded

    from giao.kernel.ledger.reading import log_of
    from giao.kernel.ledger.sealing import seal
    from giao.steps.identify.logs.actions.undo_log import undo_log

    here = desk()
    row = _import(here, ROWS, tmp_path)
    recorded(here, event(1, "Opened", "C3"))
    seal(here)
    undo_log(row, person("Lan", here.client))
    log = log_of(here)
    assert log is not None
    assert log.n_events == 1


FACTS = """\
- {type: giao.fact.rate, time: 2026-01-31, currency: USD, rate: 25123.50}
- {type: giao.fact.staff_days, month: 2026-01, role: agent, days: 20.5}
- {type: giao.fact.inspection, time: 2026-01-10T10:00, recorded: 2026-01-12T10:00, case: C1, rejected: false, marks: 3}
- {type: giao.fact.milestone, name: go-live, accepted: 2026-01-15}
"""


def test_facts_of_a_file_are_entries_and_read_as_the_file_does(db: None) -> None:
    from zoneinfo import ZoneInfo

    from tests.kernel.ledger.ground import NOON, desk, event, recorded

    from giao.core.agreement.facts import load_facts
    from giao.kernel.engagements.actions.record_facts import record_facts
    from giao.kernel.engagements.places import folder_of
    from giao.kernel.ledger.queries import position
    from giao.kernel.ledger.reading import facts_of

    here = desk()
    file = folder_of(here, "facts") / "facts.yaml"
    file.write_text(FACTS, encoding="utf-8")
    record_facts(here, file)
    wanted = load_facts(file, ZoneInfo(here.zone))
    assert [(f.type, f.time_us, f.recorded_us, dict(f.data)) for f in facts_of(here)] == [
        (f.type, f.time_us, f.recorded_us, dict(f.data)) for f in wanted
    ]
    assert facts_of(here).hash == wanted.hash
    before = position(here.pk)
    record_facts(here, file)
    assert len(facts_of(here)) == 4, "the same file again is not counted twice"
    live = event(1, "giao.fact.score", "C1", occurred_us=NOON, content={"name": "csat", "value": 5})
    assert recorded(here, live).accepted == 1
    assert len(facts_of(here)) == 5
    assert len(facts_of(here, before)) == 4
    (score,) = facts_of(here).of("giao.fact.score")
    assert (score.data["case"], score.recorded_us > score.time_us) == ("C1", True)


def test_the_inputs_of_numbers_move_with_the_ledger(db: None, tmp_path: Path) -> None:
    from tests.kernel.ledger.ground import desk, event, recorded

    from giao.kernel.engagements.queries import inputs_of
    from giao.kernel.ledger.sealing import seal

    here = desk()
    seen = [inputs_of([here])[here.pk]]
    for number in (1, 2):
        recorded(here, event(number))
        seen.append(inputs_of([here])[here.pk])
    _import(here, ROWS, tmp_path)
    seen.append(inputs_of([here])[here.pk])
    assert [inputs.position for inputs in seen] == [0, 1, 2, 3]
    assert seen[0].ledger_hash == ""
    assert len({inputs.ledger_hash for inputs in seen}) == 4
    seal(here)
    assert inputs_of([here])[here.pk] == seen[-1], "sealing changes nothing that numbers follow from"


def test_a_reading_of_live_events_is_computed_like_one_of_an_import(db: None) -> None:
    """The same events by address and by file: the same service levels."""
    from tests.kernel.ledger.ground import NOON, SECOND, desk, event, recorded

    from giao.kernel.readings.models import KpiFigure
    from giao.kernel.readings.queries import reading_for

    here = desk()
    day = 24 * 3600 * SECOND
    for case in range(4):
        recorded(here, event(1 + 2 * case, "Opened", f"C{case}", occurred_us=NOON))
        closed = NOON + day + (case == 3) * 4 * day
        recorded(here, event(2 + 2 * case, "Resolved", f"C{case}", occurred_us=closed))
    reading = reading_for(here, datetime.now(UTC) + timedelta(minutes=1))
    assert (reading.state, reading.position) == ("ready", 8)
    figure = KpiFigure.objects.get(reading=reading, window="2026-01")
    assert (figure.n, figure.value) == (4, 0.75)
