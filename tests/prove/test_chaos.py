"""kill -9 during rebuild, month close and notification, and a disk that is full: counted once, closed once, one effect."""

from __future__ import annotations

import contextlib
import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from tests.kernel.backup.conftest import Installation, fresh

pytestmark = pytest.mark.prove

KILLS = 8


def start(there: Installation, script: str, *arguments: object, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", dedent(script), *map(str, arguments)],
        env=there.environment(**more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(process: subprocess.Popen[str], word: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == word:
            return
    assert process.stderr is not None
    raise AssertionError(process.stderr.read()[-3000:])


def kill(process: subprocess.Popen[Any]) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGKILL)
    process.wait()
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


PLANT_WORLD = """
    import json, sys
    from datetime import timedelta
    from pathlib import Path
    from giao.site.serve import prepare
    prepare()
    from django.utils import timezone
    from giao.kernel.engagements.scoping import everywhere
    from giao.kernel.jobs.inline import inline
    from tests.kernel.ledger.ground import event, recorded
    from tests.kernel.ledger.test_rebuild import _numbers, _world
    with everywhere("a proof plants its own world"), inline():
        here = _world(Path(sys.argv[1]))
        recorded(here, *(event(n, case=f"D{n % 40}") for n in range(100, 900)))
        as_of = timezone.now() + timedelta(minutes=1)
        numbers = _numbers(here, as_of)
        print(json.dumps({"slug": here.slug, "as_of": as_of.isoformat(), "numbers": str(sorted(numbers["kpis"])),
                          "log": list(numbers["log"]), "logs": len(numbers["logs"])}))
"""

REBUILD = """
    import sys
    from giao.site.serve import prepare
    prepare()
    from giao.kernel.engagements.models import Engagement
    from giao.kernel.engagements.scoping import everywhere
    from giao.kernel.ledger.rebuilding import rebuild
    from giao.kernel.ledger.sealing import seal
    with everywhere("a proof"):
        here = Engagement.objects.get(slug=sys.argv[1])
        print("ready", flush=True)
        while True:
            rebuild(here)
            seal(here)
"""

LOOK_WORLD = """
    import json, sys
    from datetime import datetime
    from giao.site.serve import prepare
    prepare()
    from giao.kernel.engagements.models import Engagement
    from giao.kernel.engagements.scoping import everywhere
    from giao.kernel.jobs.inline import inline
    from giao.kernel.ledger.models import Entry
    from giao.kernel.ledger.rebuilding import rebuild
    from giao.kernel.ledger.verify import verify
    from tests.kernel.ledger.test_rebuild import _numbers
    with everywhere("a proof"), inline():
        here = Engagement.objects.get(slug=sys.argv[1])
        lost = rebuild(here).lost
        numbers = _numbers(here, datetime.fromisoformat(sys.argv[2]))
        verdict = verify(here)
        rows = Entry.objects.filter(engagement=here).order_by("position").values_list("position", flat=True)
        print(json.dumps({"whole": verdict.whole, "lost": list(lost), "numbers": str(sorted(numbers["kpis"])),
                          "log": list(numbers["log"]), "logs": len(numbers["logs"]),
                          "gapless": list(rows) == list(range(1, len(rows) + 1))}))
"""


def test_a_rebuild_that_is_killed_anywhere_is_done_again_with_the_same_numbers(
    tmp_path: Path, database_url: str
) -> None:
    there = fresh(tmp_path, database_url)
    told = there.run(PLANT_WORLD, tmp_path)
    chance = random.Random(5)
    for _ in range(KILLS):
        process = start(there, REBUILD, told["slug"])
        try:
            wait_for(process, "ready")
            time.sleep(chance.uniform(0, 1.5))  # anywhere in the work
            assert process.poll() is None, process.communicate()[1][-2000:]
        finally:
            kill(process)
    found = there.run(LOOK_WORLD, told["slug"], told["as_of"])
    assert (found["whole"], found["gapless"], found["lost"]) == (True, True, [])
    assert {name: found[name] for name in ("numbers", "log", "logs")} == {
        name: told[name] for name in ("numbers", "log", "logs")
    }


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[str]]]:
    """(address, ids of the deliveries that came, repetitions too). It refuses one in three, after taking note of it."""
    came: list[str] = []
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            with lock:
                came.append(self.headers["Giao-Delivery"])
                number = len(came)
            self.send_response(500 if number % 3 == 1 else 200)
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook", came
    server.shutdown()
    thread.join()
    server.server_close()


