"""The scan hook: every file is shown to a scanner before it is taken.

GIAO_SCAN_COMMAND: a command that reads the file on its standard input and ends with 0 (clean) or 1 (something found), for
example ``clamdscan --no-summary -``. Any other end, or none within two minutes, means that the file is not taken. A room
may add a scanner of its own with `add_scanner`.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from giao.kernel.files.errors import NotScanned, NotTaken

Scanner = Callable[[Callable[[], Iterator[bytes]]], str]
"""Given a way to read the content, the name of what was found; empty for nothing."""

SECONDS = 120
_scanners: dict[str, Scanner] = {}


def add_scanner(name: str, scanner: Scanner) -> None:
    _scanners[name] = scanner


def remove_scanner(name: str) -> None:
    _scanners.pop(name, None)


def scan(name: str, read: Callable[[], Iterator[bytes]]) -> str:
    """Who looked and found nothing, by name. Raises NotTaken for a finding, NotScanned when a scanner cannot be asked."""
    command = os.environ.get("GIAO_SCAN_COMMAND", "").strip()
    asked = dict(_scanners)
    if command:
        asked[Path(shlex.split(command)[0]).name] = lambda content: _run(command, content)
    for scanner, look in asked.items():
        found = look(read)
        if found:
            raise NotTaken(
                _("“%(name)s” was not taken: %(scanner)s found %(found)s in it.")
                % {"name": name[:100], "scanner": scanner, "found": found[:200]}
            )
    return ", ".join(asked)[:200]


def _run(command: str, read: Callable[[], Iterator[bytes]]) -> str:
    words = _("The file could not be scanned and was not taken; tell the administrator, then send it again.")
    try:
        process: subprocess.Popen[Any] = subprocess.Popen(  # noqa: S603  the administrator's own command
            shlex.split(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, ValueError) as error:
        raise NotScanned(words) from error
    assert process.stdin is not None
    try:
        with process.stdin as pipe:
            for piece in read():
                pipe.write(piece)
    except BrokenPipeError:
        pass  # it had seen enough
    process.stdin = None  # closed above; `communicate` would flush it once more
    try:
        said, _nothing = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        process.kill()
        process.communicate()
        raise NotScanned(words) from error
    if process.returncode == 0:
        return ""
    if process.returncode == 1:
        return said.decode(errors="replace").strip() or "something"
    raise NotScanned(words)
