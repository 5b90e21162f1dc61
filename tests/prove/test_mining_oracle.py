"""Map, variants, durations, rework and handover beside PM4Py, on every shared log: counts exactly, times to 1e-6.

PM4Py (AGPL) runs in the environment of the peers, as a program of its own; nothing of giao imports it. It gets the rows
that giao read, in their order, so that what is compared are definitions, not readers.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.prove.shared import shared
from tests.prove.test_logs import OTHER_KINDS, ZONES

from giao.core.log import LogMapping
from giao.core.mining import explore

pytestmark = pytest.mark.prove

LOGS = sorted(
    f"{folder}/{path.name}"
    for folder in ("open", "noncommercial")
    for path in (shared("logs", folder).iterdir() if "GIAO_PEERS" in os.environ else ())
    if not path.name.startswith(OTHER_KINDS)
)

ORACLE = """
import json, sys, warnings
warnings.filterwarnings("ignore")  # the peer talks about its own dependencies; only what is printed is compared
import pandas, polars, pm4py
frame = polars.read_parquet(sys.argv[1])
log = pandas.DataFrame({"case:concept:name": frame["case"].to_list(), "concept:name": frame["activity"].to_list(),
    "org:resource": frame["resource"].to_list()})
log["time:timestamp"] = pandas.to_datetime(frame["time"].to_numpy(), unit="us", utc=True)
log = pm4py.format_dataframe(log)
dfg, starts, ends = pm4py.discover_dfg(log)
slow = pm4py.discover_performance_dfg(log)[0]
print(json.dumps({
    "arcs": [[a, b, n, slow[a, b]["mean"], slow[a, b]["median"], slow[a, b]["min"], slow[a, b]["max"]] for (a, b), n in dfg.items()],
    "starts": starts, "ends": ends,
    "variants": [[list(way), n if isinstance(n, int) else len(n)] for way, n in pm4py.get_variants(log).items()],
    "lasting": sorted(pm4py.get_all_case_durations(log)),
    "rework": pm4py.get_rework_cases_per_activity(log),
}))
"""


def peers() -> str:
    python = os.environ.get("GIAO_PEERS", "")
    if not python:
        pytest.fail(
            "PM4Py is not there. `python dev.py prove` sets up the environment of the peers; else name its Python with GIAO_PEERS.",
            pytrace=False,
        )
    return python


def test_the_peers_are_there() -> None:
    assert Path(peers()).exists()
    assert LOGS


@pytest.mark.parametrize("name", LOGS)
def test_the_same_numbers_as_pm4py(name: str, tmp_path: Path) -> None:
    mine = explore(shared("logs", *name.split("/")), LogMapping(zone=ZONES.get(name)), lifecycle="complete")
    # Rows with a start are told as completions: PM4Py orders such rows by start, giao by completion.
    log = mine.selection.ground.log
    names = [name for name in ("case", "activity", "time", "resource") if name in log.columns]
    frame = log.events(names).with_columns(
        case=log.case_ids.gather(pl.Series(log.case_codes())),
        activity=pl.col("activity").cast(pl.String),
        time=pl.col("time").dt.timestamp("us"),
        resource=pl.col("resource").cast(pl.String) if "resource" in names else pl.lit("-"),
    )
    frame.select("case", "activity", "time", "resource").write_parquet(tmp_path / "rows.parquet")
    said = subprocess.run(
        [peers(), "-c", ORACLE, str(tmp_path / "rows.parquet")], capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stderr[-2_000:]
    wanted: dict[str, Any] = json.loads(said.stdout.splitlines()[-1])
    found = mine.map()
    arcs = {(row["source"], row["target"]): row for row in found.arcs.to_dicts()}
    assert {key: row["events"] for key, row in arcs.items()} == {(a, b): n for a, b, n, *_ in wanted["arcs"]}
    for one, other, _, *times in wanted["arcs"]:
        row = arcs[one, other]
        ours = [row[column].total_seconds() for column in ("mean", "median", "least", "most")]
        assert ours == pytest.approx(times, rel=1e-6, abs=1e-6), (one, other)
    activities = found.activities.to_dicts()
    assert {row["activity"]: row["starts"] for row in activities if row["starts"]} == wanted["starts"]
    assert {row["activity"]: row["ends"] for row in activities if row["ends"]} == wanted["ends"]
    ways = {tuple(row["activities"]): row["cases"] for row in mine.variants(times=False).frame.to_dicts()}
    assert ways == {tuple(way): count for way, count in wanted["variants"]}
    rework = {
        row["activity"]: row["rework_cases"] for row in mine.rework().frame.to_dicts() if row["rework_cases"]
    }
    assert rework == {name: count for name, count in wanted["rework"].items() if count}
    if "start" not in log.columns:
        lasting = sorted((mine.throughput().values_us / 1_000_000).tolist())
        assert lasting == pytest.approx(wanted["lasting"], rel=1e-6, abs=1e-6)