PLANT_MONTH = """
    import json, sys
    from datetime import UTC, datetime
    from pathlib import Path
    from giao.site.serve import prepare
    prepare()
    from giao.kernel.engagements.scoping import everywhere
    from giao.kernel.jobs.inline import inline
    from giao.kernel.notifications.actions.make_webhook import make_webhook
    from giao.kernel.readings.queries import reading_for
    from tests.steps.ground_of_steps import person, small_engagement
    with everywhere("a proof plants its own world"), inline():
        made = small_engagement(Path(sys.argv[1]))
        made.engagement.as_of = datetime(2016, 3, 5, 12, 0, tzinfo=UTC)
        made.engagement.save()
        people = {side: person(side, getattr(made, side), f"{side}_manager") for side in ("client", "vendor")}
        for side, who in people.items():
            make_webhook(made.engagement, getattr(made, side), sys.argv[2], ["work_ready"], who)
        reading_for(made.engagement)
        print(json.dumps({"slug": made.engagement.slug, **{side: who.email for side, who in people.items()}}))
"""

CLOSE = """
    import sys
    from giao.site.serve import prepare
    prepare()
    from django.conf import settings
    from django.db import transaction
    from django.test import Client
    from giao.kernel.engagements.models import Engagement
    from giao.kernel.engagements.scoping import everywhere
    from giao.kernel.notifications.notify import notify
    from giao.kernel.parties.models import User
    from giao.steps.improve.closing.models import MonthClose
    slug, emails = sys.argv[1], sys.argv[2:4]
    settings.ALLOWED_HOSTS.append("testserver")
    address = f"/e/{slug}/statements/2016-02/close"
    print("ready", flush=True)
    with everywhere("a proof"):
        people = [User.objects.get(email=email) for email in emails]
        engagement = Engagement.objects.get(slug=slug)

    def act(who, what):
        client = Client()
        client.force_login(who)
        page = client.get(address).content.decode()
        if 'name="seen" value="' in page:
            client.post(address, {"act": what, "seen": page.split('name="seen" value="')[1].split('"')[0]})

    for who in people:
        act(who, "review")
    act(people[0], "close")
    with everywhere("a proof"):
        assert MonthClose.objects.filter(engagement=engagement, month="2016-02").exists()
        with transaction.atomic():
            notify(people, "work_ready", {"name": "2016-02"}, key="close:2016-02", engagement=engagement, link=f"/e/{slug}/")
    print("done", flush=True)
"""

LOOK_MONTH = """
    import json, sys
    from giao.site.serve import prepare
    prepare()
    from giao.kernel.audit.models import Act
    from giao.kernel.engagements.models import Engagement
    from giao.kernel.engagements.scoping import everywhere
    from giao.kernel.jobs.models import Job
    from giao.kernel.ledger.queries import reserved_entries
    from giao.kernel.ledger.sequence import sequence_all
    from giao.kernel.ledger.verify import verify
    from giao.kernel.notifications.models import Delivery, Notification
    from giao.steps.improve.closing.models import MonthClose
    with everywhere("a proof looks"):
        here = Engagement.objects.get(slug=sys.argv[1])
        sequence_all(here.pk)
        closes = [e for e in reserved_entries(here.pk) if e.type == "giao.decision.close"]
        print(json.dumps({
            "closes": MonthClose.objects.filter(engagement=here).count(), "decisions": len(closes),
            "acts": Act.objects.filter(engagement=here, what="close_month").count(),
            "whole": verify(here).whole, "told": Notification.objects.filter(engagement=here, template="work_ready").count(),
            "deliveries": sorted(str(row.pk) for row in Delivery.objects.filter(engagement=here)),
            "open": Job.objects.filter(state__in=("ready", "running")).count(),
            "dead": Job.objects.filter(state="dead").count(),
        }))
"""


def test_a_month_is_closed_once_and_told_once_however_often_everybody_is_killed(
    tmp_path: Path, database_url: str, receiver: tuple[str, list[str]]
) -> None:
    address, came = receiver
    there = fresh(tmp_path, database_url)
    more = {"GIAO_WEBHOOK_NETWORKS": "127.0.0.0/8"}
    done = subprocess.run(
        [sys.executable, "-c", dedent(PLANT_MONTH), str(tmp_path), address],
        env=there.environment(**more),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.strip().splitlines()[-1])
    chance = random.Random(9)

    def worker() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "giao.site.work"],
            env=there.environment(**more),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    works, finished = worker(), False
    try:
        for attempt in range(KILLS + 30):
            process = start(there, CLOSE, told["slug"], told["client"], told["vendor"], **more)
            try:
                wait_for(process, "ready")
                if attempt < KILLS:
                    time.sleep(chance.uniform(0, 3))
                    if attempt % 2:
                        kill(works)
                        works = worker()
                else:
                    finished = process.wait(timeout=120) == 0
            finally:
                kill(process)
            if finished:
                break
        assert finished
        kill(works)
        works = worker()
        until = time.monotonic() + 240
        found = there.run(LOOK_MONTH, told["slug"])
        while (found["open"] or len(set(came)) < 2) and time.monotonic() < until:
            time.sleep(1)
            found = there.run(LOOK_MONTH, told["slug"])
    finally:
        kill(works)
    assert (found["closes"], found["decisions"], found["acts"]) == (1, 1, 1)
    assert found["whole"]
    assert found["told"] == 2, "each of the two was told once"
    assert sorted(set(came)) == found["deliveries"], (
        "each webhook's one message came, always under its one id"
    )
    assert len(found["deliveries"]) == 2
    assert (found["open"], found["dead"]) == (0, 0)


