"""Run the server's processes side by side: what ends is started again, and all end together. Standard library only.

The process that supervises holds no database connection and no thread, and forks nothing but fresh interpreters.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType

LONGEST_PAUSE = 30.0
GRACE_SECONDS = 25.0


@dataclass
class Child:
    """One process. `vital`: when it ends, everything ends with its code; others are started again."""

    name: str
    command: Sequence[str]
    vital: bool = False
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    pause: float = 0.5
    again_at: float = field(default=0.0)

    def start(self, clock: Callable[[], float]) -> None:
        self.process = subprocess.Popen(list(self.command))  # noqa: S603 - our own modules
        self.began = clock()

    def look(self, clock: Callable[[], float]) -> int | None:
        """Start it when its time has come; its exit code when it has just ended."""
        if self.process is None:
            if clock() >= self.again_at:
                self.start(clock)
            return None
        code = self.process.poll()
        if code is None:
            return None
        self.process = None
        self.pause = 0.5 if clock() - self.began > LONGEST_PAUSE else min(self.pause * 2, LONGEST_PAUSE)
        self.again_at = clock() + self.pause
        return code


def supervise(children: Sequence[Child], *, tick: float = 0.2) -> int:
    """Start all, keep all running until a vital one ends or a signal comes; then end all. The exit code."""
    asked: list[int] = []

    def ask(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    try:
        while not asked:
            for child in children:
                ended = child.look(time.monotonic)
                if ended is None:
                    continue
                if child.vital:
                    return ended if ended >= 0 else 128 - ended
                print(
                    f"giao: the {child.name} ended with {ended}; it starts again in {child.pause:.0f} s",
                    file=sys.stderr,
                    flush=True,
                )
            time.sleep(tick)
    finally:
        _end([child.process for child in children if child.process is not None])
    return 0


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    until = time.monotonic() + GRACE_SECONDS
    for process in processes:
        try:
            process.wait(timeout=max(until - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
