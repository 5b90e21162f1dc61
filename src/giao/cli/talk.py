"""What a command prints: results on stdout, progress on stderr."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from giao.core.report.words import Lang, known, say


def write_json(value: Any) -> None:
    """One JSON document on stdout."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, allow_nan=False)
    sys.stdout.write("\n")


def write(text: str = "") -> None:
    """Text on stdout; a terminal that cannot show a character gets a sign for it instead of an error."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")


@dataclass
class Teller:
    """Progress on stderr: in place on a terminal, a line at the end of each step otherwise; at most five a second."""

    lang: Lang
    quiet: bool = False
    _last: float = field(default=0.0, init=False)
    _said: str = field(default="", init=False)
    _open: bool = field(default=False, init=False)

    def share(self, what: str, part: float) -> None:
        """What is being done, and the share that is done."""
        now = time.monotonic()
        if self.quiet or (now - self._last < 0.2 and what == self._said):
            return
        self._last = now
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[2K{what} {min(max(part, 0.0), 1.0):.0%}")
            self._open = True
        elif what != self._said:
            sys.stderr.write(f"{what}…\n")
        sys.stderr.flush()
        self._said = what

    def bytes_read(self, done: int, size: int) -> None:
        """Progress of an import: bytes of the file read so far."""
        self.share(say(self.lang, "cli.importing"), done / size if size else 1.0)

    def sorted(self, done: int, size: int) -> None:
        """Progress of an import that goes by way of the disk, once all is read."""
        self.share(say(self.lang, "cli.sorting"), done / size if size else 1.0)

    def evaluating(self, what: str, part: float) -> None:
        """Progress of the evaluator."""
        if part < 1.0:
            phase = say(self.lang, f"phase.{what}") if known(f"phase.{what}") else what
            self.share(f"{say(self.lang, 'cli.computing')}: {phase}", part)

    def note(self, text: str) -> None:
        """A line on stderr that is no progress, such as a warning."""
        self.finish()
        print(f"giao: {text}", file=sys.stderr)

    def finish(self) -> None:
        """Leave the line of progress."""
        if self._open:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()
            self._open = False