FULL = """
    import json, resource, signal, sys
    from giao.site.serve import prepare
    prepare()
    from pathlib import Path
    from django.conf import settings
    from django.db import DatabaseError, connection
    from giao.kernel.engagements.scoping import everywhere
    from giao.kernel.files.models import StoredFile
    from giao.kernel.files.store import store_file
    from giao.kernel.ledger.accept import accept
    from giao.kernel.ledger.models import Entry
    from giao.kernel.ledger.sequence import sequence_all
    from giao.kernel.ledger.verify import verify
    from tests.kernel.ledger.ground import desk, event, recorded
    from giao.kernel.jobs.inline import inline
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with everywhere("a proof"), inline():
        here = desk()
        recorded(here, event(1))
        store_file(here, "before.txt", [b"before"])
        said, accepted, refused, number = [], 1, 0, 2
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))  # as a disk that takes no more
        try:
            store_file(here, "large.txt", [b"x" * 100_000] * 10)
        except OSError as error:
            said.append(type(error).__name__)
        if connection.vendor == "sqlite":
            while not refused and number < 20_000:
                batch = [event(n, content={"note": "x" * 200}) for n in range(number, number + 50)]
                number += 50
                try:
                    accepted += accept(here, batch, "proof").accepted
                except DatabaseError as error:
                    refused += 1
                    said.append(type(error).__name__)
                    connection.close()
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        drafts = [str(place) for place in (Path(settings.DATA) / "files").rglob(".draft-*")]
        recovered = accept(here, [event(900_000 + n) for n in range(50)], "proof").accepted
        store_file(here, "large.txt", [b"x" * 100_000] * 10)
        sequence_all(here.pk)
        verdict = verify(here)
        rows = list(Entry.objects.filter(engagement=here).order_by("position").values_list("position", flat=True))
        print(json.dumps({
            "said": said, "accepted": accepted, "refused": refused, "recovered": recovered, "drafts": drafts,
            "entries": len(rows), "gapless": rows == list(range(1, len(rows) + 1)), "whole": verdict.whole,
            "files": sorted(StoredFile.objects.filter(engagement=here).values_list("name", flat=True)),
        }))
"""


def test_a_full_disk_refuses_and_after_it_all_goes_on(tmp_path: Path, database_url: str) -> None:
    """The limit of a file's size stands for the disk: the system's calls fail as they fail on a full one."""
    there = fresh(tmp_path, database_url)
    found = there.run(FULL)
    assert found["said"][0] == "OSError"
    assert found["drafts"] == []
    if not there.url:
        assert found["refused"] == 1
        assert found["said"][1] in ("OperationalError", "DatabaseError")
    assert found["recovered"] == 50
    assert found["entries"] == found["accepted"] + 50, "what was refused is not there, what was accepted is"
    assert (found["gapless"], found["whole"]) == (True, True)
    assert found["files"] == ["before.txt", "large.txt"]


BACK = """
    import json, time
    from giao.site.serve import prepare
    prepare()
    from giao.kernel.engagements.scoping import everywhere
    from giao.kernel.ledger import accept as room
    from giao.kernel.ledger.errors import ClockBehind
    from giao.kernel.ledger.verify import verify
    from tests.kernel.ledger.ground import desk, event, recorded
    with everywhere("a proof"):
        here, real = desk(), time.time_ns
        recorded(here, event(1))
        time.time_ns = lambda: real() - 3_600_000_000_000
        said = ""
        try:
            recorded(here, event(2))
        except ClockBehind as error:
            said = str(error)
        time.time_ns = real
        recorded(here, event(2))
        verdict = verify(here)
        print(json.dumps({"said": said, "whole": verdict.whole, "entries": verdict.entries}))
"""


def test_a_clock_set_back_refuses_and_after_it_all_goes_on(tmp_path: Path, database_url: str) -> None:
    found = fresh(tmp_path, database_url).run(BACK)
    assert "clock" in found["said"]
    assert (found["whole"], found["entries"]) == (True, 2)
