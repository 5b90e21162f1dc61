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


def test_after_a_rotation_nothing_hangs_on_the_old_master_key(
    db: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every table with a column `master`: a new one that `rotate` does not know fails here."""
    import base64

    from django.apps import apps
    from tests.kernel.ground import person

    from giao.kernel.files.store import read_file, store_file
    from giao.kernel.ledger.queries import tail
    from giao.kernel.notifications.actions.make_webhook import make_webhook
    from giao.kernel.notifications.webhooks import secret_of
    from giao.steps.identify.logs.exporting import content_of, work
    from giao.steps.identify.logs.models import Export

    old, new = (f"{name}:" + base64.b64encode(name.encode() * 16).decode() for name in ("k1", "k2"))
    monkeypatch.setenv("GIAO_MASTER_KEYS", old)
    monkeypatch.setattr("django.conf.settings.GIAO_WEBHOOK_NETWORKS", ["127.0.0.0/8"])
    here = _desk()
    kept = store_file(here, "a.txt", [b"kept"])
    lan = person("Lan", here.client)
    hook, secret = make_webhook(here, here.client, "http://127.0.0.1:9/hook", ["work_ready"], lan)
    export = Export(engagement=here, format="csv", name="log.csv", position=2, asked_by="x", created_by=lan)
    for name, value in work(export, lambda _what, _share: None).items():
        setattr(export, name, value)
    export.save()
    holders = [model for model in apps.get_models() if any(f.name == "master" for f in model._meta.fields)]
    assert len(holders) >= 3
    assert all(model._default_manager.filter(engagement=here, master="k1").exists() for model in holders)
    monkeypatch.setenv("GIAO_MASTER_KEYS", f"{new}\n{old}")
    code, rows = _run(capsys, "rotate", here.slug)
    assert (code, rows[0]["keys"] >= 2, rows[0]["files"], rows[0]["webhooks"]) == (0, True, 1, 1)
    assert rows[0]["exports"] == 1
    assert _run(capsys, "rotate", here.slug)[1] == [
        {"engagement": here.slug, "keys": 0, "files": 0, "webhooks": 0, "exports": 0}
    ]
    monkeypatch.setenv("GIAO_MASTER_KEYS", new)  # the old one is gone
    for row in (kept, hook, export):
        row.refresh_from_db()
    assert b"".join(read_file(kept)) == b"kept"
    assert secret_of(hook) == secret
    assert b"C1" in b"".join(content_of(export))
    assert [entry.personal for entry in tail(here.pk) if entry.is_work] == [{"claimant": "An"}] * 2
    assert not [
        model for model in holders if model._default_manager.filter(engagement=here, master="k1").exists()
    ]
