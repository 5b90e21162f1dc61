"""The seam: parts in any order, on any runner, give what the explorer gives."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.core.mining.logs import log_of, some_cases
from tests.reference.mining import Cases

from giao.core.engine import Again, Batch, Descriptor, descriptors, run
from giao.core.engine.local import map_piece
from giao.core.log import LogMapping, LogUnreadable, import_log
from giao.core.mining import explore
from giao.core.mining.analyses import MapAnalysis, VariantAnalysis

DATA = Path(__file__).parents[2] / "data" / "logs"
FEW = settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("log") / "loans"
    import_log(DATA / "loanapp.csv.gz", place, LogMapping(zone="Asia/Ho_Chi_Minh"))
    return place


def wanted(folder: Path) -> tuple[pl.DataFrame, dict[tuple[str, ...], int]]:
    explorer = explore(folder)
    columns = ["source", "target", "events", "cases", "mean", "median", "p95", "least", "most"]
    arcs = explorer.map().arcs.select(columns).sort("source", "target")
    ways = {tuple(row["activities"]): row["cases"] for row in explorer.variants().frame.to_dicts()}
    return arcs, ways


@pytest.mark.parametrize("piece_events", [1, 100, 1_000, 10**9])
@pytest.mark.parametrize("workers", [1, 3])
def test_pieces_and_workers_are_no_matter(folder: Path, piece_events: int, workers: int) -> None:
    pieces = descriptors(folder, piece_events=piece_events)
    assert sum(piece.events for piece in pieces) == 7_492
    assert sum(piece.cases for piece in pieces) == 1_000
    arcs, ways = wanted(folder)
    if piece_events > 1 or workers == 1:
        assert run(MapAnalysis(), pieces[:], workers=workers).equals(arcs)
    found = run(VariantAnalysis(), pieces, workers=workers)
    assert {tuple(row["activities"]): row["cases"] for row in found.to_dicts()} == ways


@FEW
@given(some_cases(starts=False), st.randoms(use_true_random=False))
def test_merging_in_any_order_and_grouping_is_no_matter(
    tmp_path_factory: pytest.TempPathFactory, cases: Cases, chance: Any
) -> None:
    place = tmp_path_factory.mktemp("any")
    log_of(cases, starts=False).to_csv(place / "log.csv")
    import_log(place / "log.csv", place / "log", LogMapping(sequence=None))
    pieces = descriptors(place / "log", piece_events=1)
    for analysis in (MapAnalysis(), VariantAnalysis()):
        partials: list[Any] = [map_piece(analysis, piece) for piece in pieces]
        whole = reduce(analysis.merge, partials, analysis.empty())
        while len(partials) > 1:
            one = partials.pop(chance.randrange(len(partials)))
            other = partials.pop(chance.randrange(len(partials)))
            partials.append(analysis.merge(one, other))
        assert partials[0] == whole
        assert isinstance(analysis.finish(whole), Again | pl.DataFrame)
    arcs, _ = wanted(place / "log")
    assert run(MapAnalysis(), pieces).equals(arcs)


def test_a_log_that_changed_is_not_read_as_if_it_had_not(folder: Path) -> None:
    piece = descriptors(folder)[0]
    other = Descriptor(piece.folder, piece.file, "0" * 64, 0, piece.events, 0, piece.cases)
    with pytest.raises(LogUnreadable, match="describe the log again"):
        run(VariantAnalysis(), [other])


@dataclass(frozen=True)
class Dying:
    """Counts events; the first process that maps the second piece dies once."""

    mark: str

    @property
    def columns(self) -> tuple[str, ...]:
        return ("activity",)

    def empty(self) -> int:
        return 0

    def map(self, batch: Batch) -> int:
        if batch.first_case and not os.path.exists(self.mark):
            Path(self.mark).write_text("died", encoding="utf-8")
            os._exit(9)
        return len(batch.columns["activity"])

    def merge(self, one: int, other: int) -> int:
        return one + other

    def finish(self, partial: int) -> int:
        return partial


def test_a_worker_that_dies_changes_no_number(folder: Path, tmp_path: Path) -> None:
    pieces = descriptors(folder, piece_events=2_500)
    assert run(Dying(str(tmp_path / "mark")), pieces, workers=2, how="processes") == 7_492
    assert (tmp_path / "mark").exists()
