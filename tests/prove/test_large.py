"""A CSV of two gigabytes under a memory limit: every row accounted for, nothing left on the disk."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from tests.prove.commands import environment

from giao.core.log import open_log

pytestmark = pytest.mark.prove

SLICE = 1_000_000
OPEN_CASES, EVENTS_A_CASE = 50_000, 8
ACTIVITIES = 25
LEAST_BYTES = 2 * 10**9
MEMORY = 2**30


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Removed at once afterwards: pytest would keep gigabytes for a while."""
    yield tmp_path
    shutil.rmtree(tmp_path)


def rows(begin: int) -> pl.DataFrame:
    """A million events in order of time, fifty thousand cases open at once, each with eight of them."""
    at = pl.int_range(begin, begin + SLICE, eager=True).alias("at").to_frame()
    window = OPEN_CASES * EVENTS_A_CASE
    case = pl.col("at") // window * OPEN_CASES + pl.col("at") % OPEN_CASES
    return at.select(
        case_id=pl.format("case-{}", case.cast(pl.String).str.zfill(9)),
        activity=pl.format("Activity number {}", pl.col("at") // OPEN_CASES % ACTIVITIES),
        timestamp=pl.from_epoch(1_600_000_000 + pl.col("at")).dt.strftime("%Y-%m-%d %H:%M:%S+00:00"),
        resource=pl.format("res_{}", pl.col("at") * 7 % 240),
        amount=pl.format("{}.{}", case % 9_000, (case % 90 + 10).cast(pl.String)),
        note=pl.format("n{}", pl.col("at") * 2_654_435_761 % 4_294_967_296),
    )


def write(path: Path) -> tuple[int, int]:
    """The file, with every 100,000th row twice and a row without time in each slice; rows and events in it."""
    events = begin = 0
    with path.open("wb") as file:
        while file.tell() < LEAST_BYTES:
            part = rows(begin)
            part.write_csv(file, include_header=begin == 0)
            part.gather_every(100_000).write_csv(file, include_header=False)
            file.write(b"case-x,Activity number 1,,res_1,1.50,n\n")
            begin += SLICE
            events += part.height
    return events + begin // SLICE * 11, events


def test_two_gigabytes_in_one(folder: Path) -> None:
    total, events = write(folder / "large.csv")
    command = [
        sys.executable,
        "-m",
        "giao",
        "import",
        str(folder / "large.csv"),
        str(folder / "log"),
        "--json",
        "-q",
    ]
    with (folder / "out.json").open("wb") as out:
        running = subprocess.Popen([*command, "--memory", str(MEMORY)], stdout=out, env=environment())
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    assert running.returncode == 0
    told = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    slices = events // SLICE
    assert told["events"] == events
    assert told["cases"] == len({*range(0, events, EVENTS_A_CASE)})
    assert told["activities"] == ACTIVITIES
    assert told["rejected"] == {"duplicate": 10 * slices, "no_time": slices}
    assert told["events"] + sum(told["rejected"].values()) == total
    peak = used.ru_maxrss * 1024
    print(f"{events:,} events, peak {peak / 2**30:.2f} GiB")
    assert peak <= MEMORY
    assert sorted(path.name for path in folder.iterdir()) == ["large.csv", "log", "out.json"]
    log = open_log(folder / "log")
    assert log.n_events == events
    first = log.case_events(log.case_ids[0])
    assert first["time"].is_sorted()
    assert first.height == EVENTS_A_CASE
