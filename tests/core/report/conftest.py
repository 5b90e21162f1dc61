"""A small evaluation whose log is hostile on purpose; and the agreement that holds one of every part."""

from __future__ import annotations

from pathlib import Path

import pytest

from giao.core.agreement.context import zone_of
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.evaluate import Evaluation, evaluate
from giao.core.agreement.facts import load_facts, to_us
from giao.core.agreement.load import load_agreement
from giao.core.log import read_log

DATA = Path(__file__).parents[2] / "data" / "agreements"


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    """tests/data/agreements/desk.* as of 2 May 2024."""
    patch = pytest.MonkeyPatch()
    patch.setenv("GIAO_CACHE", str(tmp_path_factory.mktemp("cache")))
    versions = load_agreement(DATA / "desk.yaml")
    zone = zone_of(versions[0])
    facts = load_facts(DATA / "desk.facts.yaml", zone)
    found = evaluate(
        read_log(DATA / "desk.csv"), versions, facts=facts, as_of=to_us("2024-05-02T18:00", zone)
    )
    patch.undo()
    return found


@pytest.fixture(scope="session")
def everything() -> Agreement:
    """One agreement with every kind of clock, relief, service level, credit term and charge line."""
    return load_agreement(DATA / "everything.yaml")[0]
