"""Files that systems hand in: by the address with a token, or by the watched folder; read as the last one was."""

from __future__ import annotations

import json
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

MARCH = b"case,activity,time\nD1,Opened,2016-03-01 09:00:00\nD1,Resolved,2016-03-01 10:00:00\n"
MAPPING = {"case": "case", "activity": "activity", "time": "time", "zone": "Europe/Amsterdam"}


class Hand:
    """A system of the vendor with a token for logs."""

    def __init__(self, client: Any, made: Any, *scopes: str) -> None:
        from django.utils import timezone

        from giao.kernel.identity.actions.make_service_account import make_service_account
        from giao.kernel.identity.tokens import issue_token

        account = make_service_account(made.vendor, f"ETL {len(scopes)}")
        ends = timezone.now() + timedelta(days=1)
        self.token, secret = issue_token(account, scopes or ("logs:write",), ends)
        self.headers = {"Authorization": f"Bearer {secret}"}
        self.client, self.url = client, f"/api/v1/engagements/{made.engagement.slug}/files"

    def post(self, body: bytes, name: str = "march.csv", **query: str) -> Any:
        asked = "".join(f"&{key}={quote(value)}" for key, value in query.items())
        return self.client.post(
            f"{self.url}?name={quote(name)}{asked}", body, content_type="text/csv", headers=self.headers
        )

    def get(self, identifier: str) -> Any:
        return self.client.get(f"{self.url}/{identifier}", headers=self.headers)


def _desk(tmp_path: Path, *, with_log: bool = False) -> Any:
    from tests.steps.ground_of_steps import small_engagement

    return small_engagement(tmp_path, with_log=with_log)


def test_the_first_file_says_its_mapping_and_the_next_is_read_like_it(client: Any, tmp_path: Path) -> None:
    from django.test import TestCase

    from giao.kernel.engagements.queries import current_log
    from giao.kernel.files.models import StoredFile
    from giao.kernel.ledger.reading import log_of

    made = _desk(tmp_path)
    hand = Hand(client, made)
    with TestCase.captureOnCommitCallbacks(execute=True):
        first = hand.post(MARCH, mapping=json.dumps(MAPPING))
    assert first.status_code == 202, first.content
    assert hand.get(first.json()["id"]).json()["state"] == "ready"
    with TestCase.captureOnCommitCallbacks(execute=True):
        second = hand.post(MARCH.replace(b"D1", b"D2").replace(b"-03-", b"-04-"), "april.csv")
    said = hand.get(second.json()["id"]).json()
    assert (said["state"], said["events"], said["error"]) == ("ready", 2, "")
    log = log_of(made.engagement)
    row = current_log(made.engagement)
    assert log is not None
    assert row is not None
    assert (log.n_cases, log.n_events, row.mapping["zone"]) == (2, 4, "Europe/Amsterdam")
    kept = StoredFile.objects.filter(engagement=made.engagement)
    assert {file.name for file in kept} == {"march.csv", "april.csv"}
    uploads = (
        made.engagement
        and Path(os.environ["GIAO_DATA"]) / "engagements" / str(made.engagement.pk) / "uploads"
    )
    assert [place for place in uploads.rglob("*") if place.is_file()] == [], "nothing stays in the clear"


def test_an_appended_import_is_rebuilt_from_the_kept_files(client: Any, tmp_path: Path) -> None:
    import shutil

    from giao.kernel.engagements.places import folder_of
    from giao.kernel.ledger.reading import log_of
    from giao.kernel.ledger.rebuilding import rebuild

    made = _desk(tmp_path)
    hand = Hand(client, made)
    hand.post(MARCH, mapping=json.dumps(MAPPING))
    hand.post(MARCH.replace(b"D1", b"D2"), "april.csv")
    before = log_of(made.engagement)
    shutil.rmtree(folder_of(made.engagement, "logs"))
    assert rebuild(made.engagement).lost == ()
    after = log_of(made.engagement)
    assert before is not None
    assert after is not None
    assert after.hash == before.hash


def test_a_file_that_cannot_be_read_says_what_is_missing(client: Any, tmp_path: Path) -> None:
    from giao.kernel.engagements.models import LogImport

    made = _desk(tmp_path)
    hand = Hand(client, made)
    answer = hand.post(MARCH)
    assert answer.status_code == 202
    said = hand.get(answer.json()["id"]).json()
    assert said["state"] == "failed"
    assert "zone" in said["error"]
    assert LogImport.objects.filter(engagement=made.engagement).count() == 0


