"""Serve giao: bring the database up to date, then answer pages and live streams on one port (`asgi`).

python -m giao.site.serve [--host H] [--port P] [--workers N] [--threads N]

The process that starts the workers holds no database connection, no thread and no Polars: workers are forked from it, and
a forked copy of any of these hangs.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

DEFAULT_PORT = 8000


def prepare() -> None:
    """Set Django up and bring the database to the newest form. Safe to call again."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "giao.site.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def serve(host: str = "127.0.0.1", port: int = DEFAULT_PORT, workers: int = 1, threads: int = 4) -> None:
    """Become the server, in place of the calling process (see above why). Does not return.

    One worker process is right for SQLite; several for PostgreSQL.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    chosen = {"host": host, "port": port, "workers": workers, "threads": threads}
    arguments = [part for name, value in chosen.items() for part in (f"--{name}", str(value))]
    os.execv(sys.executable, [sys.executable, "-m", "giao.site.serve", *arguments])  # noqa: S606  our own module


def run(host: str, port: int, workers: int, threads: int) -> int:
    """Bring the database up to date in a process of its own, then start the workers and wait. The exit code."""
    prepared = subprocess.run([sys.executable, "-m", "giao.site.serve", "--prepare"], check=False)
    if prepared.returncode:
        return prepared.returncode
    from granian import Granian
    from granian.constants import Interfaces

    os.environ["GIAO_THREADS"] = str(threads)
    Granian(
        "giao.site.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        websockets=False,
        log_access=False,
        respawn_failed_workers=True,
    ).serve()
    return 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m giao.site.serve",
        description="Serve giao: bring the database up to date, then answer.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="port (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=1, help="processes; more than one needs PostgreSQL")
    parser.add_argument("--threads", type=int, default=4, help="threads a process (default: %(default)s)")
    parser.add_argument("--prepare", action="store_true", help="only bring the database up to date")
    chosen = parser.parse_args(arguments)
    if chosen.prepare:
        prepare()
        return 0
    return run(chosen.host, chosen.port, chosen.workers, chosen.threads)


if __name__ == "__main__":
    sys.exit(main())
