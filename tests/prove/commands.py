"""`giao …` as a user runs it: a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)


def giao(*arguments: object, cache: Path | None = None) -> Answer:
    """Run the command line in English in a fresh process, its cache of read files below `cache`."""
    done = subprocess.run(
        [sys.executable, "-m", "giao", *(str(argument) for argument in arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**environment(), **({"XDG_CACHE_HOME": str(cache)} if cache else {})},
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def environment() -> dict[str, str]:
    """The caller's, in English and UTF-8, without the switch that shows tracebacks."""
    kept = {name: value for name, value in os.environ.items() if name != "GIAO_DEBUG"}
    return {**kept, "GIAO_LANG": "en", "PYTHONUTF8": "1"}
