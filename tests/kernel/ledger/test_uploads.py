"""A subject in uploaded files: the upload is found and destroyed for good, the record and the figures stay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

CSV = """case,activity,time,claimant
C1,Opened,2026-01-05T08:00:00Z,Nguyen Van An
C1,Resolved,2026-01-05T09:00:00Z,Nguyen Van An
C2,Opened,2026-01-05T10:00:00Z,Binh
C2,Resolved,2026-01-09T10:00:00Z,Binh
"""
MORE = """case,activity,time,claimant
C2,Reopened,2026-02-01T10:00:00Z,Binh
C3,Opened,2026-02-06T10:00:00Z,Chi
"""


def _two_files(tmp_path: Path) -> Any:
    """January, and February added to it."""
    from tests.kernel.ledger.ground import desk

    from giao.core.log import LogMapping, append, import_log
    from giao.kernel.engagements.actions.record_log import record_log
    from giao.kernel.engagements.places import folder_of
    from giao.kernel.files.store import store_file

    here, before = desk(), None
    mapping = LogMapping(case="case", activity="activity", time="time", zone="UTC")
    said = mapping.model_dump(mode="json", exclude_none=True)
    for name, text in (("january.csv", CSV), ("february.csv", MORE)):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        stored = store_file(here, name, [file.read_bytes()])
        folder = folder_of(here, "logs") / f"{name}.log"
        if before is None:
            report = import_log(file, folder, mapping)
        else:
            import shutil

            from giao.kernel.engagements.places import in_data

            shutil.copytree(in_data(before.folder), folder)
            report = append(folder, file, mapping)
        before = record_log(here, folder, report.hash, name, mapping=said, file=stored.digest, onto=before)
    return here


@pytest.mark.parametrize(
    ("cases", "person", "names"),
    [
        (["C1"], None, {"january.csv": ("C1",)}),
        (["C2"], None, {"january.csv": ("C2",), "february.csv": ("C2",)}),
        ([], ("claimant", "Chi"), {"february.csv": ("C3",)}),
        ([], ("claimant", "Nguyen Van An"), {"january.csv": ("C1",)}),
        (["C9"], ("nothing", "x"), {}),
    ],
)
def test_an_upload_is_found_by_case_and_by_person(
    db: None,
    tmp_path: Path,
    cases: list[str],
    person: tuple[str, str] | None,
    names: dict[str, tuple[str, ...]],
) -> None:
    from giao.kernel.ledger.uploads import uploads_holding

    found = uploads_holding(_two_files(tmp_path), cases, person)
    assert {held.name: held.cases for held in found} == names
    assert all(held.kept and len(held.file) == 64 for held in found)


def test_a_destroyed_upload_is_gone_and_the_log_and_the_chain_stay(db: None, tmp_path: Path) -> None:
    from django.test import TestCase
    from tests.kernel.ground import person

    from giao.kernel.audit.models import Act
    from giao.kernel.files.models import StoredFile
    from giao.kernel.files.store import place_of
    from giao.kernel.ledger.errors import LedgerError
    from giao.kernel.ledger.queries import reserved_entries
    from giao.kernel.ledger.reading import log_of
    from giao.kernel.ledger.rebuilding import rebuild
    from giao.kernel.ledger.uploads import destroy_upload, uploads_holding
    from giao.kernel.ledger.verify import verify

    here = _two_files(tmp_path)
    before = log_of(here)
    assert before is not None
    (held,) = uploads_holding(here, ["C1"])
    place = place_of(StoredFile.objects.get(engagement=here, digest=held.file))
    assert place.is_file()
    lan = person("Lan", here.client)
    with TestCase.captureOnCommitCallbacks(execute=True):
        destroy_upload(here, held.file, lan, "asked by letter of 3 March")
    assert not place.exists()
    assert not StoredFile.objects.filter(engagement=here, digest=held.file).exists()
    assert verify(here).whole
    last = reserved_entries(here.pk)[-1]
    assert (last.content["files"], last.content["reason"]) == ([held.file], "asked by letter of 3 March")
    act = Act.objects.get(engagement=here, what="destroy_upload")
    assert (act.actor, act.about) == (lan, "january.csv")
    after = log_of(here)
    assert after is not None
    assert after.hash == before.hash, "the log that was read from it stays: figures rest on it"
    assert rebuild(here).lost == (), "and is still whole, so that nothing needs the file"
    (again,) = uploads_holding(here, ["C1"])
    assert (again.kept, again.cases) == (False, ("C1",))
    with pytest.raises(LedgerError, match="no stored file"):
        destroy_upload(here, held.file, lan, "once more")


def test_the_command_finds_and_destroys(db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from tests.cli.test_audit import _run

    from giao.cli.failure import Failure

    here = _two_files(tmp_path)
    code, (row,) = _run(capsys, "find", here.slug, "--case", "C3")
    assert (code, [held["name"] for held in row["uploads"]]) == (0, ["february.csv"])
    digest = row["uploads"][0]["file"]
    for wrong in (
        ["find", here.slug],
        ["destroy", here.slug, "--file", digest],
        ["destroy", "--file", digest, "--why", "x"],
    ):
        with pytest.raises(Failure):
            _run(capsys, *wrong)
    assert _run(capsys, "destroy", here.slug, "--file", digest, "--why", "asked")[0] == 0
    code, (row,) = _run(capsys, "find", here.slug, "--case", "C3")
    assert row["uploads"][0]["kept"] is False
    for lang, word in (("en", "not kept"), ("vi", "tệp không còn")):
        from giao.cli.commands import audit
        from giao.cli.main import parser

        audit.act(parser().parse_args(["audit", "find", here.slug, "--case", "C3", "--lang", lang]))
        assert word in capsys.readouterr().out
