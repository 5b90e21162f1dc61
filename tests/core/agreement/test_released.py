"""A reading that nobody holds is gone at once: a log of ten million events must not wait for the collector."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

from giao.core.agreement.context import zone_of
from giao.core.agreement.evaluate import evaluate
from giao.core.agreement.facts import load_facts
from giao.core.agreement.load import load_agreement
from giao.core.log import read_log

DATA = Path(__file__).parents[2] / "data" / "agreements"


def test_a_reading_holds_no_circle() -> None:
    versions = load_agreement(DATA / "desk.yaml")
    facts = load_facts(DATA / "desk.facts.yaml", zone_of(versions[0]))
    reading = evaluate(read_log(DATA / "desk.csv"), versions, facts=facts)
    held = [weakref.ref(part) for part in (reading, reading.matcher, reading.inputs.log, reading.kpis)]
    gc.disable()
    try:
        del reading
        assert [part() for part in held] == [None] * len(held)
    finally:
        gc.enable()
