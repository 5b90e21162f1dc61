"""A backup that was taken under load is restored elsewhere: same figures, same chain, same files, keys only by passphrase."""

from __future__ import annotations

import json
import os
import random
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.kernel.backup.conftest import PASSPHRASE, Source, fresh

LOOK = """
import json, sys
from datetime import datetime
from giao.site.serve import prepare
prepare()
from django.contrib.sessions.models import Session as Cookie
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import everywhere
from giao.kernel.files.models import StoredFile
from giao.kernel.files.store import read_file, verify_file
from giao.kernel.identity.models import Session
from giao.kernel.jobs.inline import inline
from giao.kernel.ledger.queries import tail
from giao.kernel.ledger.models import Entry
from giao.kernel.ledger.verify import verify
from giao.kernel.readings.models import Reading
from tests.kernel.ledger.test_rebuild import _numbers

still, busy, as_of = sys.argv[1], sys.argv[2], datetime.fromisoformat(sys.argv[3])
with everywhere("a test looks at all"), inline():
    still, busy = Engagement.objects.get(pk=still), Engagement.objects.get(pk=busy)
    made = Reading.objects.filter(engagement=busy, state="ready", current=True).count()
    for row in StoredFile.objects.all():
        verify_file(row)
    verdict = verify(busy)
    print(json.dumps({
        "numbers": json.dumps(_numbers(still, as_of), sort_keys=True, default=lambda v: sorted(map(str, v)) if isinstance(v, set) else str(v)),
        "letter": [b"".join(read_file(row)).decode() for row in StoredFile.objects.filter(name="letter.txt")],
        "made": made, "whole": verdict.whole, "position": verdict.position, "head": verdict.head,
        "waiting": Entry.objects.filter(engagement=busy, position__isnull=True).count(),
        "claimants": sorted({entry.personal["claimant"] for entry in tail(busy.pk) if entry.personal}),
        "sessions": Session.objects.count() + Cookie.objects.count(),
    }))
"""


def _manifest(file: Path) -> dict[str, Any]:
    with zipfile.ZipFile(file) as archive:
        found: dict[str, Any] = json.loads(archive.read("manifest.json"))
    return found


KINDS = ["sqlite", "postgres"] if os.environ.get("GIAO_TEST_DB") == "postgres" else ["sqlite"]


@pytest.mark.parametrize("kind", KINDS)
def test_restored_elsewhere_it_says_the_same(
    source: Source, tmp_path: Path, database_url: str, passphrase_file: Path, kind: str
) -> None:
    """On PostgreSQL also into the other kind of database."""
    there = fresh(tmp_path, database_url, sqlite=kind == "sqlite")
    done = there.giao("restore", source.file, "--passphrase-file", passphrase_file, "--json", "-q")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert [row["fault"] for row in said["engagements"]] == ["", ""]
    told = source.told
    found = there.run(LOOK, told["still"], told["busy"], told["as_of"])
    assert found["numbers"] == told["numbers"]
    assert found["letter"] == ["Kính gửi ông An"]
    heads = {head["engagement"]: head for head in _manifest(source.file)["heads"]}
    noted = heads[told["busy"]]
    assert told["hashes"][str(noted["position"])] == noted["head"], "the chain as it ended at that moment"
    assert found["whole"]
    assert found["position"] >= noted["position"] >= told["began"]
    assert found["waiting"] == 0
    assert told["ended"] > noted["position"], "events came in while the backup was taken"
    assert found["claimants"][:2] == ["An 0", "An 1"], "personal fields open with the keys of the backup"
    assert found["made"] == 1, "its readings were made again"
    assert found["sessions"] == 0
    again = there.giao("audit", "verify")
    assert again.returncode == 0, again.stdout


def test_it_was_taken_while_events_came_in_and_holds_no_session(source: Source) -> None:
    assert {"database", "files"} <= set(source.told["waited"])
    tables = _manifest(source.file)["tables"]
    assert "kernel_entry" in tables
    assert not {"django_session", "kernel_session", "kernel_reading"} & set(tables)
    assert source.file.stat().st_mode & 0o777 == 0o600


def test_the_keys_are_in_it_only_under_the_passphrase(source: Source) -> None:
    key = source.installation.data.joinpath("master-keys").read_bytes()
    secret = source.installation.data.joinpath("secret-key").read_bytes()
    with zipfile.ZipFile(source.file) as archive:
        every = b"".join(archive.read(name) for name in archive.namelist())
    assert key.partition(b":")[2].strip() not in every
    assert secret.strip() not in every
    assert PASSPHRASE.encode() not in every


def test_without_a_passphrase_the_command_says_what_must_be_kept(source: Source, tmp_path: Path) -> None:
    done = source.installation.giao("backup", tmp_path / "plain.zip")
    assert done.returncode == 0, done.stderr
    assert "THE KEYS ARE NOT INSIDE" in done.stdout
    assert "master-keys" in done.stdout
    assert "keys.sealed" not in zipfile.ZipFile(tmp_path / "plain.zip").namelist()
    refused = source.installation.giao("backup", tmp_path / "plain.zip")
    assert (refused.returncode, "there already" in refused.stderr) == (2, True)
    inside = source.installation.giao("backup", source.installation.data / "b.zip")
    assert (inside.returncode, "inside the data folder" in inside.stderr) == (2, True)
    short = source.installation.giao("backup", tmp_path / "s.zip", GIAO_BACKUP_PASSPHRASE="short")
    assert (short.returncode, "shorter than 12" in short.stderr) == (2, True)
    assert not (tmp_path / "s.zip").exists()


