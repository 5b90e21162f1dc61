"""giao audit: one line (or JSON row) an engagement, an exit code for scripts."""

from __future__ import annotations

import argparse
import json
from typing import Any

import pytest


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    """As the command does once Django stands."""
    from giao.cli.commands import audit
    from giao.cli.main import parser

    chosen: argparse.Namespace = parser().parse_args(["audit", *arguments, "--json"])
    capsys.readouterr()
    code = audit.act(chosen)
    return code, json.loads(capsys.readouterr().out)


def _desk() -> Any:
    from tests.kernel.ledger.ground import desk, event, recorded

    here = desk()
    recorded(
        here, event(1, attributes={"claimant": "An"}), event(2, case="C2", attributes={"claimant": "An"})
    )
    return here


def test_verify_tells_the_head_and_finds_what_was_changed(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    from giao.kernel.ledger.models import Entry

    here, other = _desk(), _desk()
    code, rows = _run(capsys, "verify")
    assert (code, [(row["engagement"], row["entries"]) for row in rows]) == (
        0, sorted([(here.slug, 2), (other.slug, 2)])
    )  # fmt: skip
    code, (row,) = _run(capsys, "verify", here.slug)
    noted = f"{row['position']}:{row['head']}"
    assert _run(capsys, "verify", here.slug, "--expect", noted)[0] == 0
    assert _run(capsys, "verify", other.slug, "--expect", noted)[0] == 1
    Entry.objects.filter(engagement=here, position=2).update(type="Resolved")
    code, (row,) = _run(capsys, "verify", here.slug)
    assert (code, row["broken_at"]) == (1, 2)


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_what_is_found_is_said_in_both_languages(
    db: None, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    from giao.cli.commands import audit
    from giao.cli.main import parser
    from giao.kernel.ledger.models import Entry

    here = _desk()

    def said(*arguments: str) -> str:
        capsys.readouterr()
        audit.act(parser().parse_args(["audit", *arguments, "--lang", lang]))
        return capsys.readouterr().out

    assert said("verify").startswith(
        f"{here.slug}: " + {"en": "whole, 2 entries", "vi": "nguyên vẹn, 2 mục"}[lang]
    )
    assert {"en": "rebuilt", "vi": "dựng lại"}[lang] in said("rebuild", here.slug)
    assert {"en": "wrapped", "vi": "khoá chủ"}[lang] in said("rotate")
    assert {"en": "cleared", "vi": "dọn"}[lang] in said("retain")
    Entry.objects.filter(engagement=here, position=2).update(type="Resolved")
    told = said("verify")
    assert {"en": "what the entry says was changed", "vi": "nội dung của mục đã bị thay đổi"}[lang] in told


def test_erase_by_case_or_person_needs_a_reason(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    from giao.cli.failure import Failure
    from giao.kernel.ledger.queries import tail

    here = _desk()
    for wrong in (
        ["erase", here.slug, "--case", "C1"],
        ["erase", here.slug, "--why", "asked"],
        ["erase", here.slug, "--person", "An", "--why", "asked"],
        ["erase", "--case", "C1", "--why", "asked"],
        ["verify", "nowhere"],
        ["verify", here.slug, "--expect", "x"],
    ):
        with pytest.raises(Failure):
            _run(capsys, *wrong)
    code, (row,) = _run(capsys, "erase", here.slug, "--person", "claimant=An", "--why", "asked")
    assert (code, row["cases"], row["destroyed"]) == (0, ["C1", "C2"], 2)
    assert [entry.personal for entry in tail(here.pk) if entry.is_work] == [{"claimant": "erased"}] * 2
    assert _run(capsys, "verify", here.slug)[0] == 0
