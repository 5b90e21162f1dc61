from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from tests.cli.conftest import DATA, READING, Answered

Giao = Callable[..., Answered]


def draft(tmp_path: Path, old: str, new: str) -> Path:
    file = tmp_path / "draft.yaml"
    file.write_text((DATA / "desk.yaml").read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return file


def test_what_would_have_been_owed(giao: Giao, tmp_path: Path) -> None:
    changed = draft(tmp_path, "at_risk: 10%", "at_risk: 20%")
    answer = giao("replay", *READING[:2], changed, *READING[2:], "--json", "-q")
    assert answer.code == 0, answer.err
    march = answer.json["months"][0]
    assert march["actual"]["credit_total"] == "284.15"
    assert march["draft"]["credit_total"] == "568.30"
    assert march["difference"]["credit_total"] == "284.15"
    whole = sum(Decimal(month["difference"]["total"]) for month in answer.json["months"])
    assert Decimal(answer.json["difference"]["total"]) == whole
    assert not any(pair["changed"] for pair in answer.json["kpis"])


def test_side_by_side(giao: Giao, tmp_path: Path) -> None:
    changed = draft(tmp_path, "within: 2 business days", "within: 9 business days")
    answer = giao("replay", *READING[:2], changed, *READING[2:], "-q")
    assert answer.code == 0
    assert "Service levels that would differ" in answer.out
    assert "Repaired in time" in answer.out
    same = giao("replay", *READING[:2], READING[1], *READING[2:], "-q", "--lang", "vi")
    assert "Không mức dịch vụ nào thay đổi." in same.out


def test_two_currencies_cannot_stand_side_by_side(giao: Giao, tmp_path: Path) -> None:
    answer = giao(
        "replay", *READING[:2], draft(tmp_path, "currency: EUR", "currency: USD"), *READING[2:], "-q"
    )
    assert answer.code == 2
    assert "USD" in answer.err
