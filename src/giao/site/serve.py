"""Serve giao: bring the database up to date, then answer pages and live streams on one port (`asgi`), a worker beside.

python -m giao.site.serve [--host H] [--port P] [--workers N] [--threads N] [--jobs N]

Three kinds of processes: one that supervises, the web server, the worker. The one that starts the web workers holds no
database connection, no thread and no Polars: they are forked from it, and a forked copy of any of these hangs. The worker
is an interpreter of its own, never a thread or a fork of the web server.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

DEFAULT_PORT = 8000
DEFAULT_JOBS = 2


def set_up() -> None:
    """Django over the settings, the database as it is."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "giao.site.settings")
    import django

    django.setup()


def prepare() -> None:
    """Set Django up and bring the database to the newest form. Safe to call again.

    Raises SchemaError when the database is newer than this program, or half restored.
    """
    set_up()
    from django.core.management import call_command

    from giao.kernel.health.schema import check_not_newer

    check_not_newer()
    call_command("migrate", interactive=False, verbosity=0)
    from giao.kernel.ledger.forms import renew_older_forms

    renew_older_forms(_tell_renewed)


def _tell_renewed(engagement: str, lost: tuple[str, ...]) -> None:
    print(
        f"giao: {engagement}: stored in the form of an older release, made again from its ledger and files",
        file=sys.stderr,
    )
    for name in lost:
        print(
            f"giao: {engagement}: {name} is not kept and cannot be read; import it once more", file=sys.stderr
        )


def serve(
    host: str = "127.0.0.1",
    port: int = DEFAULT_PORT,
    workers: int = 1,
    threads: int = 4,
    jobs: int = DEFAULT_JOBS,
) -> None:
    """Become the server, in place of the calling process (see above why). Does not return.

    One web process is right for SQLite; several for PostgreSQL. `jobs`: jobs at a time; 0 where workers run elsewhere.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    chosen = {"host": host, "port": port, "workers": workers, "threads": threads, "jobs": jobs}
    arguments = [part for name, value in chosen.items() for part in (f"--{name}", str(value))]
    os.execv(sys.executable, [sys.executable, "-m", "giao.site.serve", *arguments])  # noqa: S606  our own module


def run(host: str, port: int, workers: int, threads: int, jobs: int) -> int:
    """Bring the database up to date in a process of its own, then start web server and worker and wait. The exit code."""
    from giao.site.supervise import Child, supervise

    _forget_counts()
    prepared = subprocess.run([sys.executable, "-m", "giao.site.serve", "--prepare"], check=False)
    if prepared.returncode:
        return prepared.returncode
    own = [sys.executable, "-m"]
    options = ["--host", host, "--port", str(port), "--workers", str(workers), "--threads", str(threads)]
    children = [Child("web server", [*own, "giao.site.serve", "--web", *options], vital=True)]
    if jobs:
        children.append(Child("worker", [*own, "giao.site.work", "--with-parent", "--slots", str(jobs)]))
    return supervise(children)


def _prepare_or_say() -> int:
    """The exit code; a database that does not fit is a sentence, not a traceback."""
    from giao.kernel.health.schema import SchemaError

    try:
        prepare()
    except SchemaError as error:
        print(f"giao: {error}", file=sys.stderr)
        return 2
    return 0


def _forget_counts() -> None:
    """The files in which earlier processes counted (see `kernel.health.metrics`)."""
    folder = Path(os.environ.get("GIAO_DATA", ".giao")) / "metrics"
    if folder.is_dir():
        shutil.rmtree(folder, ignore_errors=True)


def web(host: str, port: int, workers: int, threads: int) -> int:
    """The web server alone, in this process."""
    _end_with_parent()
    from granian import Granian
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings

    from giao.site.pace import PATIENCE_SECONDS

    os.environ["GIAO_THREADS"] = str(threads)
    Granian(
        "giao.site.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=int(PATIENCE_SECONDS * 1000)),
        log_access=False,
        respawn_failed_workers=True,
    ).serve()
    return 0


def _end_with_parent() -> None:
    """On Linux the kernel tells us when the supervisor is killed; elsewhere a port may stay taken then."""
    if sys.platform == "linux":
        import ctypes
        import signal

        ctypes.CDLL(None).prctl(1, signal.SIGTERM, 0, 0, 0)  # PR_SET_PDEATHSIG


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m giao.site.serve",
        description="Serve giao: bring the database up to date, then answer.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="port (default: %(default)s)")
    parser.add_argument(
        "--workers", type=int, default=1, help="web processes; more than one needs PostgreSQL"
    )
    parser.add_argument("--threads", type=int, default=4, help="threads a web process (default: %(default)s)")
    parser.add_argument(
        "--jobs", type=int, default=DEFAULT_JOBS, help="jobs at a time; 0: workers run elsewhere"
    )
    parser.add_argument("--prepare", action="store_true", help="only bring the database up to date")
    parser.add_argument("--web", action="store_true", help="only answer: no preparing, no worker")
    chosen = parser.parse_args(arguments)
    if chosen.prepare:
        return _prepare_or_say()
    if chosen.web:
        return web(chosen.host, chosen.port, chosen.workers, chosen.threads)
    return run(chosen.host, chosen.port, chosen.workers, chosen.threads, chosen.jobs)


if __name__ == "__main__":
    sys.exit(main())
