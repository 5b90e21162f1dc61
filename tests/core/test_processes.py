"""Whether a process lives, and a lock that one holds at a time and that goes with its process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from giao.core.processes import alone, lives


def test_a_process_lives_until_it_was_waited_for() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert lives(os.getpid())
    assert lives(child.pid)
    child.communicate(b"\n")
    assert not lives(child.pid)
    assert not lives(0)


def test_one_at_a_time_and_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    holding = (
        "import sys; from pathlib import Path; from giao.core.processes import alone\n"
        "with alone(Path(sys.argv[1])) as mine:\n    print(mine, flush=True); input()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", holding, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "True\n"
    with alone(lock) as mine:
        assert not mine
    child.kill()
    child.communicate()
    with alone(lock) as mine:
        assert mine
