"""Everything that is derived can be thrown away and made again from ledger and files; the numbers are the same."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

FACTS = "- {type: giao.fact.rate, time: 2026-01-31, currency: USD, rate: 25123.50}\n"
CSV = """case,activity,time
C1,Opened,2026-01-05T08:00:00Z
C1,Resolved,2026-01-05T09:00:00Z
C2,Opened,2026-01-05T10:00:00Z
C2,Resolved,2026-01-09T10:00:00Z
C3,Opened,2026-01-06T10:00:00Z
"""


def _uploaded(engagement: Any, tmp_path: Path, text: str, name: str) -> Any:
    """An import whose source file is kept."""
    from giao.core.log import LogMapping, import_log
    from giao.kernel.engagements.actions.record_log import record_log
    from giao.kernel.engagements.places import folder_of
    from giao.kernel.files.store import store_file
    from giao.kernel.identifiers import new_id

    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    stored = store_file(engagement, name, [file.read_bytes()])
    folder = folder_of(engagement, "logs") / f"{new_id()}.log"
    mapping = LogMapping(case="case", activity="activity", time="time", zone="UTC")
    report = import_log(file, folder, mapping)
    said = mapping.model_dump(mode="json", exclude_none=True)
    return record_log(engagement, folder, report.hash, name, mapping=said, file=stored.digest)


def _world(tmp_path: Path) -> Any:
    from tests.kernel.ground import person
    from tests.kernel.ledger.ground import desk, event, recorded

    from giao.kernel.engagements.actions.record_facts import record_facts
    from giao.kernel.engagements.places import folder_of
    from giao.kernel.ledger.sealing import seal
    from giao.steps.identify.logs.actions.undo_log import undo_log

    here = desk()
    _uploaded(here, tmp_path, CSV, "january.csv")
    wrong = _uploaded(here, tmp_path, CSV.replace("C3", "C4"), "wrong.csv")
    file = folder_of(here, "facts") / "facts.yaml"
    file.write_text(FACTS, encoding="utf-8")
    record_facts(here, file)
    recorded(here, event(1, "Resolved", "C3"), event(2, "Opened", "C5", attributes={"claimant": "An"}))
    undo_log(wrong, person("Lan", here.client))
    seal(here)
    recorded(here, event(3, "Resolved", "C5"))
    return here


def _numbers(engagement: Any, as_of: Any) -> Any:
    """All that pages show: inputs, figures, rows of imports."""
    from giao.kernel.engagements.models import FactImport, LogImport
    from giao.kernel.engagements.queries import inputs_of
    from giao.kernel.ledger.reading import facts_of, log_of
    from giao.kernel.readings.models import KpiFigure
    from giao.kernel.readings.queries import reading_for

    reading = reading_for(engagement, as_of)
    assert reading.state == "ready", reading.error
    log = log_of(engagement)
    assert log is not None
    kpis = KpiFigure.objects.filter(reading=reading).order_by("kpi", "window", "group")
    return {
        "inputs": inputs_of([engagement])[engagement.pk],
        "log": (log.hash, log.n_events),
        "facts": facts_of(engagement).hash,
        "kpis": list(kpis.values_list("kpi", "window", "n", "value", "state", "misses")),
        "figures": reading.figures,
        "logs": set(
            LogImport.objects.filter(engagement=engagement).values_list("pk", "hash", "folder", "source")
        ),
        "undone": set(
            LogImport.objects.filter(engagement=engagement, undone__isnull=False).values_list("pk")
        ),
        "fact files": set(FactImport.objects.filter(engagement=engagement).values_list("pk", "hash", "file")),
    }


def test_all_that_is_derived_is_made_again_and_the_numbers_are_the_same(db: None, tmp_path: Path) -> None:
    from django.utils import timezone

    from giao.kernel.engagements.models import FactImport, LogImport
    from giao.kernel.engagements.places import folder_of
    from giao.kernel.ledger.models import Segment
    from giao.kernel.ledger.rebuilding import rebuild
    from giao.kernel.ledger.verify import verify
    from giao.kernel.readings.models import Reading

    here = _world(tmp_path)
    as_of = timezone.now() + timedelta(minutes=1)
    before, head = _numbers(here, as_of), verify(here)
    for model in (Segment, Reading, LogImport, FactImport):
        model.objects.filter(engagement=here).delete()
    for derived in ("logs", "segments", "readings"):
        shutil.rmtree(folder_of(here, derived))
    made = rebuild(here)
    assert (made.logs, made.facts, made.imported_again, made.lost) == (2, 1, 2, ())
    assert _numbers(here, as_of) == before
    assert verify(here) == head
    assert rebuild(here).imported_again == 0
    assert _numbers(here, as_of) == before


def test_a_damaged_log_whose_file_is_not_kept_is_told(db: None, tmp_path: Path) -> None:
    from tests.kernel.ledger.ground import desk
    from tests.kernel.ledger.test_reading import ROWS, _import

    from giao.kernel.engagements.places import in_data
    from giao.kernel.ledger.rebuilding import rebuild

    here = desk()
    row = _import(here, ROWS, tmp_path)
    assert rebuild(here).lost == ()
    events = next(in_data(row.folder).rglob("events-0000.parquet"))
    events.write_bytes(events.read_bytes()[:-1])
    assert rebuild(here).lost == ("desk.csv",)
