"""Installations of their own for backup and restore: a data folder and a database each, worked on by other processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from textwrap import dedent
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

ROOT = Path(__file__).resolve().parents[3]
PASSPHRASE = "five quiet words of rice"
_number = count(1)


@dataclass(frozen=True)
class Installation:
    data: Path
    url: str

    def environment(self, **more: str) -> dict[str, str]:
        return {
            **os.environ,
            "GIAO_DATA": str(self.data),
            "GIAO_DATABASE_URL": self.url,
            "DJANGO_SETTINGS_MODULE": "giao.site.settings",
            "GIAO_LANG": "en",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            **more,
        }

    def run(self, script: str, *arguments: object) -> Any:
        """The last line that the script prints, as JSON."""
        done = subprocess.run(
            [sys.executable, "-c", dedent(script), *map(str, arguments)],
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-4000:]
        return json.loads(done.stdout.strip().splitlines()[-1])

    def giao(self, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "giao", *map(str, arguments)],
            env=self.environment(**more),
            capture_output=True,
            text=True,
            check=False,
        )

    def holds(self) -> dict[str, int]:
        """Files of the data folder with their sizes, but for what any start of the program makes."""
        made = ("static", "metrics", "secret-key", "stored-form", "giao.sqlite3-wal", "giao.sqlite3-shm")
        return {
            place.relative_to(self.data).as_posix(): place.stat().st_size
            for place in self.data.rglob("*")
            if place.is_file() and place.relative_to(self.data).parts[0] not in made
        }


def fresh(folder: Path, database_url: str, *, sqlite: bool = False) -> Installation:
    """An empty data folder with an empty database: of the kind that the tests run on, or SQLite."""
    data = folder / f"data-{next(_number)}"
    data.mkdir()
    if sqlite or not database_url:
        return Installation(data, "")
    import psycopg

    name = f"backup_{os.getpid()}_{next(_number)}"
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    parts = urlsplit(database_url)
    return Installation(data, urlunsplit(parts._replace(path=f"/{name}")))


PLANT = """
import json, sys, threading
from datetime import timedelta
from pathlib import Path
from giao.site.serve import prepare
prepare()
from django.db import connection
from django.utils import timezone
from giao.kernel.backup.take import take_backup
from giao.kernel.engagements.scoping import everywhere
from giao.kernel.files.store import store_file
from giao.kernel.jobs.inline import inline
from giao.kernel.ledger.queries import position
from giao.kernel.ledger.models import Batch
from tests.kernel.ground import person
from tests.kernel.ledger.ground import desk, event, recorded
from tests.kernel.ledger.test_rebuild import _numbers, _world

file, folder, passphrase = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
with everywhere("a test plants its own world"), inline():
    still, busy = _world(folder), desk()
    store_file(still, "letter.txt", ["Kính gửi ông An".encode()])
    as_of = timezone.now() + timedelta(minutes=1)
    numbers = _numbers(still, as_of)
    recorded(busy, *(event(n, case=f"C{n % 7}", attributes={"claimant": f"An {n}"}) for n in range(60)))
    began, stop = position(busy.pk), threading.Event()

    def stream():
        with everywhere("events that come in meanwhile"):
            number = 1000
            while not stop.is_set():
                recorded(busy, event(number, case=f"C{number % 7}", attributes={"claimant": "Bình"}))
                number += 1
            connection.close()

    thread = threading.Thread(target=stream)
    thread.start()
    waited = []

    def so_far():
        # on a connection of its own: that of the backup sees one moment only
        found = []

        def ask():
            with everywhere("how far the stream is"):
                found.append(position(busy.pk))
            connection.close()

        asking = threading.Thread(target=ask)
        asking.start()
        asking.join()
        return found[0]

    def progress(what, part):
        # between two tables, and while files are copied, events really come in
        if waited.count(what) < 3:
            waited.append(what)
            before = so_far()
            while so_far() <= before:
                pass

    taken = take_backup(file, progress, passphrase=passphrase)
    stop.set()
    thread.join()
    print(json.dumps({
        "still": str(still.pk), "busy": str(busy.pk), "as_of": as_of.isoformat(),
        "numbers": json.dumps(numbers, sort_keys=True, default=lambda v: sorted(map(str, v)) if isinstance(v, set) else str(v)),
        "began": began, "ended": position(busy.pk), "waited": waited, "with_keys": taken.with_keys,
        "hashes": {row.last: row.hash for row in Batch.objects.filter(engagement=busy)},
    }))
"""


@dataclass(frozen=True)
class Source:
    installation: Installation
    file: Path
    told: dict[str, Any]


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Source:
    """A backup that was taken while events streamed in, with its keys under `PASSPHRASE`."""
    folder = tmp_path_factory.mktemp("backup")
    here = fresh(folder, database_url)
    file = folder / "giao.zip"
    return Source(here, file, here.run(PLANT, file, folder, PASSPHRASE))


@pytest.fixture(scope="session")
def passphrase_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("secret") / "passphrase"
    place.write_text(PASSPHRASE + "\n", encoding="utf-8")
    return place
