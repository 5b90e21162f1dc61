"""kill -9 while a reading is written, and many at once: what opens is whole, or nothing opens."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import dedent

import polars as pl
import pytest
from tests.prove.commands import environment, giao
from tests.prove.shared import PROJECT

from giao.core.agreement.errors import AgreementError
from giao.core.agreement.store import SUMMARY, open_reading
from giao.core.log import LogError, open_log

pytestmark = pytest.mark.prove

DATA = PROJECT / "tests/data/agreements"
READING = (DATA / "desk.csv", DATA / "desk.yaml", "--facts", DATA / "desk.facts.yaml")
EARLY, LATE = "2024-03-04", "2024-05-02T18:00"
KILLS = 25


def started_early_and_late(cache: Path) -> tuple[int, int]:
    """Clocks started by the two instants: how to tell one reading's tables from the other's."""
    found = []
    for text in (EARLY, LATE):
        told = giao("evaluate", *READING, "--as-of", text, "--json", "-q", cache=cache).json
        found.append(told["clocks"][0]["started"])
    assert found[0] != found[1]
    return found[0], found[1]


WRITER = """
    import sys
    from giao import evaluate, load_agreement, load_facts, read_log
    from giao.core.agreement.context import zone_of
    from giao.core.agreement.facts import to_us
    from giao.core.agreement.store import save_reading, write_parquet
    from datetime import datetime
    kind, folder, log, agreement, facts = sys.argv[1:6]
    versions = load_agreement(agreement)
    zone = zone_of(versions[0])
    readings = [
        evaluate(read_log(log), versions, facts=load_facts(facts, zone), as_of=to_us(datetime.fromisoformat(at), zone))
        for at in sys.argv[6:]
    ]
    print("ready", flush=True)
    write = save_reading if kind == "save_reading" else write_parquet
    while True:
        for reading in readings:
            write(reading, folder)
"""


@pytest.mark.parametrize("kind", ["save_reading", "write_parquet"])
def test_no_half_written_reading_is_ever_opened(kind: str, tmp_path: Path) -> None:
    """A writer that replaces one reading by another without pause, killed at random instants, watched meanwhile."""
    started = started_early_and_late(tmp_path / "cache")
    folder = tmp_path / "reading"
    arguments = [
        kind,
        folder,
        DATA / "desk.csv",
        DATA / "desk.yaml",
        DATA / "desk.facts.yaml",
        EARLY + "T23:59:59",
        LATE,
    ]
    opened = 0
    chance = random.Random(7)
    for _ in range(KILLS):
        writer = subprocess.Popen(
            [sys.executable, "-c", dedent(WRITER), *map(str, arguments)],
            stdout=subprocess.PIPE,
            env={**environment(), "XDG_CACHE_HOME": str(tmp_path / "cache")},
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
        time.sleep(chance.uniform(0.0, 0.12))
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        opened += is_whole(folder, started)
    assert opened >= KILLS // 4
    giao("evaluate", *READING, "--as-of", LATE, "--parquet", folder, "-q", cache=tmp_path / "cache")
    assert is_whole(folder, started)


def is_whole(folder: Path, started: tuple[int, int]) -> bool:
    """True where a reading opens and its tables belong to its summary; False where none opens."""
    if not (folder / SUMMARY).exists():
        with pytest.raises(AgreementError, match="no reading"):
            open_reading(folder)
        return False
    found = open_reading(folder)
    told = found.summary["clocks"][0]["started"]
    assert told in started
    assert found.clocks.collect().height == told
    assert set(found.members.collect()["kpi"]) <= {kpi["kpi"] for kpi in found.summary["kpis"]}
    assert found.cases.collect().height == found.summary["log"]["cases"]
    return True


def test_kills_during_the_command(tmp_path: Path) -> None:
    """`giao evaluate --parquet` killed anywhere in its life, over a reading that stands: the old one, or none."""
    started = started_early_and_late(tmp_path / "cache")
    folder = tmp_path / "out"
    giao("evaluate", *READING, "--as-of", EARLY, "--parquet", folder, "-q", cache=tmp_path / "cache")
    assert is_whole(folder, started)
    chance = random.Random(11)
    for _ in range(KILLS):
        running = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "giao",
                "evaluate",
                *map(str, READING),
                "--as-of",
                LATE,
                "--parquet",
                str(folder),
                "-q",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**environment(), "XDG_CACHE_HOME": str(tmp_path / "cache")},
        )
        time.sleep(chance.uniform(0.3, 1.6))
        running.kill()
        running.wait()
        is_whole(folder, started)
    answer = giao("evaluate", *READING, "--as-of", LATE, "--parquet", folder, "-q", cache=tmp_path / "cache")
    assert answer.code == 0, answer.err
    assert is_whole(folder, started)


def test_kills_during_an_import(tmp_path: Path) -> None:
    """An import over a log that stands, killed anywhere: the old log or the new one, whole, and the next import works."""
    rows = pl.DataFrame(
        {"case": [f"c{n // 4}" for n in range(200_000)], "activity": ["A", "B", "C", "D"] * 50_000}
    )
    rows = rows.with_columns(
        (pl.datetime(2024, 1, 1) + pl.duration(seconds=pl.int_range(200_000)))
        .dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        .alias("time")
    )
    rows.write_csv(tmp_path / "large.csv")
    rows.head(400).write_csv(tmp_path / "small.csv")
    folder = tmp_path / "log"
    assert giao("import", tmp_path / "small.csv", folder, "-q").code == 0
    chance = random.Random(13)
    for _ in range(KILLS):
        running = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "giao",
                "import",
                str(tmp_path / "large.csv"),
                str(folder),
                "--replace",
                "-q",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment(),
        )
        time.sleep(chance.uniform(0.2, 1.5))
        running.kill()
        running.wait()
        try:
            log = open_log(folder, verify=True)
        except LogError:
            continue
        assert log.events().height in (400, 200_000)
    assert giao("import", tmp_path / "large.csv", folder, "--replace", "-q").code == 0
    assert open_log(folder, verify=True).n_events == 200_000


def test_many_at_once_on_one_file(tmp_path: Path) -> None:
    """Four processes read the same file for the first time, into one cache and one folder: all say the same."""

    def one(number: int) -> str:
        answer = giao("evaluate", *READING, "--as-of", LATE, "--json", "-q", "--parquet", tmp_path / "out",
                      "--html", tmp_path / "report.html", cache=tmp_path / "cache")  # fmt: skip
        assert answer.code == 0, (number, answer.err)
        return answer.out

    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(one, range(8)))
    assert len(found) == 1
    assert open_reading(tmp_path / "out").clocks.collect().height > 0
    assert (tmp_path / "report.html").read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "cases.parquet", "clocks.parquet", "members.parquet", SUMMARY]  # fmt: skip
