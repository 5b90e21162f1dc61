"""The blocks of docs/mining.md run one after another, as a reader would run them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from giao.core.mining import __all__ as offered

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "mining.md"


def test_the_examples_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(ROOT / "src" / "giao" / "demo" / "data" / "loanapp.csv.gz", tmp_path)
    monkeypatch.chdir(tmp_path)
    text = GUIDE.read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    for block in re.findall(r"^```python\n(.*?)^```$", text, re.M | re.S):
        exec(compile(block, str(GUIDE), "exec"), names)
    assert 0 < names["slow"].n_cases < names["mine"].n_cases
    assert "cases that take 1 d to" in capsys.readouterr().out


def test_every_filter_of_the_room_is_in_the_guide() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    kinds = {
        "Cases",
        "EndsWith",
        "EventsBetween",
        "Follows",
        "Has",
        "InWindow",
        "Judged",
        "Lasts",
        "OfVariants",
        "OnlyActivities",
        "StartsWith",
        "TopVariants",
        "Where",
        "WithoutActivities",
    }
    assert kinds <= set(offered)
    assert [name for name in sorted(kinds) if f"`{name}`" not in text] == []
