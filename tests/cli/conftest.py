from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from giao.cli.main import main

DATA = Path(__file__).parents[1] / "data" / "agreements"


@dataclass(frozen=True)
class Answered:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def _english_and_own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.setenv("GIAO_LANG", "en")
    monkeypatch.setenv("GIAO_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.delenv("GIAO_DEBUG", raising=False)


@pytest.fixture
def giao(capsys: pytest.CaptureFixture[str]) -> Callable[..., Answered]:
    """Run a command line in this process."""

    def run(*arguments: object) -> Answered:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Answered(code, captured.out, captured.err)

    return run


READING = (
    str(DATA / "desk.csv"),
    str(DATA / "desk.yaml"),
    "--facts",
    str(DATA / "desk.facts.yaml"),
    "--as-of",
    "2024-05-02T18:00",
)
