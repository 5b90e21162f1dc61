"""A data folder with its own database, and real worker processes over it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

ROOT = Path(__file__).resolve().parents[3]

SET_UP = """
import django
django.setup()
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import everywhere
from giao.kernel.audit.models import Act
from giao.kernel.jobs.models import Job
from tests.kernel.jobs import tasks
with everywhere("a test"):
"""


class Place:
    """One installation in a folder of its own. `notes`: where jobs of the present test may write."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url, self.notes = folder, url, folder
        self.run(
            """
            from django.core.management import call_command
            call_command("migrate", interactive=False, verbosity=0)
            from tests.kernel.ground import world
            world()
            """
        )

    def environment(self) -> dict[str, str]:
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
        return {
            **os.environ,
            "GIAO_DATA": str(self.folder),
            "GIAO_DATABASE_URL": self.url,
            "DJANGO_SETTINGS_MODULE": "giao.site.settings",
            "PROMETHEUS_MULTIPROC_DIR": str(self.folder / "metrics"),
            "PYTHONPATH": path,
        }

    def run(self, code: str) -> str:
        """Run code with everything in sight; what it prints."""
        done = subprocess.run(
            [sys.executable, "-c", SET_UP + indent(dedent(code).strip(), "    ")],
            env=self.environment(),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def worker(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "giao.site.work", *arguments],
            env=self.environment(),
            cwd=ROOT,
            stderr=subprocess.DEVNULL,
        )


@contextmanager
def place(folder: Path, url: str) -> Iterator[Place]:
    """`url`: a running PostgreSQL (a database of its own is made in it), or empty for SQLite."""
    if not url:
        yield Place(folder, "")
        return
    import psycopg

    name = f"jobs_{os.getpid()}_{time.monotonic_ns()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    head, _, query = url.partition("?")
    own = f"{head.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
    yield Place(folder, own)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def until(true: Callable[[], Any], seconds: float = 60.0) -> Any:
    """Wait for something; fails when it does not come."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = true()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"it did not come within {seconds} s")