@pytest.mark.parametrize(
    ("body", "name", "query", "status"),
    [
        (MARCH, "", {}, 400),
        (MARCH, "march.exe", {}, 415),
        (b"", "march.csv", {}, 400),
        (MARCH, "march.csv", {"mapping": "{"}, 400),
        (MARCH, "march.csv", {"mapping": '{"nonsense": 1}'}, 400),
    ],
)
def test_what_is_no_file_is_a_problem_and_stays_nowhere(
    client: Any, tmp_path: Path, body: bytes, name: str, query: Any, status: int
) -> None:
    from giao.steps.identify.logs.models import Upload

    made = _desk(tmp_path)
    answer = Hand(client, made).post(body, name, **query)
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert Upload.objects.filter(engagement=made.engagement).count() == 0


def test_a_file_needs_a_token_with_its_scope_here(client: Any, tmp_path: Path) -> None:
    made, other = _desk(tmp_path), _desk(tmp_path / "other")
    wrong = Hand(client, made, "events:write")
    assert wrong.post(MARCH).status_code == 403
    right, theirs = Hand(client, made), Hand(client, other)
    known = right.post(MARCH, mapping=json.dumps(MAPPING)).json()["id"]
    assert right.get(known).status_code == 200
    assert theirs.get(known).status_code == 404
    theirs.url = right.url
    assert theirs.get(known).status_code == 403


def _drop(engagement: Any, name: str, body: bytes) -> Path:
    from giao.steps.identify.logs.dropping import drop_folder

    place = drop_folder(engagement) / name
    place.write_bytes(body)
    return place


def test_a_file_in_the_watched_folder_is_imported_once_it_rests(client: Any, tmp_path: Path) -> None:
    from giao.kernel.ledger.reading import log_of
    from giao.steps.identify.logs.dropping import look_into

    made = _desk(tmp_path)
    Hand(client, made).post(MARCH, mapping=json.dumps(MAPPING))
    place = _drop(made.engagement, "april.csv", MARCH.replace(b"D1", b"D2"))
    assert look_into(made.engagement) == [], "it may still be written"
    (upload,) = look_into(made.engagement, now=time.time() + 10)
    assert (upload.state, upload.name) == ("ready", "april.csv")
    log = log_of(made.engagement)
    assert log is not None
    assert log.n_cases == 2
    told = place.parent / "done" / "april.csv.json"
    assert json.loads(told.read_text())["events"] == 2
    assert not place.exists()
    assert look_into(made.engagement, now=time.time() + 10) == []


def test_a_file_that_fails_lies_aside_with_the_reason(client: Any, tmp_path: Path) -> None:
    from giao.steps.identify.logs.dropping import look_into

    made = _desk(tmp_path)
    place = _drop(made.engagement, "odd.csv", MARCH)
    virus = _drop(made.engagement, "virus.exe", b"MZ")
    later = time.time() + 10
    (upload,) = look_into(made.engagement, now=later)
    failed = place.parent / "failed"
    assert upload.state == "failed"
    assert "zone" in (failed / "odd.csv.txt").read_text()
    assert (failed / "odd.csv").read_bytes() == MARCH
    assert "kind" in (failed / "virus.exe.txt").read_text()
    assert not virus.exists()


def test_what_a_killed_watcher_had_taken_is_taken_up_again(client: Any, tmp_path: Path) -> None:
    from giao.core.processes import alone
    from giao.steps.identify.logs.dropping import look_into

    made = _desk(tmp_path)
    Hand(client, made).post(MARCH, mapping=json.dumps(MAPPING))
    place = _drop(made.engagement, "april.csv", MARCH.replace(b"D1", b"D2"))
    taken = place.parent / ".taken"
    taken.mkdir()
    place.replace(taken / place.name)
    later = time.time() + 10
    with alone(place.parent / ".lock"):
        assert look_into(made.engagement, now=later) == [], "another process looks"
    (upload,) = look_into(made.engagement, now=later)
    assert upload.state == "ready"


def test_giao_watch_looks_once_and_tells(
    client: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from giao.cli.commands import watch
    from giao.cli.main import parser
    from giao.steps.identify.logs import dropping

    made = _desk(tmp_path)
    monkeypatch.setattr(watch, "server", lambda: None)
    monkeypatch.setattr(dropping, "REST_SECONDS", -10.0)
    Hand(client, made).post(MARCH, mapping=json.dumps(MAPPING))
    _drop(made.engagement, "april.csv", MARCH.replace(b"D1", b"D2"))
    _drop(made.engagement, "broken.xlsx", b"no excel")
    chosen = parser().parse_args(["watch", "--once", "--data", os.environ["GIAO_DATA"], "--lang", "en"])
    capsys.readouterr()
    assert chosen.run(chosen) == 1
    told = capsys.readouterr().out
    assert f"{made.engagement.slug}: april.csv imported, 2 events" in told
    assert "broken.xlsx could not be read" in told
