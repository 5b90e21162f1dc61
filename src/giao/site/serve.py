"""Serve giao: bring the database up to date, then answer by WSGI.

python -m giao.site.serve [--host H] [--port P] [--workers N] [--threads N]
"""

from __future__ import annotations

import argparse
import os
import sys


def prepare() -> None:
    """Set Django up and bring the database to the newest form. Safe to call again."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "giao.site.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def serve(host: str = "127.0.0.1", port: int = 8000, workers: int = 1, threads: int = 4) -> None:
    """Run until stopped. One worker process is right for SQLite; several for PostgreSQL."""
    from django.db import connections

    prepare()
    connections.close_all()
    from granian import Granian
    from granian.constants import Interfaces

    server = Granian(
        "giao.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        websockets=False,
        log_access=False,
        respawn_failed_workers=True,
    )
    server.serve()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m giao.site.serve", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=4)
    chosen = parser.parse_args(arguments)
    serve(chosen.host, chosen.port, chosen.workers, chosen.threads)
    return 0


if __name__ == "__main__":
    sys.exit(main())