def test_without_the_keys_nothing_is_restored_and_nothing_changed(
    source: Source, tmp_path: Path, database_url: str
) -> None:
    there = fresh(tmp_path, database_url)
    for more, word in (({}, "--passphrase-file"), ({"GIAO_BACKUP_PASSPHRASE": "another one, long"}, "open")):
        done = there.giao("restore", source.file, **more)
        assert (done.returncode, word in done.stderr) == (2, True), done.stderr
    assert {name for name in there.holds() if name != "giao.sqlite3"} == set()
    _no_table(there)


def _no_table(there: Any) -> None:
    names = there.run(
        """
        import json
        from giao.site.serve import set_up
        set_up()
        from django.db import connection
        print(json.dumps(connection.introspection.table_names()))
        """
    )
    assert names == []


def test_a_damaged_archive_is_refused_with_a_sentence(
    source: Source, tmp_path: Path, database_url: str, passphrase_file: Path
) -> None:
    there = fresh(tmp_path, database_url)
    bad = tmp_path / "bad.zip"
    body = bytearray(source.file.read_bytes())
    at = body.find(b"kernel_entry.jsonl") + 200
    body[at] ^= 0x40
    bad.write_bytes(body)
    done = there.giao("restore", bad, "--passphrase-file", passphrase_file, "-q")
    assert done.returncode == 2
    assert "bad.zip is damaged at its part database/kernel_entry.jsonl; nothing was changed" in done.stderr
    cut = tmp_path / "cut.zip"
    cut.write_bytes(source.file.read_bytes()[:-1000])
    done = there.giao("restore", cut, GIAO_LANG="vi")
    assert (done.returncode, "không phải bản sao lưu" in done.stderr) == (2, True)
    _no_table(there)
    assert {name for name in there.holds() if name != "giao.sqlite3"} == set()


def test_any_changed_byte_is_found_or_changes_nothing(
    django_ready: None, source: Source, tmp_path: Path
) -> None:
    from giao.kernel.backup.archive import Archive
    from giao.kernel.backup.errors import BackupError

    whole = source.file.read_bytes()

    def content(place: Path) -> dict[str, bytes]:
        archive = Archive(place)
        try:
            archive.check(lambda _what, _part: None)
            return {name: archive.read(name) for name in archive.parts}
        finally:
            archive.close()

    wanted, refused = content(source.file), 0
    chance, place = random.Random(4), tmp_path / "one.zip"
    ends = [len(whole) - back for back in range(1, 120)]
    for at in [*(chance.randrange(len(whole)) for _ in range(150)), *ends]:
        body = bytearray(whole)
        body[at] ^= 1 << chance.randrange(8)
        place.write_bytes(body)
        try:
            assert content(place) == wanted, at
        except BackupError:
            refused += 1
    assert refused > 100


def test_parts_cannot_lie_outside_the_data_folder(django_ready: None, tmp_path: Path) -> None:
    from giao.kernel.backup.archive import Archive, writing
    from giao.kernel.backup.errors import BackupError

    for name in ("data/../../evil", "/etc/evil", "data\\..\\evil"):
        place = tmp_path / "evil.zip"
        with writing(place) as writer:
            with writer.part(name) as part:
                part.write(b"x")
            writer.close({})
        with pytest.raises(BackupError, match="damaged"):
            Archive(place)


OLDER = """
import json
from giao.site.serve import prepare
prepare()
from giao.kernel.engagements.scoping import everywhere
from giao.kernel.files.store import store_file
from tests.kernel.ground import world
with everywhere("a test"):
    store_file(world("Older").engagement, "old.txt", [b"old"])
print(json.dumps("done"))
"""


def test_over_an_installation_nothing_is_restored_unless_forced(
    source: Source, tmp_path: Path, database_url: str, passphrase_file: Path
) -> None:
    there = fresh(tmp_path, database_url)
    there.run(OLDER)
    before = there.holds()
    done = there.giao("restore", source.file, "--passphrase-file", passphrase_file)
    assert (done.returncode, "--force" in done.stderr) == (2, True), done.stderr
    assert there.holds() == before


@pytest.mark.prove
def test_by_force_what_was_there_is_set_aside_and_one_that_broke_off_needs_no_force(
    source: Source, tmp_path: Path, database_url: str, passphrase_file: Path
) -> None:
    there = fresh(tmp_path, database_url)
    there.run(OLDER)
    done = there.giao("restore", source.file, "--passphrase-file", passphrase_file, "--force")
    assert done.returncode == 0, done.stderr
    assert "what stood here before lies in" in done.stdout
    aside = [name for name in there.holds() if name.startswith("before-restore-")]
    assert any("/files/" in name for name in aside)
    there.data.joinpath("restoring").write_text("giao.zip")
    done = there.giao("restore", source.file, "--passphrase-file", passphrase_file)
    assert done.returncode == 0, done.stderr
    found = there.run(LOOK, source.told["still"], source.told["busy"], source.told["as_of"])
    assert found["numbers"] == source.told["numbers"]


def test_a_restore_that_broke_off_keeps_the_server_from_starting(tmp_path: Path, database_url: str) -> None:
    there = fresh(tmp_path, database_url)
    there.data.joinpath("restoring").write_text("giao.zip")
    started = there.giao("jobs")
    assert (started.returncode, "did not finish" in started.stderr) == (2, True), started.stderr
